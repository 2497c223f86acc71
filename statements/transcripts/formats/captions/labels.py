"""Labels in captions without tags: ">> MS. AMBERLEY:", "[Speaker 1]:", "Odile Rill:".

Names need no title here, so a form of label is only believed if the file itself shows that it is
one: after a mark, or because it begins with such a label and has several.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from statements.transcripts.formats.markup.named_speakers import Named, to_attribution
from statements.transcripts.speakers.attribution import Attribution, read_attribution
from statements.transcripts.text.hyphens import is_common_word

CHEVRONS = ">＞»"
_CHEVRONS = re.compile(rf"[{CHEVRONS}]{{2,4}}\s{{0,3}}")
_DASH = re.compile(r"[-‐‑–—]\s{0,2}(?=[\[(\"“¿¡]?[^\W\d_])")
_BRACKETED = re.compile(r"\[(?P<name>[^\[\]:]{2,60})\]\s?(?P<colon>:?)\s{0,3}(?=\S)")
_NAMED = re.compile(
    r"(?P<name>[^\W\d_][\w.'’\- ]{0,100}(?:\s?\([^():]{1,60}\))?)\s?[:：](?:\s{1,3}(?=\S)|$)"
)
_UNNAMED = re.compile(r"(?:speaker|spk|voice|participant|person)[ _-]{0,2}\w{1,3}", re.IGNORECASE)
_FEWEST = 2  # labels of a form that are no accident
_MOST_WORDS = 6
_MOST_WORDS_OF_OFFICE = 14  # "The Cabinet Secretary for Rural Affairs and the Environment"


class Form(StrEnum):
    TITLE = "title"  # "Mr. Lund (Norway):", by the grammar of all forms
    MARKED = "marked"  # after ">>" or a dash
    BRACKETED = "bracketed"
    CAPITALS = "capitals"
    NAME = "name"


@dataclass(frozen=True, slots=True)
class Label:
    """What may be a label at the beginning of a piece of text."""

    form: Form
    name: str
    end: int  # index in the text at which the words begin
    attribution: Attribution | None = None


def split_mark(text: str) -> tuple[str, str]:
    """Split ">> " or "- " from the beginning of a line; the mark is "" if there is none.

    A dash before a lower-case letter continues a sentence.
    """
    if chevrons := _CHEVRONS.match(text):
        return chevrons[0].strip(), text[chevrons.end() :]
    dash = _DASH.match(text)
    if dash is None or text[dash.end() :].lstrip('[("“¿¡')[:1].islower():
        return "", text
    return dash[0].strip(), text[dash.end() :]


def find_label(text: str, *, marked: bool) -> Label | None:
    """Return what may be a label, without deciding whether it is one."""
    attribution = read_attribution(text)
    if attribution is not None:
        return Label(Form.TITLE, attribution.printed, attribution.end, attribution)
    bracketed = _BRACKETED.match(text)
    if bracketed and (bracketed["colon"] or _UNNAMED.fullmatch(bracketed["name"])):
        return Label(Form.BRACKETED, bracketed["name"].strip(), bracketed.end())
    named = _NAMED.match(text)
    if named is None:
        return None
    name = named["name"].strip()
    if marked and _is_title_case(name):
        return Label(Form.MARKED, name, named.end())
    if marked or len(name.split()) > _MOST_WORDS:
        return None
    if name.isupper() and len(name) > 1:
        form = Form.CAPITALS
    elif _UNNAMED.fullmatch(name) or _is_name(name):
        form = Form.NAME
    else:
        return None
    if form is not Form.CAPITALS and text[named.end() : named.end() + 1].islower():
        return None  # "Colleagues: we must" addresses somebody
    return Label(form, name, named.end())


def _is_title_case(name: str) -> bool:
    """Return whether this may be a name or an office: its first and last word have capitals."""
    words = name.split()
    capitals = sum(not word[:1].islower() for word in words)
    is_cased = not (words[0][:1].islower() or words[-1].strip("()")[:1].islower())
    return len(words) <= _MOST_WORDS_OF_OFFICE and is_cased and 2 * capitals > len(words)


def _is_name(name: str) -> bool:
    attribution = read_attribution(f"{name}:", bold_name=True)
    return attribution is not None and attribution.end > len(name)


@dataclass(frozen=True, slots=True)
class Forms:
    """The forms of label that a file uses."""

    accepted: frozenset[Form]
    repeated: frozenset[Form]  # several labels of the form, which may not name anybody

    @classmethod
    def of(cls, labels: Sequence[Label | None]) -> "Forms":
        """Judge by the labels of a file; ``labels`` has an item for each piece of text."""
        counts = Counter(label.form for label in labels if label)
        accepted = {Form.TITLE, Form.MARKED, Form.BRACKETED}
        if labels and labels[0] is not None:
            accepted |= {
                form
                for form in (Form.CAPITALS, Form.NAME)
                if counts[form] >= _FEWEST or (counts[form] and counts[Form.TITLE])
            }
        repeated = {form for form, count in counts.items() if count >= _FEWEST}
        return cls(frozenset(accepted), frozenset(repeated))


def speaker_of(name: str, *, is_voice: bool = False) -> Attribution | None:
    """Return who a label names; None if it is not certain that it names anyone.

    A voice is a tag that holds a name by definition, so common words are a name in it.
    "Speaker 1" is a person without a name.
    """
    if _UNNAMED.fullmatch(name) or name.isdecimal():
        return to_attribution(Named(identifier=name))
    attribution = to_attribution(Named(printed=name))
    words = [word.strip(".,") for word in attribution.speaker.split()]
    is_common = not attribution.honorific and all(map(is_common_word, words))
    if attribution.speaker and is_common and not is_voice:
        return None
    return attribution if attribution.speaker or attribution.role else None

"""Which labels a recording uses: after a mark, in brackets, or those with which it begins.

The labels are those of ``speakers.label_forms``. A form of label without a mark is only believed if
the file itself shows that it is one: because it begins with such a label and has several.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from statements.transcripts.formats.markup.named_speakers import Named, to_attribution
from statements.transcripts.speakers import label_forms
from statements.transcripts.speakers.attribution import Attribution, read_attribution
from statements.transcripts.speakers.label_forms import is_unnamed
from statements.transcripts.speakers.label_names import Kind, read_naming
from statements.transcripts.speakers.label_styles import Style

CHEVRONS = ">＞»"
_CHEVRONS = re.compile(rf"[{CHEVRONS}]{{2,4}}\s{{0,3}}")
_DASH = re.compile(r"[-‐‑–—]\s{0,2}(?=[\[(\"“¿¡]?[^\W\d_])")
_FEWEST = 2  # labels of a form that are no accident
_MOST_WORDS = 6  # of a name without a mark


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
    printed: str
    end: int  # index in the text at which the words begin
    attribution: Attribution
    is_certain: bool = True  # that it names anyone
    is_voice: bool = False  # nameless: each turn may be another person


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


def find_label(text: str, *, is_marked: bool) -> Label | None:
    """Return what may be a label, without deciding whether it is one."""
    attribution = read_attribution(text)
    if attribution is not None:
        return Label(Form.TITLE, attribution.printed, attribution.end, attribution)
    found = label_forms.find_label(text, is_marked=is_marked)
    if found is None or found.separator not in {":", "]"}:
        return None
    form = _form(found, is_marked=is_marked)
    if form in {Form.CAPITALS, Form.NAME} and len(found.name.split()) > _MOST_WORDS:
        return None
    if is_unnamed(found.name):
        return Label(form, found.text, found.end, to_attribution(Named(identifier=found.name)))
    naming = read_naming(found)
    is_name = Kind.NAME <= naming.kind < Kind.RECORD
    return Label(
        form,
        found.text,
        found.end,
        naming.attribution(found),
        is_certain=is_name or (form is Form.MARKED and " " in found.name),
        is_voice=naming.is_voice,
    )


def _form(label: label_forms.Label, *, is_marked: bool) -> Form:
    if label.separator == "]":
        return Form.BRACKETED
    if is_marked:
        return Form.MARKED
    is_capital = label.style is Style.CAPITALS and len(label.name) > 1
    return Form.CAPITALS if is_capital else Form.NAME


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


def speaker_of(voice: str) -> Attribution | None:
    """Return who a tag for the voice names; None if it is not certain that it names anyone.

    "Speaker 1" is a person without a name.
    """
    if is_unnamed(voice):
        return to_attribution(Named(identifier=voice))
    attribution = to_attribution(Named(printed=voice))
    return attribution if attribution.speaker or attribution.role else None

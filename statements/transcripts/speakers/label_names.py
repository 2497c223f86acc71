"""Takes the words of a label apart into title, name, office and State.

The words also tell how much a label is like one: it names an office, a title or a voice that is
known, or it may be a name, or neither.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import IntEnum

from statements.transcripts.languages.label_words import (
    fold_label,
    is_language_note,
    is_office_label,
    label_words,
)
from statements.transcripts.languages.titles import (
    HONORIFICS,
    NON_NAMES,
    PARTICLES,
    TITLE_MODIFIERS,
)
from statements.transcripts.speakers.attribution import (
    Attribution,
    attribute,
    read_attribution,
)
from statements.transcripts.speakers.label_forms import Label
from statements.transcripts.speakers.label_marks import PLAIN_NUMBER
from statements.transcripts.speakers.label_styles import Style
from statements.transcripts.text.hyphens import corpus_count, is_common_word

_RARE = 100
_MOST_NAME_WORDS = 5
_LISTENERS = frozenset(
    "and colleagues dear delegates distinguished excellencies excellency friends gentlemen guests"
    " heads honourable ladies majesties of my representatives your".split()
)
_PLAIN_TITLES = frozenset(
    "mr mrs ms madam m mme madame monsieur señor senor senora sr sra o a herr frau signor".split()
)
_CONSTITUENCY = re.compile(r"(?P<name>.*[^\W\d_a-z])\sof\s(?P<place>[^\W\d_a-z][\w .'’-]{2,40})")
_SMALL_WORDS = PARTICLES | {"for", "in", "on", "to", "&"}


class Kind(IntEnum):
    """How much the words of a label are like those of one."""

    LISTENERS = 0  # "Excellencies", "Dear colleagues"
    OTHER = 1  # also "Recommendation", "CALL TO ORDER"
    ADDRESS = 2  # of somebody in office: "Mr. President"; in some houses the label of the chair
    NAME = 3  # words that are rare in debates: "Jane Amberley"
    WORDS = 4  # a title, an office or a voice
    CHORUS = 5  # many at once
    RECORD = 6  # the record's own voice: "BY MR. HARTE:" says who asks the questions below


@dataclass(frozen=True, slots=True)
class Naming:
    """What the words of a label say."""

    kind: Kind
    honorific: str = ""
    speaker: str = ""
    role: str = ""
    is_voice: bool = False  # nameless: each turn may be another person

    def attribution(self, label: Label) -> Attribution:
        """Return the label as the parts of a speaker line, which ends where the label does."""
        notes = tuple(filter(is_language_note, label.groups))
        groups = tuple(group for group in label.groups if group not in notes)
        attribution = attribute(
            label.text, groups, (self.honorific, self.speaker, self.role), label.end
        )
        number = int(label.mark[:-1]) if PLAIN_NUMBER.fullmatch(label.mark) else None
        attribution = replace(attribution, notes=(*notes, *attribution.notes), number=number)
        match = _CONSTITUENCY.fullmatch(attribution.speaker)
        if match is None or attribution.affiliation or label.style is not Style.CAPITALS:
            return attribution
        return replace(attribution, speaker=match["name"], affiliation=match["place"])


def read_naming(label: Label) -> Naming:
    """Take the words of a label apart; what is no office, title or voice is all name."""
    words = label.name.split()
    folded = [fold_label(word) for word in words]
    articles = _count_articles(folded)
    plain = fold_label(" ".join(words[articles:]))
    lists = label_words()
    if fold_label(label.name) in lists.choruses or plain in lists.choruses:
        return Naming(Kind.CHORUS, role=_as_role(words[articles:]), is_voice=True)
    if folded[0] == "by" and len(words) > 1 and _count_titles(words, 1) > 1:
        return Naming(Kind.RECORD)
    if set(folded) <= _LISTENERS:
        return Naming(Kind.LISTENERS)
    if not articles and (plain in lists.addresses or _is_address(folded)):
        return Naming(Kind.ADDRESS, role=_as_role(words[1:] or words))
    is_plain_word = (
        not articles
        and len(words) == 1
        and label.style is Style.NAMES
        and label.separator in {":", "line"}
    )
    known = Kind.OTHER if is_plain_word and _are_common(words) else Kind.WORDS
    if plain in lists.voices:
        is_voice = not label.name[-1:].isdigit()  # "Speaker 2" is the same each time
        return Naming(known, role=_as_role(words[articles:]), is_voice=is_voice)
    if start := _office_start(words, articles):
        return Naming(known, role=_as_role(words[start - 1 :]))
    naming = _read_person(label, words, articles)
    return replace(naming, role=naming.role or label.office)


def _office_start(words: Sequence[str], articles: int) -> int:
    """Return one more than the index at which an office begins; 0 if the words name none.

    Titles and articles may stand before it: "M. le président", "MR. DEPUTY SPEAKER".
    """
    lists = label_words()
    for start in range(articles, len(words)):
        if is_office_label(" ".join(words[start:])):
            return start + 1
        folded = fold_label(words[start])
        if folded not in lists.articles | _PLAIN_TITLES:
            return 0
    return 0


def _read_person(label: Label, words: Sequence[str], articles: int) -> Naming:
    attribution = read_attribution(f"{label.name}: X")
    if attribution and (attribution.speaker or attribution.role):
        return Naming(
            Kind.WORDS,
            attribution.honorific,
            attribution.speaker,
            attribution.role,
        )
    titles = _count_titles(words, articles)
    rest = words[titles:]
    if titles > articles and not (_are_common(rest) and label.style is Style.NAMES):
        return Naming(Kind.WORDS, " ".join(words[articles:titles]), " ".join(rest))
    name = " ".join(words)
    if _may_be_name(words) or label.style is Style.UNCASED:
        return Naming(Kind.NAME, speaker=name)
    return Naming(Kind.OTHER, speaker=name)


def _count_articles(folded: Sequence[str]) -> int:
    articles = label_words().articles
    count = 0
    while count < len(folded) - 1 and folded[count] in articles:
        count += 1
    return count


def _count_titles(words: Sequence[str], start: int) -> int:
    """Return the index after the titles that begin at ``start`` and leave a name."""
    lists = label_words()
    titles = lists.titles | TITLE_MODIFIERS
    index = start
    while index < len(words) - 1:
        two = fold_label(" ".join(words[index : index + 2]))
        if two in lists.titles and index + 2 < len(words):
            index += 2
        elif fold_label(words[index]) in titles or words[index].lower() in HONORIFICS:
            index += 1
        elif index > start and fold_label(words[index]) in lists.articles:
            index += 1  # "M. le ministre"
        else:
            break
    return index


def _is_address(folded: Sequence[str]) -> bool:
    """Return whether a title and an office address somebody: "Mr. President", "Madam Chair"."""
    rest = [word for word in folded[1:] if word not in label_words().articles]
    titled = folded[0] in {"mr", "madam", "mrs", "ms", "madame"}
    return (
        titled and bool(rest) and all(word in NON_NAMES or is_office_label(word) for word in rest)
    )


def _may_be_name(words: Sequence[str]) -> bool:
    """Return whether words could be a person's: few, and not all of them common in debates."""
    telling = [word for word in words if word.lower() not in _SMALL_WORDS]
    if not telling or len(words) > _MOST_NAME_WORDS or any(map(str.isdigit, words)):
        return False
    return any(corpus_count(word.strip(",.")) < _RARE and len(word) > 2 for word in telling)


def _are_common(words: Sequence[str]) -> bool:
    return all(word.lower() in _SMALL_WORDS or is_common_word(word.strip(",.")) for word in words)


def _as_role(words: Sequence[str]) -> str:
    """Return an office as it is shown: "PRESIDING OFFICER" becomes "Presiding Officer"."""
    text = " ".join(words).replace("_", " ")
    if len(text) == 1:
        return ""  # "Q" is nobody's office
    if not text.isupper():
        return text[:1].upper() + text[1:]
    return " ".join(
        word.lower() if word.lower() in _SMALL_WORDS else word.capitalize() for word in text.split()
    )

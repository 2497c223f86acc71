"""Words of labels in all languages at once: a house may quote another, and labels are short."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, lru_cache

from statements.transcripts.languages.names import fold
from statements.transcripts.languages.pack import (
    LABELS,
    OTHERS,
    LanguagePack,
    folded_pattern,
    packs_by_script,
)
from statements.transcripts.languages.titles import OFFICE, OFFICE_WORDS, PLAIN_TITLES

_COUNTED = re.compile(r"(?:\s(?:number|no))?\s(?:#\s?)?\d{1,3}$")  # "speaker 2", "juror no 5"


@dataclass(frozen=True, slots=True)
class LabelWords:
    """The words of all languages; each entry is folded by ``fold_label``."""

    articles: frozenset[str]
    titles: frozenset[str]
    offices: frozenset[str]  # those that no pattern of a pack has; see ``is_office_label``
    voices: frozenset[str]
    choruses: frozenset[str]
    notes: frozenset[str]
    addresses: frozenset[str]


def fold_label(text: str) -> str:
    """Return a label as its words are compared: "Hon. Member" is "hon member".

    >>> fold_label("Mr. SPEAKER"), fold_label("L’Oratrice"), fold_label("Speaker #2")
    ('mr speaker', "l'oratrice", 'speaker')
    """
    folded = fold(text).replace(".", " ").replace("_", " ")
    return _COUNTED.sub("", " ".join(folded.split())).strip()


def is_language_note(group: str) -> bool:
    """Return whether a parenthesis begins like a note of a language: "fala em inglês"."""
    return fold_label(group).startswith(tuple(label_words().notes))


@lru_cache(maxsize=4096)
def is_office_label(text: str) -> bool:
    """Return whether words are an office in any language, without an article.

    >>> is_office_label("City Manager"), is_office_label("ministre des ports")
    (True, True)
    """
    plain = fold_label(text)
    if plain in label_words().offices or OFFICE.fullmatch(text) or OFFICE.fullmatch(plain):
        return True
    return any(_office(pack).fullmatch(plain) for pack in packs_by_script(text))


@cache
def _office(pack: LanguagePack) -> re.Pattern[str]:
    names = pack.offices.names.replace("\n", "")
    of = rf"(?:\s{pack.offices.of}[^:;()]{{2,120}})?" if pack.offices.of else ""
    return folded_pattern(f"(?:{names}){of}")


@cache
def label_words() -> LabelWords:
    """Join the words of all packs."""
    titles = [*OFFICE_WORDS, *(word for pack in OTHERS for word in pack.titles.before)]
    return LabelWords(
        articles=_folded(word for labels in LABELS for word in labels.articles),
        titles=_folded([*titles, *(word for labels in LABELS for word in labels.titles)]),
        offices=_folded(word for labels in LABELS for word in labels.offices),
        voices=_folded(word for labels in LABELS for word in labels.voices),
        choruses=_folded(word for labels in LABELS for word in labels.choruses),
        notes=_folded(word for labels in LABELS for word in labels.notes),
        addresses=_folded(word for labels in LABELS for word in labels.addresses),
    )


@cache
def courtesy_titles() -> frozenset[str]:
    """Return the single words before a name that state no office, folded by ``fold_label``.

    >>> {"mr", "senora", "deputado"} <= courtesy_titles(), "prasident" in courtesy_titles()
    (True, False)
    """
    before = [word for pack in OTHERS for word in pack.titles.before]
    titles = _folded(
        [*PLAIN_TITLES, *before, *(word for labels in LABELS for word in labels.titles)]
    )
    return frozenset(word for word in titles if " " not in word and not is_office_label(word))


def _folded(words: Iterable[str]) -> frozenset[str]:
    return frozenset(map(fold_label, words))

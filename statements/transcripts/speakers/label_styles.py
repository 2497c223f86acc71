"""How the words of a label are written: in capitals, as names, or in a script without capitals."""

import re
from enum import StrEnum
from functools import cache

from statements.transcripts.languages.label_words import (
    fold_label,
    is_office_label,
    label_words,
)
from statements.transcripts.languages.titles import APOSTROPHES, HONORIFICS, OFFICE, PARTICLES

_PARTS = re.compile(rf"[{APOSTROPHES}-]")  # of "d'Escoto", "al-Kidwa"
_JOINING = PARTICLES | {"for", "in", "on", "to", "&"}
# names with a small letter inside, in capitals: "McTARN"
_PREFIXES = ("Mc", "Mac", "De", "Di", "La", "Le", "O’", "O'")


class Style(StrEnum):
    """How the words of a label are written."""

    CAPITALS = "capitals"
    NAMES = "names"  # each word begins with a capital
    UNCASED = "uncased"  # in a script without capitals


def style_of_office(name: str, *, is_marked: bool) -> Style | None:
    """Return the style of "Minister for Ports and Weirs"; after a mark also that of an office on
    no list, which has mostly capitals, first and last."""
    words = name.split()
    is_cased = words[0][:1].isupper() and words[-1][:1].isupper()
    if is_marked and is_cased and 2 * sum(word[:1].isupper() for word in words) > len(words):
        return style_of(" ".join(word for word in words if word[:1].isupper()))
    if is_cased and OFFICE.fullmatch(name):
        return style_of(" ".join(word for word in words if word != "and"))
    return None


def style_of(name: str) -> Style | None:
    """Return how the words are written; None if they are written like prose."""
    words = [word.strip(",." + APOSTROPHES) for word in name.split()]
    cased = [word for word in words if word.lower() != word.upper()]
    if not cased:
        return Style.UNCASED if any(map(str.isalpha, words)) else None
    if not _is_capitalized(cased[0]):
        return None
    if not (_is_known(name) or all(_is_capitalized(word) or _may_be_small(word) for word in cased)):
        return None
    telling = [word for word in cased if not _connects(word) and len(word) > 1] or cased[-1:]
    return Style.CAPITALS if _in_capitals(telling[0]) and _are_mostly(telling) else Style.NAMES


def _is_known(name: str) -> bool:
    folded = fold_label(name)
    return folded in label_words().voices or folded in label_words().choruses


def _connects(word: str) -> bool:
    """Return whether a word says nothing of the style of a label: "Mr.", "señor", "de"."""
    lists = label_words()
    if word.lower() in _JOINING or word.lower() in HONORIFICS:
        return True
    folded = fold_label(word)
    return folded in lists.titles or folded in lists.articles


def _may_be_small(word: str) -> bool:
    return _connects(word) or fold_label(word) in _words_of_offices() or is_office_label(word)


@cache
def _words_of_offices() -> frozenset[str]:
    return frozenset(word for office in label_words().offices for word in office.split())


def _are_mostly(words: list[str]) -> bool:
    """Return whether half of the words or more are in capitals: "LUND of Vermont" are."""
    return 2 * sum(map(_in_capitals, words)) >= len(words)


def _is_capitalized(word: str) -> bool:
    return any(part[:1].isupper() for part in _PARTS.split(word))


def _in_capitals(word: str) -> bool:
    return word.isupper() or (word.startswith(_PREFIXES) and word[2:].lstrip("c").isupper())

"""The words of printed pages with their places and typefaces."""

from collections.abc import Iterable
from dataclasses import dataclass
from unicodedata import bidirectional


@dataclass(slots=True)  # not frozen, which takes three times as long; nobody changes a word
class Word:
    """One word on its page.

    Positions are in points from the top left corner of the page, turned so that the word is
    upright.
    """

    text: str
    left: float
    right: float
    base: float  # y of the baseline
    size: float  # points
    bold: bool = False
    italic: bool = False
    turn: int = 0  # quarter turns to the left
    spaced: bool = True  # a space precedes it; False if it was only drawn at another place
    mirrored: bool = False  # on a page that runs from right to left, seen in a mirror
    uncertain: bool = False  # text recognition (OCR) was not certain of it
    recognized: bool = False  # by text recognition, which tells no typefaces


@dataclass(frozen=True, slots=True)
class Page:
    """One page with its words, turned so that most of them are upright."""

    number: int  # 1-based
    width: float  # points
    height: float  # points
    words: tuple[Word, ...]
    turn: int = 0  # of most of its words; a scan may be sideways
    has_content: bool = True  # text or pictures


def median(values: Iterable[float]) -> float:
    """Return the median of some measures; raises IndexError if there are none.

    The module of the standard library takes longer to load than a page to read.
    """
    ordered = sorted(values)
    middle = len(ordered) // 2
    if len(ordered) % 2:
        return ordered[middle]
    return (ordered[middle - 1] + ordered[middle]) / 2


def is_right_to_left(text: str) -> bool:
    """Return whether the first letter belongs to a script that runs from right to left."""
    letter = next(filter(str.isalpha, text), "")
    return bool(letter) and bidirectional(letter) in ("R", "AL")

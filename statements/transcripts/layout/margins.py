"""Furniture in the margins of printed pages: running heads, feet, page numbers, bar codes.

A row counts as furniture if both its place and its form say so, or if the same words occur at the
same place on page after page.
"""

import re
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

from statements.transcripts.layout.columns import PrintedLine
from statements.transcripts.layout.furniture import furniture_reason
from statements.transcripts.layout.words import median

_DEPTH = 0.14  # of the page height; heads and feet extend no further into the page
_MAX_ROWS = 4  # of one head or foot
_MIN_PAGES = 3  # with a head that contains no number
_MIN_SHARE = 0.3  # of the pages
_CLEARANCE = 1.3  # of the usual line spacing; a wider gap separates a head from the text
_TOLERANCE = 4.0  # points between the places of one head on two pages
_NO_NEIGHBOUR = 1_000.0  # points; the gap beyond the last row
_DIGITS = re.compile(r"\d+")

Key = tuple[tuple[str, ...], int]


class Margins:
    """Finds furniture by what a whole document repeats at the edges of its pages."""

    def __init__(self, pages: Sequence[Sequence[PrintedLine]], heights: Sequence[float]) -> None:
        self.leading = _leading(pages)
        self._pages = len(pages)
        self._counts: Counter[Key] = Counter()
        for rows, height in zip(pages, heights, strict=True):
            keys = {key for row in _outer(rows, height) for key in _keys(row)}
            self._counts.update(keys)

    def furniture(self, rows: Sequence[PrintedLine], height: float) -> dict[int, str]:
        """Map the index of each row that is furniture to the reason for dropping it.

        ``height`` is the height of the page in points.
        """
        top = [index for index, row in enumerate(rows) if row.base < _DEPTH * height]
        foot = [index for index, row in enumerate(rows) if row.base > (1 - _DEPTH) * height]
        return self._walk(rows, top, 1) | self._walk(rows, foot[::-1], -1)

    def _walk(self, rows: Sequence[PrintedLine], order: Sequence[int], step: int) -> dict[int, str]:
        """Walk inwards from one edge of the page as long as there is furniture."""
        furniture: dict[int, str] = {}
        skipped: list[int] = []
        for index in order[:_MAX_ROWS]:
            inner = index + step
            has_neighbour = 0 <= inner < len(rows)
            gap = abs(rows[inner].base - rows[index].base) if has_neighbour else _NO_NEIGHBOUR
            at_edge = bool(furniture) or gap > _CLEARANCE * self.leading
            reason = self._reason(rows[index], at_edge=at_edge)
            if reason:
                # rows further out are furniture too, whatever they say
                furniture |= dict.fromkeys([*skipped, index], reason)
                skipped = []
            else:
                skipped.append(index)
            if gap > 1.5 * self.leading and not furniture:
                break
        return furniture

    def _reason(self, row: PrintedLine, *, at_edge: bool) -> str:
        text = row.text.strip()
        repeated = self._is_repeated(row)
        return furniture_reason(text, at_edge=at_edge or repeated) or (
            "running head" if repeated else ""
        )

    def _is_repeated(self, row: PrintedLine) -> bool:
        """Return whether the row recurs on enough pages to be a head.

        Rows without a number need more pages, since words such as "It was so decided." may
        coincide at one place.
        """
        count = max(self._counts[key] for key in _keys(row))
        if any(char.isdigit() for char in row.text):
            return count >= 2
        return count >= max(_MIN_PAGES, _MIN_SHARE * self._pages)


def _in_margin(row: PrintedLine, height: float) -> bool:
    return row.base < _DEPTH * height or row.base > (1 - _DEPTH) * height


def _outer(rows: Sequence[PrintedLine], height: float) -> list[PrintedLine]:
    return [row for row in [*rows[:_MAX_ROWS], *rows[-_MAX_ROWS:]] if _in_margin(row, height)]


def _keys(row: PrintedLine) -> tuple[Key, Key]:
    """Return keys that rows with the same words at the same place share.

    Numbers and the order of words do not count. There are two keys, so that places on either
    side of a rounding boundary still match.
    """
    words = tuple(sorted(_DIGITS.sub("#", word.text) for word in row.words))
    place = row.base / _TOLERANCE
    return (words, int(place)), (words, -int(place + 0.5) - 1)


def _in_left_half(rows: Sequence[PrintedLine]) -> list[PrintedLine]:
    """Return rows with words in the left column; lines of two columns need not align."""
    middle = max((row.right for row in rows), default=0.0) / 2
    return [row for row in rows if row.left < middle]


def _leading(pages: Sequence[Sequence[PrintedLine]]) -> float:
    gaps = [
        below.base - above.base
        for rows in pages
        for above, below in pairwise(_in_left_half(rows))
        if 4 < below.base - above.base < 40
    ]
    return median(gaps) if gaps else 12.0

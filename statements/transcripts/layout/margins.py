"""What stands in the margins of printed pages: running heads, feet, numbers, bar codes.

A row is taken for furniture by its place and its form together, or because the same words stand
at the same place on page after page.
"""

import re
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from statistics import median

from statements.transcripts.layout.columns import PrintedLine
from statements.transcripts.layout.furniture import form_of_furniture

_DEPTH = 0.14  # of the page's height: heads and feet stand no deeper in it
_MOST_ROWS = 4  # of one head or foot
_REPEATED = 3  # pages, at least, for a head without a number
_OFTEN = 0.3  # of the pages
_CLEAR = 1.3  # of the usual line spacing: what sets a head apart from the text
_NEAR = 4.0  # points between the places of one head on two pages
_FAR = 1_000.0
_DIGITS = re.compile(r"\d+")

Key = tuple[tuple[str, ...], int]


class Margins:
    """What a whole document repeats at the edges of its pages."""

    def __init__(self, pages: Sequence[Sequence[PrintedLine]], heights: Sequence[float]) -> None:
        self.leading = _leading(pages)
        self._pages = len(pages)
        self._seen: Counter[Key] = Counter()
        for rows, height in zip(pages, heights, strict=True):
            keys = {key for row in _outer(rows, height) for key in _keys(row)}
            self._seen.update(keys)

    def furniture(self, rows: Sequence[PrintedLine], height: float) -> dict[int, str]:
        """Index of each row that is furniture -> the reason it is dropped for."""
        places = range(len(rows))
        top = [at for at in places if rows[at].base < _DEPTH * height]
        foot = [at for at in places if rows[at].base > (1 - _DEPTH) * height]
        return self._walk(rows, top, 1) | self._walk(rows, foot[::-1], -1)

    def _walk(self, rows: Sequence[PrintedLine], order: Sequence[int], step: int) -> dict[int, str]:
        """Go inwards from one edge as long as what is met is furniture."""
        found: dict[int, str] = {}
        passed: list[int] = []
        for index in order[:_MOST_ROWS]:
            inner = index + step
            alone = not 0 <= inner < len(rows)
            gap = _FAR if alone else abs(rows[inner].base - rows[index].base)
            clear = bool(found) or gap > _CLEAR * self.leading
            reason = self._reason(rows[index], clear=clear)
            if reason:
                # what stands further out is furniture too, whatever it says
                found |= dict.fromkeys([*passed, index], reason)
                passed = []
            else:
                passed.append(index)
            if gap > 1.5 * self.leading and not found:
                break
        return found

    def _reason(self, row: PrintedLine, *, clear: bool) -> str:
        text = row.text.strip()
        repeated = self._is_repeated(row)
        return form_of_furniture(text, at_edge=clear or repeated) or (
            "running head" if repeated else ""
        )

    def _is_repeated(self, row: PrintedLine) -> bool:
        """Numbers make a head; words alone ("It was so decided.") may just fall on one place."""
        times = max(self._seen[key] for key in _keys(row))
        if any(char.isdigit() for char in row.text):
            return times >= 2
        return times >= max(_REPEATED, _OFTEN * self._pages)


def _in_margin(row: PrintedLine, height: float) -> bool:
    return row.base < _DEPTH * height or row.base > (1 - _DEPTH) * height


def _outer(rows: Sequence[PrintedLine], height: float) -> list[PrintedLine]:
    return [row for row in [*rows[:_MOST_ROWS], *rows[-_MOST_ROWS:]] if _in_margin(row, height)]


def _keys(row: PrintedLine) -> tuple[Key, Key]:
    """The words of a row, whatever their order and numbers, at its place; two keys, so that
    places on either side of a boundary still meet."""
    words = tuple(sorted(_DIGITS.sub("#", word.text) for word in row.words))
    place = row.base / _NEAR
    return (words, int(place)), (words, -int(place + 0.5) - 1)


def _in_left_half(rows: Sequence[PrintedLine]) -> list[PrintedLine]:
    """Rows with something in the left column, for two columns need not share their lines."""
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

"""Groups the words of a page into lines in reading order. Columns are found by geometry alone.

A page has two columns if a gutter runs down its middle. Lines that cross the gutter are read on
their own; the words between two such lines are read column by column. All places are in points.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate, groupby
from operator import attrgetter
from unicodedata import category

from statements.transcripts.layout.words import Page, Word, is_right_to_left, median

_SAME_LINE = 0.35  # of the letter size; baselines within this distance belong to one line
_MIN_WIDTH = 8.0  # points, of a gutter
_MAX_COVERAGE = 0.25  # of the usual number of words that may cross a gutter
_MAX_UNEVENNESS = 0.08  # of the usual number, by which coverage may vary within a gutter
_MIN_DENSITY = 6  # words on top of one another, for a page to determine its own gutter
_SPACE = 0.18  # of the letter size; a wider gap separates words even if no space is drawn
_MAX_SIZE = 14.0  # points; files often overstate the letter size of titles
_WIDE_GAP = 1.5  # of the letter size; a wider gap becomes two spaces

_BASE = attrgetter("base")
_LEFT = attrgetter("left")


@dataclass(frozen=True)
class PrintedLine:
    """One line of one column, with its words from left to right."""

    page: int
    column: int  # 0: the full width of the page, 1: the left column, 2: the right column
    words: tuple[Word, ...]

    @cached_property
    def text(self) -> str:
        parts: list[str] = []
        right = None
        for word in _in_speaking_order(self.words):
            if parts and not word.text.isascii() and _is_mark(word.text):
                parts.append(word.text)  # drawn apart from the letter below it
                continue
            gap = 0.0 if right is None else word.left - right
            if gap > _WIDE_GAP * min(word.size, _MAX_SIZE):
                parts.append("  ")
            elif parts and (word.spaced or gap > _SPACE * min(word.size, _MAX_SIZE)):
                parts.append(" ")
            parts.append(word.text)
            right = word.right
        return "".join(parts)

    @cached_property
    def left(self) -> float:
        return min(word.left for word in self.words)

    @cached_property
    def right(self) -> float:
        return max(word.right for word in self.words)

    @cached_property
    def base(self) -> float:
        return median(word.base for word in self.words)

    @cached_property
    def size(self) -> float:
        """The median letter size, in points."""
        if len({word.size for word in self.words}) == 1:
            return self.words[0].size
        sizes = sorted((word.size, len(word.text)) for word in self.words)
        half = sum(letters for _, letters in sizes) / 2
        for size, letters in sizes:
            half -= letters
            if half <= 0:
                return size
        return sizes[-1][0]

    @cached_property
    def bold(self) -> float:
        """The share of letters in bold type, from 0 to 1."""
        return _share(self.words, [word for word in self.words if word.bold])

    @cached_property
    def italic(self) -> float:
        """The share of letters in italics, from 0 to 1."""
        return _share(self.words, [word for word in self.words if word.italic])


def _in_speaking_order(words: Sequence[Word]) -> list[Word]:
    """Return words in the order in which they are read.

    On a mirrored page, Latin words stand in reversed order: "S/PV.9907 (E)" as "(E) S/PV.9907".
    """
    if not words or not words[0].mirrored:
        return list(words)
    ordered: list[Word] = []
    for from_left, run in groupby(words, key=_runs_left_to_right):
        alike = list(run)
        ordered += reversed(alike) if from_left else alike
    return ordered


def _runs_left_to_right(word: Word) -> bool:
    return any(map(str.isalpha, word.text)) and not is_right_to_left(word.text)


def _is_mark(text: str) -> bool:
    return all(category(sign)[0] == "M" for sign in text)


@dataclass(frozen=True, slots=True)
class Gutter:
    """The blank strip between two columns."""

    left: float
    right: float

    @property
    def width(self) -> float:
        return self.right - self.left

    @property
    def middle(self) -> float:
        return (self.left + self.right) / 2


def group_into_rows(words: Iterable[Word], page: int, column: int = 0) -> list[PrintedLine]:
    """Group the words on one baseline into a row; return the rows from top to bottom."""
    rows: list[list[Word]] = []
    first: Word | None = None
    for word in sorted(words, key=_BASE):
        if first and word.base - first.base <= _SAME_LINE * max(word.size, first.size):
            rows[-1].append(word)
        else:
            rows.append([word])
            first = word
    return [PrintedLine(page, column, tuple(sorted(row, key=_LEFT))) for row in rows]


def find_gutter(words: Sequence[Word]) -> Gutter | None:
    """Return the widest strip down the middle of a page that almost no words cross."""
    if not words:
        return None
    edges = sorted(word.left for word in words), sorted(word.right for word in words)
    start, end = int(edges[0][len(words) // 50]), int(edges[1][-1 - len(words) // 50]) + 1
    if end - start < 200:
        return None
    coverage = _coverage(words, start, end)
    usual = median(coverage)
    if usual < _MIN_DENSITY:
        return None
    margin = (end - start) * 3 // 10
    least = min(coverage[margin : end - start - margin + 1])
    if least > usual * _MAX_COVERAGE:
        return None
    limit = least + usual * _MAX_UNEVENNESS
    best: tuple[int, int] = (0, 0)  # width and left edge
    strip_start = margin
    for x in range(margin, end - start - margin + 1):
        if coverage[x] > limit:
            best = max(best, (x - strip_start, strip_start))
            strip_start = x + 1
    best = max(best, (end - start - margin + 1 - strip_start, strip_start))
    width, left = best
    return Gutter(start + left, start + left + width) if width >= _MIN_WIDTH else None


def _coverage(words: Sequence[Word], start: int, end: int) -> list[int]:
    """Return the number of words at each point between ``start`` and ``end``."""
    steps = [0] * (end - start + 2)
    last = end - start
    for word in words:
        left, right = int(word.left) - start, int(word.right) + 1 - start
        steps[left if 0 <= left <= last else 0 if left < 0 else last] += 1
        steps[right if 0 <= right <= last else 0 if right < 0 else last + 1] -= 1
    return list(accumulate(steps[: last + 1]))


def common_gutter(pages: Sequence[Sequence[Word]]) -> Gutter | None:
    """Return the median gutter of a document, for pages with too little text to find their own."""
    gutters = [gutter for gutter in map(find_gutter, pages) if gutter]
    if not gutters:
        return None
    left = median(gutter.left for gutter in gutters)
    return Gutter(left, median(gutter.right for gutter in gutters))


def in_reading_order(
    rows: Sequence[PrintedLine], page: Page, usual: Gutter | None
) -> list[PrintedLine]:
    """Return the lines of a page in reading order, given its rows from top to bottom.

    ``usual`` is the document's gutter, if any.
    """
    own = find_gutter([word for row in rows for word in row.words])
    gutter, crossing = _best_gutter(rows, [own, usual])
    if gutter is None:
        return list(rows)
    lines: list[PrintedLine] = []
    column_words: list[Word] = []
    for index, row in enumerate(rows):
        if index in crossing:
            lines += _columns(column_words, page.number, gutter)
            lines.append(row)
            column_words = []
        else:
            column_words += row.words
    return lines + _columns(column_words, page.number, gutter)


def _columns(words: Sequence[Word], page: int, gutter: Gutter) -> list[PrintedLine]:
    left = [word for word in words if word.left < gutter.middle]
    right = [word for word in words if word.left >= gutter.middle]
    return group_into_rows(left, page, 1) + group_into_rows(right, page, 2)


def _crosses(row: PrintedLine, gutter: Gutter) -> bool:
    """Return whether a row of words continues across the gutter."""
    middle = gutter.middle
    before: Word | None = None
    for word in row.words:
        if word.left >= middle:
            return before is not None and word.left - before.right < 0.6 * gutter.width
        before = word
        spans = word.left < gutter.left - 1 and word.right > gutter.right + 1
        if word.right > middle and (spans or _straddles(word, gutter)):
            return True
    return False


def _straddles(word: Word, gutter: Gutter) -> bool:
    return (
        word.left < gutter.middle < word.right
        and min(gutter.middle - word.left, word.right - gutter.middle) > 0.25 * gutter.width
    )


def _best_gutter(
    rows: Sequence[PrintedLine], candidates: Sequence[Gutter | None]
) -> tuple[Gutter | None, set[int]]:
    """Return the gutter that the fewest rows cross, and the indices of these rows.

    There is none if the page has one column.
    """
    best: Gutter | None = None
    fewest: set[int] | range = range(len(rows) + 1)
    for gutter in filter(None, candidates):
        crossing = {index for index, row in enumerate(rows) if _crosses(row, gutter)}
        two_column = sum(
            index not in crossing and row.words[0].left < gutter.middle <= row.words[-1].left
            for index, row in enumerate(rows)
        )
        if len(crossing) < len(fewest) and len(crossing) <= max(2, 2 * two_column):
            best, fewest = gutter, crossing
    return best, set(fewest)


def _share(words: Sequence[Word], selection: Sequence[Word]) -> float:
    if not selection or len(selection) == len(words):
        return float(bool(selection))
    letters = sum(len(word.text) for word in words)
    return sum(len(word.text) for word in selection) / letters if letters else 0.0

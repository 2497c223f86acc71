"""From words on a page to lines in reading order: columns are told apart by geometry alone.

A page has two columns where a gutter runs down its middle. Lines that cross the gutter stand for
themselves; what is between two of them is read column by column.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from statistics import median

from statements.transcripts.layout.pdf_words import Page, Word

_SAME_LINE = 0.35  # of the letter size: baselines as near as this are one line's
_NARROWEST = 8.0  # points; no gutter is narrower
_HOLDS = 0.25  # of the usual number of words may stand across a gutter
_UNEVEN = 0.08  # of the usual number: how much more may stand in one part of it than another
_DENSE = 6  # words above one another, at least, to judge a page's gutter by itself
_SPACE = 0.18  # of the letter size: a wider gap parts words even where no space is drawn
_LARGE = 14.0  # points; the sizes of titles are often overstated
_WIDE = 1.5  # of the letter size: a gap as wide as this is shown by two spaces


@dataclass(frozen=True)
class PrintedLine:
    """One line of one column, its words from left to right."""

    page: int
    column: int  # 0 across the page, 1 the left column, 2 the right one
    words: tuple[Word, ...]

    @cached_property
    def text(self) -> str:
        parts: list[str] = []
        right = None
        for word in self.words:
            gap = 0.0 if right is None else word.left - right
            if gap > _WIDE * min(word.size, _LARGE):
                parts.append("  ")
            elif parts and (word.spaced or gap > _SPACE * min(word.size, _LARGE)):
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
        """The size of most of its letters."""
        sizes = sorted((word.size, len(word.text)) for word in self.words)
        half = sum(letters for _, letters in sizes) / 2
        for size, letters in sizes:
            half -= letters
            if half <= 0:
                return size
        return sizes[-1][0]

    @cached_property
    def bold(self) -> float:
        """How much of the line is printed bold."""
        return _share(self.words, [word for word in self.words if word.bold])

    @cached_property
    def italic(self) -> float:
        return _share(self.words, [word for word in self.words if word.italic])


@dataclass(frozen=True, slots=True)
class Gutter:
    left: float
    right: float

    @property
    def width(self) -> float:
        return self.right - self.left

    @property
    def middle(self) -> float:
        return (self.left + self.right) / 2


def rows(words: Iterable[Word], page: int, column: int = 0) -> list[PrintedLine]:
    """Words on one baseline together, from the top down."""
    found: list[list[Word]] = []
    for word in sorted(words, key=lambda each: each.base):
        if found and word.base - found[-1][0].base <= _SAME_LINE * max(
            word.size, found[-1][0].size
        ):
            found[-1].append(word)
        else:
            found.append([word])
    return [
        PrintedLine(page, column, tuple(sorted(each, key=lambda word: word.left))) for each in found
    ]


def find_gutter(words: Sequence[Word]) -> Gutter | None:
    """The widest strip down the middle that hardly any word stands in."""
    if not words:
        return None
    edges = sorted(word.left for word in words), sorted(word.right for word in words)
    start, end = int(edges[0][len(words) // 50]), int(edges[1][-1 - len(words) // 50]) + 1
    if end - start < 200:
        return None
    cover = _coverage(words, start, end)
    usual = median(cover)
    if usual < _DENSE:
        return None
    third = (end - start) * 3 // 10
    least = min(cover[third : end - start - third + 1])
    if least > usual * _HOLDS:
        return None
    most = least + usual * _UNEVEN
    best: tuple[int, int] = (0, 0)
    run = third
    for at in range(third, end - start - third + 1):
        if cover[at] > most:
            best = max(best, (at - run, run))
            run = at + 1
    best = max(best, (end - start - third + 1 - run, run))
    width, at = best
    return Gutter(start + at, start + at + width) if width >= _NARROWEST else None


def _coverage(words: Sequence[Word], start: int, end: int) -> list[int]:
    steps = [0] * (end - start + 2)
    for word in words:
        steps[min(max(int(word.left) - start, 0), end - start)] += 1
        steps[min(max(int(word.right) + 1 - start, 0), end - start + 1)] -= 1
    cover, height = [], 0
    for step in steps[: end - start + 1]:
        height += step
        cover.append(height)
    return cover


def common_gutter(pages: Sequence[Sequence[Word]]) -> Gutter | None:
    """What most pages of a document agree on, for pages with too little text to tell."""
    found = [gutter for gutter in map(find_gutter, pages) if gutter]
    if not found:
        return None
    return Gutter(median(each.left for each in found), median(each.right for each in found))


def in_reading_order(words: Sequence[Word], page: Page, usual: Gutter | None) -> list[PrintedLine]:
    """The lines of a page as they are read."""
    across = rows(words, page.number)
    gutter = _best_gutter(across, [find_gutter(words), usual])
    if gutter is None:
        return across
    lines: list[PrintedLine] = []
    waiting: list[Word] = []
    for row in across:
        if _crosses(row, gutter):
            lines += _columns(waiting, page.number, gutter)
            lines.append(row)
            waiting = []
        else:
            waiting += row.words
    return lines + _columns(waiting, page.number, gutter)


def _columns(words: Sequence[Word], page: int, gutter: Gutter) -> list[PrintedLine]:
    left = [word for word in words if word.left < gutter.middle]
    right = [word for word in words if word.left >= gutter.middle]
    return rows(left, page, 1) + rows(right, page, 2)


def _crosses(row: PrintedLine, gutter: Gutter) -> bool:
    """Whether a row runs on through the gutter instead of stopping there."""
    if any(
        (word.left < gutter.left - 1 and word.right > gutter.right + 1) or _inside(word, gutter)
        for word in row.words
    ):
        return True
    for before, after in pairwise(row.words):
        if before.left < gutter.middle <= after.left:
            return after.left - before.right < 0.6 * gutter.width
    return False


def _inside(word: Word, gutter: Gutter) -> bool:
    return (
        word.left < gutter.middle < word.right
        and min(gutter.middle - word.left, word.right - gutter.middle) > 0.25 * gutter.width
    )


def _best_gutter(
    across: Sequence[PrintedLine], candidates: Sequence[Gutter | None]
) -> Gutter | None:
    """The gutter that the fewest lines run through; None where the page is one column."""
    best: Gutter | None = None
    fewest = len(across) + 1
    for gutter in filter(None, candidates):
        both = crossing = 0
        for row in across:
            if _crosses(row, gutter):
                crossing += 1
            elif row.words[0].left < gutter.middle <= row.words[-1].left:
                both += 1
        if crossing < fewest and crossing <= max(2, 2 * both):
            best, fewest = gutter, crossing
    return best


def _share(words: Sequence[Word], some: Sequence[Word]) -> float:
    letters = sum(len(word.text) for word in words)
    return sum(len(word.text) for word in some) / letters if letters else 0.0

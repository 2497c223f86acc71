"""Paragraphs of printed pages: told by indentation, spacing and the face of the type.

Text readers must guess from blank lines; a page shows where a paragraph begins, who is named in
bold, and what is set in italics because nobody said it.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from statements.transcripts.hyphens import ends_in_hyphen
from statements.transcripts.layout.columns import PrintedLine
from statements.transcripts.record.narrative import heads_vote_list
from statements.transcripts.speakers.attribution import read_attribution

_INDENT = 0.6  # of the letter size
_SPACED = 1.22  # of the column's line spacing: a wider gap parts paragraphs
_MOSTLY = 0.6  # of the letters of a line
_WHOLLY = 0.95
_ENDS = (".", "?", "!", ":", "”", '"', ")", "]", "…", ";", "’")
_LABEL = re.compile(r"\(?[a-z0-9]{1,4}[.)]\s+")
_SHORT = 0.8  # of the column's width

Place = tuple[int, int]  # page and column


@dataclass(frozen=True, slots=True)
class _Column:
    edge: float  # where unindented lines begin
    width: float
    leading: float


class Indentation:
    """Where paragraphs begin on the pages of one document."""

    def __init__(self, lines: Sequence[PrintedLine]) -> None:
        self._columns = _measure(lines)
        faces = Counter[str]()
        for line in lines:
            faces.update(bold=line.bold > _MOSTLY, italic=line.italic > _MOSTLY)
        # a face says something only where it is the exception
        self.bold_tells = 2 * faces["bold"] < len(lines)
        self.italic_tells = 2 * faces["italic"] < len(lines)
        self._spaced = self._parts_by_space(lines)
        self.names_are_bold = self.bold_tells and _names_are_bold(lines)

    def _parts_by_space(self, lines: Sequence[PrintedLine]) -> bool:
        """Whether wider spaces stand before indented lines, beside the indentation."""
        gaps = [
            (line.base - before.base) / self._columns[line.page, line.column].leading
            for before, line in pairwise(lines)
            if (before.page, before.column) == (line.page, line.column)
            and self._indent(line) > 0
            and self._indent(before) <= 0
        ]
        return 2 * sum(gap > _SPACED for gap in gaps) >= len(gaps)

    def begins(self, before: PrintedLine | None, line: PrintedLine) -> bool:
        """Whether a paragraph begins with ``line``; ``before`` is the line read before it."""
        if before is None or heads_vote_list(line.text):
            return True
        if (before.page, before.column) == (line.page, line.column):
            return self._begins_below(before, line) or self._names_speaker(before, line)
        return self._begins_column(before, line) or self._names_speaker(before, line)

    def _begins_below(self, before: PrintedLine, line: PrintedLine) -> bool:
        column = self._columns[line.page, line.column]
        spaced = line.base - before.base > _SPACED * column.leading
        step = line.left - before.left
        runs_on = not _ends_sentence(before) and line.text[:1].islower()
        if ends_in_hyphen(before.text):
            return False
        if spaced:
            return not (runs_on and self._same_face(before, line) and self._indent(line) <= 0)
        if step > _INDENT * line.size + 1:
            heading = min(before.bold, line.bold) > _MOSTLY
            return not (runs_on or heading or _hangs(before, line))
        if self._indent(line) > 0 and _ends_sentence(before):
            # indented below an indented line: a paragraph of one line has ended above, unless
            # wider spaces part the paragraphs here and the line above is full
            return not self._spaced or self._had_room(before, line)
        return self._changes_face(before, line)

    def _begins_column(self, before: PrintedLine, line: PrintedLine) -> bool:
        if ends_in_hyphen(before.text):
            return False
        if not _ends_sentence(before) and line.text[:1].islower():
            return False
        indented = self._indent(line) > 0
        if not self._same_face(before, line):
            return indented or self._changes_face(before, line)
        if indented:
            # a list of delegations goes on, indented as it was
            goes_on = self._indent(before) > 0 and not self._had_room(before, line)
            return _ends_sentence(before) or not goes_on
        column = self._columns[before.page, before.column]
        return _ends_sentence(before) and before.right - column.edge < _SHORT * column.width

    def _had_room(self, before: PrintedLine, line: PrintedLine) -> bool:
        """Whether the first word of ``line`` would have fitted into the line before it."""
        column = self._columns[before.page, before.column]
        word = line.words[0]
        return before.right + word.right - word.left + 0.5 * line.size < column.edge + column.width

    def _indent(self, line: PrintedLine) -> float:
        """How far a line is indented; 0 where only the setting is uneven."""
        indent = line.left - self._columns[line.page, line.column].edge
        return indent if indent > _INDENT * line.size else 0.0

    def _same_face(self, before: PrintedLine, line: PrintedLine) -> bool:
        return abs(before.bold - line.bold) < _MOSTLY and abs(before.italic - line.italic) < _MOSTLY

    def _changes_face(self, before: PrintedLine, line: PrintedLine) -> bool:
        """Whether a heading or a note in italics has just ended, or begins."""
        if self.bold_tells and before.bold >= _WHOLLY and line.bold < 1 - _MOSTLY:
            return not line.words[0].bold and line.text[:1] not in "(" and not _breaks(before)
        if self.italic_tells and abs(before.italic - line.italic) > _MOSTLY:
            return _ends_sentence(before)
        return (
            self.bold_tells
            and line.bold >= _WHOLLY
            and before.bold < 1 - _MOSTLY
            and _ends_sentence(before)
        )

    def _names_speaker(self, before: PrintedLine, line: PrintedLine) -> bool:
        """A speaker line always begins a paragraph, however it is set."""
        if not _ends_sentence(before) or not line.text[:1].isupper():
            return False
        if self.names_are_bold and not line.words[0].bold:
            return False
        found = read_attribution(line.text)
        return found is not None and bool(found.honorific or found.role)


def _measure(lines: Sequence[PrintedLine]) -> dict[Place, _Column]:
    places: defaultdict[Place, list[PrintedLine]] = defaultdict(list)
    for line in lines:
        places[line.page, line.column].append(line)
    usual = {
        column: _edge([line.left for line in lines if line.column == column])
        for column in {line.column for line in lines}
    }
    leading = _spacing(lines) or 12.0
    found: dict[Place, _Column] = {}
    for place, inside in places.items():
        lefts = [line.left for line in inside]
        near = [left for left in lefts if abs(left - usual[place[1]]) <= 3]
        if len(near) >= 2:
            edge = sum(near) / len(near)
        elif len(lefts) >= 8:
            edge = _edge(lefts)
        else:
            edge = usual[place[1]]
        width = max(line.right for line in inside) - edge
        found[place] = _Column(edge, width, _spacing(inside) or leading)
    return found


def _names_are_bold(lines: Sequence[PrintedLine]) -> bool:
    """Whether the document sets the names of speakers in bold type."""
    named = [
        line
        for line in lines
        if line.text[:1].isupper() and ":" in line.text and read_attribution(line.text)
    ]
    return 2 * sum(line.words[0].bold for line in named) > len(named)


def _edge(lefts: Sequence[float]) -> float:
    """The leftmost place at which a good part of the lines begins."""
    counts = Counter(round(left) for left in lefts)
    often = max(counts.values())
    near = [place for place in counts if sum(counts[place + by] for by in (-1, 0, 1)) * 3 >= often]
    return float(min(near))


def _spacing(lines: Sequence[PrintedLine]) -> float:
    """The distance of lines within paragraphs: small gaps are the rule, large ones part them."""
    gaps = sorted(
        below.base - above.base
        for above, below in pairwise(lines)
        if (above.page, above.column) == (below.page, below.column)
        and 0 < below.base - above.base < 60
    )
    return gaps[len(gaps) // 4] if len(gaps) >= 4 else 0.0


def _ends_sentence(line: PrintedLine) -> bool:
    return line.text.endswith(_ENDS)


def _hangs(before: PrintedLine, line: PrintedLine) -> bool:
    """Whether a title in capitals goes on under its label: "(a) NOTE BY THE / SECRETARIAT"."""
    label = _LABEL.match(before.text)
    return label is not None and (before.text[label.end() :] + line.text).isupper()


def _breaks(line: PrintedLine) -> bool:
    """Whether the line ends in the middle of a word or a parenthesis."""
    return ends_in_hyphen(line.text) or line.text.count("(") > line.text.count(")")

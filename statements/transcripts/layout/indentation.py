"""Finds the paragraphs of printed pages by indentation, spacing and typeface.

A text leaves only blank lines to go by. A page shows where a paragraph begins, sets the names of
speakers in bold, and sets text that nobody spoke in italics.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise, takewhile

from statements.transcripts.layout.columns import PrintedLine
from statements.transcripts.record.vote_lists import heads_vote_list
from statements.transcripts.speakers.attribution import read_attribution
from statements.transcripts.speakers.label_forms import find_label
from statements.transcripts.text.hyphens import ends_in_hyphen
from statements.transcripts.text.sentences import is_open

_INDENT = 0.6  # of the letter size
_PARAGRAPH_GAP = 1.22  # of the column's line spacing; a wider gap separates paragraphs
_MOST = 0.6  # of the letters of a line
_NEARLY_ALL = 0.95  # of the letters of a line
_ENDS = (".", "?", "!", ":", "”", '"', ")", "]", "…", ";", "’")
_LABEL = re.compile(r"\(?[a-z0-9]{1,4}[.)]\s+")
_SHORT = 0.8  # of the column's width

Place = tuple[int, int]  # page and column


@dataclass(frozen=True, slots=True)
class _Column:
    """Measures of one column, in points."""

    edge: float  # where unindented lines begin
    width: float
    leading: float


class Indentation:
    """Decides where paragraphs begin on the pages of one document."""

    def __init__(self, lines: Sequence[PrintedLine]) -> None:
        self._columns = _measure(lines)
        faces = Counter[str]()
        for line in lines:
            faces.update(bold=line.bold > _MOST, italic=line.italic > _MOST)
        # a typeface has a meaning only where it is the exception
        self.bold_is_distinctive = 2 * faces["bold"] < len(lines)
        self.italic_is_distinctive = 2 * faces["italic"] < len(lines)
        self._has_gaps = self._separates_by_gaps(lines)
        self.names_are_bold = self.bold_is_distinctive and _names_are_bold(lines)

    def _separates_by_gaps(self, lines: Sequence[PrintedLine]) -> bool:
        """Return whether indented lines are also preceded by wider gaps."""
        gaps = [
            (line.base - before.base) / self._columns[line.page, line.column].leading
            for before, line in pairwise(lines)
            if (before.page, before.column) == (line.page, line.column)
            and self._indent(line) > 0
            and self._indent(before) <= 0
        ]
        return 2 * sum(gap > _PARAGRAPH_GAP for gap in gaps) >= len(gaps)

    def begins(self, before: PrintedLine | None, line: PrintedLine) -> bool:
        """Return whether ``line`` begins a paragraph; ``before`` is the previous line, if any."""
        if before is None or heads_vote_list(line.text):
            return True
        if (before.page, before.column) == (line.page, line.column):
            return self._begins_below(before, line) or self._starts_with_speaker(before, line)
        return self._begins_column(before, line) or self._starts_with_speaker(before, line)

    def _begins_below(self, before: PrintedLine, line: PrintedLine) -> bool:
        column = self._columns[line.page, line.column]
        after_gap = line.base - before.base > _PARAGRAPH_GAP * column.leading
        step = line.left - before.left
        runs_on = _runs_on(before, line)
        if ends_in_hyphen(before.text):
            return False
        if after_gap:
            return not (runs_on and self._same_face(before, line) and self._indent(line) <= 0)
        if step > _INDENT * line.size + 1:
            heading = min(before.bold, line.bold) > _MOST
            return not (runs_on or heading or _continues_title(before, line))
        if self._indent(line) > 0 and _ends_sentence(before):
            # Both lines are indented: the previous one was a paragraph of its own, unless this
            # document has gaps between paragraphs and that line is full.
            return not self._has_gaps or self._had_room(before, line)
        return self._changes_face(before, line)

    def _begins_column(self, before: PrintedLine, line: PrintedLine) -> bool:
        if ends_in_hyphen(before.text):
            return False
        if _runs_on(before, line):
            return False
        indented = self._indent(line) > 0
        if not self._same_face(before, line):
            return indented or self._changes_face(before, line)
        if indented:
            # a list of delegations continues with the same indentation
            return _ends_sentence(before) or self._had_room(before, line)
        column = self._columns[before.page, before.column]
        return _ends_sentence(before) and before.right - column.edge < _SHORT * column.width

    def _had_room(self, before: PrintedLine, line: PrintedLine) -> bool:
        """Return whether the first word of ``line`` would have fitted on the previous line."""
        column = self._columns[before.page, before.column]
        word = line.words[0]
        return before.right + word.right - word.left + 0.5 * line.size < column.edge + column.width

    def _indent(self, line: PrintedLine) -> float:
        """Return the indentation of a line in points; 0 if it is within the tolerance."""
        indent = line.left - self._columns[line.page, line.column].edge
        return indent if indent > _INDENT * line.size else 0.0

    def _same_face(self, before: PrintedLine, line: PrintedLine) -> bool:
        return abs(before.bold - line.bold) < _MOST and abs(before.italic - line.italic) < _MOST

    def _changes_face(self, before: PrintedLine, line: PrintedLine) -> bool:
        """Return whether a heading or a note in italics ends before ``line`` or begins there."""
        if self.bold_is_distinctive and before.bold >= _NEARLY_ALL and line.bold < 1 - _MOST:
            return not line.words[0].bold and line.text[:1] not in "(" and not _is_cut(before)
        if self.italic_is_distinctive and abs(before.italic - line.italic) > _MOST:
            return _ends_sentence(before)
        return (
            self.bold_is_distinctive
            and line.bold >= _NEARLY_ALL
            and before.bold < 1 - _MOST
            and _ends_sentence(before)
        )

    def _starts_with_speaker(self, before: PrintedLine, line: PrintedLine) -> bool:
        """Return whether ``line`` is a speaker line, which always begins a paragraph."""
        if not _ends_sentence(before) or not line.text[:1].isupper():
            return False
        if self.names_are_bold and not (line.words[0].bold or line.words[0].recognized):
            return False
        if self.bold_is_distinctive and not before.words[-1].bold and _starts_with_label(line):
            return True
        attribution = read_attribution(line.text)
        return attribution is not None and bool(attribution.honorific or attribution.role)


def _starts_with_label(line: PrintedLine) -> bool:
    """Return whether the bold words at the beginning of a line are a label: "Erik Tarn:"."""
    bold = [word.text for word in takewhile(lambda word: word.bold, line.words)]
    if not bold or len(bold) == len(line.words):
        return False
    label = find_label(line.text)
    return label is not None and " ".join(bold).rstrip(" :：.–—-") in {label.text, label.name}


def _measure(lines: Sequence[PrintedLine]) -> dict[Place, _Column]:
    places: defaultdict[Place, list[PrintedLine]] = defaultdict(list)
    for line in lines:
        places[line.page, line.column].append(line)
    usual = {
        column: _edge([line.left for line in lines if line.column == column])
        for column in {line.column for line in lines}
    }
    leading = _spacing(lines) or 12.0
    columns: dict[Place, _Column] = {}
    for place, column_lines in places.items():
        lefts = [line.left for line in column_lines]
        near = [left for left in lefts if abs(left - usual[place[1]]) <= 3]
        if len(near) >= 2:
            edge = sum(near) / len(near)
        elif len(lefts) >= 8:
            edge = _edge(lefts)
        else:
            edge = usual[place[1]]
        width = max(line.right for line in column_lines) - edge
        columns[place] = _Column(edge, width, _spacing(column_lines) or leading)
    return columns


def _names_are_bold(lines: Sequence[PrintedLine]) -> bool:
    """Return whether the document sets the names of speakers in bold type."""
    speaker_lines = [
        line
        for line in lines
        if not line.words[0].recognized
        and line.text[:1].isupper()
        and ":" in line.text
        and read_attribution(line.text)
    ]
    return 2 * sum(line.words[0].bold for line in speaker_lines) > len(speaker_lines)


def _edge(lefts: Sequence[float]) -> float:
    """Return the leftmost x at which a good part of the lines begins."""
    counts = Counter(round(left) for left in lefts)
    highest = max(counts.values())
    frequent = [x for x in counts if sum(counts[x + step] for step in (-1, 0, 1)) * 3 >= highest]
    return float(min(frequent))


def _spacing(lines: Sequence[PrintedLine]) -> float:
    """Return the line spacing within paragraphs: the lower quartile of all gaps, or 0."""
    gaps = sorted(
        below.base - above.base
        for above, below in pairwise(lines)
        if (above.page, above.column) == (below.page, below.column)
        and 0 < below.base - above.base < 60
    )
    return gaps[len(gaps) // 4] if len(gaps) >= 4 else 0.0


def _ends_sentence(line: PrintedLine) -> bool:
    return line.text.endswith(_ENDS) and not is_open(line.text)


def _runs_on(before: PrintedLine, line: PrintedLine) -> bool:
    """Return whether the sentence of one line certainly goes on in the next."""
    return is_open(before.text) or (not _ends_sentence(before) and line.text[:1].islower())


def _continues_title(before: PrintedLine, line: PrintedLine) -> bool:
    """Return whether ``line`` continues a title in capitals: "(a) NOTE BY THE / SECRETARIAT"."""
    label = _LABEL.match(before.text)
    return label is not None and (before.text[label.end() :] + line.text).isupper()


def _is_cut(line: PrintedLine) -> bool:
    """Return whether the line ends in the middle of a word or a parenthesis."""
    return ends_in_hyphen(line.text) or line.text.count("(") > line.text.count(")")

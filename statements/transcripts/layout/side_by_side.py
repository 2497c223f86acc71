"""Recognises plain text that keeps the columns of a page side by side.

Its lines mix what different people said, and nothing in a text tells where a page ends, so the
columns cannot be put one below the other with certainty.
"""

import re
from collections import Counter
from collections.abc import Sequence

from statements.transcripts.values.parsed import UnreadableTranscript

_GAP = re.compile(r"(?<=\S)\s{2,40}(?=\S)")
_LEFTMOST = 15  # characters; no column of prose is narrower
_FEWEST_LINES = 6
_LEAST_SHARE = 0.6  # of the lines that reach the right column
_LEAST_PROSE = 0.3  # of the lines of a column that begin within a sentence
_FEWEST_WORDS = 3  # in a line of a column, on average


def refuse_side_by_side(text: str) -> None:
    """Raise UnreadableTranscript if most lines of a text consist of two lines of prose."""
    if "  " not in text:
        return
    lines = [line.expandtabs().rstrip() for line in text.splitlines()]
    starts = [_right_starts(line) for line in lines]
    counts = Counter(start for columns in starts for start in columns)
    for column, count in counts.most_common(3):
        if count < _FEWEST_LINES:
            return
        both = [index for index, columns in enumerate(starts) if column in columns]
        reaching = sum(len(line) > column + _LEFTMOST for line in lines)
        if count < _LEAST_SHARE * reaching:
            continue
        if _is_prose([lines[index][:column] for index in both]) and _is_prose(
            [lines[index][column:] for index in both]
        ):
            raise UnreadableTranscript(
                "side-by-side",
                f"This text has two columns side by side, for example in line {both[0] + 1}, so "
                "its lines mix what different people said. Save it in reading order (“pdftotext” "
                "without “-layout”), or upload the PDF.",
            )


def _right_starts(line: str) -> list[int]:
    """Return where text begins after a gap."""
    return [gap.end() for gap in _GAP.finditer(line) if gap.end() >= _LEFTMOST]


def _is_prose(parts: Sequence[str]) -> bool:
    words = sum(len(part.split()) for part in parts)
    within = sum(part.lstrip()[:1].islower() for part in parts)
    return words >= _FEWEST_WORDS * len(parts) and within >= _LEAST_PROSE * len(parts)

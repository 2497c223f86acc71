"""Takes "Page 2 of 5" out of the middle of lines, where it was printed by a program."""

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from statements.transcripts.text.lines import Line
from statements.transcripts.values.parsed import DroppedText

_COUNT = re.compile(
    r"\bpage\s(?P<page>\d{1,4})\s(?:of|/)\s(?P<total>\d{1,4})\b[.|]?", re.IGNORECASE
)
_FEWEST = 2


def without_page_counts(lines: Sequence[Line]) -> tuple[list[Line], list[DroppedText]]:
    """Return lines without counts of pages, if these rise from page to page of one total.

    Somebody may well speak of "page 2 of 5", once.
    """
    counts = [count for line in lines for count in _COUNT.finditer(line.text)]
    pages = [int(count["page"]) for count in counts]
    is_series = all(before <= after <= before + 1 for before, after in pairwise(pages))
    is_one = len({count["total"] for count in counts}) == 1
    if len(counts) < _FEWEST or not (is_series and is_one) or pages[-1] > int(counts[0]["total"]):
        return list(lines), []
    dropped = [
        DroppedText(" ".join(count[0].split()), "page number", line.number)
        for line in lines
        if (count := _COUNT.search(line.text)) and _rest(line, count)
    ]
    return [_without_count(line) for line in lines], dropped


def _without_count(line: Line) -> Line:
    count = _COUNT.search(line.text)
    rest = _rest(line, count) if count else ""
    return replace(line, text=rest) if rest else line


def _rest(line: Line, count: re.Match[str]) -> str:
    """Return the line without the count; "" if nothing else is on it, as for other furniture."""
    before, after = line.text[: count.start()].rstrip(), line.text[count.end() :].strip()
    return f"{before} {after}".rstrip() if before.strip() else after

"""Printed pages, of a PDF or from text recognition: words at their places become speeches.

Words are ordered by geometry and margins removed. The paragraphs that typeface and indentation
show then go through the same grammar and assembly as plain text.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from statements.transcripts.assembly.speeches import to_transcript
from statements.transcripts.checks.uncertain_words import mark_uncertain_words
from statements.transcripts.formats.printed.blocks import BlockBuilder, NumberedLine
from statements.transcripts.formats.printed.two_languages import (
    languages_of_columns,
    one_column,
    two_languages,
)
from statements.transcripts.layout.columns import (
    Gutter,
    PrintedLine,
    common_gutter,
    group_into_rows,
    in_reading_order,
)
from statements.transcripts.layout.furniture import furniture_reason
from statements.transcripts.layout.ligatures import repair_ligatures
from statements.transcripts.layout.margins import Margins
from statements.transcripts.layout.words import Page, Word
from statements.transcripts.record.first_page import find_first_page, read_first_page
from statements.transcripts.record.narrative import opens_meeting
from statements.transcripts.text.decoding import check_characters
from statements.transcripts.text.hyphens import Evidence
from statements.transcripts.text.lines import Line
from statements.transcripts.values.choices import current_choices
from statements.transcripts.values.parsed import (
    DroppedText,
    ParsedMeeting,
    ParsedTranscript,
    Problem,
    Severity,
)

_FOOT = re.compile(r"(?:This record |The present record |Corrections (?:should|will)\b)")
_FOOT_TOP = 0.4  # of the page height; above it, these words do not begin a foot
_FOOT_TOLERANCE = 6.0  # points by which the second column of a foot may begin above the first
_ENTRY_GAP = 40.0  # points between two entries on one row of a first page
_ENTRY_SPACING = 1.45  # of the letter size; wider line spacing separates entries of a first page
_LEADERS = re.compile(r"\.{3}|(?:\. ){2}|…")
_SEPARATOR = re.compile(r"_|[^\w\s\"“”'‘’(\[]|please|accessible", re.IGNORECASE)
_MASTHEAD_GAP = 2.2  # of the letter size; separates the masthead from the columns below it
_SAME_ROW = 0.4  # of the letter size


def read_printed(
    name: str, pages: Sequence[Page], *, encoding: str, problems: Sequence[Problem] = ()
) -> ParsedTranscript:
    """Return the transcript that pages make up; ``problems`` are those of the pages themselves."""
    column = current_choices().column
    numbered, page_starts = _number_lines(one_column(_page_lines(pages), column))
    columns = languages_of_columns([each.printed for each in numbered])
    if columns and not column:
        problems = [*problems, two_languages(columns)]
    text_lines = [numbered_line for numbered_line in numbered if not numbered_line.reason]
    cover, body = _split_cover(text_lines)
    meeting, cover_problems = (
        read_first_page(_entry_lines(cover)) if cover else (ParsedMeeting(), [])
    )
    dropped = [
        DroppedText(" ".join(furniture.line.text.split()), furniture.reason, furniture.line.number)
        for furniture in numbered
        if furniture.reason
    ]
    text = "\n".join(text_line.line.text for text_line in text_lines)
    evidence = Evidence(text)
    body, repairs = _repair_lines(body, evidence)
    blocks, block_problems = BlockBuilder(body, evidence, is_record=bool(cover)).blocks()
    parsed = to_transcript(
        name,
        blocks,
        evidence,
        encoding=encoding,
        is_record=bool(cover),
        meeting=meeting,
        dropped=dropped,
        problems=[
            *problems,
            *check_characters(text),
            *cover_problems,
            *repairs,
            *block_problems,
        ],
    )
    lines = [(body_line.line.number, body_line.printed.words) for body_line in body]
    marked = mark_uncertain_words(parsed, lines)
    return replace(marked, page_starts=page_starts, column_languages=columns, column=column)


def _page_lines(pages: Sequence[Page]) -> Iterator[tuple[PrintedLine, str]]:
    """Yield every line of every page in reading order; furniture with the reason to drop it."""
    upright = [[word for word in page.words if word.turn == page.turn] for page in pages]
    rows_by_page = [
        group_into_rows(words, page.number) for words, page in zip(upright, pages, strict=True)
    ]
    margins = Margins(rows_by_page[1:], [page.height for page in pages[1:]])
    gutter = common_gutter(upright)
    for page, words, rows in zip(pages, upright, rows_by_page, strict=True):
        turned_words = tuple(word for word in page.words if word.turn != page.turn)
        if turned_words:
            yield PrintedLine(page.number, 0, turned_words), "text in the margin"
        if page.number == 1:
            yield from ((line, "") for line in _first_page(page, words, rows, gutter))
            continue
        furniture = margins.furniture(rows, page.height)
        body = [row for index, row in enumerate(rows) if index not in furniture]
        body_start = rows.index(body[0]) if body else len(rows)
        for index in sorted(furniture):
            if index < body_start:
                yield rows[index], furniture[index]
        for line in in_reading_order(body, page, gutter):
            yield line, _separator_reason(line)
        for index in sorted(furniture):
            if index > body_start:
                yield rows[index], furniture[index]


def _separator_reason(line: PrintedLine) -> str:
    text = line.text.strip()
    if not _SEPARATOR.match(text):
        return ""  # without a look at all the forms, which prose has none of
    reason = furniture_reason(text, at_edge=False)
    return reason if reason in ("separator", "printer's note") else ""


def _first_page(
    page: Page, words: Sequence[Word], rows: Sequence[PrintedLine], gutter: Gutter | None
) -> list[PrintedLine]:
    """Return the lines of the first page: head and foot, which belong together, then the text."""
    foot_top = next(
        (
            row.base - _FOOT_TOLERANCE
            for row in rows
            if row.base > _FOOT_TOP * page.height and _FOOT.match(row.text)
        ),
        page.height,
    )
    foot = group_into_rows([word for word in words if word.base >= foot_top], page.number)
    head_end = _masthead_end(rows)
    above = group_into_rows([word for word in words if word.base <= head_end], page.number)
    below = [word for word in words if head_end < word.base < foot_top]
    text = group_into_rows(below, page.number)
    lines = [*in_reading_order(above, page, gutter), *in_reading_order(text, page, gutter)]
    opening = next(
        (index for index, line in enumerate(lines) if opens_meeting(line.text)), len(lines)
    )
    return [*lines[:opening], *foot, *lines[opening:]]


def _masthead_end(rows: Sequence[PrintedLine]) -> float:
    """Return the y at which the masthead ends if the meeting begins on the first page, else 0.

    The columns begin below the last wide gap above the opening of the meeting.
    """
    opening = next(
        (index for index, row in enumerate(rows) if any(map(opens_meeting, _entries(row)))), 0
    )
    end = 0.0
    for above, below in pairwise(rows[: opening + 1]):
        if below.base - above.base > _MASTHEAD_GAP * below.size:
            end = above.base + above.size * _SAME_ROW
    return end


def _number_lines(
    lines: Iterator[tuple[PrintedLine, str]],
) -> tuple[list[NumberedLine], tuple[int, ...]]:
    """Number the lines, as problems refer to them; also return the first line of each page."""
    numbered: list[NumberedLine] = []
    page_starts: list[int] = []
    for number, (printed, reason) in enumerate(lines, start=1):
        while len(page_starts) < printed.page:
            page_starts.append(number)
        numbered.append(NumberedLine(printed, Line(number, printed.text.strip()), reason))
    return numbered, tuple(page_starts)


def _split_cover(
    numbered: Sequence[NumberedLine],
) -> tuple[list[NumberedLine], list[NumberedLine]]:
    """Split the lines of a record into those of the first page and those of the meeting."""
    cover_length = find_first_page([numbered_line.line for numbered_line in numbered])
    return list(numbered[:cover_length]), list(numbered[cover_length:])


def _entry_lines(cover: Sequence[NumberedLine]) -> list[Line]:
    """Return the first page as a text file would print it: each entry on lines of its own."""
    lines: list[Line] = []
    before: PrintedLine | None = None
    for cover_line in cover:
        number, printed = cover_line.line.number, cover_line.printed
        if before is not None and not (
            0 < printed.base - before.base < _ENTRY_SPACING * before.size
        ):
            lines.append(Line(number, ""))
        lines += [Line(number, entry) for entry in _entries(printed)]
        before = printed
    return lines


def _entries(printed: PrintedLine) -> list[str]:
    """Split a row of the first page at wide gaps, unless dot leaders fill them."""
    if _LEADERS.search(printed.text):
        return [printed.text]
    starts = [0]
    for index, (left, right) in enumerate(pairwise(printed.words), start=1):
        if right.left - left.right > _ENTRY_GAP:
            starts.append(index)
    return [
        PrintedLine(printed.page, 0, printed.words[start:end]).text
        for start, end in pairwise([*starts, len(printed.words)])
    ]


def _repair_lines(
    lines: Sequence[NumberedLine], evidence: Evidence
) -> tuple[list[NumberedLine], list[Problem]]:
    """Repair words split at ligatures, with a problem for each."""
    repaired_lines: list[NumberedLine] = []
    problems: list[Problem] = []
    for original in lines:
        number = original.line.number
        repaired = repair_ligatures(original.line.text, evidence)
        problems += [
            Problem(
                "split-ligature",
                f"“{printed}” was read as “{word}”: a ligature had split the word.",
                Severity.NOTE,
                number,
            )
            for printed, word in repaired.repairs
        ]
        line = Line(number, repaired.text) if repaired.repairs else original.line
        repaired_lines.append(NumberedLine(original.printed, line))
    return repaired_lines, problems

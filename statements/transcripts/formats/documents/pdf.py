"""Reader for PDF files, the form in which records are published.

Words are ordered by geometry and margins removed. The paragraphs that typeface and indentation
show then go through the same grammar and assembly as plain text.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise, takewhile

from statements.transcripts.assembly.speeches import to_transcript
from statements.transcripts.formats.containers.appended import refuse_appended_to_pdf
from statements.transcripts.formats.documents.text_layer import check_text_layer
from statements.transcripts.layout.columns import (
    Gutter,
    PrintedLine,
    common_gutter,
    group_into_rows,
    in_reading_order,
)
from statements.transcripts.layout.furniture import furniture_reason
from statements.transcripts.layout.indentation import Indentation
from statements.transcripts.layout.ligatures import repair_ligatures
from statements.transcripts.layout.margins import Margins
from statements.transcripts.layout.paragraphs import Block, join_lines
from statements.transcripts.layout.pdf_words import Page, Word, read_pages
from statements.transcripts.record.first_page import find_first_page, read_first_page
from statements.transcripts.record.narrative import opens_meeting
from statements.transcripts.record.vote_lists import heads_vote_list
from statements.transcripts.speakers.attribution import (
    Attribution,
    read_attribution,
    read_bold_attribution,
)
from statements.transcripts.text.decoding import check_characters
from statements.transcripts.text.hyphens import Evidence
from statements.transcripts.text.lines import Line
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
_MASTHEAD_GAP = 2.2  # of the letter size; separates the masthead from the columns below it
_SAME_ROW = 0.4  # of the letter size
_MOST = 0.6  # of the letters of a paragraph
_NEARLY_ALL = 0.9  # of the letters of a paragraph
_MIN_TITLE = 12  # letters; a shorter line in capitals may be an acronym


@dataclass(frozen=True, slots=True)
class _NumberedLine:
    """A printed line with its number in reading order; ``reason`` is set for furniture."""

    printed: PrintedLine
    line: Line
    reason: str = ""


def read_pdf(name: str, data: bytes) -> ParsedTranscript:
    """Read a PDF in this process; untrusted files are read through ``sandbox.client``.

    Raises UnreadableTranscript if the PDF is damaged, too large, a scan without text, or followed
    by other data.
    """
    refuse_appended_to_pdf(data)
    pages = list(read_pages(data))
    problems = check_text_layer(pages)
    numbered, page_starts = _number_lines(_page_lines(pages))
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
    blocks, block_problems = _BlockBuilder(body, evidence).blocks()
    parsed = to_transcript(
        name,
        blocks,
        evidence,
        encoding="pdf",
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
    return replace(parsed, page_starts=page_starts)


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
        for line in in_reading_order([word for row in body for word in row.words], page, gutter):
            yield line, _separator_reason(line)
        for index in sorted(furniture):
            if index > body_start:
                yield rows[index], furniture[index]


def _separator_reason(line: PrintedLine) -> str:
    reason = furniture_reason(line.text.strip(), at_edge=False)
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
    head = in_reading_order([word for word in words if word.base <= head_end], page, gutter)
    text = [word for word in words if head_end < word.base < foot_top]
    lines = [*head, *in_reading_order(text, page, gutter)]
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
) -> tuple[list[_NumberedLine], tuple[int, ...]]:
    """Number the lines, as problems refer to them; also return the first line of each page."""
    numbered: list[_NumberedLine] = []
    page_starts: list[int] = []
    for number, (printed, reason) in enumerate(lines, start=1):
        while len(page_starts) < printed.page:
            page_starts.append(number)
        numbered.append(_NumberedLine(printed, Line(number, printed.text.strip()), reason))
    return numbered, tuple(page_starts)


def _split_cover(
    numbered: Sequence[_NumberedLine],
) -> tuple[list[_NumberedLine], list[_NumberedLine]]:
    """Split the lines of a record into those of the first page and those of the meeting."""
    cover_length = find_first_page([numbered_line.line for numbered_line in numbered])
    return list(numbered[:cover_length]), list(numbered[cover_length:])


def _entry_lines(cover: Sequence[_NumberedLine]) -> list[Line]:
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
    lines: Sequence[_NumberedLine], evidence: Evidence
) -> tuple[list[_NumberedLine], list[Problem]]:
    """Repair words split at ligatures, with a problem for each."""
    repaired_lines: list[_NumberedLine] = []
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
        repaired_lines.append(_NumberedLine(original.printed, line))
    return repaired_lines, problems


class _BlockBuilder:
    """Groups the lines of a meeting into blocks and decides what each block is."""

    def __init__(self, lines: Sequence[_NumberedLine], evidence: Evidence) -> None:
        self._lines = lines
        self._evidence = evidence
        self._indentation = Indentation([line.printed for line in lines])
        self._problems: list[Problem] = []

    def blocks(self) -> tuple[list[Block], list[Problem]]:
        """Return the blocks in reading order, and the problems found in building them."""
        groups: list[list[_NumberedLine]] = []
        before: PrintedLine | None = None
        for line in self._lines:
            if self._indentation.begins(before, line.printed):
                groups.append([])
            groups[-1].append(line)
            before = line.printed
        return [self._block(group) for group in groups], self._problems

    def _block(self, group: Sequence[_NumberedLine]) -> Block:
        lines = [numbered_line.line for numbered_line in group]
        words = [word for numbered_line in group for word in numbered_line.printed.words]
        text = join_lines(lines, self._evidence, [])
        if heads_vote_list(text):
            return Block(lines, narrative=True)
        attribution, by_bold_type = self._attribution(text, words, lines[0].number)
        if attribution is not None:
            return Block(lines, has_speaker_line=True, bold_name=by_bold_type)
        return Block(lines, narrative=self._is_narrative(words))

    def _attribution(
        self, text: str, words: Sequence[Word], line: int
    ) -> tuple[Attribution | None, bool]:
        """Return the speaker line, if any, and whether only its bold type shows that it is one."""
        attribution = read_attribution(text)
        bold = self._indentation.bold_is_distinctive and words[0].bold
        if attribution is None and bold:
            attribution = read_bold_attribution(text)
            # a heading with a colon is also bold after the colon; a speaker's words are not
            if attribution and _bold_letters(words) <= _letters(attribution.printed) + 1:
                return attribution, True
            return None, False
        if attribution is None or bold or not self._indentation.names_are_bold:
            return attribution, False
        if attribution.affiliation or attribution.language or attribution.role:
            return attribution, False
        self._problems.append(
            Problem(
                "possible-speaker-line",
                f"“{attribution.printed[:80]}:” is not in bold type, as names are in this "
                "document, and was read as prose.",
                Severity.NOTE,
                line,
            )
        )
        return None, False

    def _is_narrative(self, words: Sequence[Word]) -> bool:
        """Return whether a paragraph is a note in italics, or a heading in bold type or capitals.

        Headings may be partly in italics: "Agenda item 3 (continued)".
        """
        letters = sum(len(word.text) for word in words)
        italic = sum(len(word.text) for word in words if word.italic)
        bold = sum(len(word.text) for word in words if word.bold)
        typefaces = self._indentation
        if typefaces.italic_is_distinctive and words[0].italic and italic > _MOST * letters:
            return True
        if _in_capitals(words):
            return True
        emphasized = bold > _MOST * letters or bold + italic > _NEARLY_ALL * letters
        return typefaces.bold_is_distinctive and words[0].bold and emphasized


def _in_capitals(words: Sequence[Word]) -> bool:
    """Return whether the words are a title in capitals, as in older records; speech never is."""
    text = "".join(word.text for word in words)
    capitals = sum(char.isupper() for char in text)
    return capitals >= _MIN_TITLE and capitals > _NEARLY_ALL * sum(map(str.isalpha, text))


def _bold_letters(words: Sequence[Word]) -> int:
    """Return the number of letters in the bold words at the start of a paragraph."""
    return sum(len(word.text) for word in takewhile(lambda word: word.bold, words))


def _letters(printed: str) -> int:
    return len(printed.replace(" ", ""))

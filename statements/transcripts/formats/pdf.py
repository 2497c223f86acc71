"""Reader for records as they are published: PDF pages become lines, and lines speeches.

Pages are ordered by geometry, margins set aside, and what type and indentation show is handed
to the same grammar and the same assembly that read plain text.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise, takewhile

from statements.transcripts.formats.decoding import suspicions
from statements.transcripts.formats.text import to_transcript
from statements.transcripts.formats.text_layer import check_text_layer
from statements.transcripts.hyphens import Evidence
from statements.transcripts.layout.columns import (
    Gutter,
    PrintedLine,
    common_gutter,
    in_reading_order,
    rows,
)
from statements.transcripts.layout.furniture import form_of_furniture
from statements.transcripts.layout.indentation import Indentation
from statements.transcripts.layout.ligatures import mend
from statements.transcripts.layout.margins import Margins
from statements.transcripts.layout.paragraphs import Block, join_lines
from statements.transcripts.layout.pdf_words import Page, Word, read_pages
from statements.transcripts.lines import Line
from statements.transcripts.parsed import (
    Dropped,
    ParsedMeeting,
    ParsedTranscript,
    Problem,
    Severity,
)
from statements.transcripts.record.first_page import find_first_page, read_first_page
from statements.transcripts.record.narrative import heads_vote_list, opens_meeting
from statements.transcripts.speakers.attribution import Attribution, read_attribution

_FOOT = re.compile(r"(?:This record |The present record |Corrections (?:should|will)\b)")
_FOOT_BEGINS = 0.4  # of the page's height; above it these words are no foot
_SLANT = 6.0  # points a second column of the foot may begin above the first
_APART = 40.0  # points between two things printed on one row of a first page
_BLANK = 1.45  # of the letter size: a wider spacing on a first page parts its entries
_LEADERS = re.compile(r"\.{3}|(?:\. ){2}|…")
_STRIP = 2.2  # of the letter size: what parts a masthead from the columns below it
_SAME_ROW = 0.4  # of the letter size
_MOSTLY = 0.6  # of the letters of a paragraph
_WHOLLY = 0.9
_A_TITLE = 12  # letters; a shorter line in capitals may be an acronym


@dataclass(frozen=True, slots=True)
class _Read:
    """A line in its place in the reading order; ``reason`` where it is furniture."""

    printed: PrintedLine
    line: Line
    reason: str = ""


def read_pdf(name: str, data: bytes) -> ParsedTranscript:
    """Everything said in a PDF. To be called where it may fail: see ``sandbox``."""
    pages = list(read_pages(data))
    problems = check_text_layer(pages)
    read, starts = _number(_lines_of(pages))
    kept = [each for each in read if not each.reason]
    cover, body = _part(kept)
    meeting, doubts = read_first_page(_spaced(cover)) if cover else (ParsedMeeting(), [])
    dropped = [
        Dropped(" ".join(each.line.text.split()), each.reason, each.line.number)
        for each in read
        if each.reason
    ]
    text = "\n".join(each.line.text for each in kept)
    evidence = Evidence(text)
    body, repairs = _mended(body, evidence)
    blocks, misgivings = _Paragraphs(body, evidence).blocks()
    parsed = to_transcript(
        name,
        blocks,
        evidence,
        encoding="pdf",
        is_record=bool(cover),
        meeting=meeting,
        dropped=dropped,
        problems=[*problems, *suspicions(text), *doubts, *repairs, *misgivings],
    )
    return replace(parsed, page_starts=starts)


def _lines_of(pages: Sequence[Page]) -> Iterator[tuple[PrintedLine, str]]:
    """Every line of every page in reading order, with the reason where it is furniture."""
    upright = [[word for word in page.words if word.turn == page.turn] for page in pages]
    across = [rows(words, page.number) for words, page in zip(upright, pages, strict=True)]
    margins = Margins(across[1:], [page.height for page in pages[1:]])
    gutter = common_gutter(upright)
    for page, words, page_rows in zip(pages, upright, across, strict=True):
        aside = tuple(word for word in page.words if word.turn != page.turn)
        if aside:
            yield PrintedLine(page.number, 0, aside), "text in the margin"
        if page.number == 1:
            yield from ((line, "") for line in _first_page(page, words, page_rows, gutter))
            continue
        furniture = margins.furniture(page_rows, page.height)
        body = [row for at, row in enumerate(page_rows) if at not in furniture]
        middle = page_rows.index(body[0]) if body else len(page_rows)
        yield from ((page_rows[at], furniture[at]) for at in sorted(furniture) if at < middle)
        for line in in_reading_order([word for row in body for word in row.words], page, gutter):
            yield line, _separator(line)
        yield from ((page_rows[at], furniture[at]) for at in sorted(furniture) if at > middle)


def _separator(line: PrintedLine) -> str:
    reason = form_of_furniture(line.text.strip(), at_edge=False)
    return reason if reason in ("separator", "printer's note") else ""


def _first_page(
    page: Page, words: Sequence[Word], page_rows: Sequence[PrintedLine], gutter: Gutter | None
) -> list[PrintedLine]:
    """Its head and foot first, for they belong together; then what was said on it already."""
    foot_at = next(
        (
            row.base - _SLANT
            for row in page_rows
            if row.base > _FOOT_BEGINS * page.height and _FOOT.match(row.text)
        ),
        page.height,
    )
    foot = rows([word for word in words if word.base >= foot_at], page.number)
    head_at = _end_of_masthead(page_rows)
    head = in_reading_order([word for word in words if word.base <= head_at], page, gutter)
    text = [word for word in words if head_at < word.base < foot_at]
    lines = [*head, *in_reading_order(text, page, gutter)]
    opening = next((at for at, line in enumerate(lines) if opens_meeting(line.text)), len(lines))
    return [*lines[:opening], *foot, *lines[opening:]]


def _end_of_masthead(page_rows: Sequence[PrintedLine]) -> float:
    """Where a meeting begins on its first page, the columns begin below the last wide blank
    strip above its opening."""
    opening = next(
        (at for at, row in enumerate(page_rows) if any(map(opens_meeting, _pieces(row)))), 0
    )
    end = 0.0
    for above, below in pairwise(page_rows[: opening + 1]):
        if below.base - above.base > _STRIP * below.size:
            end = above.base + above.size * _SAME_ROW
    return end


def _number(lines: Iterator[tuple[PrintedLine, str]]) -> tuple[list[_Read], tuple[int, ...]]:
    """Lines with the numbers by which problems name them, and where each page begins."""
    read: list[_Read] = []
    starts: list[int] = []
    for number, (printed, reason) in enumerate(lines, start=1):
        while len(starts) < printed.page:
            starts.append(number)
        read.append(_Read(printed, Line(number, printed.text.strip()), reason))
    return read, tuple(starts)


def _part(read: Sequence[_Read]) -> tuple[list[_Read], list[_Read]]:
    """The lines of the first page and those of the meeting."""
    covered = find_first_page([each.line for each in read])
    return list(read[:covered]), list(read[covered:])


def _spaced(cover: Sequence[_Read]) -> list[Line]:
    """The first page as a text would have it: what stands apart, on lines of its own."""
    lines: list[Line] = []
    before: PrintedLine | None = None
    for each in cover:
        if before is not None and not 0 < each.printed.base - before.base < _BLANK * before.size:
            lines.append(Line(each.line.number, ""))
        lines += [Line(each.line.number, piece) for piece in _pieces(each.printed)]
        before = each.printed
    return lines


def _pieces(printed: PrintedLine) -> list[str]:
    if _LEADERS.search(printed.text):
        return [printed.text]
    starts = [0]
    for at, (left, right) in enumerate(pairwise(printed.words), start=1):
        if right.left - left.right > _APART:
            starts.append(at)
    return [
        PrintedLine(printed.page, 0, printed.words[start:end]).text
        for start, end in pairwise([*starts, len(printed.words)])
    ]


def _mended(read: Sequence[_Read], evidence: Evidence) -> tuple[list[_Read], list[Problem]]:
    mended: list[_Read] = []
    problems: list[Problem] = []
    for each in read:
        found = mend(each.line.text, evidence)
        problems += [
            Problem(
                "split-ligature",
                f"“{printed}” was read as “{whole}”: a ligature had torn the word.",
                Severity.NOTE,
                each.line.number,
            )
            for printed, whole in found.repairs
        ]
        line = Line(each.line.number, found.text) if found.repairs else each.line
        mended.append(_Read(each.printed, line))
    return mended, problems


class _Paragraphs:
    """Groups the lines of a meeting and tells what each group is."""

    def __init__(self, read: Sequence[_Read], evidence: Evidence) -> None:
        self._read = read
        self._evidence = evidence
        self._indentation = Indentation([each.printed for each in read])
        self._problems: list[Problem] = []

    def blocks(self) -> tuple[list[Block], list[Problem]]:
        groups: list[list[_Read]] = []
        before: PrintedLine | None = None
        for each in self._read:
            if self._indentation.begins(before, each.printed):
                groups.append([])
            groups[-1].append(each)
            before = each.printed
        return [self._block(group) for group in groups], self._problems

    def _block(self, group: Sequence[_Read]) -> Block:
        lines = [each.line for each in group]
        words = [word for each in group for word in each.printed.words]
        text = join_lines(lines, self._evidence, [])
        if heads_vote_list(text):
            return Block(lines, unspoken=True)
        found, vouched = self._attribution(text, words, lines[0].number)
        if found is not None:
            return Block(lines, speaker=True, vouched=vouched)
        return Block(lines, unspoken=self._is_unspoken(words))

    def _attribution(
        self, text: str, words: Sequence[Word], line: int
    ) -> tuple[Attribution | None, bool]:
        """The speaker line, and whether only its bold type makes it one."""
        found = read_attribution(text)
        bold = self._indentation.bold_tells and words[0].bold
        if found is None and bold:
            found = read_attribution(text, vouched=True)
            # a heading with a colon is bold beyond it; a speaker's words are not
            if found and _bold_letters(words) <= len(found.printed.replace(" ", "")) + 1:
                return found, True
            return None, False
        if found is None or bold or not self._indentation.names_are_bold:
            return found, False
        if found.affiliation or found.language or found.role:
            return found, False
        self._problems.append(
            Problem(
                "possible-speaker-line",
                f"“{found.printed[:80]}:” is not in bold as names are here and was read as prose.",
                Severity.NOTE,
                line,
            )
        )
        return None, False

    def _is_unspoken(self, words: Sequence[Word]) -> bool:
        """A note in italics, or a heading in bold ("Agenda item 3 (continued)", partly slanted)."""
        letters = sum(len(word.text) for word in words)
        italic = sum(len(word.text) for word in words if word.italic)
        bold = sum(len(word.text) for word in words if word.bold)
        shown = self._indentation
        if shown.italic_tells and words[0].italic and italic > _MOSTLY * letters:
            return True
        if _in_capitals(words):
            return True
        apart = bold > _MOSTLY * letters or bold + italic > _WHOLLY * letters
        return shown.bold_tells and words[0].bold and apart


def _in_capitals(words: Sequence[Word]) -> bool:
    """A title in capitals, as older records set them; nobody's words are printed so."""
    text = "".join(word.text for word in words)
    capitals = sum(char.isupper() for char in text)
    return capitals >= _A_TITLE and capitals > _WHOLLY * sum(map(str.isalpha, text))


def _bold_letters(words: Sequence[Word]) -> int:
    """How many letters the bold words have with which a paragraph begins."""
    return sum(len(word.text) for word in takewhile(lambda word: word.bold, words))

"""Reader for plain text: single statements and whole verbatim records."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from statements.transcripts.assembly.speeches import to_transcript
from statements.transcripts.checks.problems import check_merge_markers, check_torn_words
from statements.transcripts.checks.text_quality import check_recognition
from statements.transcripts.layout.faces import apply_faces
from statements.transcripts.layout.furniture import find_furniture
from statements.transcripts.layout.page_counts import without_page_counts
from statements.transcripts.layout.paragraphs import to_blocks
from statements.transcripts.layout.passages import Passage
from statements.transcripts.layout.side_by_side import refuse_side_by_side
from statements.transcripts.record.first_page import find_first_page, read_first_page
from statements.transcripts.speakers.attribution import (
    LONGEST_HEAD,
    may_begin_attribution,
    read_attribution,
)
from statements.transcripts.text.decoding import (
    DecodedText,
    check_characters,
    check_entities,
    decode,
    resolve_entities,
)
from statements.transcripts.text.hyphens import Evidence
from statements.transcripts.text.lines import Line, split_lines
from statements.transcripts.values.parsed import (
    DroppedText,
    ParsedMeeting,
    ParsedTranscript,
    Problem,
    Severity,
)

_COLON = re.compile("[:：]")
_HEAD_LINES = 6  # no attribution spans more lines


def read_text(
    name: str, decoded: DecodedText, faces: Mapping[int, Passage] | None = None
) -> ParsedTranscript:
    """Read a text as a statement, or as a record if it begins with a first page.

    ``faces`` are paragraphs whose type is known, by the number of the line on which each begins.
    Raises UnreadableTranscript if a speech is longer than any on record.
    """
    text = resolve_entities(decoded.text)
    lines, page_counts = without_page_counts(split_lines(text))
    problems = [*check_characters(text), *check_entities(decoded.text), *check_merge_markers(lines)]
    cover_length = find_first_page(lines)
    meeting, cover_problems = (
        read_first_page(lines[:cover_length]) if cover_length else (ParsedMeeting(), [])
    )
    body = lines[cover_length:]
    problems += cover_problems
    titles = frozenset(meeting.agenda_items)
    furniture = find_furniture(body, titles)
    dropped = [
        DroppedText(" ".join(body[index].text.split()), reason, body[index].number)
        for index, reason in furniture.items()
    ]
    finder = _SpeechFinder(body, furniture)
    evidence = Evidence(text)
    blocks = to_blocks(body, furniture, finder.starts_speech)
    apply_faces(blocks, faces or {})
    problems += [*finder.problems, *check_torn_words(body, evidence)]
    return to_transcript(
        name,
        blocks,
        evidence,
        encoding=decoded.encoding,
        is_record=bool(cover_length),
        meeting=meeting,
        dropped=[*page_counts, *dropped],
        problems=problems,
    )


def read_text_file(name: str, data: bytes, *, encoding: str | None = None) -> ParsedTranscript:
    """Read the bytes of a text; raises UnreadableTranscript like ``decode`` and ``read_text``."""
    decoded = decode(data, encoding)
    refuse_side_by_side(decoded.text)
    parsed = read_text(name, decoded)
    problems = (*parsed.problems, *check_recognition(decoded.text))
    return replace(parsed, problems=problems)


class _SpeechFinder:
    """Decides which lines begin a speech. A long attribution may span several lines."""

    def __init__(self, lines: Sequence[Line], furniture: dict[int, str]) -> None:
        self._lines = lines
        self._furniture = furniture
        self.problems: list[Problem] = []
        self._end = -1  # index of the last line of the last speaker line

    def starts_speech(self, index: int, sure: bool) -> bool:
        """Return whether a line begins a speech.

        ``sure`` is False if the sentence before the line is unfinished; then only an unmistakable
        speaker line counts.
        """
        line = self._lines[index]
        below = self._lines[index + 1].text if index + 1 < len(self._lines) else ""
        if index <= self._end or not may_begin_attribution(line.text, below):
            return False
        attribution = read_attribution(self._head(index))
        if attribution is None:
            return False
        if sure or attribution.is_unmistakable:
            self._end = self._last_line(index)
            return True
        self.problems.append(
            Problem(
                "possible-speaker-line",
                f"“{attribution.printed[:80]}:” occurs within a sentence and was read as prose.",
                Severity.NOTE,
                line.number,
            )
        )
        return False

    def _last_line(self, index: int) -> int:
        """Return the line on which the speaker line that begins here has its colon."""
        last = min(index + _HEAD_LINES, len(self._lines))
        lines = range(index, last)
        return next((number for number in lines if _COLON.search(self._lines[number].text)), index)

    def _head(self, index: int) -> str:
        """Return the line and those after it on which its attribution may continue, joined."""
        head = self._lines[index].text
        for next_index in range(index + 1, min(index + _HEAD_LINES, len(self._lines))):
            text = self._lines[next_index].text
            if _COLON.search(head) or not text or next_index in self._furniture:
                break
            if len(head) >= LONGEST_HEAD:
                break
            head += text.lstrip() if head.endswith("-") else f" {text.lstrip()}"
        return head

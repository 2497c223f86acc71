"""Makes speeches of the passages of a page, by the grammar of all forms."""

from collections.abc import Sequence

from statements.transcripts.assembly.speeches import to_transcript
from statements.transcripts.layout.faces import apply_face
from statements.transcripts.layout.furniture import find_furniture
from statements.transcripts.layout.paragraphs import Block
from statements.transcripts.layout.passages import Passage
from statements.transcripts.record.first_page import find_first_page, read_first_page
from statements.transcripts.text.decoding import check_characters
from statements.transcripts.text.hyphens import Evidence
from statements.transcripts.text.lines import Line, split_lines
from statements.transcripts.values.parsed import (
    DroppedText,
    ParsedMeeting,
    ParsedTranscript,
    Problem,
)


def read_passages(
    name: str,
    passages: Sequence[Passage],
    *,
    meeting: ParsedMeeting,
    encoding: str,
    dropped: Sequence[DroppedText] = (),
    problems: Sequence[Problem] = (),
) -> ParsedTranscript:
    """Read the passages of a page; one that begins with a first page is a record.

    Raises UnreadableTranscript if a speech is longer than any on record.
    """
    lines = [line for passage in passages for line in _lines(passage)]
    cover_length = find_first_page(lines)
    cover_problems: list[Problem] = []
    if cover_length:
        meeting, cover_problems = read_first_page(lines[:cover_length])
    cover = {line.number for line in lines[:cover_length]}
    blocks = [_block(passage) for passage in passages if passage.number not in cover]
    furniture = find_furniture([block.lines[0] for block in blocks], frozenset())
    text = "\n".join(line.text for line in lines)
    return to_transcript(
        name,
        [block for index, block in enumerate(blocks) if index not in furniture],
        Evidence(text),
        encoding=encoding,
        is_record=bool(cover_length),
        meeting=meeting,
        dropped=[*dropped, *_furniture(blocks, furniture)],
        problems=[*problems, *cover_problems, *check_characters(text)],
    )


def _lines(passage: Passage) -> list[Line]:
    return [
        Line(passage.number, part.text)
        for line in passage.lines
        for part in split_lines(line)
        if part.text
    ] or [Line(passage.number, "")]


def _block(passage: Passage) -> Block:
    block = Block(_lines(passage))
    apply_face(block, passage)
    return block


def _furniture(blocks: Sequence[Block], furniture: dict[int, str]) -> list[DroppedText]:
    return [
        DroppedText(line.text, reason, line.number)
        for index, reason in furniture.items()
        for line in blocks[index].lines
    ]

"""Makes speeches of the passages of a page, by the grammar of all forms."""

from collections.abc import Sequence

from statements.transcripts.assembly.speeches import to_transcript
from statements.transcripts.formats.pages.passages import Passage
from statements.transcripts.layout.furniture import find_furniture
from statements.transcripts.layout.paragraphs import Block
from statements.transcripts.record.first_page import find_first_page, read_first_page
from statements.transcripts.speakers.attribution import read_attribution
from statements.transcripts.text.decoding import check_characters
from statements.transcripts.text.hyphens import Evidence
from statements.transcripts.text.lines import Line, split_lines
from statements.transcripts.values.parsed import (
    DroppedText,
    ParsedMeeting,
    ParsedTranscript,
    Problem,
)

_MOST_LABEL_WORDS = 8


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
    """Return a passage as a block that may be a heading or begin with a speaker line."""
    block = Block(_lines(passage), narrative=passage.is_heading)
    if passage.is_heading:
        return block
    text = " ".join(line.text for line in block.lines)
    if read_attribution(text) is not None:
        block.has_speaker_line = True
    elif passage.label:
        attribution = read_attribution(text, bold_name=True)
        # a heading with a colon is also bold after the colon; a speaker's words are not
        if attribution and abs(attribution.end - len(passage.label)) <= 1:
            block.has_speaker_line = block.bold_name = True
        elif _is_label(passage.label):
            block.unread_label = passage.label
    return block


def _is_label(bold: str) -> bool:
    """Return whether bold words that name nobody are a label all the same: "Q", "MODERATOR:"."""
    return len(bold.split()) <= _MOST_LABEL_WORDS and (bold.isupper() or bold.endswith((":", "：")))


def _furniture(blocks: Sequence[Block], furniture: dict[int, str]) -> list[DroppedText]:
    return [
        DroppedText(line.text, reason, line.number)
        for index, reason in furniture.items()
        for line in blocks[index].lines
    ]

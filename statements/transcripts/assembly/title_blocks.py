"""Applies the title block of a statement to its blocks."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import islice, takewhile

from statements.transcripts.layout.paragraphs import Block
from statements.transcripts.record.titles.block import (
    LONGEST_LINE,
    MAX_LINES,
    find_date_line,
    find_title_block,
)
from statements.transcripts.record.titles.parts import TitleBlock
from statements.transcripts.speakers.attribution import Attribution
from statements.transcripts.values.parsed import ParsedMeeting


def apply_title_block(blocks: Sequence[Block]) -> tuple[list[Block], TitleBlock | None]:
    """Mark the lines before the salutation as narrative, and give their speaker to what follows.

    Blocks with a speaker line of their own need no title block, so these are left as they are. A
    name on a line of its own in the title is part of it.
    """
    if any(map(_begins_turn, blocks)):
        before = takewhile(lambda block: not _begins_turn(block), blocks)
        return list(blocks), find_date_line(_first_lines(before))
    count, title = find_title_block(_first_lines(blocks))
    if any(block.given for block in _below_title(blocks, count)):
        return list(blocks), None
    if title is None or not (title.speaker or title.role or title.state):
        return list(blocks), title
    return list(_apply(blocks, count, _attribution(title))), title


def _first_lines(blocks: Iterable[Block]) -> list[str]:
    lines = islice((line for block in blocks for line in block.lines), MAX_LINES)
    return [line.text.strip()[:LONGEST_LINE] for line in lines]


def complete_meeting(meeting: ParsedMeeting, title: TitleBlock | None) -> ParsedMeeting:
    """Return a meeting with the organ and the date of a title, where nothing else states them."""
    if title is None:
        return meeting
    if title.date and meeting.date is None:
        meeting = replace(meeting, date=title.date, date_printed=title.date_printed)
    return replace(meeting, organ=meeting.organ or title.organ)


def _begins_turn(block: Block) -> bool:
    """Return whether a block begins a turn by more than a name on a line of its own."""
    is_given = block.given is not None and not block.given.end  # by the form itself
    return block.has_speaker_line or is_given or bool(block.unread_label)


def _below_title(blocks: Sequence[Block], count: int) -> Iterator[Block]:
    """Yield the blocks that begin below the first lines, of which there are ``count``."""
    for block in blocks:
        if count <= 0:
            yield block
        count -= len(block.lines)


def _apply(blocks: Sequence[Block], count: int, attribution: Attribution) -> Iterator[Block]:
    """Yield the blocks; ``count`` lines are the title, and the speech begins after them."""
    left = count
    for block in blocks:
        if left < 0:
            yield block
            continue
        if title_lines := block.lines[:left]:
            yield replace(block, lines=title_lines, narrative=True, given=None)
        if spoken := block.lines[left:]:
            yield replace(block, lines=spoken, given=attribution)
        left = -1 if spoken else left - len(title_lines)


def _attribution(title: TitleBlock) -> Attribution:
    return Attribution(
        printed="",  # the words of the title stay in its paragraphs
        speaker=title.speaker,
        honorific=title.honorific,
        affiliation=title.state,
        role=title.role,
        language="",
        language_printed="",
        on_behalf_of="",
        end=0,
        doubts=("speaker-from-title",),
    )

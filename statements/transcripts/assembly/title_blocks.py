"""Applies the title block of a statement to its blocks."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice

from statements.transcripts.layout.paragraphs import Block
from statements.transcripts.record.title_block import MAX_LINES, find_title_block
from statements.transcripts.record.title_parts import TitleBlock
from statements.transcripts.speakers.attribution import Attribution

_LONGEST_LINE = 400  # characters; no line of a title is longer


def apply_title_block(blocks: Sequence[Block]) -> tuple[list[Block], TitleBlock | None]:
    """Mark the lines before the salutation as narrative, and give their speaker to what follows.

    Blocks with a speaker line of their own need no title block, so these are left as they are. A
    name on a line of its own in the title is part of it.
    """
    if any(map(_begins_turn, blocks)):
        return list(blocks), None
    first_lines = islice((line for block in blocks for line in block.lines), MAX_LINES)
    lines = [line.text.strip()[:_LONGEST_LINE] for line in first_lines]
    count, title = find_title_block(lines)
    if any(block.given for block in _below_title(blocks, count)):
        return list(blocks), None
    if title is None or not (title.speaker or title.role or title.state):
        return list(blocks), title
    return list(_apply(blocks, count, _attribution(title))), title


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

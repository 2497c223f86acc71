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

    Blocks with a speaker line of their own need no title block, so these are left as they are.
    """
    if any(block.has_speaker_line or block.given or block.unread_label for block in blocks):
        return list(blocks), None
    first_lines = islice((line for block in blocks for line in block.lines), MAX_LINES)
    lines = [line.text.strip()[:_LONGEST_LINE] for line in first_lines]
    count, title = find_title_block(lines)
    if title is None or not (title.speaker or title.role or title.state):
        return list(blocks), title
    return list(_apply(blocks, count, _attribution(title))), title


def _apply(blocks: Sequence[Block], count: int, attribution: Attribution) -> Iterator[Block]:
    """Yield the blocks; ``count`` lines are the title, and the speech begins after them."""
    left = count
    for block in blocks:
        if left < 0:
            yield block
            continue
        if title_lines := block.lines[:left]:
            yield replace(block, lines=title_lines, narrative=True)
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

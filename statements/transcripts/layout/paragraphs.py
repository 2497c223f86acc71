"""Paragraphs out of hard-wrapped lines, and whole words out of broken ones.

Blank lines part paragraphs. Where a text has none, only an indented line or a line that ends
clearly short of the margin is taken for an end; a page break alone never ends a sentence.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from statements.transcripts.hyphens import SOFT_HYPHEN, Evidence, ends_in_hyphen, join_broken
from statements.transcripts.lines import Line
from statements.transcripts.parsed import Problem, Severity
from statements.transcripts.record.narrative import heads_vote_list

_WRAPPED_AT_MOST = 120  # characters; nine lines of ten in a wrapped text are shorter
_WIDEST = 250
_LINES_PER_GAP = 40  # a text with fewer blank lines than this does not part paragraphs by them
_ENDS = (".", "?", "!", ":", "”", '"', "’", "'", ")", "]", "…", ";")
_NUMBERED = re.compile(r"\s*\d{1,4}\s?\.\t")  # "20.<tab>The annual debate"
_SHORT = 0.8  # of the usual width: the next word would have had room


@dataclass(slots=True)
class Block:
    """The lines of one paragraph, before they are joined."""

    lines: list[Line]
    speaker: bool = False  # it begins with a speaker line
    vouched: bool = False  # the name is set apart in print, so it needs no title
    unspoken: bool = False  # print shows that nobody said it: a heading, a note in italics


@dataclass(frozen=True, slots=True)
class Layout:
    wrapped: bool
    spaced: bool  # blank lines part the paragraphs
    width: int
    indent: int

    @classmethod
    def of(cls, lines: Sequence[Line], gaps: int) -> "Layout":
        lengths = sorted(len(line.text.strip()) for line in lines)
        if not lengths:
            return cls(wrapped=False, spaced=True, width=0, indent=0)
        width = lengths[int(len(lengths) * 0.9)] if len(lengths) > 1 else lengths[0]
        indents = sorted(_indent(line) for line in lines)
        return cls(
            wrapped=width <= _WRAPPED_AT_MOST or _is_even(lengths),
            spaced=len(lengths) < 25 or gaps * _LINES_PER_GAP >= len(lengths),
            width=width,
            indent=indents[len(indents) // 4],
        )


def _is_even(lengths: Sequence[int]) -> bool:
    """Wide lines are wrapped ones too where most of them end near the same margin."""
    margin = lengths[-1]
    full = sum(length > margin * _SHORT for length in lengths)
    return len(lengths) >= 8 and margin <= _WIDEST and full * 5 > len(lengths) * 3


@dataclass(slots=True)
class _State:
    block: Block | None = None
    gap: bool = False  # a blank line since the last text
    page_break: bool = False  # furniture or a new page since the last text
    blocks: list[Block] = field(default_factory=list)


StartsSpeech = Callable[[int, bool], bool]


def to_blocks(
    lines: Sequence[Line], furniture: Mapping[int, str], starts_speech: StartsSpeech
) -> list[Block]:
    """Group lines into paragraphs. ``starts_speech(index, sure)`` is asked of every line;
    ``sure`` is false where the sentence before it is unfinished."""
    texts = [line for index, line in enumerate(lines) if line.text and index not in furniture]
    layout = Layout.of(texts, _count_gaps(lines, furniture))
    state = _State()
    for index, line in enumerate(lines):
        if index in furniture:
            state.page_break = True
        elif line.blank:
            state.gap = True
        else:
            _place(index, line, layout, state, starts_speech)
    return state.blocks


def _place(
    index: int, line: Line, layout: Layout, state: _State, starts_speech: StartsSpeech
) -> None:
    block = state.block
    page_break = state.page_break or line.new_page
    before = block.lines[-1] if block else None
    parted = before is None or (state.gap and not page_break)
    finished = parted or page_break or _ends_sentence(before) or _is_vote(block)
    speaker = starts_speech(index, finished)
    if (
        block is None
        or before is None
        or speaker
        or (parted and not _runs_on(before, line, page_break=False, parted=True))
        or (page_break and not _runs_on(before, line, page_break=True, parted=state.gap))
        or (not page_break and _new_paragraph(before, line, layout))
    ):
        block = Block([line], speaker)
        state.blocks.append(block)
    else:
        block.lines.append(line)
    state.block, state.gap, state.page_break = block, False, False


def _is_vote(block: Block | None) -> bool:
    """Lists of delegations end without a full stop."""
    return block is not None and heads_vote_list(block.lines[0].text)


def _runs_on(before: Line, line: Line, *, page_break: bool, parted: bool) -> bool:
    """Whether a sentence clearly goes on over a page break, or a word over a blank line."""
    first = line.text.lstrip()[:1]
    if ends_in_hyphen(before.text):
        return first.islower() or (page_break and first.isupper())
    if not page_break:
        return False
    if not _ends_sentence(before):
        return first.islower() or not parted
    return not parted


def _new_paragraph(before: Line, line: Line, layout: Layout) -> bool:
    if heads_vote_list(line.text) or _NUMBERED.match(line.text):
        return True
    if not layout.wrapped:
        return _ends_sentence(before) or not line.text.lstrip()[:1].islower()
    if not _ends_sentence(before):
        return False
    if _indent(line) > max(layout.indent, _indent(before)) + (2 if layout.spaced else 0):
        return True
    if layout.spaced or line.text.lstrip()[:1].islower():
        return False
    first_word = line.text.split(None, 1)[0]
    return len(before.text.strip()) + 1 + len(first_word) < layout.width * _SHORT


def _ends_sentence(line: Line | None) -> bool:
    return line is None or line.text.endswith(_ENDS)


def _indent(line: Line) -> int:
    return len(line.text) - len(line.text.lstrip())


def _count_gaps(lines: Sequence[Line], furniture: Mapping[int, str]) -> int:
    """Blank stretches that stand between texts and not beside page furniture."""
    gaps, open_gap, furnished, seen_text = 0, False, False, False
    for index, line in enumerate(lines):
        if index in furniture:
            furnished = True
        elif line.blank:
            open_gap = True
        else:
            gaps += open_gap and not furnished and seen_text
            open_gap, furnished, seen_text = False, False, True
    return gaps


def join_lines(lines: Sequence[Line], evidence: Evidence, problems: list[Problem]) -> str:
    """The text of a paragraph on one line; guesses at hyphens are added to ``problems``."""
    parts: list[str] = []
    for line in lines:
        text = " ".join(line.text.split())
        if parts and ends_in_hyphen(parts[-1]):
            joint = join_broken(parts[-1], text, evidence)
            parts[-1] = parts[-1][:-1] + joint.between
            if not joint.certain:
                problems.append(_guess(parts[-1], text, line.number - 1))
        elif parts:
            parts.append(" ")
        parts.append(text)
    return "".join(parts).replace(SOFT_HYPHEN, "")


def _guess(left: str, right: str, line: int) -> Problem:
    word = left[-60:].rsplit(" ", 1)[-1] + right[:60].split(" ", 1)[0]
    return Problem(
        "hyphen-guess",
        f"“{word}” was broken at a line end; whether it has a hyphen is a guess.",
        Severity.NOTE,
        line,
    )

"""Joins hard-wrapped lines to paragraphs, and broken words to whole ones.

Blank lines separate paragraphs. In a text without them, a paragraph ends only before an indented
line or after a line that is clearly shorter than the margin. A page break alone never ends a
sentence.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from statements.transcripts.languages.pack import is_written_without_spaces
from statements.transcripts.record.vote_lists import heads_vote_list
from statements.transcripts.speakers.attribution import Attribution
from statements.transcripts.text.hyphens import SOFT_HYPHEN, Evidence, ends_in_hyphen, join_broken
from statements.transcripts.text.lines import Line
from statements.transcripts.text.sentences import begins_sentence, is_open
from statements.transcripts.values.parsed import Problem, Severity, SourceMetadata

_WRAP_WIDTH = 120  # characters; nine lines of ten in a wrapped text are shorter
_WIDEST = 250  # characters
_LINES_PER_GAP = 40  # texts with fewer blank lines than this do not separate paragraphs by them
_ENDS = (*".?!:”\"’')]…;»。？！：）；」』؟؛",)
_NUMBER_AND_TAB = re.compile(r"\s*\d{1,4}\s?\.\t")  # "20.<tab>The annual debate"
_NUMBER = re.compile(r"(?P<number>[1-9]\d{0,3})\s?\.\s+(?=\S)")  # "19. Mr. …", "20. The annual …"
_FEWEST_NUMBERED = 3  # paragraphs
_LEAST_OPEN_LINE = 30  # characters of a line whose sentence goes on below a blank line
_SHORT = 0.8  # of the usual width: the next word would have fitted


@dataclass(slots=True)
class Block:
    """The lines of one paragraph, before they are joined."""

    lines: list[Line]
    has_speaker_line: bool = False  # at its beginning
    bold_name: bool = False  # the speaker's name is in bold type, so it needs no title
    narrative: bool = False  # its type shows that nobody spoke it: a heading, a note in italics
    given: Attribution | None = None  # who speaks from here on, where the form itself says so
    metadata: SourceMetadata | None = None  # of the turn that begins here
    separate: bool = False  # the form itself delimits the turn, so it joins no turn before it
    unread_label: str = ""  # a label at its beginning that was not understood
    time_s: float | None = None  # seconds from the start of a recording


@dataclass(frozen=True, slots=True)
class Layout:
    """How a text is laid out."""

    wrapped: bool  # lines are wrapped at a margin
    spaced: bool  # blank lines separate paragraphs
    width: int  # characters
    indent: int  # characters

    @classmethod
    def measure(cls, lines: Sequence[Line], gaps: int) -> "Layout":
        lengths = sorted(len(line.text.strip()) for line in lines)
        if not lengths:
            return cls(wrapped=False, spaced=True, width=0, indent=0)
        width = lengths[int(len(lengths) * 0.9)] if len(lengths) > 1 else lengths[0]
        indents = sorted(_indent(line) for line in lines)
        return cls(
            wrapped=width <= _WRAP_WIDTH or _is_even(lengths),
            spaced=len(lengths) < 25 or gaps * _LINES_PER_GAP >= len(lengths),
            width=width,
            indent=indents[len(indents) // 4],
        )


def _is_even(lengths: Sequence[int]) -> bool:
    """Return whether most lines end near the same margin: then even wide lines are wrapped."""
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
    """Group lines into paragraphs.

    ``starts_speech(index, sure)`` is called for every line; ``sure`` is False if the sentence
    before the line is unfinished.
    """
    text_lines = [line for index, line in enumerate(lines) if line.text and index not in furniture]
    layout = Layout.measure(text_lines, _count_gaps(lines, furniture))
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
    after_gap = before is None or (state.gap and not page_break)
    sure = after_gap or page_break or _ends_sentence(before) or _is_vote(block)
    speaker_line = starts_speech(index, sure)
    if (
        block is None
        or before is None
        or speaker_line
        or (after_gap and not _runs_on_below_gap(before, line))
        or (page_break and not _runs_on_over_page(before, line, layout, after_gap=state.gap))
        or (not page_break and _starts_paragraph(before, line, layout))
    ):
        block = Block([line], speaker_line)
        state.blocks.append(block)
    else:
        block.lines.append(line)
    state.block, state.gap, state.page_break = block, False, False


def _is_vote(block: Block | None) -> bool:
    """Return whether a block is a list of delegations, which ends without a full stop."""
    return block is not None and heads_vote_list(block.lines[0].text)


def _runs_on_below_gap(before: Line, line: Line) -> bool:
    """Return whether a sentence or a word clearly continues below a blank line.

    Short lines may be a list or verse.
    """
    is_within = line.text.lstrip()[:1].islower()
    if ends_in_hyphen(before.text):
        return is_within
    is_long = len(before.text.strip()) >= _LEAST_OPEN_LINE
    if is_within and before.text[-1:].isalpha():
        return is_long
    # words may be missing at the end of the line above
    return is_long and is_open(before.text) and not begins_sentence(line.text)


def _runs_on_over_page(before: Line, line: Line, layout: Layout, *, after_gap: bool) -> bool:
    """Return whether a sentence continues on the next page."""
    first = line.text.lstrip()[:1]
    if ends_in_hyphen(before.text):
        return first.isalpha()
    if heads_vote_list(line.text):
        return False
    if not after_gap or is_open(before.text):
        return True
    is_full = layout.wrapped and len(before.text.strip()) >= layout.width * _SHORT
    return not _ends_sentence(before) and (first.islower() or is_full)


def _starts_paragraph(before: Line, line: Line, layout: Layout) -> bool:
    if heads_vote_list(line.text) or _NUMBER_AND_TAB.match(line.text):
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
    """Return the number of gaps between lines of text that are not next to page furniture."""
    gaps, open_gap, has_furniture, seen_text = 0, False, False, False
    for index, line in enumerate(lines):
        if index in furniture:
            has_furniture = True
        elif line.blank:
            open_gap = True
        else:
            gaps += open_gap and not has_furniture and seen_text
            open_gap, has_furniture, seen_text = False, False, True
    return gaps


def join_lines(lines: Sequence[Line], evidence: Evidence, problems: list[Problem]) -> str:
    """Return the text of a paragraph on one line; guesses at hyphens are added to ``problems``."""
    parts: list[str] = []
    for line in lines:
        text = " ".join(line.text.split())
        if parts and ends_in_hyphen(parts[-1]):
            joint = join_broken(parts[-1], text, evidence)
            parts[-1] = parts[-1][:-1] + joint.joiner
            if not joint.certain:
                problems.append(_guess(parts[-1], text, line.number - 1))
        elif parts and not _are_unspaced(parts[-1], text):
            parts.append(" ")
        parts.append(text)
    return "".join(parts).replace(SOFT_HYPHEN, "")


def _are_unspaced(above: str, below: str) -> bool:
    """Return whether a line end between these lines is no space: in Chinese, for example."""
    return is_written_without_spaces(above[-1:]) and is_written_without_spaces(below[:1])


def _guess(left: str, right: str, line: int) -> Problem:
    word = left[-60:].rsplit(" ", 1)[-1] + right[:60].split(" ", 1)[0]
    return Problem(
        "hyphen-guess",
        f"“{word}” was divided at the end of a line; whether it has a hyphen was guessed.",
        Severity.NOTE,
        line,
    )


def is_numbered(texts: Sequence[str]) -> bool:
    """Return whether most paragraphs of a record begin with a number, and the numbers rise by one.

    Only then are numbers removed from the text: a list within a speech, "1. First, …", is the
    speaker's own and stays.
    """
    numbers = [int(match["number"]) for match in map(_NUMBER.match, texts) if match]
    if len(numbers) < _FEWEST_NUMBERED or len(numbers) * 5 < len(texts) * 3:
        return False
    rising = sum(after == before + 1 for before, after in pairwise(numbers))
    return rising * 3 >= (len(numbers) - 1) * 2


def take_number(text: str) -> tuple[int | None, str]:
    """Split a paragraph into its number, if any, and the rest."""
    match = _NUMBER.match(text)
    return (int(match["number"]), text[match.end() :]) if match else (None, text)

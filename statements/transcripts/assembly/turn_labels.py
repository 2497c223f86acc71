"""Marks the blocks of a file that begin with a label which the grammar of speaker lines lacks."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from statements.transcripts.layout.paragraphs import Block
from statements.transcripts.record.vote_lists import heads_vote_list
from statements.transcripts.speakers.attribution import read_bold_attribution
from statements.transcripts.speakers.label_evidence import FEWEST_SPEAKER_LINES, Head
from statements.transcripts.speakers.label_forms import LONGEST_LABEL
from statements.transcripts.speakers.label_marks import time_of
from statements.transcripts.speakers.labels import FoundLabel, find_labels
from statements.transcripts.text.lines import Line
from statements.transcripts.values.choices import NO_CHOICES, LabelChoices, label_key
from statements.transcripts.values.parsed import DroppedText, LabelUse, ParsedLabel

_ENDS = (*".?!:;…—–”\"’')]", "。", "？", "！", "؟")
_STOPS = tuple(end for end in _ENDS if end != ")")
_INDENT = 2  # characters by which the first line of a turn may stand further in

Place = tuple[int, int]  # index of a block, and of a line in it


@dataclass(frozen=True, slots=True)
class MarkedBlocks:
    """Blocks with the speakers of their labels."""

    blocks: list[Block]
    dropped: list[DroppedText] = field(default_factory=list)  # marks before labels
    labels: tuple[ParsedLabel, ...] = ()


def mark_labels(
    blocks: Sequence[Block], *, is_record: bool, choices: LabelChoices = NO_CHOICES
) -> MarkedBlocks:
    """Give blocks the speakers of the labels that the file was found to use.

    A block is split where a label begins a line after a sentence. Files in forms that name the
    speakers themselves are left as they are.
    """
    if any(block.given and not block.given.end for block in blocks):
        return MarkedBlocks(list(blocks))
    blocks = _with_bold_names(blocks)
    places = list(_places(blocks))
    heads = [_head(blocks[block], line) for block, line in places]
    found: dict[int, dict[int, FoundLabel]] = defaultdict(dict)
    uses: list[tuple[str, LabelUse, int]] = []
    dropped: list[DroppedText] = []
    for at, label in sorted(find_labels(heads, is_record=is_record, choices=choices).items()):
        index, line = places[at]
        number = blocks[index].lines[line].number
        if not label.is_interjection:
            uses.append((label.text, _use_of(label), number))
        found[index][line] = label
        if label.mark and label.attribution and label.attribution.number is None:
            dropped.append(DroppedText(label.mark, "mark before a speaker", number))
    marked = [part for index, block in enumerate(blocks) for part in _parts(block, found[index])]
    return MarkedBlocks(marked, dropped, count_labels(uses))


def _with_bold_names(blocks: Sequence[Block]) -> list[Block]:
    """Give blocks the speaker whom bold words name, where others of the file name theirs so.

    Alone, a name before a lower-case word may address somebody: "Odile Rill: rose—".
    """
    names = sum(block.bold_name or block.given is not None for block in blocks)
    return list(map(_named_in_bold, blocks)) if names >= FEWEST_SPEAKER_LINES else list(blocks)


def _named_in_bold(block: Block) -> Block:
    label = block.unread_label
    given = read_bold_attribution(f"{label} X") if label else None
    if given is None or not block.lines[0].text.lstrip().startswith(label):
        return block
    return replace(block, given=given, has_speaker_line=True, unread_label="")


def count_labels(uses: Iterable[tuple[str, LabelUse, int]]) -> tuple[ParsedLabel, ...]:
    """Count labels, each with its use and line, in the order in which they first occur."""
    labels: dict[str, ParsedLabel] = {}
    for text, use, line in uses:
        key = label_key(text)
        before = labels.get(key)
        labels[key] = (
            replace(before, count=before.count + 1) if before else ParsedLabel(text, use, 1, line)
        )
    return tuple(labels.values())


def _use_of(label: FoundLabel) -> LabelUse:
    if label.is_rejected:
        return LabelUse.TEXT
    return LabelUse.SPEAKER if label.attribution else LabelUse.UNREAD


def _places(blocks: Sequence[Block]) -> Iterator[Place]:
    """Yield the lines with which a turn may begin."""
    for index, block in enumerate(blocks):
        if block.narrative or heads_vote_list(block.lines[0].text):
            continue
        yield index, 0
        for number in range(_end_of_speaker_line(block) + 1, len(block.lines)):
            before, line = block.lines[number - 1], block.lines[number]
            if before.text.endswith(_ENDS) or _indent(line) >= _indent(before) + _INDENT:
                yield index, number


def _end_of_speaker_line(block: Block) -> int:
    """Return the index of the line on which the speaker line that begins a block ends."""
    if not block.has_speaker_line:
        return 0
    lines = range(len(block.lines))
    return next((number for number in lines if ":" in block.lines[number].text), 0)


def _head(block: Block, number: int) -> Head:
    line = block.lines[number].text
    is_first = number == 0
    return Head(
        line,
        is_read=is_first and (block.has_speaker_line or block.given is not None),
        is_whole=number == len(block.lines) - 1,
        is_alone=is_first and len(line) <= LONGEST_LABEL and not line.endswith(_STOPS),
    )


def _indent(line: Line) -> int:
    return len(line.text) - len(line.text.lstrip())


def _parts(block: Block, labels: Mapping[int, FoundLabel]) -> Iterator[Block]:
    """Yield the block, split before the lines that begin with a label."""
    starts = sorted({0, *labels})
    for start, end in zip(starts, [*starts[1:], len(block.lines)], strict=True):
        part = replace(block, lines=block.lines[start:end])
        if start:
            part = Block(part.lines, time_s=block.time_s)
        yield _labelled(part, labels[start]) if start in labels else part


def _labelled(block: Block, label: FoundLabel) -> Block:
    if label.is_rejected:
        return replace(block, unread_label="")
    if block.unread_label and label.attribution is None:
        return block  # as the form itself has it
    if label.is_interjection:
        return replace(block, narrative=True, has_speaker_line=False, unread_label="")
    if label.attribution is None:
        return replace(block, unread_label=label.text, has_speaker_line=False)
    return replace(
        block,
        given=label.attribution,
        has_speaker_line=True,
        unread_label="",
        separate=label.is_voice,
        time_s=block.time_s if block.time_s is not None else time_of(label.mark),
    )

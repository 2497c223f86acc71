"""Splits WebVTT and SubRip files into cues.

Both are cues between blank lines, each under a line with its times. The grammar is that of
https://www.w3.org/TR/webvtt1/ (section 4), read with more leniency than it asks for, since SubRip
has no standard and a damaged cue must not lose its words.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from statements.transcripts.formats.captions.recognition import TIMING
from statements.transcripts.formats.captions.tags import plain_text
from statements.transcripts.text.lines import NEWLINE
from statements.transcripts.values.parsed import DroppedText
from statements.transcripts.values.recording_times import seconds

_BLOCKS = {"NOTE": "comment", "STYLE": "style", "REGION": "style"}
_NUMBER = re.compile(r"\s*\d{1,9}\s*")
_SHORTEST = 0.1  # seconds; automatic captions repeat a line for less than this
_ADJOINING = 0.2  # seconds


@dataclass(slots=True)
class Cue:
    """A caption: its lines as in the file, with tags."""

    lines: list[tuple[int, str]]  # (number in the file, text)
    start_s: float | None = None
    end_s: float | None = None


@dataclass(slots=True)
class CueFile:
    header: list[str] = field(default_factory=list)  # below and beside "WEBVTT"
    cues: list[Cue] = field(default_factory=list)
    dropped: list[DroppedText] = field(default_factory=list)


def split_cues(text: str) -> CueFile:
    """Split the text of a WebVTT or SubRip file; no word of it is lost."""
    file = CueFile()
    blocks = list(_blocks(text))
    if blocks and blocks[0][0][1].startswith("WEBVTT"):
        _add_header(blocks.pop(0), file)
    for block in blocks:
        _add_block(block, file)
    file.cues = list(_without_repetitions(file))
    return file


def _blocks(text: str) -> Iterator[list[tuple[int, str]]]:
    """Yield the runs of lines between blank lines."""
    block: list[tuple[int, str]] = []
    for number, line in enumerate(NEWLINE.split(text), start=1):
        if line.strip():
            block.append((number, line.strip()))
        elif block:
            yield block
            block = []
    if block:
        yield block


def _add_header(block: Sequence[tuple[int, str]], file: CueFile) -> None:
    first = block[0][1].removeprefix("WEBVTT").strip(" \t-–—")
    at = next((index for index, (_, line) in enumerate(block) if TIMING.fullmatch(line)), None)
    lines = block[1:at] if at is not None else block[1:]
    file.header = [line for line in (first, *(line for _, line in lines)) if line]
    if at is not None:  # the blank line below the header is missing
        _add_block(block[at:], file)


def _add_block(block: Sequence[tuple[int, str]], file: CueFile) -> None:
    first = block[0][1]
    timings = [index for index, (_, line) in enumerate(block) if TIMING.fullmatch(line)]
    kind = first.split(None, 1)[0].rstrip(":")
    if kind in _BLOCKS and not timings:
        words = " ".join(line for _, line in block).removeprefix(kind).strip()
        if words:
            file.dropped.append(DroppedText(words, _BLOCKS[kind], block[0][0]))
    elif timings:
        _add_cues(block, timings, file)
    else:  # a blank line within a caption
        _add_text(block, file)


def _add_text(lines: Sequence[tuple[int, str]], file: CueFile) -> None:
    """Add lines to the last caption, if there is one."""
    if file.cues:
        file.cues[-1].lines += lines
    else:
        file.dropped += [DroppedText(line, "other data", number) for number, line in lines]


def _add_cues(block: Sequence[tuple[int, str]], timings: Sequence[int], file: CueFile) -> None:
    """Add the cues of a block, of which there are several where blank lines are missing."""
    starts = [
        index - 1 if index and _NUMBER.fullmatch(block[index - 1][1]) else index
        for index in timings
    ]
    above = list(block[: starts[0]])
    if above and starts[0] == timings[0]:
        number, line = above.pop()
        file.dropped.append(DroppedText(line, "caption name", number))
    if above:  # a blank line within the caption before
        _add_text(above, file)
    for timing, end in zip(timings, [*starts[1:], len(block)], strict=True):
        match = TIMING.fullmatch(block[timing][1])
        if match is not None:
            lines = list(block[timing + 1 : end])
            file.cues.append(Cue(lines, seconds(match["start"]), seconds(match["end"])))


def _without_repetitions(file: CueFile) -> Iterator[Cue]:
    """Yield cues without the line above that automatic captions show a second time.

    These scroll: each cue repeats the last line of the one before it, as its first.
    """
    before: Cue | None = None
    shown = ""
    for cue in file.cues:
        if before and cue.lines and plain_text(cue.lines[0][1]) == shown and _adjoin(before, cue):
            is_brief = (cue.end_s or 0.0) - (cue.start_s or 0.0) <= _SHORTEST
            if len(cue.lines) > 1 or is_brief:
                number, line = cue.lines.pop(0)
                file.dropped.append(DroppedText(line, "repeated caption", number))
        shown = plain_text(cue.lines[-1][1]) if cue.lines else shown
        before = cue
        if cue.lines:
            yield cue


def _adjoin(before: Cue, cue: Cue) -> bool:
    return (
        before.end_s is not None
        and cue.start_s is not None
        and cue.start_s - before.end_s <= _ADJOINING
    )

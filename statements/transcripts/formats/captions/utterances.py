"""Utterances: pieces of text in the order of a recording, joined here to paragraphs and turns.

Captions are cut where a line is full. A paragraph therefore ends with a sentence, after a pause or
when it is long, and where somebody else begins to speak.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from statements.transcripts.layout.paragraphs import Block
from statements.transcripts.record.narrative import is_stage_note
from statements.transcripts.speakers.attribution import NOBODY, Attribution
from statements.transcripts.text.lines import Line, split_lines
from statements.transcripts.values.parsed import LabelUse, SourceMetadata

_PAUSE = 2.0  # seconds between two pieces, after a sentence
_LONG = 80  # words, after which a paragraph ends with the next sentence
_LONGEST = 250  # words; text without punctuation is cut here
_ENDS = (".", "?", "!", "…", "。", "？", "！", "؟", '."', '?"', '!"', ".”", "?”", "!”", ".)", ".’")
_MUSIC = "♪♫"


@dataclass(frozen=True, slots=True)
class Utterance:
    """A piece of text, and what the file says of who speaks it."""

    text: str
    line: int
    start_s: float | None = None
    end_s: float | None = None
    speaker: Attribution | None = None  # None if the file says nothing here
    begins_turn: bool = False  # somebody begins to speak, even if ``speaker`` is as before
    is_voice: bool = False  # the speaker is nameless: each turn may be another person's
    begins_paragraph: bool = False
    label: str = ""  # before the text, or at its beginning if it names nobody
    label_use: LabelUse | None = None


def ends_sentence(text: str) -> bool:
    return text.rstrip().endswith(_ENDS)


def to_blocks(utterances: Iterable[Utterance], metadata: SourceMetadata | None) -> list[Block]:
    """Join utterances to paragraphs; ``metadata`` describes every turn."""
    joiner = _Joiner(metadata)
    for utterance in utterances:
        joiner.add(utterance)
    return joiner.blocks


class _Joiner:
    def __init__(self, metadata: SourceMetadata | None) -> None:
        self.blocks: list[Block] = []
        self._metadata = metadata
        self._speaker: Attribution | None = None
        self._last: Utterance | None = None  # of the open paragraph
        self._words = 0  # in the open paragraph
        self._label: Utterance | None = None

    def add(self, utterance: Utterance) -> None:
        lines = _lines(utterance)
        if not lines:  # a label on its own; the words follow in the next caption
            self._label = utterance if utterance.begins_turn else self._label
            return
        is_note = is_note_of_sounds(utterance.text)
        if self._label and not is_note:
            utterance = self._below_label(utterance, self._label)
            self._label = None
        is_turn = utterance.begins_turn or (
            utterance.speaker is not None and utterance.speaker != self._speaker
        )
        if is_turn and not is_note:
            self._begin_turn(utterance, lines)
        elif is_note or utterance.begins_paragraph or self._ends_before(utterance):
            is_sound = is_note and not is_stage_note(utterance.text)
            self._begin(Block(lines, narrative=is_sound, time_s=utterance.start_s))
        else:
            self.blocks[-1].lines += lines
        self._words += len(utterance.text.split())
        self._last = None if is_note else utterance

    @staticmethod
    def _below_label(utterance: Utterance, label: Utterance) -> Utterance:
        if utterance.begins_turn or utterance.speaker:
            return utterance
        return replace(
            utterance,
            speaker=label.speaker,
            begins_turn=True,
            is_voice=label.is_voice,
            label=label.label,
            label_use=label.label_use,
        )

    def _begin_turn(self, utterance: Utterance, lines: list[Line]) -> None:
        self._speaker = utterance.speaker
        block = Block(lines, time_s=utterance.start_s)
        if utterance.label_use is LabelUse.UNREAD:
            block.unread_label = utterance.label
        else:
            block.given = utterance.speaker or NOBODY
            block.metadata = self._metadata
            block.separate = utterance.is_voice or block.given == NOBODY
        self._begin(block)

    def _begin(self, block: Block) -> None:
        self.blocks.append(block)
        self._words = 0

    def _ends_before(self, utterance: Utterance) -> bool:
        if self._last is None or self._words >= _LONGEST:
            return True
        if not ends_sentence(self._last.text):
            return False
        if self._words >= _LONG:
            return True
        start, end = utterance.start_s, self._last.end_s
        return start is not None and end is not None and start - end >= _PAUSE


def is_note_of_sounds(text: str) -> bool:
    """Return whether a text is not speech: "(Laughter)", "[APPLAUSE]", "♪ …"."""
    text = text.strip()
    return is_stage_note(text) or (text[:1] in _MUSIC and text[-1:] in _MUSIC)


def _lines(utterance: Utterance) -> list[Line]:
    return [
        replace(part, number=utterance.line) for part in split_lines(utterance.text) if part.text
    ]


def rising(times: Iterable[float | None]) -> bool:
    """Return whether times rise; those that are unknown do not count."""
    known = list(_known(times))
    return known == sorted(known)


def _known(times: Iterable[float | None]) -> Iterator[float]:
    return (time for time in times if time is not None)

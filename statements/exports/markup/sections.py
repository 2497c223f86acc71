"""Writes the turns of a debate into sections, each of which begins with its headings."""

from abc import ABC, abstractmethod

from statements.exports.layout import Item, Turn
from statements.exports.markup.debate import Debate
from statements.exports.markup.xml_text import XmlWriter


class SectionWriter(ABC):
    """Decides where sections begin; a format says how their parts are written."""

    def __init__(self, writer: XmlWriter, debate: Debate) -> None:
        self.writer, self.debate = writer, debate
        self._count = 0  # of sections
        self._has_text = False  # in the section, below its headings

    def add(self, turn: Turn) -> None:
        """Write a speech with the narrative around it."""
        for item in turn.before:
            self._add_around(turn, item)
        if turn.speech_items or not turn.items:
            self._open(is_new=False)
            self._has_text = True
            self.write_speech(turn)
        for item in turn.after:
            self._add_around(turn, item)

    def finish(self) -> None:
        """End the last section. A debate without speeches has one that is empty."""
        self._open(is_new=False)
        self.end_section()

    def paragraph_id(self, turn: Turn, item: Item) -> str:
        """Return the identifier of a paragraph in the document."""
        return self.debate.paragraph_id(turn.speech.public_id, item.paragraph.anchor)

    def _add_around(self, turn: Turn, item: Item) -> None:
        self._open(is_new=item.is_heading and self._has_text)
        if item.is_heading:
            self.write_heading(turn, item)
            return
        self._has_text = True
        self.write_narrative(turn, item)

    def _open(self, *, is_new: bool) -> None:
        """Begin a section, if it is new or the first."""
        if self._count and not is_new:
            return
        if self._count:
            self.end_section()
        self._count += 1
        self._has_text = False
        self.begin_section(self._count)

    @abstractmethod
    def begin_section(self, number: int) -> None: ...

    @abstractmethod
    def end_section(self) -> None: ...

    @abstractmethod
    def write_heading(self, turn: Turn, item: Item) -> None: ...

    @abstractmethod
    def write_narrative(self, turn: Turn, item: Item) -> None: ...

    @abstractmethod
    def write_speech(self, turn: Turn) -> None: ...

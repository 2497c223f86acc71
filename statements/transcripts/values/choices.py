"""What a person has decided about the labels and columns of a file before it is read again.

The choices hold while one file is read. No reader of a format has to know of them: ``applied`` sets
them around the reader, and the assembly of speeches, in which all readers end, asks for them.
"""

import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from enum import StrEnum


def label_key(text: str) -> str:
    """Return a label as it is counted and remembered: without regard to case and stops.

    >>> label_key("Mr.  SPEAKER")
    'mr speaker'
    """
    return " ".join(text.replace(".", " ").split()).casefold()


class Column(StrEnum):
    """Which column of a page with two is read; the other is its translation."""

    BOTH = ""
    LEFT = "left"
    RIGHT = "right"


@dataclass(frozen=True, slots=True)
class LabelChoices:
    """Labels, by ``label_key``, that begin turns and labels that are text of a speech; and the
    column that is read."""

    accepted: frozenset[str] = frozenset()
    rejected: frozenset[str] = frozenset()
    column: Column = Column.BOTH

    @classmethod
    def of(
        cls, accepted: Iterable[str] = (), rejected: Iterable[str] = (), column: str = ""
    ) -> "LabelChoices":
        """Build choices from labels as printed."""
        keys = frozenset(map(label_key, accepted)), frozenset(map(label_key, rejected))
        return cls(*keys, Column(column))

    def completed(self, others: "LabelChoices") -> "LabelChoices":
        """Return these choices, and others about what these say nothing of."""
        known = self.accepted | self.rejected
        return LabelChoices(
            self.accepted | (others.accepted - known),
            self.rejected | (others.rejected - known),
            self.column or others.column,
        )

    def to_json(self) -> str:
        return json.dumps([sorted(self.accepted), sorted(self.rejected), self.column])

    @classmethod
    def from_json(cls, text: str) -> "LabelChoices":
        """Build the choices that ``to_json`` wrote; "" is none."""
        if not text:
            return cls()
        accepted, rejected, column = json.loads(text)
        return cls(frozenset(accepted), frozenset(rejected), Column(column))

    def __bool__(self) -> bool:
        return bool(self.accepted or self.rejected or self.column)


NO_CHOICES = LabelChoices()
_CHOICES: ContextVar[LabelChoices] = ContextVar("reading_choices", default=NO_CHOICES)


@contextmanager
def applied(choices: LabelChoices) -> Iterator[None]:
    """Let choices hold for what is read within."""
    token = _CHOICES.set(choices)
    try:
        yield
    finally:
        _CHOICES.reset(token)


def current_choices() -> LabelChoices:
    return _CHOICES.get()

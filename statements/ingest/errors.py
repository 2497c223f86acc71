"""Errors that keep a transcript from being changed or stored; ``str()`` is a sentence."""

from collections.abc import Sequence


class IngestError(Exception):
    """A request cannot be carried out; nothing was stored."""


class EditConflict(IngestError):
    """Somebody else changed the draft in the meantime."""


class NotWaiting(IngestError):
    """The transcript is not waiting for review: it was published, discarded or replaced."""


class Collision(IngestError):
    """The positions of the speeches are taken by other speeches."""


class InvalidDraft(IngestError):
    """The draft cannot be stored; ``faults`` has one sentence for each reason."""

    def __init__(self, faults: Sequence[str]) -> None:
        super().__init__(" ".join(faults))
        self.faults = tuple(faults)

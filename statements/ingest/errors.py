"""What can keep a transcript from being changed or stored; each says so in a sentence."""

from collections.abc import Sequence


class IngestError(Exception):
    """Something asked of accession cannot be done as asked; nothing was stored."""


class EditConflict(IngestError):
    """Somebody else changed the draft since it was looked at."""


class NotWaiting(IngestError):
    """The transcript does not wait for review: it was published, discarded or replaced."""


class Collision(IngestError):
    """Other speeches stand where these would be stored."""


class InvalidDraft(IngestError):
    """The draft cannot be stored as it stands; ``faults`` has one sentence for each reason."""

    def __init__(self, faults: Sequence[str]) -> None:
        super().__init__(" ".join(faults))
        self.faults = tuple(faults)

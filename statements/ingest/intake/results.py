"""The result of taking in one file: its state, counts of its speeches, and a message."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from statements.ingest.publishing.preview import Outcome, SpeechPreview
from statements.ingest.publishing.publish import NOTHING_STORED
from statements.ingest.publishing.withdrawal import AbsentSpeeches
from statements.models import Transcript


class FileState(models.TextChoices):
    STORED = "stored", gettext_lazy("stored")
    KNOWN = "known", gettext_lazy("already in the archive")  # these bytes, or all their speeches
    REINSTATED = "reinstated", gettext_lazy("reinstated")  # known; withdrawn speeches are public
    HELD = "held", gettext_lazy("waiting for review")
    SCAN = "scan", gettext_lazy("kept")  # has no text layer; waits for its text
    FAILED = "failed", gettext_lazy("failed")


@dataclass(slots=True)
class Tally:
    """Counts of the speeches in a file, by what the preview found."""

    speeches: int = 0
    new: int = 0
    same: int = 0
    collisions: int = 0
    withdrawn: int = 0  # positions that a withdrawn speech keeps
    no_speaker: int = 0
    no_country: int = 0
    undated: int = 0  # without even a year
    problems: int = 0  # without notes

    def add(self, speech: SpeechPreview) -> None:
        self.speeches += 1
        self.new += speech.outcome is Outcome.NEW
        self.same += speech.outcome is Outcome.SAME
        self.collisions += speech.is_taken
        self.withdrawn += speech.outcome is Outcome.WITHDRAWN
        self.no_speaker += not speech.speech.speaker
        self.no_country += speech.country is None
        self.undated += speech.date is None and speech.year is None

    def add_problems(self, problems: Iterable[dict[str, Any]]) -> None:
        self.problems += sum(problem["severity"] != "note" for problem in problems)


@dataclass(frozen=True, slots=True, kw_only=True)
class FileResult:
    path: Path
    state: FileState
    message: str = ""
    tally: Tally | None = None
    stored: int = 0  # speeches added; in a dry run, those that would be
    replaced: int = 0
    reinstated: int = 0
    absent: AbsentSpeeches | None = None  # of a known file
    is_discarded: bool = False  # a person discarded the file earlier


def failure(path: Path, error: Exception, tally: Tally | None = None) -> FileResult:
    message = f"{error.strerror or error}." if isinstance(error, OSError) else str(error).strip()
    return FileResult(path=path, state=FileState.FAILED, message=message, tally=tally)


def found_no_place(transcript: Transcript) -> bool:
    """Return whether an import discarded a transcript because all its positions were taken."""
    return transcript.state == Transcript.State.DISCARDED and any(
        problem.get("code") == NOTHING_STORED for problem in transcript.problems
    )


def known_message(transcript: Transcript) -> str:
    """Return why a known file is left unchanged; "" if it is published."""
    if found_no_place(transcript):
        return _(
            "not stored because its positions are taken; use --on-collision replace to store it"
        )
    if transcript.is_published:
        return ""
    return _("%(state)s, left unchanged") % {"state": transcript.get_state_display().lower()}


def unchanged_message(tally: Tally) -> str:
    """Return why no speech of a file was stored."""
    message = _("every speech is already in the archive")
    if not tally.withdrawn:
        return message
    positions = ngettext(
        "%(count)d position belongs to a withdrawn speech",
        "%(count)d positions belong to withdrawn speeches",
        tally.withdrawn,
    ) % {"count": tally.withdrawn}
    return f"{message}; {positions}"

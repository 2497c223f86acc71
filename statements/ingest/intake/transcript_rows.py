"""The transcripts of files that are stored: created as published, locked, and completed after their
speeches were stored.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from statements.ingest.errors import EditConflict
from statements.ingest.intake.entries import IntakeEntry
from statements.ingest.publishing.publish import make_scan_public, nothing_stored_problem
from statements.ingest.publishing.series import get_or_create_series
from statements.ingest.publishing.store import last_positions
from statements.models import Transcript


def assign_transcripts(entries: Sequence[IntakeEntry]) -> None:
    """Give each file its transcript; new ones are created as published."""
    new: dict[str, IntakeEntry] = {}
    for entry in entries:
        if entry.existing is None:
            new.setdefault(entry.file.sha256, entry)
    series = get_or_create_series(map(_dataset, new.values()))
    created = Transcript.objects.bulk_create(
        Transcript(
            sha256=entry.file.sha256,
            content=entry.file.content(),
            size=entry.file.size,
            name=entry.file.name,
            state=Transcript.State.PUBLISHED,
            series=series.get(_dataset(entry)),
            **_fields(entry),
        )
        for entry in new.values()
    )
    transcripts = {transcript.sha256: transcript for transcript in created}
    last = _lock(entry.existing for entry in entries if entry.existing)
    for entry in entries:
        entry.transcript = entry.existing or transcripts[entry.file.sha256]
        entry.offset = last.get(entry.transcript.pk, 0)
        if entry.draft is not None:
            positions = (speech.position for speech in entry.draft.speeches)
            last[entry.transcript.pk] = entry.offset + max(positions)


def _dataset(entry: IntakeEntry) -> str:
    return entry.draft.dataset if entry.draft else ""


def _fields(entry: IntakeEntry) -> dict[str, Any]:
    return {
        "published_at": timezone.now(),
        "encoding": entry.file.encoding,
        "problems": entry.problems,
        "dropped": entry.dropped,
        "descriptions": entry.file.descriptions(),
        "scan_id": entry.file.scan_id,
    }


def _lock(transcripts: Iterable[Transcript]) -> dict[int, int]:
    """Lock existing transcripts; return the last position that each has a speech at, by key.

    Raises EditConflict if somebody changed the state of one since it was looked up.
    """
    states = {transcript.pk: transcript.state for transcript in transcripts}
    if not states:
        return {}
    rows = Transcript.objects.select_for_update().filter(pk__in=states).order_by("pk")
    if dict(rows.values_list("pk", "state")) != states:
        raise EditConflict(_("Someone else changed the file at the same time. Try again."))
    return last_positions(states)


def complete_transcripts(entries: Sequence[IntakeEntry]) -> None:
    """Complete the transcripts after their speeches were stored; discard those that have none."""
    filled = {entry.transcript.pk for entry in entries if entry.stored or entry.replaced}
    empty: dict[int, Transcript] = {}
    for entry in entries:
        transcript, existing = entry.transcript, entry.existing
        if transcript.pk in filled and entry.file.scan_id:
            make_scan_public(transcript)
        if transcript.pk not in filled:
            if existing is None:
                transcript.state = Transcript.State.DISCARDED
                transcript.published_at = None
                transcript.problems = [*entry.problems, nothing_stored_problem()]
                transcript.descriptions = []
                empty.setdefault(transcript.pk, transcript)
        elif existing is not None and existing.state == Transcript.State.DISCARDED:
            _complete(entry, existing.problems)
            Transcript.objects.filter(pk=existing.pk).update(
                state=Transcript.State.PUBLISHED, draft=None, revision=F("revision") + 1
            )
            make_scan_public(existing)
        elif existing is None and entry.file.is_streamed:
            _complete(entry, [])
    Transcript.objects.bulk_update(
        empty.values(), ["state", "published_at", "problems", "descriptions"]
    )


def _complete(entry: IntakeEntry, former_problems: Sequence[dict[str, Any]]) -> None:
    """Store the fields of a transcript; keep the notes that its meetings added meanwhile."""
    rows = Transcript.objects.filter(pk=entry.transcript.pk)
    noted = [problem for problem in rows.get().problems if problem not in former_problems]
    fields = _fields(entry)
    fields["scan_id"] = fields["scan_id"] or entry.transcript.scan_id
    rows.update(**fields | {"problems": [*fields["problems"], *noted]})

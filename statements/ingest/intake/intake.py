"""The import: every file of a source is read, checked, and previewed or stored.

Each group of files is one transaction. A file that cannot be stored is a result like any other, and
the import continues; a group in which one file fails is stored again file by file. An outage of the
database is not the fault of a file: the import waits until it is over.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

from django.db import DatabaseError, IntegrityError, connection, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from archive.database.errors import is_conflict, is_outage
from archive.database.retrying import retry_outages
from statements.ingest.drafts.draft import Draft, DraftSpeech
from statements.ingest.drafts.validation import no_speech_fault
from statements.ingest.errors import EditConflict, IngestError, InvalidDraft
from statements.ingest.intake.files import (
    NO_TEXT,
    ExistingTranscripts,
    existing_transcript,
    keep_file,
)
from statements.ingest.intake.holding import Holding, hold
from statements.ingest.intake.results import (
    FileResult,
    FileState,
    Tally,
    failure,
    found_no_place,
    known_message,
    unchanged_message,
)
from statements.ingest.intake.sources import ROW_NOT_STORED, Source, SourceFile
from statements.ingest.matching import Matcher
from statements.ingest.publishing.preview import Preview, preview
from statements.ingest.publishing.publish import make_scan_public, nothing_stored_problem
from statements.ingest.publishing.store import (
    OnCollision,
    SpeechSource,
    last_positions,
    store_speeches,
    store_transaction,
)
from statements.ingest.publishing.withdrawal import AbsenceCounts, reinstate_all_of
from statements.models import Transcript
from statements.transcripts.values.parsed import UnreadableTranscript

GROUPS_PER_FLUSH = 4  # kept in memory until they are on the disk
MAX_PROBLEMS_PER_CODE = 100  # kept with a streamed file
_FILE_ERRORS = (UnreadableTranscript, IngestError, DatabaseError, ValueError, OSError)


@dataclass(slots=True, kw_only=True)
class Intake:
    """Takes the files of a source into the archive."""

    on_collision: OnCollision = OnCollision.REFUSE
    dry_run: bool = False
    reinstate: bool = False  # make withdrawn speeches of known files public again
    holding: Holding = field(default_factory=Holding)
    matcher: Matcher = field(default_factory=Matcher)
    _absences: AbsenceCounts | None = None

    def run(self, source: Source) -> Iterator[FileResult]:
        """Yield a result for each file. Raises OutageTooLong."""
        unflushed: list[Sequence[SourceFile]] = []  # groups that may not be on the disk

        def store_unflushed() -> None:
            # a server that crashed may have lost them
            for group in unflushed:
                self._take(group)

        for group in source.groups():
            try:
                yield from retry_outages(partial(self._take, group), before_retry=store_unflushed)
            except _FILE_ERRORS as error:  # such as a deadlock that does not end
                yield from (failure(file.path, error) for file in group)
            if len(group) > 1 and not self.dry_run:
                unflushed.append(group)
            if len(unflushed) == GROUPS_PER_FLUSH:
                retry_outages(flush_commits, before_retry=store_unflushed)
                unflushed.clear()
        if unflushed:
            retry_outages(flush_commits, before_retry=store_unflushed)

    def _take(self, group: Sequence[SourceFile]) -> list[FileResult]:
        results: list[FileResult] = []
        loaded: list[SourceFile] = []
        for file in group:
            try:
                file.load()
            except _FILE_ERRORS as error:
                results.append(failure(file.path, error))
            else:
                loaded.append(file)
        existing = ExistingTranscripts(file.sha256 for file in loaded)
        entries: list[_Entry] = []
        for file in loaded:
            outcome = self._read(file, existing)
            if isinstance(outcome, FileResult):
                results.append(outcome)
            else:
                entries.append(outcome)
        held = self._hold(entries)
        entries = [entry for entry in entries if entry.file not in held]
        return [*results, *held.values(), *self._store(entries)]

    def _hold(self, entries: Sequence["_Entry"]) -> dict[SourceFile, FileResult]:
        """Keep the new files that must wait for review; return their results."""
        drafts = {
            entry.file: entry.draft
            for entry in entries
            if entry.draft is not None and entry.existing is None
        }
        if not self.holding.may_apply([*drafts.values()]):
            return {}
        results = {
            file: hold(file, draft, self.holding, self.matcher, dry_run=self.dry_run)
            for file, draft in drafts.items()
        }
        return {file: result for file, result in results.items() if result is not None}

    def _read(self, file: SourceFile, existing: ExistingTranscripts) -> "FileResult | _Entry":
        """Read a file; return a result if there is nothing to store."""
        transcript = existing.get(file.sha256)
        if transcript is not None:
            may_replace = self.on_collision is OnCollision.REPLACE and found_no_place(transcript)
            if not may_replace and file.is_known(transcript, existing):
                return self._known(file, transcript)
        entry = _Entry(file, transcript)
        try:
            entry.read(self.matcher)
        except _FILE_ERRORS as error:
            if is_outage(error) or is_conflict(error):
                raise
            is_scan = isinstance(error, UnreadableTranscript) and error.code == NO_TEXT
            if not is_scan or transcript is not None:
                return failure(file.path, error)
            content = file.content()
            if not self.dry_run and isinstance(content, bytes):
                keep_file(file.name, content, Transcript.State.SCAN)
            message = _("%(reason)s The scan is waiting for its text.") % {"reason": error}
            return FileResult(path=file.path, state=FileState.SCAN, message=message)
        return entry

    def _known(self, file: SourceFile, transcript: Transcript) -> FileResult:
        if self._absences is None:
            self._absences = AbsenceCounts()
        absent = self._absences.of(transcript)
        messages = [known_message(transcript), str(absent)]
        reinstated = 0
        if absent.withdrawn and self.reinstate:
            reinstated = absent.withdrawn if self.dry_run else reinstate_all_of(transcript)
            noun = ngettext("%(count)d speech", "%(count)d speeches", reinstated)
            messages = [noun % {"count": reinstated}]
        elif absent.withdrawn:
            messages.append(_("use --reinstate to make them public again"))
        return FileResult(
            path=file.path,
            state=FileState.REINSTATED if reinstated else FileState.KNOWN,
            message="; ".join(filter(None, messages)),
            reinstated=reinstated,
            absent=absent or None,
            is_discarded=transcript.state == Transcript.State.DISCARDED
            and not found_no_place(transcript),
        )

    def _store(self, entries: Sequence["_Entry"]) -> Iterable[FileResult]:
        if not entries:
            return []
        try:
            if self.dry_run:
                self._preview_together(entries)
            else:
                self._store_together(entries)
        except _FILE_ERRORS as error:
            if is_outage(error) or (is_conflict(error) and len(entries) == 1):
                raise
            files = [entry.file for entry in entries]
            if len(files) > 1 or _is_overtaken(error, entries[0]):
                return [result for file in files for result in self._take([file])]
            return [failure(files[0].path, error, entries[0].tally if self.dry_run else None)]
        return [self._result(entry) for entry in entries]

    def _preview_together(self, entries: Sequence["_Entry"]) -> None:
        for draft, origins in _drafts(entries, self.matcher):
            current = preview(draft, matcher=self.matcher)
            _count(current, draft, origins)
            if current.faults:
                raise InvalidDraft(current.faults)
        _check_rows(entries)

    def _store_together(self, entries: Sequence["_Entry"]) -> None:
        with store_transaction(entries[0].file.name):
            if len(entries) > 1:
                _commit_without_flush()
            _keep(entries)
            for draft, origins in _drafts(entries, self.matcher):
                sources = [
                    SpeechSource(entry.transcript, entry.offset + position)
                    for entry, position in origins
                ]
                stored = store_speeches(sources, draft, self.on_collision, self.matcher)
                _count(stored.preview, draft, origins)
                for index in stored.added:
                    origins[index][0].stored += 1
                for index in stored.replaced:
                    origins[index][0].replaced += 1
            _check_rows(entries)
            _close(entries)

    def _result(self, entry: "_Entry") -> FileResult:
        file, tally = entry.file, entry.tally
        stored, replaced = entry.stored, entry.replaced
        if self.dry_run:
            if tally.collisions and self.on_collision is OnCollision.REFUSE:
                message = ngettext(
                    "%(count)d position is already taken by another speech.",
                    "%(count)d positions are already taken by other speeches.",
                    tally.collisions,
                ) % {"count": tally.collisions}
                return FileResult(
                    path=file.path, state=FileState.FAILED, message=message, tally=tally
                )
            stored = tally.new
            replaced = tally.collisions if self.on_collision is OnCollision.REPLACE else 0
        is_stored = bool(stored or replaced)
        if entry.unstored_rows:
            message = entry.unstored_rows_message()
        elif not is_stored:
            message = unchanged_message(tally)
        elif entry.existing and entry.existing.is_published:
            message = _("same content as %(name)s") % {"name": entry.existing.name}
        else:
            message = ""
        return FileResult(
            path=file.path,
            state=FileState.STORED if is_stored else FileState.KNOWN,
            message=message,
            tally=tally,
            stored=stored,
            replaced=replaced,
        )


class _Entry:
    """One attempt to store a file."""

    transcript: Transcript  # set by ``_keep``

    def __init__(self, file: SourceFile, existing: Transcript | None) -> None:
        self.file = file
        self.existing = existing  # transcript with the same bytes
        self.draft: Draft | None = None  # of a file that is not streamed
        self.offset = 0  # speeches that the transcript already has
        self.tally = Tally()
        self.stored = 0
        self.replaced = 0
        self.dropped: list[dict[str, Any]] = []
        self._problems: list[dict[str, Any]] = []
        self._problem_codes: Counter[str] = Counter()

    def read(self, matcher: Matcher) -> None:
        if self.file.is_streamed:
            return  # its drafts are read while they are stored
        [self.draft] = self.file.drafts(matcher)
        self._record(self.draft)
        if not self.draft.speeches:
            raise InvalidDraft([no_speech_fault()])

    def drafts(self, matcher: Matcher) -> Iterator[Draft]:
        if self.draft is not None:
            yield self.draft
            return
        for draft in self.file.drafts(matcher):
            self._record(draft)
            if draft.speeches:
                yield draft

    def _record(self, draft: Draft) -> None:
        self.dropped += draft.dropped
        self.tally.add_problems(draft.problems)
        for problem in draft.problems:
            self._problem_codes[problem["code"]] += 1
            if (
                not self.file.is_streamed
                or self._problem_codes[problem["code"]] <= MAX_PROBLEMS_PER_CODE
            ):
                self._problems.append(problem)

    @property
    def problems(self) -> list[dict[str, Any]]:
        """The problems to keep, and for each code the number of those left out."""
        kept_codes = Counter(problem["code"] for problem in self._problems)
        return self._problems + [
            {
                "code": code,
                "message": ngettext(
                    "%(count)d more problem of this kind.",
                    "%(count)d more problems of this kind.",
                    count,
                )
                % {"count": count},
                "severity": "note",
                "line": None,
                "speech": None,
            }
            for code, count in (self._problem_codes - kept_codes).items()
        ]

    @property
    def unstored_rows(self) -> int:
        return self._problem_codes[ROW_NOT_STORED]

    def unstored_rows_message(self) -> str:
        first = next(problem for problem in self._problems if problem["code"] == ROW_NOT_STORED)
        return ngettext(
            "%(count)s row could not be stored; row %(row)d: %(reason)s",
            "%(count)s rows could not be stored; row %(row)d: %(reason)s",
            self.unstored_rows,
        ) % {
            "count": f"{self.unstored_rows:,}",
            "row": first["line"],
            "reason": first["message"],
        }


_Origins = list[tuple[_Entry, int]]  # for each speech of a draft its file and position in it


def _drafts(entries: Sequence[_Entry], matcher: Matcher) -> Iterator[tuple[Draft, _Origins]]:
    """Yield the drafts of one file, or one draft with the speeches of several files."""
    if len(entries) == 1:
        for draft in entries[0].drafts(matcher):
            yield draft, [(entries[0], speech.position) for speech in draft.speeches]
        return
    speeches: list[DraftSpeech] = []
    origins: _Origins = []
    for entry in entries:
        for draft in entry.drafts(matcher):
            for speech in draft.speeches:
                speeches.append(replace(speech, position=len(speeches) + 1))
                origins.append((entry, speech.position))
    yield Draft(speeches), origins


def _count(current: Preview, draft: Draft, origins: _Origins) -> None:
    for speech in current.speeches:
        origins[speech.index][0].tally.add(speech)
    entry = origins[0][0]
    if entry.draft is draft:  # also what the preview says about the file as a whole
        entry.tally.add_problems(current.problems[len(draft.problems) :])


def _check_rows(entries: Sequence[_Entry]) -> None:
    """Raise InvalidDraft if no row of a table can be stored."""
    for entry in entries:
        if entry.unstored_rows and not entry.tally.speeches:
            raise InvalidDraft([entry.unstored_rows_message()])


def _is_overtaken(error: Exception, entry: _Entry) -> bool:
    """Return whether somebody else stored the same bytes at the same moment."""
    return (
        isinstance(error.__cause__, IntegrityError)
        and entry.existing is None
        and existing_transcript(entry.file.sha256) is not None
    )


# -- transcripts -------------------------------------------------------------------------------


def _keep(entries: Sequence[_Entry]) -> None:
    """Give each file its transcript; new ones are created as published."""
    new: dict[str, _Entry] = {}
    for entry in entries:
        if entry.existing is None:
            new.setdefault(entry.file.sha256, entry)
    created = Transcript.objects.bulk_create(
        Transcript(
            sha256=entry.file.sha256,
            content=entry.file.content(),
            size=entry.file.size,
            name=entry.file.name,
            state=Transcript.State.PUBLISHED,
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


def _fields(entry: _Entry) -> dict[str, Any]:
    return {
        "published_at": timezone.now(),
        "encoding": entry.file.encoding,
        "problems": entry.problems,
        "dropped": entry.dropped,
        "descriptions": entry.file.descriptions(),
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


def _close(entries: Sequence[_Entry]) -> None:
    """Complete the transcripts after their speeches were stored; discard those that have none."""
    filled = {entry.transcript.pk for entry in entries if entry.stored or entry.replaced}
    empty: dict[int, Transcript] = {}
    for entry in entries:
        transcript, existing = entry.transcript, entry.existing
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
                state=Transcript.State.PUBLISHED, revision=F("revision") + 1
            )
            make_scan_public(existing)
        elif existing is None and entry.file.is_streamed:
            _complete(entry, [])
    Transcript.objects.bulk_update(
        empty.values(), ["state", "published_at", "problems", "descriptions"]
    )


def _complete(entry: _Entry, former_problems: Sequence[dict[str, Any]]) -> None:
    """Store the fields of a transcript; keep the notes that its meetings added meanwhile."""
    rows = Transcript.objects.filter(pk=entry.transcript.pk)
    noted = [problem for problem in rows.get().problems if problem not in former_problems]
    fields = _fields(entry)
    rows.update(**fields | {"problems": [*fields["problems"], *noted]})


# -- durability --------------------------------------------------------------------------------


def _commit_without_flush() -> None:
    """Let the commit of this transaction return before it is on the disk.

    A crash of the server may lose it, but only as a whole; the next run stores it again.
    """
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL synchronous_commit = off")


def flush_commits() -> None:
    """Return when every commit so far is on the disk."""
    with transaction.atomic(), connection.cursor() as cursor:
        # a commit waits for the disk only if the transaction wrote something itself
        cursor.execute("SELECT pg_logical_emit_message(true, 'rostrum', 'data set stored')")

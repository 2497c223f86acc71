"""The import: every file of a source is read, checked, and previewed or stored.

Each group of files is one transaction. A file that cannot be stored is a result like any other, and
the import continues; a group in which one file fails is stored again file by file. An outage of the
database is not the fault of a file: the import waits until it is over.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial

from django.db import DatabaseError, IntegrityError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from archive.database.durability import commit_without_flush, flush_commits
from archive.database.errors import is_conflict, is_outage
from archive.database.retrying import retry_outages
from statements.ingest.drafts.label_memory import remember_decisions
from statements.ingest.errors import IngestError, InvalidDraft
from statements.ingest.intake.entries import IntakeEntry, check_rows, count_speeches, joined_drafts
from statements.ingest.intake.files import (
    ExistingTranscripts,
    existing_transcript,
    keep_file,
)
from statements.ingest.intake.holding import Holding, hold
from statements.ingest.intake.results import (
    FileResult,
    FileState,
    failure,
    found_no_place,
    known_message,
    unchanged_message,
)
from statements.ingest.intake.sources import Source, SourceFile
from statements.ingest.intake.transcript_rows import assign_transcripts, complete_transcripts
from statements.ingest.matching import Matcher
from statements.ingest.people.proposals import last_speaker, propose_for_new_speakers
from statements.ingest.publishing.preview import preview
from statements.ingest.publishing.store import (
    OnCollision,
    SpeechSource,
    store_speeches,
    store_transaction,
)
from statements.ingest.publishing.withdrawal import AbsenceCounts, reinstate_all_of
from statements.models import Transcript
from statements.transcripts.sandbox.ocr import recognize_scan
from statements.transcripts.sandbox.tesseract import Tesseract
from statements.transcripts.values.parsed import NO_TEXT, UnreadableTranscript

GROUPS_PER_FLUSH = 4  # kept in memory until they are on the disk
_FILE_ERRORS = (UnreadableTranscript, IngestError, DatabaseError, ValueError, OSError)


@dataclass(slots=True, kw_only=True)
class Intake:
    """Takes the files of a source into the archive."""

    on_collision: OnCollision = OnCollision.REFUSE
    dry_run: bool = False
    reinstate: bool = False  # make withdrawn speeches of known files public again
    holding: Holding = field(default_factory=Holding)
    matcher: Matcher = field(default_factory=Matcher)
    tesseract: Tesseract | None = None  # recognises the text of scans
    _absences: AbsenceCounts | None = None

    def run(self, source: Source) -> Iterator[FileResult]:
        """Yield a result for each file. Raises OutageTooLong."""
        unflushed: list[Sequence[SourceFile]] = []  # groups that may not be on the disk

        def store_unflushed() -> None:
            # a server that crashed may have lost them
            for group in unflushed:
                self._take(group)

        last = retry_outages(last_speaker)
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
        if not self.dry_run:
            retry_outages(partial(propose_for_new_speakers, last))

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
        entries: list[IntakeEntry] = []
        for file in loaded:
            outcome = self._read(file, existing)
            if isinstance(outcome, FileResult):
                results.append(outcome)
            else:
                entries.append(outcome)
        held = self._hold(entries)
        entries = [entry for entry in entries if entry.file not in held]
        return [*results, *held.values(), *self._store(entries)]

    def _hold(self, entries: Sequence[IntakeEntry]) -> dict[SourceFile, FileResult]:
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

    def _read(self, file: SourceFile, existing: ExistingTranscripts) -> FileResult | IntakeEntry:
        """Read a file; return a result if there is nothing to store."""
        transcript = existing.get(file.sha256)
        if transcript is not None:
            may_replace = self.on_collision is OnCollision.REPLACE and found_no_place(transcript)
            is_open = may_replace or self._may_recognize(transcript)
            if not is_open and file.is_known(transcript, existing):
                return self._known(file, transcript)
        entry = IntakeEntry(file, transcript)
        try:
            entry.read(self.matcher)
        except _FILE_ERRORS as error:
            if is_outage(error) or is_conflict(error):
                raise
            is_scan = isinstance(error, UnreadableTranscript) and error.code == NO_TEXT
            if not is_scan or (transcript and not self._may_recognize(transcript)):
                return failure(file.path, error)
            return self._read_scan(file, str(error))
        if self.tesseract and transcript is None and entry.is_partly_scanned:
            return self._read_scan(file, "", entry)
        return entry

    def _may_recognize(self, transcript: Transcript) -> bool:
        """Return whether a known file is a scan whose text can be recognised now."""
        is_scan = transcript.state == Transcript.State.SCAN
        return self.tesseract is not None and is_scan and not transcript.texts.exists()

    def _read_scan(
        self, file: SourceFile, reason: str, partly: IntakeEntry | None = None
    ) -> FileResult | IntakeEntry:
        """Keep a scan, and read its text if it can be recognised.

        ``partly`` is what was read of a file that lacks text on some pages only; it is stored as it
        is if these cannot be recognised.
        """
        content = file.content()
        if not isinstance(content, bytes):
            return FileResult(path=file.path, state=FileState.FAILED, message=reason)
        outcome: FileResult | IntakeEntry | None = None
        if self.tesseract:
            try:
                hocr = recognize_scan(content, self.tesseract, keep_text=partly is not None)
                outcome = self._read_text(file.as_text(hocr))
            except (UnreadableTranscript, IngestError, ValueError) as error:
                reason = str(error)
        if outcome is None and partly is not None:
            return partly
        if not self.dry_run:
            scan = keep_file(file.name, content, Transcript.State.SCAN)[0]
            if isinstance(outcome, IntakeEntry):
                outcome.file.scan_id = scan.pk
        if outcome is not None:
            return outcome
        message = _("%(reason)s The scan is waiting for its text.") % {"reason": reason}
        return FileResult(path=file.path, state=FileState.SCAN, message=message)

    def _read_text(self, text: SourceFile | None) -> FileResult | IntakeEntry | None:
        """Read the text of a scan; None if the source can have none."""
        if text is None:
            return None
        existing = existing_transcript(text.sha256)
        if existing is not None:
            return self._known(text, existing)
        entry = IntakeEntry(text, None)
        entry.read(self.matcher)
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

    def _store(self, entries: Sequence[IntakeEntry]) -> Iterable[FileResult]:
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

    def _preview_together(self, entries: Sequence[IntakeEntry]) -> None:
        for draft, origins in joined_drafts(entries, self.matcher):
            current = preview(draft, matcher=self.matcher)
            count_speeches(current, draft, origins)
            if current.faults:
                raise InvalidDraft(current.faults)
        check_rows(entries)

    def _store_together(self, entries: Sequence[IntakeEntry]) -> None:
        with store_transaction(entries[0].file.name):
            if len(entries) > 1:
                commit_without_flush()
            assign_transcripts(entries)
            for draft, origins in joined_drafts(entries, self.matcher):
                sources = [
                    SpeechSource(entry.transcript, entry.offset + position)
                    for entry, position in origins
                ]
                stored = store_speeches(sources, draft, self.on_collision, self.matcher)
                count_speeches(stored.preview, draft, origins)
                for index in stored.added:
                    origins[index][0].stored += 1
                for index in stored.replaced:
                    origins[index][0].replaced += 1
            check_rows(entries)
            complete_transcripts(entries)
            for entry in entries:
                if entry.draft is not None:
                    remember_decisions(entry.draft, entry.transcript)

    def _result(self, entry: IntakeEntry) -> FileResult:
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


def _is_overtaken(error: Exception, entry: IntakeEntry) -> bool:
    """Return whether somebody else stored the same bytes at the same moment."""
    return (
        isinstance(error.__cause__, IntegrityError)
        and entry.existing is None
        and existing_transcript(entry.file.sha256) is not None
    )

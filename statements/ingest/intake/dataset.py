"""Whole data sets: many files a transaction, and tables of any length.

A file that cannot be stored is a result like any other: a group in which one fails is stored
again file by file. Groups are committed without waiting for the disk, and one commit in a while
waits for all of them. An outage of the database is waited for, and then what it may have lost of
the groups before is stored again.
"""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path, PurePosixPath
from typing import Protocol

from django.db import DatabaseError, connection, transaction
from django.db.models import Max
from django.utils import timezone

from archive.database.errors import is_outage
from archive.database.retrying import retry_outages
from statements.ingest.drafts.building import draft_of
from statements.ingest.drafts.draft import Draft, DraftPlace, DraftSpeech
from statements.ingest.drafts.validation import faults_of
from statements.ingest.errors import IngestError
from statements.ingest.intake.batch import KNOWN, FileResult, FileState, Returning, Tally, all_there
from statements.ingest.intake.receiving import safe_name
from statements.ingest.matching import Matcher
from statements.ingest.publishing.preview import Preview, SpeechPreview, preview
from statements.ingest.publishing.store import OnCollision, Source, store_speeches
from statements.models import Speech, Transcript
from statements.transcripts.formats.archives import Member
from statements.transcripts.parsed import ParsedTranscript, SourceMetadata, UnreadableTranscript

FILES_AT_ONCE = 100
BYTES_AT_ONCE = 8 * 1024 * 1024
GROUPS_NOT_ON_DISK = 4  # are held in memory until they are on the disk


class Corpus(Protocol):
    """A data set in its published form: see ``statements.transcripts.datasets``."""

    @property
    def title(self) -> str: ...

    @property
    def expected(self) -> frozenset[str]: ...

    def key(self, name: str) -> str: ...

    def source_metadata(self, name: str) -> SourceMetadata | None: ...

    def read(self, name: str, data: bytes, encoding: str | None = None) -> ParsedTranscript: ...


@dataclass(slots=True)
class _File:
    """One file on its way into the archive."""

    member: Member
    sha256: str
    transcript: Transcript | None = None  # there already, with these bytes
    draft: Draft = field(default_factory=lambda: Draft([]))
    encoding: str = ""

    @property
    def path(self) -> Path:
        return Path(self.member.name)


@dataclass(slots=True, kw_only=True)
class CorpusIntake:
    """How the files of a data set are taken in."""

    corpus: Corpus
    on_collision: OnCollision = OnCollision.REFUSE
    encoding: str | None = None
    dry_run: bool = False
    matcher: Matcher = field(default_factory=Matcher)
    returning: Returning = field(default_factory=Returning)

    def run(self, members: Iterable[Member]) -> Iterator[FileResult]:
        """Take every statement of the data set in; other files are passed over. Raises
        OutageTooLong."""
        wanted = (member for member in members if self.corpus.key(member.name))
        not_on_disk: list[Sequence[Member]] = []

        def take_again() -> None:
            # a server that crashed may have lost what it had not written yet
            for group in not_on_disk:
                self._take(group)

        for group in _groups(wanted):
            yield from retry_outages(partial(self._take, group), before_retry=take_again)
            if self.dry_run:
                continue
            not_on_disk.append(group)
            if len(not_on_disk) == GROUPS_NOT_ON_DISK:
                retry_outages(wait_for_disk, before_retry=take_again)
                not_on_disk.clear()
        if not_on_disk:
            retry_outages(wait_for_disk, before_retry=take_again)

    def _take(self, group: Sequence[Member]) -> list[FileResult]:
        results = []
        files: list[_File] = []
        there = _transcripts_there(group)
        for member in group:
            file = _File(member, hashlib.sha256(member.data).hexdigest())
            result = self._read(file, there)
            if result is None:
                files.append(file)
            else:
                results.append(result)
        return [*results, *self._store(files)]

    def _read(self, file: _File, there: "Mapping[str, _There]") -> FileResult | None:
        """Read a file; a result where there is nothing to store of it."""
        if file.member.refused:
            return FileResult(file.path, FileState.FAILED, file.member.refused)
        if known := there.get(file.sha256):
            if known.holds(self.corpus.source_metadata(file.member.name), file.member.name):
                message = KNOWN[known.transcript.state]
                return self.returning.result(file.path, known.transcript, message)
            file.transcript = known.transcript
        try:
            parsed = self.corpus.read(file.member.name, file.member.data, self.encoding)
            file.draft = draft_of(parsed, matcher=self.matcher)
            file.encoding = parsed.encoding
        except (UnreadableTranscript, ValueError) as error:
            return FileResult(file.path, FileState.FAILED, str(error))
        if faults := faults_of(file.draft, self.matcher.countries):
            return FileResult(file.path, FileState.FAILED, " ".join(faults))
        return None

    def _store(self, files: Sequence[_File]) -> Iterator[FileResult]:
        if not files:
            return
        try:
            yield from self._store_together(files)
        except (IngestError, DatabaseError) as error:
            if is_outage(error):
                raise
            if len(files) == 1:
                yield FileResult(files[0].path, FileState.FAILED, str(error).strip())
                return
            for file in files:
                yield from self._store([file])

    def _store_together(self, files: Sequence[_File]) -> list[FileResult]:
        if self.dry_run:
            draft, owners = _merged(files)
            return _results(files, preview(draft, matcher=self.matcher), owners, None)
        with transaction.atomic():
            _without_waiting()
            transcripts = _keep(files)
            draft, owners = _merged(files)
            sources = _sources(files, transcripts, draft, owners)
            look, stored, replaced = store_speeches(sources, draft, self.on_collision, self.matcher)
            filled = {sources[index].transcript.pk for index in (*stored, *replaced)}
            _discard_empty(transcripts, filled)
        counts = tuple(Counter(owners[index] for index in each) for each in (stored, replaced))
        return _results(files, look, owners, counts)


@dataclass(slots=True)
class _There:
    """A transcript that the archive holds, and the places of its speeches."""

    transcript: Transcript
    places: set[tuple[str, int]]

    def holds(self, given: SourceMetadata | None, name: str) -> bool:
        """Whether the file of this name and these bytes adds nothing: the very same words are
        said at many places ("I now give the floor to..."), and each file is at its own."""
        published = self.transcript.state == Transcript.State.PUBLISHED
        if not published or given is None or given.symbol is None or given.position is None:
            return not published or self.transcript.name == safe_name(PurePosixPath(name).name)
        return (str(given.symbol), given.position) in self.places


def _groups(members: Iterable[Member]) -> Iterator[list[Member]]:
    group: list[Member] = []
    size = 0
    for member in members:
        group.append(member)
        size += len(member.data)
        if len(group) >= FILES_AT_ONCE or size >= BYTES_AT_ONCE:
            yield group
            group, size = [], 0
    if group:
        yield group


def _transcripts_there(group: Sequence[Member]) -> dict[str, _There]:
    hashes = {hashlib.sha256(member.data).hexdigest() for member in group if not member.refused}
    there = {
        transcript.sha256: _There(transcript, set())
        for transcript in Transcript.objects.filter(sha256__in=hashes)
    }
    if there:
        rows = Speech.all_objects.filter(transcript__sha256__in=there, meeting__isnull=False)
        for sha256, symbol, position in rows.values_list(
            "transcript__sha256", "meeting__symbol", "position"
        ):
            there[sha256].places.add((symbol, position))
    return there


def _keep(files: Sequence[_File]) -> dict[str, Transcript]:
    """The transcripts of the files by their sha256, those that are new among them."""
    transcripts = {file.sha256: file.transcript for file in files if file.transcript}
    new: dict[str, _File] = {}
    for file in files:
        if file.sha256 not in transcripts:
            new.setdefault(file.sha256, file)
    now = timezone.now()
    made = Transcript.objects.bulk_create(
        Transcript(
            sha256=sha256,
            content=file.member.data,
            size=len(file.member.data),
            name=safe_name(PurePosixPath(file.member.name).name),
            encoding=file.encoding,
            state=Transcript.State.PUBLISHED,
            published_at=now,
            problems=file.draft.problems,
            dropped=file.draft.dropped,
        )
        for sha256, file in new.items()
    )
    return transcripts | {transcript.sha256: transcript for transcript in made}


def _merged(files: Sequence[_File]) -> tuple[Draft, list[int]]:
    """One draft of all the files' speeches, and for each speech the file that it is of."""
    speeches: list[DraftSpeech] = []
    owners: list[int] = []
    for owner, file in enumerate(files):
        for speech in file.draft.speeches:
            place = speech.place or DraftPlace()
            if not place.symbol:
                place = replace(place, position=speech.position)
            speeches.append(replace(speech, position=len(speeches) + 1, place=place))
            owners.append(owner)
    return Draft(speeches), owners


def _sources(
    files: Sequence[_File],
    transcripts: Mapping[str, Transcript],
    draft: Draft,
    owners: Sequence[int],
) -> list[Source]:
    """Where each speech comes from; further places of the same bytes are counted on."""
    again = {file.transcript.pk for file in files if file.transcript}
    last: dict[int, int] = defaultdict(int)
    if again:
        counted = Speech.all_objects.filter(transcript__in=again).order_by().values("transcript")
        for row in counted.annotate(last=Max("transcript_position")):
            last[row["transcript"]] = row["last"]
    sources = []
    for owner in owners:
        transcript = transcripts[files[owner].sha256]
        last[transcript.pk] += 1
        sources.append(Source(transcript, last[transcript.pk]))
    return sources


def _discard_empty(transcripts: Mapping[str, Transcript], filled: set[int]) -> None:
    empty = [each.pk for each in transcripts.values() if each.pk not in filled]
    if empty:
        Transcript.objects.filter(pk__in=empty, speeches__isnull=True).update(
            state=Transcript.State.DISCARDED, published_at=None
        )


def _results(
    files: Sequence[_File],
    look: Preview,
    owners: Sequence[int],
    counts: tuple[Counter[int], ...] | None,
) -> list[FileResult]:
    items: dict[int, list[SpeechPreview]] = defaultdict(list)
    for owner, item in zip(owners, look.speeches, strict=True):
        items[owner].append(item)
    results = []
    for owner, file in enumerate(files):
        tally = Tally()
        tally.add(items[owner])
        tally.note(file.draft.problems)
        stored, replaced = (counts[0][owner], counts[1][owner]) if counts else (tally.new, 0)
        state = FileState.STORED if stored or replaced else FileState.KNOWN
        message = "" if stored or replaced else all_there(tally)
        results.append(FileResult(file.path, state, message, tally, stored, replaced))
    return results


def _without_waiting() -> None:
    """Let this transaction's commit return before it is on the disk: it may be lost in a crash
    of the server, as a whole, and is then taken in by the next run."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL synchronous_commit = off")


def wait_for_disk() -> None:
    """Return only when everything committed so far is on the disk."""
    with transaction.atomic(), connection.cursor() as cursor:
        # a commit waits for the disk only if it has something of its own to write
        cursor.execute("SELECT pg_logical_emit_message(true, 'rostrum', 'data set stored')")

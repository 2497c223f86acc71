"""Many files at once, one transaction each: what the commands of the operator do.

A file that cannot be stored is a result like any other, and the rest goes on. An outage of the
database is no file's fault: it is waited for. Only one file is held in memory at a time.
"""

import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, fields, replace
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import Any, Self

from django.db import DatabaseError, transaction

from archive.database.retrying import retry_outages
from statements.ingest.drafts.building import Metadata
from statements.ingest.errors import IngestError
from statements.ingest.intake.metadata_table import MetadataTable
from statements.ingest.intake.receiving import (
    NO_TEXT,
    check_size,
    keep_scan,
    read_draft,
    receive,
    safe_name,
)
from statements.ingest.matching import Matcher
from statements.ingest.publishing.preview import Outcome, Preview, SpeechPreview, preview
from statements.ingest.publishing.store import (
    NOTHING_STORED,
    OnCollision,
    Published,
    publish,
    publish_again,
)
from statements.ingest.publishing.withdrawal import Absences, Absent, reinstate_all_of
from statements.ingest.waiting.descriptions import is_at_another_place
from statements.models import Transcript
from statements.transcripts.parsed import UnreadableTranscript


class FileState(StrEnum):
    STORED = "stored"
    KNOWN = "there already"  # these bytes, or every speech of them
    REINSTATED = "reinstated"  # there already, and withdrawn speeches of it are public again
    KEPT = "kept"  # a scan, that waits for its text
    FAILED = "failed"


@dataclass(slots=True)
class Tally:
    """How many speeches were read from a file, and what was found of them."""

    speeches: int = 0
    new: int = 0
    same: int = 0
    taken: int = 0
    withdrawn: int = 0  # what stands there is withdrawn, and keeps its place
    no_speaker: int = 0
    no_country: int = 0
    undated: int = 0  # not even the year is known
    problems: int = 0

    def add(self, items: Iterable[SpeechPreview]) -> None:
        for item in items:
            self.speeches += 1
            self.new += item.outcome is Outcome.NEW
            self.same += item.outcome is Outcome.SAME
            self.taken += item.is_taken
            self.withdrawn += item.outcome is Outcome.WITHDRAWN
            self.no_speaker += not item.speech.speaker
            self.no_country += item.country is None
            self.undated += item.date is None and item.year is None

    def note(self, problems: Iterable[dict[str, Any]]) -> None:
        self.problems += sum(problem["severity"] != "note" for problem in problems)

    @classmethod
    def of(cls, look: Preview) -> Self:
        tally = cls()
        tally.add(look.speeches)
        tally.note(look.problems)
        return tally


@dataclass(frozen=True, slots=True)
class FileResult:
    path: Path
    state: FileState
    message: str = ""
    tally: Tally | None = None
    stored: int = 0  # speeches; in a dry run, those that would be
    replaced: int = 0
    absent: Absent | None = None  # of a file that is there already
    reinstated: int = 0


def all_there(tally: Tally) -> str:
    """Why nothing of a file was stored."""
    if not tally.withdrawn:
        return "every speech is there already"
    kept = "place is" if tally.withdrawn == 1 else "places are"
    return f"every speech is there already; {tally.withdrawn} {kept} kept by withdrawn ones"


@dataclass(slots=True, kw_only=True)
class Returning:
    """What is done about files that are there already, some of whose speeches are withdrawn."""

    reinstate: bool = False
    dry_run: bool = False
    _absences: Absences | None = None

    def result(self, path: Path, there: Transcript, message: str) -> FileResult:
        if self._absences is None:
            self._absences = Absences()
        absent = self._absences.of(there)
        if not absent:
            return FileResult(path, FileState.KNOWN, message)
        sentences = [message, str(absent)] if message else [str(absent)]
        if absent.withdrawn and self.reinstate:
            count = absent.withdrawn if self.dry_run else reinstate_all_of(there)
            noun = "speech" if count == 1 else "speeches"
            return FileResult(
                path, FileState.REINSTATED, f"{count} {noun}", absent=absent, reinstated=count
            )
        if absent.withdrawn:
            sentences.append("--reinstate would reinstate them")
        return FileResult(path, FileState.KNOWN, "; ".join(sentences), absent=absent)


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """How files are to be taken in."""

    table: MetadataTable | None = None
    defaults: Metadata = field(default_factory=Metadata)  # for what the table does not say
    on_collision: OnCollision = OnCollision.REFUSE
    encoding: str | None = None
    dry_run: bool = False
    returning: "Returning" = field(default_factory=lambda: Returning())

    def run(self, paths: Iterable[Path]) -> Iterator[FileResult]:
        """Take each file in, and say what became of it. Raises OutageTooLong."""
        matcher = Matcher()
        for path in paths:
            try:
                yield retry_outages(partial(self._take, path, matcher))
            except (UnreadableTranscript, IngestError, DatabaseError, ValueError) as error:
                yield FileResult(path, FileState.FAILED, str(error).strip())
            except OSError as error:
                yield FileResult(path, FileState.FAILED, f"{error.strerror or error}.")

    def _take(self, path: Path, matcher: Matcher) -> FileResult:
        metadata = self._metadata(path)
        check_size(path.stat().st_size)
        data = path.read_bytes()
        there = Transcript.objects.filter(sha256=hashlib.sha256(data).hexdigest()).first()
        if there is not None and not _is_elsewhere(there, path, metadata):
            if not self._may_replace(there, data, metadata, matcher):
                return self.returning.result(path, there, known(there))
            there = None  # its bytes are received once more
        try:
            return self._take_new(path, data, metadata, there, matcher)
        except UnreadableTranscript as error:
            if error.code != NO_TEXT or there is not None:
                raise
            if not self.dry_run:
                keep_scan(path.name, data)
            return FileResult(path, FileState.KEPT, f"{error} The scan waits for its text.")

    def _take_new(
        self,
        path: Path,
        data: bytes,
        metadata: Metadata,
        there: Transcript | None,
        matcher: Matcher,
    ) -> FileResult:
        if self.dry_run:
            draft, _ = read_draft(
                path.name, data, encoding=self.encoding, metadata=metadata, matcher=matcher
            )
            return self._foreseen(path, preview(draft, matcher=matcher))
        published = self._store(path, data, metadata, there, matcher)
        if published is None or published.changed_nothing:
            return FileResult(
                path,
                FileState.KNOWN,
                all_there(Tally.of(published.preview)) if published else "",
                Tally.of(published.preview) if published else None,
            )
        return FileResult(
            path,
            FileState.STORED,
            f"the same bytes as {there.name}" if there else "",
            Tally.of(published.preview),
            published.stored,
            published.replaced,
        )

    def _store(
        self,
        path: Path,
        data: bytes,
        metadata: Metadata,
        there: Transcript | None,
        matcher: Matcher,
    ) -> Published | None:
        """Receive and publish in one transaction; None where somebody else was faster."""
        if there is not None:
            draft, _ = read_draft(
                path.name, data, encoding=self.encoding, metadata=metadata, matcher=matcher
            )
            return publish_again(there, draft, on_collision=self.on_collision, matcher=matcher)
        with transaction.atomic():
            received = receive(
                path.name, data, encoding=self.encoding, metadata=metadata, matcher=matcher
            )
            if received.draft is None or (received.duplicate and not received.reopened):
                return None
            return publish(
                received.transcript,
                received.draft,
                on_collision=self.on_collision,
                matcher=matcher,
            )

    def _may_replace(
        self, there: Transcript, data: bytes, metadata: Metadata, matcher: Matcher
    ) -> bool:
        """Whether a file that once found its places taken is now to have them."""
        if self.on_collision is not OnCollision.REPLACE or not found_no_place(there):
            return False
        draft, _ = read_draft(
            there.name, data, encoding=self.encoding, metadata=metadata, matcher=matcher
        )
        look = preview(draft, matcher=matcher)
        return bool(look.collisions or look.count(Outcome.NEW))

    def _foreseen(self, path: Path, look: Preview) -> FileResult:
        tally = Tally.of(look)
        if look.faults:
            return FileResult(path, FileState.FAILED, " ".join(look.faults), tally)
        if look.collisions and self.on_collision is OnCollision.REFUSE:
            message = f"{len(look.collisions)} places of {look.symbol} are taken."
            return FileResult(path, FileState.FAILED, message, tally)
        stored = look.count(Outcome.NEW)
        replaced = len(look.collisions) if self.on_collision is OnCollision.REPLACE else 0
        if not stored and not replaced:
            return FileResult(path, FileState.KNOWN, all_there(tally), tally)
        return FileResult(path, FileState.STORED, "", tally, stored, replaced)

    def _metadata(self, path: Path) -> Metadata:
        row = self.table.of(path) if self.table else None
        if row is None:
            return self.defaults
        blank = {
            name.name: getattr(self.defaults, name.name)
            for name in fields(row)
            if not getattr(row, name.name)
        }
        if row.date:
            blank.pop("date_printed", None)
        return replace(row, **blank)


def _is_elsewhere(there: Transcript, path: Path, metadata: Metadata) -> bool:
    """Whether a file has the bytes of a public one, and stands at a place of its own."""
    public = there.state in (Transcript.State.PUBLISHED, Transcript.State.ANOTHER)
    return public and is_at_another_place(there, safe_name(path.name), metadata)


DISCARDED = "was discarded, left as it is"
_NO_PLACE = "its places are taken, so nothing of it is stored; --on-collision replace would"
KNOWN: dict[str, str] = {
    Transcript.State.PUBLISHED: "",
    Transcript.State.UNREAD: "waits to be read, left as it is",
    Transcript.State.RECEIVED: "waits for review, left as it is",
    Transcript.State.DISCARDED: DISCARDED,
    Transcript.State.REPLACED: "was replaced by a later file, left as it is",
    Transcript.State.SCAN: "is a scan that waits for its text",
    Transcript.State.ASIDE: "was set aside, since reading it failed three times",
    Transcript.State.ANOTHER: "",
}


def found_no_place(transcript: Transcript) -> bool:
    """Whether it was set aside because others stood in its places, and not by a person."""
    return transcript.state == Transcript.State.DISCARDED and any(
        problem.get("code") == NOTHING_STORED for problem in transcript.problems
    )


def known(transcript: Transcript) -> str:
    """Why a file that is there already is left as it is."""
    return _NO_PLACE if found_no_place(transcript) else KNOWN[transcript.state]


READ_IN_FOLDERS = frozenset({".txt", ".pdf", ".docx"})


def files_under(paths: Sequence[Path]) -> Iterator[Path]:
    """The files named, and the *.txt, *.pdf and *.docx of folders at any depth, as people count:
    2 before 10."""
    for path in paths:
        if path.is_dir():
            found = (one for one in path.rglob("*.*") if one.suffix.lower() in READ_IN_FOLDERS)
            yield from sorted((one for one in found if one.is_file()), key=natural_key)
        else:
            yield path


def natural_key(path: Path) -> list[tuple[int, int, str]]:
    """A key by which paths are sorted with their numbers as numbers."""
    return [
        (0, int(part), "") if part.isdecimal() and part.isascii() else (1, 0, part)
        for part in re.split(r"([0-9]{1,18})", path.with_suffix("").as_posix())
        if part
    ]

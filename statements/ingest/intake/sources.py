"""Where an import takes its files from: folders, data sets and tables of speeches.

A source yields groups of files; ``statements.ingest.intake.intake`` stores each group in one
transaction. A file knows how it is read and whether the archive already has its speeches.
"""

import re
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import batched
from pathlib import Path, PurePosixPath
from typing import Any, Protocol

from django.db.models.expressions import RawSQL
from django.utils.translation import gettext as _

from archive.database.retrying import retry_outages
from statements.ingest.drafts.building import build_draft
from statements.ingest.drafts.draft import Draft, DraftPlace, DraftSpeech, Metadata
from statements.ingest.drafts.label_memory import (
    LabelMemory,
    draft_with_memory,
    recall,
    series_of,
)
from statements.ingest.drafts.validation import find_faults
from statements.ingest.intake.file_metadata import FileMetadata
from statements.ingest.intake.files import (
    MAX_STREAMED_BYTES,
    ExistingTranscripts,
    check_size,
    check_storable,
    read_draft,
    safe_name,
    sha256_of,
    sha256_of_file,
    stream_content,
)
from statements.ingest.matching import Matcher
from statements.ingest.waiting.descriptions import Description, is_at_another_place
from statements.models import Transcript
from statements.transcripts.datasets import GeneralDebate, SecurityCouncil
from statements.transcripts.formats.containers.archives import Member
from statements.transcripts.formats.suffixes import is_document, is_visible_file
from statements.transcripts.formats.tables.reader import open_table, read_rows
from statements.transcripts.values.parsed import (
    ParsedSpeech,
    ParsedTranscript,
    UnreadableTranscript,
)

FILES_PER_GROUP = 100
BYTES_PER_GROUP = 8 * 1024 * 1024
ROWS_PER_DRAFT = 200
ROW_NOT_STORED = "row-not-stored"  # the problem of a table row that cannot be stored


class SourceFile(ABC):
    """One file of a source. ``load`` is called first and sets the hash and the size."""

    is_streamed = False  # too large for memory: yields many drafts and is read while it is stored

    def __init__(self, path: Path) -> None:
        self.path = path
        self.sha256 = ""
        self.size = 0
        self.encoding = ""  # set by reading
        self.scan_id: int | None = None  # transcript of the scan that this is the text of

    @property
    def name(self) -> str:
        return safe_name(self.path.name)

    @abstractmethod
    def load(self) -> None:
        """Read the bytes and their description; raise an error if the file cannot be used."""

    @abstractmethod
    def content(self) -> bytes | RawSQL:
        """Return what to store as the content of the transcript."""

    @abstractmethod
    def drafts(self, matcher: Matcher) -> Iterator[Draft]:
        """Read the file: yield one draft, or several if the file is streamed."""

    @abstractmethod
    def is_known(self, transcript: Transcript, existing: ExistingTranscripts) -> bool:
        """Return whether a transcript with the same bytes already has the speeches of the file.

        The same words can be spoken in many meetings ("I now give the floor to ..."), so files
        with the same bytes may belong at different places.
        """

    def descriptions(self) -> list[dict[str, Any]]:
        """Return the descriptions to keep with the transcript."""
        return []

    def as_text(self, data: bytes) -> "SourceFile | None":
        """Return the text that was recognised of this scan as a file; None if it cannot be one."""
        return None


class Source(Protocol):
    def groups(self) -> Iterator[Sequence[SourceFile]]:
        """Yield the files of the source, grouped by transaction."""
        ...


# -- folders -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class FolderSource:
    """Files of an operator's disk, with the metadata of a table; each is a transaction."""

    paths: Iterable[Path]
    metadata: FileMetadata = field(default_factory=FileMetadata)
    encoding: str | None = None

    def groups(self) -> Iterator[Sequence[SourceFile]]:
        for path in self.paths:
            yield [_FolderFile(path, self)]


class _FolderFile(SourceFile):
    def __init__(self, path: Path, source: FolderSource) -> None:
        super().__init__(path)
        self._source = source
        self._metadata = Metadata()
        self._data = b""

    def load(self) -> None:
        self._metadata = self._source.metadata.of(self.path)
        check_size(self.path.stat().st_size)
        self._data = self.path.read_bytes()
        self.sha256, self.size = sha256_of(self._data), len(self._data)

    def content(self) -> bytes:
        return self._data

    def drafts(self, matcher: Matcher) -> Iterator[Draft]:
        draft, self.encoding = read_draft(
            self.name,
            self._data,
            encoding=self._source.encoding,
            metadata=self._metadata,
            matcher=matcher,
        )
        yield draft

    def is_known(self, transcript: Transcript, existing: ExistingTranscripts) -> bool:
        return not (
            transcript.is_published and is_at_another_place(transcript, self.name, self._metadata)
        )

    def descriptions(self) -> list[dict[str, Any]]:
        stored = Description(self.name, self._metadata, self._source.encoding, is_stored=True)
        return [stored.to_json()]

    def as_text(self, data: bytes) -> SourceFile:
        text = _RecognizedFile(self.path, self._source)
        text._metadata, text._data = self._metadata, data
        text.sha256, text.size = sha256_of(data), len(data)
        return text


class _RecognizedFile(_FolderFile):
    """The text that was recognised of a scan, which exists only here."""

    def load(self) -> None:
        """Do nothing, since the bytes are here already."""

    @property
    def name(self) -> str:
        return safe_name(f"{self.path.stem}.hocr")


def files_under(paths: Sequence[Path]) -> Iterator[Path]:
    """Yield files, and those in folders at any depth that are named like transcripts, in natural
    order."""
    for path in paths:
        if path.is_dir():
            yield from sorted(filter(is_document, _visible_files(path)), key=natural_key)
        else:
            yield path


def unread_files_under(paths: Sequence[Path], description: Path | None = None) -> Iterator[Path]:
    """Yield the files in folders that ``files_under`` leaves out, but not the table that describes
    the others."""
    table = description.resolve() if description else None
    for folder in paths:
        if folder.is_dir():
            files = (file for file in _visible_files(folder) if not is_document(file))
            yield from sorted((file for file in files if file.resolve() != table), key=natural_key)


def _visible_files(folder: Path) -> Iterator[Path]:
    return (file for file in folder.rglob("*") if is_visible_file(file, folder))


def natural_key(path: Path) -> list[tuple[int, int, str]]:
    """Return a sort key that compares the numbers in a path by value: "2.txt" before "10.txt"."""
    return [
        (0, int(part), "") if part.isdecimal() and part.isascii() else (1, 0, part)
        for part in re.split(r"([0-9]{1,18})", path.with_suffix("").as_posix())
        if part
    ]


# -- data sets ---------------------------------------------------------------------------------


DataSet = GeneralDebate | SecurityCouncil


@dataclass(frozen=True, slots=True, kw_only=True)
class DataSetSource:
    """The statements of a data set; other files in its archive are ignored.

    Groups hold many files, so that large data sets need few transactions and queries.
    """

    dataset: DataSet
    members: Iterable[Member]
    encoding: str | None = None

    def groups(self) -> Iterator[Sequence[SourceFile]]:
        group: list[SourceFile] = []
        size = 0
        series = series_of(Draft([], dataset=self.dataset.title))
        memory = retry_outages(partial(recall, series))
        for member in self.members:
            if not self.dataset.key(member.name):
                continue
            group.append(_DataSetFile(member, self, memory))
            size += len(member.data)
            if len(group) >= FILES_PER_GROUP or size >= BYTES_PER_GROUP:
                yield group
                group, size = [], 0
        if group:
            yield group


class _DataSetFile(SourceFile):
    def __init__(self, member: Member, source: DataSetSource, memory: LabelMemory) -> None:
        super().__init__(Path(member.name))
        self._member = member
        self._source = source
        self._memory = memory

    def load(self) -> None:
        if self._member.refused:
            raise UnreadableTranscript("refused", self._member.refused)
        self.sha256, self.size = sha256_of(self._member.data), len(self._member.data)

    def content(self) -> bytes:
        return self._member.data

    def drafts(self, matcher: Matcher) -> Iterator[Draft]:
        dataset = self._source.dataset
        draft, parsed = draft_with_memory(
            lambda: dataset.read(self._member.name, self._member.data, self._source.encoding),
            lambda parsed: build_draft(parsed, matcher=matcher),
            self._memory,
        )
        self.encoding = parsed.encoding
        check_storable(draft)
        # the tables of a data set describe single speeches, not meetings
        speeches = [replace(speech, place=_own_place(speech)) for speech in draft.speeches]
        yield Draft(
            speeches,
            problems=draft.problems,
            dropped=draft.dropped,
            labels=draft.labels,
            accepted_labels=draft.accepted_labels,
            rejected_labels=draft.rejected_labels,
            dataset=dataset.title,
        )

    def is_known(self, transcript: Transcript, existing: ExistingTranscripts) -> bool:
        if transcript.state != Transcript.State.PUBLISHED:
            return True
        metadata = self._source.dataset.source_metadata(self._member.name)
        if metadata is None or metadata.symbol is None or metadata.position is None:
            return transcript.name == safe_name(PurePosixPath(self._member.name).name)
        return (str(metadata.symbol), metadata.position) in existing.places(transcript)


def _own_place(speech: DraftSpeech) -> DraftPlace:
    place = speech.place or DraftPlace()
    return place if place.symbol else replace(place, position=speech.position)


# -- tables ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class TableSource:
    """A table of speeches of any length: one transcript with a speech per row.

    A row that cannot be stored becomes a problem of the transcript; the others are stored.
    """

    path: Path
    columns: Mapping[str, str] = field(default_factory=dict)  # header by field
    encoding: str | None = None

    def groups(self) -> Iterator[Sequence[SourceFile]]:
        yield [_TableFile(self.path, self)]


class _TableFile(SourceFile):
    is_streamed = True

    def __init__(self, path: Path, source: TableSource) -> None:
        super().__init__(path)
        self._source = source

    def load(self) -> None:
        self.size = self.path.stat().st_size
        if self.size > MAX_STREAMED_BYTES:
            raise UnreadableTranscript(
                "too-large", _("The table is larger than 1 GB. Please split it.")
            )
        self.sha256 = sha256_of_file(self.path)
        self.encoding = self._source.encoding or "utf-8"

    def content(self) -> RawSQL:
        with self.path.open("rb") as stream:
            return stream_content(stream, self.size)

    def drafts(self, matcher: Matcher) -> Iterator[Draft]:
        with self.path.open("rb") as stream:
            rows = read_rows(
                open_table(stream),
                self.path.name,
                columns=self._source.columns,
                encoding=self._source.encoding,
            )
            for speeches in batched(rows, ROWS_PER_DRAFT):
                yield self._draft(speeches, matcher)

    def _draft(self, speeches: Sequence[ParsedSpeech], matcher: Matcher) -> Draft:
        parsed = ParsedTranscript(self.name, "table", "utf-8", tuple(speeches))
        draft = build_draft(parsed, matcher=matcher)
        if find_faults(draft, matcher.countries):
            draft.speeches = list(_without_faults(draft, matcher))
        return draft

    def is_known(self, transcript: Transcript, existing: ExistingTranscripts) -> bool:
        return transcript.state != Transcript.State.DISCARDED


def _without_faults(draft: Draft, matcher: Matcher) -> Iterator[DraftSpeech]:
    """Yield the speeches that can be stored, and add a problem to the draft for each other one."""
    for speech in draft.speeches:
        faults = find_faults(Draft([speech]), matcher.countries)
        if not faults:
            yield speech
            continue
        draft.problems.append(
            {
                "code": ROW_NOT_STORED,
                "message": " ".join(faults),
                "severity": "error",
                "line": speech.position,
                "speech": speech.position,
            }
        )

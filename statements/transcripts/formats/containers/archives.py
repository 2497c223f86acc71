"""Iterates over the files of folders and archives (tar, zip, also compressed), within limits.

Nothing is unpacked to disk and links are not followed. Sizes in headers are not trusted: bytes are
counted while they are inflated.
"""

import gzip
import io
import lzma
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path, PurePosixPath
from typing import IO, cast

from statements.transcripts.formats.containers.appended import refuse_data_around_zip
from statements.transcripts.text.decoding import LARGEST_FILE
from statements.transcripts.values.parsed import UnreadableTranscript

_ENTRIES_PER_FILE = 100  # entries that a ZIP may list for each file, with those of nested documents
MAX_RATIO = 100  # inflated bytes for each compressed byte; texts reach 4 to 12
_MIN_LIMIT = 1_000_000  # inflated bytes that are always allowed
_CHUNK = 1 << 16
_ZIP = b"PK\x03\x04"
_ENTRY = b"PK\x01\x02"  # begins each entry in the directory of a ZIP
# of Office Open XML; of OpenDocument and EPUB
_OFFICE_PARTS = frozenset({"[Content_Types].xml", "mimetype"})
_SYSTEM_FILES = ("__MACOSX/", ".DS_Store", "Thumbs.db")  # added by operating systems
_DAMAGE = (
    OSError,
    EOFError,
    zlib.error,
    lzma.LZMAError,
    tarfile.TarError,
    zipfile.BadZipFile,
    NotImplementedError,  # a compression method that zipfile does not support
)


@dataclass(frozen=True, slots=True)
class Limits:
    """How much an archive may contain. The defaults are for uploads."""

    files: int = 500
    total: int = 500 * 1024 * 1024  # inflated bytes
    per_file: int = LARGEST_FILE  # inflated bytes


# for published data sets on an administrator's own disk
TRUSTED_LIMITS = Limits(files=2_000_000, total=64 * 1024**3)


@dataclass(frozen=True, slots=True)
class Member:
    """A file in a folder or archive; ``refused`` says why its bytes cannot be read, if so."""

    name: str  # with its folders, separated by "/"
    data: bytes = b""
    refused: str = ""


def is_archive(path: Path) -> bool:
    """Return whether a path is a folder or an archive, judging by its content, not its name."""
    if path.is_dir():
        return True
    with path.open("rb") as stream:
        head = stream.read(6)
    if head.startswith(_ZIP):
        with path.open("rb") as stream:
            return not _is_office_document(stream)
    return _is_tar(path)


def members(path: Path, limits: Limits = TRUSTED_LIMITS) -> Iterator[Member]:
    """Yield the regular files of a folder or an archive.

    Raises UnreadableTranscript if the archive is damaged or exceeds the limits.
    """
    counter = _Counter(limits)
    if path.is_dir():
        for file in sorted(path.rglob("*")):
            if file.is_file() and not file.is_symlink():
                name = file.relative_to(path).as_posix()
                yield counter.read(name, file.stat().st_size, partial(_open, file))
        return
    counter.compressed = path.stat().st_size
    try:
        if zipfile.is_zipfile(path):
            with path.open("rb") as stream:
                yield from _zip_members(stream, counter)
        else:
            yield from _tar_members(path, counter)
    except _DAMAGE as error:
        raise UnreadableTranscript(
            "broken-archive", f"The archive is damaged ({error}). Upload it again."
        ) from error


def is_zip(stream: IO[bytes]) -> bool:
    """Return whether an uploaded file is a ZIP, but not an office document, which is one too."""
    stream.seek(0)
    if stream.read(len(_ZIP)) != _ZIP:
        return False
    return _count_entries(stream) > _ENTRIES_PER_FILE * Limits().files or not _is_office_document(
        stream
    )


def zip_members(stream: IO[bytes], limits: Limits) -> Iterator[Member]:
    """Yield the files of an uploaded ZIP.

    Raises UnreadableTranscript if the archive is damaged or exceeds the limits. A member that
    cannot be read is yielded with the reason, and the others follow.
    """
    size = stream.seek(0, io.SEEK_END)
    counter = _Counter(limits, compressed=size)
    if _count_entries(stream) > _ENTRIES_PER_FILE * limits.files:
        raise counter.too_many()
    try:
        yield from _zip_members(stream, counter)
    except UnreadableTranscript:
        raise
    except (*_DAMAGE, ValueError, RuntimeError) as error:
        raise UnreadableTranscript(
            "broken-archive", f"The archive is damaged ({error}). Upload it again."
        ) from error


def _count_entries(stream: IO[bytes]) -> int:
    """Return an upper bound of a ZIP's entries without loading its directory into memory.

    Documents in the ZIP that are ZIPs themselves are counted with their entries.
    """
    stream.seek(0)
    count, end = 0, b""
    while chunk := stream.read(1 << 20):
        count += (end + chunk).count(_ENTRY)
        end = chunk[-len(_ENTRY) + 1 :]
    return count


def gunzip(data: bytes, limit: int) -> bytes:
    """Decompress a gzip file; raises UnreadableTranscript if it inflates to more than ``limit``
    bytes or is damaged."""
    limit = min(limit, max(_MIN_LIMIT, len(data) * MAX_RATIO))
    try:
        with gzip.open(io.BytesIO(data)) as stream:
            return _read(cast("IO[bytes]", stream), limit, _too_large(limit))
    except _DAMAGE as error:
        raise UnreadableTranscript(
            "broken-archive", f"The compressed file is damaged ({error}). Upload it again."
        ) from error


@dataclass(slots=True)
class _Counter:
    """Counts the files and inflated bytes of one archive."""

    limits: Limits
    compressed: int = 0  # bytes of the archive; 0 for a folder
    files: int = 0
    total: int = 0

    def read(self, name: str, size: int, open_member: Callable[[], IO[bytes]]) -> Member:
        self.files += 1
        if self.files > self.limits.files:
            raise self.too_many()
        if reason := _path_objection(name):
            return Member(name, refused=reason)
        if size > self.limits.per_file:
            return Member(name, refused=_too_large(self.limits.per_file))
        remaining = self._max_total() - self.total
        per_file = self.limits.per_file
        reason = _too_large(per_file) if per_file <= remaining else self._total_exceeded()
        with open_member() as stream:
            # inflated bytes count even if the file turns out to be damaged
            data = _read(stream, min(per_file, remaining), reason, self._count)
        return Member(name, data)

    def _count(self, size: int) -> None:
        self.total += size

    def too_many(self) -> UnreadableTranscript:
        return UnreadableTranscript(
            "too-many-files",
            f"The archive contains more than {self.limits.files:,} files. Split it into smaller "
            "archives.",
        )

    def _max_total(self) -> int:
        if not self.compressed:
            return self.limits.total
        return min(self.limits.total, max(_MIN_LIMIT, self.compressed * MAX_RATIO))

    def _total_exceeded(self) -> str:
        if self._max_total() == self.limits.total:
            return _too_large(self.limits.total)
        return (
            f"The uncompressed content is more than {MAX_RATIO} times as large, which is never so "
            "with texts."
        )


def _read(
    stream: IO[bytes], limit: int, message: str, count: Callable[[int], None] = lambda _: None
) -> bytes:
    """Read a stream; raises UnreadableTranscript with the message if it exceeds ``limit`` bytes."""
    chunks: list[bytes] = []
    size = 0
    while chunk := stream.read(_CHUNK):
        size += len(chunk)
        count(len(chunk))
        if size > limit:
            raise UnreadableTranscript("too-large", message)
        chunks.append(chunk)
    return b"".join(chunks)


def _too_large(limit: int) -> str:
    return (
        f"The uncompressed content is more than the {limit / 1_048_576:.0f} MB that can be read at "
        "once."
    )


def _zip_members(stream: IO[bytes], counter: _Counter) -> Iterator[Member]:
    with zipfile.ZipFile(stream) as archive:
        refuse_data_around_zip(stream, archive)
        entries = [entry for entry in archive.infolist() if not entry.is_dir()]
        if len(entries) > counter.limits.files:
            raise counter.too_many()
        for entry in entries:
            if entry.filename.startswith(_SYSTEM_FILES) or entry.filename.endswith(_SYSTEM_FILES):
                continue
            if entry.flag_bits & 0x1:
                yield Member(entry.filename, refused="It is encrypted.")
            elif (entry.external_attr >> 16) & 0o170000 == 0o120000:
                yield Member(entry.filename, refused="It is a link, not a file.")
            else:
                yield _zip_member(archive, entry, counter)


def _zip_member(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, counter: _Counter) -> Member:
    try:
        return counter.read(entry.filename, entry.file_size, partial(archive.open, entry))
    except UnreadableTranscript:
        raise
    except (*_DAMAGE, ValueError, RuntimeError) as error:
        return Member(entry.filename, refused=f"It is damaged in the archive ({error}).")


def _tar_members(path: Path, counter: _Counter) -> Iterator[Member]:
    with tarfile.open(path, "r|*") as archive:
        for entry in archive:
            if entry.isdir():
                continue
            stream = archive.extractfile(entry) if entry.isreg() else None
            if stream is None:
                yield Member(entry.name, refused="It is a link, not a file.")
            else:
                yield counter.read(entry.name, entry.size, partial(_identity, stream))


def _open(path: Path) -> IO[bytes]:
    return path.open("rb")


def _identity(stream: IO[bytes]) -> IO[bytes]:
    return stream


def _path_objection(name: str) -> str:
    """Return why a name is refused. Names are never opened, but ".." in one is an attack."""
    path = PurePosixPath(name.replace("\\", "/"))
    if path.is_absolute() or ".." in path.parts or (path.parts[:1] and path.parts[0][1:2] == ":"):
        return "Its name points outside the archive."
    return ""


def _is_tar(path: Path) -> bool:
    try:
        with tarfile.open(path, "r|*") as archive:
            return archive.next() is not None
    except _DAMAGE:
        return False


def _is_office_document(stream: IO[bytes]) -> bool:
    try:
        with zipfile.ZipFile(stream) as archive:
            return not _OFFICE_PARTS.isdisjoint(archive.namelist())
    except (*_DAMAGE, ValueError):
        return False

"""Folders and archives (tar, zip, also compressed) as a flow of files, within limits.

Nothing is ever unpacked to disk, links are not followed, and what a header says of a size is not
believed: bytes are counted while they are inflated.
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

from statements.transcripts.formats.appended import refuse_beside_zip
from statements.transcripts.formats.decoding import LARGEST_FILE
from statements.transcripts.parsed import UnreadableTranscript

_LISTED = 100  # entries, with those of documents in it, for each file that a ZIP may hold
MOST_TIMES = 100  # inflated bytes for each compressed one; texts reach 4 to 12
_ALWAYS = 1_000_000  # bytes that may be inflated from however little
_CHUNK = 1 << 16
_ZIP = b"PK\x03\x04"
_ENTRY = b"PK\x01\x02"  # begins each entry in a ZIP's list of contents
_OF_NOBODY = ("__MACOSX/", ".DS_Store", "Thumbs.db")  # what systems add of themselves
_DAMAGE = (
    OSError,
    EOFError,
    zlib.error,
    lzma.LZMAError,
    tarfile.TarError,
    zipfile.BadZipFile,
    NotImplementedError,  # a compression that zipfile does not know
)


@dataclass(frozen=True, slots=True)
class Limits:
    """How much an archive may hold: for what a stranger sends, unless an operator says more."""

    files: int = 500
    total: int = 500 * 1024 * 1024  # inflated bytes
    each: int = LARGEST_FILE


# published data sets on an operator's own disk
FOR_OPERATORS = Limits(files=2_000_000, total=64 * 1024**3)


@dataclass(frozen=True, slots=True)
class Member:
    """A file in a folder or an archive; ``refused`` says why its bytes are not to be had."""

    name: str  # with its folders, by "/"
    data: bytes = b""
    refused: str = ""


def is_archive(path: Path) -> bool:
    """Whether a path is a folder or an archive of files, by what it holds and not by its name."""
    if path.is_dir():
        return True
    with path.open("rb") as stream:
        head = stream.read(6)
    if head.startswith(_ZIP):
        with path.open("rb") as stream:
            return not _is_office_document(stream)
    return _is_tar(path)


def members(path: Path, limits: Limits = FOR_OPERATORS) -> Iterator[Member]:
    """The regular files of a folder or an archive, one at a time; raises UnreadableTranscript
    where the archive is damaged or holds more than the limits allow."""
    counted = _Counter(limits)
    if path.is_dir():
        for file in sorted(path.rglob("*")):
            if file.is_file() and not file.is_symlink():
                name = file.relative_to(path).as_posix()
                yield counted.read(name, file.stat().st_size, partial(_open, file))
        return
    counted.compressed = path.stat().st_size
    try:
        if zipfile.is_zipfile(path):
            with path.open("rb") as stream:
                yield from _zip_members(stream, counted)
        else:
            yield from _tar_members(path, counted)
    except _DAMAGE as error:
        raise UnreadableTranscript(
            "broken-archive", f"The archive is damaged ({error}). Send it again."
        ) from error


def is_zip(stream: IO[bytes]) -> bool:
    """Whether a stranger's file is a ZIP of files, and no office document, which is a ZIP, too."""
    stream.seek(0)
    if stream.read(len(_ZIP)) != _ZIP:
        return False
    return _entries(stream) > _LISTED * Limits().files or not _is_office_document(stream)


def zip_members(stream: IO[bytes], limits: Limits) -> Iterator[Member]:
    """The files of a stranger's ZIP; raises UnreadableTranscript where it is damaged, or holds
    more than the limits allow. A member that cannot be had is named, and the others go on."""
    size = stream.seek(0, io.SEEK_END)
    counted = _Counter(limits, compressed=size)
    if _entries(stream) > _LISTED * limits.files:
        raise counted.too_many()
    try:
        yield from _zip_members(stream, counted)
    except UnreadableTranscript:
        raise
    except (*_DAMAGE, ValueError, RuntimeError) as error:
        raise UnreadableTranscript(
            "broken-archive", f"The archive is damaged ({error}). Send it again."
        ) from error


def _entries(stream: IO[bytes]) -> int:
    """How many entries a ZIP may list, before the list is taken into memory. Documents in it
    that are ZIPs themselves are counted with what they hold."""
    stream.seek(0)
    found, end = 0, b""
    while chunk := stream.read(1 << 20):
        found += (end + chunk).count(_ENTRY)
        end = chunk[-len(_ENTRY) + 1 :]
    return found


def gunzip(data: bytes, most: int) -> bytes:
    """The bytes in a gzip file; raises UnreadableTranscript where they are more than that."""
    most = min(most, max(_ALWAYS, len(data) * MOST_TIMES))
    try:
        with gzip.open(io.BytesIO(data)) as stream:
            return _read(cast("IO[bytes]", stream), most, _too_large(most))
    except _DAMAGE as error:
        raise UnreadableTranscript(
            "broken-archive", f"The compressed file is damaged ({error}). Send it again."
        ) from error


@dataclass(slots=True)
class _Counter:
    """Counts files and inflated bytes of one archive."""

    limits: Limits
    compressed: int = 0  # bytes of the archive; 0 for a folder
    files: int = 0
    total: int = 0

    def read(self, name: str, size: int, opened: Callable[[], IO[bytes]]) -> Member:
        self.files += 1
        if self.files > self.limits.files:
            raise self.too_many()
        if reason := _unsafe(name):
            return Member(name, refused=reason)
        if size > self.limits.each:
            return Member(name, refused=_too_large(self.limits.each))
        left = self._most() - self.total
        said = _too_large(self.limits.each) if self.limits.each <= left else self._too_much()
        with opened() as stream:
            # what was inflated counts though the file turns out to be damaged
            data = _read(stream, min(self.limits.each, left), said, self._count)
        return Member(name, data)

    def _count(self, size: int) -> None:
        self.total += size

    def too_many(self) -> UnreadableTranscript:
        return UnreadableTranscript(
            "too-many-files",
            f"The archive holds more than {self.limits.files:,} files. Send it in smaller lots.",
        )

    def _most(self) -> int:
        if not self.compressed:
            return self.limits.total
        return min(self.limits.total, max(_ALWAYS, self.compressed * MOST_TIMES))

    def _too_much(self) -> str:
        if self._most() == self.limits.total:
            return _too_large(self.limits.total)
        return f"Unpacked it is more than {MOST_TIMES} times as large, as no archive of texts is."


def _read(
    stream: IO[bytes], most: int, said: str, count: Callable[[int], None] = lambda _: None
) -> bytes:
    parts: list[bytes] = []
    size = 0
    while part := stream.read(_CHUNK):
        size += len(part)
        count(len(part))
        if size > most:
            raise UnreadableTranscript("too-large", said)
        parts.append(part)
    return b"".join(parts)


def _too_large(most: int) -> str:
    return f"Unpacked there are more than the {most / 1_048_576:.0f} MB that may be read at once."


def _zip_members(stream: IO[bytes], counted: _Counter) -> Iterator[Member]:
    with zipfile.ZipFile(stream) as archive:
        refuse_beside_zip(stream, archive)
        entries = [entry for entry in archive.infolist() if not entry.is_dir()]
        if len(entries) > counted.limits.files:
            raise counted.too_many()
        for entry in entries:
            if entry.filename.startswith(_OF_NOBODY) or entry.filename.endswith(_OF_NOBODY):
                continue
            if entry.flag_bits & 0x1:
                yield Member(entry.filename, refused="It is encrypted.")
            elif (entry.external_attr >> 16) & 0o170000 == 0o120000:
                yield Member(entry.filename, refused="It is a link, not a file.")
            else:
                yield _zip_member(archive, entry, counted)


def _zip_member(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, counted: _Counter) -> Member:
    try:
        return counted.read(entry.filename, entry.file_size, partial(archive.open, entry))
    except UnreadableTranscript:
        raise
    except (*_DAMAGE, ValueError, RuntimeError) as error:
        return Member(entry.filename, refused=f"It is damaged in the archive ({error}).")


def _tar_members(path: Path, counted: _Counter) -> Iterator[Member]:
    with tarfile.open(path, "r|*") as archive:
        for entry in archive:
            if entry.isdir():
                continue
            opened = archive.extractfile(entry) if entry.isreg() else None
            if opened is None:
                yield Member(entry.name, refused="It is a link, not a file.")
            else:
                yield counted.read(entry.name, entry.size, partial(_same, opened))


def _open(path: Path) -> IO[bytes]:
    return path.open("rb")


def _same(stream: IO[bytes]) -> IO[bytes]:
    return stream


def _unsafe(name: str) -> str:
    """Names are only carried along, but one that climbs out of its folder is an attack."""
    path = PurePosixPath(name.replace("\\", "/"))
    if path.is_absolute() or ".." in path.parts or (path.parts[:1] and path.parts[0][1:2] == ":"):
        return "Its name leads out of the archive."
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
            return "[Content_Types].xml" in archive.namelist()
    except (*_DAMAGE, ValueError):
        return False

"""The generations of the index on the disk, and the pointer file that names the one in use.

    index/current       the numbers of the generation in use and of the one before, one on a line,
                        and a checksum of these lines
    index/7/            a generation: the files of its segments, their checksums, and
                        ``generation.json``, which is written last: an unfinished generation has
                        none

A new generation is built while another is in use, and published by renaming one file.
"""

import json
import logging
import os
import shutil
import tempfile
import zlib
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from itertools import count
from pathlib import Path

from django.conf import settings

from statements.search.index.schema import index_version

POINTER = "current"
_POINTER_BYTES = 4096  # more than two numbers and their checksum
RECORD = "generation.json"
BUILD_NOTE = "building"  # see ``quarantine``

logger = logging.getLogger(__name__)


class IndexDamaged(Exception):
    """A file of the index is missing, cannot be read, or is not as it was written."""


@dataclass(frozen=True, slots=True)
class Generation:
    path: Path

    @property
    def number(self) -> int:
        return int(self.path.name)

    def record(self) -> dict[str, object]:
        """Return what was recorded when the generation was finished. Raises IndexDamaged if nothing
        was, or if this version of the archive cannot read the index."""
        try:
            record = json.loads((self.path / RECORD).read_text("utf-8"))
            schema = record["schema"]
        except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
            raise IndexDamaged(f"generation {self.path.name} was never finished") from error
        if schema != index_version():
            raise IndexDamaged(f"generation {self.path.name} was built by another version")
        return dict(record)

    def is_finished(self) -> bool:
        return (self.path / RECORD).exists()


def root() -> Path:
    return Path(str(settings.HAYSTACK_CONNECTIONS["default"]["PATH"]))


def read_pointer() -> list[Generation]:
    """Return the generation in use and the one before, which the pointer names."""
    folder = str(settings.HAYSTACK_CONNECTIONS["default"]["PATH"])
    try:
        # read several times in every search, and therefore without Python's buffers
        pointer = os.open(f"{folder}/{POINTER}", os.O_RDONLY)
        try:
            data = os.read(pointer, _POINTER_BYTES)
        finally:
            os.close(pointer)
    except OSError:
        return []
    return list(_generations_of(folder, data))


@lru_cache(maxsize=8)
def _generations_of(folder: str, pointer: bytes) -> tuple[Generation, ...]:
    """Return the generations that a pointer file names, none if it is damaged."""
    try:
        numbers = without_checksum(pointer).decode("ascii").split()
    except ValueError:
        return ()
    return tuple(Generation(Path(folder) / number) for number in numbers if number.isdigit())


def candidates() -> Iterator[Generation]:
    """Yield the generations to try to read, the best first. They include finished generations that
    a lost or damaged pointer does not name."""
    pointed_generations = read_pointer()
    yield from pointed_generations
    for generation in reversed(_all()):
        if generation not in pointed_generations:
            yield generation


def in_use() -> Generation | None:
    """Return the generation that the pointer names, whether or not it is readable."""
    return next(iter(read_pointer()), None)


def begin() -> Generation:
    """Return a new generation with an empty folder."""
    make_root()
    number = max((generation.number for generation in _all()), default=0) + 1
    generation = Generation(root() / str(number))
    generation.path.mkdir()
    return generation


def make_root() -> None:
    """Make the index folder, for its owner only. A file in the place of a folder, or the reverse,
    is moved aside, here and in the folder: the archive did not make it."""
    folder = root()
    if os.path.lexists(folder) and not folder.is_dir():
        _move_aside(folder)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    status = folder.stat()
    if status.st_mode & 0o077 and status.st_uid == os.geteuid():
        folder.chmod(0o700)
    for path in list(folder.iterdir()):
        is_generation = path.name.isdigit()
        if path.is_dir() != is_generation and (is_generation or path.name in (POINTER, BUILD_NOTE)):
            _move_aside(path)


def _move_aside(path: Path) -> None:
    names = (path.with_name(f"{path.name}.aside-{number}") for number in count(1))
    target = next(name for name in names if not os.path.lexists(name))
    logger.warning("%s is in the way of the index; it is now %s", path, target.name)
    path.rename(target)


def finish(generation: Generation, **notes: object) -> None:
    """Record that a generation is complete, with these notes. From now on it can be read."""
    record = {"schema": index_version(), "built_at": datetime.now(UTC).isoformat(), **notes}
    write_atomically(generation.path / RECORD, json.dumps(record, indent=1))


def publish(generation: Generation, previous: Generation | None) -> None:
    """Put a finished generation in use, keep the previous one and remove the others."""
    numbers = [generation.number, *([previous.number] if previous else [])]
    write_atomically(root() / POINTER, with_checksum("".join(f"{number}\n" for number in numbers)))
    # a reader that has another generation open keeps its files
    for present in _all():
        if present not in (generation, previous):
            discard(present)


def useless() -> list[Generation]:
    """Return the generations that are being built, and the remains of interrupted builds and
    removals."""
    pointed_generations = read_pointer()
    return [
        generation
        for generation in _all()
        if (pointed_generations and generation not in pointed_generations)
        or not generation.is_finished()
    ]


def discard(generation: Generation) -> None:
    shutil.rmtree(generation.path, ignore_errors=True)


def with_checksum(text: str) -> str:
    """Return a text of whole lines with its CRC-32 as the last line."""
    return f"{text}{zlib.crc32(text.encode()):08x}\n"


def without_checksum(data: bytes) -> bytes:
    """Return the lines before the checksum. Raises ValueError if they are not what was written."""
    end = data.rfind(b"\n", 0, -1) + 1
    if data[end:] != b"%08x\n" % zlib.crc32(data[:end]):
        raise ValueError("the checksum does not match")
    return data[:end]


def _all() -> list[Generation]:
    try:
        folders = [path for path in root().iterdir() if path.name.isdigit() and path.is_dir()]
    except OSError:
        return []
    return sorted(map(Generation, folders), key=lambda generation: generation.number)


def write_atomically(path: Path, text: str) -> None:
    """Replace a file so that every reader, and the next start after a loss of power, sees either
    the old text or the new."""
    descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        os.fchmod(descriptor, 0o644)
        with open(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
    except BaseException:
        with suppress(OSError):
            os.unlink(temporary)
        raise
    sync(path.parent)


def sync(path: Path) -> None:
    """Flush a file, or a folder's list of files, to the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)

"""The index on disk: generations side by side, and the pointer file that names the one in use.

    index/current       the numbers of the generation in use and of the one before, one a line, and
                        the sum of these lines
    index/7/            a generation: Whoosh's files, sums of them, and ``generation.json``, which
                        is written last, so that a half-built generation has none

A generation is built beside the one in use and published by renaming one file.
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
_POINTER_BYTES = 4096  # two numbers, and whatever else a spoilt one holds
RECORD = "generation.json"
BUILD_NOTE = "building"  # see ``quarantine``

logger = logging.getLogger(__name__)


class IndexDamaged(Exception):
    """A generation that cannot be read, or not be trusted."""


@dataclass(frozen=True, slots=True)
class Generation:
    path: Path

    @property
    def number(self) -> int:
        return int(self.path.name)

    def record(self) -> dict[str, object]:
        """What was noted when the generation was finished. Raises IndexDamaged where nothing
        was, or where this version of the archive cannot read the index."""
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


def pointed() -> list[Generation]:
    """The generation in use and the one before, as the pointer names them."""
    place = str(settings.HAYSTACK_CONNECTIONS["default"]["PATH"])
    try:
        # asked several times in every search: opened without Python's buffers
        pointer = os.open(f"{place}/{POINTER}", os.O_RDONLY)
        try:
            data = os.read(pointer, _POINTER_BYTES)
        finally:
            os.close(pointer)
    except OSError:
        return []
    return list(_generations_of(place, data))


@lru_cache(maxsize=8)
def _generations_of(place: str, pointer: bytes) -> tuple[Generation, ...]:
    """The generations that a pointer file names; none, where it is spoilt."""
    try:
        numbers = unsealed(pointer).decode("ascii").split()
    except ValueError:
        return ()
    return tuple(Generation(Path(place) / number) for number in numbers if number.isdigit())


def candidates() -> Iterator[Generation]:
    """Generations worth trying to read, best first. A pointer that was lost or spoilt does not
    hide a finished generation."""
    named = pointed()
    yield from named
    yield from (other for other in reversed(_all()) if other not in named)


def in_use() -> Generation | None:
    """The generation that the pointer names, be it readable or not."""
    return next(iter(pointed()), None)


def begin() -> Generation:
    """Return an empty folder for a generation to be built in."""
    make_root()
    number = max((generation.number for generation in _all()), default=0) + 1
    generation = Generation(root() / str(number))
    generation.path.mkdir()
    return generation


def make_root() -> None:
    """Make the index folder, for its owner only. What stands in its place, or in the place of what
    is in it, and is a file where a folder should be or the reverse, is moved aside: the archive
    did not make it."""
    place = root()
    if os.path.lexists(place) and not place.is_dir():
        _move_aside(place)
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    found = place.stat()
    if found.st_mode & 0o077 and found.st_uid == os.geteuid():
        place.chmod(0o700)
    for path in list(place.iterdir()):
        is_generation = path.name.isdigit()
        if path.is_dir() != is_generation and (is_generation or path.name in (POINTER, BUILD_NOTE)):
            _move_aside(path)


def _move_aside(path: Path) -> None:
    free = (path.with_name(f"{path.name}.aside-{number}") for number in count(1))
    aside = next(one for one in free if not os.path.lexists(one))
    logger.warning("%s is in the way of the index; it is now %s", path, aside.name)
    path.rename(aside)


def finish(generation: Generation, **notes: object) -> None:
    """Note that a generation is whole. From here on it can be read if asked for."""
    record = {"schema": index_version(), "built_at": datetime.now(UTC).isoformat(), **notes}
    write_atomically(generation.path / RECORD, json.dumps(record, indent=1))


def publish(generation: Generation, before: Generation | None) -> None:
    """Put a finished generation in use, keep the one before, remove the others."""
    numbers = [generation.number, *([before.number] if before else [])]
    write_atomically(root() / POINTER, sealed("".join(f"{number}\n" for number in numbers)))
    # a reader that has one of the others open keeps its files
    for other in _all():
        if other not in (generation, before):
            discard(other)


def useless() -> list[Generation]:
    """What is being built, or is left of builds and removals that did not come to their end."""
    named = pointed()
    return [one for one in _all() if (named and one not in named) or not one.is_finished()]


def discard(generation: Generation) -> None:
    shutil.rmtree(generation.path, ignore_errors=True)


def sealed(text: str) -> str:
    """Return a text of whole lines with its sum as the last line."""
    return f"{text}{zlib.crc32(text.encode()):08x}\n"


def unsealed(data: bytes) -> bytes:
    """Return the lines before the sum. Raises ValueError where they are not what was sealed."""
    end = data.rfind(b"\n", 0, -1) + 1
    if data[end:] != b"%08x\n" % zlib.crc32(data[:end]):
        raise ValueError("the sum does not agree")
    return data[:end]


def _all() -> list[Generation]:
    try:
        folders = [path for path in root().iterdir() if path.name.isdigit() and path.is_dir()]
    except OSError:
        return []
    return sorted((Generation(path) for path in folders), key=lambda one: one.number)


def write_atomically(path: Path, text: str) -> None:
    """Replace a file so that every reader, and the next start after a loss of power, sees the
    old text or the new."""
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
    """Have the disk hold what was written to a file, or to a folder's list of files."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)

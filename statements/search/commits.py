"""What Whoosh committed to a generation's folder: which commit is the newest, and its segments.

A folder holds one list of segments, named by the number of its commit, and while one replaces
another two or none; so it is listed again where nothing was found.
"""

import os
import time
import zlib
from io import BytesIO
from pathlib import Path
from typing import Any

from whoosh.filedb.structfile import StructFile
from whoosh.index import TOC

from statements.search.generations import Generation, IndexDamaged
from statements.search.writer import INDEX_NAME, TOC_SUM, toc_name

_TOC = toc_name(0).split("0")
_SETTLED_NS = 2 * 10**9  # more than the grain of any file system's clock
_listed: dict[str, tuple[tuple[int, int, int], tuple[int, ...]]] = {}
# a folder listed while one commit replaces another may show neither
LISTINGS = 5


class _Bytes:
    """As much of a whoosh storage as reading one file of it needs."""

    def __init__(self, data: bytes) -> None:
        self._data = data

    def open_file(self, name: str) -> StructFile:
        return StructFile(BytesIO(self._data), name=name)


def segments_of(folder: Path, commit: int) -> list[Any]:
    """Whoosh's description of each segment of a commit."""
    try:
        data = (folder / toc_name(commit)).read_bytes()
        number, crc = map(int, (folder / TOC_SUM).read_text("ascii").split())
        if number != commit or crc == zlib.crc32(data):
            return list(TOC.read(_Bytes(data), INDEX_NAME, gen=commit).segments)
    except Exception as error:  # spoilt bytes read as a pickle may raise anything
        raise IndexDamaged(f"the list of segments of {folder.name}: {error!r}") from error
    raise IndexDamaged(f"the list of segments of {folder.name} has changed")


def latest_commit(generation: Generation) -> int:
    """The number of the newest list of segments. Raises IndexDamaged where there is none."""
    for _ in range(LISTINGS):
        if commits := _commits(generation):
            return max(commits)
    raise IndexDamaged(f"generation {generation.path.name} has no commit")


def _commits(generation: Generation) -> tuple[int, ...]:
    """The commits that a folder holds; listed again when its time of change is another, or is so
    new that a change after the last listing could bear the same."""
    folder = str(generation.path)
    try:
        now = time.time_ns()
        found = os.stat(folder)
        seen = (found.st_dev, found.st_ino, found.st_mtime_ns)
        if (known := _listed.get(folder)) and known[0] == seen:
            return known[1]
        names = os.listdir(folder)
    except OSError as error:
        raise IndexDamaged(f"generation {generation.path.name} cannot be listed") from error
    begin, end = _TOC
    numbers = [name[len(begin) : -len(end)] for name in names if name.endswith(end)]
    commits = tuple(int(number) for number in numbers if number.isdigit())
    _listed.clear()  # one generation is asked for again and again
    if now - found.st_mtime_ns > _SETTLED_NS:
        _listed[folder] = seen, commits
    return commits


Identity = tuple[Path, int, int, int]


def identity(generation: Generation, commit: int) -> Identity:
    """What tells a commit from one of the same number in a folder that was made anew."""
    try:
        file = os.stat(f"{generation.path}/{toc_name(commit)}")
    except OSError as error:
        raise IndexDamaged(f"generation {generation.path.name} has no commit {commit}") from error
    return generation.path, commit, file.st_ino, file.st_mtime_ns


def newest_commit(generation: Generation) -> Identity:
    while True:
        commit = latest_commit(generation)
        try:
            return identity(generation, commit)
        except IndexDamaged:
            # the next commit came between and removed this one
            if latest_commit(generation) == commit:
                raise

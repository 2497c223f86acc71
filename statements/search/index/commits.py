"""The commits of a generation: which one is the newest, and its segments.

A commit N is one file, ``segments-N``, which has everything that readers and writers need to know:
JSON on one line, and the checksum of that line. For each segment it gives

    id        the end of the name of the segment, with which the names of its files begin
    count     the number of its documents
    deleted   the numbers of those that are deleted
    lengths   the sum of the lengths of each field's texts, for Whoosh's scoring

Whoosh's own list of segments, a pickle, is written for other programs that use Whoosh, and never
read. A folder has one commit, but two or none while one replaces another; so if a listing of the
folder shows none, it is listed again.
"""

import json
import os
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from whoosh.codec.whoosh3 import W3Codec, W3Segment

from statements.search.index.generations import (
    Generation,
    IndexDamaged,
    with_checksum,
    without_checksum,
    write_atomically,
)

INDEX_NAME = "MAIN"  # in Whoosh's names of files
PREFIX = "segments-"
_SETTLED_NS = 2 * 10**9  # more than the grain of any file system's clock
_listed: dict[str, tuple[tuple[int, int, int], tuple[int, ...]]] = {}
LISTINGS = 5  # attempts to find a commit


def write(folder: Path, commit: int, segments: Sequence[Any]) -> None:
    """Write a commit of segments, given as Whoosh describes them. From now on it is the newest."""
    described = [
        {
            "id": segment.segid,
            "count": segment.doc_count_all(),
            "deleted": sorted(map(int, segment.deleted_docs())),
            "lengths": {name: int(sum_) for name, sum_ in segment._fieldlengths.items()},
        }
        for segment in segments
    ]
    write_atomically(folder / f"{PREFIX}{commit}", with_checksum(f"{json.dumps(described)}\n"))


def remove_others(folder: Path, commit: int) -> None:
    """Remove all commits but one."""
    for path in folder.glob(f"{PREFIX}*"):
        if path.name != f"{PREFIX}{commit}":
            path.unlink(missing_ok=True)


def segments_of(folder: Path, commit: int) -> list[Any]:
    """Return Whoosh's description of each segment of a commit. Raises IndexDamaged."""
    try:
        data = (folder / f"{PREFIX}{commit}").read_bytes()
        return [_segment(description) for description in json.loads(without_checksum(data))]
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
        raise IndexDamaged(f"the list of segments of {folder.name}: {error!r}") from error


def _segment(description: dict[str, Any]) -> W3Segment:
    name = str(description["id"])
    if not name.isalnum():
        raise ValueError("no segment has such a name")
    deleted = set(map(int, description["deleted"])) or None
    segment = W3Segment(W3Codec(), INDEX_NAME, int(description["count"]), name, deleted)
    segment._fieldlengths = dict(description["lengths"])
    return segment


def latest_commit(generation: Generation) -> int:
    """Return the number of the newest commit. Raises IndexDamaged if there is none."""
    for _ in range(LISTINGS):
        if commits := _commits(generation):
            return max(commits)
    raise IndexDamaged(f"generation {generation.path.name} has no commit")


def _commits(generation: Generation) -> tuple[int, ...]:
    """Return the commits in a folder. It is listed again if its time of change differs, or is so
    recent that a change after the last listing might have the same."""
    folder = str(generation.path)
    try:
        now = time.time_ns()
        status = os.stat(folder)
        state = (status.st_dev, status.st_ino, status.st_mtime_ns)
        if (listing := _listed.get(folder)) and listing[0] == state:
            return listing[1]
        names = os.listdir(folder)
    except OSError as error:
        raise IndexDamaged(f"generation {generation.path.name} cannot be listed") from error
    numbers = [name.removeprefix(PREFIX) for name in names if name.startswith(PREFIX)]
    commits = tuple(int(number) for number in numbers if number.isdigit())
    _listed.clear()  # the same generation is asked for again and again
    if now - status.st_mtime_ns > _SETTLED_NS:
        _listed[folder] = state, commits
    return commits


Identity = tuple[Path, int, int, int]


def identity(generation: Generation, commit: int) -> Identity:
    """Return what distinguishes a commit from one of the same number in a folder that was made
    again. Raises IndexDamaged if there is no such commit."""
    try:
        file = os.stat(f"{generation.path}/{PREFIX}{commit}")
    except OSError as error:
        raise IndexDamaged(f"generation {generation.path.name} has no commit {commit}") from error
    return generation.path, commit, file.st_ino, file.st_mtime_ns


def newest_commit(generation: Generation) -> Identity:
    """Return the identity of the newest commit. Raises IndexDamaged if there is none."""
    while True:
        commit = latest_commit(generation)
        try:
            return identity(generation, commit)
        except IndexDamaged:
            # the next commit may have removed this one in between
            if latest_commit(generation) == commit:
                raise

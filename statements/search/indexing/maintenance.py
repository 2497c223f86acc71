"""What the worker does for the index when no edit waits: it merges segments, writes missing forward
indexes and reads every byte again. ``meanwhile`` applies the edits that arrive during that time.
"""

import shutil
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from statements.search.index import forward_index, generations, merging
from statements.search.index.commits import INDEX_NAME, latest_commit, segments_of
from statements.search.index.generations import Generation, IndexDamaged
from statements.search.index.inspection import reading
from statements.search.index.sealing import check_sizes, check_sums
from statements.search.index.segments import Segment
from statements.search.index.snapshot import open_snapshot
from statements.search.index.writer import IndexWriter, writing
from statements.search.indexing import background, outbox
from statements.search.indexing.outbox import Lock
from statements.search.indexing.sync import writable

FEW_SEGMENTS = 8
MANY_SEGMENTS = 2 * FEW_SEGMENTS
# a segment is merged with smaller ones that together have at least so many times fewer documents:
# so each document is at least one and a half times as far from its next merge as from its last
LIKE_SIZE = 2
# documents: smaller segments are merged whatever their size, and rewritten for nothing less than
# so many that are deleted
SMALL_MERGE = 2_000
# documents of a merged segment: as large as those of a bulk build, which are bounded by memory
LARGEST_MERGE = 500_000
# documents of a merge that takes about a second, and so may come between two batches of edits
QUICK_MERGE = 10_000
# of a segment's documents are deleted: then it is written anew without them
MANY_DELETED = 0.2


def merge(
    meanwhile: Callable[[], None], *, most: int | None = None, sparing: Collection[str] = ()
) -> bool:
    """Merge some segments into one (of at most so many documents), but none of those to be spared;
    yields whether there was anything to merge. Small segments that come while it goes on are
    merged in between."""
    generation = writable()
    segments = _segments(generation)
    chosen = to_merge([one for one in segments if one.segment_id() not in sparing], most)
    # of a generation that is about to be replaced nothing is worth keeping
    if not chosen or outbox.held(Lock.REBUILD):
        return False
    names = {one.segment_id() for one in chosen}
    looked_at = latest_commit(generation)

    def between() -> None:
        nonlocal looked_at
        meanwhile()
        if not sparing and looked_at != (commit := latest_commit(generation)):
            looked_at = commit
            merge(meanwhile, most=QUICK_MERGE, sparing=names)

    try:
        with (
            reading("a merge"),
            merging.merged(generation.path, chosen, between) as found,
            outbox.turn(),
        ):
            if generation == generations.in_use():
                with writing(IndexWriter(generation)) as writer:
                    writer.adopt(found)
    except (IndexDamaged, OSError):
        # a segment of which all was deleted meanwhile is gone, with its files
        if {one.segment_id() for one in _segments(writable())}.issuperset(names):
            raise
    return True


def to_merge(segments: Sequence[Any], most: int | None = None) -> Sequence[Any]:
    """One of which much is deleted, however large it is; or, of too many, the largest number of
    like size: merging those keeps the work for each document logarithmic."""
    if most is not None:
        segments = [one for one in segments if _living(one) <= most]
    for segment in segments:
        deleted = segment.deleted_count()
        if deleted >= max(SMALL_MERGE, MANY_DELETED * segment.doc_count_all()):
            return [segment]
    most = most or LARGEST_MERGE
    by_size = sorted((one for one in segments if _living(one) <= most), key=_living)
    if len(by_size) <= FEW_SEGMENTS:
        return ()
    runs = (_of_like_size(by_size[first:], most) for first in range(len(by_size)))
    chosen = max(runs, key=len)
    return chosen if len(chosen) > 1 else ()


def _of_like_size(by_size: Sequence[Any], most: int) -> Sequence[Any]:
    """From the smallest on those that are not much larger than all before them together."""
    total = 0
    for number, segment in enumerate(by_size):
        size = _living(segment)
        if total + size > most or (number and size > max(LIKE_SIZE * total, SMALL_MERGE)):
            return by_size[:number]
        total += size
    return by_size


def are_too_many() -> bool:
    """Whether a merge must not wait until no edit does."""
    return len(_segments(writable())) > MANY_SEGMENTS


def clean() -> None:
    """Remove what was left by writers that were killed; segments that came to nothing are removed
    by the next commit. To be called where no merge and no background build goes on."""
    if not any(_left()) or not outbox.try_lock(Lock.REBUILD):
        return
    try:
        with outbox.turn():
            for path in _left():
                if path.is_dir():
                    shutil.rmtree(path, ignore_errors=True)
                else:
                    path.unlink(missing_ok=True)
    finally:
        outbox.unlock(Lock.REBUILD)


def _left() -> Iterator[Path]:
    yield from generations.root().glob(".*")  # files half-written
    yield from (one.path for one in generations.useless())
    for generation in generations.pointed():
        for pattern in (
            ".*",
            f"{merging.FOLDER}*",
            f"{background.FOLDER}*",
            f"{INDEX_NAME}.tmp",
            f"_{INDEX_NAME}_*.toc.*",
        ):
            yield from generation.path.glob(pattern)


def _living(segment: Any) -> int:
    return int(segment.doc_count_all() - segment.deleted_count())


def add_sequences(meanwhile: Callable[[], None]) -> None:
    """Write the sequences of words that are missing: each was there, and is gone or was spoilt."""
    generation = writable()
    for segment in _segments(generation):
        if not forward_index.exists(generation.path, segment.segment_id()):
            with _unless_gone(segment.segment_id()):
                forward_index.write(Segment(generation.path, segment), meanwhile)


@contextmanager
def _unless_gone(segment: str) -> Iterator[None]:
    """A segment that is gone since, with its files, cannot be read, nor need it be."""
    try:
        with reading(f"segment {segment}"):
            yield
    except (IndexDamaged, OSError):
        if segment in {one.segment_id() for one in _segments(writable())}:
            raise


def verify(meanwhile: Callable[[], None] = lambda: None) -> None:
    """Read every byte of the index in use. Raises IndexDamaged where one has changed."""
    generation = writable()
    pause = merging.paced(meanwhile)
    for segment in [one.id for one in open_snapshot(generation).segments]:
        with _unless_gone(segment):
            check_sums(generation.path, segment, pause)
            forward_index.discard_if_spoilt(generation.path, segment, pause)
            pause()


def glance() -> None:
    """See that no file of the index in use is missing or cut. Raises IndexDamaged."""
    generation = writable()
    for segment in _segments(generation):
        check_sizes(generation.path, segment.segment_id())


def _segments(generation: Generation) -> list[Any]:
    return segments_of(generation.path, latest_commit(generation))

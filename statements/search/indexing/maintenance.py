"""Maintenance of the index, done by the worker when no edit waits: merging segments, writing
missing forward indexes, reading every byte again. ``yield_to`` applies edits that arrive during
that time.
"""

import logging
import shutil
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from statements.search.index import forward_index, generations, merging, related_terms
from statements.search.index.commits import INDEX_NAME, latest_commit, segments_of
from statements.search.index.generations import Generation, IndexDamaged
from statements.search.index.inspection import SUSPICIOUS, reading
from statements.search.index.sealing import check_sizes, check_sums
from statements.search.index.segments import Segment
from statements.search.index.snapshot import open_snapshot
from statements.search.index.writer import IndexWriter, writing
from statements.search.indexing import background, outbox
from statements.search.indexing.outbox import Lock
from statements.search.indexing.sync import writable

logger = logging.getLogger(__name__)

FEW_SEGMENTS = 8
MANY_SEGMENTS = 2 * FEW_SEGMENTS
# a segment is merged with smaller ones that together have at least this part of its documents: so
# each document is at least one and a half times as far from its next merge as from its last
LIKE_SIZE = 2
# documents: smaller segments are merged whatever their size, and a segment is rewritten only for
# at least this many deleted ones
SMALL_MERGE = 2_000
# documents of a merged segment: as large as those of a bulk build, which are bounded by memory
LARGEST_MERGE = 500_000
# documents of a merge that takes about a second, and so may come between two batches of edits
QUICK_MERGE = 10_000
# documents: a smaller index has too few words to learn related terms from
FEW_DOCUMENTS = 5_000
MUCH = 0.2  # of the documents, after which related terms are learned again
# a segment is rewritten when this part of its documents is deleted
MANY_DELETED = 0.2


def merge(
    yield_to: Callable[[], None], *, max_documents: int | None = None, sparing: Collection[str] = ()
) -> bool:
    """Merge some segments into one of at most ``max_documents`` documents, without those to be
    spared. Return whether there was anything to merge. Small segments that appear during a long
    merge are merged in between."""
    generation = writable()
    segments = _segments(generation)
    candidates = [segment for segment in segments if segment.segment_id() not in sparing]
    selected = to_merge(candidates, max_documents)
    # a generation that is about to be replaced is not worth any work
    if not selected or outbox.is_locked(Lock.REBUILD):
        return False
    names = {segment.segment_id() for segment in selected}
    last_commit = latest_commit(generation)

    def yield_and_merge_small() -> None:
        nonlocal last_commit
        yield_to()
        if not sparing and last_commit != (commit := latest_commit(generation)):
            last_commit = commit
            merge(yield_to, max_documents=QUICK_MERGE, sparing=names)

    try:
        with (
            reading("a merge"),
            merging.merged(generation.path, selected, yield_and_merge_small) as merged,
            outbox.write_lock(),
        ):
            if generation == generations.in_use():
                with writing(IndexWriter(generation)) as writer:
                    writer.adopt(merged)
    except (IndexDamaged, OSError):
        # a segment whose documents were all deleted in the meantime is gone, with its files
        if {segment.segment_id() for segment in _segments(writable())}.issuperset(names):
            raise
    return True


def to_merge(segments: Sequence[Any], max_documents: int | None = None) -> Sequence[Any]:
    """Choose the segments to merge: one with many deleted documents, however large it is; or, of
    too many segments, the largest number of similar size, which keeps the work for each document
    logarithmic."""
    if max_documents is not None:
        segments = [segment for segment in segments if _live_count(segment) <= max_documents]
    for segment in segments:
        deleted = segment.deleted_count()
        if deleted >= max(SMALL_MERGE, MANY_DELETED * segment.doc_count_all()):
            return [segment]
    limit = max_documents or LARGEST_MERGE
    by_size = sorted(
        (segment for segment in segments if _live_count(segment) <= limit), key=_live_count
    )
    if len(by_size) <= FEW_SEGMENTS:
        return ()
    runs = (_of_like_size(by_size[first:], limit) for first in range(len(by_size)))
    longest = max(runs, key=len)
    return longest if len(longest) > 1 else ()


def _of_like_size(by_size: Sequence[Any], limit: int) -> Sequence[Any]:
    """Return the smallest segments up to the first that is much larger than all before it, of at
    most ``limit`` documents together."""
    total = 0
    for number, segment in enumerate(by_size):
        size = _live_count(segment)
        if total + size > limit or (number and size > max(LIKE_SIZE * total, SMALL_MERGE)):
            return by_size[:number]
        total += size
    return by_size


def are_too_many() -> bool:
    """Return whether there are so many segments that a merge must not wait for edits to end."""
    return len(_segments(writable())) > MANY_SEGMENTS


def clean() -> None:
    """Remove the files that ended writers left behind. (The next commit removes their segments.)
    Must not be called during a merge or a background build."""
    if not any(_leftovers()) or not outbox.try_lock(Lock.REBUILD):
        return
    try:
        with outbox.write_lock():
            for path in _leftovers():
                if path.is_dir():
                    shutil.rmtree(path, ignore_errors=True)
                else:
                    path.unlink(missing_ok=True)
    finally:
        outbox.unlock(Lock.REBUILD)


def _leftovers() -> Iterator[Path]:
    yield from generations.root().glob(".*")  # files written in part
    yield from (generation.path for generation in generations.useless())
    for generation in generations.read_pointer():
        for pattern in (
            ".*",
            f"{merging.FOLDER}*",
            f"{background.FOLDER}*",
            f"{INDEX_NAME}.tmp",
            f"_{INDEX_NAME}_*.toc.*",
        ):
            yield from generation.path.glob(pattern)


def _live_count(segment: Any) -> int:
    return int(segment.doc_count_all() - segment.deleted_count())


def add_forward_indexes(yield_to: Callable[[], None]) -> None:
    """Write the forward indexes that are missing, because they were removed or damaged."""
    generation = writable()
    for segment in _segments(generation):
        if not forward_index.exists(generation.path, segment.segment_id()):
            with _unless_gone(segment.segment_id()):
                forward_index.write(Segment(generation.path, segment), yield_to)


@contextmanager
def _unless_gone(segment: str) -> Iterator[None]:
    """Ignore errors of reading a segment that was removed in the meantime, with its files."""
    try:
        with reading(f"segment {segment}"):
            yield
    except (IndexDamaged, OSError):
        if segment in {present.segment_id() for present in _segments(writable())}:
            raise


def learn_related_terms(yield_to: Callable[[], None]) -> None:
    """Learn which terms are related, for the first time or because the index has grown or shrunk by
    ``MUCH`` since. Searches do without them: an error is logged, and they are learned again when
    the index has changed as much."""
    generation = writable()
    documents = sum(segment.doc_count_all() for segment in _segments(generation))
    learned = related_terms.documents_learned(generation.path)
    is_current = learned is not None and abs(documents - learned) <= MUCH * learned
    if is_current or documents < FEW_DOCUMENTS or outbox.is_locked(Lock.REBUILD):
        return
    try:
        terms = related_terms.learn(open_snapshot(generation), yield_to)
    except SUSPICIOUS:
        logger.exception("related terms cannot be learned")
        terms = related_terms.RelatedTerms.empty(documents)
    if terms is not None and generation == generations.in_use():
        related_terms.save(generation.path, terms)


def verify(yield_to: Callable[[], None] = lambda: None) -> None:
    """Read every byte of the index in use. Raises IndexDamaged if one has changed. Damaged forward
    indexes are removed."""
    generation = writable()
    pause = merging.throttled(yield_to)
    for segment_id in [segment.id for segment in open_snapshot(generation).segments]:
        with _unless_gone(segment_id):
            check_sums(generation.path, segment_id, pause)
            pause()
            forward_index.discard_if_damaged(generation.path, segment_id, pause)
            pause()


def check_current_index() -> None:
    """Check that no file of the index in use is missing or has another size. Raises
    IndexDamaged."""
    generation = writable()
    for segment in _segments(generation):
        check_sizes(generation.path, segment.segment_id())


def _segments(generation: Generation) -> list[Any]:
    return segments_of(generation.path, latest_commit(generation))

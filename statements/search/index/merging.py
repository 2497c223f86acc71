"""Merges segments into one without their deleted documents, as arrays: no text is analysed again.

The merged segment is written in a folder of its own, where no commit removes it and no reader looks
for it. ``yield_to`` is called several times a second and may commit to the index of the segments;
documents that it deletes are deleted from the merged segment when that replaces them, in one short
commit (``IndexWriter.adopt``).
"""

import shutil
import time
from array import array
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from heapq import merge as in_order
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from whoosh.codec.whoosh3 import (
    LENGTHS_COLUMN,
    STORED_COLUMN,
    W3Codec,
    W3FieldWriter,
    W3PerDocWriter,
)
from whoosh.filedb.filestore import FileStorage
from whoosh.util.numeric import byte_to_length

from statements.search.fields import TEXT_FIELD
from statements.search.index import forward_index
from statements.search.index.bulk_writer import is_text
from statements.search.index.commits import INDEX_NAME
from statements.search.index.formats import whoosh_blocks
from statements.search.index.formats.postings import Postings
from statements.search.index.formats.sidecar_writer import Shape, SideCarWriter
from statements.search.index.schema import SCHEMA
from statements.search.index.sealing import check_sums, seal
from statements.search.index.segments import Segment
from statements.search.index.writer import Codec, Merged, MergeSource, Storage

FOLDER = "merging-"  # and the name of the merged segment
# words whose postings are written at a time, in less than a tenth of a second
CHUNK = 1 << 16
# seconds of work between two calls of ``yield_to``, which costs a twentieth of that. They are of
# CPU time: on a busy machine a merge must make progress too, or segments pile up, each commit costs
# more and less is left for the merge
EVERY_S = 0.06

Numbers = npt.NDArray[np.int64]

_LENGTHS = np.array([byte_to_length(code) for code in range(256)], np.int64)


class Source:
    """A segment to be merged."""

    def __init__(self, folder: Path, segment: Any, begin: int) -> None:
        deleted = frozenset(segment.deleted_docs())
        alive = np.ones(segment.doc_count_all(), bool)
        alive[list(deleted)] = False
        self.live = np.flatnonzero(alive)
        self.renumbered = np.where(alive, begin + np.cumsum(alive) - 1, -1).astype(np.int32)
        self.mapping = MergeSource(segment.segment_id(), deleted, self.live, self.renumbered)
        self.word_numbers = array("I")  # of each of its words in the merged segment
        storage = FileStorage(str(folder), readonly=True)
        self.documents = W3Codec().per_document_reader(storage, segment)
        self.terms = W3Codec().terms_reader(storage, segment)
        self._segment = Segment(folder, segment)

    def close(self) -> None:
        self.documents.close()
        self.terms.close()
        del self._segment  # and with it its files

    def column(self, name: str, column: Any) -> Iterator[tuple[int, Any]]:
        """Yield the values of a column that are not the default, by the documents' new numbers."""
        if not self.documents.has_column(name):
            return
        default = None if column is STORED_COLUMN else column.default_value()
        reader = self.documents.column_reader(name, column)
        for old, new in zip(self.live.tolist(), self.renumbered[self.live].tolist(), strict=True):
            value = reader[old]
            if value != default:
                yield new, value

    def terms_of(self, field: str) -> Iterator[tuple[bytes, "Source"]]:
        if field in self.terms.indexed_field_names():
            for field_of_term, term in self.terms.terms_from(field, b""):
                if field_of_term != field:
                    break
                yield term, self

    def words(self, field: str, term: bytes) -> Postings:
        """Return the postings of a word, by the documents' new numbers."""
        postings = self._segment.postings(field, term.decode(), places=True)
        documents = self.renumbered[postings.documents]
        return Postings(documents, postings.frequencies, postings.places).only(documents >= 0)

    def forward_index_part(self) -> forward_index.Part:
        """Return what the merged forward index takes over. Raises Incomplete if it cannot be
        read."""
        if (sequences := forward_index.read_forward_index(self._segment)) is None:
            raise Incomplete(self.mapping.id)
        numbers = np.array(self.word_numbers, np.uint32)
        return forward_index.Part(sequences, self.live, numbers)

    @property
    def heads(self) -> npt.NDArray[np.int32]:
        """The first documents of speeches, by their new numbers."""
        heads: npt.NDArray[np.int32] = self.renumbered[self._segment.heads]
        return heads[heads >= 0]

    def names(self, field: str, term: bytes) -> Iterator[tuple[int, float, bytes]]:
        """Yield the documents that contain a name or number, with Whoosh's weight and value."""
        matcher = self.terms.matcher(field, term, SCHEMA[field].format)
        while matcher.is_active():
            if (document := int(self.renumbered[matcher.id()])) >= 0:
                yield document, matcher.weight(), matcher.value() or b""
            matcher.next()


class Incomplete(Exception):
    """The forward index of a segment cannot be read."""


@contextmanager
def merged(folder: Path, segments: Sequence[Any], yield_to: Callable[[], None]) -> Iterator[Merged]:
    """Write the segment that replaces some segments of a folder, to be adopted within the context.
    Raises IndexDamaged if one of them is not as it was written."""
    new_segment = Codec().new_segment(FileStorage(str(folder)), INDEX_NAME)
    target = folder / f"{FOLDER}{new_segment.segment_id()}"
    target.mkdir()
    try:
        pause = throttled(yield_to)
        for segment in segments:
            check_sums(folder, segment.segment_id(), pause)
            # it is sealed separately, and damage of it must not be taken over
            forward_index.discard_if_damaged(folder, segment.segment_id(), pause)
            if not forward_index.exists(folder, segment.segment_id()):
                forward_index.write(Segment(folder, segment), pause)
            pause()
        yield _merged(folder, segments, target, new_segment, pause)
    finally:
        shutil.rmtree(target, ignore_errors=True)


def _merged(
    folder: Path, segments: Sequence[Any], target: Path, new_segment: Any, pause: Callable[[], None]
) -> Merged:
    counts = [segment.doc_count_all() - segment.deleted_count() for segment in segments]
    begins = np.cumsum(counts) - counts
    new_segment.set_doc_count(sum(counts))
    storage = Storage(str(target))
    sources: list[Source] = []
    try:
        for segment, begin in zip(segments, begins.tolist(), strict=True):
            sources.append(Source(folder, segment, begin))
        work = _Work(sources, sum(counts), pause)
        with closing(W3Codec().per_document_writer(storage, new_segment)) as columns:
            work.write_columns(columns)
        with (
            closing(W3Codec().field_writer(storage, new_segment)) as postings,
            SideCarWriter(target, new_segment.segment_id(), work.shape(), pause) as side,
        ):
            work.write_postings(postings, side)
        work.write_forward_index(target, new_segment.segment_id(), side.word_codes)
    except BaseException:
        storage.abandon()
        raise
    finally:
        for source in sources:
            source.close()
    new_segment._fieldlengths = work.field_lengths
    seal(target, new_segment)
    return Merged(target, new_segment, [source.mapping for source in sources])


def throttled(function: Callable[[], None]) -> Callable[[], None]:
    """Return a function that may be called all the time, and calls this one every ``EVERY_S``."""
    called_at = time.thread_time()

    def call() -> None:
        nonlocal called_at
        if time.thread_time() > called_at + EVERY_S:
            function()
            called_at = time.thread_time()

    return call


class _Work:
    def __init__(self, sources: Sequence[Source], count: int, pause: Callable[[], None]) -> None:
        self._sources = sources
        self._count = count
        self._pause = pause
        self._lengths: dict[str, Numbers] = {}  # of each document, rounded as in its length norm
        self.field_lengths: dict[str, int] = {}
        self._word_count = 0  # distinct words of the texts

    # -- columns ------------------------------------------------------------------------------

    def write_columns(self, writer: W3PerDocWriter) -> None:
        writer._doccount = self._count
        self._write_column(writer, "_stored", STORED_COLUMN)
        for name, field in SCHEMA.items():
            if field.column_type:
                self._write_column(writer, name, field.column_type)
            if is_text(field):
                codes = self._write_column(writer, f"_{name}_len", LENGTHS_COLUMN)
                self._lengths[name] = _LENGTHS[codes]

    def _write_column(self, writer: W3PerDocWriter, name: str, column: Any) -> array[int]:
        """Write a column, if any document has a value. Return the values of a column of bytes."""
        codes = array("B", bytes(self._count)) if column is LENGTHS_COLUMN else array("B")
        for source in self._sources:
            for number, (document, value) in enumerate(source.column(name, column)):
                if not writer._has_column(name):
                    writer._create_column(name, column)
                writer._get_column(name).add(document, value)
                if codes:
                    codes[document] = value
                if number % 256 == 0:
                    self._pause()
        return codes

    def shape(self) -> Shape:
        return Shape(np.concatenate([source.heads for source in self._sources]), self._count)

    # -- postings -----------------------------------------------------------------------------

    def write_postings(self, writer: W3FieldWriter, side: SideCarWriter) -> None:
        for name, field in sorted(SCHEMA.items()):
            terms = in_order(
                *(source.terms_of(name) for source in self._sources), key=itemgetter(0)
            )
            holders = (
                (term, [source for _, source in pairs])
                for term, pairs in groupby(terms, key=itemgetter(0))
            )
            writer.start_field(name, field)
            if is_text(field):
                self._write_words(writer, name, holders, side)
            else:
                self._write_names(writer, name, holders)
            writer.finish_field()

    def _write_words(
        self,
        writer: W3FieldWriter,
        field: str,
        holders: Iterator[tuple[bytes, list[Source]]],
        side: SideCarWriter,
    ) -> None:
        terms: list[bytes] = []
        parts_of_terms: list[list[Postings]] = []
        total = pending = 0

        def flush() -> None:
            lists = _lists(terms, parts_of_terms, self._lengths[field])
            whoosh_blocks.write(writer, lists)
            side.add(field, lists)
            terms.clear()
            parts_of_terms.clear()

        for term, sources in holders:
            parts = [source.words(field, term) for source in sources]
            size = sum(len(part.places) for part in parts if part.places is not None)
            if field == TEXT_FIELD:
                for source in sources:
                    source.word_numbers.append(self._word_count if size else forward_index.UNUSED)
                self._word_count += bool(size)
            if size:
                terms.append(term)
                parts_of_terms.append(parts)
                pending += size
            if pending >= CHUNK:
                flush()
                total, pending = total + pending, 0
            self._pause()
        if pending:
            flush()
        if total + pending:
            self.field_lengths[field] = total + pending

    def _write_names(
        self,
        writer: W3FieldWriter,
        field: str,
        holders: Iterator[tuple[bytes, list[Source]]],
    ) -> None:
        for term, sources in holders:
            has_begun = False
            for source in sources:
                for document, weight, value in source.names(field, term):
                    if not has_begun:
                        writer.start_term(term)
                        has_begun = True
                    writer.add(document, weight, value, 0)
            if has_begun:
                writer.finish_term()
            self._pause()

    # -- the forward index ---------------------------------------------------------------------

    def write_forward_index(
        self, folder: Path, segment_id: str, codes: npt.NDArray[np.integer[Any]]
    ) -> None:
        """Write the forward index, unless that of one source cannot be read: then the worker writes
        it later (``maintenance.add_forward_indexes``)."""
        try:
            parts = [source.forward_index_part() for source in self._sources]
        except Incomplete:
            return
        forward_index.join(folder, segment_id, parts, codes, self._pause)


def _lists(
    terms: Sequence[bytes], parts_of_terms: Sequence[Sequence[Postings]], lengths: Numbers
) -> whoosh_blocks.Lists:
    counts = np.array([sum(len(part.documents) for part in parts) for parts in parts_of_terms])
    every = [part for parts in parts_of_terms for part in parts]
    documents = np.concatenate([part.documents for part in every]).astype(np.int64)
    return whoosh_blocks.Lists(
        terms=list(terms),
        begins=np.cumsum(counts) - counts,
        documents=documents,
        frequencies=np.concatenate([part.frequencies for part in every]).astype(np.int64),
        lengths=lengths[documents],
        places=np.concatenate([part.places for part in every if part.places is not None]).astype(
            np.int64
        ),
    )

"""Merging segments into one without their deleted documents, as arrays: no text is analysed again.

The merged segment grows in a folder of its own, where no commit sweeps it away and no reader looks
for it. ``meanwhile`` is called several times a second and may commit to the index that the segments
are of; what it deletes is deleted from the merged segment when that is put in their place, which
is one short commit (``IndexWriter.adopt``).
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

from statements.search.fields import TEXT_FIELD, WORD_FIELDS
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
# words whose postings are laid out at a time, in less than a tenth of a second
CHUNK = 1 << 16
# of work before ``meanwhile`` is called, which costs a twentieth of that. It is CPU, not the clock:
# on a busy machine a merge must come forward too, or segments pile up, each commit costs more for
# it, and less is left for the merge
EVERY_S = 0.06

Numbers = npt.NDArray[np.int64]

_LENGTHS = np.array([byte_to_length(code) for code in range(256)], np.int64)


class Source:
    """A segment to be merged."""

    def __init__(self, folder: Path, segment: Any, begin: int) -> None:
        deleted = frozenset(segment.deleted_docs())
        alive = np.ones(segment.doc_count_all(), bool)
        alive[list(deleted)] = False
        self.kept = np.flatnonzero(alive)
        self.places = np.where(alive, begin + np.cumsum(alive) - 1, -1).astype(np.int32)
        self.mapping = MergeSource(segment.segment_id(), deleted, self.kept, self.places)
        # of each of its words the number in the merged segment
        self.numbers = array("I")
        storage = FileStorage(str(folder), readonly=True)
        self.documents = W3Codec().per_document_reader(storage, segment)
        self.terms = W3Codec().terms_reader(storage, segment)
        self._segment = Segment(folder, segment)

    def close(self) -> None:
        self.documents.close()
        self.terms.close()
        del self._segment  # and with it its files

    def column(self, name: str, column: Any) -> Iterator[tuple[int, Any]]:
        """The values of a column that were given, by the documents' new places."""
        if not self.documents.has_column(name):
            return
        default = None if column is STORED_COLUMN else column.default_value()
        reader = self.documents.column_reader(name, column)
        for old, new in zip(self.kept.tolist(), self.places[self.kept].tolist(), strict=True):
            value = reader[old]
            if value != default:
                yield new, value

    def terms_of(self, field: str) -> Iterator[tuple[bytes, "Source"]]:
        if field in self.terms.indexed_field_names():
            for of, term in self.terms.terms_from(field, b""):
                if of != field:
                    break
                yield term, self

    def words(self, field: str, term: bytes) -> Postings:
        """Where a word stands, by the documents' new places."""
        found = self._segment.postings(field, term.decode(), places=True)
        documents = self.places[found.documents]
        return Postings(documents, found.frequencies, found.places).only(documents >= 0)

    def sequences(self) -> forward_index.Part:
        """Raises Incomplete where they cannot be read."""
        if (found := forward_index.sequences(self._segment)) is None:
            raise Incomplete(self.mapping.id)
        return forward_index.Part(found, self.kept, np.array(self.numbers, np.uint32))

    @property
    def heads(self) -> npt.NDArray[np.int32]:
        """The first documents of speeches, by their new places."""
        places: npt.NDArray[np.int32] = self.places[self._segment.heads]
        return places[places >= 0]

    def names(self, field: str, term: bytes) -> Iterator[tuple[int, float, bytes]]:
        """Where a name or number stands, and what Whoosh says of it there."""
        matcher = self.terms.matcher(field, term, SCHEMA[field].format)
        while matcher.is_active():
            if (new := int(self.places[matcher.id()])) >= 0:
                yield new, matcher.weight(), matcher.value() or b""
            matcher.next()


class Incomplete(Exception):
    """The words of a segment in their order cannot be read."""


@contextmanager
def merged(
    folder: Path, segments: Sequence[Any], meanwhile: Callable[[], None]
) -> Iterator[Merged]:
    """Write the segment that is to stand for some of a folder's, to be adopted within the
    context. Raises IndexDamaged where one of them is not as it was written."""
    made = Codec().new_segment(FileStorage(str(folder)), INDEX_NAME)
    target = folder / f"{FOLDER}{made.segment_id()}"
    target.mkdir()
    try:
        pause = throttled(meanwhile)
        for segment in segments:
            check_sums(folder, segment.segment_id(), pause)
            # it has no sum among the others, and what is spoilt in it must not be taken over
            forward_index.discard_if_spoilt(folder, segment.segment_id(), pause)
            if not forward_index.exists(folder, segment.segment_id()):
                forward_index.write(Segment(folder, segment), pause)
            pause()
        yield _merged(folder, segments, target, made, pause)
    finally:
        shutil.rmtree(target, ignore_errors=True)


def _merged(
    folder: Path, segments: Sequence[Any], target: Path, made: Any, pause: Callable[[], None]
) -> Merged:
    counts = [one.doc_count_all() - one.deleted_count() for one in segments]
    begins = np.cumsum(counts) - counts
    made.set_doc_count(sum(counts))
    storage = Storage(str(target))
    sources: list[Source] = []
    try:
        for segment, begin in zip(segments, begins.tolist(), strict=True):
            sources.append(Source(folder, segment, begin))
        work = _Work(sources, sum(counts), pause)
        with closing(W3Codec().per_document_writer(storage, made)) as columns:
            work.write_columns(columns)
        with (
            closing(W3Codec().field_writer(storage, made)) as postings,
            SideCarWriter(target, made.segment_id(), work.shape(), pause) as side,
        ):
            work.write_postings(postings, side)
        work.write_sequences(target, made.segment_id())
    except BaseException:
        storage.abandon()
        raise
    finally:
        for source in sources:
            source.close()
    made._fieldlengths = work.field_lengths
    seal(target, made)
    return Merged(target, made, [source.mapping for source in sources])


def throttled(meanwhile: Callable[[], None]) -> Callable[[], None]:
    """What calls ``meanwhile`` now and then, and may be called all the time."""
    called_at = time.thread_time()

    def throttled() -> None:
        nonlocal called_at
        if time.thread_time() > called_at + EVERY_S:
            meanwhile()
            called_at = time.thread_time()

    return throttled


class _Work:
    def __init__(self, sources: Sequence[Source], count: int, pause: Callable[[], None]) -> None:
        self._sources = sources
        self._count = count
        self._pause = pause
        self._lengths: dict[str, Numbers] = {}  # of each document, as the codec rounds them
        self.field_lengths: dict[str, int] = {}
        self._distinct = 0  # words of the texts

    # -- what is known of each document -------------------------------------------------------

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
        """Write a column, if any document has a value; yields the values of one of bytes."""
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
        longest = max(int(self._lengths[field].max(initial=0)) for field in WORD_FIELDS)
        code = int(whoosh_blocks.length_codes(np.array([longest]))[0])
        return Shape(np.concatenate([one.heads for one in self._sources]), self._count, code)

    # -- postings -----------------------------------------------------------------------------

    def write_postings(self, writer: W3FieldWriter, side: SideCarWriter) -> None:
        for name, field in sorted(SCHEMA.items()):
            terms = in_order(*(one.terms_of(name) for one in self._sources), key=itemgetter(0))
            holders = (
                (term, [source for _, source in both])
                for term, both in groupby(terms, key=itemgetter(0))
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
        found: list[list[Postings]] = []
        total = held = 0

        def flush() -> None:
            lists = _lists(terms, found, self._lengths[field])
            whoosh_blocks.write(writer, lists)
            side.add(field, lists)
            terms.clear()
            found.clear()

        for term, sources in holders:
            parts = [source.words(field, term) for source in sources]
            size = sum(len(part.places) for part in parts if part.places is not None)
            if field == TEXT_FIELD:
                for source in sources:
                    source.numbers.append(self._distinct if size else forward_index.UNUSED)
                self._distinct += bool(size)
            if size:
                terms.append(term)
                found.append(parts)
                held += size
            if held >= CHUNK:
                flush()
                total, held = total + held, 0
            self._pause()
        if held:
            flush()
        if total + held:
            self.field_lengths[field] = total + held

    def _write_names(
        self,
        writer: W3FieldWriter,
        field: str,
        holders: Iterator[tuple[bytes, list[Source]]],
    ) -> None:
        for term, sources in holders:
            begun = False
            for source in sources:
                for document, weight, value in source.names(field, term):
                    if not begun:
                        writer.start_term(term)
                        begun = True
                    writer.add(document, weight, value, 0)
            if begun:
                writer.finish_term()
            self._pause()

    # -- words in their order ------------------------------------------------------------------

    def write_sequences(self, folder: Path, segment_id: str) -> None:
        """Where they cannot be read of one of the sources, none are written; what is missing is
        made by the worker (``maintenance.add_sequences``)."""
        try:
            parts = [source.sequences() for source in self._sources]
        except Incomplete:
            return
        forward_index.join(folder, segment_id, parts, self._distinct, self._pause)


def _lists(
    terms: Sequence[bytes], found: Sequence[Sequence[Postings]], lengths: Numbers
) -> whoosh_blocks.Lists:
    counts = np.array([sum(len(part.documents) for part in parts) for parts in found])
    every = [part for parts in found for part in parts]
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

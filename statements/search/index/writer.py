"""Writes an index with Whoosh's own writer. Every segment is sealed (``sealing``) before readers
can see it.
"""

import secrets
import zlib
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from whoosh.codec.whoosh3 import W3Codec, W3PerDocWriter, W3Segment
from whoosh.columns import Column, NumericColumn, RefBytesColumn
from whoosh.filedb.filestore import FileStorage
from whoosh.index import TOC, FileIndex
from whoosh.reading import SegmentReader
from whoosh.writing import SegmentWriter

from statements.search.index import commits
from statements.search.index.commits import INDEX_NAME
from statements.search.index.documents import Prepared, documents
from statements.search.index.formats import speech_columns, whoosh_blocks
from statements.search.index.generations import Generation, IndexDamaged, sync
from statements.search.index.schema import SCHEMA
from statements.search.index.sealing import check_sizes, seal


@dataclass(frozen=True, slots=True)
class MergeSource:
    """How the documents of a segment are numbered in the segment that replaces it."""

    id: str
    deleted: frozenset[int]  # documents that the merged segment does not have
    live: npt.NDArray[np.int64]  # the other documents, ascending
    renumbered: npt.NDArray[np.int32]  # the new number of each document, -1 if it is deleted


@dataclass(frozen=True, slots=True)
class Merged:
    """A merged segment, in a folder of its own."""

    folder: Path
    segment: Any  # as Whoosh describes it
    sources: Sequence[MergeSource]


def create(generation: Generation) -> None:
    """Write an empty index."""
    TOC.create(FileStorage(str(generation.path)), SCHEMA, INDEX_NAME)
    sync(generation.path / toc_name(0))
    commits.write(generation.path, 0, ())


class Index(FileIndex):  # type: ignore[misc]
    """The newest commit of a folder, for Whoosh's readers and writers. It takes the list of
    segments from ``commits`` and the schema from the archive: nothing is unpickled."""

    def __init__(self, folder: Path, *, readonly: bool = True) -> None:
        """Raises IndexDamaged."""
        storage = FileStorage(str(folder), readonly=True) if readonly else Storage(str(folder))
        self.storage, self._schema, self.indexname = storage, SCHEMA, INDEX_NAME
        self._folder = folder
        self._read_toc()  # before a writer takes Whoosh's lock, which stays locked after an error

    def _read_toc(self) -> TOC:
        commit = commits.latest_commit(Generation(self._folder))
        return TOC(SCHEMA, commits.segments_of(self._folder, commit), commit)


class Storage(FileStorage):  # type: ignore[misc]
    """Whoosh's file storage, with two differences.

    It makes the folder for temporary files, which Whoosh does twice: the second time it keeps the
    error that the folder exists, and with it, until the next garbage collection, the writer and
    everything that its callers hold.

    It remembers the files that it creates. Files that a failed writer leaves open cannot be flushed
    to a full disk, and Python would print a warning when it collects them.
    """

    def __init__(self, path: str, created: list[Any] | None = None) -> None:
        super().__init__(path)
        self._created = [] if created is None else created

    def create_file(self, name: str, *args: Any, **kwargs: Any) -> Any:
        file = super().create_file(name, *args, **kwargs)
        self._created.append(file.file)
        return file

    def temp_storage(self, name: str) -> FileStorage:
        path = Path(self.folder, name)
        path.mkdir(exist_ok=True)
        return Storage(str(path), self._created)

    def abandon(self) -> None:
        """Close all created files without writing what is still in buffers."""
        for file in self._created:
            with suppress(AttributeError, OSError):
                file.raw.close()
        self._created.clear()


class Codec(W3Codec):  # type: ignore[misc]
    """Whoosh's codec, with unique names of segments. Whoosh takes them from Python's shared random
    generator: after somebody seeds it, a new segment may overwrite an old one."""

    def new_segment(self, storage: FileStorage, indexname: str) -> W3Segment:
        return W3Segment(W3Codec(), indexname, segid=secrets.token_hex(8))

    def per_document_writer(self, storage: FileStorage, segment: W3Segment) -> W3PerDocWriter:
        return _PerDocumentWriter(self, storage, segment)


class _PerDocumentWriter(W3PerDocWriter):  # type: ignore[misc]
    """Whoosh's writer, with columns that are filled at once where documents have no value. Most
    columns have a value for the head of a speech only, and Whoosh makes a call for each of the
    documents between two heads: a tenth of the time of a build."""

    def _create_column(self, name: str, column: Column) -> None:
        super()._create_column(name, column)
        writer = self._colwriters[name]
        if isinstance(writer, NumericColumn.Writer):
            writer.fill = partial(_fill_numbers, writer)
        elif isinstance(writer, RefBytesColumn.Writer):
            writer.fill = partial(_fill_references, writer)


def _fill_numbers(writer: Any, document: int) -> None:
    """Write the default for the documents before this one that have no value."""
    if document > writer._count:
        writer._dbfile.write(writer._defaultbytes * (document - writer._count))


def _fill_references(writer: Any, document: int) -> None:
    """The same for references, which a writer keeps as bytes while 256 values are enough."""
    if (count := document - writer._count) <= 0:
        return
    if writer._refs is None:
        writer._dbfile.write(b"\0\0" * count)
    else:
        writer._refs.frombytes(bytes(count))


class IndexWriter(SegmentWriter):  # type: ignore[misc]
    """One commit. Use ``replace`` and ``remove``; then ``commit`` or ``cancel``."""

    def __init__(self, generation: Generation, *, limitmb: int = 64) -> None:
        self.folder = generation.path
        self._leaves: list[SegmentReader] = []
        index = Index(self.folder, readonly=False)
        # whoosh's compound files are read into private memory on every opening
        codec = Codec(blocklimit=whoosh_blocks.BLOCK)
        super().__init__(index, compound=False, limitmb=limitmb, codec=codec)
        self._sealed = {segment.segment_id() for segment in self.segments}
        try:
            for segment in self.segments:
                check_sizes(self.folder, segment.segment_id())
                self._leaves.append(SegmentReader(self.storage, self.schema, segment))
        except BaseException as error:
            self.cancel()
            if isinstance(error, Exception) and not isinstance(error, OSError):
                raise IndexDamaged(f"a segment of {self.folder.name}: {error!r}") from error
            raise

    def replace(self, prepared: Prepared) -> None:
        """Write a speech in the place of its present documents."""
        self.remove(prepared["id"])
        self.append(prepared)

    def append(self, prepared: Prepared) -> None:
        """Write a speech that is not in the index."""
        for document in documents(prepared):
            self.add_document(**document)

    def remove(self, identifier: str) -> None:
        """Remove all documents of a speech, by Haystack's identifier."""
        term = ("id", identifier.encode())
        for segment, leaf in zip(self.segments, self._leaves, strict=True):
            if term in leaf:
                # ``leaf.postings`` would copy the set of all deleted documents each time
                matcher = leaf._terms.matcher(*term, self.schema["id"].format)
                for document in matcher.all_ids():
                    segment.delete_document(document)

    def adopt(self, merged: Merged) -> None:
        """Replace the sources of a merged segment by it, and commit. Documents that were deleted
        from them since are deleted from it."""
        remaining = {segment.segment_id(): segment for segment in self.segments}
        for source in merged.sources:
            present = remaining.pop(source.id, None)
            # if the segment is gone, all of its documents were deleted
            deleted = source.live.tolist() if present is None else present.deleted_docs()
            for document in set(deleted) - source.deleted:
                merged.segment.delete_document(int(source.renumbered[document]))
        name = merged.segment.segment_id()
        for path in merged.folder.glob(f"{name}.*"):
            path.replace(self.folder / path.name)
        self._sealed.add(name)

        def replaced(writer: "IndexWriter", segments: list[Any]) -> list[Any]:
            return _without_empty(writer, [*remaining.values(), merged.segment])

        super().commit(mergetype=replaced)

    def adopt_built(
        self,
        folder: Path,
        built: Sequence[Any],
        *,
        current: Collection[int],
        removed: Collection[int],
    ) -> None:
        """Add segments that were built in another folder, and commit. Of their speeches only those
        are used that are ``current``, by primary key; they replace their present documents.
        ``removed`` are speeches that were deleted from the database."""
        replaced_pks = np.array(sorted({*current, *removed}), np.int64)
        for segment in self.segments:
            _delete(self.folder, segment, lambda pks: np.isin(pks, replaced_pks))
        current_pks = np.array(sorted(current), np.int64)
        for segment in built:
            _delete(folder, segment, lambda pks: ~np.isin(pks, current_pks))
        for segment in built:
            name = segment.segment_id()
            for path in folder.glob(f"{name}.*"):
                path.replace(self.folder / path.name)
            self._sealed.add(name)

        def added(writer: "IndexWriter", segments: list[Any]) -> list[Any]:
            return _without_empty(writer, [*segments, *built])

        super().commit(mergetype=added)

    def commit(self, **_: Any) -> None:
        super().commit(mergetype=_without_empty)

    def _commit_toc(self, segments: list[Any]) -> None:
        for segment in segments:
            if segment.segment_id() not in self._sealed:
                seal(self.folder, segment)
                segment._fieldlengths = dict(segment._fieldlengths)  # a plain value, see unpickling
        commits.write(self.folder, self.generation, segments)
        super()._commit_toc(segments)  # for other programs; removes the files of other segments
        commits.remove_others(self.folder, self.generation)

    def cancel(self) -> None:
        """Leave the index as it was, even if the disk is full. The next commit removes unfinished
        files."""
        with suppress(Exception):
            self._close_segment()
        with suppress(Exception):
            self._finish()
        self.storage.abandon()

    def _finish(self) -> None:
        try:
            for leaf in self._leaves:
                leaf.close()
            self._tempstorage.destroy()
        finally:
            self.writelock.release()
            self.is_closed = True


def _delete(folder: Path, segment: Any, select: Callable[[Any], Any]) -> None:
    """Delete all documents of the speeches of a segment that ``select`` returns a mask of, given
    their primary keys."""
    name = f"{segment.segment_id()}{speech_columns.EXTENSION}"
    data = (folder / name).read_bytes()
    if zlib.crc32(data) != check_sizes(folder, segment.segment_id())[name]:
        raise IndexDamaged(f"{name} has changed since it was written")
    size = segment.doc_count_all()
    columns = speech_columns.read(data, size)
    ends = np.append(columns.heads, size)
    for number in np.flatnonzero(select(columns.numbers["speech"])).tolist():
        for document in range(ends[number], ends[number + 1]):
            segment.delete_document(document)


def _without_empty(writer: SegmentWriter, segments: list[Any]) -> list[Any]:
    return [segment for segment in segments if segment.deleted_count() < segment.doc_count_all()]


@contextmanager
def writing[Writer: IndexWriter](writer: Writer) -> Iterator[Writer]:
    """Cancel the writer if an error occurs in the context."""
    try:
        yield writer
    except BaseException:
        if not writer.is_closed:
            writer.cancel()
        raise


def toc_name(commit: int) -> str:
    return f"_{INDEX_NAME}_{commit}.toc"

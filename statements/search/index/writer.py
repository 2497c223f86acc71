"""Writes an index with Whoosh's own writer. Every segment is sealed (``sealing``) before readers
can see it.
"""

import secrets
import zlib
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from whoosh.codec.whoosh3 import W3Codec, W3Segment
from whoosh.filedb.filestore import FileStorage
from whoosh.index import TOC, FileIndex
from whoosh.reading import SegmentReader
from whoosh.writing import SegmentWriter

from statements.search.index import commits
from statements.search.index.commits import INDEX_NAME
from statements.search.index.documents import Prepared, documents
from statements.search.index.formats import speech_columns
from statements.search.index.generations import Generation, IndexDamaged, sync
from statements.search.index.schema import SCHEMA
from statements.search.index.sealing import check_sizes, seal


@dataclass(frozen=True, slots=True)
class MergeSource:
    """How the documents of a segment are numbered in the segment that replaces it."""

    id: str
    deleted: frozenset[int]  # documents that the merged segment does not have
    kept: npt.NDArray[np.int64]  # the other documents, ascending
    places: npt.NDArray[np.int32]  # the new number of each document, -1 where it is deleted


@dataclass(frozen=True, slots=True)
class Merged:
    """A merged segment, in a folder of its own."""

    folder: Path
    segment: Any  # as Whoosh describes it
    sources: Sequence[MergeSource]


def create(generation: Generation) -> None:
    """Make an index without documents."""
    TOC.create(FileStorage(str(generation.path)), SCHEMA, INDEX_NAME)
    sync(generation.path / toc_name(0))
    commits.write(generation.path, 0, ())


class Index(FileIndex):  # type: ignore[misc]
    """The newest commit of a folder as Whoosh's readers and writers take it. Its list of segments
    is ours (``commits``) and its schema is the archive's: nothing is unpickled."""

    def __init__(self, folder: Path, *, readonly: bool = True) -> None:
        """Raises IndexDamaged."""
        storage = FileStorage(str(folder), readonly=True) if readonly else Storage(str(folder))
        self.storage, self._schema, self.indexname = storage, SCHEMA, INDEX_NAME
        self._folder = folder
        self._read_toc()  # before a writer takes Whoosh's lock, which an error would not release

    def _read_toc(self) -> TOC:
        commit = commits.latest_commit(Generation(self._folder))
        return TOC(SCHEMA, commits.segments_of(self._folder, commit), commit)


class Storage(FileStorage):  # type: ignore[misc]
    """Whoosh's, but for two things.

    It makes the folder of temporary files, which it is asked for twice. The second time Whoosh
    keeps the error that the folder is there, and with that error, until the garbage collector
    comes, the writer and all that its callers hold.

    It remembers the files that it creates: what a failed writer leaves open cannot be flushed to
    a disk that is full, and Python would say so on the screen when it collects them.
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
        """Close every file that was created and is open, without writing what is not yet
        written."""
        for file in self._created:
            with suppress(AttributeError, OSError):
                file.raw.close()
        self._created.clear()


class Codec(W3Codec):  # type: ignore[misc]
    """Whoosh's codec, with names of segments that never come twice: those of Whoosh come from
    the shared random generator, which anybody may seed, and would then overwrite a segment."""

    def new_segment(self, storage: FileStorage, indexname: str) -> W3Segment:
        return W3Segment(W3Codec(), indexname, segid=secrets.token_hex(8))


class IndexWriter(SegmentWriter):  # type: ignore[misc]
    """One commit. Use ``replace`` and ``remove``; then ``commit`` or ``cancel``."""

    def __init__(self, generation: Generation, *, limitmb: int = 64) -> None:
        self.folder = generation.path
        self._leaves: list[SegmentReader] = []
        index = Index(self.folder, readonly=False)
        # whoosh's compound files are read into private memory on every opening
        super().__init__(index, compound=False, limitmb=limitmb, codec=Codec())
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
        """Write a speech in the place of what the index holds of it."""
        self.remove(prepared["id"])
        self.append(prepared)

    def append(self, prepared: Prepared) -> None:
        """Write a speech that the index does not hold."""
        for document in documents(prepared):
            self.add_document(**document)

    def remove(self, identifier: str) -> None:
        """Remove all documents of a speech, by Haystack's identifier."""
        term = ("id", identifier.encode())
        for segment, leaf in zip(self.segments, self._leaves, strict=True):
            if term in leaf:
                # not ``leaf.postings``, which copies the set of all deleted documents each time
                matcher = leaf._terms.matcher(*term, self.schema["id"].format)
                for document in matcher.all_ids():
                    segment.delete_document(document)

    def adopt(self, merged: Merged) -> None:
        """Put a merged segment in the place of those that it was made of, and commit. What was
        deleted of them since is deleted from it."""
        found = {segment.segment_id(): segment for segment in self.segments}
        for source in merged.sources:
            now = found.pop(source.id, None)
            # where the segment is gone, all of its documents were deleted
            deleted = source.kept.tolist() if now is None else now.deleted_docs()
            for document in set(deleted) - source.deleted:
                merged.segment.delete_document(int(source.places[document]))
        name = merged.segment.segment_id()
        for path in merged.folder.glob(f"{name}.*"):
            path.replace(self.folder / path.name)
        self._sealed.add(name)

        def replaced(writer: "IndexWriter", segments: list[Any]) -> list[Any]:
            return _without_empty(writer, [*found.values(), merged.segment])

        super().commit(mergetype=replaced)

    def adopt_built(
        self,
        folder: Path,
        built: Sequence[Any],
        *,
        current: Collection[int],
        removed: Collection[int],
    ) -> None:
        """Put segments that were built in another folder beside those that there are, and commit.
        Of their speeches only those count that are ``current``, by primary key, and in the place of
        what the index holds of them; ``removed`` are gone from the database."""
        leaving = np.array(sorted({*current, *removed}), np.int64)
        for segment in self.segments:
            _delete(self.folder, segment, lambda pks: np.isin(pks, leaving))
        staying = np.array(sorted(current), np.int64)
        for segment in built:
            _delete(folder, segment, lambda pks: ~np.isin(pks, staying))
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
        """Leave the index as it was, also where the disk is full; what is half-written is
        removed by the next commit."""
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


def _delete(folder: Path, segment: Any, chosen: Callable[[Any], Any]) -> None:
    """Delete all documents of some speeches of a segment, chosen by their primary keys."""
    name = f"{segment.segment_id()}{speech_columns.EXTENSION}"
    data = (folder / name).read_bytes()
    if zlib.crc32(data) != check_sizes(folder, segment.segment_id())[name]:
        raise IndexDamaged(f"{name} has changed since it was written")
    size = segment.doc_count_all()
    of = speech_columns.read(data, size)
    ends = np.append(of.heads, size)
    for number in np.flatnonzero(chosen(of.numbers["speech"])).tolist():
        for document in range(ends[number], ends[number + 1]):
            segment.delete_document(document)


def _without_empty(writer: SegmentWriter, segments: list[Any]) -> list[Any]:
    return [one for one in segments if one.deleted_count() < one.doc_count_all()]


@contextmanager
def writing[Writer: IndexWriter](writer: Writer) -> Iterator[Writer]:
    """Leave the index as it was where what is done with the writer fails."""
    try:
        yield writer
    except BaseException:
        if not writer.is_closed:
            writer.cancel()
        raise


def toc_name(commit: int) -> str:
    return f"_{INDEX_NAME}_{commit}.toc"

"""One segment of the index as arrays: what is not of words is read whole, the rest where asked for.

For a segment of D documents in H speeches: ``heads`` int32[H] is the first document of each speech,
``speech_of`` int32[D] the speech of each document, ``codes`` of a field uint8[D] the lengths of its
texts as the codec keeps them, ``numbers`` int64[H] and ``facets`` int32[H] the columns
(``speech_columns``). Postings come from the side-car (``sidecar``), or, where there is none, from
the segment as Whoosh wrote it (``whoosh_postings``). Files are read by ``pread``, so that threads
share them and a file cut short is an error, not a crash; and nothing is decoded but what was
compared with its sum, in the very bytes that are decoded.
"""

import logging
import os
import threading
import time
import weakref
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from whoosh.codec.whoosh3 import W3Codec, W3TermsReader
from whoosh.filedb.structfile import BufferFile
from whoosh.reading import TermNotFound

from statements.search.analysis import inflection
from statements.search.fields import HEAD_FIELDS, SEARCHED
from statements.search.index.formats import bm25, speech_columns, whoosh_blocks
from statements.search.index.formats.mapped_file import Spoilt, read, read_compared
from statements.search.index.formats.postings import NO_KEYS, Keys, before, unrolled
from statements.search.index.formats.sidecar import Entry, SideCar
from statements.search.index.formats.sidecar_writer import Shape, SideCarWriter
from statements.search.index.formats.whoosh_postings import (
    MAGIC,
    NO_POSTINGS,
    Cache,
    Numbers,
    Postings,
    decode,
)
from statements.search.index.generations import IndexDamaged
from statements.search.index.terms import Vocabulary, beginning_so
from statements.search.index.writer import PIECES_EXTENSION, check_sizes

logger = logging.getLogger(__name__)

Mask = npt.NDArray[np.bool_]

CACHE = Cache(budget=96 << 20)


REOPEN_S = 5.0  # between attempts to open a side-car that was missing or spoilt
_TOGETHER = 4096  # terms whose lists are written to a side-car at a time


@dataclass(frozen=True, slots=True)
class Rolled:
    """The speeches of a segment that have a term, ascending; how well the best paragraph of each
    matches; in how many of its documents the term stands; and in how many altogether."""

    speeches: Numbers
    ranks: Numbers
    counts: Numbers
    count: int
    entry: Entry | None = None  # of the side-car, if it is told by one

    @property
    def nbytes(self) -> int:
        return self.speeches.nbytes + self.ranks.nbytes + self.counts.nbytes + 200


NOTHING = Rolled(np.empty(0, np.int32), np.empty(0, np.uint16), np.empty(0, np.int32), 0)


class Segment:
    """An immutable segment; what of it is deleted is the snapshot's knowledge."""

    def __init__(self, folder: Path, segment: Any) -> None:
        self.id: str = segment.segment_id()
        self.size: int = segment.doc_count_all()
        self.folder = folder
        self.has_met_damage = False  # of which the worker is to be told
        self._sums = check_sizes(folder, self.id)
        try:
            self._open()
        except IndexDamaged:
            raise
        except Exception as error:  # whatever bytes lead to that are in no segment of ours
            raise IndexDamaged(f"segment {self.id} cannot be read: {error!r}") from error

    def _open(self) -> None:
        of = speech_columns.read(self._whole(f"{self.id}{speech_columns.EXTENSION}"), self.size)
        self.heads, self.paragraph = of.heads, of.paragraph
        self.codes, self.numbers, self.facets = of.codes, of.numbers, of.facets
        # the head before each document, counted from 0
        counts = np.diff(self.heads, append=np.int32(self.size))
        self.speech_of = np.repeat(np.arange(len(self.heads), dtype=np.int32), counts)

        # open from now on, for a merge may remove them
        self._terms_file = self._opened(f"{self.id}{W3Codec.TERMS_EXT}")
        self._postings_file = self._opened(f"{self.id}{W3Codec.POSTS_EXT}")
        pieces = self._whole(f"{self.id}{PIECES_EXTENSION}")
        self._pieces = np.frombuffer(pieces, "<u4")
        self._terms_lock = threading.Lock()  # whoosh seeks and reads in two steps
        self._vocabulary_lock = threading.Lock()
        self._read_vocabulary: Vocabulary | None = None
        self._named: dict[bytes, tuple[str, ...]] | None = None
        self._open_side_at = time.monotonic() + REOPEN_S
        self._side = self._open_side()

    @cached_property
    def _terms(self) -> W3TermsReader:
        """Whoosh's list of terms, which is not asked where there is a side-car: read from memory,
        where it was compared with its sum. (Postings are never read by way of it.)"""
        name = f"{self.id}{W3Codec.TERMS_EXT}"
        size = os.fstat(self._terms_file).st_size
        try:
            data = self._compare(name, read(self._terms_file, 0, size, name))
        except Spoilt as error:
            raise IndexDamaged(str(error)) from error
        return W3TermsReader(W3Codec(), BufferFile(memoryview(data)), len(data), None)

    def _opened(self, name: str) -> int:
        file = os.open(self.folder / name, os.O_RDONLY)
        weakref.finalize(self, os.close, file)
        return file

    def _whole(self, name: str) -> bytes:
        return self._compare(name, (self.folder / name).read_bytes())

    def _compare(self, name: str, data: bytes) -> bytes:
        """What was read of a file, if it is as it was written."""
        if zlib.crc32(data) != self._sums[name]:
            raise IndexDamaged(f"{name} has changed since it was written")
        return data

    def _open_side(self) -> SideCar | None:
        try:
            return SideCar(self.folder, self.id)
        except FileNotFoundError:
            return None
        except Spoilt as error:
            logger.warning("%s", error)
            self.has_met_damage = True
            return None

    @property
    def has_side_car(self) -> bool:
        """Whether its words and postings are told by a side-car, and so at once."""
        return self._side is not None

    def _told[Answer](
        self, by_side_car: Callable[[SideCar], Answer], otherwise: Callable[[], Answer]
    ) -> Answer:
        """What the side-car tells; where it is missing, or turns out to be spoilt, the segment."""
        if self._side is None and time.monotonic() > self._open_side_at:
            self._open_side_at = time.monotonic() + REOPEN_S
            self._side = self._open_side()  # the worker may have written it anew
        if (side := self._side) is not None:
            try:
                return by_side_car(side)
            except Spoilt as error:
                logger.warning("segment %s is read without its side-car: %s", self.id, error)
                self._side = None
                self._open_side_at = time.monotonic() + REOPEN_S
                self.has_met_damage = True
        return otherwise()

    # -- words ---------------------------------------------------------------------------------

    def terms(self, field: str, letters: str, most: int) -> list[str]:
        """The terms of a field that begin so, in their order, at most so many."""
        words = self.words(field)
        return [words[number].decode() for number in beginning_so(words, letters.encode())[:most]]

    def most_frequent(self, field: str, letters: str, most: int) -> list[tuple[str, int]]:
        """Of the terms that begin so the most frequent, with in how many documents each stands."""
        words = self.words(field)
        begun = beginning_so(words, letters.encode())
        counts = self.counts(field, begun)
        chosen = np.argsort(-counts, kind="stable")[:most].tolist()
        return [(words[begun[one]].decode(), int(counts[one])) for one in chosen]

    def words(self, field: str) -> Sequence[bytes]:
        """All terms of a searched field, in order."""
        return self._told(lambda side: side.terms(field), lambda: self._vocabulary().terms(field))

    def forms(self, word: str) -> list[str]:
        """A word and its other forms, as far as they occur."""
        return self._told(lambda side: _forms(side, word), lambda: _forms(self._vocabulary(), word))

    def counts(self, field: str, some: range | None = None) -> npt.NDArray[np.int64]:
        """In how many documents each of a field's ``words`` stands, or each of some of them."""
        some = range(len(self.words(field))) if some is None else some
        return self._told(lambda side: side.counts(field, some), lambda: self._counts(field, some))

    def _counts(self, field: str, some: range) -> npt.NDArray[np.int64]:
        terms = self._vocabulary().terms(field)[some.start : some.stop]
        counts = [len(self._decoded(field, term.decode()).documents) for term in terms]
        return np.array(counts, np.int64)

    def speech_counts(self, field: str, numbers: Numbers) -> npt.NDArray[np.int64] | None:
        """In how many speeches each of some of a field's ``words`` stands, deleted ones included;
        None where no side-car tells."""
        return self._told(lambda side: side.speech_counts(field, numbers), lambda: None)

    def by_speech(self, field: str, numbers: Numbers, *arrays: str) -> list[list[Numbers]] | None:
        """Of each of some of a field's ``words``, given by their numbers, these arrays of the
        side-car (``sidecar.ARRAYS``), of those that have a number for each speech: "speeches" are
        numbers in the segment. None where there is no side-car."""
        return self._told(lambda side: side.by_speech(field, numbers, *arrays), lambda: None)

    def fields_of_head(self, word: str) -> tuple[str, ...]:
        """The fields of the head that a word stands in."""
        if self._named is None:
            named: dict[bytes, tuple[str, ...]] = {}
            for field in HEAD_FIELDS:
                for term in self.words(field):
                    named[term] = (*named.get(term, ()), field)
            self._named = named
        return self._named.get(word.encode(), ())

    def _vocabulary(self) -> Vocabulary:
        with self._vocabulary_lock:
            if self._read_vocabulary is None:
                with self._terms_lock:
                    try:
                        terms = list(self._terms.terms())
                    except Exception as error:
                        raise IndexDamaged(f"segment {self.id}: {error!r}") from error
                self._read_vocabulary = Vocabulary(terms, self.size, self._decoded)
            return self._read_vocabulary

    # -- postings ------------------------------------------------------------------------------

    def rolled(self, field: str, term: str) -> Rolled:
        """The speeches that have a term, of a field that is searched."""

        def by_side_car(side: SideCar) -> Rolled:
            entry = side.entry(field, term.encode())
            if entry is None:
                return NOTHING
            return Rolled(entry.speeches, entry.ranks, entry.counts, entry.count, entry)

        return self._told(by_side_car, lambda: self._rolled(field, term))

    def _rolled(self, field: str, term: str) -> Rolled:
        key = (self.id, field, term, "speeches")
        found: Rolled | None = CACHE.get(key)
        if found is None:
            found = self._roll(field, self._decoded(field, term))
            CACHE.put(key, found)
        return found

    def postings(
        self,
        field: str,
        term: str,
        *,
        places: bool = False,
        within: Mask | None = None,
        entry: Entry | None = None,
    ) -> Postings:
        """Where a term stands. Of other speeches than those of ``within``, bool[H], it may be left
        out: where they are few it is quicker. ``entry`` is the term's, if it was found before."""

        def by_side_car(side: SideCar) -> Postings:
            found = entry or side.entry(field, term.encode())
            if found is None:
                return NO_POSTINGS
            return unrolled(found, self.heads, within, places=places)

        def otherwise() -> Postings:
            found = self._decoded(field, term, places)
            return found if within is None else found.only(within[self.speech_of[found.documents]])

        return self._told(by_side_car, otherwise) if field in SEARCHED else otherwise()

    def before(
        self, field: str, first: str, second: str, within: Mask | None = None
    ) -> Keys | None:
        """Where one term stands right before another, ascending: the document above the place. In
        other speeches than those of ``within``, bool[H], it may be left out. None where that is
        not written down."""

        def by_side_car(side: SideCar) -> Keys | None:
            entries = [side.entry(field, term.encode()) for term in (first, second)]
            if entries[0] is None or entries[1] is None:
                return NO_KEYS
            return before(entries[0], entries[1], self.heads, within)

        return self._told(by_side_car, lambda: None) if field in SEARCHED else None

    def _roll(self, field: str, postings: Postings) -> Rolled:
        speeches = self.speech_of[postings.documents]
        starts = np.flatnonzero(np.diff(speeches, prepend=-1))
        if not len(starts):
            return NOTHING
        ranks = bm25.ranks(field, postings.frequencies, self.codes[field][postings.documents])
        best = np.maximum.reduceat(ranks, starts)
        counts = np.diff(starts, append=len(speeches))
        return Rolled(speeches[starts], best, counts, len(speeches))

    def _decoded(self, field: str, term: str, places: bool = False) -> Postings:
        key = (self.id, field, term)
        found: Postings | None = CACHE.get(key)
        if found is None or (places and found.places is None):
            try:
                found = self._decode(field, term, places)
            except IndexDamaged:
                raise
            except Exception as error:
                raise IndexDamaged(f"segment {self.id}, {field}:{term}: {error!r}") from error
            CACHE.put(key, found)
        return found

    def _decode(self, field: str, term: str, places: bool) -> Postings:
        with self._terms_lock:
            try:
                info = self._terms.term_info(field, term.encode())
            except TermNotFound:
                return NO_POSTINGS
        offset, length = info.extent()
        # whoosh 2.7.4 leaves the length a tuple of one
        length = length[0] if isinstance(length, tuple) else length
        name = f"{self.id}{W3Codec.POSTS_EXT}"
        try:
            data = read_compared(self._postings_file, offset, offset + length, self._pieces, name)
        except Spoilt as error:
            raise IndexDamaged(str(error)) from error
        if data[:4] != MAGIC:
            raise IndexDamaged(f"segment {self.id}: no postings of {field}:{term} are there")
        postings = decode(data, places)
        if len(postings.documents) != info.doc_frequency():
            raise IndexDamaged(f"segment {self.id}: postings of {field}:{term} are not whole")
        return postings

    # -- the side-car --------------------------------------------------------------------------

    def write_side_car(self, meanwhile: Callable[[], None]) -> None:
        """Write the side-car anew, and call ``meanwhile`` several times a second."""
        longest = max(int(codes.max(initial=0)) for codes in self.codes.values())
        shape = Shape(self.heads, self.size, longest)
        with SideCarWriter(self.folder, self.id, shape, meanwhile) as writer:
            for field, lists in self._all_lists(meanwhile):
                writer.add(field, lists)

    def _all_lists(
        self, meanwhile: Callable[[], None]
    ) -> Iterator[tuple[str, whoosh_blocks.Lists]]:
        called_at = time.monotonic()
        of = ""
        terms: list[bytes] = []
        found: list[Postings] = []
        for field, term in self._terms.terms():
            if field not in SEARCHED:
                continue
            if terms and (field != of or len(terms) == _TOGETHER):
                yield of, self._lists(of, terms, found)
                terms, found = [], []
            of = field
            terms.append(term)
            found.append(self._decode(field, term.decode(), places=True))
            if time.monotonic() > called_at + 0.1:
                meanwhile()
                called_at = time.monotonic()
        if terms:
            yield of, self._lists(of, terms, found)

    def _lists(self, field: str, terms: list[bytes], found: list[Postings]) -> whoosh_blocks.Lists:
        counts = np.array([len(one.documents) for one in found])
        documents = np.concatenate([one.documents for one in found]).astype(np.int64)
        places = [one.places for one in found if one.places is not None]
        return whoosh_blocks.Lists(
            terms=terms,
            begins=np.cumsum(counts) - counts,
            documents=documents,
            frequencies=np.concatenate([one.frequencies for one in found]).astype(np.int64),
            lengths=bm25.LENGTH_OF_CODE[self.codes[field][documents]].astype(np.int64),
            places=np.concatenate(places).astype(np.int64),
        )


def _forms(words: SideCar | Vocabulary, word: str) -> list[str]:
    keys = inflection.keys(word, words.languages)
    return [form.decode() for key in keys for form in words.members(key.encode())]

"""Writes the forward indexes of new segments, of merged ones, and of those that have none."""

import os
import time
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import numpy as np
import numpy.typing as npt

from statements.search.analysis.multiword_terms import is_multiword
from statements.search.fields import TEXT_FIELD
from statements.search.index.formats.postings import ranges
from statements.search.index.forward_index.fingerprints import shingles, winnow, word_hashes
from statements.search.index.forward_index.layout import (
    MARK,
    TRAILER,
    UNUSED,
    Codes,
    Documents,
    ForwardIndex,
    Hashes,
    Numbers,
    bucket_prints,
    path_of,
)
from statements.search.index.generations import sync
from statements.search.index.segments import Segment

# stores the numbers of words at some places of the file
Put = Callable[[slice | npt.NDArray[np.int64], Numbers], None]

_PART = ".part"
_CHUNK = 20_000  # documents whose fingerprints are found at a time
_BLOCK = 1 << 20  # bytes read at a time


def write(segment: Segment, yield_to: Callable[[], None]) -> None:
    """Write the file from a segment's postings. ``yield_to`` is called several times a second, and
    may raise."""
    yield_to = _now_and_then(yield_to)
    begins = _begins(segment, yield_to)

    def fill(store: Put) -> None:
        _fill(segment, begins, store, yield_to)

    terms, codes = segment.words(TEXT_FIELD), segment.word_codes()
    save(segment.folder, segment.id, begins, terms, codes, fill, yield_to)


def save(
    folder: Path,
    segment_id: str,
    begins: Numbers,
    terms: Iterable[bytes],
    codes: Codes,
    fill: Callable[[Put], None],
    yield_to: Callable[[], None] = lambda: None,
) -> None:
    """Write the file of a segment, given where its documents begin, its distinct words and their
    codes. ``fill`` is called with a function that stores words."""
    hashes = word_hashes(terms)
    with _new_file(folder, segment_id) as file:
        words = _Words(file, begins, codes, hashes)
        fill(words.put)
        arrays = words.forward_index()
        prints, documents = _fingerprints(arrays, yield_to)
        _finish(file, arrays, prints, documents, yield_to)


@dataclass(frozen=True, slots=True)
class Part:
    """What a merged segment takes over from one of its sources: the documents ``live``, ascending,
    and uint32[V], the number of each word in the merged segment."""

    source: ForwardIndex
    live: npt.NDArray[np.int64]
    numbers: Numbers


def join(
    folder: Path,
    segment_id: str,
    parts: Sequence[Part],
    codes: Codes,
    yield_to: Callable[[], None],
) -> None:
    """Write the file of a merged segment that has the live documents of all parts, one part after
    the other, given the codes of its words. Fingerprints are taken over: each is of one
    document."""
    lengths = [np.diff(part.source.begins.astype(np.int64))[part.live] for part in parts]
    begins = np.append(0, np.cumsum(np.concatenate([*lengths, np.empty(0, np.int64)])))
    hashes = np.zeros(len(codes), np.uint64)
    keys = [np.empty(0, np.uint64)]  # a fingerprint above its document
    with _new_file(folder, segment_id) as file:
        words = _Words(file, begins.astype(np.uint32), codes, hashes)
        first = end = 0
        for part in parts:
            source = part.source
            is_used = part.numbers != UNUSED
            hashes[part.numbers[is_used]] = source.hashes[is_used]
            for low in range(0, len(part.live), _CHUNK):
                places = _places_of(source, part.live[low : low + _CHUNK])
                words.put(slice(end, end + len(places)), part.numbers[source.take(places)])
                end += len(places)
                yield_to()
            renumbered = np.full(len(source.begins) - 1, -1, np.int64)
            renumbered[part.live] = np.arange(first, first + len(part.live))
            new_documents = renumbered[source.documents]
            is_live = new_documents >= 0
            # one number for both, so that one sort orders them
            high = source.prints[is_live].astype(np.uint64) << np.uint64(32)
            keys.append(high | new_documents[is_live].astype(np.uint64))
            first += len(part.live)
            yield_to()
        ordered = np.sort(np.concatenate(keys))
        yield_to()
        documents = ordered.astype(np.uint32).astype(np.int32)
        prints = (ordered >> np.uint64(32)).astype(np.uint32)
        _finish(file, words.forward_index(), prints, documents, yield_to)


def _places_of(source: ForwardIndex, documents: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Return the places of all words of some documents, one document after the other."""
    begins = source.begins[documents].astype(np.int64)
    return ranges(begins, source.begins[documents + 1] - begins)


@contextmanager
def _new_file(folder: Path, segment_id: str) -> Iterator[BinaryIO]:
    """Yield a file that takes its place when it has been written to its end."""
    path = path_of(folder, segment_id)
    part = path.with_name(f"{path.name}{_PART}")
    try:
        with part.open("w+b") as file:
            yield file
        sync(part)
        os.replace(part, path)
    finally:
        part.unlink(missing_ok=True)


class _Words:
    """The words of a new file, written at its beginning as they arrive."""

    def __init__(self, file: BinaryIO, begins: Numbers, codes: Codes, hashes: Hashes) -> None:
        self._begins, self._hashes = begins, hashes
        self._code_of_term = codes
        count = int(begins[-1])
        file.truncate(max(count, 1) * 2)
        self._codes = np.memmap(file, "<u2", "r+", shape=(max(count, 1),))[:count]
        self._rare_places = [np.empty(0, np.int64)]
        self._rare_terms = [np.empty(0, np.uint32)]

    def put(self, places: slice | npt.NDArray[np.int64], terms: Numbers) -> None:
        """Store the words at some places."""
        codes = self._code_of_term.take(terms)
        self._codes[places] = codes
        if not codes.all():
            rare = np.flatnonzero(codes == 0)
            self._rare_places.append(
                rare + places.start if isinstance(places, slice) else places[rare]
            )
            self._rare_terms.append(terms[rare].astype(np.uint32))

    def forward_index(self) -> ForwardIndex:
        """Return the words that were stored, without fingerprints."""
        rare_places = np.concatenate(self._rare_places)
        order = np.argsort(rare_places, kind="stable")
        has_code = np.flatnonzero(self._code_of_term)
        terms_of = np.zeros(int(self._code_of_term.max(initial=0)) + 1, np.uint32)
        terms_of[self._code_of_term[has_code]] = has_code
        return ForwardIndex(
            self._codes,
            self._begins,
            terms_of,
            rare_places[order].astype(np.uint32),
            np.concatenate(self._rare_terms)[order],
            self._hashes,
            *bucket_prints(np.empty(0, np.uint32), np.empty(0, np.int32)),
        )


def _fingerprints(arrays: ForwardIndex, yield_to: Callable[[], None]) -> tuple[Numbers, Documents]:
    """Return all fingerprints, ascending, and the document of each."""
    parts = []
    begins = arrays.begins
    for low in range(0, len(begins) - 1, _CHUNK):
        bounds = begins[low : low + _CHUNK + 1].astype(np.int64)
        hashes = arrays.hashes[arrays.between(int(bounds[0]), int(bounds[-1]))]
        prints, documents = winnow(shingles(hashes, bounds - bounds[0]), bounds - bounds[0])
        parts.append((prints, documents + np.int32(low)))
        yield_to()
    prints = np.concatenate([np.empty(0, np.uint32), *(prints for prints, _ in parts)])
    documents = np.concatenate([np.empty(0, np.int32), *(documents for _, documents in parts)])
    order = np.argsort(prints, kind="stable")
    return prints[order], documents[order]


def _finish(
    file: BinaryIO,
    arrays: ForwardIndex,
    prints: Numbers,
    documents: Documents,
    yield_to: Callable[[], None],
) -> None:
    """Write everything that follows the codes."""
    file.seek(len(arrays.codes) * 2)
    print_arrays = bucket_prints(prints, documents)
    for array in (*arrays[1:6], *print_arrays):
        file.write(b"\0" * (-file.tell() % 8))
        file.write(array.tobytes())
    file.seek(0)
    checksum = 0
    while block := file.read(_BLOCK):
        checksum = zlib.crc32(block, checksum)
        yield_to()
    counts = (
        len(arrays.begins) - 1,
        len(arrays.codes),
        len(arrays.terms_of) - 1,
        len(arrays.rare_terms),
        len(arrays.hashes),
        len(print_arrays[0]) - 1,
        len(prints),
    )
    file.write(TRAILER.pack(*counts, checksum, MARK))


def _begins(segment: Segment, yield_to: Callable[[], None]) -> Numbers:
    lengths = np.zeros(segment.size, np.int64)
    for _, word in _single_words(segment):
        postings = segment.postings(TEXT_FIELD, word)
        lengths[postings.documents] += postings.frequencies.astype(np.int64)
        yield_to()
    return np.append(0, np.cumsum(lengths)).astype(np.uint32)


def _fill(segment: Segment, begins: Numbers, store: Put, yield_to: Callable[[], None]) -> None:
    for number, word in _single_words(segment):
        postings = segment.postings(TEXT_FIELD, word, places=True)
        assert postings.places is not None  # noqa: S101
        first = begins[postings.documents].astype(np.int64)
        places = np.repeat(first, postings.frequencies) + postings.places
        store(places, np.full(len(places), number, np.uint32))
        yield_to()


def _single_words(segment: Segment) -> Iterator[tuple[int, str]]:
    """Yield all terms of one word; those of several have the place of the first."""
    for number, word in enumerate(segment.words(TEXT_FIELD)):
        if not is_multiword(word):
            yield number, word.decode()


def _now_and_then(yield_to: Callable[[], None]) -> Callable[[], None]:
    called_at = time.monotonic()

    def call() -> None:
        nonlocal called_at
        if time.monotonic() > called_at + 0.1:
            yield_to()
            called_at = time.monotonic()

    return call

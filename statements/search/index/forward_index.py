"""The words of every paragraph in order, and fingerprints of its passages: what an inverted index
cannot answer. The file ``<segment>.seq`` is mapped into memory.

For D documents of W words, V distinct, with F fingerprints, it holds

    codes          uint16[W]    the code of each word (``next_words``), document by document
    begins         uint32[D+1]  where each document's words begin; narrative and heads have none
    terms_of       uint32[C+1]  the number of each code in ``segment.words(TEXT_FIELD)``
    rare_places    uint32[R]    places of the words without a code, ascending
    rare_terms     uint32[R]    and their numbers
    hashes         uint64[V]    of each distinct word, the same in every segment
    print_begins   uint32[B+1]  where each of B buckets of fingerprints begins, B a power of two
    print_lows     uint16[F]    the lower bits of each fingerprint, ascending in each bucket
                                (uint32 where 16 are not enough)
    document_lows  uint16[F]    the document of each fingerprint: its lower 16 bits,
    document_highs uint8[F]     and the other eight

A fingerprint, 32 bits, is the hash of a shingle, ``SHINGLE`` consecutive words; its upper bits are
the number of its bucket. Shingles are selected by winnowing (Schleimer, Wilkerson and Aiken,
"Winnowing: local algorithms for document fingerprinting", 2003): the smallest of every ``WINDOW``
consecutive ones. So two documents that have SHINGLE + WINDOW - 1 consecutive words in common have a
fingerprint in common.

The writer makes the file at every commit and every merge, whatever the size of the segment. Readers
compare it with its checksum before they use it, and again when it has changed. If it is missing,
cut or damaged, they do without it, and the worker writes it again from the segment's postings.
"""

import hashlib
import mmap
import os
import struct
import threading
import time
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

import numpy as np
import numpy.typing as npt

from statements.search.analysis.multiword_terms import is_multiword
from statements.search.fields import TEXT_FIELD
from statements.search.index.caching import cached_per_snapshot
from statements.search.index.formats.mapped_file import ends_with
from statements.search.index.formats.postings import ranges
from statements.search.index.generations import sync
from statements.search.index.sealing import FORWARD_INDEX_EXTENSION as EXTENSION
from statements.search.index.segments import Segment

SHINGLE = 8  # words
WINDOW = 8  # at most SHINGLE, see ``winnowed``
UNUSED = 0xFFFF_FFFF  # the number of a word that no document has any more
Numbers = npt.NDArray[np.uint32]
Hashes = npt.NDArray[np.uint64]
Documents = npt.NDArray[np.int32]
Codes = npt.NDArray[np.integer[Any]]
# stores the numbers of words at some places of the file
Put = Callable[[slice | npt.NDArray[np.int64], Numbers], None]

_PART = ".part"
_CHUNK = 20_000  # documents whose fingerprints are found at a time
_BLOCK = 1 << 20  # bytes read at a time
_TRAILER = struct.Struct("<7QI8s")  # D, W, C, R, V, B, F, checksum of everything before, mark
_MARK = b"rostseq2"
_PRINT_BITS = 32
_BUCKET = 64  # fingerprints in a bucket, about
_MOST_BUCKET_BITS = 16
_BASE = np.uint64(0x9E3779B97F4A7C15)
_MIX = np.uint64(0xBF58476D1CE4E5B9)  # of SplitMix64's finalizer (Steele, Lea and Flood, 2014)
_NONE = np.uint64(0xFFFF_FFFF_FFFF_FFFF)


class ForwardIndex(NamedTuple):
    codes: Codes
    begins: Numbers
    terms_of: Numbers
    rare_places: Numbers
    rare_terms: Numbers
    hashes: Hashes
    print_begins: Numbers
    print_lows: npt.NDArray[Any]
    document_lows: npt.NDArray[np.uint16]
    document_highs: npt.NDArray[np.uint8]

    def between(self, begin: int, end: int) -> Numbers:
        """Return uint32: the words between two places."""
        terms: Numbers = self.terms_of.take(self.codes[begin:end])
        low, high = np.searchsorted(self.rare_places, (begin, end)).tolist()
        if low < high:
            terms[self.rare_places[low:high] - np.uint32(begin)] = self.rare_terms[low:high]
        return terms

    def take(self, places: npt.NDArray[np.int64]) -> Numbers:
        """Return uint32: the words at some places."""
        codes = self.codes.take(places)
        terms: Numbers = self.terms_of.take(codes)
        if not codes.all():
            is_rare = codes == 0
            rare = np.searchsorted(self.rare_places, places[is_rare].astype(np.uint32))
            terms[is_rare] = self.rare_terms.take(rare)
        return terms

    def of(self, document: int) -> Numbers:
        """Return the words of one document."""
        return self.between(int(self.begins[document]), int(self.begins[document + 1]))

    def at(self, documents: npt.NDArray[Any], places: npt.NDArray[Any]) -> npt.NDArray[np.int64]:
        """Return the words at these places of these documents, -1 outside of them."""
        begins = self.begins[documents].astype(np.int64)
        lengths = self.begins[documents + 1] - begins
        is_inside = (places >= 0) & (places < lengths)
        terms = np.full(is_inside.shape, -1, np.int64)
        terms[is_inside] = self.take((begins + places)[is_inside])
        return terms

    @property
    def prints(self) -> Numbers:
        """uint32[F]: all fingerprints, ascending."""
        begins = self.print_begins.astype(np.int64)
        counts = begins[1:] - begins[:-1]
        prints = np.repeat(np.arange(len(counts), dtype=np.uint64), counts) << self._low_bits
        prints += self.print_lows
        return prints.astype(np.uint32)

    @property
    def documents(self) -> Documents:
        """int32[F]: the document of each fingerprint."""
        return self._documents(slice(None))

    def find(self, prints: Numbers) -> tuple[npt.NDArray[np.int64], Documents]:
        """Return where these fingerprints occur: pairs of an index in ``prints``, ascending, and a
        document."""
        shift = self._low_bits
        buckets = (prints.astype(np.uint64) >> shift).astype(np.int64)
        begins = self.print_begins.take(buckets).astype(np.int64)
        counts = self.print_begins.take(buckets + 1) - begins
        candidates = ranges(begins, counts)
        lows = prints & np.uint32((1 << int(shift)) - 1)
        is_equal = self.print_lows.take(candidates) == np.repeat(lows, counts)
        indices = np.repeat(np.arange(len(prints)), counts)
        return indices[is_equal], self._documents(candidates[is_equal])

    def _documents(self, numbers: slice | npt.NDArray[np.int64]) -> Documents:
        documents: Documents = self.document_highs[numbers].astype(np.int32)
        documents <<= 16
        documents |= self.document_lows[numbers]
        return documents

    @property
    def _low_bits(self) -> np.uint64:
        return np.uint64(_PRINT_BITS - (len(self.print_begins) - 1).bit_length() + 1)


class _Opened:
    """The mapped file of a segment, which is compared with its checksum before it is used."""

    def __init__(self, segment: Segment) -> None:
        """Raises OSError, ValueError or struct.error, see ``_mapped``."""
        path = segment.folder / f"{segment.id}{EXTENSION}"
        self.sequences, self.memory, self.state = _mapped(path, segment)
        self._is_undamaged: bool | None = None  # None: not compared yet
        self._lock = threading.Lock()

    def is_undamaged(self) -> bool:
        """Return whether its bytes are as they were written; False while another thread reads them
        for the first time, a tenth of a second for the largest files."""
        if self._is_undamaged is None:
            if not self._lock.acquire(blocking=False):
                return False
            try:
                size = len(self.memory) - _TRAILER.size
                with memoryview(self.memory) as data, data[:size] as content:
                    *_, checksum, _ = _TRAILER.unpack_from(data, size)
                    self._is_undamaged = zlib.crc32(content) == checksum
            finally:
                self._lock.release()
        return self._is_undamaged


def read_forward_index(segment: Segment) -> ForwardIndex | None:
    """Return the forward index of a segment, or None if the file is missing, cut or damaged: the
    worker will write it again, and the next call looks for it again."""
    for _ in range(2):
        try:
            opened = _opened(segment)
        except (OSError, ValueError, struct.error):
            return None
        # reading pages of a file that was cut would end the process, and a file that was changed is
        # compared again; the file of a segment that was merged is gone, and unchanged
        if opened.memory.size() >= len(opened.memory) and _state(segment) in (opened.state, None):
            return opened.sequences if opened.is_undamaged() else None
        forget(segment)
    return None


def forget(segment: Segment) -> None:
    """Open the file again when it is next used."""
    _opened.forget(segment)


_State = tuple[int, int]  # the inode of a file, and its time of change in nanoseconds


def _state(segment: Segment) -> _State | None:
    try:
        file = os.stat(f"{segment.folder}/{segment.id}{EXTENSION}")
    except OSError:
        return None
    return file.st_ino, file.st_mtime_ns


@cached_per_snapshot
def _opened(segment: Segment) -> _Opened:
    return _Opened(segment)


# -- fingerprints -------------------------------------------------------------------------------


def shingles(words: Hashes, begins: npt.NDArray[Any]) -> Hashes:
    """Return uint64[W]: for each of W words, given by their hashes, the hash of the shingle that
    begins there; all bits are set where its document ends before. ``begins``[D+1] is where
    documents begin."""
    hashes_at = np.full(len(words), _NONE)
    count = len(words) - SHINGLE + 1
    if count <= 0:
        return hashes_at
    hashes = np.zeros(count, np.uint64)
    for place in range(SHINGLE):
        hashes *= _BASE
        hashes += words[place : place + count]
    hashes ^= hashes >> np.uint64(31)
    hashes *= _MIX
    hashes ^= hashes >> np.uint64(29)
    hashes_at[:count] = np.minimum(hashes, _NONE - np.uint64(1))
    # the last places of each document
    lasts = np.asarray(begins[1:], np.int64)[:, None] - np.arange(1, SHINGLE)
    is_inside = lasts >= np.asarray(begins[:-1], np.int64)[:, None]
    hashes_at[lasts[is_inside]] = _NONE
    return hashes_at


def winnowed(hashes: Hashes, begins: npt.NDArray[Any]) -> tuple[Numbers, Documents]:
    """Return the fingerprints of D documents and the document of each, given what ``shingles``
    returns."""
    least = hashes.copy()
    for step in range(1, WINDOW):
        np.minimum(least[:-step], hashes[step:], out=least[:-step])
    # a window lies in one document, because as many places as it has steps have no hash at each end
    is_full = np.zeros(len(hashes), bool)
    is_full[: max(len(hashes) - WINDOW + 1, 0)] = hashes[WINDOW - 1 :] != _NONE
    firsts = np.asarray(begins[:-1], np.int64)
    is_full[firsts[firsts < np.asarray(begins[1:], np.int64)]] = True  # a short document is one
    is_full &= hashes != _NONE
    windows = np.flatnonzero(is_full)
    prints = (least[windows] >> np.uint64(32)).astype(np.uint32)
    documents = (np.searchsorted(begins, windows, side="right") - 1).astype(np.int32)
    is_new = np.ones(len(windows), bool)
    is_new[1:] = (prints[1:] != prints[:-1]) | (documents[1:] != documents[:-1])
    return prints[is_new], documents[is_new]


def _hashes_of(words: Iterable[bytes]) -> Hashes:
    joined = b"".join(hashlib.blake2b(word, digest_size=8).digest() for word in words)
    return np.frombuffer(joined, "<u8")


# -- writing ------------------------------------------------------------------------------------


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
    hashes = _hashes_of(terms)
    with _new_file(folder, segment_id) as file:
        words = _Words(file, begins, codes, hashes)
        fill(words.put)
        sequences = words.forward_index()
        prints, documents = _fingerprints(sequences, yield_to)
        _finish(file, sequences, prints, documents, yield_to)


@dataclass(frozen=True, slots=True)
class Part:
    """What a merged segment takes over from one of its sources: the documents ``live``, ascending,
    and uint32[V], the number of each word in the merged segment."""

    sequences: ForwardIndex
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
    lengths = [np.diff(part.sequences.begins.astype(np.int64))[part.live] for part in parts]
    begins = np.append(0, np.cumsum(np.concatenate([*lengths, np.empty(0, np.int64)])))
    hashes = np.zeros(len(codes), np.uint64)
    keys = [np.empty(0, np.uint64)]  # a fingerprint above its document
    with _new_file(folder, segment_id) as file:
        words = _Words(file, begins.astype(np.uint32), codes, hashes)
        first = end = 0
        for part in parts:
            source = part.sequences
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
    path = folder / f"{segment_id}{EXTENSION}"
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
            *_bucketed(np.empty(0, np.uint32), np.empty(0, np.int32)),
        )


def _fingerprints(
    sequences: ForwardIndex, yield_to: Callable[[], None]
) -> tuple[Numbers, Documents]:
    """Return all fingerprints, ascending, and the document of each."""
    parts = []
    begins = sequences.begins
    for low in range(0, len(begins) - 1, _CHUNK):
        bounds = begins[low : low + _CHUNK + 1].astype(np.int64)
        hashes = sequences.hashes[sequences.between(int(bounds[0]), int(bounds[-1]))]
        prints, documents = winnowed(shingles(hashes, bounds - bounds[0]), bounds - bounds[0])
        parts.append((prints, documents + np.int32(low)))
        yield_to()
    prints = np.concatenate([np.empty(0, np.uint32), *(prints for prints, _ in parts)])
    documents = np.concatenate([np.empty(0, np.int32), *(documents for _, documents in parts)])
    order = np.argsort(prints, kind="stable")
    return prints[order], documents[order]


def _bucketed(
    prints: Numbers, documents: Documents
) -> tuple[Numbers, npt.NDArray[Any], npt.NDArray[np.uint16], npt.NDArray[np.uint8]]:
    """Return fingerprints, ascending, and their documents as the file has them."""
    bits = min((len(prints) // _BUCKET).bit_length(), _MOST_BUCKET_BITS)
    low_bits = _PRINT_BITS - bits
    buckets = (prints.astype(np.uint64) >> np.uint64(low_bits)).astype(np.int64)
    begins = np.append(0, np.cumsum(np.bincount(buckets, minlength=1 << bits)))
    lows = prints & np.uint32((1 << low_bits) - 1)
    return (
        begins.astype(np.uint32),
        lows.astype(_low_type(len(begins))),
        documents.astype(np.uint16),
        (documents >> 16).astype(np.uint8),
    )


def _low_type(print_begins: int) -> str:
    """Return the type of the lower bits, given the length of ``print_begins``."""
    return "<u2" if (print_begins - 1).bit_length() - 1 >= _PRINT_BITS - 16 else "<u4"


def _finish(
    file: BinaryIO,
    sequences: ForwardIndex,
    prints: Numbers,
    documents: Documents,
    yield_to: Callable[[], None],
) -> None:
    """Write everything that follows the codes."""
    file.seek(len(sequences.codes) * 2)
    bucketed = _bucketed(prints, documents)
    for array in (*sequences[1:6], *bucketed):
        file.write(b"\0" * (-file.tell() % 8))
        file.write(array.tobytes())
    file.seek(0)
    checksum = 0
    while block := file.read(_BLOCK):
        checksum = zlib.crc32(block, checksum)
        yield_to()
    counts = (
        len(sequences.begins) - 1,
        len(sequences.codes),
        len(sequences.terms_of) - 1,
        len(sequences.rare_terms),
        len(sequences.hashes),
        len(bucketed[0]) - 1,
        len(prints),
    )
    file.write(_TRAILER.pack(*counts, checksum, _MARK))


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


# -- reading ------------------------------------------------------------------------------------


def _mapped(path: Path, segment: Segment) -> tuple[ForwardIndex, mmap.mmap, _State]:
    """Return the arrays of the file, the memory they are in, and the state of the file. Raises
    OSError, ValueError or struct.error if the file is missing or not this segment's."""
    with path.open("rb") as file:
        memory = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        status = os.fstat(file.fileno())
    size = len(memory) - _TRAILER.size
    documents, words, codes, rare, distinct, buckets, prints, _, mark = _TRAILER.unpack_from(
        memory, max(size, 0)
    )
    arrays: list[npt.NDArray[Any]] = []
    begin = 0
    for dtype, count in (
        ("<u2", words),
        ("<u4", documents + 1),
        ("<u4", codes + 1),
        ("<u4", rare),
        ("<u4", rare),
        ("<u8", distinct),
        ("<u4", buckets + 1),
        (_low_type(buckets + 1), prints),
        ("<u2", prints),
        ("u1", prints),
    ):
        begin += -begin % 8
        arrays.append(np.frombuffer(memory, dtype, count, begin))
        begin += arrays[-1].nbytes
    of_this = (documents, distinct) == (segment.size, len(segment.words(TEXT_FIELD)))
    if mark != _MARK or begin != size or not of_this:
        raise ValueError(f"{path.name} is not as it was written")
    return ForwardIndex(*arrays), memory, (status.st_ino, status.st_mtime_ns)


def exists(folder: Path, segment_id: str) -> bool:
    """Return whether the file exists and was not cut."""
    return ends_with(folder / f"{segment_id}{EXTENSION}", _MARK)


def discard_if_damaged(
    folder: Path, segment_id: str, yield_to: Callable[[], None] = lambda: None
) -> None:
    """Read every byte, and remove the file if one has changed."""
    if is_damaged(folder, segment_id, yield_to):
        (folder / f"{segment_id}{EXTENSION}").unlink(missing_ok=True)


def is_damaged(folder: Path, segment_id: str, yield_to: Callable[[], None] = lambda: None) -> bool:
    """Read every byte. Return whether the file exists and one of them has changed."""
    try:
        with (folder / f"{segment_id}{EXTENSION}").open("rb") as file:
            remaining = max(file.seek(0, os.SEEK_END) - _TRAILER.size, 0)
            file.seek(0)
            computed = 0
            while remaining and (block := file.read(min(remaining, _BLOCK))):
                computed = zlib.crc32(block, computed)
                remaining -= len(block)
                if len(block) == _BLOCK:  # there may be more
                    yield_to()
            *_, checksum, mark = _TRAILER.unpack(file.read())
    except FileNotFoundError:
        return False
    except struct.error:
        return True
    return bool(mark != _MARK or computed != checksum)

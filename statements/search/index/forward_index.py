"""The words of every paragraph in their order, and fingerprints of its passages: what an inverted
index cannot tell, kept beside a segment and mapped into memory.

For D documents of W words, V distinct, with F fingerprints, the file holds

    words      uint32[W]    numbers in ``segment.words(TEXT_FIELD)``, document by document
    begins     uint32[D+1]  where each document's words begin; narrative and heads have none
    hashes     uint64[V]    of each distinct word, the same in every segment
    prints     uint32[F]    ascending
    documents  int32[F]     where each fingerprint is

A fingerprint is the hash of ``SHINGLE`` words side by side. Which of them are kept is told by
winnowing (Schleimer, Wilkerson and Aiken, "Winnowing: local algorithms for document
fingerprinting", 2003): of ``WINDOW`` that follow one another the smallest. So two documents that
have SHINGLE + WINDOW - 1 words side by side in common have a fingerprint in common.

The writer makes the file at every commit and every merge, whatever the size of the segment. Readers
map it and compare it with its sum, again where it has changed since. Where it is missing, cut or
spoilt, they do without what it tells, and the worker makes it anew from the segment's postings.
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

from statements.search.analysis.inflection import HYPHEN
from statements.search.fields import TEXT_FIELD
from statements.search.index.caching import kept
from statements.search.index.formats.mapped_file import ends_with
from statements.search.index.generations import sync
from statements.search.index.sealing import SEQUENCES_EXTENSION as EXTENSION
from statements.search.index.segments import Segment

SHINGLE = 8  # words
WINDOW = 8  # no more than SHINGLE, see ``winnowed``
UNUSED = 0xFFFF_FFFF  # the number of a word that no document has any more
Numbers = npt.NDArray[np.uint32]
Hashes = npt.NDArray[np.uint64]

_PART = ".part"
_CHUNK = 20_000  # documents whose fingerprints are found at a time
_BLOCK = 1 << 20  # bytes read at a time
_TRAILER = struct.Struct("<QQQQI8s")  # D, W, V, F, sum of all, mark
_MARK = b"rostseq1"
_BASE = np.uint64(0x9E3779B97F4A7C15)
_MIX = np.uint64(0xBF58476D1CE4E5B9)  # of SplitMix64's finalizer (Steele, Lea and Flood, 2014)
_NONE = np.uint64(0xFFFF_FFFF_FFFF_FFFF)


class Sequences(NamedTuple):
    words: Numbers
    begins: Numbers
    hashes: Hashes
    prints: Numbers
    documents: npt.NDArray[np.int32]

    def of(self, document: int) -> Numbers:
        """The words of one document."""
        return self.words[self.begins[document] : self.begins[document + 1]]

    def at(self, documents: npt.NDArray[Any], places: npt.NDArray[Any]) -> npt.NDArray[np.int64]:
        """The words at these places of these documents; -1 outside of them."""
        begins = self.begins[documents].astype(np.int64)
        lengths = self.begins[documents + 1] - begins
        inside = (places >= 0) & (places < lengths)
        found = self.words[np.where(inside, begins + places, 0)].astype(np.int64)
        return np.where(inside, found, -1)


class _Opened:
    """The file as a reader has it: mapped, and compared with its sum before it is used."""

    def __init__(self, segment: Segment) -> None:
        """Raises OSError, ValueError or struct.error, see ``_mapped``."""
        path = segment.folder / f"{segment.id}{EXTENSION}"
        self.sequences, self.memory, self.state = _mapped(path, segment)
        self._is_whole: bool | None = None  # None: not compared yet
        self._lock = threading.Lock()

    def is_whole(self) -> bool:
        """Tell whether its bytes are as they were written; False while another thread reads them
        for the first time, a tenth of a second for the largest files."""
        if self._is_whole is None:
            if not self._lock.acquire(blocking=False):
                return False
            try:
                size = len(self.memory) - _TRAILER.size
                with memoryview(self.memory) as whole, whole[:size] as summed:
                    *_, crc, _ = _TRAILER.unpack_from(whole, size)
                    self._is_whole = zlib.crc32(summed) == crc
            finally:
                self._lock.release()
        return self._is_whole


def sequences(segment: Segment) -> Sequences | None:
    """None where the file is missing, cut or spoilt: the worker will write it anew, and the next
    call looks for it again."""
    for _ in range(2):
        try:
            opened = _opened(segment)
        except (OSError, ValueError, struct.error):
            return None
        # reading pages of a file that was cut would end the process, and one that was changed is
        # compared again; that of a segment that was merged is gone, and as it was
        if opened.memory.size() >= len(opened.memory) and _state(segment) in (opened.state, None):
            return opened.sequences if opened.is_whole() else None
        forget(segment)
    return None


def forget(segment: Segment) -> None:
    """Open the file again when it is asked for next."""
    _opened.forget(segment)


_State = tuple[int, int]  # its number on its disk, and when it was changed, in nanoseconds


def _state(segment: Segment) -> _State | None:
    try:
        file = os.stat(f"{segment.folder}/{segment.id}{EXTENSION}")
    except OSError:
        return None
    return file.st_ino, file.st_mtime_ns


@kept
def _opened(segment: Segment) -> _Opened:
    return _Opened(segment)


# -- fingerprints -------------------------------------------------------------------------------


def shingles(words: Hashes, begins: npt.NDArray[Any]) -> Hashes:
    """uint64[W]: for each of W words, given by their hashes, the hash of the shingle that begins
    there; all bits set where its document ends before. Documents begin at ``begins``[D+1]."""
    found = np.full(len(words), _NONE)
    count = len(words) - SHINGLE + 1
    if count <= 0:
        return found
    hashes = np.zeros(count, np.uint64)
    for place in range(SHINGLE):
        hashes *= _BASE
        hashes += words[place : place + count]
    hashes ^= hashes >> np.uint64(31)
    hashes *= _MIX
    hashes ^= hashes >> np.uint64(29)
    found[:count] = np.minimum(hashes, _NONE - np.uint64(1))
    # the last places of each document
    lasts = np.asarray(begins[1:], np.int64)[:, None] - np.arange(1, SHINGLE)
    inside = lasts >= np.asarray(begins[:-1], np.int64)[:, None]
    found[lasts[inside]] = _NONE
    return found


def winnowed(found: Hashes, begins: npt.NDArray[Any]) -> tuple[Numbers, npt.NDArray[np.int32]]:
    """The fingerprints of D documents, and the document of each: of shingles as above."""
    least = found.copy()
    for step in range(1, WINDOW):
        np.minimum(least[:-step], found[step:], out=least[:-step])
    # a window lies in one document, for as many places as it has steps hold none at each end
    full = np.zeros(len(found), bool)
    full[: max(len(found) - WINDOW + 1, 0)] = found[WINDOW - 1 :] != _NONE
    firsts = np.asarray(begins[:-1], np.int64)
    full[firsts[firsts < np.asarray(begins[1:], np.int64)]] = True  # a short document is one
    full &= found != _NONE
    chosen = np.flatnonzero(full)
    prints = (least[chosen] >> np.uint64(32)).astype(np.uint32)
    documents = (np.searchsorted(begins, chosen, side="right") - 1).astype(np.int32)
    new = np.ones(len(chosen), bool)
    new[1:] = (prints[1:] != prints[:-1]) | (documents[1:] != documents[:-1])
    return prints[new], documents[new]


def _hashes_of(words: Iterable[bytes]) -> Hashes:
    joined = b"".join(hashlib.blake2b(word, digest_size=8).digest() for word in words)
    return np.frombuffer(joined, "<u8")


# -- making -------------------------------------------------------------------------------------


def write(segment: Segment, meanwhile: Callable[[], None]) -> None:
    """Write the file from a segment's postings, and call ``meanwhile`` several times a second,
    which may raise."""
    meanwhile = _now_and_then(meanwhile)
    begins = _begins(segment, meanwhile)

    def fill(words: Numbers) -> None:
        _fill(segment, begins, words, meanwhile)

    save(segment.folder, segment.id, begins, segment.words(TEXT_FIELD), fill, meanwhile)


def save(
    folder: Path,
    segment_id: str,
    begins: Numbers,
    distinct: Iterable[bytes],
    fill: Callable[[Numbers], None],
    meanwhile: Callable[[], None] = lambda: None,
) -> None:
    """Write the file of a segment of which ``begins`` and the distinct words are known, and whose
    words ``fill`` puts into an array."""
    hashes = _hashes_of(distinct)
    with _new_file(folder, segment_id) as file:
        words = _room(file, int(begins[-1]))
        fill(words)
        prints = _prints(words, begins, hashes, meanwhile)
        _finish(file, begins, hashes, *prints, meanwhile)


@dataclass(frozen=True, slots=True)
class Part:
    """What a merged segment takes over of one of its sources: of the documents ``kept``, ascending,
    with the words by their numbers in the merged segment, uint32[V]."""

    sequences: Sequences
    kept: npt.NDArray[np.int64]
    numbers: Numbers


def join(
    folder: Path,
    segment_id: str,
    parts: Sequence[Part],
    distinct: int,
    meanwhile: Callable[[], None],
) -> None:
    """Write the file of a segment that has the kept documents of all parts, one part after the
    other, and so many distinct words. Fingerprints are taken over: each is of one document."""
    lengths = [np.diff(one.sequences.begins.astype(np.int64))[one.kept] for one in parts]
    begins = np.append(0, np.cumsum(np.concatenate([*lengths, np.empty(0, np.int64)])))
    hashes = np.zeros(distinct, np.uint64)
    found = [np.empty(0, np.uint64)]
    with _new_file(folder, segment_id) as file:
        words = _room(file, int(begins[-1]))
        first = at = 0
        for part in parts:
            of = part.sequences
            used = part.numbers != UNUSED
            hashes[part.numbers[used]] = of.hashes[used]
            for low in range(0, len(part.kept), _CHUNK):
                some = part.kept[low : low + _CHUNK]
                chosen = part.numbers[of.words[_places_of(of, some)]]
                words[at : at + len(chosen)] = chosen
                at += len(chosen)
                meanwhile()
            places = np.full(len(of.begins) - 1, -1, np.int64)
            places[part.kept] = np.arange(first, first + len(part.kept))
            here = places[of.documents]
            # one number for both, so that one sort orders them
            alive = here >= 0
            high = of.prints[alive].astype(np.uint64) << np.uint64(32)
            found.append(high | here[alive].astype(np.uint64))
            first += len(part.kept)
            meanwhile()
        keys = np.sort(np.concatenate(found))
        meanwhile()
        lows = keys.astype(np.uint32).astype(np.int32)
        highs = (keys >> np.uint64(32)).astype(np.uint32)
        _finish(file, begins.astype(np.uint32), hashes, highs, lows, meanwhile)


def _places_of(of: Sequences, documents: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """The places of all words of some documents, one document after the other."""
    begins = of.begins[documents].astype(np.int64)
    lengths = of.begins[documents + 1] - begins
    ends = np.cumsum(lengths)
    places: npt.NDArray[np.int64] = np.arange(int(lengths.sum()), dtype=np.int64)
    places += np.repeat(begins - (ends - lengths), lengths)
    return places


@contextmanager
def _new_file(folder: Path, segment_id: str) -> Iterator[BinaryIO]:
    """Put a file in its place when it is written to its end."""
    path = folder / f"{segment_id}{EXTENSION}"
    part = path.with_name(f"{path.name}{_PART}")
    try:
        with part.open("w+b") as file:
            yield file
        sync(part)
        os.replace(part, path)
    finally:
        part.unlink(missing_ok=True)


def _room(file: BinaryIO, count: int) -> Numbers:
    """Room for so many words, at the beginning of a file."""
    file.truncate(max(count, 1) * 4)
    return np.memmap(file, "<u4", "r+", shape=(max(count, 1),))[:count]


def _prints(
    words: Numbers, begins: Numbers, hashes: Hashes, meanwhile: Callable[[], None]
) -> tuple[Numbers, npt.NDArray[np.int32]]:
    """All fingerprints, ascending, and where each is."""
    found = []
    for low in range(0, len(begins) - 1, _CHUNK):
        some = begins[low : low + _CHUNK + 1].astype(np.int64)
        here = hashes[words[some[0] : some[-1]]]
        prints, documents = winnowed(shingles(here, some - some[0]), some - some[0])
        found.append((prints, documents + np.int32(low)))
        meanwhile()
    prints = np.concatenate([one for one, _ in found] or [np.empty(0, np.uint32)])
    documents = np.concatenate([one for _, one in found] or [np.empty(0, np.int32)])
    order = np.argsort(prints, kind="stable")
    return prints[order], documents[order]


def _finish(
    file: BinaryIO,
    begins: Numbers,
    hashes: Hashes,
    prints: Numbers,
    documents: npt.NDArray[np.int32],
    meanwhile: Callable[[], None],
) -> None:
    """Write what stands after the words."""
    size, count = len(begins) - 1, int(begins[-1])
    file.seek(count * 4)
    for array in (begins, hashes, prints, documents):
        file.write(b"\0" * (-file.tell() % 8))
        file.write(array.tobytes())
    file.seek(0)
    crc = 0
    while block := file.read(_BLOCK):
        crc = zlib.crc32(block, crc)
        meanwhile()
    file.write(_TRAILER.pack(size, count, len(hashes), len(prints), crc, _MARK))


def _begins(segment: Segment, meanwhile: Callable[[], None]) -> Numbers:
    lengths = np.zeros(segment.size, np.int64)
    for _, word in _single_words(segment):
        found = segment.postings(TEXT_FIELD, word)
        lengths[found.documents] += found.frequencies.astype(np.int64)
        meanwhile()
    return np.append(0, np.cumsum(lengths)).astype(np.uint32)


def _fill(segment: Segment, begins: Numbers, words: Numbers, meanwhile: Callable[[], None]) -> None:
    for number, word in _single_words(segment):
        found = segment.postings(TEXT_FIELD, word, places=True)
        assert found.places is not None  # noqa: S101
        at = np.repeat(begins[found.documents], found.frequencies.astype(np.int64))
        words[at + found.places.astype(np.uint32)] = number
        meanwhile()


def _single_words(segment: Segment) -> Iterator[tuple[int, str]]:
    """All but compounds, which stand beside their parts."""
    for number, word in enumerate(segment.words(TEXT_FIELD)):
        if HYPHEN.encode() not in word:
            yield number, word.decode()


def _now_and_then(meanwhile: Callable[[], None]) -> Callable[[], None]:
    called_at = time.monotonic()

    def call() -> None:
        nonlocal called_at
        if time.monotonic() > called_at + 0.1:
            meanwhile()
            called_at = time.monotonic()

    return call


# -- reading ------------------------------------------------------------------------------------


def _mapped(path: Path, segment: Segment) -> tuple[Sequences, mmap.mmap, _State]:
    """The arrays of the file, the memory they are in, and the state of the file. Raises
    OSError, ValueError or struct.error where the file is missing or another's."""
    with path.open("rb") as file:
        memory = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        status = os.fstat(file.fileno())
    size = len(memory) - _TRAILER.size
    documents, words, distinct, prints, _, mark = _TRAILER.unpack_from(memory, max(size, 0))
    arrays: list[npt.NDArray[Any]] = []
    at = 0
    shapes = [("<u4", words), ("<u4", documents + 1), ("<u8", distinct), ("<u4", prints)]
    for dtype, count in [*shapes, ("<i4", prints)]:
        at += -at % 8
        arrays.append(np.frombuffer(memory, dtype, count, at))
        at += arrays[-1].nbytes
    of_this = (documents, distinct) == (segment.size, len(segment.words(TEXT_FIELD)))
    if mark != _MARK or at != size or not of_this:
        raise ValueError(f"{path.name} is not as it was written")
    return Sequences(*arrays), memory, (status.st_ino, status.st_mtime_ns)


def exists(folder: Path, segment_id: str) -> bool:
    """Whether the file is there and was not cut."""
    return ends_with(folder / f"{segment_id}{EXTENSION}", _MARK)


def discard_if_spoilt(
    folder: Path, segment_id: str, meanwhile: Callable[[], None] = lambda: None
) -> None:
    """Read every byte; remove the file where one has changed."""
    if is_spoilt(folder, segment_id, meanwhile):
        (folder / f"{segment_id}{EXTENSION}").unlink(missing_ok=True)


def is_spoilt(folder: Path, segment_id: str, meanwhile: Callable[[], None] = lambda: None) -> bool:
    """Read every byte; tell whether the file is there and one of them has changed."""
    try:
        with (folder / f"{segment_id}{EXTENSION}").open("rb") as file:
            left = max(file.seek(0, os.SEEK_END) - _TRAILER.size, 0)
            file.seek(0)
            found = 0
            while left and (block := file.read(min(left, _BLOCK))):
                found = zlib.crc32(block, found)
                left -= len(block)
                if len(block) == _BLOCK:  # there may be more
                    meanwhile()
            *_, crc, mark = _TRAILER.unpack(file.read())
    except FileNotFoundError:
        return False
    except struct.error:
        return True
    return bool(mark != _MARK or found != crc)

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

A bulk build writes the file, for it has the words in their order; of other segments it is made from
their postings. It may be missing: small segments are then read into memory.
"""

import hashlib
import mmap
import os
import struct
import time
import zlib
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

import numpy as np
import numpy.typing as npt

from statements.search.conflation import HYPHEN
from statements.search.generations import sync
from statements.search.kept import kept
from statements.search.schema import TEXT_FIELD
from statements.search.segments import Segment
from statements.search.writer import SEQUENCES_EXTENSION as EXTENSION

SHINGLE = 8  # words
WINDOW = 8  # no more than SHINGLE, see ``_winnowed``
SMALL = 5_000  # documents, which are read into memory in some ten milliseconds

Numbers = npt.NDArray[np.uint32]
Hashes = npt.NDArray[np.uint64]

_PART = ".part"
_CHUNK = 20_000  # documents whose fingerprints are found at a time
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


def sequences(segment: Segment) -> Sequences | None:
    """None of a large segment whose file is not written yet, or was cut."""
    opened = _opened(segment)
    if opened is None:
        return None
    found, memory = opened
    # touching what is no more there would end the process
    return found if memory is None or memory.size() >= len(memory) else None


@kept
def _opened(segment: Segment) -> tuple[Sequences, mmap.mmap | None] | None:
    try:
        return _mapped(segment.folder / f"{segment.id}{EXTENSION}", segment)
    except (OSError, ValueError, struct.error):
        return (_read(segment), None) if segment.size <= SMALL else None


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


def _read(segment: Segment) -> Sequences:
    begins = _begins(segment, lambda: None)
    words = np.zeros(int(begins[-1]), np.uint32)
    _fill(segment, begins, words, lambda: None)
    hashes = _hashes_of(segment.words(TEXT_FIELD))
    prints, documents = winnowed(shingles(hashes[words], begins), begins)
    order = np.argsort(prints, kind="stable")
    return Sequences(words, begins, hashes, prints[order], documents[order])


def write(segment: Segment, meanwhile: Callable[[], None]) -> None:
    """Write the file, and call ``meanwhile`` several times a second, which may raise."""
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
    path = folder / f"{segment_id}{EXTENSION}"
    part = path.with_name(f"{path.name}{_PART}")
    try:
        with part.open("w+b") as file:
            _write(file, begins, _hashes_of(distinct), fill, meanwhile)
        sync(part)
        os.replace(part, path)
    finally:
        part.unlink(missing_ok=True)


def _write(
    file: BinaryIO,
    begins: Numbers,
    hashes: Hashes,
    fill: Callable[[Numbers], None],
    meanwhile: Callable[[], None],
) -> None:
    size, count = len(begins) - 1, int(begins[-1])
    file.truncate(max(count, 1) * 4)
    words = np.memmap(file, "<u4", "r+", shape=(max(count, 1),))[:count]
    fill(words)
    found = []
    for low in range(0, size, _CHUNK):
        some = begins[low : low + _CHUNK + 1].astype(np.int64)
        here = hashes[words[some[0] : some[-1]]]
        prints, documents = winnowed(shingles(here, some - some[0]), some - some[0])
        found.append((prints, documents + np.int32(low)))
        meanwhile()
    prints = np.concatenate([one for one, _ in found] or [np.empty(0, np.uint32)])
    documents = np.concatenate([one for _, one in found] or [np.empty(0, np.int32)])
    order = np.argsort(prints, kind="stable")
    file.seek(count * 4)
    for array in (begins, hashes, prints[order], documents[order]):
        file.write(b"\0" * (-file.tell() % 8))
        file.write(array.tobytes())
    file.seek(0)
    crc = 0
    while block := file.read(1 << 22):
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


def _mapped(path: Path, segment: Segment) -> tuple[Sequences, mmap.mmap]:
    """Raises OSError, ValueError or struct.error where the file is missing or another's."""
    with path.open("rb") as file:
        memory = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
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
    return Sequences(*arrays), memory


def exists(folder: Path, segment_id: str) -> bool:
    return (folder / f"{segment_id}{EXTENSION}").exists()


def discard_if_spoilt(folder: Path, segment_id: str) -> None:
    """Read every byte; remove the file where one has changed."""
    path = folder / f"{segment_id}{EXTENSION}"
    try:
        data = path.read_bytes()
        *_, crc, mark = _TRAILER.unpack(data[-_TRAILER.size :])
        if mark == _MARK and zlib.crc32(memoryview(data)[: -_TRAILER.size]) == crc:
            return
    except FileNotFoundError:
        return
    except struct.error:
        pass
    path.unlink(missing_ok=True)

"""The arrays of a forward index in their file (see the package)."""

import mmap
import os
import struct
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from statements.search.fields import TEXT_FIELD
from statements.search.index.formats.postings import ranges
from statements.search.index.sealing import FORWARD_INDEX_EXTENSION
from statements.search.index.segments import Segment

UNUSED = 0xFFFF_FFFF  # the number of a word that no document has any more
Numbers = npt.NDArray[np.uint32]
Hashes = npt.NDArray[np.uint64]
Documents = npt.NDArray[np.int32]
Codes = npt.NDArray[np.integer[Any]]
FileState = tuple[int, int]  # the inode of a file, and its time of change in nanoseconds

TRAILER = struct.Struct("<7QI8s")  # D, W, C, R, V, B, F, checksum of everything before, mark
MARK = b"rostseq2"
_PRINT_BITS = 32
_BUCKET = 64  # fingerprints in a bucket, about
_MOST_BUCKET_BITS = 16


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

    def of(self, document: int, end: int | None = None) -> Numbers:
        """Return the words of one document, or of all from it to before the document ``end``."""
        end = document + 1 if end is None else end
        return self.between(int(self.begins[document]), int(self.begins[end]))

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
        lows = (prints & np.uint32((1 << int(shift)) - 1)).astype(np.int64)
        begins = self._places_from(lows, buckets)
        counts = self._places_from(lows + 1, buckets) - begins
        indices = np.repeat(np.arange(len(prints)), counts)
        return indices, self._documents(ranges(begins, counts))

    def _places_from(
        self, lows: npt.NDArray[np.int64], buckets: npt.NDArray[np.int64]
    ) -> npt.NDArray[np.int64]:
        """Return the first place in each of these buckets whose lower bits are not below ``lows``;
        the end of the bucket if there is none. All binary searches advance together."""
        places = self.print_begins.take(buckets).astype(np.int64)
        remaining = self.print_begins.take(buckets + 1) - places
        for _ in range(int(remaining.max(initial=0)).bit_length()):
            half = remaining >> 1
            # a finished search may look one place beyond its bucket, but does not move
            middle = self.print_lows.take(places + half, mode="clip")
            is_below = (middle < lows) & (remaining > 0)
            places += is_below * (half + 1)
            remaining = np.where(is_below, remaining - half - 1, half)
        return places

    def _documents(self, numbers: slice | npt.NDArray[np.int64]) -> Documents:
        documents: Documents = self.document_highs[numbers].astype(np.int32)
        documents <<= 16
        documents |= self.document_lows[numbers]
        return documents

    @property
    def _low_bits(self) -> np.uint64:
        return np.uint64(_PRINT_BITS - (len(self.print_begins) - 1).bit_length() + 1)


def bucket_prints(
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
        lows.astype(low_type(len(begins))),
        documents.astype(np.uint16),
        (documents >> 16).astype(np.uint8),
    )


def low_type(print_begins: int) -> str:
    """Return the type of the lower bits, given the length of ``print_begins``."""
    return "<u2" if (print_begins - 1).bit_length() - 1 >= _PRINT_BITS - 16 else "<u4"


def path_of(folder: Path, segment_id: str) -> Path:
    return folder / f"{segment_id}{FORWARD_INDEX_EXTENSION}"


def map_file(path: Path, segment: Segment) -> tuple[ForwardIndex, mmap.mmap, FileState]:
    """Return the arrays of the file, the memory they are in, and the state of the file. Raises
    OSError, ValueError or struct.error if the file is missing or not this segment's."""
    with path.open("rb") as file:
        memory = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        status = os.fstat(file.fileno())
    size = len(memory) - TRAILER.size
    documents, words, codes, rare, distinct, buckets, prints, _, mark = TRAILER.unpack_from(
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
        (low_type(buckets + 1), prints),
        ("<u2", prints),
        ("u1", prints),
    ):
        begin += -begin % 8
        arrays.append(np.frombuffer(memory, dtype, count, begin))
        begin += arrays[-1].nbytes
    of_this = (documents, distinct) == (segment.size, len(segment.words(TEXT_FIELD)))
    if mark != MARK or begin != size or not of_this:
        raise ValueError(f"{path.name} is not as it was written")
    return ForwardIndex(*arrays), memory, (status.st_ino, status.st_mtime_ns)

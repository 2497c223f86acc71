"""Finds shared passages: paragraphs of other speeches that contain most of a paragraph.

Paragraphs are compared by shingles, ``SHINGLE`` consecutive words (Broder, "On the resemblance and
containment of documents", 1997). The ``share`` is the part of the distinct shingles of a paragraph
that another contains. Candidates have a fingerprint in common (see ``forward_index``); their shares
are counted exactly. A paragraph of ``MIN_WORDS`` words whose share in another is ``MIN_SHARE`` or
more has fifteen consecutive words in common with it, so no such pair is missed, unless all its
fingerprints belong to phrases that too many paragraphs have.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from statements.search.index.formats.postings import ranges
from statements.search.index.forward_index import (
    SHINGLE,
    ForwardIndex,
    Hashes,
    read_forward_index,
    shingles,
    winnow,
)
from statements.search.index.segments import Segment
from statements.search.index.snapshot import Snapshot
from statements.search.protocol import SharedPassage

MIN_SHARE = 0.6
MIN_WORDS = 32  # of a paragraph that is looked for
MAX_PARAGRAPHS = 200  # of a segment with one fingerprint; more have a common phrase
MAX_CANDIDATES = 100  # pairs whose shares are counted, those with most in common first
MAX_SPEECH = 2_000  # paragraphs of a speech that are looked at

Numbers = npt.NDArray[np.int64]

_NONE = np.uint64(0xFFFF_FFFF_FFFF_FFFF)
_MARK = np.uint64(0x9E37_79B9_7F4A_7C15)  # odd, so that its multiples differ


class _Part(NamedTuple):
    """A segment and its documents in the snapshot."""

    first: int  # document
    end: int
    segment: Segment
    sequences: ForwardIndex


def shared_passages(snapshot: Snapshot, speech: int, *, limit: int = 10) -> list[SharedPassage]:
    """Return the passages that other speeches share with a speech, given by its number in the
    snapshot, by paragraph and for each the largest share first."""
    parts = list(_parts(snapshot))
    first, end = _bounds(snapshot, speech)
    own = next((part for part in parts if part.first <= first < part.end), None)
    if own is None:
        return []
    end = min(end, first + MAX_SPEECH) - own.first
    begins = own.sequences.begins[first - own.first : end + 1].astype(np.int64)
    words = own.sequences.hashes[own.sequences.between(int(begins[0]), int(begins[-1]))]
    begins -= begins[0]
    paragraph_shingles = shingles(words, begins)
    prints, paragraphs = winnow(paragraph_shingles, begins)
    is_long = np.diff(begins)[paragraphs] >= MIN_WORDS
    prints, paragraphs = prints[is_long], paragraphs[is_long]
    pairs = _candidates(snapshot, parts, speech, prints, paragraphs)
    shares = _shares(paragraph_shingles, begins, parts, *pairs)
    passages = [
        SharedPassage(int(snapshot.paragraph[first + paragraph]), pk, position, share)
        for paragraph, document, share in zip(*(part.tolist() for part in shares), strict=True)
        if share >= MIN_SHARE
        for pk in [int(snapshot.numbers["speech"][snapshot.speech_of[document]])]
        for position in [int(snapshot.paragraph[document])]
    ]
    return sorted(
        passages,
        key=lambda passage: (passage.paragraph, -passage.share, passage.speech, passage.other),
    )[:limit]


def _candidates(
    snapshot: Snapshot,
    parts: Sequence[_Part],
    speech: int,
    prints: npt.NDArray[np.uint32],
    paragraphs: npt.NDArray[np.int32],
) -> tuple[Numbers, Numbers]:
    """Return pairs, int64[P] each, of a paragraph of the speech, counted from its head, and a
    document of another speech that has fingerprints in common with it."""
    # in order, each search is near the last one, and so in the cache of the processor
    order = np.argsort(prints)
    prints, paragraphs = prints[order], paragraphs[order].astype(np.int64)
    pairs = []
    for part in parts:
        other_sequences = part.sequences
        entries, documents_with_print = other_sequences.find(prints)
        is_rare = np.bincount(entries, minlength=len(prints)).take(entries) <= MAX_PARAGRAPHS
        documents = documents_with_print[is_rare].astype(np.int64) + part.first
        own_paragraphs = paragraphs[entries[is_rare]]
        speeches = snapshot.speech_of.take(documents)
        is_candidate = (speeches != speech) & snapshot.alive.take(speeches)
        pairs.append((own_paragraphs[is_candidate] << 32) | documents[is_candidate])
    keys, counts = np.unique(np.concatenate(pairs), return_counts=True)
    best = keys[np.argsort(-counts, kind="stable")[:MAX_CANDIDATES]]
    return best >> 32, best & 0xFFFF_FFFF


def _shares(
    paragraph_shingles: Hashes,
    begins: Numbers,
    parts: Sequence[_Part],
    paragraphs: Numbers,
    documents: Numbers,
) -> tuple[Numbers, Numbers, npt.NDArray[np.float64]]:
    """Return for each pair of a paragraph and a document the part of the paragraph's distinct
    shingles that the document has.

    ``paragraph_shingles`` has the shingles of all paragraphs, each from ``begins`` on. Pairs whose
    share cannot reach ``MIN_SHARE`` are left out, and the others are in another order.
    """
    compared, compared_number = np.unique(paragraphs, return_inverse=True)
    # one list for all paragraphs, in which equal shingles of two paragraphs differ
    marks = np.arange(1, len(compared) + 1).astype(np.uint64) * _MARK
    lengths = begins[compared + 1] - begins[compared]
    shingle = paragraph_shingles[ranges(begins[compared], lengths)]
    paragraph = np.repeat(np.arange(len(compared)), lengths)
    paragraph, shingle = paragraph[shingle != _NONE], shingle[shingle != _NONE]
    own_shingles, firsts = np.unique(shingle ^ marks[paragraph], return_index=True)
    distinct = np.bincount(paragraph[firsts], minlength=len(compared))
    results = []
    for part in parts:
        other_sequences = part.sequences
        in_part = np.flatnonzero((documents >= part.first) & (documents < part.end))
        begin = other_sequences.begins[documents[in_part] - part.first].astype(np.int64)
        length = other_sequences.begins[documents[in_part] - part.first + 1] - begin
        # a document has at most as many distinct shingles as places for one
        is_long_enough = length - SHINGLE + 1 >= MIN_SHARE * distinct[compared_number[in_part]]
        in_part, begin, length = (
            in_part[is_long_enough],
            begin[is_long_enough],
            length[is_long_enough],
        )
        words = other_sequences.hashes[other_sequences.take(ranges(begin, length))]
        document_shingles = shingles(words, np.append(0, np.cumsum(length)))
        pair = np.repeat(np.arange(len(in_part)), length)
        pair, document_shingles = (
            pair[document_shingles != _NONE],
            document_shingles[document_shingles != _NONE],
        )
        document_shingles ^= marks[compared_number[in_part]][pair]
        places = np.minimum(np.searchsorted(own_shingles, document_shingles), len(own_shingles) - 1)
        is_shared = own_shingles[places] == document_shingles
        distinct_shared = np.unique(pair[is_shared] * len(own_shingles) + places[is_shared])
        counts = np.bincount(distinct_shared // max(len(own_shingles), 1), minlength=len(in_part))
        results.append(
            (paragraphs[in_part], documents[in_part], counts / distinct[compared_number[in_part]])
        )
    first, second, third = zip(*results, strict=True)
    return np.concatenate(first), np.concatenate(second), np.concatenate(third)


def _parts(snapshot: Snapshot) -> Iterator[_Part]:
    """Yield the segments that have a forward index."""
    for segment, base in zip(snapshot.segments, snapshot.bases.tolist(), strict=False):
        if (segment_sequences := read_forward_index(segment)) is not None:
            yield _Part(base, base + segment.size, segment, segment_sequences)


def sequences_of(snapshot: Snapshot, speech: int) -> tuple[Segment, npt.NDArray[np.uint32]] | None:
    """Return the segment of a speech, given by its number in the snapshot, and its spoken words as
    numbers of terms in that segment; None if the forward index is missing."""
    first, end = _bounds(snapshot, speech)
    place = int(np.searchsorted(snapshot.bases, first, side="right")) - 1
    segment, base = snapshot.segments[place], int(snapshot.bases[place])
    if (segment_sequences := read_forward_index(segment)) is None:
        return None
    return segment, segment_sequences.of(first - base, end - base)


def is_whole(snapshot: Snapshot) -> bool:
    """Return whether every segment has a forward index."""
    return all(read_forward_index(segment) is not None for segment in snapshot.segments)


def _bounds(snapshot: Snapshot, speech: int) -> tuple[int, int]:
    """Return the first document of a speech, and the one after its last."""
    has_next = speech + 1 < len(snapshot.heads)
    return int(snapshot.heads[speech]), int(
        snapshot.heads[speech + 1] if has_next else snapshot.size
    )

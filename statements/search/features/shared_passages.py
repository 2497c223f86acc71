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

from statements.search.backends.base import SharedPassage
from statements.search.index.formats.postings import ranges
from statements.search.index.forward_index import (
    SHINGLE,
    Hashes,
    Sequences,
    sequences,
    shingles,
    winnowed,
)
from statements.search.index.segments import Segment
from statements.search.index.snapshot import Snapshot

MIN_SHARE = 0.6
MIN_WORDS = 32  # of a paragraph that is looked for
MAX_PARAGRAPHS = 200  # of a segment with one fingerprint; more have a common phrase
MAX_CANDIDATES = 100  # pairs whose shares are counted, those with most in common first
MAX_SPEECH = 2_000  # paragraphs of a speech that are looked at

Numbers = npt.NDArray[np.int64]

_NONE = np.uint64(0xFFFF_FFFF_FFFF_FFFF)
_MARK = np.uint64(0x9E37_79B9_7F4A_7C15)  # odd, so that its multiples differ


class _Part(NamedTuple):
    """A segment among the documents of a snapshot."""

    first: int
    end: int
    segment: Segment
    sequences: Sequences


def shared_passages(snapshot: Snapshot, speech: int, *, most: int = 10) -> list[SharedPassage]:
    """Return the passages that other speeches share with a speech, given by its number in the
    snapshot, by paragraph and for each the largest share first."""
    parts = list(_parts(snapshot))
    first, end = _bounds(snapshot, speech)
    own = next((one for one in parts if one.first <= first < one.end), None)
    if own is None:
        return []
    end = min(end, first + MAX_SPEECH) - own.first
    begins = own.sequences.begins[first - own.first : end + 1].astype(np.int64)
    words = own.sequences.hashes[own.sequences.between(int(begins[0]), int(begins[-1]))]
    begins -= begins[0]
    found = shingles(words, begins)
    prints, paragraphs = winnowed(found, begins)
    long = np.diff(begins)[paragraphs] >= MIN_WORDS
    prints, paragraphs = prints[long], paragraphs[long]
    pairs = _candidates(snapshot, parts, speech, prints, paragraphs)
    compared = _shares(found, begins, parts, *pairs)
    passages = [
        SharedPassage(int(snapshot.paragraph[first + paragraph]), pk, position, share)
        for paragraph, document, share in zip(*(one.tolist() for one in compared), strict=True)
        if share >= MIN_SHARE
        for pk in [int(snapshot.numbers["speech"][snapshot.speech_of[document]])]
        for position in [int(snapshot.paragraph[document])]
    ]
    return sorted(
        passages,
        key=lambda passage: (passage.paragraph, -passage.share, passage.speech, passage.other),
    )[:most]


def _candidates(
    snapshot: Snapshot,
    parts: Sequence[_Part],
    speech: int,
    prints: npt.NDArray[np.uint32],
    paragraphs: npt.NDArray[np.int32],
) -> tuple[Numbers, Numbers]:
    """Paragraphs of the speech, counted from its head, and beside each a document of another that
    has fingerprints in common with it."""
    # what is sought in order is near what was found last, and so in the processor's cache
    order = np.argsort(prints)
    prints, paragraphs = prints[order], paragraphs[order].astype(np.int64)
    met = []
    for part in parts:
        theirs = part.sequences
        at, having = theirs.find(prints)
        rare = np.bincount(at, minlength=len(prints)).take(at) <= MAX_PARAGRAPHS
        documents = having[rare].astype(np.int64) + part.first
        of = paragraphs[at[rare]]
        other = snapshot.speech_of.take(documents)
        here = (other != speech) & snapshot.alive.take(other)
        met.append((of[here] << 32) | documents[here])
    keys, counts = np.unique(np.concatenate(met), return_counts=True)
    best = keys[np.argsort(-counts, kind="stable")[:MAX_CANDIDATES]]
    return best >> 32, best & 0xFFFF_FFFF


def _shares(
    found: Hashes,
    begins: Numbers,
    parts: Sequence[_Part],
    paragraphs: Numbers,
    documents: Numbers,
) -> tuple[Numbers, Numbers, npt.NDArray[np.float64]]:
    """For each pair of a paragraph and a document: the part of the paragraph's distinct shingles
    that the document has. ``found`` has the shingles of all paragraphs, each from ``begins`` on.
    Pairs whose share cannot be ``MIN_SHARE`` are left out, and the others in another order."""
    chosen, of = np.unique(paragraphs, return_inverse=True)
    # one list for all paragraphs, in which a shingle of one is not taken for that of another
    marks = np.arange(1, len(chosen) + 1).astype(np.uint64) * _MARK
    lengths = begins[chosen + 1] - begins[chosen]
    shingle = found[ranges(begins[chosen], lengths)]
    paragraph = np.repeat(np.arange(len(chosen)), lengths)
    paragraph, shingle = paragraph[shingle != _NONE], shingle[shingle != _NONE]
    own, firsts = np.unique(shingle ^ marks[paragraph], return_index=True)
    distinct = np.bincount(paragraph[firsts], minlength=len(chosen))
    met = []
    for part in parts:
        theirs = part.sequences
        here = np.flatnonzero((documents >= part.first) & (documents < part.end))
        begin = theirs.begins[documents[here] - part.first].astype(np.int64)
        length = theirs.begins[documents[here] - part.first + 1] - begin
        # no document has more distinct shingles than it has places for one
        enough = length - SHINGLE + 1 >= MIN_SHARE * distinct[of[here]]
        here, begin, length = here[enough], begin[enough], length[enough]
        words = theirs.hashes[theirs.take(ranges(begin, length))]
        sought = shingles(words, np.append(0, np.cumsum(length)))
        pair = np.repeat(np.arange(len(here)), length)
        pair, sought = pair[sought != _NONE], sought[sought != _NONE]
        sought ^= marks[of[here]][pair]
        places = np.minimum(np.searchsorted(own, sought), len(own) - 1)
        had = own[places] == sought
        once = np.unique(pair[had] * len(own) + places[had])
        counts = np.bincount(once // max(len(own), 1), minlength=len(here))
        met.append((paragraphs[here], documents[here], counts / distinct[of[here]]))
    first, second, third = zip(*met, strict=True)
    return np.concatenate(first), np.concatenate(second), np.concatenate(third)


def _parts(snapshot: Snapshot) -> Iterator[_Part]:
    """Those of the segments whose words in their order can be read."""
    for segment, base in zip(snapshot.segments, snapshot.bases.tolist(), strict=False):
        if (found := sequences(segment)) is not None:
            yield _Part(base, base + segment.size, segment, found)


def sequences_of(snapshot: Snapshot, speech: int) -> tuple[Segment, npt.NDArray[np.uint32]] | None:
    """The segment of a speech, given by its number in the snapshot, and what is spoken in it as the
    numbers of words in that segment; None where that is not written."""
    first, end = _bounds(snapshot, speech)
    place = int(np.searchsorted(snapshot.bases, first, side="right")) - 1
    segment, base = snapshot.segments[place], int(snapshot.bases[place])
    if (found := sequences(segment)) is None:
        return None
    return segment, found.between(int(found.begins[first - base]), int(found.begins[end - base]))


def is_whole(snapshot: Snapshot) -> bool:
    """Whether the words in their order are written for every segment."""
    return all(sequences(segment) is not None for segment in snapshot.segments)


def _bounds(snapshot: Snapshot, speech: int) -> tuple[int, int]:
    """The first document of a speech, and the one after its last."""
    beyond = speech + 1 < len(snapshot.heads)
    return int(snapshot.heads[speech]), int(snapshot.heads[speech + 1] if beyond else snapshot.size)

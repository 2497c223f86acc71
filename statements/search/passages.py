"""The same words elsewhere: paragraphs that have most of the passages of another one.

A passage is a shingle, ``SHINGLE`` words side by side (Broder, "On the resemblance and containment
of documents", 1997). Of the distinct shingles of a paragraph the part that another has is its
``share``. Candidates have a fingerprint in common (see ``sequences``); their shares are counted
exactly. A paragraph of ``SHORTEST`` words whose share in another is ``MOST_OF_IT`` or more has
fifteen words side by side in common with it, so no such pair is missed, unless its fingerprints
are all of turns of phrase which so many paragraphs have that they tell nothing.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from statements.search.segments import Segment
from statements.search.sequences import Hashes, Sequences, sequences, shingles, winnowed
from statements.search.snapshot import Snapshot

MOST_OF_IT = 0.6
SHORTEST = 32  # words of a paragraph whose like is sought
COMMON = 200  # paragraphs of a segment that have one fingerprint: a turn of phrase
CANDIDATES = 100  # pairs whose shares are counted, those first that have most in common
LONGEST = 2_000  # paragraphs of a speech that are looked at

_NONE = np.uint64(0xFFFF_FFFF_FFFF_FFFF)
_MARK = np.uint64(0x9E37_79B9_7F4A_7C15)  # odd, so that its multiples differ


@dataclass(frozen=True, slots=True)
class Same:
    """A paragraph, and one of another speech that has most of its passages."""

    paragraph: int  # position in the speech asked for
    speech: int  # primary key of the other
    other: int  # position in that
    share: float  # of the distinct passages of the first


def same_passages(snapshot: Snapshot, speech: int, *, most: int = 10) -> list[Same]:
    """What other speeches have of a speech, given by its number in the snapshot: by paragraph,
    and for each the largest share first."""
    place = _place(snapshot, speech)
    if place is None:
        return []
    base, own = place
    first, end = _bounds(snapshot, speech)
    begins = own.begins[first - base : min(end, first + LONGEST) - base + 1].astype(np.int64)
    words = own.hashes[own.words[begins[0] : begins[-1]]]
    begins -= begins[0]
    found = shingles(words, begins)
    prints, paragraphs = winnowed(found, begins)
    long = np.diff(begins)[paragraphs] >= SHORTEST
    prints, paragraphs = prints[long], paragraphs[long]
    pairs = list(_candidates(snapshot, speech, prints, paragraphs))
    shares = _shares(found, begins, pairs)
    same = [
        Same(int(snapshot.paragraph[first + paragraph]), pk, position, share)
        for (paragraph, document, _), share in zip(pairs, shares, strict=True)
        if share >= MOST_OF_IT
        for pk in [int(snapshot.numbers["speech"][snapshot.speech_of[document]])]
        for position in [int(snapshot.paragraph[document])]
    ]
    return sorted(same, key=lambda one: (one.paragraph, -one.share, one.speech, one.other))[:most]


def _candidates(
    snapshot: Snapshot,
    speech: int,
    prints: npt.NDArray[np.uint32],
    paragraphs: npt.NDArray[np.int32],
) -> Iterator[tuple[int, int, Hashes]]:
    """Paragraphs of the speech, counted from its head, beside documents of others that have a
    fingerprint in common with them, and the hashes of the words of those."""
    met: list[npt.NDArray[np.int64]] = []
    for base, _, theirs in _all(snapshot):
        low = np.searchsorted(theirs.prints, prints)
        often = np.searchsorted(theirs.prints, prints, side="right") - low
        often[often > COMMON] = 0
        ends = np.cumsum(often)
        places = np.arange(int(often.sum())) + np.repeat(low - (ends - often), often)
        documents = theirs.documents[places].astype(np.int64) + base
        of = np.repeat(paragraphs.astype(np.int64), often)
        other = snapshot.speech_of[documents]
        here = (other != speech) & snapshot.alive[other]
        met.append((of[here] << 32) | documents[here])
    keys, counts = np.unique(np.concatenate(met), return_counts=True)
    best = keys[np.argsort(-counts, kind="stable")[:CANDIDATES]]
    for key in best.tolist():
        paragraph, document = key >> 32, key & 0xFFFF_FFFF
        for base, segment, theirs in _all(snapshot):
            if base <= document < base + segment.size:
                yield paragraph, document, theirs.hashes[theirs.of(document - base)]


def _shares(
    found: Hashes, begins: npt.NDArray[np.int64], pairs: Sequence[tuple[int, int, Hashes]]
) -> list[float]:
    """For each pair of a paragraph and a document: the part of the paragraph's distinct shingles
    that the document has. ``found`` has the shingles of all paragraphs, each from ``begins`` on."""
    if not pairs:
        return []
    of = np.array([paragraph for paragraph, _, _ in pairs])
    chosen, of = np.unique(of, return_inverse=True)
    parts = [np.unique(found[begins[one] : begins[one + 1]]) for one in chosen.tolist()]
    parts = [part[part != _NONE] for part in parts]
    distinct = np.array([len(part) for part in parts])
    # one list for all paragraphs, in which a shingle of one is not taken for that of another
    marks = np.arange(1, len(parts) + 1).astype(np.uint64) * _MARK
    own = np.sort(np.concatenate(parts) ^ np.repeat(marks, distinct))
    ends = np.cumsum([0, *(len(words) for _, _, words in pairs)])
    theirs = shingles(np.concatenate([words for _, _, words in pairs]), ends)
    pair = np.repeat(np.arange(len(pairs)), np.diff(ends))
    pair, theirs = pair[theirs != _NONE], theirs[theirs != _NONE]
    theirs = theirs ^ marks[of[pair]]
    places = np.minimum(np.searchsorted(own, theirs), len(own) - 1)
    had = own[places] == theirs if len(own) else np.zeros(len(theirs), bool)
    once = np.unique(pair[had] * len(own) + places[had])
    counts = np.bincount(once // max(len(own), 1), minlength=len(pairs))
    shares: list[float] = (counts / np.maximum(distinct[of], 1)).tolist()
    return shares


def _all(snapshot: Snapshot) -> Iterator[tuple[int, Segment, Sequences]]:
    for segment, base in zip(snapshot.segments, snapshot.bases.tolist(), strict=False):
        if (found := sequences(segment)) is not None:
            yield base, segment, found


def _place(snapshot: Snapshot, speech: int) -> tuple[int, Sequences] | None:
    document = int(snapshot.heads[speech])
    for base, segment, found in _all(snapshot):
        if base <= document < base + segment.size:
            return base, found
    return None


def sequences_of(snapshot: Snapshot, speech: int) -> tuple[Segment, npt.NDArray[np.uint32]] | None:
    """The segment of a speech, given by its number in the snapshot, and what is spoken in it as the
    numbers of words in that segment; None where that is not written."""
    first, end = _bounds(snapshot, speech)
    for base, segment, found in _all(snapshot):
        if base <= first < base + segment.size:
            return segment, found.words[found.begins[first - base] : found.begins[end - base]]
    return None


def is_whole(snapshot: Snapshot) -> bool:
    """Whether the words in their order are written for every segment."""
    return sum(1 for _ in _all(snapshot)) == len(snapshot.segments)


def _bounds(snapshot: Snapshot, speech: int) -> Sequence[int]:
    """The first document of a speech, and the one after its last."""
    beyond = speech + 1 < len(snapshot.heads)
    return int(snapshot.heads[speech]), int(snapshot.heads[speech + 1] if beyond else snapshot.size)

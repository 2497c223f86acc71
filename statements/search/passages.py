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
    pairs = [
        Same(int(snapshot.paragraph[first + paragraph]), pk, position, share)
        for paragraph, document, their in _candidates(snapshot, speech, prints, paragraphs)
        for share in [_share(found[begins[paragraph] : begins[paragraph + 1]], their)]
        if share >= MOST_OF_IT
        for pk in [int(snapshot.numbers["speech"][snapshot.speech_of[document]])]
        for position in [int(snapshot.paragraph[document])]
    ]
    return sorted(pairs, key=lambda one: (one.paragraph, -one.share, one.speech, one.other))[:most]


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


def _share(own: Hashes, their_words: Hashes) -> float:
    own = np.unique(own[own != _NONE])
    theirs = shingles(their_words, np.array([0, len(their_words)]))
    return float(np.isin(own, theirs).mean()) if len(own) else 0.0


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


def _bounds(snapshot: Snapshot, speech: int) -> Sequence[int]:
    """The first document of a speech, and the one after its last."""
    beyond = speech + 1 < len(snapshot.heads)
    return int(snapshot.heads[speech]), int(snapshot.heads[speech + 1] if beyond else snapshot.size)

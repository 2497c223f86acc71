"""The words of the texts and the values of facets, with their frequencies, and related terms."""

import numpy as np

from statements.search.fields import TEXT_FIELD
from statements.search.index.related_terms import read_related_terms
from statements.search.index.snapshot import Mask, Snapshot
from statements.search.matching.columns import column
from statements.search.query import Node, Phrase, Proximity, Word, positive_leaves

MAX_WORDS = 4  # of a query with related terms; those near all words of a sentence are near none


def prefix_terms(snapshot: Snapshot, live_mask: Mask, prefix: str, size: int) -> list[str]:
    """Return the most frequent terms that start with folded letters and occur in the speeches of a
    mask, bool[H]."""
    frequencies: dict[str, int] = {}
    for segment in snapshot.segments:
        for term, frequency in segment.most_frequent(TEXT_FIELD, prefix, 2 * size):
            frequencies[term] = frequencies.get(term, 0) + frequency
    frequencies.pop(prefix, None)  # nothing to complete
    # a segment also has the terms of deleted speeches, until it is merged
    deleted = np.count_nonzero(~live_mask[snapshot.speech_of]) if not live_mask.all() else 0
    terms: list[str] = []
    for term in sorted(frequencies, key=lambda term: (-frequencies[term], term)):
        if len(terms) == size:
            break
        if frequencies[term] > deleted or _occurs(snapshot, term, live_mask):
            terms.append(term)
    return terms


def _occurs(snapshot: Snapshot, term: str, live_mask: Mask) -> bool:
    return bool(live_mask[snapshot.speech_postings(TEXT_FIELD, term).speeches].any())


def value_counts(snapshot: Snapshot, facet: str, live_mask: Mask) -> dict[str, int]:
    """Return how many speeches of a mask, bool[H], have each value of a facet, if any does."""
    entries = column(snapshot, facet).restrict(live_mask)
    counts = zip(entries.values, entries.counts().tolist(), strict=True)
    return {value: count for value, count in counts if count}


# -- related terms -----------------------------------------------------------------------------


def related_terms(snapshot: Snapshot, tree: Node, limit: int) -> list[str]:
    """Return at most so many terms related to the words and phrases of a query, most related first;
    none for a long query, or while none were learned. They are never searched unless a reader
    clicks one."""
    words = [
        term
        for leaf in positive_leaves(tree)
        if isinstance(leaf, Word | Phrase | Proximity)
        for term in ((leaf.term,) if isinstance(leaf, Word) else leaf.terms)
    ]
    learned = read_related_terms(snapshot.generation.path)
    if learned is None or not 0 < len(words) <= MAX_WORDS:
        return []
    forms = [form for word in words for form in (word, *snapshot.forms(word))]
    return learned.near(forms, limit)

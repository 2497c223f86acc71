"""Key words in context (a concordance): every place where the words of a query occur, ordered by
the words to the left or right, by date, speaker or country.

To the right the first words after the match are compared, to the left the last words before it, the
nearest first, in alphabetical order as the index folds them. Equal lines are ordered newest first.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from django.utils.translation import gettext

from statements.search.analysis.multiword_terms import count_words, words_of
from statements.search.fields import TEXT_FIELD
from statements.search.index.formats.postings import Keys
from statements.search.index.forward_index import read_forward_index
from statements.search.index.snapshot import Mask, Snapshot
from statements.search.matching.evaluator import Evaluator
from statements.search.matching.positions import match_starts
from statements.search.protocol import (
    ALL_LINES,
    MAX_LINES,
    Line,
    LineOrder,
    LineSelection,
    SearchUnavailable,
)
from statements.search.query import Leaf, Node, Phrase, Proximity, positive_leaves

Lengths = npt.NDArray[np.int64]

CONTEXT_WORDS = 3  # compared to the left or right
MAX_SORTED = 200_000  # lines that are ordered by their context; of more, the newest


@dataclass(frozen=True, slots=True)
class Lines:
    total: int
    speeches: int  # that have lines
    shown: Sequence[Line]


def concordance(
    evaluator: Evaluator,
    node: Node,
    mask: Mask,
    order: LineOrder,
    values: Sequence[str] = (),
    lines: LineSelection = ALL_LINES,
    *,
    start: int = 0,
    stop: int = 50,
) -> Lines:
    """Return lines from ``start`` to ``stop``, at most ``MAX_LINES``, of the speeches of a mask,
    bool[H]. Speakers or countries come in the order of ``values``, others after these. Raises
    SearchUnavailable while the context of words is not indexed yet."""
    snapshot = evaluator.snapshot
    keys, lengths = find_occurrences(evaluator, lines.words or node, mask)
    if lines.beside:
        has_word = _stand_beside(snapshot, keys, lengths, lines, mask)
        keys, lengths = keys[has_word], lengths[has_word]
    documents, places = (keys >> 32).astype(np.int64), (keys & 0xFFFF_FFFF).astype(np.int64)
    speeches = snapshot.speech_of[documents]
    rank = (snapshot.oldest if order is LineOrder.OLDEST else snapshot.newest)[speeches]
    total, speech_count = len(keys), len(np.unique(speeches))
    stop = min(stop, start + MAX_LINES, total)
    candidates = np.arange(total)
    sort_keys: npt.NDArray[np.int64] = rank.astype(np.int64)
    if order in (LineOrder.SPEAKER, LineOrder.COUNTRY):
        sort_keys = _value_ranks(snapshot, order.value, values)[speeches]
    if order in (LineOrder.LEFT, LineOrder.RIGHT):
        if total > MAX_SORTED:
            candidates = np.sort(np.argpartition(rank, MAX_SORTED)[:MAX_SORTED])
            stop = min(stop, MAX_SORTED)
        if order is LineOrder.LEFT:
            context_places = places[candidates][:, None] - np.arange(1, CONTEXT_WORDS + 1)
        else:
            context_places = (places + lengths)[candidates][:, None] + np.arange(CONTEXT_WORDS)
        sort_keys = _word_ranks(snapshot, documents[candidates], context_places)
    if 0 < stop < len(candidates):
        # only lines that can be on the page need to be ordered to the end
        first_keys = sort_keys if sort_keys.ndim == 1 else sort_keys[:, 0]
        limit = np.partition(first_keys, stop - 1)[stop - 1]
        fits = first_keys <= limit
        candidates, sort_keys = candidates[fits], sort_keys[fits]
    columns = [sort_keys] if sort_keys.ndim == 1 else list(sort_keys.T[::-1])
    ties = (places[candidates], documents[candidates], rank[candidates])
    shown = candidates[np.lexsort((*ties, *columns))][start:stop]
    pks = snapshot.numbers["speech"][speeches[shown]]
    paragraphs = snapshot.paragraph[documents[shown]]
    arrays = pks, paragraphs, places[shown], lengths[shown]
    return Lines(
        total,
        speech_count,
        [Line(*line) for line in zip(*(array.tolist() for array in arrays), strict=True)],
    )


def _value_ranks(snapshot: Snapshot, name: str, values: Sequence[str]) -> npt.NDArray[np.int64]:
    """int64[H]: the place of each speech's value of a facet among ``values``; those that are not
    among them follow in alphabetical order, and speeches without a value come last."""
    facet = snapshot.facets[name]
    place_of = {value: place for place, value in enumerate(values)}
    missing = sorted(value for value in facet.values if value and value not in place_of)
    place_of |= {value: place for place, value in enumerate(missing, len(values))}
    ranks = np.array([place_of.get(value, len(place_of)) for value in facet.values], np.int64)
    return ranks[facet.ordinals]


def find_occurrences(evaluator: Evaluator, node: Node, mask: Mask) -> tuple[Keys, Lengths]:
    """Return where words of a query occur in the speeches of a mask, ascending, and how many words
    each occurrence has; of two at one place the longer."""
    lists = [places for leaf in positive_leaves(node) for places in _places(evaluator, leaf, mask)]
    if not lists:
        return np.empty(0, np.int64), np.empty(0, np.int64)
    keys = np.concatenate([keys for keys, _ in lists])
    lengths = np.concatenate([np.full(len(keys), length) for keys, length in lists])
    if len(lists) > 1:
        order = np.lexsort((-lengths, keys))
        keys, lengths = keys[order], lengths[order]
        first = np.diff(keys, prepend=-1) > 0
        keys, lengths = keys[first], lengths[first]
    return keys, lengths


def _stand_beside(
    snapshot: Snapshot, keys: Keys, lengths: Lengths, lines: LineSelection, mask: Mask
) -> Mask:
    """Return a mask of the occurrences beside which a word stands, and not within them."""
    postings = snapshot.postings(TEXT_FIELD, lines.beside, places=True, within=mask)
    assert postings.places is not None  # noqa: S101
    documents = np.repeat(postings.documents.astype(np.int64) << 32, postings.frequencies)
    words = documents + postings.places.astype(np.int64)
    ends = keys + lengths
    # a window that leaves its document reaches places that no document has
    bounds = (keys - lines.window, keys, ends, ends + lines.window)
    before, begin, end, after = (np.searchsorted(words, bound) for bound in bounds)
    beside: Mask = (before < begin) | (end < after)
    return beside


def _places(evaluator: Evaluator, leaf: Leaf, mask: Mask) -> Iterator[tuple[Keys, int]]:
    """Yield where a word or phrase occurs in the speeches of a mask, and how many words it has; of
    words near one another the first."""
    snapshot = evaluator.snapshot
    if isinstance(leaf, Phrase | Proximity):
        keys = match_starts(snapshot, TEXT_FIELD, leaf)
        in_mask = mask[snapshot.speech_of[keys >> 32]]
        # of "nuclear-weapon-free" three words, although a text may join them in fewer
        words = words_of(leaf.terms) if isinstance(leaf, Phrase) else ("",)
        yield keys[in_mask], sum(map(count_words, words))
        return
    for term, *_ in evaluator.expand(TEXT_FIELD, leaf).terms:
        postings = snapshot.postings(TEXT_FIELD, term, places=True, within=mask)
        postings = postings.only(mask[snapshot.speech_of[postings.documents]])
        assert postings.places is not None  # noqa: S101
        documents = postings.documents.astype(np.int64) << 32
        yield (
            np.repeat(documents, postings.frequencies) + postings.places.astype(np.int64),
            count_words(term),
        )


def _word_ranks(
    snapshot: Snapshot, documents: npt.NDArray[np.int64], places: npt.NDArray[np.int64]
) -> npt.NDArray[np.int64]:
    """int64[N, C]: for each of N documents the words at C places as numbers in alphabetical order,
    over all segments; 0 outside of the document."""
    ranks = np.zeros(places.shape, np.int64)
    by_segment: list[tuple[npt.NDArray[np.int64], npt.NDArray[np.int64], list[bytes]]] = []
    for segment, base in zip(snapshot.segments, snapshot.bases.tolist(), strict=False):
        entries = np.flatnonzero((documents >= base) & (documents < base + segment.size))
        if not len(entries):
            continue
        if (sequence := read_forward_index(segment)) is None:
            raise SearchUnavailable(gettext("The index of word contexts is being built."))
        words = sequence.at((documents[entries] - base)[:, None], places[entries]) + 1
        ranks[entries] = words
        used = np.flatnonzero(np.bincount(words.ravel(), minlength=2)[1:])
        vocabulary = segment.words(TEXT_FIELD)
        by_segment.append((entries, used, [vocabulary[number] for number in used.tolist()]))
    if len(by_segment) > 1:
        all_words = sorted({word for _, _, words in by_segment for word in words})
        rank_of = {word: rank for rank, word in enumerate(all_words, 1)}
        for entries, used, used_words in by_segment:
            common_ranks = np.zeros(int(used.max(initial=0)) + 2, np.int64)
            common_ranks[used + 1] = [rank_of[word] for word in used_words]
            ranks[entries] = common_ranks[ranks[entries]]
    return ranks

"""Collocates: the words that stand beside those of a query.

A window is so many words to the left and to the right of an occurrence (``kwic``), within its
paragraph. A place in two windows is counted once, and the occurrences themselves are not counted:
surface cooccurrence as in Evert, "Corpora and collocations", 2008. What stands in windows is
compared with all other words of the speeches under the filters, whatever else the query asks of
them; ``association`` has the measures.

Words that stand there fewer than ``LEAST_BESIDE_OCCURRENCES`` times, or in fewer than
``LEAST_BESIDE_SPEECHES`` speeches, are withheld. Of the others those are listed that stand there
more often than chance explains, when that many words are compared.
"""

from collections.abc import Callable, Iterator

import numpy as np

from statements.search.features import association
from statements.search.features.kwic import Lengths, find_occurrences
from statements.search.features.word_counts import (
    Numbers,
    Stretches,
    count_speeches,
    count_stretches,
    count_words,
    forward_index,
    vocabulary,
    words_in,
)
from statements.search.index.formats.postings import Keys
from statements.search.index.snapshot import Mask, Snapshot
from statements.search.matching.evaluator import Evaluator
from statements.search.protocol import Collocate, Collocates, Corpus, IndexState
from statements.search.query import Node
from statements.search.word_measures import (
    LEAST_BESIDE_OCCURRENCES,
    LEAST_BESIDE_SPEECHES,
    CollocateMeasure,
)

_CHUNK = 128  # words whose speeches are counted at a time, or more if they are equal


def collocates(
    evaluator: Evaluator,
    node: Node,
    mask: Mask,
    filtered_mask: Mask,
    measure: CollocateMeasure,
    *,
    index: IndexState,
    window: int,
    limit: int,
    function_words: bool,
) -> Collocates:
    """Return the first words by a measure that stand beside the words of a query in the speeches
    found, ``mask``, bool[H], compared with the speeches under the filters, ``filtered_mask``.
    Raises SearchUnavailable while the context of words is not indexed yet."""
    snapshot = evaluator.snapshot
    keys, lengths = find_occurrences(evaluator, node, mask)
    own, windows = _windows(snapshot, keys, lengths, window)
    all_words = count_words(snapshot, filtered_mask)
    beside = count_stretches(snapshot, windows)
    outside = all_words - count_stretches(snapshot, own) - beside
    sizes = int(beside.sum()), int(outside.sum())
    words = vocabulary(snapshot)
    is_candidate = beside > 0
    if not function_words:
        is_candidate &= ~words.is_function_word
    numbers = np.flatnonzero(is_candidate & (beside >= LEAST_BESIDE_OCCURRENCES))
    table = beside[numbers], outside[numbers]
    of_word = table[0] + table[1]
    expected = association.expected(*table, *sizes)
    likelihoods = association.log_likelihood(*table, *sizes)
    values = {
        CollocateMeasure.LOG_DICE: association.log_dice(table[0], of_word, len(keys)),
        CollocateMeasure.LOG_LIKELIHOOD: likelihoods,
        CollocateMeasure.LOG_RATIO: association.log_ratio(*table, *sizes),
        CollocateMeasure.MUTUAL_INFORMATION: association.mutual_information(table[0], expected),
        CollocateMeasure.T_SCORE: association.t_score(table[0], expected),
    }
    critical = association.critical_value(len(numbers))
    places_above = np.flatnonzero((table[0] > expected) & (likelihoods >= critical))
    shown: list[Collocate] = []
    for places in association.in_order(values[measure], places_above, _CHUNK):
        speeches = count_speeches(snapshot, windows, numbers[places])
        rows = [
            Collocate(
                words.word(int(numbers[place])),
                int(table[0][place]),
                having,
                int(of_word[place]),
                float(expected[place]),
                *(float(values[name][place]) for name in CollocateMeasure),
            )
            for place, having in zip(places.tolist(), speeches.tolist(), strict=True)
            if having >= LEAST_BESIDE_SPEECHES
        ]
        shown += sorted(rows, key=_ranked_by(measure))
        if len(shown) >= limit:
            break
    return Collocates(
        index=index,
        search=Corpus(int(np.count_nonzero(mask)), words_in(snapshot, mask)),
        occurrences=len(keys),
        window_words=sizes[0],
        filtered=Corpus(int(np.count_nonzero(filtered_mask)), int(all_words.sum())),
        compared=len(numbers),
        withheld=int(np.count_nonzero(is_candidate)) - len(numbers),
        critical=critical,
        total=len(places_above),
        words=shown[:limit],
    )


def _ranked_by(measure: CollocateMeasure) -> Callable[[Collocate], tuple[float, str]]:
    name = measure.name.lower()
    return lambda row: (-getattr(row, name), row.word)


def _windows(
    snapshot: Snapshot, keys: Keys, lengths: Lengths, window: int
) -> tuple[list[Stretches], list[Stretches]]:
    """Return the occurrences, given by their keys, and what stands in windows around them, which
    has none of the words of the occurrences."""
    own, around = [], []
    for number, begins, ends, first, last in _spans(snapshot, keys, lengths):
        own_begins, own_ends = _joined(begins, ends)
        begins, ends = _joined(np.maximum(begins - window, first), np.minimum(ends + window, last))
        own.append(Stretches(number, own_begins, own_ends))
        # the occurrences lie within the windows and divide them
        around.append(
            _without_empty(
                number,
                np.sort(np.concatenate([begins, own_ends])),
                np.sort(np.concatenate([own_begins, ends])),
            )
        )
    return own, around


def _spans(
    snapshot: Snapshot, keys: Keys, lengths: Lengths
) -> Iterator[tuple[int, Numbers, Numbers, Numbers, Numbers]]:
    """Yield for each segment that has occurrences where these begin and end among its words, and
    where their paragraphs do."""
    documents, places = (keys >> 32).astype(np.int64), (keys & 0xFFFF_FFFF).astype(np.int64)
    bounds = np.searchsorted(documents, snapshot.bases)
    for number, segment in enumerate(snapshot.segments):
        part = slice(int(bounds[number]), int(bounds[number + 1]))
        if part.start == part.stop:
            continue
        word_begins = forward_index(segment).begins
        in_segment = documents[part] - snapshot.bases[number]
        first = word_begins[in_segment].astype(np.int64)
        last = word_begins[in_segment + 1].astype(np.int64)
        begins = first + places[part]
        yield number, begins, np.minimum(begins + lengths[part], last), first, last


def _joined(begins: Numbers, ends: Numbers) -> tuple[Numbers, Numbers]:
    """Join stretches that overlap, of which the beginnings ascend."""
    ends = np.maximum.accumulate(ends)
    is_first = np.ones(len(begins), bool)
    is_first[1:] = begins[1:] >= ends[:-1]
    firsts = np.flatnonzero(is_first)
    return begins[firsts], ends[np.append(firsts[1:], len(ends)) - 1]


def _without_empty(segment: int, begins: Numbers, ends: Numbers) -> Stretches:
    has_words = begins < ends
    return Stretches(segment, begins[has_words], ends[has_words])

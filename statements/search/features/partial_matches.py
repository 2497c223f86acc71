"""Partial matches: speeches with some of the words, for a query whose words few speeches have all.

People type sentences and remember words wrongly, so that one word may hide the speech they look
for. Where few speeches have all words of a query of plain words, others follow as a list of their
own. A reader who types operators means them. Filters play no part in the decision, and the speeches
are in no total and no facet.

    score = max over paragraphs of (sum of the weights of its words) / sqrt(1 + length / LENGTH)
                                   + NEAR times the weights of words near its heaviest one
            + HEAD times the sum of the weights of the words of the head

The *weight* of a word is its inverse document frequency, so that rare words lead; in a related form
it is less. How often a paragraph repeats a word says little here, and a long paragraph has some of
any words by chance: unlike in the order of a search (``speech_scoring``), each word counts once,
and for less in a longer paragraph. Words of one sentence are remembered together: in the
``PARAGRAPHS`` that are best without this, what the best ``REACH`` consecutive words add to the
heaviest word of the paragraph counts too.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from statements.search.features.related_forms import expand_stem
from statements.search.fields import TEXT_FIELD
from statements.search.index.similarity import LENGTH_OF_NORM
from statements.search.index.snapshot import Mask
from statements.search.matching.best_paragraphs import speech_hits
from statements.search.matching.evaluator import Evaluator
from statements.search.matching.leaf_scoring import Scores
from statements.search.matching.positions import word_starts
from statements.search.matching.selection import Selection
from statements.search.protocol import PartialHits, SpeechHit
from statements.search.query import StemExpansion, Word, plain_words

FEW = 10  # speeches; where as many have all words, no others are offered
LENGTH = 80  # words of a paragraph
HEAD = 0.5
NEAR = 0.4
REACH = 15  # consecutive words, as many as half a sentence has
PARAGRAPHS = 300
OTHER_FORM = 0.7  # of the weight of a word, for all forms but the one typed

_LENGTH_FACTOR = np.sqrt(1 + LENGTH_OF_NORM / LENGTH).astype(np.float32)
_Leaf = Word | StemExpansion


def partial_matches(
    selection: Selection, limit: int, listed: Sequence[SpeechHit]
) -> PartialHits | None:
    """Return at most ``limit`` speeches that have some of the words, under the same filters, and
    are not ``listed`` otherwise; None if enough speeches have all words, or no other has any."""
    evaluator, snapshot = selection.evaluator, selection.snapshot
    words = plain_words(selection.tree)
    if not words or np.count_nonzero(selection.match.matched) >= FEW:
        return None
    expanded = [expand_stem(snapshot, word) for word in words]
    leaves = [
        leaf for leaf in expanded if (evaluator.leaf(leaf).matches & selection.live_mask).any()
    ]
    scores = _scores(evaluator, leaves)
    scores[selection.match.matched] = 0
    scores[np.isin(snapshot.numbers["speech"], [hit.speech for hit in listed])] = 0
    order = _best(selection, scores, limit)
    if not order:
        return None
    hits = speech_hits(evaluator, order, leaves, min(selection.question.paragraphs, 1))
    missing = _missing_words(evaluator, expanded, order)
    return PartialHits(
        words=tuple(word.term for word in words),
        leaves=tuple(leaves),
        unknown=tuple(leaf.term for leaf in expanded if leaf not in leaves),
        hits=[replace(hit, missing=absent) for hit, absent in zip(hits, missing, strict=True)],
    )


def _scores(evaluator: Evaluator, leaves: Sequence[_Leaf]) -> Scores:
    """float32[H]: the score of each speech, 0 where it has none of the words."""
    snapshot = evaluator.snapshot
    sums = np.zeros(snapshot.size, np.float32)
    in_head = evaluator.zeros()
    for leaf in leaves:
        leaf_match = evaluator.leaf(leaf)
        weight = np.float32(leaf_match.expansion.idf)
        sums += _weights(evaluator, leaf)
        in_head[leaf_match.head_matches] += weight
    sums /= _LENGTH_FACTOR[snapshot.norms[TEXT_FIELD]]
    if len(leaves) > 1:
        documents, near = _weights_near(evaluator, leaves, _best_paragraphs(sums))
        sums[documents] += np.float32(NEAR) * near
    best: Scores = np.maximum.reduceat(sums, snapshot.heads) if len(sums) else in_head
    return best + np.float32(HEAD) * in_head


def _best_paragraphs(sums: Scores) -> Mask:
    """bool[D]: the documents with the largest sums, and with those equal to the least of them."""
    if len(sums) <= PARAGRAPHS:
        return sums > 0
    least = np.partition(sums, len(sums) - PARAGRAPHS)[len(sums) - PARAGRAPHS]
    best: Mask = (sums > 0) & (sums >= least)
    return best


def _weights_near(
    evaluator: Evaluator, leaves: Sequence[_Leaf], documents: Mask
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float64]]:
    """Return those of the documents that have any word, int64[N], and for each, float64[N], the
    largest sum of weights of different words among consecutive ones, less the largest weight."""
    snapshot = evaluator.snapshot
    starts = [
        word_starts(snapshot, TEXT_FIELD, (leaf.term, *_variants(leaf)), documents)
        for leaf in leaves
    ]
    weights = [evaluator.leaf(leaf).expansion.idf for leaf in leaves]
    begins = np.sort(np.concatenate(starts))
    sums, largest = np.zeros(len(begins)), np.zeros(len(begins))
    for keys, weight in zip(starts, weights, strict=True):
        first, end = np.searchsorted(keys, begins), np.searchsorted(keys, begins + REACH)
        sums += weight * (first < end)
        largest[np.searchsorted(begins, keys)] = weight
    numbers, firsts = np.unique(begins >> 32, return_index=True)
    if not len(numbers):
        return numbers, sums
    return numbers, np.maximum.reduceat(sums, firsts) - np.maximum.reduceat(largest, firsts)


def _variants(leaf: _Leaf) -> tuple[str, ...]:
    return leaf.variants if isinstance(leaf, StemExpansion) else ()


def _weights(evaluator: Evaluator, leaf: _Leaf) -> npt.NDArray[np.float32]:
    """float32[D]: the weight of a word in each document, 0 where it does not occur."""
    expansion = evaluator.leaf(leaf).expansion
    weights = np.zeros(evaluator.snapshot.size, np.float32)
    lists = evaluator.postings(TEXT_FIELD, expansion)
    for postings in sorted(lists, key=lambda postings: postings.weight):
        is_typed = postings.weight >= expansion.idf
        factor = 1 if is_typed else OTHER_FORM
        weights[postings.documents] = factor * expansion.idf
    return weights


def _best(selection: Selection, scores: Scores, limit: int) -> list[int]:
    """Return the numbers of the best speeches under the filters, newest first where equal."""
    match = replace(selection.match, matched=scores > 0)
    speeches = Selection(
        selection.evaluator, selection.question, selection.live_mask, match=match
    ).speeches
    scores = scores[speeches]
    if limit < len(scores):
        least = np.partition(scores, len(scores) - limit)[len(scores) - limit]
        speeches, scores = speeches[scores >= least], scores[scores >= least]
    order = np.lexsort((selection.snapshot.newest[speeches], -scores))
    best: list[int] = speeches[order][:limit].tolist()
    return best


def _missing_words(
    evaluator: Evaluator, leaves: Sequence[_Leaf], speeches: Sequence[int]
) -> list[list[str]]:
    """Return for each speech, given by its number, the words that it has in no form, as typed."""
    matches = [(leaf.term, evaluator.leaf(leaf).matches) for leaf in leaves]
    return [[term for term, matched in matches if not matched[number]] for number in speeches]

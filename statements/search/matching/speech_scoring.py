"""Scores speeches by their best single paragraph, so that words said together count more than the
same words spread over a speech.

    score = head + max over paragraphs of (words + phrases), times EVERY_WORD if the paragraph has
            every word

*Words* is the sum of the scores of each word in the paragraph (``similarity`` times inverse
document frequency), *phrases* the same for words typed next to each other that are found so, or
nearly so. *Head* is the score of the head, whose words count as words of every paragraph
(``docs/decisions/ranking.md``).

The best paragraph that has one word alone is known for each speech. So only paragraphs with several
words are looked at, and of these only those of speeches that may reach the page asked for
(top-k pruning). No paragraph scores more than the best paragraph of each word together, plus the
best phrases of the speech: by this upper bound some likely speeches are scored first, and then the
speeches whose bound exceeds their scores. The score of a speech does not depend on which others are
looked at.
"""

from collections.abc import Sequence
from functools import cached_property

import numpy as np
import numpy.typing as npt

from statements.search.fields import TEXT_FIELD
from statements.search.index import similarity
from statements.search.index.formats.postings import NO_POSTINGS, Documents, firsts
from statements.search.index.snapshot import Mask
from statements.search.matching.leaf_scoring import (
    LeafEvaluator,
    LeafMatch,
    Scores,
    WeightedPostings,
)
from statements.search.matching.positions import occurrences
from statements.search.matching.scratch import scratch_arrays
from statements.search.query import Phrase, Proximity

EVERY_WORD = 1.5  # factor of a paragraph that has every word
_ROUNDING = 1 + 1e-4  # sums of the same numbers in another order differ by less
_NOT_SCORED = -np.inf
_ONE, _SEVERAL = np.uint8(1), np.uint8(2)  # words that a document is known to have
_LIKELY = 4  # times as many speeches as are asked for are scored first

SpeechNumbers = npt.NDArray[np.int64]


class Scorer:
    """The scores of the speeches that match one query."""

    def __init__(
        self,
        evaluator: LeafEvaluator,
        leaves: Sequence[LeafMatch],
        phrases: Sequence[Phrase | Proximity],
        other_scores: Scores,
    ) -> None:
        """``other_scores``, float32[H], are added to the scores of the leaves."""
        self._evaluator, self._leaves = evaluator, leaves
        self._snapshot = evaluator.snapshot
        self._implicit_phrases = phrases if len(leaves) > 1 else ()
        self._head_scores = other_scores
        for leaf in leaves:
            self._head_scores = self._head_scores + leaf.head_scores
        self._scored: Scores | None = None

    def scores(self, mask: Mask, top: int, factor: Scores | None = None) -> Scores:
        """float32[H]: at least the ``top`` best speeches of a mask, bool[H], have their scores;
        others may have less. Scores are multiplied by ``factor``, float32[H]."""
        if len(self._leaves) <= 1:
            body = self._leaves[0].body_scores if self._leaves else np.float32(0)
            return _times(self._head_scores + body, factor)
        if factor is None and self._scored is not None and _has_all(mask, self._scored):
            return self._scored
        speeches = np.flatnonzero(mask)
        scored = np.full(len(mask), _NOT_SCORED, np.float32)
        if _LIKELY * top < len(speeches):
            # the scores of the likeliest tell which of the others may have more
            bounds = _times(self._upper_bounds, factor)[speeches] * np.float32(_ROUNDING)
            likely = np.argpartition(bounds, len(bounds) - _LIKELY * top)[-_LIKELY * top :]
            first = np.sort(speeches[likely])
            scored[first] = _times(self._score_speeches(first), _select(factor, first))
            enough = np.partition(scored[first], len(first) - top)[len(first) - top]
            bounds[likely] = _NOT_SCORED
            speeches = speeches[bounds >= enough - np.float32(1 / similarity.STEPS)]
        if len(speeches):
            scored[speeches] = _times(self._score_speeches(speeches), _select(factor, speeches))
        if factor is None:
            self._scored = scored
        return scored

    @cached_property
    def _implicit_phrase_scores(self) -> list[tuple[Documents, Scores]]:
        """For each phrase the documents that have it, ascending, and its score there."""
        scores = []
        for phrase in self._implicit_phrases:
            places = occurrences(self._snapshot, TEXT_FIELD, phrase)
            if len(places.documents):
                idf = self._evaluator.idf(TEXT_FIELD, places.counts)
                postings = places.documents, places.frequencies, idf
                scores.append(
                    (places.documents, self._evaluator.document_scores(TEXT_FIELD, *postings))
                )
        return scores

    @cached_property
    def _upper_bounds(self) -> Scores:
        """float32[H]: scores that no speech exceeds."""
        sums = np.zeros_like(self._head_scores)
        for leaf in self._leaves:
            sums += leaf.body_scores
        for documents, scores in self._implicit_phrase_scores:
            speeches, best = self._evaluator.best_by_speech(documents, scores)
            sums[speeches] += best
        return self._head_scores + np.float32(EVERY_WORD) * sums

    def _score_speeches(self, speeches: SpeechNumbers) -> Scores:
        """Return the scores of some speeches, ascending."""
        mask = np.zeros(len(self._head_scores), bool)
        mask[speeches] = True
        best = self._single_term_scores(speeches)
        documents, scores = self._multi_term_scores(mask)
        if len(documents):
            owners, scores = self._evaluator.best_by_speech(documents, scores)
            by_speech = np.zeros(len(mask), np.float32)
            by_speech[owners] = scores
            best = np.maximum(best, by_speech[speeches])
        total: Scores = self._head_scores[speeches] + best
        return total

    def _single_term_scores(self, speeches: SpeechNumbers) -> Scores:
        """Return for each speech the score of its best paragraph that has one word alone."""
        in_head = np.array([leaf.head_matches[speeches] for leaf in self._leaves])
        not_in_head = len(self._leaves) - in_head.sum(axis=0)
        best = np.zeros(len(speeches), np.float32)
        for leaf, is_in_head in zip(self._leaves, in_head, strict=True):
            # words of the head count as words of every paragraph
            has_every_word = not_in_head + is_in_head == 1
            scores = leaf.body_scores[speeches]
            scores[has_every_word] *= np.float32(EVERY_WORD)
            np.maximum(best, scores, out=best)
        return best

    def _multi_term_scores(self, speeches: Mask) -> tuple[Documents, Scores]:
        """Return the paragraphs of some speeches, bool[H], that have several words or a phrase,
        ascending, and their scores; paragraphs of other speeches may be among them."""
        lists = [
            self._evaluator.postings(TEXT_FIELD, leaf.expansion, speeches) for leaf in self._leaves
        ]
        with scratch_arrays(self._snapshot.size) as (marks, places):
            documents = self._shared_documents(lists, speeches, marks)
            marks[documents] = _SEVERAL
            places[documents] = np.arange(len(documents), dtype=np.int32)
            sums = np.zeros(len(documents), np.float32)
            has_every_word = np.ones(len(documents), bool)
            for leaf, leaf_postings in zip(self._leaves, lists, strict=True):
                leaf_scores = np.zeros(len(documents), np.float32)
                for number, postings in enumerate(leaf_postings):
                    shared = np.flatnonzero(marks.take(postings.documents) == _SEVERAL)
                    postings = postings.take(shared)
                    scores = self._evaluator.document_scores(TEXT_FIELD, *postings)
                    shared_places = places.take(postings.documents)
                    leaf_scores[shared_places] = (
                        np.maximum(leaf_scores[shared_places], scores) if number else scores
                    )
                sums += leaf_scores
                has_word = leaf_scores > 0
                if leaf.head_matches.any():
                    has_word |= leaf.head_matches[self._snapshot.speech_of[documents]]
                has_every_word &= has_word
            for phrase_documents, scores in self._implicit_phrase_scores:
                shared = np.flatnonzero(marks.take(phrase_documents) == _SEVERAL)
                sums[places[phrase_documents[shared]]] += scores[shared]
            marks[documents] = 0
        sums[has_every_word] *= np.float32(EVERY_WORD)
        return documents, sums

    def _shared_documents(
        self,
        lists: Sequence[Sequence[WeightedPostings]],
        speeches: Mask,
        marks: npt.NDArray[np.uint8],
    ) -> Documents:
        """Return the documents, ascending, in which several words or a phrase occur. ``marks`` are
        left as they were."""
        # the longest lists last, which need not be marked
        ordered = sorted(lists, key=lambda leaf: sum(len(postings.documents) for postings in leaf))
        shared: list[Documents] = []
        marked: list[SpeechNumbers] = []
        for leaf_postings in ordered:
            if leaf_postings is not ordered[0]:
                shared += [
                    postings.documents[marks.take(postings.documents) > 0]
                    for postings in leaf_postings
                ]
            if leaf_postings is not ordered[-1]:
                for postings in leaf_postings:
                    marked.append(postings.documents.astype(np.intp))
                    marks[marked[-1]] = _ONE
        for places in marked:
            marks[places] = 0
        for documents, _ in self._implicit_phrase_scores:
            in_speeches = speeches.take(self._snapshot.speech_of.take(documents))
            shared.append(documents[in_speeches])
        joined = np.concatenate([NO_POSTINGS.documents, *shared])
        joined.sort()
        return joined[firsts(joined)]


def _has_all(mask: Mask, scored: Scores) -> bool:
    return bool((scored[mask] > _NOT_SCORED).all())


def _times(scores: Scores, factor: Scores | None) -> Scores:
    return scores if factor is None else scores * factor


def _select(factor: Scores | None, speeches: SpeechNumbers) -> Scores | None:
    return None if factor is None else factor[speeches]

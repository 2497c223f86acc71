"""How well speeches match: by the best single paragraph, so that words said in one breath count
for more than the same words strewn over a speech.

    score = named + max over paragraphs of (said + side by side), half as much again
            where the paragraph has every word

*Said* is the sum of what each word counts in the paragraph (``bm25``, times its rarity), *side
by side* the same of words typed beside one another that stand so, or nearly so; *named* is what the
head adds, and a word of the head is had by every paragraph (``docs/decisions/ranking.md``).

A paragraph that has one word alone counts what this word counts, and the best of those is known of
each speech. So only paragraphs with several are looked at; and of these, only those of speeches
that may reach the page asked for. No paragraph has more than the best paragraph of each word
together, and the best phrases of the speech: by this bound some likely speeches are chosen and
weighed, and then those whose bound is above what these come to. What a speech scores does not
depend on which others are looked at.
"""

from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from statements.search.fields import TEXT_FIELD
from statements.search.index.formats.postings import NO_POSTINGS, Documents, firsts
from statements.search.index.snapshot import Mask
from statements.search.matching.positions import occurrences
from statements.search.matching.scratch import board
from statements.search.query import Near, Phrase

if TYPE_CHECKING:
    from statements.search.matching.evaluator import Evaluator, Leaf, Part

EVERY_WORD = 1.5  # times what a paragraph counts that has every word
_ROUNDING = 1 + 1e-4  # sums of the same numbers in another order differ by less
_NOT_LOOKED_AT = -np.inf
_ONE, _SEVERAL = np.uint8(1), np.uint8(2)  # words that a document was seen to have
_LIKELY = 4  # times as many as are asked for are looked at first

Scores = npt.NDArray[np.float32]
Speeches = npt.NDArray[np.int64]


class Weighing:
    """Scores of the speeches that one query finds."""

    def __init__(
        self,
        evaluator: "Evaluator",
        leaves: Sequence["Leaf"],
        favoured: Sequence[Phrase | Near],
        apart: Scores,
    ) -> None:
        """``isolation``, float32[H], is what counts beside the words of texts."""
        self._evaluator, self._leaves = evaluator, leaves
        self._snapshot = evaluator.snapshot
        self._favoured = favoured if len(leaves) > 1 else ()
        self._named = apart
        for leaf in leaves:
            self._named = self._named + leaf.named_scores
        self._known: Scores | None = None

    def scores(self, found: Mask, most: int, factor: Scores | None = None) -> Scores:
        """float32[H]: of ``found``, bool[H], at least the ``most`` best have their scores; others
        may have less than any score. ``factor``, float32[H], is what these are multiplied by."""
        if len(self._leaves) <= 1:
            spoken = self._leaves[0].spoken if self._leaves else np.float32(0)
            return _times(self._named + spoken, factor)
        if factor is None and self._known is not None and self._has_all(found, self._known):
            return self._known  # of speeches that stand on the page
        speeches = np.flatnonzero(found)
        known = np.full(len(found), _NOT_LOOKED_AT, np.float32)
        if _LIKELY * most < len(speeches):
            # what the likeliest have tells which of the others may have more
            reach = _times(self._reach, factor)[speeches] * np.float32(_ROUNDING)
            likely = np.argpartition(reach, len(reach) - _LIKELY * most)[-_LIKELY * most :]
            chosen = np.sort(speeches[likely])
            known[chosen] = _times(self._weighed(chosen), _some(factor, chosen))
            enough = np.partition(known[chosen], len(chosen) - most)[len(chosen) - most]
            reach[likely] = _NOT_LOOKED_AT
            speeches = speeches[reach >= enough]
        if len(speeches):
            known[speeches] = _times(self._weighed(speeches), _some(factor, speeches))
        if factor is None:
            self._known = known
        return known

    @staticmethod
    def _has_all(found: Mask, known: Scores) -> bool:
        return bool((known[found] > _NOT_LOOKED_AT).all())

    @cached_property
    def _beside(self) -> list[tuple[Documents, Scores]]:
        """For each phrase the documents that have it, ascending, and what it counts there."""
        found = []
        for phrase in self._favoured:
            one = occurrences(self._snapshot, TEXT_FIELD, phrase)
            if len(one.documents):
                rarity = self._evaluator.rarity(TEXT_FIELD, one.counts)
                part = one.documents, one.frequencies, rarity
                found.append((one.documents, self._evaluator.scores_of(TEXT_FIELD, *part)))
        return found

    @cached_property
    def _reach(self) -> Scores:
        """float32[H]: what no speech scores more than, by what is known of speeches."""
        together = np.zeros_like(self._named)
        for leaf in self._leaves:
            together += leaf.spoken
        for documents, scores in self._beside:
            speeches, best = self._evaluator.best(documents, scores)
            together[speeches] += best
        return self._named + np.float32(EVERY_WORD) * together

    def _weighed(self, speeches: Speeches) -> Scores:
        """What some speeches, ascending, score."""
        within = np.zeros(len(self._named), bool)
        within[speeches] = True
        best = self._alone(speeches)
        documents, scores = self._several(within)
        if len(documents):
            of, scores = self._evaluator.best(documents, scores)
            together = np.zeros(len(within), np.float32)
            together[of] = scores
            best = np.maximum(best, together[speeches])
        weighed: Scores = self._named[speeches] + best
        return weighed

    def _alone(self, speeches: Speeches) -> Scores:
        """Of some speeches, what the best paragraph counts that has one word alone."""
        named = np.array([leaf.named[speeches] for leaf in self._leaves])
        lacking = len(self._leaves) - named.sum(axis=0)
        best = np.zeros(len(speeches), np.float32)
        for leaf, of_head in zip(self._leaves, named, strict=True):
            # the others are had by every paragraph where the head has them
            every = lacking + of_head == 1
            spoken = leaf.spoken[speeches]
            spoken[every] *= np.float32(EVERY_WORD)
            np.maximum(best, spoken, out=best)
        return best

    def _several(self, within: Mask) -> tuple[Documents, Scores]:
        """The paragraphs of some speeches, bool[H], that have several words or a phrase, ascending,
        and what they count; there may be some of other speeches."""
        found = [self._evaluator.parts(TEXT_FIELD, leaf.ways, within) for leaf in self._leaves]
        with board(self._snapshot.size) as (marks, places):
            documents = self._shared(found, within, marks)
            marks[documents] = _SEVERAL
            places[documents] = np.arange(len(documents), dtype=np.int32)
            sums = np.zeros(len(documents), np.float32)
            every = np.ones(len(documents), bool)
            for leaf, parts in zip(self._leaves, found, strict=True):
                said = np.zeros(len(documents), np.float32)
                for number, part in enumerate(parts):
                    part = part.only(np.flatnonzero(marks.take(part.documents) == _SEVERAL))
                    scores = self._evaluator.scores_of(TEXT_FIELD, *part)
                    at = places.take(part.documents)
                    said[at] = np.maximum(said[at], scores) if number else scores
                sums += said
                has = said > 0
                if leaf.named.any():
                    has |= leaf.named[self._snapshot.speech_of[documents]]
                every &= has
            for those, scores in self._beside:
                here = np.flatnonzero(marks.take(those) == _SEVERAL)
                sums[places[those[here]]] += scores[here]
            marks[documents] = 0
        sums[every] *= np.float32(EVERY_WORD)
        return documents, sums

    def _shared(
        self, found: Sequence[Sequence["Part"]], within: Mask, marks: npt.NDArray[np.uint8]
    ) -> Documents:
        """The documents that parts of several words have, or a phrase, ascending. ``marks`` are
        left as they were."""
        # the longest lists last, which need not be marked
        ordered = sorted(found, key=lambda parts: sum(len(part.documents) for part in parts))
        several: list[Documents] = []
        marked: list[Speeches] = []
        for parts in ordered:
            if parts is not ordered[0]:
                several += [part.documents[marks.take(part.documents) > 0] for part in parts]
            if parts is not ordered[-1]:
                for part in parts:
                    marked.append(part.documents.astype(np.intp))
                    marks[marked[-1]] = _ONE
        for those in marked:
            marks[those] = 0
        for documents, _ in self._beside:
            here = within.take(self._snapshot.speech_of.take(documents))
            several.append(documents[here])
        joined = np.concatenate([NO_POSTINGS.documents, *several])
        joined.sort()
        return joined[firsts(joined)]


def _times(scores: Scores, factor: Scores | None) -> Scores:
    return scores if factor is None else scores * factor


def _some(factor: Scores | None, speeches: Speeches) -> Scores | None:
    return None if factor is None else factor[speeches]

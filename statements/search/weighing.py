"""How well speeches match: by the best single paragraph, so that words said in one breath count
for more than the same words strewn over a speech.

    score = named + max over paragraphs of (said + side by side), half as much again
            where the paragraph has every word

*Said* is the sum of what each word counts in the paragraph (``impacts``, times its rarity), *side
by side* the same of words typed beside one another, as phrases; *named* is what the head adds, and
a word of the head is had by every paragraph (``docs/decisions/ranking.md``).

Only of speeches that may reach the page asked for need this be known. The best paragraph of each
word, which an index of speeches tells at once, bounds a speech's score from both sides: no
paragraph has more than the sum, and one has the greatest. So H bounds are compared, paragraphs
looked at where that leaves a doubt, and places of words where it still does. What a speech scores
does not depend on which others are looked at.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from statements.search import impacts, occurrences
from statements.search.query import Phrase
from statements.search.schema import TEXT_FIELD
from statements.search.snapshot import Mask

if TYPE_CHECKING:
    from statements.search.evaluate import Evaluator, Leaf

EVERY_WORD = 1.5  # times what a paragraph counts that has every word
_ROUNDING = 1 + 1e-4  # sums of the same numbers in another order differ by less
_NOT_LOOKED_AT = -np.inf

Scores = npt.NDArray[np.float32]


class Weighing:
    """Scores of the speeches that one query finds."""

    def __init__(
        self,
        evaluator: "Evaluator",
        leaves: Sequence["Leaf"],
        favoured: Sequence[Phrase],
        apart: Scores,
    ) -> None:
        """``apart``, float32[H], is what counts beside the words of texts."""
        self._evaluator, self._leaves = evaluator, leaves
        self._snapshot = evaluator.snapshot
        self._named = apart
        for leaf in leaves:
            self._named = self._named + leaf.named_scores
        several = len(leaves) > 1
        self._rarities = {}
        for phrase in favoured if several else ():
            if rarity := evaluator.rarity(TEXT_FIELD, phrase):
                self._rarities[phrase] = rarity
        self._most_beside = EVERY_WORD * impacts.MOST * sum(self._rarities.values())

    def scores(self, found: Mask, most: int, factor: Scores | None = None) -> Scores:
        """float32[H]: of ``found``, bool[H], at least the ``most`` best have their scores; others
        may have less than any score. ``factor``, float32[H], is what these are multiplied by."""
        if len(self._leaves) <= 1:
            spoken = self._leaves[0].spoken if self._leaves else np.float32(0)
            return _times(self._named + spoken, factor)
        speeches = np.flatnonzero(found)
        if most < len(speeches):
            speeches = self._within_reach(speeches, most, factor)
        within = np.zeros_like(found)
        within[speeches] = True
        sums, whole = self._said(within)
        total = self._named + self._best(sums, whole)
        if self._rarities:
            if most < len(speeches):
                least = _times(total, factor)[speeches]
                reach = _times(total + np.float32(self._most_beside), factor)[speeches]
                speeches = _that_may_be_best(speeches, least, reach, most)
                within[:] = False
                within[speeches] = True
            self._add_side_by_side(sums, within)
            total = self._named + self._best(sums, whole)
        known = np.full(len(found), _NOT_LOOKED_AT, np.float32)
        known[speeches] = _times(total, factor)[speeches]
        return known

    def _within_reach(
        self, speeches: npt.NDArray[np.int64], most: int, factor: Scores | None
    ) -> npt.NDArray[np.int64]:
        """The speeches that may be among the best, by what is known of speeches."""
        spoken = [leaf.spoken for leaf in self._leaves]
        greatest, together = spoken[0], spoken[0]
        for one in spoken[1:]:
            greatest, together = np.maximum(greatest, one), together + one
        least = _times(self._named + greatest, factor)[speeches]
        more = self._named + np.float32(EVERY_WORD) * together + np.float32(self._most_beside)
        return _that_may_be_best(speeches, least, _times(more, factor)[speeches], most)

    def _said(self, within: Mask) -> tuple[Scores, Mask]:
        """Of each document, if it is of one of these speeches, the sum of its words' scores,
        float32[D], and whether it has all of them, bool[D]."""
        snapshot, evaluator = self._snapshot, self._evaluator
        sums = np.zeros(snapshot.size, np.float32)
        every = np.ones(snapshot.size, bool)
        for leaf in self._leaves:
            said = np.zeros(snapshot.size, np.float32)
            for part in evaluator.parts(TEXT_FIELD, leaf.ways, within):
                scores = evaluator.scores_of(TEXT_FIELD, part)
                said[part.documents] = np.maximum(said[part.documents], scores)
            sums += said
            has = said > 0
            if (leaf.named & within).any():
                has |= leaf.named[snapshot.speech_of]
            every &= has
        return sums, every

    def _add_side_by_side(self, sums: Scores, within: Mask) -> None:
        for phrase, weight in self._rarities.items():
            found = occurrences.occurrences(self._snapshot, TEXT_FIELD, phrase, within)
            codes = self._snapshot.codes[TEXT_FIELD][found.documents]
            scores = impacts.of_pairs(TEXT_FIELD, found.frequencies, codes)
            sums[found.documents] += np.float32(weight) * scores

    def _best(self, sums: Scores, whole: Mask) -> Scores:
        """float32[H]: the best paragraph of each speech."""
        documents = np.flatnonzero(sums)
        scores = sums[documents]
        scores[whole[documents]] *= np.float32(EVERY_WORD)
        best = np.zeros(len(self._snapshot.alive), np.float32)
        if len(documents):
            speeches = self._snapshot.speech_of[documents]
            starts = np.flatnonzero(np.diff(speeches, prepend=-1))
            best[speeches[starts]] = np.maximum.reduceat(scores, starts)
        return best


def _times(scores: Scores, factor: Scores | None) -> Scores:
    return scores if factor is None else scores * factor


def _that_may_be_best(
    speeches: npt.NDArray[np.int64], least: Scores, reach: Scores, most: int
) -> npt.NDArray[np.int64]:
    """Of some speeches those that may be among the ``most`` best, of which is known what they have
    at least, and what at most."""
    enough = np.partition(least, len(least) - most)[len(least) - most]
    chosen: npt.NDArray[np.int64] = speeches[reach * np.float32(_ROUNDING) >= enough]
    return chosen

"""How well speeches match: by the best single paragraph, so that words said in one breath count
for more than the same words strewn over a speech.

    score = named + max over paragraphs of (said + side by side), half as much again
            where the paragraph has every word

*Said* is the sum of what each word counts in the paragraph (``impacts``, times its rarity), *side
by side* the same of words typed beside one another, as phrases; *named* is what the head adds, and
a word of the head is had by every paragraph (``docs/decisions/ranking.md``).

Only of speeches that may reach the page asked for need this be known. No paragraph has more than
the best paragraph of each word together, which an index of speeches tells at once, and the phrases
of the speech: by this bound some likely speeches are chosen and weighed, and then those whose bound
is above what these come to. Phrases of very common words are looked for last. What a speech scores
does not depend on which others are looked at.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from statements.search import impacts, occurrences
from statements.search.decoding import Documents
from statements.search.query import Phrase
from statements.search.schema import TEXT_FIELD
from statements.search.snapshot import Mask

if TYPE_CHECKING:
    from statements.search.evaluate import Evaluator, Leaf

EVERY_WORD = 1.5  # times what a paragraph counts that has every word
_ROUNDING = 1 + 1e-4  # sums of the same numbers in another order differ by less
_NOT_LOOKED_AT = -np.inf

_QUICK = 0.5  # as many paragraphs as there are, that have words of a phrase
_LIKELY = 4  # times as many as are asked for are looked at first

Scores = npt.NDArray[np.float32]
Speeches = npt.NDArray[np.int64]


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
        self._known: Scores | None = None
        self._rarities = {}
        for phrase in favoured if several else ():
            if rarity := evaluator.rarity(TEXT_FIELD, phrase):
                self._rarities[phrase] = rarity

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
        enough = np.float32(_NOT_LOOKED_AT)
        # phrases of rarer words are found at once; of "of the" only where it may matter
        beside = {one: self._beside(one, found) for one in self._rarities if self._is_quick(one)}
        if _LIKELY * most < len(speeches):
            # what the likeliest have tells which of the others may have more
            reach = _times(self._reach(beside), factor)[speeches] * np.float32(_ROUNDING)
            likely = np.zeros(len(speeches), bool)
            likely[np.argpartition(reach, len(reach) - _LIKELY * most)[-_LIKELY * most :]] = True
            self._weigh(speeches[likely], most, factor, enough, known, beside)
            enough = _best_of(known[speeches[likely]], most)
            speeches = speeches[(reach >= enough) & ~likely]
        if len(speeches):
            self._weigh(speeches, most, factor, enough, known, beside)
        if factor is None:
            self._known = known
        return known

    @staticmethod
    def _has_all(found: Mask, known: Scores) -> bool:
        return bool((known[found] > _NOT_LOOKED_AT).all())

    def _is_quick(self, phrase: Phrase) -> bool:
        often = occurrences.counts(self._snapshot, TEXT_FIELD, phrase)
        return sum(often) < _QUICK * self._snapshot.size

    def _beside(self, phrase: Phrase, within: Mask) -> tuple[Documents, Scores]:
        """The documents of some speeches, bool[H], that have a phrase, and what it counts there."""
        found = occurrences.occurrences(self._snapshot, TEXT_FIELD, phrase, within)
        codes = self._snapshot.codes[TEXT_FIELD][found.documents]
        scores = impacts.of_pairs(TEXT_FIELD, found.frequencies, codes)
        return found.documents, scores * np.float32(self._rarities[phrase])

    def _reach(self, beside: Mapping[Phrase, tuple[Documents, Scores]]) -> Scores:
        """float32[H]: what no speech scores more than, by what is known of speeches."""
        together = np.zeros(len(self._snapshot.alive), np.float32)
        for leaf in self._leaves:
            together += leaf.spoken
        for documents, scores in beside.values():
            best = np.zeros_like(together)
            np.maximum.at(best, self._snapshot.speech_of[documents], scores)
            together += best
        return self._named + np.float32(EVERY_WORD) * together + self._most_beside(beside)

    def _most_beside(self, known: Collection[Phrase]) -> np.float32:
        """What phrases come to at most that are not known."""
        unknown = sum(weight for one, weight in self._rarities.items() if one not in known)
        return np.float32(EVERY_WORD * impacts.MOST * unknown)

    def _weigh(
        self,
        speeches: Speeches,
        most: int,
        factor: Scores | None,
        enough: np.float32,
        known: Scores,
        beside: Mapping[Phrase, tuple[Documents, Scores]],
    ) -> None:
        """Note the scores of some speeches, ascending; of those that have ``enough`` or are among
        the ``most`` best."""
        said = _Said(self._evaluator, speeches)
        for leaf in self._leaves:
            said.add(leaf)
        for found in beside.values():
            said.add_beside(*found)
        total = _times(self._named[speeches] + said.best(), _some(factor, speeches))
        if later := self._rarities.keys() - beside.keys():
            if most < len(speeches):
                enough = max(enough, _best_of(total, most))
            more = np.full(len(speeches), self._most_beside(beside))
            reach = total + _times(more, _some(factor, speeches))
            chosen = reach * np.float32(_ROUNDING) >= enough
            within = np.zeros(len(known), bool)
            within[speeches[chosen]] = True
            for phrase in self._rarities:
                if phrase in later:
                    said.add_beside(*self._beside(phrase, within))
            total = _times(self._named[speeches] + said.best(), _some(factor, speeches))
            speeches, total = speeches[chosen], total[chosen]
        known[speeches] = total


class _Said:
    """The N documents of some speeches, one speech after the other: ``sums`` float32[N] of their
    words' scores, and ``whole`` bool[N], whether they have all of them."""

    def __init__(self, evaluator: "Evaluator", speeches: Speeches) -> None:
        snapshot = evaluator.snapshot
        self._evaluator, self._snapshot, self._speeches = evaluator, snapshot, speeches
        self._within = np.zeros(len(snapshot.alive), bool)
        self._within[speeches] = True
        heads = snapshot.heads[speeches].astype(np.int64)
        self._lengths = np.append(snapshot.heads, snapshot.size)[speeches + 1] - heads
        self._firsts = np.cumsum(self._lengths) - self._lengths
        # from the number of a document in the snapshot to its number here, by speech
        self._shift = np.zeros(len(snapshot.alive), np.int64)
        self._shift[speeches] = self._firsts - heads
        size = int(self._lengths.sum())
        self.sums = np.zeros(size, np.float32)
        self.whole = np.ones(size, bool)

    def add(self, leaf: "Leaf") -> None:
        said = np.zeros(len(self.sums), np.float32)
        parts = self._evaluator.parts(TEXT_FIELD, leaf.ways, self._within)
        for number, part in enumerate(parts):
            here, documents = self._here(part.documents)
            if here is not None:
                part = part._replace(
                    documents=part.documents[here], frequencies=part.frequencies[here]
                )
            scores = self._evaluator.scores_of(TEXT_FIELD, part)
            said[documents] = np.maximum(said[documents], scores) if number else scores
        self.sums += said
        has = said > 0
        named = leaf.named[self._speeches]
        if named.any():
            has |= np.repeat(named, self._lengths)
        self.whole &= has

    def add_beside(self, documents: Documents, scores: Scores) -> None:
        here, places = self._here(documents)
        self.sums[places] += scores if here is None else scores[here]

    def best(self) -> Scores:
        """Of each speech, what its best document counts."""
        scores = self.sums.copy()
        scores[self.whole] *= np.float32(EVERY_WORD)
        best: Scores = np.maximum.reduceat(scores, self._firsts)
        return best

    def _here(self, documents: Documents) -> tuple[Speeches | None, Speeches]:
        """Which of some documents are of these speeches, None for all; and their numbers here."""
        of = self._snapshot.speech_of[documents]
        here = np.flatnonzero(self._within[of])
        if len(here) == len(documents):
            return None, documents + self._shift[of]
        return here, documents[here] + self._shift[of[here]]


def _times(scores: Scores, factor: Scores | None) -> Scores:
    return scores if factor is None else scores * factor


def _some(factor: Scores | None, speeches: Speeches) -> Scores | None:
    return None if factor is None else factor[speeches]


def _best_of(scores: Scores, most: int) -> np.float32:
    """What the ``most`` best have at least."""
    least: np.float32 = np.partition(scores, len(scores) - most)[len(scores) - most]
    return least

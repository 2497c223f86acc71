"""The evaluator: a query tree and a snapshot in, for every speech whether and how well it matches.

Conditions meet at the speech: words may stand in different paragraphs of it, or among the words
of its head. A word's score for a speech is that of the paragraph which matches best (BM25:
Robertson and Zaragoza, "The Probabilistic Relevance Framework", 2009), and what the head adds.
Every posting is looked at; nothing is skipped, so that totals and counts are exact.
"""

from dataclasses import dataclass
from functools import reduce

import numpy as np
import numpy.typing as npt

from statements.search.occurrences import Expansions, expand, occurrences
from statements.search.query import (
    Among,
    And,
    Between,
    Every,
    In,
    Near,
    Node,
    Not,
    Or,
    Phrase,
    Prefix,
    Sought,
    Together,
    Word,
    required_words,
)
from statements.search.schema import HEAD_FIELDS, MANY_VALUED, TEXT_FIELD
from statements.search.segments import Documents
from statements.search.snapshot import Mask, Snapshot

K1 = 1.2
B = 0.75

Scores = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Match:
    """Over all H speeches of a snapshot."""

    matched: Mask  # bool[H]
    scores: Scores  # float64[H], 0 where nothing was scored
    together: Mask  # bool[H]: one paragraph has all that is required


@dataclass(frozen=True, slots=True)
class Leaf:
    """What is sought, found: the paragraphs that have it, and the speeches whose head has it."""

    documents: Documents  # ascending
    scores: Scores  # of each of these documents
    named: Mask  # bool[H]
    named_scores: Scores  # float64[H]


class Evaluator:
    """Evaluates query trees over one snapshot; each word and phrase once."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot
        self.expansions: Expansions = {}
        self._leaves: dict[Sought, Leaf] = {}

    def match(self, node: Node) -> Match:
        """Raises QueryError where beginnings of words stand for too many words."""
        self.expansions = expand(self.snapshot, node)
        matched, scores = self._evaluate(node)
        required = list(dict.fromkeys(required_words(node)))
        together = np.zeros_like(matched)
        if len(required) > 1 and matched.any():
            together, best = self._together(required, matched)
            scores = scores + best
        return Match(matched, scores, together)

    def leaf(self, sought: Sought) -> Leaf:
        if sought not in self._leaves:
            self._leaves[sought] = self._find(sought)
        return self._leaves[sought]

    # -- conditions on speeches ---------------------------------------------------------------

    def _evaluate(self, node: Node) -> tuple[Mask, Scores]:
        snapshot = self.snapshot
        match node:
            case Word() | Phrase() | Near() | Prefix():
                return self._speeches(self.leaf(node))
            case In(field, sought):
                return self._named(field, sought)
            case Together(part):
                together = np.zeros_like(snapshot.alive)
                together[snapshot.speech_of[self._paragraphs(part) & self._spoken()]] = True
                return together & snapshot.alive, self._evaluate(part)[1]
            case And(parts):
                matched, scores = snapshot.alive, np.zeros(len(snapshot.alive))
                for part in parts:
                    also, more = self._evaluate(part)
                    matched, scores = matched & also, scores + more
                return matched, scores
            case Or(parts):
                matched = np.zeros_like(snapshot.alive)
                scores = np.zeros(len(matched))
                for part in parts:
                    also, more = self._evaluate(part)
                    matched, scores = matched | also, scores + np.where(also, more, 0.0)
                return matched, scores
            case Not(part):
                excluded, _ = self._evaluate(part)
                return snapshot.alive & ~excluded, np.zeros(len(excluded))
            case Among(field, values):
                return self.among(field, values), np.zeros(len(snapshot.alive))
            case Between(field, low, high):
                return self.between(field, low, high), np.zeros(len(snapshot.alive))
            case Every():
                return snapshot.alive, np.zeros(len(snapshot.alive))

    def among(self, field: str, values: tuple[str, ...]) -> Mask:
        """Speeches that have one of a facet's values."""
        snapshot = self.snapshot
        if field in snapshot.numbers:
            chosen = [int(value) for value in values if value.isascii() and value.isdecimal()]
            return snapshot.alive & np.isin(snapshot.numbers[field], chosen)
        facet = snapshot.facets[field]
        having = facet.having_member if field == MANY_VALUED else facet.having
        return snapshot.alive & having(values)

    def between(self, field: str, low: int | None, high: int | None) -> Mask:
        numbers = self.snapshot.numbers[field]
        within = self.snapshot.alive & (numbers > 0)
        if low is not None:
            within &= numbers >= low
        if high is not None:
            within &= numbers <= high
        return within

    def _named(self, field: str, sought: Sought) -> tuple[Mask, Scores]:
        """Speeches whose head has the words in one field."""
        named, named_scores = np.zeros_like(self.snapshot.alive), np.zeros(len(self.snapshot.alive))
        documents, scores = self._score(field, sought)
        speeches = self.snapshot.speech_of[documents]
        named[speeches] = True
        named_scores[speeches] = HEAD_FIELDS[field] * scores
        return named, named_scores

    def _paragraphs(self, node: Node) -> Mask:
        """bool[D]: of which documents a condition is true. What the head says, and every value
        of the speech, is true of all its documents."""
        match node:
            case Word() | Phrase() | Near() | Prefix():
                leaf = self.leaf(node)
                mask: Mask = leaf.named[self.snapshot.speech_of]
                mask[leaf.documents] = True
                return mask
            case And(parts):
                return reduce(np.logical_and, map(self._paragraphs, parts))
            case Or(parts):
                return reduce(np.logical_or, map(self._paragraphs, parts))
            case Not(part):
                return ~self._paragraphs(part)
            case Together(part):
                return self._paragraphs(part)
            case _:
                whole: Mask = self._evaluate(node)[0][self.snapshot.speech_of]
                return whole

    def _spoken(self) -> Mask:
        """bool[D]: documents that are paragraphs which somebody spoke."""
        spoken: Mask = self.snapshot.lengths[TEXT_FIELD] > 0
        return spoken

    def _speeches(self, leaf: Leaf) -> tuple[Mask, Scores]:
        matched = leaf.named.copy()
        scores = leaf.named_scores.copy()
        if len(leaf.documents):
            speeches, best = self._best(leaf.documents, leaf.scores)
            matched[speeches] = True
            scores[speeches] += best
        return matched, scores

    def _best(self, documents: Documents, scores: Scores) -> tuple[Documents, Scores]:
        """For each speech of some ascending documents the best score among them."""
        speeches = self.snapshot.speech_of[documents]
        starts = np.flatnonzero(np.diff(speeches, prepend=-1))
        return speeches[starts], np.maximum.reduceat(scores, starts)

    def _together(self, required: list[Sought], matched: Mask) -> tuple[Mask, Scores]:
        """Which speeches have a paragraph with all that is required, and the best sum of scores
        in such a paragraph. What the head says is said of every paragraph."""
        speech_of = self.snapshot.speech_of
        leaves = [self.leaf(node) for node in required]
        together, best = np.zeros_like(matched), np.zeros(len(matched))
        paragraphs = np.unique(
            np.concatenate([one.documents[matched[speech_of[one.documents]]] for one in leaves])
        )
        sums = np.zeros(len(paragraphs))
        every = np.ones(len(paragraphs), bool)
        for leaf in leaves:
            here, scores = _looked_up(paragraphs, leaf.documents, leaf.scores)
            every &= here | leaf.named[speech_of[paragraphs]]
            sums += scores
        if every.any():
            speeches, sums_of_best = self._best(paragraphs[every], sums[every])
            together[speeches] = True
            best[speeches] = sums_of_best
        return together, best

    # -- words and phrases in documents -------------------------------------------------------

    def _find(self, sought: Sought) -> Leaf:
        snapshot = self.snapshot
        named, named_scores = np.zeros_like(snapshot.alive), np.zeros(len(snapshot.alive))
        for field in HEAD_FIELDS:
            also, more = self._named(field, sought)
            named |= also
            named_scores += more
        return Leaf(*self._score(TEXT_FIELD, sought), named, named_scores)

    def _score(self, field: str, sought: Sought) -> tuple[Documents, Scores]:
        expansion = self.expansions.get((sought, field)) or self.expansions.get((sought, ""), ())
        found = occurrences(self.snapshot, field, sought, expansion)
        if not len(found.documents):
            return found.documents, np.empty(0)
        given, average = self.snapshot.field_statistics(field)
        rarity = sum(np.log1p((given - count + 0.5) / (count + 0.5)) for count in found.counts)
        lengths = self.snapshot.lengths[field][found.documents]
        norm = K1 * (1 - B + B * lengths / average)
        return found.documents, rarity * found.frequencies * (K1 + 1) / (found.frequencies + norm)


def _looked_up(these: Documents, those: Documents, scores: Scores) -> tuple[Mask, Scores]:
    """Which of these are among those, and their scores there, 0 for the others."""
    if not len(those):
        return np.zeros(len(these), bool), np.zeros(len(these))
    places = np.searchsorted(those, these)
    places[places == len(those)] = 0
    here = those[places] == these
    return here, np.where(here, scores[places], 0.0)

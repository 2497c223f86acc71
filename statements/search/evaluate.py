"""The evaluator: a query tree and a snapshot in, for every speech whether and how well it matches.

Conditions meet at the speech: words may stand in different paragraphs of it, or among the words
of its head. A word's score for a speech is that of the paragraph which matches best (BM25:
Robertson and Zaragoza, "The Probabilistic Relevance Framework", 2009), and what the head adds.
Every posting is looked at; nothing is skipped, so that totals and counts are exact.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from statements.search.query import Among, And, Between, Every, Node, Not, Or, Phrase, Word
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
    """A word or phrase: the paragraphs that have it, and the speeches whose head has it."""

    documents: Documents  # ascending
    scores: Scores  # of each of these documents
    named: Mask  # bool[H]
    named_scores: Scores  # float64[H]


class Evaluator:
    """Evaluates query trees over one snapshot; each word and phrase once."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot
        self._leaves: dict[Word | Phrase, Leaf] = {}

    def match(self, node: Node) -> Match:
        matched, scores = self._evaluate(node)
        required = list(dict.fromkeys(required_leaves(node)))
        together = np.zeros_like(matched)
        if len(required) > 1 and matched.any():
            together, best = self._together(required, matched)
            scores = scores + best
        return Match(matched, scores, together)

    def leaf(self, node: Word | Phrase) -> Leaf:
        if node not in self._leaves:
            self._leaves[node] = self._find(node)
        return self._leaves[node]

    # -- conditions on speeches ---------------------------------------------------------------

    def _evaluate(self, node: Node) -> tuple[Mask, Scores]:
        snapshot = self.snapshot
        match node:
            case Word() | Phrase():
                return self._speeches(self.leaf(node))
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
        wanted = set(values) - {""}
        if field == MANY_VALUED:
            fits = [not wanted.isdisjoint(value.split()) for value in facet.values]
        else:
            fits = [value in wanted for value in facet.values]
        chosen_ones: Mask = np.array(fits, bool)[facet.ordinals]
        return snapshot.alive & chosen_ones

    def between(self, field: str, low: int | None, high: int | None) -> Mask:
        numbers = self.snapshot.numbers[field]
        within = self.snapshot.alive & (numbers > 0)
        if low is not None:
            within &= numbers >= low
        if high is not None:
            within &= numbers <= high
        return within

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

    def _together(self, required: list[Word | Phrase], matched: Mask) -> tuple[Mask, Scores]:
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

    def _find(self, node: Word | Phrase) -> Leaf:
        snapshot = self.snapshot
        named = np.zeros(len(snapshot.heads), bool)
        named_scores = np.zeros(len(snapshot.heads))
        for field, weight in HEAD_FIELDS.items():
            documents, scores = self._score(field, node)
            speeches = snapshot.speech_of[documents]
            named[speeches] = True
            named_scores[speeches] += weight * scores
        return Leaf(*self._score(TEXT_FIELD, node), named, named_scores)

    def _score(self, field: str, node: Word | Phrase) -> tuple[Documents, Scores]:
        terms = (node.term,) if isinstance(node, Word) else node.terms
        if isinstance(node, Word):
            found = self.snapshot.postings(field, node.term)
            documents, frequencies = found.documents, found.frequencies.astype(np.float64)
        else:
            documents, frequencies = self._phrase(field, terms)
        if not len(documents):
            return documents, np.empty(0)
        given, average = self.snapshot.field_statistics(field)
        rarity = sum(
            np.log1p((given - count + 0.5) / (count + 0.5))
            for count in (len(self.snapshot.postings(field, term).documents) for term in terms)
        )
        lengths = self.snapshot.lengths[field][documents]
        norm = K1 * (1 - B + B * lengths / average)
        return documents, rarity * frequencies * (K1 + 1) / (frequencies + norm)

    def _phrase(self, field: str, terms: tuple[str, ...]) -> tuple[Documents, Scores]:
        """Documents that have the terms side by side, and how often."""
        found = [self.snapshot.postings(field, term, places=True) for term in terms]
        common = min((one.documents for one in found), key=len)
        for one in found:
            common = common[_is_in(common, one.documents)]
        keys: npt.NDArray[np.int64] | None = None
        # rarest first; a key is the document and the place at which the phrase would begin
        for offset, one in sorted(enumerate(found), key=lambda item: len(item[1].documents)):
            assert one.places is not None  # noqa: S101
            counts = one.frequencies.astype(np.int64)
            here = _is_in(one.documents, common)
            of = np.repeat(one.documents[here].astype(np.int64), counts[here])
            places = one.places[np.repeat(here, counts)]
            begins = (of << 32) + (places.astype(np.int64) - offset)
            keys = begins if keys is None else keys[_is_in(keys, begins)]
        assert keys is not None  # noqa: S101
        documents, counts = np.unique(keys >> 32, return_counts=True)
        return documents.astype(np.int32), counts.astype(np.float64)


def required_leaves(node: Node) -> list[Word | Phrase]:
    """Words and phrases that every match has."""
    match node:
        case Word() | Phrase():
            return [node]
        case And(parts):
            return [leaf for part in parts for leaf in required_leaves(part)]
        case _:
            return []


def wanted_leaves(node: Node) -> list[Word | Phrase]:
    """Words and phrases that a match may have: what is marked in extracts."""
    match node:
        case Word() | Phrase():
            return [node]
        case And(parts) | Or(parts):
            return list(dict.fromkeys(leaf for part in parts for leaf in wanted_leaves(part)))
        case _:
            return []


def _is_in(these: npt.NDArray[np.signedinteger], those: npt.NDArray[np.signedinteger]) -> Mask:
    """Which of these ascending numbers are among those, ascending as well."""
    if not len(those):
        return np.zeros(len(these), bool)
    places = np.searchsorted(those, these)
    places[places == len(those)] = 0
    found: Mask = those[places] == these
    return found


def _looked_up(these: Documents, those: Documents, scores: Scores) -> tuple[Mask, Scores]:
    """Which of these are among those, and their scores there, 0 for the others."""
    if not len(those):
        return np.zeros(len(these), bool), np.zeros(len(these))
    places = np.searchsorted(those, these)
    places[places == len(those)] = 0
    here = those[places] == these
    return here, np.where(here, scores[places], 0.0)

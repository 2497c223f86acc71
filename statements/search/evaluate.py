"""The evaluator: a query tree and a snapshot in, for every speech whether and how well it matches.

Conditions meet at the speech: words may stand in different paragraphs of it, or among the words
of its head. A word's score for a speech is that of the paragraph which matches best (``impacts``,
times the word's rarity), and what the head adds. Of the forms of a word the best counts, and
those that were not typed count less. Nothing is skipped, so that totals and counts are exact.

Over H speeches scores are float32[H], 0 where nothing matches; paragraphs, D documents, are looked
at only where it matters which of them it is: for phrases, for words in one paragraph, for extracts.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, reduce

import numpy as np
import numpy.typing as npt

from statements.search import impacts
from statements.search.conflation import HYPHEN, spelling
from statements.search.decoding import Documents
from statements.search.occurrences import Expansions, Occurrences, expand, occurrences
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
from statements.search.segments import Rolled
from statements.search.snapshot import Mask, Snapshot

# how much a form counts that is not the one typed
OTHER_FORM = 0.7

Scores = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Match:
    """Over all H speeches of a snapshot."""

    matched: Mask  # bool[H]
    scores: Scores  # float32[H], 0 where nothing was scored
    together: Mask  # bool[H]: one paragraph has all that is required


@dataclass(frozen=True, slots=True)
class Ways:
    """The ways in which what is sought may stand in a field: any of some terms, each with what it
    counts, or of some occurrences found already."""

    terms: Sequence[tuple[str, Rolled, float]]
    found: Occurrences | None
    rarity: float


class Leaf:
    """What is sought, found."""

    def __init__(self, evaluator: "Evaluator", sought: Sought) -> None:
        self._evaluator = evaluator
        self._ways = evaluator.ways(TEXT_FIELD, sought)
        self.spoken = evaluator.speeches(TEXT_FIELD, self._ways)  # float32[H]: of paragraphs
        self.named_scores = evaluator.named(sought)  # float32[H]: of the head

    @cached_property
    def named(self) -> Mask:
        """bool[H]: speeches whose head has it."""
        return self.named_scores > 0

    @property
    def documents(self) -> Documents:
        """The paragraphs that have it, ascending."""
        return self._paragraphs[0]

    @property
    def scores(self) -> Scores:
        """The score of each of these paragraphs."""
        return self._paragraphs[1]

    @cached_property
    def _paragraphs(self) -> tuple[Documents, Scores]:
        return self.within(None)

    def within(self, speeches: Mask | None) -> tuple[Documents, Scores]:
        """The paragraphs of some speeches, bool[H], that have it, ascending, and their scores."""
        return self._evaluator.paragraphs(TEXT_FIELD, self._ways, speeches)


class Evaluator:
    """Evaluates query trees over one snapshot; each word and phrase once."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot
        self.expansions: Expansions = {}
        self._leaves: dict[Sought, Leaf] = {}
        self._forms: dict[str, tuple[str, ...]] = {}

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
            self._leaves[sought] = Leaf(self, sought)
        return self._leaves[sought]

    def mentions(self, sought: Sought) -> Occurrences:
        """The paragraphs that have what is sought in any of its ways, and how often."""
        ways = self.ways(TEXT_FIELD, sought)
        parts = [self.snapshot.postings(TEXT_FIELD, term) for term, *_ in ways.terms]
        found = [(one.documents, one.frequencies) for one in parts]
        if ways.found is not None:
            found.append((ways.found.documents, ways.found.frequencies))
        often = np.zeros(self.snapshot.size, np.int64)
        for documents, frequencies in found:
            often[documents] += frequencies
        having = np.flatnonzero(often > 0).astype(np.int32)
        return Occurrences(having, often[having], (len(having),))

    # -- conditions on speeches ---------------------------------------------------------------

    def _evaluate(self, node: Node) -> tuple[Mask, Scores]:
        snapshot = self.snapshot
        match node:
            case Word() | Phrase() | Near() | Prefix():
                leaf = self.leaf(node)
                scores = leaf.spoken + leaf.named_scores
                return scores > 0, scores
            case In(field, sought):
                scores = self._named_in(field, sought)
                return scores > 0, scores
            case Together(part):
                together = np.zeros_like(snapshot.alive)
                together[snapshot.speech_of[self._paragraphs(part) & self._spoken()]] = True
                return together & snapshot.alive, self._evaluate(part)[1]
            case And(parts):
                matched, scores = self._evaluate(parts[0])
                for part in parts[1:]:
                    also, more = self._evaluate(part)
                    matched, scores = matched & also, scores + more
                return matched, scores
            case Or(parts):
                matched, scores = np.zeros_like(snapshot.alive), self._nothing()
                for part in parts:
                    also, more = self._evaluate(part)
                    matched, scores = matched | also, scores + more * also
                return matched, scores
            case Not(part):
                return snapshot.alive & ~self._evaluate(part)[0], self._nothing()
            case Among(field, values):
                return self.among(field, values), self._nothing()
            case Between(field, low, high):
                return self.between(field, low, high), self._nothing()
            case Every():
                return snapshot.alive, self._nothing()

    def _nothing(self) -> Scores:
        return np.zeros(len(self.snapshot.alive), np.float32)

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
        spoken: Mask = self.snapshot.codes[TEXT_FIELD] > 0
        return spoken

    def _together(self, required: Sequence[Sought], matched: Mask) -> tuple[Mask, Scores]:
        """Which speeches have a paragraph with all that is required, and the best sum of scores
        in such a paragraph. What the head says is said of every paragraph."""
        leaves = [self.leaf(node) for node in required]
        found = [leaf.within(matched) for leaf in leaves]
        named = [bool((leaf.named_scores[matched] > 0).any()) for leaf in leaves]
        if any(named):
            paragraphs, sums = self._some_named(leaves, found, named)
        else:
            paragraphs, sums = self._in_all(found)
        together, best = np.zeros_like(matched), self._nothing()
        if len(paragraphs):
            speeches, sums = self._best(paragraphs, sums)
            together[speeches] = matched[speeches]
            best[speeches] = sums * matched[speeches]
        return together, best

    def _in_all(self, found: Sequence[tuple[Documents, Scores]]) -> tuple[Documents, Scores]:
        """The paragraphs that all have, and the sums of their scores."""
        (paragraphs, sums), *others = sorted(found, key=lambda one: len(one[0]))
        for documents, scores in others:
            if len(paragraphs) * 16 < len(documents):
                places = np.searchsorted(documents, paragraphs)
                places[places == len(documents)] = 0
                here = documents[places] == paragraphs
                paragraphs, sums = paragraphs[here], sums[here] + scores[places[here]]
            else:
                dense = np.zeros(self.snapshot.size, np.float32)
                dense[documents] = scores
                more = dense[paragraphs]
                here = more > 0
                paragraphs, sums = paragraphs[here], sums[here] + more[here]
        return paragraphs, sums

    def _some_named(
        self,
        leaves: Sequence[Leaf],
        found: Sequence[tuple[Documents, Scores]],
        named: Sequence[bool],
    ) -> tuple[Documents, Scores]:
        """As ``_in_all``, where the heads of some speeches have what paragraphs need not."""
        size = self.snapshot.size
        every, sums = np.ones(size, bool), np.zeros(size, np.float32)
        for leaf, (documents, scores), is_named in zip(leaves, found, named, strict=True):
            here = leaf.named[self.snapshot.speech_of] if is_named else np.zeros(size, bool)
            here[documents] = True
            sums[documents] += scores
            every &= here
        paragraphs = np.flatnonzero(every & (sums > 0)).astype(np.int32)
        return paragraphs, sums[paragraphs]

    def _best(self, documents: Documents, scores: Scores) -> tuple[Documents, Scores]:
        """For each speech of some ascending documents the best score among them."""
        speeches = self.snapshot.speech_of[documents]
        starts = np.flatnonzero(np.diff(speeches, prepend=-1))
        return speeches[starts], np.maximum.reduceat(scores, starts)

    # -- words and phrases in fields ----------------------------------------------------------

    def ways(self, field: str, sought: Sought) -> Ways:
        """How what is sought may stand in a field."""
        match sought:
            case Word(term):
                terms = self._rolled(field, self.forms(term), spelling(term))
                if HYPHEN not in term:
                    return Ways(terms, None, self._rarity(field, terms))
                apart = occurrences(self.snapshot, field, Phrase((term,)))
                return Ways(terms, apart, self._rarity(field, terms, len(apart.documents)))
            case Prefix():
                chosen = self.expansions.get((sought, field))
                chosen = self.expansions.get((sought, ""), ()) if chosen is None else chosen
                terms = self._rolled(field, chosen)
                return Ways(terms, None, self._rarity(field, terms))
            case Phrase() | Near():
                found = occurrences(self.snapshot, field, sought)
                rarity = sum(self._rarity_of(field, count) for count in found.counts)
                return Ways((), found, rarity)

    def speeches(self, field: str, ways: Ways) -> Scores:
        """How well the best document of each speech matches."""
        total, table = self._nothing(), impacts.of_rank(field)
        for number, (_, rolled, weight) in enumerate(ways.terms):
            scores = table[rolled.ranks]
            scores *= np.float32(weight * ways.rarity)
            if number:
                scores = np.maximum(total[rolled.speeches], scores)
            total[rolled.speeches] = scores
        if ways.found is not None and len(ways.found.documents):
            speeches, scores = self._best(ways.found.documents, self._of_found(field, ways))
            total[speeches] = np.maximum(total[speeches], scores)
        return total

    def paragraphs(self, field: str, ways: Ways, within: Mask | None) -> tuple[Documents, Scores]:
        """The documents that match, ascending, and how well; of some speeches if given."""
        parts = []
        for term, _, weight in ways.terms:
            one = self.snapshot.postings(field, term, within=within)
            if len(one.documents):
                codes = self.snapshot.codes[field][one.documents]
                scores = impacts.of_pairs(field, one.frequencies, codes)
                parts.append((one.documents, scores * np.float32(weight * ways.rarity)))
        if ways.found is not None and len(ways.found.documents):
            parts.append((ways.found.documents, self._of_found(field, ways)))
        if not parts:
            return np.empty(0, np.int32), np.empty(0, np.float32)
        if len(parts) == 1:
            return parts[0]
        dense = np.zeros(self.snapshot.size, np.float32)
        for documents, scores in parts:
            dense[documents] = np.maximum(dense[documents], scores)
        found = np.flatnonzero(dense > 0)  # of truth values it is ten times as fast
        return found.astype(np.int32), dense[found]

    def named(self, sought: Sought) -> Scores:
        """How well the heads of speeches match, field by field."""
        total = self._nothing()
        for field in self._fields_of_head(sought):
            total += self._named_in(field, sought)
        return total

    def _fields_of_head(self, sought: Sought) -> Sequence[str]:
        """The fields of the head that may have what is sought."""
        match sought:
            case Word(term) if HYPHEN not in term:
                named = [self.snapshot.fields_of_head(form) for form in self.forms(term)]
                return [field for field in HEAD_FIELDS if any(field in one for one in named)]
            case _:
                return tuple(HEAD_FIELDS)

    def _named_in(self, field: str, sought: Sought) -> Scores:
        return self.speeches(field, self.ways(field, sought)) * np.float32(HEAD_FIELDS[field])

    def _of_found(self, field: str, ways: Ways) -> Scores:
        assert ways.found is not None  # noqa: S101
        codes = self.snapshot.codes[field][ways.found.documents]
        scores = impacts.of_pairs(field, ways.found.frequencies, codes)
        return scores * np.float32(ways.rarity)

    def forms(self, word: str) -> tuple[str, ...]:
        """A word and its other forms, as far as they occur."""
        if word not in self._forms:
            self._forms[word] = self.snapshot.forms(word)
        return self._forms[word]

    def _rolled(
        self, field: str, terms: Sequence[str], typed: str = ""
    ) -> list[tuple[str, Rolled, float]]:
        """The speeches of each term, and what it counts beside the one typed, if one was."""
        found = [(term, self.snapshot.rolled(field, term)) for term in terms]
        return [
            (term, rolled, 1.0 if not typed or spelling(term) == typed else OTHER_FORM)
            for term, rolled in found
            if rolled.count
        ]

    def _rarity(
        self, field: str, terms: Sequence[tuple[str, Rolled, float]], more: int = 0
    ) -> float:
        """Of a word that stands in as many documents as some terms together, or nearly so."""
        return self._rarity_of(field, sum(rolled.count for _, rolled, _ in terms) + more)

    def _rarity_of(self, field: str, count: int) -> float:
        given = self.snapshot.given(field)
        count = min(count, given)
        return float(np.log1p((given - count + 0.5) / (count + 0.5)))

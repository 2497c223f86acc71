"""The evaluator: a query tree and a snapshot in, for every speech whether and how well it matches.

Conditions meet at the speech: words may stand in different paragraphs of it, or among the words
of its head. A word's score for a paragraph is its impact there (``bm25``) times its rarity. Of
the forms of a word the best counts, and those that were not typed count less. ``scoring`` makes
of these the scores of speeches. Nothing is skipped, so that totals and counts are exact.

Over H speeches scores are float32[H], 0 where nothing matches; paragraphs, D documents, are looked
at only where it matters which of them it is: for phrases, for words in one paragraph, for extracts.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, reduce
from typing import NamedTuple
from weakref import proxy

import numpy as np

from statements.search.analysis.inflection import HYPHEN, spelling
from statements.search.fields import HEAD_FIELDS, MANY_VALUED, TEXT_FIELD
from statements.search.index.formats import bm25
from statements.search.index.formats.postings import NO_POSTINGS, Documents, Numbers, Rolled, firsts
from statements.search.index.snapshot import Mask, Snapshot
from statements.search.matching.positions import (
    Expansions,
    Occurrences,
    counts,
    expand,
    occurrences,
)
from statements.search.matching.scoring import Scores, Weighing
from statements.search.matching.whoosh_fallback import by_whoosh
from statements.search.query import (
    Among,
    And,
    Between,
    Every,
    Favour,
    In,
    Kin,
    Most,
    Near,
    Node,
    Not,
    Or,
    Phrase,
    Prefix,
    Sought,
    Together,
    Word,
    favoured,
    named_words,
    wanted_words,
)

# how much a form counts that is not the one typed
OTHER_FORM = 0.7
FEW = 0.05  # of all paragraphs
MOST_NEAR = 8  # pairs of words whose nearness counts
RELATIVE = 0.4  # a word of the same stem, where such are sought


@dataclass(frozen=True, slots=True)
class Match:
    """Over all H speeches of a snapshot."""

    matched: Mask  # bool[H]
    weighing: Weighing


@dataclass(frozen=True, slots=True)
class Ways:
    """The ways in which what is sought may stand in a field: any of some terms, each with what it
    counts, or of some occurrences found already."""

    terms: Sequence[tuple[str, Rolled, float]]
    found: Occurrences | None
    rarity: float


class Part(NamedTuple):
    """The documents that have what is sought in one way, how often, and what that counts."""

    documents: Documents  # ascending
    frequencies: Numbers
    weight: float

    def only(self, places: Numbers) -> "Part":
        """Those of its documents that stand at some places."""
        return Part(self.documents.take(places), self.frequencies.take(places), self.weight)


class Leaf:
    """What is sought, found; of use for as long as its evaluator is."""

    def __init__(self, evaluator: "Evaluator", sought: Sought) -> None:
        # a circle would keep the snapshot, with all its files, until the garbage collector comes
        self._evaluator: Evaluator = proxy(evaluator)
        self.ways = evaluator.ways(TEXT_FIELD, sought)
        self.spoken = evaluator.speeches(TEXT_FIELD, self.ways)  # float32[H]: of paragraphs
        self.named_scores = evaluator.named(sought)  # float32[H]: of the head

    @cached_property
    def had(self) -> Mask:
        """bool[H]: speeches that have it."""
        return self.spoken + self.named_scores > 0

    @cached_property
    def named(self) -> Mask:
        """bool[H]: speeches whose head has it."""
        return self.named_scores > 0

    def within(self, speeches: Mask) -> tuple[Documents, Scores]:
        """The paragraphs of some speeches, bool[H], that have it, ascending, and their scores."""
        return self._evaluator.paragraphs(TEXT_FIELD, self.ways, speeches)


class Evaluator:
    """Evaluates query trees over one snapshot; each word and phrase once."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot
        self.expansions: Expansions = {}
        self._leaves: dict[Sought, Leaf] = {}
        self._forms: dict[str, tuple[str, ...]] = {}
        self._stepped: list[Scores] = []

    def match(self, node: Node) -> Match:
        """Raises QueryError where beginnings of words stand for too many words."""
        self.expansions = expand(self.snapshot, node)
        self._stepped = []
        matched = self._evaluate(node)
        leaves = [self.leaf(sought) for sought in wanted_words(node)]
        apart = self._nothing()
        for named in named_words(node):
            apart += self._named_in(named.field, named.sought)
        for other in self._stepped:
            apart += other
        return Match(matched, Weighing(self, leaves, self._telling(favoured(node)), apart))

    def _telling(self, beside: Sequence[Phrase | Near]) -> list[Phrase | Near]:
        """Of words near one another only those of which one stands in few paragraphs, the rarest:
        others stand so by chance as well."""
        phrases = [one for one in beside if isinstance(one, Phrase)]
        near = [one for one in beside if isinstance(one, Near)]
        often = {one: min(counts(self.snapshot, TEXT_FIELD, one)) for one in near}
        few = FEW * self.snapshot.given(TEXT_FIELD)
        telling = sorted((one for one in near if often[one] < few), key=often.__getitem__)
        return [*phrases, *telling[:MOST_NEAR]]

    def leaf(self, sought: Sought) -> Leaf:
        if sought not in self._leaves:
            self._leaves[sought] = Leaf(self, sought)
        return self._leaves[sought]

    def mentions(self, sought: Sought) -> Occurrences:
        """The paragraphs that have what is sought in any of its ways, and how often."""
        ways = self.ways(TEXT_FIELD, sought)
        often = np.zeros(self.snapshot.size, np.int64)
        for one in self.parts(TEXT_FIELD, ways):
            often[one.documents] += one.frequencies
        having = np.flatnonzero(often > 0).astype(np.int32)
        return Occurrences(having, often[having], (len(having),))

    # -- conditions on speeches ---------------------------------------------------------------

    def _evaluate(self, node: Node) -> Mask:
        snapshot = self.snapshot
        match node:
            case Word() | Kin() | Phrase() | Near() | Prefix():
                return self.leaf(node).had
            case In(field, sought):
                return self._named_in(field, sought) > 0
            case Together(part):
                together = np.zeros_like(snapshot.alive)
                together[snapshot.speech_of[self._paragraphs(part) & self._spoken()]] = True
                return together & snapshot.alive
            case And(parts):
                return reduce(np.logical_and, map(self._evaluate, parts))
            case Or(parts):
                return reduce(np.logical_or, map(self._evaluate, parts))
            case Most(parts, least):
                had = [self._evaluate(part) for part in parts]
                most: Mask = np.sum(had, axis=0, dtype=np.uint8) >= least
                return most
            case Not(part):
                return snapshot.alive & ~self._evaluate(part)
            case Among(field, values):
                return self.among(field, values)
            case Between(field, low, high):
                return self.between(field, low, high)
            case Every() | Favour():
                return snapshot.alive
            case _:  # given by a program, in Whoosh's own words
                scores = by_whoosh(snapshot, node)
                self._stepped.append(scores)
                return scores > 0

    def _nothing(self) -> Scores:
        return np.zeros(len(self.snapshot.alive), np.float32)

    def among(self, field: str, values: tuple[str, ...]) -> Mask:
        """Speeches that have one of a facet's values."""
        snapshot = self.snapshot
        if field in snapshot.numbers:
            chosen = [int(value) for value in values if value.isascii() and value.isdecimal()]
            return snapshot.alive & np.isin(snapshot.numbers[field], chosen)
        facet = snapshot.facets[field]
        having = facet.mask_of_members if field == MANY_VALUED else facet.mask_of_values
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
            case Word() | Kin() | Phrase() | Near() | Prefix():
                leaf = self.leaf(node)
                mask = self._mask(self.parts(TEXT_FIELD, leaf.ways))
                if leaf.named.any():
                    mask |= leaf.named[self.snapshot.speech_of]
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
                whole: Mask = self._evaluate(node)[self.snapshot.speech_of]
                return whole

    def _spoken(self) -> Mask:
        """bool[D]: documents that are paragraphs which somebody spoke."""
        spoken: Mask = self.snapshot.codes[TEXT_FIELD] > 0
        return spoken

    def _mask(self, parts: Sequence[Part]) -> Mask:
        """bool[D]: the documents of any part."""
        mask = np.zeros(self.snapshot.size, bool)
        for part in parts:
            mask[part.documents] = True
        return mask

    def best(self, documents: Documents, scores: Scores) -> tuple[Documents, Scores]:
        """For each speech of some ascending documents the best score among them."""
        speeches = self.snapshot.speech_of.take(documents)
        starts = firsts(speeches)
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
            case Kin(term, relatives):
                terms = self._rolled(field, self.forms(term), spelling(term))
                others = self._rolled(field, relatives)
                terms += [(one, rolled, RELATIVE) for one, rolled, _ in others]
                return Ways(terms, None, self._rarity(field, terms))
            case Prefix():
                chosen = self.expansions.get((sought, field))
                chosen = self.expansions.get((sought, ""), ()) if chosen is None else chosen
                terms = self._rolled(field, chosen)
                return Ways(terms, None, self._rarity(field, terms))
            case Phrase() | Near():
                found = occurrences(self.snapshot, field, sought)
                return Ways((), found, self.rarity(field, found.counts))

    def speeches(self, field: str, ways: Ways) -> Scores:
        """How well the best document of each speech matches."""
        total, table = self._nothing(), bm25.score_table(field)
        for number, (_, rolled, weight) in enumerate(ways.terms):
            scores = table.take(rolled.ranks)
            scores *= np.float32(weight * ways.rarity)
            at = rolled.speeches.astype(np.intp)
            total[at] = np.maximum(total[at], scores) if number else scores
        if ways.found is not None and len(ways.found.documents):
            found = ways.found
            scores = self.scores_of(field, found.documents, found.frequencies, ways.rarity)
            speeches, scores = self.best(found.documents, scores)
            total[speeches] = np.maximum(total[speeches], scores)
        return total

    def paragraphs(self, field: str, ways: Ways, within: Mask) -> tuple[Documents, Scores]:
        """The documents of some speeches, bool[H], that match, ascending, and how well."""
        found = []
        for one in self.parts(field, ways, within):
            here = np.flatnonzero(within[self.snapshot.speech_of[one.documents]])
            documents = one.documents[here]
            found.append(
                (documents, self.scores_of(field, documents, one.frequencies[here], one.weight))
            )
        if len(found) == 1:
            return found[0]
        documents, entries = np.unique(
            np.concatenate([NO_POSTINGS.documents, *(documents for documents, _ in found)]),
            return_inverse=True,
        )
        best = np.zeros(len(documents), np.float32)
        if found:
            np.maximum.at(best, entries, np.concatenate([scores for _, scores in found]))
        return documents, best

    def parts(self, field: str, ways: Ways, within: Mask | None = None) -> list[Part]:
        """The documents of each way. Those of other speeches than ``within``, bool[H], may be
        left out."""
        parts = []
        for term, rolled, weight in ways.terms:
            one = self.snapshot.postings(field, term, within=within, entry=rolled.entry)
            parts.append(Part(one.documents, one.frequencies, weight * ways.rarity))
        if ways.found is not None:
            parts.append(Part(ways.found.documents, ways.found.frequencies, ways.rarity))
        return parts

    def scores_of(
        self, field: str, documents: Documents, frequencies: Numbers, weight: float
    ) -> Scores:
        """What a word counts in documents that have it so often."""
        codes = self.snapshot.codes[field].take(documents)
        return bm25.term_scores(field, frequencies, codes) * np.float32(weight)

    def named(self, sought: Sought) -> Scores:
        """How well the heads of speeches match, field by field."""
        total = self._nothing()
        for field in self._fields_of_head(sought):
            total += self._named_in(field, sought)
        return total

    def _fields_of_head(self, sought: Sought) -> Sequence[str]:
        """The fields of the head that may have what is sought."""
        of = self.snapshot.fields_of_head
        match sought:
            case Word(term) if HYPHEN not in term:
                named = {field for form in self.forms(term) for field in of(form)}
            case Phrase(terms) | Near(terms) if not any(HYPHEN in term for term in terms):
                # a name may have a word with a hyphen, of which this is another spelling
                spellings = [{term, *self.forms(term)} for term in terms]
                named = set(HEAD_FIELDS).intersection(
                    *({field for one in some for field in of(one)} for some in spellings)
                )
            case _:
                named = set(HEAD_FIELDS)
        return [field for field in HEAD_FIELDS if field in named]

    def _named_in(self, field: str, sought: Sought) -> Scores:
        return self.speeches(field, self.ways(field, sought)) * np.float32(HEAD_FIELDS[field])

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

    def rarity(self, field: str, often: Sequence[int]) -> float:
        """Of words together, which stand in so many documents, how rare each of them is; 0 where
        one does not occur."""
        return sum(self._rarity_of(field, count) for count in often) if all(often) else 0.0

    def _rarity_of(self, field: str, count: int) -> float:
        given = self.snapshot.given(field)
        count = min(count, given)
        return float(np.log1p((given - count + 0.5) / (count + 0.5)))

"""Turns a leaf of a query, a word or phrase, into conditions and scores of one field.

The rules are those of ``matching.leaf_scoring`` and ``matching.positions``: of the forms of a word
the best one counts, forms that were not typed count less, and a phrase is scored by how often it
occurs.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain, islice, product

from statements.search.analysis.inflection import HYPHEN, spelling
from statements.search.analysis.tokenizer import NAME_BREAK
from statements.search.fields import HEAD_FIELDS, SEARCHED, TEXT_FIELD
from statements.search.index import similarity
from statements.search.matching.leaf_scoring import OTHER_FORM, VARIANT
from statements.search.matching.positions import MAX_SPELLINGS, Spelling, spellings
from statements.search.opensearch.requesting import dsl
from statements.search.opensearch.requesting.dsl import NOTHING, Part
from statements.search.opensearch.requesting.vocabulary import (
    Expansions,
    Vocabulary,
    count_name,
    counted_part,
)
from statements.search.opensearch.schema import (
    HEAD_TERMS,
    SCALE,
    saturation_field,
    scores_field,
    terms_field,
)
from statements.search.query import (
    Fuzzy,
    Leaf,
    Pattern,
    Phrase,
    Proximity,
    StemExpansion,
    Word,
)

MAX_GAPS = 9  # words between two that are near each other, for which each number is a span

_PHRASE_SCORE = (
    "double f = Math.min({frequency}, 255.0);"
    " return params.weight * f * {most} / (f + doc[params.saturation].value);"
)


@dataclass(frozen=True)
class FieldLeaf:
    """The ways in which a leaf may occur in a field."""

    field: str
    leaf: Leaf
    terms: Sequence[tuple[str, float]]  # each with its weight
    spans: Part  # NOTHING if it occurs as terms alone
    idf: float

    @property
    def condition(self) -> Part:
        """The condition that a text has the leaf."""
        terms = dsl.terms(terms_field(self.field), (term for term, _ in self.terms))
        return dsl.any_of([terms, self.spans])

    @property
    def typed_condition(self) -> Part:
        """The condition that a text has the leaf as it was typed."""
        typed = (term for term, weight in self.terms if weight == 1.0)
        return dsl.any_of([dsl.terms(terms_field(self.field), typed), self.spans])

    def score(self, factor: float = 1.0) -> Part | None:
        """Return the score of the leaf in a text, times a factor; None if it occurs nowhere."""
        scored: list[Part] = [
            {
                "term": {
                    scores_field(self.field): {
                        "value": term,
                        "boost": factor * weight * self.idf / SCALE,
                    }
                }
            }
            for term, weight in self.terms
        ]
        if self.spans != NOTHING:
            scored.append(self._phrase_score(factor))
        return dsl.best_of(scored)

    @cached_property
    def occurrences(self) -> list[Part]:
        """Parts of which each scores a text by how often one way of the leaf occurs in it."""
        counted: list[Part] = [{"term": {terms_field(self.field): term}} for term, _ in self.terms]
        return [*counted, *([self.spans] if self.spans != NOTHING else [])]

    def _phrase_score(self, factor: float) -> Part:
        source = _PHRASE_SCORE.format(frequency="_score", most=similarity.MOST)
        return {
            "script_score": {
                "query": self.spans,
                "script": {
                    "source": source,
                    "params": {
                        "weight": factor * self.idf,
                        "saturation": saturation_field(self.field),
                    },
                },
            }
        }


class LeafReader:
    """Reads the ways in which leaves occur, in one index. ``expansions`` are the terms of
    patterns."""

    def __init__(self, vocabulary: Vocabulary, expansions: Expansions) -> None:
        self._vocabulary, self._expansions = vocabulary, expansions
        self._leaves: dict[tuple[str, Leaf], FieldLeaf] = {}

    def prepare(self, pairs: Iterable[tuple[str, Leaf]]) -> None:
        """Read in a few requests what the leaves, each with its field, need."""
        listed = list(dict.fromkeys(pairs))
        vocabulary = self._vocabulary
        words = {word for _, leaf in listed for word in _words(leaf)}
        vocabulary.read_forms({*words, *map(spelling, words)})
        terms = {term for field, leaf in listed for term in self._terms(field, leaf)}
        vocabulary.read_fields(terms)
        needed: dict[str, Part] = {count_name(field): counted_part(field) for field in SEARCHED}
        for field, leaf in listed:
            for term in self._terms(field, leaf):
                if vocabulary.has(field, term):
                    needed[count_name(field, term)] = counted_part(field, term)
            if isinstance(leaf, Word) and HYPHEN in leaf.term:
                spans = self._spans(field, Phrase((leaf.term,)))
                if spans != NOTHING:
                    needed[count_name(field, spans)] = spans
        vocabulary.read_counts(needed)

    def leaf(self, field: str, leaf: Leaf) -> FieldLeaf:
        if (field, leaf) not in self._leaves:
            self._leaves[field, leaf] = self._read(field, leaf)
        return self._leaves[field, leaf]

    def document_count(self, field: str) -> int:
        return self._vocabulary.count(count_name(field))

    def counts(self, field: str, leaf: Phrase | Proximity) -> list[int]:
        """Return for each word how many documents have it, approximately."""
        return [
            sum(min(self._count(field, term) for term in terms) for terms in self.spellings(word))
            for word in leaf.terms
        ]

    def head_condition(self, leaf: Leaf) -> Part:
        """Return the condition on a paragraph that the head of its speech has the leaf."""
        ways = [self.leaf(field, leaf) for field in HEAD_FIELDS]
        terms = dsl.terms(HEAD_TERMS, sorted({term for way in ways for term, _ in way.terms}))
        spans = NOTHING
        if any(way.spans != NOTHING for way in ways):
            phrase = leaf if isinstance(leaf, Phrase | Proximity) else Phrase(tuple(_words(leaf)))
            spans = self._spans(HEAD_TERMS, phrase)
        return dsl.any_of([terms, spans])

    # -- ways to occur ----------------------------------------------------------------------------

    def _read(self, field: str, leaf: Leaf) -> FieldLeaf:
        spans, more = NOTHING, 0
        match leaf:
            case Word(term):
                terms = self._scored(field, self._vocabulary.forms(term), spelling(term))
                if HYPHEN in term:
                    spans = self._spans(field, Phrase((term,)))
                    more = (
                        0 if spans == NOTHING else self._vocabulary.count(count_name(field, spans))
                    )
            case StemExpansion(term, variants):
                terms = self._scored(field, self._vocabulary.forms(term), spelling(term))
                terms += [(variant, VARIANT) for variant, _ in self._scored(field, variants)]
            case Pattern():
                typed = leaf.term if isinstance(leaf, Fuzzy) else ""
                terms = self._scored(field, self._expanded(field, leaf), typed)
            case Phrase() | Proximity():
                counts = self.counts(field, leaf)
                spans = self._spans(field, leaf) if all(counts) else NOTHING
                idf = sum(self._idf(field, count) for count in counts) if all(counts) else 0.0
                return FieldLeaf(field, leaf, (), spans, idf)
        count = sum(self._count(field, term) for term, _ in terms) + more
        return FieldLeaf(field, leaf, terms, spans if more else NOTHING, self._idf(field, count))

    def _scored(self, field: str, terms: Iterable[str], typed: str = "") -> list[tuple[str, float]]:
        """Return the terms that occur; other spellings than the one typed weigh less."""
        return [
            (term, 1.0 if not typed or spelling(term) == typed else OTHER_FORM)
            for term in terms
            if self._count(field, term)
        ]

    def _terms(self, field: str, leaf: Leaf) -> set[str]:
        """Return every term by which a leaf may occur in a field."""
        match leaf:
            case Word(term):
                parts = set(chain.from_iterable(self.spellings(term))) if HYPHEN in term else set()
                return {*self._vocabulary.forms(term), *parts}
            case StemExpansion(term, variants):
                return {*self._vocabulary.forms(term), *variants}
            case Pattern():
                return set(self._expanded(field, leaf))
            case Phrase(words) | Proximity(words):
                return {term for word in words for way in self.spellings(word) for term in way}
        raise TypeError(leaf)

    def _expanded(self, field: str, pattern: Pattern) -> tuple[str, ...]:
        terms = self._expansions.get((pattern, field))
        return self._expansions.get((pattern, ""), ()) if terms is None else terms

    def spellings(self, word: str) -> list[Spelling]:
        """Return the spellings of a word."""
        return spellings(self._vocabulary.forms, word)

    # -- how often --------------------------------------------------------------------------------

    def _count(self, field: str, term: str) -> int:
        if not self._vocabulary.has(field, term):
            return 0
        return self._vocabulary.count(count_name(field, term))

    def _idf(self, field: str, count: int) -> float:
        return similarity.idf(count, self.document_count(field))

    # -- spans ------------------------------------------------------------------------------------

    def _spans(self, field: str, leaf: Phrase | Proximity) -> Part:
        """Return where words occur as a phrase or proximity, scored by how often.

        Scripted similarities are summed over the terms of a span that a shard has. So every way to
        spell the words is a span of its own, of terms that are known, and each term contributes an
        equal share.
        """
        path = field if field == HEAD_TERMS else terms_field(field)
        words: list[list[Spelling]] = []
        for word in leaf.terms:
            spellings = [
                terms
                for terms in self.spellings(word)
                if field == HEAD_TERMS or all(self._vocabulary.has(field, term) for term in terms)
            ]
            if not spellings:
                return NOTHING
            words.append(spellings)
        spans: list[Part] = []
        for way in islice(product(*words), MAX_SPELLINGS):
            share = 1 / len(set(chain.from_iterable(way)))
            parts = [
                dsl.span_sequence([dsl.span_term(path, term) for term in terms]) for terms in way
            ]
            for span in self._ways_to_stand(leaf, parts, path, words, way):
                if isinstance(leaf, Proximity) and path != terms_field(TEXT_FIELD):
                    border = dsl.span_term(path, NAME_BREAK)
                    span = {"span_not": {"include": span, "exclude": border}}
                spans.append(dsl.boosted_span(span, share))
        return dsl.any_of(spans)

    @staticmethod
    def _ways_to_stand(
        leaf: Phrase | Proximity,
        parts: Sequence[Part],
        path: str,
        words: Sequence[Sequence[Spelling]],
        way: Sequence[Spelling],
    ) -> list[Part]:
        if isinstance(leaf, Phrase):
            return [dsl.span_sequence(parts)]
        if len(parts) != 2 or leaf.distance > MAX_GAPS:
            return [dsl.span_window(parts, leaf.distance)]
        either = [
            dsl.span_sequence([dsl.span_term(path, term) for term in terms])
            for spellings in words
            for terms in spellings
        ]
        first, second = parts
        orders = [(first, second)] if way[0] == way[1] else [(first, second), (second, first)]
        return [
            dsl.span_with_gap(*order, gap, path, either)
            for order in orders
            for gap in range(leaf.distance + 1)
        ]


def _words(leaf: Leaf) -> tuple[str, ...]:
    match leaf:
        case Word(term) | StemExpansion(term, _):
            return (term,)
        case Phrase(terms) | Proximity(terms):
            return terms
        case _:
            return ()

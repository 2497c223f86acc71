"""Evaluates the leaves of a query: words, phrases and patterns in the fields of the index.

The score of a word in a paragraph is its impact there (``similarity``) times its inverse
document frequency. Of the forms of a word the best one counts, and forms that were not typed count
less.

Over H speeches scores are float32[H], 0 for speeches that do not match. Paragraphs, D documents,
are looked at only where they matter: for phrases, words in one paragraph, and extracts.

A phrase is scored here if it was typed in quotation marks. Words that are typed next to each other
without them count as a phrase as well; ``speech_scoring`` adds that score.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple
from weakref import proxy

import numpy as np
import numpy.typing as npt

from statements.search.analysis.inflection import HYPHEN, spelling
from statements.search.fields import HEAD_FIELDS, TEXT_FIELD
from statements.search.index import similarity
from statements.search.index.formats.postings import (
    NO_POSTINGS,
    Documents,
    Numbers,
    SpeechPostings,
    firsts,
)
from statements.search.index.snapshot import Mask, Snapshot
from statements.search.matching.positions import Expansions, Occurrences, occurrences
from statements.search.query import (
    Fuzzy,
    Leaf,
    Pattern,
    Phrase,
    Proximity,
    StemExpansion,
    Word,
)

# weights of forms that were not typed, and of words of the same stem
OTHER_FORM = 0.7
VARIANT = 0.4

Scores = npt.NDArray[np.float32]


class ScoredTerm(NamedTuple):
    term: str
    postings: SpeechPostings  # by speech
    weight: float


@dataclass(frozen=True, slots=True)
class TermExpansion:
    """The ways in which a leaf may occur in a field: as any of several terms, or at occurrences
    that are known already."""

    terms: Sequence[ScoredTerm]
    occurrences: Occurrences | None
    idf: float


class WeightedPostings(NamedTuple):
    """The documents in which a leaf occurs in one way."""

    documents: Documents  # ascending
    frequencies: Numbers
    weight: float

    def take(self, places: Numbers) -> "WeightedPostings":
        """Return the documents at some places of the list."""
        return WeightedPostings(
            self.documents.take(places), self.frequencies.take(places), self.weight
        )


class LeafMatch:
    """Where a leaf matches. It is valid as long as its evaluator is."""

    def __init__(self, evaluator: "LeafEvaluator", leaf: Leaf) -> None:
        # a reference cycle would keep the snapshot and its files until garbage collection
        self._evaluator: LeafEvaluator = proxy(evaluator)
        self.expansion = evaluator.expand(TEXT_FIELD, leaf)
        self.body_scores = evaluator.speech_scores(TEXT_FIELD, self.expansion)  # float32[H]
        self.head_scores = evaluator.head_scores(leaf)  # float32[H]

    @cached_property
    def matches(self) -> Mask:
        """bool[H]: speeches that match."""
        return self.body_scores + self.head_scores > 0

    @cached_property
    def head_matches(self) -> Mask:
        """bool[H]: speeches whose head matches."""
        return self.head_scores > 0

    def paragraphs(self, speeches: Mask) -> tuple[Documents, Scores]:
        """Return the matching paragraphs of some speeches, bool[H], ascending, and their scores."""
        return self._evaluator.paragraph_scores(TEXT_FIELD, self.expansion, speeches)


class LeafEvaluator:
    """Evaluates leaves over one snapshot, each of them once."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot
        self.pattern_terms: Expansions = {}
        self._leaves: dict[Leaf, LeafMatch] = {}
        self._forms: dict[str, tuple[str, ...]] = {}

    def leaf(self, leaf: Leaf) -> LeafMatch:
        if leaf not in self._leaves:
            self._leaves[leaf] = LeafMatch(self, leaf)
        return self._leaves[leaf]

    def occurrences(self, leaf: Leaf) -> Occurrences:
        """Return the paragraphs in which a leaf occurs in any way, and how often."""
        frequencies = np.zeros(self.snapshot.size, np.int64)
        for postings in self.postings(TEXT_FIELD, self.expand(TEXT_FIELD, leaf)):
            frequencies[postings.documents] += postings.frequencies
        documents = np.flatnonzero(frequencies > 0).astype(np.int32)
        return Occurrences(documents, frequencies[documents], (len(documents),))

    def expand(self, field: str, leaf: Leaf) -> TermExpansion:
        """Return the ways in which a leaf may occur in a field."""
        match leaf:
            case Word(term):
                terms = self._scored_terms(field, self.forms(term), spelling(term))
                if HYPHEN not in term:
                    return TermExpansion(terms, None, self._idf_of_terms(field, terms))
                in_parts = occurrences(self.snapshot, field, Phrase((term,)))
                idf = self._idf_of_terms(field, terms, len(in_parts.documents))
                return TermExpansion(terms, in_parts, idf)
            case StemExpansion(term, variants):
                terms = self._scored_terms(field, self.forms(term), spelling(term))
                terms += [
                    variant._replace(weight=VARIANT)
                    for variant in self._scored_terms(field, variants)
                ]
                return TermExpansion(terms, None, self._idf_of_terms(field, terms))
            case Pattern():
                matched = self.pattern_terms.get((leaf, field))
                matched = self.pattern_terms.get((leaf, ""), ()) if matched is None else matched
                typed = leaf.term if isinstance(leaf, Fuzzy) else ""
                terms = self._scored_terms(field, matched, typed)
                return TermExpansion(terms, None, self._idf_of_terms(field, terms))
            case Phrase() | Proximity():
                places = occurrences(self.snapshot, field, leaf)
                return TermExpansion((), places, self.idf(field, places.counts))

    # -- scores of speeches -----------------------------------------------------------------------

    def speech_scores(self, field: str, expansion: TermExpansion) -> Scores:
        """float32[H]: the score of the best document of each speech."""
        total, table = self.zeros(), similarity.score_table(field)
        for number, (_, postings, weight) in enumerate(expansion.terms):
            scores = table.take(postings.quantized_scores)
            scores *= np.float32(weight * expansion.idf)
            speeches = postings.speeches.astype(np.intp)
            total[speeches] = np.maximum(total[speeches], scores) if number else scores
        if expansion.occurrences is not None and len(expansion.occurrences.documents):
            documents, frequencies = (
                expansion.occurrences.documents,
                expansion.occurrences.frequencies,
            )
            scores = self.document_scores(field, documents, frequencies, expansion.idf)
            best, scores = self.best_by_speech(documents, scores)
            total[best] = np.maximum(total[best], scores)
        return total

    def head_scores(self, leaf: Leaf) -> Scores:
        """float32[H]: how well the head of each speech matches, summed over its fields."""
        total = self.zeros()
        for field in self._head_fields(leaf):
            total += self.field_scores(field, leaf)
        return total

    def field_scores(self, field: str, leaf: Leaf) -> Scores:
        """float32[H]: how well one field of the head of each speech matches."""
        scores = self.speech_scores(field, self.expand(field, leaf))
        return scores * np.float32(HEAD_FIELDS[field])

    def best_by_speech(self, documents: Documents, scores: Scores) -> tuple[Documents, Scores]:
        """Return the speeches of ascending documents, and the best score of each."""
        speeches = self.snapshot.speech_of.take(documents)
        starts = firsts(speeches)
        return speeches[starts], np.maximum.reduceat(scores, starts)

    def zeros(self) -> Scores:
        return np.zeros(len(self.snapshot.alive), np.float32)

    # -- scores of documents ----------------------------------------------------------------------

    def paragraph_scores(
        self, field: str, expansion: TermExpansion, speeches: Mask
    ) -> tuple[Documents, Scores]:
        """Return the matching documents of some speeches, bool[H], ascending, and their scores."""
        lists = []
        for postings in self.postings(field, expansion, speeches):
            places = np.flatnonzero(speeches[self.snapshot.speech_of[postings.documents]])
            documents = postings.documents[places]
            frequencies = postings.frequencies[places]
            scores = self.document_scores(field, documents, frequencies, postings.weight)
            lists.append((documents, scores))
        if len(lists) == 1:
            return lists[0]
        documents, entries = np.unique(
            np.concatenate([NO_POSTINGS.documents, *(documents for documents, _ in lists)]),
            return_inverse=True,
        )
        best = np.zeros(len(documents), np.float32)
        if lists:
            np.maximum.at(best, entries, np.concatenate([scores for _, scores in lists]))
        return documents, best

    def postings(
        self, field: str, expansion: TermExpansion, speeches: Mask | None = None
    ) -> list[WeightedPostings]:
        """Return the documents for each way to occur. Documents of other speeches than those of a
        mask, bool[H], may be left out."""
        lists = []
        for term, by_speech, weight in expansion.terms:
            postings = self.snapshot.postings(field, term, within=speeches, entry=by_speech.entry)
            lists.append(
                WeightedPostings(postings.documents, postings.frequencies, weight * expansion.idf)
            )
        if (places := expansion.occurrences) is not None:
            lists.append(WeightedPostings(places.documents, places.frequencies, expansion.idf))
        return lists

    def document_scores(
        self, field: str, documents: Documents, frequencies: Numbers, weight: float
    ) -> Scores:
        """Return the scores, float32[N], of N documents that have a word so often."""
        norms = self.snapshot.norms[field].take(documents)
        return similarity.term_scores(field, frequencies, norms) * np.float32(weight)

    # -- terms -------------------------------------------------------------------------------------

    def forms(self, word: str) -> tuple[str, ...]:
        """Return a word and its other forms that occur."""
        if word not in self._forms:
            self._forms[word] = self.snapshot.forms(word)
        return self._forms[word]

    def idf(self, field: str, counts: Sequence[int]) -> float:
        """Return the summed inverse document frequency of words, given in how many documents each
        occurs; 0 if one does not occur."""
        return sum(self._idf(field, count) for count in counts) if all(counts) else 0.0

    def _scored_terms(self, field: str, terms: Sequence[str], typed: str = "") -> list[ScoredTerm]:
        """Return the terms that occur; other spellings than the one typed weigh less."""
        postings = [(term, self.snapshot.speech_postings(field, term)) for term in terms]
        return [
            ScoredTerm(
                term,
                by_speech,
                1.0 if not typed or spelling(term) == typed else OTHER_FORM,
            )
            for term, by_speech in postings
            if by_speech.count
        ]

    def _head_fields(self, leaf: Leaf) -> Sequence[str]:
        """Return the fields of the head that may match."""
        fields_of = self.snapshot.fields_of_head
        match leaf:
            case Word(term) if HYPHEN not in term:
                fields = {field for form in self.forms(term) for field in fields_of(form)}
            case Phrase(terms) | Proximity(terms) if not any(HYPHEN in term for term in terms):
                # a name may have a word with a hyphen, of which this is another spelling
                spellings = [{term, *self.forms(term)} for term in terms]
                fields = set(HEAD_FIELDS).intersection(
                    *({field for form in forms for field in fields_of(form)} for forms in spellings)
                )
            case _:
                fields = set(HEAD_FIELDS)
        return [field for field in HEAD_FIELDS if field in fields]

    def _idf_of_terms(self, field: str, terms: Sequence[ScoredTerm], more: int = 0) -> float:
        """Return the inverse document frequency of terms that count as one word. Documents with
        several of the terms are counted several times."""
        return self._idf(field, sum(term.postings.count for term in terms) + more)

    def _idf(self, field: str, count: int) -> float:
        return similarity.idf(count, self.snapshot.document_count(field))

"""Suggests a corrected query where a query finds almost nothing: words are replaced by words of the
index with nearly the same spelling.

    if corrected := suggestion(index, query, total):
        ...  # corrected.q finds corrected.total speeches under the same filters

Fields, quotation marks, operators and brackets stay as typed. A word in a field is compared with
the words of that field alone. Excluded words, years, symbols and patterns stay as they are.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice, product
from math import log
from typing import Protocol

from statements.search.analysis import tokenizer
from statements.search.analysis.inflection import spelling
from statements.search.fields import SEARCHED
from statements.search.protocol import Suggestion
from statements.search.query import Node, ParsedQuery, QueryError, parse
from statements.search.query.lexer import Kind, Token, fields_of, join
from statements.search.query.patterns import has_pattern
from statements.search.query.terms import INDEX_FIELDS
from statements.transcripts.languages.names import fold

FEW = 3  # speeches; a query that finds more is not corrected
MIN_LETTERS = 4  # of a word that may be misspelt
MIN_LETTERS_TWICE = 6  # of a word that may be misspelt twice
CANDIDATES = 3  # for each word
TRIALS = 4  # corrected queries that are tried, the likeliest first
# logarithms of how much more frequent a word must be to make up for another edit, or for another
# first letter, which few readers misspell
_EDIT_PENALTY = log(200)
_FIRST_LETTER_PENALTY = log(20)
# times as frequent as a word that occurs in the index and is one edit away; words that occur are
# not replaced by any that are further away
_FAR_MORE_FREQUENT = 200


class SpellingIndex(Protocol):
    """What is asked of an index to correct a query."""

    def forms(self, term: str) -> Iterable[str]:
        """Return the forms of a term that occur."""

    def frequency(self, fields: Sequence[str], terms: Iterable[str]) -> int:
        """Return how many documents have the terms in some fields, added up."""

    def similar_words(
        self, fields: Sequence[str], word: str, edits: int
    ) -> Iterable[tuple[str, int, int]]:
        """Return words of some fields at most so many edits away, each with its frequency in one of
        them and its distance."""

    def count_speeches(self, tree: Node) -> int:
        """Return how many speeches a query finds under the filters of the question."""


@dataclass(frozen=True, slots=True)
class _Place:
    token: int
    start: int
    end: int
    words: Sequence[str]  # that may have been intended, the likeliest first


def suggestion(index: SpellingIndex, query: ParsedQuery, total: int) -> Suggestion | None:
    """Return a query that finds more than the one typed, which finds ``total`` speeches; None if
    there is none."""
    tokens = query.tokens
    if total > FEW or (total and any(token.kind is Kind.OR for token in tokens)):
        return None  # not all alternatives are expected to be found
    places = [place for place in _places(index, tokens) if place.words]
    try:
        for words in islice(product(*(place.words for place in places)), TRIALS if places else 0):
            corrected = _correct(tokens, places, words)
            speeches = index.count_speeches(parse(corrected))
            if speeches > total:
                return Suggestion(corrected, speeches)
    except QueryError:
        pass  # for example too long when corrected
    return None


def _places(index: SpellingIndex, tokens: Sequence[Token]) -> Iterator[_Place]:
    """Find the words that may be misspelt."""
    before = None
    for number, (token, field) in enumerate(zip(tokens, fields_of(tokens), strict=True)):
        is_leaf = token.kind in (Kind.WORD, Kind.PHRASE)
        if is_leaf and not token.minus and before is not Kind.NOT:
            if not has_pattern(token) and field in _FIELDS:
                for word in tokenizer.words(token.value):
                    printed = token.value[word.start : word.end]
                    candidates = _candidates(index, _FIELDS[field], printed)
                    yield _Place(number, word.start, word.end, candidates)
        before = token.kind


_FIELDS = {"": SEARCHED} | {
    name: (INDEX_FIELDS[name],) for name in ("speaker", "country", "topic", "role")
}


def _candidates(index: SpellingIndex, fields: Sequence[str], printed: str) -> list[str]:
    """Return words that may have been intended, the likeliest first; none if the word itself is as
    likely."""
    word = fold(printed)
    if len(word) < MIN_LETTERS or not word.isalpha() or tokenizer.is_stop_word(printed):
        return []
    own_frequency = index.frequency(fields, _spellings(index, word))
    edits = 2 if len(word) >= MIN_LETTERS_TWICE else 1
    frequencies: dict[str, int] = {}
    distances: dict[str, int] = {}
    for candidate, frequency, distance in index.similar_words(fields, word, edits):
        frequencies[candidate] = frequencies.get(candidate, 0) + frequency
        distances[candidate] = distance
    likely = {
        candidate: log(frequency)
        - _EDIT_PENALTY * distances[candidate]
        - _FIRST_LETTER_PENALTY * (candidate[0] != word[0])
        for candidate, frequency in frequencies.items()
        if candidate != word and frequency > own_frequency * _FAR_MORE_FREQUENT
        if not own_frequency or distances[candidate] == 1
    }
    return sorted(likely, key=lambda candidate: (-likely[candidate], candidate))[:CANDIDATES]


def _spellings(index: SpellingIndex, word: str) -> set[str]:
    """Return a word with hyphens and without."""
    term = tokenizer.normal(word)
    return {term, *(form for form in index.forms(term) if spelling(form) == spelling(term))}


def _correct(tokens: Sequence[Token], places: Sequence[_Place], words: Sequence[str]) -> str:
    corrected = list(tokens)
    # from the end, so that earlier places stay valid
    for place, word in reversed(list(zip(places, words, strict=True))):
        value = corrected[place.token].value
        value = f"{value[: place.start]}{word}{value[place.end :]}"
        corrected[place.token] = replace(corrected[place.token], value=value)
    return join(corrected)

"""What a reader may have meant, where a query finds next to nothing: the whole query again, with
words in it replaced by others of the index that are spelt nearly so.

    if better := suggestion(snapshot, parameters.q, page.total, under_filters):
        ...  # better.q, which finds better.total speeches under the same filters

Fields, quotes, signs and brackets stay as typed. A word of the field asked for is sought among the
words of that field alone; words that are excluded, years, symbols and beginnings stay as they are.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice, product
from math import log

import numpy as np

from statements.search import query
from statements.search.analysis import tokenizer
from statements.search.analysis.inflection import spelling
from statements.search.features.fuzzy_terms import lexicon, near
from statements.search.fields import SEARCHED
from statements.search.index.snapshot import Snapshot
from statements.search.matching.evaluator import Evaluator, Match
from statements.search.query.lexer import Kind, Token, fields_of, joined, tokens_of
from statements.search.query.terms import WORDS_OF
from statements.transcripts.names import fold

FEW = 3  # speeches; where more were found, nothing is suggested
SHORTEST = 4  # letters of a word that may be misspelt
SHORTEST_TWICE = 6  # of one that may be misspelt twice
CANDIDATES = 3  # of each word
TRIALS = 4  # queries that are tried, the likeliest first
# how much more frequent a word must be to be as likely as one that is an edit nearer, or than a
# word of the index itself
_AN_EDIT = log(200)
_FIRST_LETTER = log(20)  # which few misspell
_FAR_MORE_FREQUENT = 20

Count = Callable[[Match], int]


@dataclass(frozen=True, slots=True)
class Suggestion:
    q: str
    total: int  # speeches that it finds, as they were counted


@dataclass(frozen=True, slots=True)
class _Place:
    token: int
    start: int
    end: int
    words: Sequence[str]  # that may have been meant, the likeliest first


def every(match: Match) -> int:
    """Speeches that match, whatever the filters."""
    return int(np.count_nonzero(match.matched))


def suggestion(
    snapshot: Snapshot, typed: str, total: int, count: Count = every
) -> Suggestion | None:
    """A query that finds more than the one typed, or None. ``total`` is what that one found, and
    ``count`` tells how many of what matches are found."""
    if total > FEW:
        return None
    try:
        tokens = tokens_of(typed)
        if total and any(token.kind is Kind.OR for token in tokens):
            return None  # of alternatives not all are expected to be found
        places = [place for place in _places(snapshot, tokens) if place.words]
        for chosen in islice(product(*(place.words for place in places)), TRIALS if places else 0):
            corrected = _corrected(tokens, places, chosen)
            found = count(Evaluator(snapshot).match(query.parse(corrected)))
            if found > total:
                return Suggestion(corrected, found)
    except query.QueryError:
        pass  # such as one too long when corrected
    return None


def _places(snapshot: Snapshot, tokens: Sequence[Token]) -> Iterator[_Place]:
    """Where words stand that may be misspelt."""
    before = None
    for number, (token, field) in enumerate(zip(tokens, fields_of(tokens), strict=True)):
        is_leaf = token.kind in (Kind.WORD, Kind.PHRASE)
        if is_leaf and not token.minus and before is not Kind.NOT:
            if "*" not in token.value and field in _FIELDS:
                for word in tokenizer.words(token.value):
                    printed = token.value[word.start : word.end]
                    meant = _meant(snapshot, _FIELDS[field], printed)
                    yield _Place(number, word.start, word.end, meant)
        before = token.kind


_FIELDS = {"": SEARCHED} | {
    name: (WORDS_OF[name],) for name in ("speaker", "country", "topic", "role")
}


def _meant(snapshot: Snapshot, fields: Sequence[str], printed: str) -> list[str]:
    """Words that may have been meant by one, the likeliest first; none where it is as good."""
    word = fold(printed)
    if len(word) < SHORTEST or not word.isalpha() or tokenizer.is_stop_word(printed):
        return []
    known = sum(
        snapshot.rolled(field, form).count for form in _spelt_so(snapshot, word) for field in fields
    )
    edits = 2 if len(word) >= SHORTEST_TWICE else 1
    frequencies: dict[str, int] = {}
    distances: dict[str, int] = {}
    lexicons = [lexicon(segment, field) for segment in snapshot.segments for field in fields]
    for other, frequency, distance in near(lexicons, word, edits):
        frequencies[other] = frequencies.get(other, 0) + frequency
        distances[other] = distance
    likely = {
        other: log(frequency) - _AN_EDIT * distances[other] - _FIRST_LETTER * (other[0] != word[0])
        for other, frequency in frequencies.items()
        if other != word and frequency > known * _FAR_MORE_FREQUENT
    }
    return sorted(likely, key=lambda other: (-likely[other], other))[:CANDIDATES]


def _spelt_so(snapshot: Snapshot, word: str) -> set[str]:
    """A word, with hyphens and without."""
    term = tokenizer.normal(word)
    return {term, *(form for form in snapshot.forms(term) if spelling(form) == spelling(term))}


def _corrected(tokens: Sequence[Token], places: Sequence[_Place], words: Sequence[str]) -> str:
    others = list(tokens)
    # from the end, so that what stands before stays where it is
    for place, word in reversed(list(zip(places, words, strict=True))):
        value = others[place.token].value
        value = f"{value[: place.start]}{word}{value[place.end :]}"
        others[place.token] = replace(others[place.token], value=value)
    return joined(others)

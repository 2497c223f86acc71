"""The terms of the archive in the cluster: the forms of a word, the terms of patterns, and in how
many documents each occurs. What one answer needs is asked for at once and kept for that answer."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from statements.search.analysis import inflection
from statements.search.fields import SEARCHED, TEXT_FIELD
from statements.search.opensearch.client import Body, Response, search
from statements.search.opensearch.requesting.dsl import Part
from statements.search.opensearch.schema import PARAGRAPHS, saturation_field, terms_field
from statements.search.query import (
    MAX_EXPANSIONS,
    MAX_EXPANSIONS_OF_QUERY,
    Fuzzy,
    Leaf,
    Pattern,
    Prefix,
    TooManyExpansions,
    TooManyExpansionsOfQuery,
)
from statements.search.query.limits import MAX_EDITS
from statements.transcripts.text.edit_distance import edit_distance

MAX_FORMS = 1_000  # of one word
CANDIDATES = 4  # times as many terms as are asked for are counted
MAX_STEMS = 1_000  # see ``features.related_forms``
MAX_STARTS = 10_000  # terms that start alike, of which a pattern selects some

Expansions = Mapping[tuple[Leaf, str], tuple[str, ...]]


@dataclass
class Vocabulary:
    """The terms of one index, read as they are needed."""

    speeches_index: str
    terms_index: str
    _forms: dict[str, tuple[str, ...]] = field(default_factory=dict)
    _fields: dict[str, frozenset[str]] = field(default_factory=dict)
    _counts: dict[str, int] = field(default_factory=dict)

    # -- terms ------------------------------------------------------------------------------------

    def read_forms(self, words: Iterable[str]) -> None:
        """Read the forms of several words at once."""
        missing = [word for word in dict.fromkeys(words) if word not in self._forms]
        bodies = [
            _terms_body({"terms": {"keys": sorted(inflection.stem_keys(word))}}, MAX_FORMS)
            for word in missing
        ]
        for word, response in zip(missing, search(self.terms_index, bodies), strict=True):
            self._forms[word] = tuple(sorted(self._remember(response)))

    def forms(self, word: str) -> tuple[str, ...]:
        """Return the forms of a word that occur, the word itself included, in alphabetical
        order."""
        if word not in self._forms:
            self.read_forms([word])
        return self._forms[word]

    def read_fields(self, terms: Iterable[str]) -> None:
        """Read the fields of several terms at once."""
        missing = sorted({term for term in terms if term not in self._fields})
        if missing:
            body = _terms_body({"terms": {"term": missing}}, len(missing))
            self._remember(search(self.terms_index, [body])[0])
            for term in missing:
                self._fields.setdefault(term, frozenset())

    def has(self, field: str, term: str) -> bool:
        """Return whether a field of any speech may contain a term."""
        self.read_fields([term])
        return field in self._fields[term]

    def expand(self, patterns: Iterable[tuple[Pattern, str]]) -> Expansions:
        """Return the terms that match each pattern, given with its field, "" for all. Raises
        TooManyExpansions."""
        expansions: dict[tuple[Leaf, str], tuple[str, ...]] = {}
        for pattern, of_field in dict.fromkeys(patterns):
            terms = self._matching_terms(pattern, [of_field] if of_field else SEARCHED)
            if len(terms) > MAX_EXPANSIONS:
                raise TooManyExpansions(pattern, MAX_EXPANSIONS)
            expansions[pattern, of_field] = terms
            if sum(map(len, expansions.values())) > MAX_EXPANSIONS_OF_QUERY:
                raise TooManyExpansionsOfQuery(pattern, MAX_EXPANSIONS_OF_QUERY)
        return expansions

    def _matching_terms(self, pattern: Pattern, fields: Iterable[str]) -> tuple[str, ...]:
        condition: list[Part] = [
            {"terms": {"fields": list(fields)}},
            {"prefix": {"term": pattern.start}},
        ]
        limit = MAX_EXPANSIONS + 1 if isinstance(pattern, Prefix) else MAX_STARTS
        if isinstance(pattern, Fuzzy):
            condition.append(_fuzzy(pattern.term, pattern.edits))
        body = _terms_body({"bool": {"filter": condition}}, limit)
        terms = self._remember(search(self.terms_index, [body])[0])
        return tuple(sorted(filter(pattern.matches, terms)))

    def similar(self, word: str, edits: int, fields: Iterable[str]) -> dict[str, int]:
        """Return the terms of some fields at most so many edits away, each with its distance."""
        condition = [{"terms": {"fields": list(fields)}}, _fuzzy(word, edits)]
        body = _terms_body({"bool": {"filter": condition}}, MAX_STARTS)
        terms = sorted(self._remember(search(self.terms_index, [body])[0]))
        distances = {term: edit_distance(term, word, edits) for term in terms}
        return {term: distance for term, distance in distances.items() if distance <= edits}

    def terms_of_texts(self, start: str) -> list[str]:
        """Return the terms of the texts that begin with these letters, not more than a thousand."""
        condition: list[Part] = [{"terms": {"fields": [TEXT_FIELD]}}, {"prefix": {"term": start}}]
        body = _terms_body({"bool": {"filter": condition}}, MAX_STEMS)
        return self._remember(search(self.terms_index, [body])[0])

    def _remember(self, response: Response) -> list[str]:
        """Return the terms of a response, and keep their fields."""
        terms = []
        for hit in response["hits"]["hits"]:
            values = hit["fields"]
            [term] = values["term"]
            self._fields[term] = frozenset(values.get("fields", ()))
            terms.append(term)
        return terms

    # -- how many documents -----------------------------------------------------------------------

    def read_counts(self, needed: Mapping[str, Part]) -> None:
        """Count the documents that meet each condition, by name: paragraphs where the condition is
        on their texts, else speeches."""
        missing = {name: part for name, part in needed.items() if name not in self._counts}
        if not missing:
            return
        names = {f"n{number}": name for number, name in enumerate(missing)}
        in_texts: dict[str, Body] = {}
        in_heads: dict[str, Body] = {}
        for number, name in names.items():
            group = in_texts if name.startswith(f"{TEXT_FIELD} ") else in_heads
            group[number] = {"filter": missing[name]}
        aggregations: Body = dict(in_heads)
        if in_texts:
            aggregations["texts"] = {"nested": {"path": PARAGRAPHS}, "aggs": in_texts}
        body = {"size": 0, "track_total_hits": False, "aggs": aggregations}
        counted = search(self.speeches_index, [body])[0]["aggregations"]
        for number, name in names.items():
            group = counted["texts"] if number in in_texts else counted
            self._counts[name] = group[number]["doc_count"]

    def count(self, name: str) -> int:
        return self._counts[name]

    def frequencies(
        self, fields: Iterable[str], terms: Sequence[str]
    ) -> dict[tuple[str, str], int]:
        """Return how many documents have each term in each field."""
        pairs = [(field, term) for field in fields for term in terms]
        self.read_counts({count_name(*pair): counted_part(*pair) for pair in pairs})
        return {pair: self.count(count_name(*pair)) for pair in pairs}

    def paragraph_counts(self, words: Iterable[str]) -> dict[str, int]:
        """Return how many paragraphs have each term."""
        names = {word: count_name(TEXT_FIELD, word) for word in words}
        self.read_counts({name: counted_part(TEXT_FIELD, word) for word, name in names.items()})
        return {word: self.count(name) for word, name in names.items()}

    def frequent_terms(self, prefix: str, size: int) -> list[str]:
        """Return the most frequent terms of the texts that begin with these letters, among the most
        frequent ones when the index was built."""
        condition = {"bool": {"filter": [{"prefix": {"term": prefix}}]}}
        body = _terms_body(condition, CANDIDATES * size)
        body["sort"] = [{"paragraphs": {"order": "desc", "missing": 0}}, {"term": "asc"}]
        terms = self._remember(search(self.terms_index, [body])[0])
        counts = self.paragraph_counts(term for term in terms if term != prefix)
        ordered = sorted(counts, key=lambda term: (-counts[term], term))
        return [term for term in ordered if counts[term]][:size]


def count_name(field: str, condition: str | Part = "") -> str:
    """Return the name under which the documents are counted that have a term in a field, meet
    another condition on it, or have the field at all."""
    detail = condition if isinstance(condition, str) else json.dumps(condition)
    return f"{field} {detail}"


def counted_part(field: str, term: str = "") -> Part:
    """Return the condition that a document has a term in a field, or has the field at all."""
    if term:
        return {"term": {terms_field(field): term}}
    return {"exists": {"field": saturation_field(field)}}


def _terms_body(query: Part, size: int) -> Body:
    return {
        "query": query,
        "size": size,
        "_source": False,
        "docvalue_fields": ["term", "fields"],
        "sort": [{"term": "asc"}],
        "track_total_hits": False,
    }


def _fuzzy(word: str, edits: int) -> Part:
    """Return the condition that a term is at most so many edits away, by Damerau's edits."""
    return {
        "fuzzy": {
            "term": {
                "value": word,
                "fuzziness": min(edits, MAX_EDITS),
                "max_expansions": 1024,
                "transpositions": True,
            }
        }
    }

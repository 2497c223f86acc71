"""Turns a question into requests: conditions, order, and the counts of its facets and periods."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from statements.search.index import similarity
from statements.search.matching.ranking import HALF_LIFE
from statements.search.opensearch.client import Body, search
from statements.search.opensearch.requesting import dsl
from statements.search.opensearch.requesting.dsl import Part
from statements.search.opensearch.requesting.filters import date_filter, facet_filters
from statements.search.opensearch.requesting.queries import TreeReader
from statements.search.opensearch.requesting.vocabulary import Vocabulary
from statements.search.opensearch.schema import MAX_BUCKETS
from statements.search.parameters import Sort
from statements.search.protocol import Question

_BY_SCORE = (Sort.RELEVANCE, Sort.RECENT)

# equal scores and days are ordered as ``Snapshot.newest`` has it
_WITHIN_A_DAY: list[Part] = [{"meeting_order": "asc"}, {"position": "asc"}, {"speech": "asc"}]
NEWEST_FIRST: list[Part] = [{"day": "desc"}, *_WITHIN_A_DAY]
_ORDERS: Mapping[Sort, list[Part]] = {
    Sort.NEWEST: NEWEST_FIRST,
    Sort.OLDEST: [{"day_or_last": "asc"}, *_WITHIN_A_DAY],
}
_ROUNDED = f"Math.floor({{score}} * {similarity.STEPS} + 0.5) / {similarity.STEPS}"
_FRESHNESS = (
    "double day = doc['day'].value > 0 ? doc['day'].value : params.oldest;"
    f" double score = _score * Math.pow(2, (day - params.newest) / {HALF_LIFE});"
)


@dataclass(frozen=True)
class SearchRequest:
    """A question over one index, without the speeches of some ids."""

    vocabulary: Vocabulary
    question: Question
    excluded_ids: Collection[int]

    @cached_property
    def tree(self) -> TreeReader:
        return TreeReader(self.vocabulary, self.question.tree)

    @property
    def index(self) -> str:
        return self.vocabulary.speeches_index

    @cached_property
    def filters(self) -> dict[str, Part]:
        return facet_filters(self.question.filters)

    @cached_property
    def dates(self) -> Part:
        return date_filter(self.question.filters.date_from, self.question.filters.date_to)

    @cached_property
    def living(self) -> Part:
        """The condition that a speech was not deleted or excluded."""
        return dsl.none_of(dsl.terms("speech", sorted(self.excluded_ids)))

    @cached_property
    def matching(self) -> Part:
        """The condition of the query alone, whatever the filters."""
        return dsl.all_of([self.tree.condition, self.living])

    def condition(self, *, without: str = "") -> Part:
        """Return the condition of query and filters, but for the filter of one facet."""
        kept = [part for name, part in self.filters.items() if name != without]
        return dsl.all_of([self.matching, self.dates, *kept])

    @property
    def population(self) -> Part:
        """The condition of the filters alone."""
        return dsl.all_of([self.living, self.dates, *self.filters.values()])

    def sorted_by(self, sort: Sort) -> "SearchRequest":
        """Return the request for the same speeches in another order."""
        return self.with_question(replace(self.question, sort=sort))

    @property
    def sort(self) -> Sort:
        """The order; without words to score speeches by, the newest come first."""
        sort = self.question.sort
        return Sort.NEWEST if sort in _BY_SCORE and not self.tree.leaves else sort

    def scored(self, condition: Part) -> Part:
        """Return a condition with the score of each speech."""
        if self.sort not in _BY_SCORE or (score := self.tree.score) is None:
            return condition
        query = {"bool": {"filter": [condition], "should": [score], "minimum_should_match": 0}}
        script: Body = {"source": f"return {_ROUNDED.format(score='_score')};"}
        if self.sort is Sort.RECENT and self._days[1]:
            oldest, newest = self._days
            script = {
                "source": f"{_FRESHNESS} return {_ROUNDED.format(score='score')};",
                "params": {"oldest": oldest, "newest": newest},
            }
        return {"script_score": {"query": query, "script": script}}

    @property
    def order(self) -> list[Part]:
        if self.sort in _BY_SCORE:
            return [{"_score": "desc"}, *NEWEST_FIRST]
        return _ORDERS[self.sort]

    @cached_property
    def _days(self) -> tuple[int, int]:
        """The earliest and latest ordinal day of all speeches, 0 if no speech is dated."""
        body: Body = {
            "size": 0,
            "query": {"range": {"day": {"gt": 0}}},
            "aggs": {name: {name: {"field": "day"}} for name in ("min", "max")},
        }
        counted = search(self.index, [body])[0]["aggregations"]
        oldest, newest = counted["min"]["value"], counted["max"]["value"]
        return int(oldest or 0), int(newest or 0)

    def page_body(self, condition: Part, start: int, size: int) -> Body:
        """Return the request for a page of the speeches that meet a condition, in order."""
        return {
            "query": self.scored(condition),
            "sort": self.order,
            "from": start,
            "size": size,
            "_source": False,
            "docvalue_fields": ["speech"],
            "track_total_hits": True,
        }

    def with_question(self, question: Question) -> "SearchRequest":
        """Return the request for another question with the same excluded speeches."""
        return replace(self, question=question)


def all_values(field: str) -> Body:
    """Return the aggregation that counts every value of a field."""
    return {"terms": {"field": field, "size": MAX_BUCKETS}}


def under(condition: Part, **aggregations: Body) -> Body:
    """Return aggregations over the speeches that meet a condition."""
    return {"filter": condition, "aggs": aggregations}

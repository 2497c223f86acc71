"""Counts over the speeches found: a listing of them, crosstabs, and how often words are used."""

from collections.abc import Iterator, Mapping, Sequence

from statements.search.features.crosstab import MAX_VALUES
from statements.search.features.term_statistics import MAX_PERIODS
from statements.search.fields import TEXT_FIELD
from statements.search.matching.histogram import label
from statements.search.opensearch.client import Body, Response, pages, search
from statements.search.opensearch.requesting import dsl
from statements.search.opensearch.requesting.dsl import Part
from statements.search.opensearch.requesting.requests import SearchRequest, all_values, under
from statements.search.opensearch.schema import MAX_BUCKETS, PARAGRAPHS
from statements.search.protocol import (
    Breakdown,
    Crosstab,
    IndexState,
    Period,
    TermStatistics,
    Trend,
    Trends,
)

LISTED = 10_000  # speeches of one request

_OCCURRENCES: Body = {"sum": {"script": {"source": "_score"}}}


def list_speeches(request: SearchRequest) -> Iterator[int]:
    """Yield the primary keys of all speeches found, in the order of the question."""
    body = request.page_body(request.condition(), 0, LISTED)
    for hit in pages(request.index, body):
        yield int(hit["fields"]["speech"][0])


# -- crosstabs -------------------------------------------------------------------------------------


def cross_facets(request: SearchRequest, rows: str, columns: str, index: IndexState) -> Crosstab:
    """Count the speeches found by the values of two facets."""
    condition = request.condition()
    facets = {name: all_values(name) for name in {rows, columns}}
    body: Body = {"size": 0, "query": condition, "track_total_hits": True, "aggs": facets}
    [response] = search(request.index, [body])
    row_counts, column_counts = (
        _most_frequent(response["aggregations"][name], name) for name in (rows, columns)
    )
    cells: dict[tuple[str, str], int] = {}
    if row_counts and column_counts:
        inner = _chosen(columns, column_counts)
        outer = {**_chosen(rows, row_counts), "aggs": {"columns": inner}}
        body = {"size": 0, "query": condition, "track_total_hits": False, "aggs": {"rows": outer}}
        [crossed] = search(request.index, [body])
        cells = {
            (str(row["key"]), str(column["key"])): column["doc_count"]
            for row in crossed["aggregations"]["rows"]["buckets"]
            for column in row["columns"]["buckets"]
        }
    return Crosstab(
        index,
        response["hits"]["total"]["value"],
        list(row_counts),
        list(column_counts),
        list(row_counts.values()),
        list(column_counts.values()),
        [[cells.get((row, column), 0) for column in column_counts] for row in row_counts],
    )


def _most_frequent(counted: Response, name: str) -> dict[str, int]:
    """Return the counts of the most frequent values of a facet, years in order."""
    counts = {str(bucket["key"]): bucket["doc_count"] for bucket in counted["buckets"]}
    if name == "year":
        counts.pop("0", None)
    values = sorted(counts, key=lambda value: (-counts[value], value))[:MAX_VALUES]
    if name == "year":
        values.sort(key=int)
    return {value: counts[value] for value in values}


def _chosen(name: str, counts: Mapping[str, int]) -> Body:
    """Return the aggregation over the values of a facet that are shown."""
    values = [int(value) if name == "year" else value for value in counts]
    return {"terms": {"field": name, "size": len(values), "include": values}}


# -- how often words are used ----------------------------------------------------------------------


def count_terms(request: SearchRequest, index: IndexState) -> TermStatistics:
    """Count the words of a query in the speeches found, by country and year."""
    having = dsl.any_of(
        request.tree.reader.leaf(TEXT_FIELD, leaf).condition for leaf in request.tree.leaves
    )
    breakdowns = {
        name: {**all_values(name), "aggs": {"occurrences": _OCCURRENCES}}
        for name in ("country", "year")
    }
    body: Body = {
        "size": 0,
        "query": _counted(request),
        "track_total_hits": True,
        "aggs": {
            "occurrences": _OCCURRENCES,
            "paragraphs": {"nested": {"path": PARAGRAPHS}, "aggs": {"having": under(having)}},
            **breakdowns,
        },
    }
    living: Body = {
        "size": 0,
        "query": request.living,
        "track_total_hits": False,
        "aggs": {name: all_values(name) for name in breakdowns},
    }
    counted, everything = search(request.index, [body, living])
    counts = counted["aggregations"]
    return TermStatistics(
        index,
        counted["hits"]["total"]["value"],
        counts["paragraphs"]["having"]["doc_count"],
        round(counts["occurrences"]["value"]),
        {
            name: _breakdown(name, counts[name], everything["aggregations"][name])
            for name in breakdowns
        },
    )


def count_occurrences(request: SearchRequest) -> int:
    """Return how often the words of a query occur in the speeches found, for each word."""
    body = _without_hits(_counted(request), {"occurrences": _OCCURRENCES})
    [response] = search(request.index, [body])
    return int(response["aggregations"]["occurrences"]["value"])


def _counted(request: SearchRequest) -> Part:
    """Return the condition of a question, scored by how often its words occur in a speech."""
    ways = [
        part
        for leaf in request.tree.leaves
        for part in request.tree.reader.leaf(TEXT_FIELD, leaf).occurrences
    ]
    query: Part = {"bool": {"filter": [request.condition()]}}
    if ways:
        occurrences = dsl.has_paragraph({"bool": {"should": ways}}, "sum")
        query["bool"] |= {"should": [occurrences], "minimum_should_match": 0}
    return query


def _breakdown(name: str, counted: Response, everything: Response) -> list[Breakdown]:
    of = {bucket["key"]: bucket["doc_count"] for bucket in everything["buckets"]}
    rows = [
        Breakdown(
            str(bucket["key"]),
            bucket["doc_count"],
            round(bucket["occurrences"]["value"]),
            of[bucket["key"]],
        )
        for bucket in counted["buckets"]
        if bucket["key"]
    ]
    if name == "year":
        return sorted(rows, key=lambda row: int(row.value))
    return sorted(rows, key=lambda row: (-row.occurrences, -row.speeches, row.value))


# -- over time -------------------------------------------------------------------------------------


def count_trends(requests: Sequence[SearchRequest], period: Period, index: IndexState) -> Trends:
    """Count several questions over the periods that have speeches."""
    words: Body = {"sum": {"field": "words"}}
    by_period: Body = {"terms": {"field": period.value, "size": MAX_BUCKETS}}
    with_words = {"periods": {**by_period, "aggs": {"words": words}}}
    with_occurrences = {"periods": {**by_period, "aggs": {"occurrences": _OCCURRENCES}}}
    bodies: list[Body] = [_without_hits(requests[0].living, with_words)]
    for request in requests:
        bodies.append(_without_hits(_counted(request), with_occurrences))
        bodies.append(_without_hits(request.population, with_words))
    everything, *counted = (
        {bucket["key"]: bucket for bucket in response["aggregations"]["periods"]["buckets"]}
        for response in search(requests[0].index, bodies)
    )
    dated = [number for number in everything if number]
    last = max(dated, default=0)
    first = max(min(dated, default=last), last - MAX_PERIODS + 1)
    periods = range(first, last + 1) if last else range(0)

    def column(buckets: Mapping[int, Response], name: str = "") -> list[int]:
        values = (buckets.get(number) for number in periods)
        return [
            0 if bucket is None else round(bucket[name]["value"]) if name else bucket["doc_count"]
            for bucket in values
        ]

    return Trends(
        index,
        [label(number, period) for number in periods],
        column(everything),
        column(everything, "words"),
        [
            Trend(
                column(found),
                column(found, "occurrences"),
                column(population),
                column(population, "words"),
            )
            for found, population in zip(counted[::2], counted[1::2], strict=True)
        ],
    )


def _without_hits(query: Part, aggregations: Body) -> Body:
    return {"size": 0, "query": query, "track_total_hits": False, "aggs": aggregations}

"""Answers one question as a whole: hits, groups, facet counts and histogram."""

from collections.abc import Mapping, Sequence
from typing import Any

from statements.search.matching.histogram import bar
from statements.search.matching.ranking import MAX_GROUPS, MAX_HITS
from statements.search.matching.selection import cut_years, spell_filters
from statements.search.opensearch.client import Body, Response, search
from statements.search.opensearch.requesting import dsl
from statements.search.opensearch.requesting.dsl import Part
from statements.search.opensearch.requesting.filters import value_filter
from statements.search.opensearch.requesting.requests import SearchRequest, all_values, under
from statements.search.opensearch.schema import PARAGRAPHS
from statements.search.parameters import UNDATED, Filters
from statements.search.protocol import (
    Answer,
    FacetCounts,
    GroupHits,
    Groups,
    Histogram,
    IndexState,
    Period,
    SpeechHit,
)

MAX_EXTRACT_SPEECHES = 200  # of one request

Values = Mapping[str, int]


def answer_question(request: SearchRequest, index: IndexState) -> Answer:
    """Answer a question. Raises SearchUnavailable."""
    question = request.question
    start, size = (0, 0) if question.group else (question.start, question.size)
    body = request.page_body(request.condition(), start, size)
    # counts are made over all speeches that match, so that each facet has its own filters
    body["query"] = request.scored(dsl.all_of([request.matching, request.dates]))
    body["post_filter"] = dsl.all_of(request.filters.values())
    body["aggs"] = _aggregations(request)
    spellings = _spellings_body(request)
    response, spelled = search(request.index, [body, spellings])
    counts, of_filters = response.get("aggregations", {}), spelled.get("aggregations", {})
    filters, unknown = _canonical_filters(question.filters, of_filters)
    groups = _groups(request, counts) if question.group else None
    hits: Sequence[SpeechHit] = (
        () if groups else speech_hits(request, _speeches(response), question.paragraphs)
    )
    return Answer(
        index=index,
        total=response["hits"]["total"]["value"],
        hits=hits,
        groups=groups,
        facets={
            name: _facet_counts(request, name, limit, counts, filters)
            for name, limit in question.facets.items()
        },
        histogram=_histogram(request, counts) if question.histogram else None,
        filters=filters,
        unknown_values=unknown,
        day_unknown=_values(of_filters["day_unknown"]) if "day_unknown" in of_filters else {},
    )


def _aggregations(request: SearchRequest) -> dict[str, Body]:
    question = request.question

    def without(name: str) -> Part:
        return dsl.all_of(part for facet, part in request.filters.items() if facet != name)

    aggregations = {
        f"facet.{name}": under(without(name), values=all_values(name)) for name in question.facets
    }
    if period := question.histogram:
        condition = without("year" if period is Period.YEAR else "")
        aggregations["histogram"] = under(condition, values=all_values(period.value))
    if question.group:
        aggregations["group"] = under(without(""), values=all_values(question.group))
        has_value = (
            {"range": {"year": {"gt": 0}}}
            if question.group == "year"
            else {"exists": {"field": question.group}}
        )
        aggregations["ungrouped"] = under(dsl.all_of([without(""), dsl.none_of(has_value)]))
    return aggregations


def _values(counted: Response) -> dict[Any, int]:
    """Return the counts by value of an aggregation over all values of a field."""
    values = counted["values"]
    return {bucket["key"]: bucket["doc_count"] for bucket in values["buckets"]}


# -- hits ------------------------------------------------------------------------------------------


def _speeches(response: Response) -> list[int]:
    return [int(hit["fields"]["speech"][0]) for hit in response["hits"]["hits"]]


def speech_hits(
    request: SearchRequest, speeches: Sequence[int], paragraphs: int
) -> list[SpeechHit]:
    """Return speeches as hits, each with the positions of at most so many of its best
    paragraphs."""
    best = _best_paragraphs(request, speeches, paragraphs) if paragraphs else {}
    return [SpeechHit(speech, best.get(speech, [])) for speech in speeches]


def _best_paragraphs(
    request: SearchRequest, speeches: Sequence[int], limit: int
) -> dict[int, list[int]]:
    rank = request.tree.paragraph_rank()
    if rank == dsl.NOTHING or not speeches:
        return {}
    bodies: list[Body] = []
    for first in range(0, len(speeches), MAX_EXTRACT_SPEECHES):
        batch = speeches[first : first + MAX_EXTRACT_SPEECHES]
        inner = {
            "size": limit,
            "_source": False,
            "docvalue_fields": [f"{PARAGRAPHS}.position"],
            "sort": [{"_score": "desc"}, {f"{PARAGRAPHS}.position": "asc"}],
        }
        nested = {"nested": {"path": PARAGRAPHS, "query": rank, "inner_hits": inner}}
        bodies.append(
            {
                "query": dsl.all_of([dsl.terms("speech", batch), nested]),
                "size": len(batch),
                "_source": False,
                "docvalue_fields": ["speech"],
            }
        )
    positions: dict[int, list[int]] = {}
    for response in search(request.index, bodies):
        for hit in response["hits"]["hits"]:
            speech = int(hit["fields"]["speech"][0])
            positions[speech] = [
                int(inner["fields"][f"{PARAGRAPHS}.position"][0])
                for inner in hit["inner_hits"][PARAGRAPHS]["hits"]["hits"]
            ]
    return positions


# -- groups ----------------------------------------------------------------------------------------


def _groups(request: SearchRequest, counts: Response) -> Groups:
    question = request.question
    facet = question.group
    together = question.counted_together.get(facet, ())
    values = {str(value): count for value, count in _values(counts["group"]).items()}
    if facet == "year":
        values.pop("0", None)
    joined, members = _join(request, facet, values, together)
    ordered = sorted(joined, key=lambda value: (-joined[value], value))
    if facet == "year":
        ordered = sorted(joined, key=int, reverse=True)
    shown = ordered[question.start : question.start + min(question.size, MAX_GROUPS)]
    size = min(question.group_size, MAX_HITS)
    bodies = [
        request.page_body(
            dsl.all_of([request.condition(), value_filter(facet, members.get(value, [value]))]),
            0,
            size,
        )
        for value in shown
    ]
    lists = [_speeches(response) for response in search(request.index, bodies)]
    everything = list(dict.fromkeys(speech for speeches in lists for speech in speeches))
    hits = {hit.speech: hit for hit in speech_hits(request, everything, question.paragraphs)}
    return Groups(
        len(ordered),
        counts["ungrouped"]["doc_count"],
        [
            GroupHits(value, joined[value], [hits[speech] for speech in speeches])
            for value, speeches in zip(shown, lists, strict=True)
        ],
    )


def _join(
    request: SearchRequest, facet: str, values: Values, together: Sequence[Sequence[str]]
) -> tuple[dict[str, int], dict[str, list[str]]]:
    """Return counts in which the values of each list are one, that which most of all speeches have;
    and the values that it stands for."""
    joined, members = dict(values), {}
    if not together:
        return joined, {}
    overall = facet_values(request, facet, [value for group in together for value in group])
    for group in together:
        present = [value for value in group if overall.get(value)]
        if not present:
            continue
        shown = max(present, key=lambda value: overall[value])
        count = sum(joined.pop(value, 0) for value in present)
        members[shown] = present
        if count:
            joined[shown] = count
    return joined, members


def facet_values(request: SearchRequest, facet: str, wanted: Sequence[str]) -> dict[str, int]:
    """Return how many of all speeches have each of some values of a facet."""
    body: Body = {
        "size": 0,
        "query": dsl.terms(facet, wanted),
        "aggs": {"values": {"terms": {"field": facet, "size": len(wanted), "include": wanted}}},
    }
    counted = search(request.index, [body])[0]["aggregations"]
    return {bucket["key"]: bucket["doc_count"] for bucket in counted["values"]["buckets"]}


# -- facets and periods ----------------------------------------------------------------------------


def _facet_counts(
    request: SearchRequest, name: str, limit: int | None, counts: Response, filters: Filters
) -> FacetCounts:
    values = _values(counts[f"facet.{name}"])
    selected: Sequence[str] = filters.of(name)
    if name == "year":
        numbers = sorted(values, reverse=True)
        labels = {number: str(number) if number else UNDATED for number in numbers}
        labelled = {labels[number]: values[number] for number in numbers}
        ordered = list(labelled)
    else:
        together = request.question.counted_together.get(name, ())
        labelled, members = _join(request, name, values, together)
        stands_for = {value: shown for shown, group in members.items() for value in group}
        selected = list(dict.fromkeys(stands_for.get(value, value) for value in selected))
        ordered = sorted(labelled, key=lambda value: (-labelled[value], value))
    listed = ordered if limit is None else ordered[:limit]
    listed = [*listed, *(value for value in selected if value not in set(listed))]
    return FacetCounts([(value, labelled.get(value, 0)) for value in listed], len(labelled))


def _histogram(request: SearchRequest, counts: Response) -> Histogram:
    question = request.question
    assert question.histogram is not None  # noqa: S101
    values: dict[int, int] = _values(counts["histogram"])
    filters = question.filters
    bars = [
        bar(number, question.histogram, values[number], filters.date_from, filters.date_to)
        for number in sorted(values)
        if number
    ]
    return Histogram(question.histogram, bars, values.get(0, 0))


# -- values of filters -----------------------------------------------------------------------------


def _spellings_body(request: SearchRequest) -> Body:
    """Return the request for the values of filters as the index has them, and for the speeches
    that only the days leave out."""
    filters = request.question.filters
    aggregations: dict[str, Body] = {}
    for name, values in filters.values.items():
        if name != "year" and values:
            aggregations[name] = under(value_filter(name, values), values=all_values(name))
    if years := cut_years(filters.date_from, filters.date_to):
        of_years = [request.matching, dsl.terms("date", [0]), dsl.terms("year", years)]
        condition = dsl.all_of([*of_years, *request.filters.values()])
        aggregations["day_unknown"] = under(condition, values=all_values("year"))
    return {"size": 0, "track_total_hits": False, "aggs": aggregations}


def _canonical_filters(
    filters: Filters, counted: Mapping[str, Response]
) -> tuple[Filters, dict[str, list[str]]]:
    """Return filters with the values of the index, and the values that no speech has."""
    present = {name: _values(counted[name]) for name in filters.values if name in counted}
    folded = {
        name: {value.casefold(): value for value in values} for name, values in present.items()
    }

    def spell(name: str, value: str) -> str | None:
        if name not in present or value in present[name]:
            return value
        return folded[name].get(value.casefold())

    return spell_filters(filters, spell)

"""Several series of one search: the same filters for several queries, or the same query for several
countries or groups of States; their use over time, and where each was used first.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from statements.search.backends import search_backend
from statements.search.parameters import InvalidParameters, SearchParameters
from statements.search.presentation import MAX_SERIES
from statements.search.protocol import IndexState, LineOrder, Period, Question, Trend
from statements.search.query import QueryError, parse, positive_leaves
from statements.search.results.analytics import (
    ContextLine,
    context_lines,
    labels,
    question_of,
)
from statements.search.results.page import query_errors_as_invalid_parameters

__all__ = ["MAX_SERIES", "By", "Period", "Series", "UseOverTime", "over_time", "series_of"]


class By(StrEnum):
    """What distinguishes the series: their queries, or the value of a facet."""

    QUERY = "query"
    COUNTRY = "country"
    GROUP = "member_of"


@dataclass(frozen=True, slots=True)
class Series:
    value: str  # the query, or the value of the facet
    label: str
    parameters: SearchParameters  # of the search for its speeches


def series_of(
    parameters: SearchParameters,
    by: By,
    values: Sequence[str],
    *,
    least: int = 1,
    most: int = MAX_SERIES,
    name: str = "series",
) -> list[Series]:
    """Return the series of a search: of its query and others, or of values of a facet. Where no
    values are given, these are the ones selected as filters, else those with most speeches, which
    also make up the number of ``least`` series.

    Raises InvalidParameters, with ``name`` as the parameter, for a query that cannot be run and
    for values that no speech has.
    """
    if by is By.QUERY:
        queries = [parameters.q, *(value.strip() for value in values)][:most]
        for q in queries[1:]:
            _check_query(q, name)
        return [Series(q, q, replace(parameters, q=q, page=1)) for q in queries]
    facet = by.value
    chosen = [_canonical(facet, value, name) for value in values]
    chosen = chosen or list(getattr(parameters, facet))
    if len(chosen) < (least if chosen else most):
        wanted = least if chosen else most
        frequent = (value for value in _most_frequent(parameters, facet) if value not in chosen)
        chosen += [value for value, _ in zip(frequent, range(wanted - len(chosen)), strict=False)]
    shown = list(dict.fromkeys(chosen))[:most]
    return [
        Series(value, label, _with_value(parameters, facet, value))
        for value, label in zip(shown, labels(facet, shown), strict=True)
    ]


def series_or_query(
    parameters: SearchParameters, by: By, values: Sequence[str]
) -> tuple[By, list[Series]]:
    """Return the series of a search, and of what they are: where no speech found has a value of the
    facet, of the query alone. Raises as ``series_of`` does."""
    if shown := series_of(parameters, by, values):
        return by, shown
    return By.QUERY, series_of(parameters, By.QUERY, ())


def _check_query(q: str, name: str) -> None:
    try:
        parse(q)
    except QueryError as error:
        raise InvalidParameters({name: str(error)}) from error


def _canonical(facet: str, value: str, name: str) -> str:
    canonical = search_backend().canonical_value(facet, value)
    if canonical is None:
        sentence = SearchParameters.FACETS_BY_NAME[facet].no_speech
        raise InvalidParameters({name: str(sentence) % {"value": value[:60]}})
    return canonical


def _with_value(parameters: SearchParameters, facet: str, value: str) -> SearchParameters:
    changes: dict[str, Any] = {facet: (value,)}
    return replace(parameters, page=1, **changes)


def _most_frequent(parameters: SearchParameters, facet: str) -> list[str]:
    with query_errors_as_invalid_parameters(parameters.q):
        question = replace(question_of(parameters), size=0, facets={facet: 2 * MAX_SERIES})
        [answer] = search_backend().search([question])
    return [value for value, count in answer.facets[facet].values if count]


# -- over time --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class SeriesTrend:
    series: Series
    trend: Trend
    first: ContextLine | None  # the earliest line; of equally early ones any

    @property
    def q(self) -> str:
        return self.series.parameters.q


@dataclass(frozen=True, slots=True)
class UseOverTime:
    """See ``protocol.Trends``."""

    index: IndexState
    periods: Sequence[str]
    speeches: Sequence[int]
    words: Sequence[int]
    trends: Sequence[SeriesTrend]
    has_words: bool  # whether any query has words that can be counted


def over_time(shown: Sequence[Series], period: Period) -> UseOverTime:
    """Count several series over time. Raises InvalidParameters and SearchUnavailable."""
    questions = []
    for series in shown:
        with query_errors_as_invalid_parameters(series.parameters.q):
            questions.append(question_of(series.parameters))
    with query_errors_as_invalid_parameters(*dict.fromkeys(s.parameters.q for s in shown)):
        counts = search_backend().trends(questions, period)
        firsts = [_first_line(question) for question in questions]
    return UseOverTime(
        counts.index,
        counts.periods,
        counts.speeches,
        counts.words,
        [SeriesTrend(*columns) for columns in zip(shown, counts.trends, firsts, strict=True)],
        any(positive_leaves(question.tree) for question in questions),
    )


def _first_line(question: Question) -> ContextLine | None:
    if not positive_leaves(question.tree):
        return None
    first = replace(question, start=0, size=1)
    lines = search_backend().concordance(first, LineOrder.OLDEST).lines
    return next(context_lines(lines), None)

"""Two series of a search side by side: what each said in the same year, session or meeting."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from statements.models import Meeting, Session, revision
from statements.search.backends import search_backend
from statements.search.parameters import UNDATED, Filters, Sort
from statements.search.protocol import IndexState, Question
from statements.search.query import ParsedQuery, parse_query
from statements.search.results.analytics import labels
from statements.search.results.hits import Hit, make_hits
from statements.search.results.page import query_errors_as_invalid_parameters, search_and_read
from statements.search.results.series import Series

__all__ = ["Alignment", "Cell", "Row", "SideBySide", "side_by_side"]


class Alignment(StrEnum):
    """The facet whose values are the rows."""

    YEAR = "year"
    SESSION = "session"
    MEETING = "meeting"


@dataclass(frozen=True, slots=True)
class Cell:
    speeches: int
    best: Hit | None = None  # the most relevant of them


@dataclass(frozen=True, slots=True)
class Row:
    value: str  # the year, the slug of the session, or the symbol of the meeting
    label: str
    cells: Sequence[Cell]  # one for each series


@dataclass(frozen=True, slots=True)
class SideBySide:
    index: IndexState
    series: Sequence[Series]
    totals: Sequence[int]  # speeches of each series, in rows or not
    rows: Sequence[Row]  # the latest first
    size: int  # number of rows, shown or not
    common: int  # number of rows in which every series has speeches


def side_by_side(
    shown: Sequence[Series],
    alignment: Alignment,
    *,
    start: int = 0,
    size: int | None = None,
    is_quoted: bool = True,
) -> SideBySide:
    """Return ``size`` rows from ``start`` on, by default all, with the best speech of each cell if
    ``is_quoted``. Raises InvalidParameters and SearchUnavailable."""
    with (
        query_errors_as_invalid_parameters(*dict.fromkeys(s.parameters.q for s in shown)),
        revision.use_current(),
    ):
        queries = [parse_query(series.parameters.q) for series in shown]
        questions = [
            Question(
                tree=query.boosted_tree,
                filters=series.parameters.filters,
                size=0,
                facets={alignment.value: None},
            )
            for query, series in zip(queries, shown, strict=True)
        ]
        answers = search_backend().search(questions)
        counts = [
            _counts(dict(answer.facets[alignment.value].values), question.filters, alignment)
            for answer, question in zip(answers, questions, strict=True)
        ]
        values = _latest_first({value for count in counts for value in count}, alignment)
        page = values[start:] if size is None else values[start : start + size]
        quoted = page if is_quoted else ()
        columns = [
            _best(query, question, alignment, [value for value in quoted if value in count])
            for query, question, count in zip(queries, questions, counts, strict=True)
        ]
        return SideBySide(
            answers[0].index,
            shown,
            [answer.total for answer in answers],
            [
                Row(
                    value,
                    label,
                    [
                        Cell(count.get(value, 0), column.get(value))
                        for count, column in zip(counts, columns, strict=True)
                    ],
                )
                for value, label in zip(page, labels(alignment.value, page), strict=True)
            ],
            len(values),
            sum(all(value in count for count in counts) for value in values),
        )


def _counts(counts: Mapping[str, int], filters: Filters, alignment: Alignment) -> dict[str, int]:
    """Return the speeches of each row: facets also count values that filters leave out."""
    selected = filters.of(alignment.value)
    return {
        value: count
        for value, count in counts.items()
        if count and value != UNDATED and (not selected or value in selected)
    }


def _latest_first(values: set[str], alignment: Alignment) -> list[str]:
    if alignment is Alignment.YEAR:
        return sorted(values, key=int, reverse=True)
    if alignment is Alignment.SESSION:
        sessions = Session.objects.filter(slug__in=values).values_list("slug", "year", "number")
        numbers = {slug: (year, number) for slug, year, number in sessions}
        return sorted(values, key=lambda slug: (*numbers.get(slug, (0, 0)), slug), reverse=True)
    meetings = Meeting.objects.filter(symbol__in=values).values_list("symbol", "date", "number")
    order = {symbol: (day.toordinal() if day else 0, number) for symbol, day, number in meetings}
    return sorted(values, key=lambda symbol: (*order.get(symbol, (0, 0)), symbol), reverse=True)


def _best(
    query: ParsedQuery, question: Question, alignment: Alignment, values: Sequence[str]
) -> dict[str, Hit]:
    """Return the best speech of each row, with its best paragraph."""
    if not values:
        return {}
    filters = replace(
        question.filters, values={**question.filters.values, alignment.value: tuple(values)}
    )
    answer, speeches = search_and_read(
        replace(
            question,
            filters=filters,
            facets={},
            sort=Sort.RELEVANCE,
            group=alignment.value,
            group_size=1,
            size=len(values),
            paragraphs=1,
        )
    )
    hits = make_hits(query, answer, speeches).groups
    groups = answer.groups.shown if answer.groups else ()
    return {group.value: best[0] for group, best in zip(groups, hits, strict=True) if best}

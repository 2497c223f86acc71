"""Filters of a question as conditions on speeches."""

from collections.abc import Sequence
from datetime import date

from statements.search.fields import ORDER_FIELDS
from statements.search.opensearch.requesting import dsl
from statements.search.opensearch.requesting.dsl import Part
from statements.search.parameters import UNDATED, Filters


def value_filter(field: str, values: Sequence[str]) -> Part:
    """Return the condition that a speech has one of the values of a facet, whatever their case."""
    if field in ORDER_FIELDS:
        return dsl.terms(
            field, (int(value) for value in values if value.isascii() and value.isdecimal())
        )
    return dsl.terms(f"{field}_casefolded", (value.casefold() for value in values))


def number_range(field: str, low: int | None, high: int | None) -> Part:
    """Return the condition that a number is known and lies in a range."""
    limits = {"gte": max(low or 1, 1)}
    if high is not None:
        limits["lte"] = high
    return {"range": {field: limits}}


def facet_filters(filters: Filters) -> dict[str, Part]:
    """Return the condition of each facet that is filtered by."""
    conditions: dict[str, Part] = {}
    for name, values in filters.values.items():
        if values:
            undated = [dsl.terms("year", [0])] if name == "year" and UNDATED in values else []
            conditions[name] = dsl.any_of([value_filter(name, values), *undated])
    for name, values in filters.without.items():
        kept = dsl.none_of(value_filter(name, values))
        conditions[name] = dsl.all_of([conditions[name], kept]) if name in conditions else kept
    return conditions


def date_filter(first: date | None, last: date | None) -> Part:
    """Return the condition that a speech is of these days, or, where only its year is known, that
    the whole year lies within them."""
    if not (first or last):
        return dsl.EVERYTHING
    first, last = first or date.min, last or date.max
    first_year = first.year + (first != date(first.year, 1, 1))
    last_year = last.year - (last != date(last.year, 12, 31))
    of_days = {"range": {"date": {"gte": first.toordinal(), "lte": last.toordinal()}}}
    whole_years = {"range": {"year": {"gte": max(1, first_year), "lte": last_year}}}
    return dsl.any_of([of_days, dsl.all_of([dsl.terms("date", [0]), whole_years])])

"""The speeches that match a question and pass its filters.

A selection has one mask for each filter, so that every facet can be counted under all filters but
its own.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from functools import partial

import numpy as np
import numpy.typing as npt

from statements.search.fields import MANY_VALUED
from statements.search.index.snapshot import Mask, Snapshot
from statements.search.matching.evaluator import Evaluator, Match
from statements.search.parameters import UNDATED, Filters
from statements.search.protocol import Question
from statements.search.query import Node

SpeechNumbers = npt.NDArray[np.int64]  # numbers of speeches in the snapshot, ascending


class Selection:
    """The speeches that match a question and pass its filters."""

    def __init__(
        self,
        evaluator: Evaluator,
        question: Question,
        live_mask: Mask | None = None,
        *,
        match: Match | None = None,
    ) -> None:
        """``live_mask``, bool[H], are the speeches that were not deleted. ``match`` replaces the
        match of the query. Raises TooManyExpansions."""
        self.evaluator, self.question = evaluator, question
        self.snapshot = snapshot = evaluator.snapshot
        self.live_mask = snapshot.alive if live_mask is None else live_mask
        match = match or evaluator.match(question.tree)
        # without deleted speeches, but whatever the filters
        self.match = replace(match, matched=match.matched & self.live_mask)
        filters = question.filters
        self._of_dates = self.live_mask
        if filters.date_from or filters.date_to:
            dates = date_mask(snapshot, filters.date_from, filters.date_to)
            self._of_dates = self._of_dates & dates
        self._matched = self.match.matched & self._of_dates
        self._filters: dict[str, Mask] = {
            facet: _filter(evaluator, facet, values)
            for facet, values in filters.values.items()
            if values
        }
        for facet, values in filters.without.items():
            kept = ~evaluator.terms_mask(facet, values)
            self._filters[facet] = self._filters.get(facet, self.live_mask) & kept
        self.mask = self._under(self._matched, self._filters)  # bool[H]
        self.speeches: SpeechNumbers = np.flatnonzero(self.mask)

    @property
    def tree(self) -> Node:
        return self.question.tree

    @property
    def total(self) -> int:
        return len(self.speeches)

    @property
    def population(self) -> Mask:
        """bool[H]: the speeches that pass the filters, whether they match or not."""
        return self._under(self._of_dates, self._filters)

    def without_filter(self, facet: str) -> SpeechNumbers:
        """Return the speeches that pass every filter but the one of a facet."""
        if facet not in self._filters:
            return self.speeches
        remaining = {name: mask for name, mask in self._filters.items() if name != facet}
        return np.flatnonzero(self._under(self._matched, remaining))

    @property
    def day_unknown(self) -> dict[int, int]:
        """The number of speeches that only the days leave out because their day is not known, by
        year. These are the years that the days cut."""
        filters = self.question.filters
        years = cut_years(filters.date_from, filters.date_to)
        if not years:
            return {}
        day, year = self.snapshot.numbers["date"], self.snapshot.numbers["year"]
        mask = self.match.matched & (day == 0)
        for passed in self._filters.values():
            mask = mask & passed
        counts = {number: int(np.count_nonzero(mask & (year == number))) for number in years}
        return {number: count for number, count in counts.items() if count}

    @staticmethod
    def _under(passed: Mask, filters: Mapping[str, Mask]) -> Mask:
        for mask in filters.values():
            passed = passed & mask
        return passed


def _filter(evaluator: Evaluator, facet: str, values: tuple[str, ...]) -> Mask:
    mask = evaluator.terms_mask(facet, values)
    if facet == "year" and UNDATED in values:
        mask = mask | (evaluator.snapshot.alive & (evaluator.snapshot.numbers["year"] == 0))
    return mask


def date_mask(snapshot: Snapshot, first: date | None, last: date | None) -> Mask:
    """bool[H]: speeches of these days, and those of which only the year is known if the whole year
    lies within them."""
    first, last = first or date.min, last or date.max
    day, year = snapshot.numbers["date"], snapshot.numbers["year"]
    first_year = first.year + (first != date(first.year, 1, 1))
    last_year = last.year - (last != date(last.year, 12, 31))
    of_days = (day >= first.toordinal()) & (day <= last.toordinal())  # 0 where unknown
    of_years = (day == 0) & (year > 0) & (year >= first_year) & (year <= last_year)
    mask: Mask = of_days | of_years
    return mask


def cut_years(first: date | None, last: date | None) -> list[int]:
    """Return the years of which some days lie within a period and others do not."""
    years = {first.year} if first and first != date(first.year, 1, 1) else set()
    if last and last != date(last.year, 12, 31):
        years.add(last.year)
    return sorted(years)


# -- values of filters, whose case does not matter ---------------------------------------------


def canonical_filters(snapshot: Snapshot, filters: Filters) -> tuple[Filters, dict[str, list[str]]]:
    """Return filters with the values of the index, and the values that no speech has."""
    return spell_filters(filters, partial(canonical_value, snapshot))


def spell_filters(
    filters: Filters, spell: Callable[[str, str], str | None]
) -> tuple[Filters, dict[str, list[str]]]:
    """Return filters with their values as ``spell`` returns them for a facet and a value, and the
    values for which it returns None."""
    values: dict[str, tuple[str, ...]] = {}
    unknown: dict[str, list[str]] = {}
    for name, typed in filters.values.items():
        spellings = [(value, spell(name, value)) for value in typed]
        values[name] = tuple(dict.fromkeys(spelling or value for value, spelling in spellings))
        if missing := [value for value, spelling in spellings if spelling is None]:
            unknown[name] = missing
    return replace(filters, values=values), unknown


def canonical_value(snapshot: Snapshot, name: str, value: str) -> str | None:
    """Return a value of a facet as the index has it; None if no speech has it. Years stay as they
    are."""
    if name not in snapshot.facets:
        return value
    facet = snapshot.facets[name]
    return facet.canonical_member(value) if name in MANY_VALUED else facet.canonical_value(value)

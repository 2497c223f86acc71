"""States that preceded or succeeded one another: a search for one of them, by a filter or in the
query, offers to include the others.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from django.utils.text import get_text_list
from django.utils.translation import gettext

from archive.languages import localized
from statements.models import Country, CountryName, revision
from statements.search.backends import search_backend
from statements.search.parameters import SearchParameters
from statements.search.query import ParsedQuery, Range, field_values, repair, with_any_value
from statements.transcripts.languages.names import fold


@dataclass(frozen=True, slots=True)
class Succession:
    """Other States of one side of a succession that have speeches of the time searched."""

    sentence: str
    names: str
    parameters: SearchParameters  # with them


class _Searched(NamedTuple):
    """A State that is searched for."""

    code: str
    place: int | None  # of its token in the query; None for a filter


class _States:
    """All States with predecessors or successors, as they are in one revision of the archive."""

    def __init__(self, revision_read: str) -> None:
        self.revision = revision_read
        pairs = Country.successors.through.objects.values_list("from_country_id", "to_country_id")
        self.later: dict[str, list[str]] = defaultdict(list)
        self.earlier: dict[str, list[str]] = defaultdict(list)
        for earlier, later in pairs.order_by("from_country_id", "to_country_id"):
            self.later[earlier].append(later)
            self.earlier[later].append(earlier)
        self.by_code = Country.objects.in_bulk({*self.later, *self.earlier})
        names = CountryName.objects.filter(country__in=self.by_code)
        self._code_of = dict(names.values_list("folded", "country"))
        self._code_of |= {fold(state.short_name): code for code, state in self.by_code.items()}

    def code_of(self, typed: str) -> str:
        """Return the code of the State with this code or name; "" if there is none."""
        code = typed.strip().upper()
        return code if code in self.by_code else self._code_of.get(fold(typed), "")


_states: _States | None = None


def successions(parameters: SearchParameters, query: ParsedQuery) -> Iterator[Succession]:
    """Yield what a search for countries can include as well, at most twice for each of them."""
    global _states
    values = [value for value in field_values(query, ("country", "year")) if not value.excluded]
    typed = [value for value in values if value.field == "country"]
    if not (parameters.country or typed):
        return
    states, now = _states, revision.current()
    if states is None or states.revision != now:
        states = _states = _States(now)
    searched = [_Searched(code, None) for code in parameters.country]
    searched += [_Searched(states.code_of(value.value), value.place) for value in typed]
    ranges = [value.condition for value in values if isinstance(value.condition, Range)]
    years = _years(parameters, ranges)
    codes = {each.code for each in searched}
    for each in searched:
        yield from _of_state(each, states, codes, years, parameters, query)


def _of_state(
    searched: _Searched,
    states: _States,
    codes: Collection[str],
    years: tuple[int, int],
    parameters: SearchParameters,
    query: ParsedQuery,
) -> Iterator[Succession]:
    """Yield what can be included beside one State; ``codes`` are all that are searched."""
    preceded = gettext("%(state)s was preceded by other States.")
    succeeded = gettext("%(state)s was succeeded by other States.")
    for sentence, next_codes in ((preceded, states.earlier), (succeeded, states.later)):
        chain = [states.by_code[other] for other in _chain(searched.code, next_codes)]
        others = [
            state for state in chain if state.code not in codes and _has_speeches(state, years)
        ]
        extended = _with(others, searched, parameters, query) if others else None
        if extended:
            names = get_text_list([_name(state) for state in others], gettext("and"))
            state = _name(states.by_code[searched.code])
            yield Succession(sentence % {"state": state}, names, extended)


def _name(state: Country) -> str:
    return localized(state.short_name, "country")


def _with(
    others: Sequence[Country],
    searched: _Searched,
    parameters: SearchParameters,
    query: ParsedQuery,
) -> SearchParameters | None:
    """Return the search with other States beside one; None if it would be too long."""
    codes = [state.code for state in others]
    if searched.place is None:
        return replace(parameters, country=(*parameters.country, *codes), page=1)
    q = repair(with_any_value(query, searched.place, codes))
    return replace(parameters, q=q, page=1) if q else None


def _chain(code: str, next_codes: Mapping[str, Sequence[str]]) -> list[str]:
    """Return the States before or after one, the nearest first."""
    reached: dict[str, None] = {}
    waiting = list(next_codes.get(code, ()))
    while waiting:
        other = waiting.pop(0)
        if other not in reached and other != code:
            reached[other] = None
            waiting += next_codes.get(other, ())
    return list(reached)


def _years(parameters: SearchParameters, typed: Sequence[Range]) -> tuple[int, int]:
    """Return the first and last year that are searched, by filters and by years in the query."""
    selected = [int(year) for year in parameters.year if year.isdigit()]
    first, last = parameters.date_from, parameters.date_to
    earliest = min(selected, default=first.year if first else 0)
    latest = max(selected, default=last.year if last else 9999)
    return (
        max(earliest, min((condition.low or 0 for condition in typed), default=0)),
        min(latest, max((condition.high or 9999 for condition in typed), default=9999)),
    )


def _has_speeches(country: Country, years: tuple[int, int]) -> bool:
    """Return whether a country has speeches, and existed in the years that are searched."""
    first, last = years
    begins = country.valid_from.year if country.valid_from else 0
    ends = country.valid_to.year if country.valid_to else 9999
    if begins > last or ends < first:
        return False
    return search_backend().canonical_value("country", country.code) is not None

"""States that preceded or succeeded one another: a search for one of them offers to include the
others.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.utils.text import get_text_list
from django.utils.translation import gettext

from statements.models import Country, revision
from statements.search.backends import search_backend
from statements.search.parameters import SearchParameters


@dataclass(frozen=True, slots=True)
class Succession:
    """Other States of one side of a succession that have speeches of the time searched."""

    sentence: str
    names: str
    parameters: SearchParameters  # with them


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


_states: _States | None = None


def successions(parameters: SearchParameters) -> Iterator[Succession]:
    """Yield what a search for countries can include as well, at most twice for each of them."""
    global _states
    if not parameters.country:
        return
    states, now = _states, revision.current()
    if states is None or states.revision != now:
        states = _states = _States(now)
    for code in parameters.country:
        preceded = gettext("%(state)s was preceded by other States.")
        succeeded = gettext("%(state)s was succeeded by other States.")
        for sentence, next_codes in ((preceded, states.earlier), (succeeded, states.later)):
            chain = [states.by_code[other] for other in _chain(code, next_codes)]
            others = [
                other
                for other in chain
                if other.code not in parameters.country and _has_speeches(other, parameters)
            ]
            if others:
                names = get_text_list([str(other) for other in others], gettext("and"))
                with_others = parameters
                for other in others:
                    with_others = with_others.with_value("country", other.code)
                yield Succession(sentence % {"state": states.by_code[code]}, names, with_others)


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


def _has_speeches(country: Country, parameters: SearchParameters) -> bool:
    """Return whether a country has speeches, and existed in the time that is searched."""
    years = [int(year) for year in parameters.year if year.isdigit()]
    first, last = parameters.date_from, parameters.date_to
    earliest = min(years, default=first.year if first else 0)
    latest = max(years, default=last.year if last else 9999)
    begins = country.valid_from.year if country.valid_from else 0
    ends = country.valid_to.year if country.valid_to else 9999
    if begins > latest or ends < earliest:
        return False
    return search_backend().canonical_value("country", country.code) is not None

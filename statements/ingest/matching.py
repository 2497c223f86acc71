"""Matches printed names to Country and Speaker rows; a name without a sure match stays unknown.

Only whole folded names match: "Guinea" does not match "Equatorial Guinea".
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from statements.ingest.namesakes import identify, speaker_key
from statements.models import Affiliation, AffiliationName, Country, CountryName, Speaker
from statements.transcripts.languages.names import fold
from statements.transcripts.languages.states import code_of_state


@dataclass(frozen=True, slots=True)
class _NamePeriod:
    """The period in which a country had a name."""

    country: str
    valid_from: date | None
    valid_to: date | None

    def includes(self, day: date) -> bool:
        return (self.valid_from is None or self.valid_from <= day) and (
            self.valid_to is None or day <= self.valid_to
        )


class Matcher:
    """Matches many names; reads the countries from the database once, when first needed."""

    @cached_property
    def countries(self) -> dict[str, Country]:
        return {country.code: country for country in Country.objects.all()}

    @cached_property
    def _name_periods(self) -> dict[str, list[_NamePeriod]]:
        """The periods of each folded name."""
        periods: dict[str, list[_NamePeriod]] = defaultdict(list)
        rows = CountryName.objects.order_by().values_list(
            "folded", "country_id", "valid_from", "valid_to"
        )
        for folded, code, valid_from, valid_to in rows:
            periods[folded].append(_NamePeriod(code, valid_from, valid_to))
        return dict(periods)

    @cached_property
    def _affiliations(self) -> dict[str, set[int]]:
        """The keys of the parties, bodies … with each folded name."""
        keys: dict[str, set[int]] = defaultdict(set)
        rows = Affiliation.objects.order_by().values_list("folded", "pk")
        names = AffiliationName.objects.order_by().values_list("folded", "affiliation_id")
        for folded, pk in (*rows, *names):
            keys[folded].add(pk)
        return keys

    def affiliation(self, printed: str) -> int | None:
        """Return the key of the only party, ministry, ward or body with this name."""
        keys = self._affiliations.get(fold(printed), set())
        return next(iter(keys)) if len(keys) == 1 else None

    def country(self, printed: str, day: date | None) -> Country | None:
        """Return the only country with this name on a day.

        Without a day, or if no country had the name then, return the only one that ever had it.
        Names that the archive does not have are looked up in the language packs: "Norvège".
        """
        periods = self._name_periods.get(fold(printed), [])
        if not periods:
            return self.countries.get(code_of_state(printed))
        codes = {period.country for period in periods if day and period.includes(day)}
        codes = codes or {period.country for period in periods}
        return self.countries[codes.pop()] if len(codes) == 1 else None

    def is_out_of_time(self, printed: str, country: str, day: date | None) -> bool:
        """Return whether a country had this name, but not on that day: "Zaire" in 2015."""
        periods = [
            period
            for period in self._name_periods.get(fold(printed), [])
            if period.country == country
        ]
        if day is None or not periods:
            return False
        return not (
            any(period.includes(day) for period in periods)
            and _existed(self.countries[country], day)
        )

    @cached_property
    def _succession(self) -> dict[str, set[str]]:
        """The predecessors and successors of each country."""
        related: dict[str, set[str]] = defaultdict(set)
        pairs = Country.successors.through.objects.values_list("from_country_id", "to_country_id")
        for former, later in pairs:
            related[former].add(later)
            related[later].add(former)
        return dict(related)

    def country_by_code(self, code: str, name: str, day: date | None) -> Country | None:
        """Return the country that a data set means by a code and a name.

        Data sets use today's code for former states too: RUS in 1975 is the only state that
        existed then and that Russia succeeded.
        """
        country = self.countries.get(code)
        if country is None:
            return self.country(name, day) if name else None
        if day is None or _existed(country, day):
            return country
        related = [self.countries[related_code] for related_code in self._succession.get(code, ())]
        contemporary = [state for state in related if _existed(state, day)]
        if len(contemporary) == 1:
            return contemporary[0]
        return (self.country(name, day) if name else None) or country


def _existed(country: Country, day: date) -> bool:
    return (country.valid_from is None or country.valid_from <= day) and (
        country.valid_to is None or day <= country.valid_to
    )


def match_country(printed: str, day: date | None = None) -> Country | None:
    """Return the country for a printed name; use Matcher for many names."""
    return Matcher().country(printed, day)


def match_speaker(name: str, country: Country | None) -> Speaker | None:
    """Return the known speaker with this name and country, or without a country if None."""
    key = speaker_key(name, country.code if country else "")
    person = identify([key], in_meeting=False).get(key)
    return person.speaker if person else None

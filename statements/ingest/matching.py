"""Printed names become Country and Speaker rows, or stay unknown; never a guess.

Only a whole name matches, folded: "Guinea" is never part of "Equatorial Guinea".
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from statements.models import Country, CountryName, Speaker, SpeakerName
from statements.transcripts.names import fold

SpeakerKey = tuple[str, str]  # folded name, country code or ""


def speaker_key(name: str, country: str) -> SpeakerKey:
    """What tells speakers apart: the folded name, as long as the archive keeps it, and a code."""
    return fold(name)[:200], country


@dataclass(frozen=True, slots=True)
class _Bearing:
    """That a country bears a name, and when."""

    country: str
    valid_from: date | None
    valid_to: date | None

    def holds(self, on: date) -> bool:
        return (self.valid_from is None or self.valid_from <= on) and (
            self.valid_to is None or on <= self.valid_to
        )


class Matcher:
    """Matches many names; countries are read from the database once, when first needed."""

    @cached_property
    def countries(self) -> dict[str, Country]:
        return {country.code: country for country in Country.objects.all()}

    @cached_property
    def _bearings(self) -> dict[str, list[_Bearing]]:
        bearings: dict[str, list[_Bearing]] = defaultdict(list)
        rows = CountryName.objects.order_by().values_list(
            "folded", "country_id", "valid_from", "valid_to"
        )
        for folded, code, valid_from, valid_to in rows:
            bearings[folded].append(_Bearing(code, valid_from, valid_to))
        return dict(bearings)

    def country(self, printed: str, on: date | None) -> Country | None:
        """The one country that bore this name on that date; without a date, or where nobody
        bore it then, the only country that ever did."""
        bearings = self._bearings.get(fold(printed), [])
        then = {bearing.country for bearing in bearings if on and bearing.holds(on)}
        ever = then or {bearing.country for bearing in bearings}
        return self.countries[ever.pop()] if len(ever) == 1 else None

    def is_out_of_time(self, printed: str, country: str, on: date | None) -> bool:
        """Whether a country bears this name, but not on that date: "Zaire" in 2015."""
        times = [each for each in self._bearings.get(fold(printed), []) if each.country == country]
        if on is None or not times:
            return False
        return not (any(each.holds(on) for each in times) and _existed(self.countries[country], on))

    @cached_property
    def _succession(self) -> dict[str, set[str]]:
        """For each country those that it followed or that followed it."""
        related: dict[str, set[str]] = defaultdict(set)
        pairs = Country.successors.through.objects.values_list("from_country_id", "to_country_id")
        for former, later in pairs:
            related[former].add(later)
            related[later].add(former)
        return dict(related)

    def country_given(self, code: str, name: str, on: date | None) -> Country | None:
        """The country that a data set means, which writes today's code for a former state:
        RUS in 1975 is the one state that existed then and that Russia followed."""
        country = self.countries.get(code)
        if country is None:
            return self.country(name, on) if name else None
        if on is None or _existed(country, on):
            return country
        related = [self.countries[other] for other in self._succession.get(code, ())]
        then = [other for other in related if _existed(other, on)]
        if len(then) == 1:
            return then[0]
        return (self.country(name, on) if name else None) or country

    def speakers(self, keys: Iterable[SpeakerKey]) -> dict[SpeakerKey, Speaker]:
        """The known speakers among (folded name, country code or "") pairs, in two queries.

        A speaker's own name counts before an alternate one; a name that two people of one
        country have as an alternate is nobody's.
        """
        wanted = {key for key in keys if key[0]}
        if not wanted:
            return {}
        names = {name for name, _ in wanted}
        found: dict[SpeakerKey, Speaker] = {}
        alternates: dict[SpeakerKey, set[Speaker]] = defaultdict(set)
        for speaker in Speaker.objects.filter(folded__in=names):
            found[speaker.folded, speaker.country_id or ""] = speaker
        for alternate in SpeakerName.objects.filter(folded__in=names).select_related("speaker"):
            speaker = alternate.speaker
            alternates[alternate.folded, speaker.country_id or ""].add(speaker)
        for key, people in alternates.items():
            if key not in found and len(people) == 1:
                found[key] = people.pop()
        return {key: speaker for key, speaker in found.items() if key in wanted}


def _existed(country: Country, on: date) -> bool:
    return (country.valid_from is None or country.valid_from <= on) and (
        country.valid_to is None or on <= country.valid_to
    )


def match_country(printed: str, on: date | None = None) -> Country | None:
    """The country that a record prints; see Matcher for many."""
    return Matcher().country(printed, on)


def match_speaker(name: str, country: Country | None) -> Speaker | None:
    """The known speaker of this name for this country, or among those without a country."""
    key = speaker_key(name, country.code if country else "")
    return Matcher().speakers([key]).get(key)

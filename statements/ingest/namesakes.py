"""Tells people of one name and delegation apart: by their titles, and by the years they spoke.

"Mr. Smith (Canada)" and "Ms. Smith (Canada)" are two people, and so are the same name sixty years
apart. In one meeting, any other title is another person. What is not certain stays apart:
archivists can join two people, but cannot easily part the speeches of one.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Max, Min

from statements.models import Speaker, SpeakerName, Speech
from statements.transcripts.languages.names import fold, initials_forms, without_stops
from statements.transcripts.languages.titles import title_class, title_gender
from statements.transcripts.speakers.chair import ACTING_OFFICES, PRESIDING_OFFICES

WORKING_LIFE_YEARS = 50  # between the first and the last speech of one person
_MAX_NAME = 200  # characters that are stored


class SpeakerKey(NamedTuple):
    """What identifies a speaker within one meeting."""

    name: str  # folded, cut to the stored length, initials without full stops
    country: str  # its code, or ""
    title: str = ""  # see ``title_class``; "" is compatible with any
    year: int | None = None  # of the speech, if known
    office: str = ""  # folded; "" if none is printed, and in the chair


def speaker_key(
    name: str, country: str, honorific: str = "", year: int | None = None, role: str = ""
) -> SpeakerKey:
    """Return the key of a printed name with its honorific and office, in a year."""
    return SpeakerKey(
        name=without_stops(fold(name)[:_MAX_NAME]),
        country=country,
        title=title_class(honorific),
        year=year,
        office=_folded_office(role),
    )


def _folded_office(role: str) -> str:
    """Return a role to compare; "" for the chair, which a delegate may take for a day."""
    return "" if role in PRESIDING_OFFICES | ACTING_OFFICES else fold(role)


@dataclass(slots=True)
class Person:
    """A speaker, stored or to be stored, with the years in which speeches are known."""

    title: str
    speaker: Speaker | None = None  # None until it is stored
    first_year: int | None = None
    last_year: int | None = None
    by_alternate_name: bool = False
    offices: set[str] = field(default_factory=set)  # folded, without the chair
    keys: list[SpeakerKey] = field(default_factory=list)  # of the current meeting

    def may_be(self, key: SpeakerKey) -> bool:
        """Return whether a printed title and year may be those of this person."""
        genders = {title_gender(self.title), title_gender(key.title)} - {""}
        return len(genders) < 2 and self.distance(key.year) is not None

    def is_another(self, key: SpeakerKey) -> bool:
        """Return whether a key of the same meeting has another title or another office."""
        return any(
            other.title != key.title or _are_different(other.office, key.office)
            for other in self.keys
        )

    def distance(self, year: int | None) -> int | None:
        """Return the years between a speech and the known ones; None if more than a working
        life would lie between the first and the last."""
        if year is None or self.first_year is None or self.last_year is None:
            return 0
        if max(self.last_year, year) - min(self.first_year, year) > WORKING_LIFE_YEARS:
            return None
        return max(self.first_year - year, year - self.last_year, 0)

    def add(self, key: SpeakerKey) -> None:
        self.keys.append(key)
        self.title = self.title or key.title
        self.offices |= {key.office} - {""}
        if key.year is not None:
            self.first_year = min(self.first_year or key.year, key.year)
            self.last_year = max(self.last_year or key.year, key.year)


def identify(keys: Iterable[SpeakerKey], *, in_meeting: bool) -> dict[SpeakerKey, Person]:
    """Return the person of each key that has a name; ``in_meeting`` if all are of one meeting.

    Takes three queries, or two if no name is known.
    """
    groups: dict[tuple[str, str], list[SpeakerKey]] = defaultdict(list)
    for key in dict.fromkeys(keys):
        if key.name:
            groups[key.name, key.country].append(key)
    known = _known_people(groups) if groups else {}
    people: dict[SpeakerKey, Person] = {}
    for group, own_keys in groups.items():
        candidates = known.get(group, [])
        titles = {key.title for key in own_keys} - {""}
        # titles before names without one, so that these follow the only title of the meeting
        for key in sorted(own_keys, key=_order):
            only_title = titles.copy().pop() if len(titles) == 1 else ""
            sought = key._replace(title=key.title or only_title)
            person = _find(sought, candidates, in_meeting=in_meeting)
            if person is None:
                person = Person(sought.title)
                candidates.append(person)
            person.add(sought)
            people[key] = person
    return people


def _order(key: SpeakerKey) -> tuple[bool, bool, int, str]:
    return (not key.title, not key.office, key.year or 0, key.title)


def _find(key: SpeakerKey, candidates: list[Person], *, in_meeting: bool) -> Person | None:
    """Return the person of a key; None if there is none, or if it may be one of several."""
    possible = [
        person
        for person in candidates
        if person.may_be(key) and not (in_meeting and person.is_another(key))
    ]
    for choice in (
        [person for person in possible if person.title == key.title],
        [person for person in possible if not (person.title and key.title)],
        possible,
    ):
        if choice:
            own_names = [person for person in choice if not person.by_alternate_name] or choice
            nearest = min(person.distance(key.year) or 0 for person in own_names)
            nearby = [person for person in own_names if person.distance(key.year) == nearest]
            return nearby[0] if len(nearby) == 1 else _by_office(key, nearby)
    return None


def _by_office(key: SpeakerKey, people: Iterable[Person]) -> Person | None:
    """Return the only one of some people with the office of a key, or else with none."""
    same = [
        person
        for person in people
        if key.office and not all(_are_different(office, key.office) for office in person.offices)
    ]
    choice = same or [person for person in people if not person.offices]
    return choice[0] if len(choice) == 1 else None


def _are_different(office: str, other: str) -> bool:
    """Return whether two printed offices differ, and neither is a part of the other."""
    return bool(office and other) and office not in other and other not in office


def _known_people(
    groups: Mapping[tuple[str, str], object],
) -> dict[tuple[str, str], list[Person]]:
    """Return the stored people by name and country, their own names before alternate ones."""
    forms = {form for name, _country in groups for form in initials_forms(name)}
    # a page that was joined to another has given its name to the person there
    named = [(page.folded, page.merged_into or page, False) for page in _speakers(forms)]
    alternates = SpeakerName.objects.filter(folded__in=forms).select_related("speaker")
    named += [(alternate.folded, alternate.speaker, True) for alternate in alternates]
    careers = _careers({speaker.pk for _, speaker, _ in named}) if named else {}
    people: dict[tuple[str, str], list[Person]] = defaultdict(list)
    for folded, speaker, by_alternate_name in named:
        group = people[without_stops(folded), speaker.country_id or ""]
        if all(person.speaker != speaker for person in group):
            first, last, roles = careers.get(speaker.pk, (None, None, []))
            title = title_class(speaker.honorific)
            offices = {_folded_office(role) for role in roles} - {""}
            group.append(Person(title, speaker, first, last, by_alternate_name, offices))
    return people


def _speakers(forms: Iterable[str]) -> Iterable[Speaker]:
    named = Speaker.objects.filter(folded__in=forms)
    return named.select_related("merged_into").order_by("pk")


def _careers(speakers: set[int]) -> dict[int, tuple[int | None, int | None, list[str]]]:
    """Return the first and the last year of the speeches of each speaker, and the roles in them."""
    speeches = Speech.all_objects.filter(speaker__in=speakers).order_by()
    rows = speeches.values_list("speaker").annotate(
        first=Min("year"), last=Max("year"), roles=ArrayAgg("role", distinct=True)
    )
    return {speaker: (first, last, roles) for speaker, first, last, roles in rows}

"""Tells people of one name and delegation apart: by their titles, and by the years they spoke.

"Mr. Smith (Canada)" and "Ms. Smith (Canada)" are two people, and so are the same name sixty years
apart. In one meeting, any other title is another person. What is not certain stays apart:
archivists can join two people, but cannot easily part the speeches of one.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from django.db.models import Max, Min

from statements.models import Speaker, SpeakerName, Speech
from statements.transcripts.languages.names import fold, initials_forms, without_stops
from statements.transcripts.languages.titles import title_class, title_gender

WORKING_LIFE_YEARS = 50  # between the first and the last speech of one person
_MAX_NAME = 200  # characters that are stored


class SpeakerKey(NamedTuple):
    """What identifies a speaker within one meeting."""

    name: str  # folded, cut to the stored length, initials without full stops
    country: str  # its code, or ""
    title: str = ""  # see ``title_class``; "" is compatible with any
    year: int | None = None  # of the speech, if known


def speaker_key(
    name: str, country: str, honorific: str = "", year: int | None = None
) -> SpeakerKey:
    """Return the key of a printed name with its honorific, in a year."""
    return SpeakerKey(without_stops(fold(name)[:_MAX_NAME]), country, title_class(honorific), year)


@dataclass(slots=True)
class Person:
    """A speaker, stored or to be stored, with the years in which speeches are known."""

    title: str
    speaker: Speaker | None = None  # None until it is stored
    first_year: int | None = None
    last_year: int | None = None
    by_alternate_name: bool = False
    keys: list[SpeakerKey] = field(default_factory=list)  # of the current meeting

    def may_be(self, key: SpeakerKey) -> bool:
        """Return whether a printed title and year may be those of this person."""
        genders = {title_gender(self.title), title_gender(key.title)} - {""}
        return len(genders) < 2 and self.distance(key.year) is not None

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
        for key in sorted(own_keys, key=lambda key: (not key.title, key.year or 0, key.title)):
            only_title = titles.copy().pop() if len(titles) == 1 else ""
            sought = key._replace(title=key.title or only_title)
            person = _find(sought, candidates, in_meeting=in_meeting)
            if person is None:
                person = Person(sought.title)
                candidates.append(person)
            person.add(sought)
            people[key] = person
    return people


def _find(key: SpeakerKey, candidates: list[Person], *, in_meeting: bool) -> Person | None:
    """Return the person of a key; None if there is none, or if it may be one of several."""
    possible = [
        person
        for person in candidates
        if person.may_be(key)
        and not (in_meeting and any(other.title != key.title for other in person.keys))
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
            return nearby[0] if len(nearby) == 1 else None
    return None


def _known_people(
    groups: Mapping[tuple[str, str], object],
) -> dict[tuple[str, str], list[Person]]:
    """Return the stored people by name and country, their own names before alternate ones."""
    forms = {form for name, _country in groups for form in initials_forms(name)}
    named = [(speaker.folded, speaker, False) for speaker in _speakers(forms)]
    alternates = SpeakerName.objects.filter(folded__in=forms).select_related("speaker")
    named += [(alternate.folded, alternate.speaker, True) for alternate in alternates]
    years = _years({speaker.pk for _, speaker, _ in named}) if named else {}
    people: dict[tuple[str, str], list[Person]] = defaultdict(list)
    for folded, speaker, by_alternate_name in named:
        group = people[without_stops(folded), speaker.country_id or ""]
        if all(person.speaker != speaker for person in group):
            first, last = years.get(speaker.pk, (None, None))
            title = title_class(speaker.honorific)
            group.append(Person(title, speaker, first, last, by_alternate_name))
    return people


def _speakers(forms: Iterable[str]) -> Iterable[Speaker]:
    return Speaker.objects.filter(folded__in=forms).order_by("pk")


def _years(speakers: set[int]) -> dict[int, tuple[int | None, int | None]]:
    """Return the first and the last year of the speeches of each speaker that has any."""
    speeches = Speech.all_objects.filter(speaker__in=speakers).order_by()
    rows = speeches.values_list("speaker").annotate(first=Min("year"), last=Max("year"))
    return {speaker: (first, last) for speaker, first, last in rows}

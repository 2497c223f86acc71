"""Profiles of many speeches: the first and the last with their opening words, in what roles, for
whom and in which languages they were made.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from django.db.models import Count, F, Max, Min, Sum

from statements.exports.opening import opening
from statements.models import Paragraph, Speaker, Speech
from statements.models.querysets import SpeechQuerySet
from statements.transcripts.languages.letter_case import usual_case
from statements.transcripts.languages.names import fold
from statements.transcripts.record.speaking_capacity import Capacity, is_chair

_CANDIDATES = 12  # speeches among which the first that is not of the chair is looked for
_PARAGRAPHS = 4  # from which the opening words are taken


# -- the first and the last --------------------------------------------------------------------


class OpenedSpeech(NamedTuple):
    speech: Speech  # with what a list shows of it
    opening: str  # its first words; "" if it has none


def first_and_last(
    speeches: SpeechQuerySet[Speech], *, without_chair: bool = False
) -> list[OpenedSpeech]:
    """Return the first and the last speech of which the year is known: none, one or two.

    ``without_chair`` passes over words by which a chair conducts a meeting, if others spoke too.
    """
    dated = speeches.exclude(year=None).for_listing()
    ends = [
        _chosen(list(rows[:_CANDIDATES]), without_chair=without_chair)
        for rows in (dated.earliest_first(), dated.earliest_first().reverse())
    ]
    shown = list({speech.pk: speech for speech in ends if speech}.values())
    texts: dict[int, list[str]] = {speech.pk: [] for speech in shown}
    spoken = Paragraph.objects.filter(speech__in=texts, kind=Paragraph.Kind.SPEECH)
    for speech, text in spoken.order_by("position").values_list("speech_id", "text"):
        if len(texts[speech]) < _PARAGRAPHS:
            texts[speech].append(text)
    return [OpenedSpeech(speech, opening(texts[speech.pk])) for speech in shown]


def _chosen(rows: Sequence[Speech], *, without_chair: bool) -> Speech | None:
    if without_chair:
        by_others = (speech for speech in rows if speech.capacity != Capacity.CHAIR)
        return next(by_others, rows[0] if rows else None)
    return rows[0] if rows else None


# -- what speeches have in common ----------------------------------------------------------------


class Counted(NamedTuple):
    """Something that speeches have in common, and the number of these speeches."""

    key: str  # value of a filter; "" if there is no filter for it
    label: str
    speeches: int


def count_by(
    speeches: SpeechQuerySet[Speech], key: str, label: str, limit: int | None = None
) -> list[Counted]:
    """Return the most frequent values of a field of speeches, or of what they refer to, with those
    of another field as labels: ``topics__slug`` and ``topics__title``."""
    rows = speeches.order_by().values_list(key, label).annotate(count=Count("pk"))
    ordered = rows.order_by("-count", label)[: limit and limit + 1]  # speeches may have no value
    return [Counted(*row) for row in ordered if row[0] is not None][:limit]


# -- a person ----------------------------------------------------------------------------------


class Period(NamedTuple):
    """From the first speech to the last; None where it is not known."""

    first_year: int | None
    last_year: int | None
    first_day: date | None = None  # both only if the day of every speech is known
    last_day: date | None = None


class HeldRole(NamedTuple):
    """A role in which somebody spoke for a country."""

    role: str
    country: str  # the code, or "" if it is not known
    country_name: str
    period: Period
    speeches: int


class Chaired(NamedTuple):
    """The meetings of one organ over which somebody presided."""

    organ: str  # "" if it is not known
    period: Period
    meetings: int


@dataclass(frozen=True, slots=True)
class Profile:
    """What the speeches of a person have in common. Each list begins with the most frequent, the
    roles with the latest."""

    roles: Sequence[HeldRole]
    presided: Sequence[Chaired]
    delegations: Sequence[Counted]  # countries with their codes; bodies without a key, as printed
    on_behalf_of: Sequence[Counted]  # without keys, as printed
    languages: Sequence[Counted]  # codes as keys and labels
    years: Mapping[int, int]  # the number of speeches by year
    words: int | None  # of all speeches; None if those of some are not counted yet


def profile(speaker: Speaker) -> Profile:
    """Return the profile of a person. Roles that differ only in case are one; that of a chair is
    one only where the records do not say over which meetings the person presided."""
    presided = _presided(speaker)
    columns = ("role", "country_id", "affiliation", "on_behalf_of", "language", "year")
    rows = list(
        speaker.speeches.order_by()
        .values(*columns, "speaker_printed", country_name=F("country__short_name"))
        .annotate(
            speeches=Count("pk"),
            days=Count("date"),
            first=Min("date"),
            last=Max("date"),
            counted=Count("words_digest__words"),
            words=Sum("words_digest__words"),
        )
    )
    years: Counter[int] = Counter()
    languages: Counter[str] = Counter()
    behalf: dict[str, Counter[str]] = {}
    delegations: dict[tuple[str, str], Counter[str]] = {}
    roles: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for row in rows:
        count, country = row["speeches"], row["country_id"] or ""
        if row["year"]:
            years[row["year"]] += count
        if row["language"]:
            languages[row["language"]] += count
        if printed := row["on_behalf_of"]:
            behalf.setdefault(fold(printed), Counter())[printed] += count
        if label := row["country_name"] or ("" if country else _body(row)):
            key = country, "" if country else fold(label)
            delegations.setdefault(key, Counter())[label] += count
        chaired = is_chair(row["speaker_printed"])  # not for the country
        if row["role"] and not (chaired and presided):
            key = fold(row["role"]), "" if chaired else country
            roles.setdefault(key, []).append(row)
    return Profile(
        presided=presided,
        roles=sorted(
            (_held(country, rows) for (_, country), rows in roles.items()), key=_latest_first
        ),
        delegations=_most_first(
            Counted(country, *_usual(labels)) for (country, _), labels in delegations.items()
        ),
        on_behalf_of=_most_first(Counted("", *_usual(labels)) for labels in behalf.values()),
        languages=_most_first(Counted(code, code, count) for code, count in languages.items()),
        years=dict(sorted(years.items())),
        words=None
        if any(row["counted"] < row["speeches"] for row in rows)
        else sum(row["words"] for row in rows),
    )


def _body(row: Mapping[str, Any]) -> str:
    """Return the body that is printed in place of a country; a role is none."""
    affiliation: str = row["affiliation"]
    return "" if affiliation == row["role"] else affiliation


def _usual(labels: Counter[str]) -> tuple[str, int]:
    """Return the most frequent of several printed forms, and the sum of all."""
    return max(labels, key=lambda label: (labels[label], label)), labels.total()


def _most_first(counted: Iterable[Counted]) -> list[Counted]:
    return sorted(counted, key=lambda entry: (-entry.speeches, entry.label))


def _held(country: str, rows: Sequence[Mapping[str, Any]]) -> HeldRole:
    forms: Counter[str] = Counter()
    for row in rows:
        forms[row["role"]] += row["speeches"]
    role, speeches = _usual(forms)
    return HeldRole(
        usual_case(role) if role.isupper() else role,
        country,
        rows[0]["country_name"] if country else "",
        _period(rows, speeches),
        speeches,
    )


def _period(rows: Sequence[Mapping[str, Any]], speeches: int) -> Period:
    years = [row["year"] for row in rows if row["year"]]
    first, last = (min(years), max(years)) if years else (None, None)
    if sum(row["days"] for row in rows) < speeches:
        return Period(first, last)
    return Period(first, last, min(row["first"] for row in rows), max(row["last"] for row in rows))


def _latest_first(held: HeldRole) -> tuple[int, int, str]:
    period = held.period
    day = period.last_day.toordinal() if period.last_day else 0
    return -(period.last_year or 0), -day, held.role


def _presided(speaker: Speaker) -> list[Chaired]:
    """Return over which organs' meetings a person presided, by the first pages of the records."""
    rows = (
        speaker.presidencies.order_by()
        .values_list("meeting__organ_id")
        .annotate(Min("meeting__date"), Max("meeting__date"), Count("meeting", distinct=True))
        .order_by("meeting__organ_id")
    )
    return [
        Chaired(organ or "", Period(first and first.year, last and last.year, first, last), count)
        for organ, first, last, count in rows
    ]

"""Where the texts come from, under what terms, and what they are: files, languages, organs."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.db.models import (
    Case,
    CharField,
    Count,
    Exists,
    F,
    Func,
    Max,
    Min,
    OuterRef,
    Q,
    Value,
    When,
)

from statements.models import Meeting, Organ, Series, Session, Speech, Transcript
from statements.models.revision import cached_per_revision


class FileKind(NamedTuple):
    extension: str  # in small letters, without the full stop; "" for a name without one
    files: int


class Rights(NamedTuple):
    """Terms that hold for some files of a source."""

    statement: str  # "" if none is known
    source_url: str
    files: int


@dataclass(frozen=True, slots=True)
class Source:
    """A series of files; or the files that belong to none, without a title."""

    title: str
    rights: Sequence[Rights]  # those of most files first
    kinds: Sequence[FileKind]
    files: int
    speeches: int
    first_year: int | None
    last_year: int | None


@dataclass(frozen=True, slots=True)
class OrganHoldings:
    name: str  # "" for speeches whose organ is not known
    url: str
    speeches: int
    meetings: int
    sessions: int
    first_year: int | None
    last_year: int | None


class LanguageHoldings(NamedTuple):
    language: str  # code; "" if the record does not state it
    speeches: int


_EXTENSION = Func(
    F("name"),
    Value(r"^.*\.([A-Za-z0-9]{1,8})$"),
    function="substring",
    output_field=CharField(null=True),
)


@cached_per_revision()
def totals() -> Mapping[str, int | None]:
    """Return the numbers of speeches, of speakers, countries, meetings and sessions with speeches,
    and of undated speeches; the first and last year."""
    return Speech.objects.totals()


@cached_per_revision()
def sources() -> Sequence[Source]:
    """Return the sources that have public files: series in their order, then all other files."""
    files = Transcript.objects.public().order_by()
    rows = files.values("series", "rights", "source_url", extension=_EXTENSION).annotate(
        files=Count("pk")
    )
    by_series: dict[int | None, list[Mapping[str, Any]]] = defaultdict(list)
    for row in rows:
        by_series[row["series"]].append(row)
    speeches_of = {
        row["transcript__series"]: row
        for row in Speech.objects.order_by()
        .values("transcript__series")
        .annotate(speeches=Count("pk"), first=Min("year"), last=Max("year"))
    }
    all_series = [series for series in Series.objects.all() if series.pk in by_series]
    shown = [
        _source(series, by_series[series.pk], speeches_of.get(series.pk, {}))
        for series in all_series
    ]
    if None in by_series:
        shown.append(_source(None, by_series[None], speeches_of.get(None, {})))
    return shown


def _source(
    series: Series | None, rows: Sequence[Mapping[str, Any]], speeches: Mapping[str, Any]
) -> Source:
    rights: dict[tuple[str, str], int] = defaultdict(int)
    kinds: dict[str, int] = defaultdict(int)
    for row in rows:
        statement = row["rights"] or (series.rights if series else "")
        link = row["source_url"] or (series.source_url if series else "")
        rights[statement, link] += row["files"]
        kinds[(row["extension"] or "").lower()] += row["files"]
    return Source(
        title=series.title if series else "",
        rights=[Rights(statement, link, files) for (statement, link), files in _most_first(rights)],
        kinds=[FileKind(extension, files) for extension, files in _most_first(kinds)],
        files=sum(kinds.values()),
        speeches=speeches.get("speeches", 0),
        first_year=speeches.get("first"),
        last_year=speeches.get("last"),
    )


def _most_first(counts: Mapping[Any, int]) -> list[tuple[Any, int]]:
    return sorted(counts.items(), key=lambda item: (-item[1], item[0]))


@cached_per_revision()
def organs() -> Sequence[OrganHoldings]:
    """Return what is held of each organ, in the order of organs; then speeches without one."""
    organ = Case(When(meeting=None, then="session__organ"), default="meeting__organ")
    rows = (
        Speech.objects.order_by()
        .values(name=organ)
        .annotate(
            speeches=Count("pk"),
            meetings=Count("meeting", distinct=True),
            first=Min("year"),
            last=Max("year"),
        )
    )
    by_name = {row["name"] or "": row for row in rows}
    heard = Session.objects.filter(Q(speeches__isnull=False, speeches__withdrawal=None))
    sessions = dict(
        heard.order_by().values_list("organ").annotate(count=Count("pk", distinct=True))
    )
    listed = list(Organ.objects.filter(name__in=by_name.keys() | sessions.keys()))
    addresses = {organ.name: organ.get_absolute_url() for organ in listed}
    names = [*addresses, *([""] if "" in by_name else [])]
    return [
        OrganHoldings(
            name,
            addresses.get(name, ""),
            by_name.get(name, {}).get("speeches", 0),
            by_name.get(name, {}).get("meetings", 0),
            sessions.get(name, 0),
            by_name.get(name, {}).get("first"),
            by_name.get(name, {}).get("last"),
        )
        for name in names
    ]


@cached_per_revision()
def languages() -> Sequence[LanguageHoldings]:
    """Return the languages of delivery, that of most speeches first; unknown ones last."""
    counts = Speech.objects.order_by().values_list("language").annotate(count=Count("pk"))
    rows = sorted(counts, key=lambda row: (row[0] == "", -row[1], row[0]))
    return [LanguageHoldings(*row) for row in rows]


@cached_per_revision()
def meetings_without_speeches() -> Sequence[Meeting]:
    """Return the meetings that are known, but of which the archive has no speech."""
    heard = Speech.objects.filter(meeting=OuterRef("pk"))
    return list(Meeting.objects.filter(~Exists(heard)).order_by("date", "symbol"))

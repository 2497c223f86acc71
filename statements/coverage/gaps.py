"""What the archive lacks, as far as its own data tell: sessions, records, years, attributions."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from django.db.models import Count, Q

from statements.coverage.matrix import Column, choices, matrix
from statements.coverage.sources import meetings_without_speeches
from statements.models import Meeting, Session, Speech
from statements.models.revision import cached_per_revision
from statements.transcripts.values.symbols import Symbol

SPARSE = 0.75  # of the States that could have spoken; a session with fewer has few speeches
_NUMBERED = ("PV", "SR")  # types of records that are numbered one by one


class SparseSession(NamedTuple):
    column: Column
    spoke: int  # States
    possible: int


class MissingSessions(NamedTuple):
    organ: str
    debate: str
    numbers: Sequence[tuple[int, int]]  # the first and last of each run


class MissingRecords(NamedTuple):
    """Records missing between the first and the last that the archive has of a series."""

    series: str  # "S/PV"
    first: int
    last: int
    records: int  # that the archive has
    numbers: Sequence[tuple[int, int]]  # the first and last of each run

    @property
    def missing(self) -> int:
        return sum(last - first + 1 for first, last in self.numbers)


@dataclass(frozen=True, slots=True)
class Gaps:
    missing_sessions: Sequence[MissingSessions]
    sparse_sessions: Sequence[SparseSession]
    missing_records: Sequence[MissingRecords]
    missing_parts: Sequence[str]  # symbols of openings and resumptions of meetings that are held
    meetings_without_speeches: Sequence[Meeting]
    years_without_speeches: Sequence[tuple[int, int]]  # the first and last of each run
    undated: int  # speeches
    year_alone: int  # speeches whose day is not known
    without_speaker: int  # speeches
    without_country: int  # speeches without a country, party, ward, ministry or body

    @property
    def is_empty(self) -> bool:
        return not any(getattr(self, name) for name in self.__slots__)


@cached_per_revision()
def gaps() -> Gaps:
    """Return what the archive lacks."""
    meetings = _symbols()
    counts = Speech.objects.aggregate(
        undated=Count("pk", filter=Q(year=None)),
        year_alone=Count("pk", filter=Q(date=None) & ~Q(year=None)),
        without_speaker=Count("pk", filter=Q(speaker=None)),
    )
    return Gaps(
        missing_sessions=list(_missing_sessions()),
        sparse_sessions=list(_sparse_sessions()),
        missing_records=_missing_records(meetings),
        missing_parts=_missing_parts(meetings),
        meetings_without_speeches=meetings_without_speeches(),
        years_without_speeches=_silent_years(),
        without_country=Speech.objects.filter(
            country=None, affiliation="", affiliations=None
        ).count(),
        **counts,
    )


def _symbols() -> list[Symbol]:
    """Return the symbols of the meetings of which there are speeches, as far as they are parsed."""
    heard = Meeting.objects.filter(speeches__isnull=False, speeches__withdrawal=None)
    symbols = []
    for printed in heard.order_by("symbol").values_list("symbol", flat=True).distinct():
        try:
            symbols.append(Symbol.parse(printed))
        except ValueError:
            continue
    return [symbol for symbol in symbols if symbol.record_type in _NUMBERED]


def _missing_sessions() -> Iterable[MissingSessions]:
    numbers_of: Mapping[tuple[str, str], set[int]] = defaultdict(set)
    for session in Session.objects.heard():
        numbers_of[session.organ_id, session.debate].add(session.number)
    for (organ, debate), numbers in sorted(numbers_of.items()):
        if missing := _between(numbers):
            yield MissingSessions(organ, debate, missing)


def _sparse_sessions() -> Iterable[SparseSession]:
    for choice in choices():
        if not choice.organ:
            continue
        shown = matrix(choice)
        for place, column in enumerate(shown.columns):
            spoke, possible = shown.states_at(place)
            if spoke < SPARSE * possible:
                yield SparseSession(column, spoke, possible)


def _missing_records(symbols: Sequence[Symbol]) -> list[MissingRecords]:
    numbers_of: Mapping[tuple[str, str], set[int]] = defaultdict(set)
    for symbol in symbols:
        numbers_of[symbol.series, symbol.record_type].add(symbol.number)
    return [
        MissingRecords(f"{series}/{kind}", min(numbers), max(numbers), len(numbers), missing)
        for (series, kind), numbers in sorted(numbers_of.items())
        if (missing := _between(numbers))
    ]


def _missing_parts(symbols: Sequence[Symbol]) -> list[str]:
    """Return the opening of each meeting of which only a resumption is there, and resumptions
    between others."""
    parts: Mapping[tuple[str, str, int], set[int]] = defaultdict(set)
    for symbol in symbols:
        parts[symbol.series, symbol.record_type, symbol.number].add(symbol.resumption)
    return [
        str(Symbol(series, kind, number, part))
        for (series, kind, number), resumptions in sorted(parts.items())
        for part in range(max(resumptions))
        if part not in resumptions
    ]


def _silent_years() -> list[tuple[int, int]]:
    return _between({row["year"] for row in Speech.objects.counts_by_year()})


def _between(numbers: set[int]) -> list[tuple[int, int]]:
    """Return the runs of numbers that are missing between the lowest and the highest.

    >>> _between({1, 2, 4, 9})
    [(3, 3), (5, 8)]
    """
    ordered = sorted(numbers)
    return [(before + 1, after - 1) for before, after in pairwise(ordered) if after - before > 1]

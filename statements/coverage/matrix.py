"""Countries against the sessions of a debate, or against years: which speeches are there."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from django.db.models import Count
from django.urls import reverse
from django.utils.text import slugify

from archive.languages import localized
from statements.models import Country, Session, Speech
from statements.models.revision import cached_per_revision
from statements.transcripts.languages.names import sort_form

YEARS = "years"  # the key of the matrix of years
LEAST_SESSIONS = 2  # of a debate, to be a matrix
SHADED_FROM = 6  # speeches of a country at a column
MOST_COLUMNS = 160  # years or sessions, the latest


class Choice(NamedTuple):
    """A matrix that the archive can show."""

    key: str  # in addresses
    organ: str  # "" for years
    debate: str


class Column(NamedTuple):
    label: str  # the number of the session, or the year
    title: str
    year: int
    url: str


@dataclass(frozen=True, slots=True)
class Row:
    """A country or body. ``counts`` has a number of speeches for each column, None where none could
    be expected: the country did not exist or was no member, or it is a body."""

    code: str
    name: str
    url: str
    is_state: bool
    counts: Sequence[int | None]

    @property
    def heard(self) -> int:
        """The number of columns with a speech."""
        return sum(1 for count in self.counts if count)

    @property
    def possible(self) -> int:
        """The number of columns at which it could have spoken."""
        return sum(1 for count in self.counts if count is not None)


@dataclass(frozen=True, slots=True)
class Matrix:
    choice: Choice
    columns: Sequence[Column]
    rows: Sequence[Row]  # by name
    hidden_columns: int = 0  # earlier ones, which are left out

    @property
    def most(self) -> int:
        """The highest count."""
        return max((count or 0 for row in self.rows for count in row.counts), default=0)

    @property
    def is_shaded(self) -> bool:
        """Whether counts differ so much that pages show how high they are."""
        return self.most >= SHADED_FROM

    @property
    def gaps(self) -> Sequence[Row]:
        """The rows of countries that could have spoken at more columns than they did."""
        return [row for row in self.rows if row.heard < row.possible]

    @property
    def complete_rows(self) -> int:
        """How many countries spoke at every column at which they could."""
        return len(self.rows) - len(self.gaps)

    def states_at(self, place: int) -> tuple[int, int]:
        """Return how many States spoke at a column, and how many of those in the matrix could."""
        counts = [row.counts[place] for row in self.rows if row.is_state]
        return sum(1 for count in counts if count), sum(1 for count in counts if count is not None)

    def total_at(self, place: int) -> int:
        return sum(row.counts[place] or 0 for row in self.rows)

    def missing_of(self, row: Row) -> list[tuple[Column, Column]]:
        """Return the first and last column of each run in which a country could have spoken and
        did not."""
        places = [place for place, count in enumerate(row.counts) if count == 0]
        return [(self.columns[first], self.columns[last]) for first, last in runs(places)]


def runs(numbers: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Yield the first and last number of each run in ascending numbers.

    >>> list(runs([1, 2, 3, 7, 9, 10]))
    [(1, 3), (7, 7), (9, 10)]
    """
    first = last = None
    for number in numbers:
        if first is None or last is None:
            first = last = number
        elif number == last + 1:
            last = number
        else:
            yield first, last
            first = last = number
    if first is not None and last is not None:
        yield first, last


@cached_per_revision()
def choices() -> Sequence[Choice]:
    """Return the matrices of the archive: of debates with several sessions, the one with most
    speeches first, and of years. None for an archive without countries or years."""
    rows = (
        Speech.objects.filter(session__isnull=False, country__isnull=False)
        .order_by()
        .values_list("session__organ", "session__debate")
        .annotate(sessions=Count("session", distinct=True), speeches=Count("pk"))
    )
    debates = sorted(rows, key=lambda row: (-row[3], row[0], row[1]))
    shown = [
        Choice(slugify(f"{organ} {debate}") or "sessions", organ, debate)
        for organ, debate, sessions, _ in debates
        if sessions >= LEAST_SESSIONS
    ]
    shown = list({choice.key: choice for choice in reversed(shown)}.values())[::-1]
    has_years = Speech.objects.filter(country__isnull=False, year__isnull=False).exists()
    return [*shown, *([Choice(YEARS, "", "")] if has_years else [])]


@cached_per_revision(maxsize=4)
def matrix(choice: Choice) -> Matrix:
    """Return the matrix of a choice."""
    if choice.key == YEARS:
        return _matrix(choice, _years(), "year")
    return _matrix(choice, _sessions(choice), "session")


def _sessions(choice: Choice) -> dict[int, Column]:
    sessions = Session.objects.filter(organ__name=choice.organ, debate=choice.debate).order_by(
        "number"
    )
    heard = Speech.objects.filter(session__in=sessions).values("session")
    return {
        session.pk: Column(
            str(session.number), str(session), session.year, session.get_absolute_url()
        )
        for session in sessions.filter(pk__in=heard)
    }


def _years() -> dict[int, Column]:
    years = sorted(row["year"] for row in Speech.objects.counts_by_year())
    if years and years[-1] - years[0] < MOST_COLUMNS:
        years = list(range(years[0], years[-1] + 1))
    return {
        year: Column(str(year), str(year), year, reverse("browse-year", args=[year]))
        for year in years
    }


def _matrix(choice: Choice, columns: Mapping[int, Column], field: str) -> Matrix:
    shown = dict(list(columns.items())[-MOST_COLUMNS:])
    counts: dict[str, Counter[int]] = defaultdict(Counter)
    speeches = Speech.objects.filter(**{f"{field}__in": list(shown)}, country__isnull=False)
    grouped = speeches.order_by().values_list("country", field).annotate(count=Count("pk"))
    for code, key, count in grouped:
        counts[code][key] = count
    countries = Country.objects.filter(code__in=counts)
    rows = [
        Row(
            country.code,
            localized(country.short_name, "country"),
            country.get_absolute_url(),
            country.kind != Country.Kind.ORGANIZATION,
            [
                counts[country.code][key] or (0 if _is_expected(country, column.year) else None)
                for key, column in shown.items()
            ],
        )
        for country in countries
    ]
    rows.sort(key=lambda row: sort_form(row.name))
    return Matrix(choice, list(shown.values()), rows, len(columns) - len(shown))


def _is_expected(country: Country, year: int) -> bool:
    """Return whether a country could speak in a year, or in a part of it."""
    first, last = country.valid_from, country.valid_to
    if country.kind == Country.Kind.ORGANIZATION:
        return False
    return (first is None or first.year <= year) and (last is None or year <= last.year)

"""Lists of the whole archive, cached until the archive changes."""

import re
from collections.abc import Sequence
from datetime import date
from enum import StrEnum
from itertools import groupby
from math import log
from typing import Any, NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from archive.languages import localized
from statements.coverage.shades import shade
from statements.models import (
    Affiliation,
    Country,
    Meeting,
    Organ,
    Reference,
    Session,
    Speech,
    Topic,
)
from statements.models.revision import cached_per_revision
from statements.transcripts.languages.names import fold, sort_form
from statements.views.charts import Chart, browse_address, year_chart


class CitedDocument(NamedTuple):
    symbol: str
    title: str  # "" if it is not known
    speeches: int  # number of speeches that cite it
    last: int | None  # year of the last of them that has one
    organ: str  # of the meeting whose record it is
    date: date | None
    words: str  # folded, by which a reader finds it


class HeardOrgan(NamedTuple):
    organ: Organ
    speeches: int  # number of its speeches


class HeardCountry(NamedTuple):
    country: Country
    speeches: int  # number of its speeches
    words: str  # code and names, folded, by which a reader finds it


class CountryKind(NamedTuple):
    label: Promise
    countries: Sequence[HeardCountry]  # by name


@cached_per_revision()
def years() -> Chart | None:
    """Return the chart of speeches by year, or None if there are none; bars link to their year."""
    return year_chart(Speech.objects.counts_by_year(), browse_address)


class Year(NamedTuple):
    label: str
    # number of speeches
    count: int  # type: ignore[assignment]  # hides tuple.count, which is not used
    shade: int  # how dark it is on a calendar
    url: str  # "" for a year without speeches


class Decade(NamedTuple):
    first: int
    years: Sequence[Year]  # ten


@cached_per_revision()
def decades() -> Sequence[Decade]:
    """Return the decades that have speeches, the latest first."""
    counts = {row["year"]: row["count"] for row in Speech.objects.counts_by_year()}
    most = max(counts.values(), default=0)

    def cell(year: int) -> Year:
        count = counts.get(year, 0)
        return Year(str(year), count, shade(count, most), browse_address(year) if count else "")

    firsts = sorted({year // 10 * 10 for year in counts}, reverse=True)
    return [Decade(first, [cell(year) for year in range(first, first + 10)]) for first in firsts]


@cached_per_revision()
def organs() -> Sequence[HeardOrgan]:
    """Return the organs that have speeches, in their order."""
    counts = Speech.objects.counts_by_organ()
    return [
        HeardOrgan(organ, counts[organ.name]) for organ in Organ.objects.filter(name__in=counts)
    ]


@cached_per_revision(maxsize=4)
def latest_meetings(limit: int) -> Sequence[Meeting]:
    """Return the latest meetings that have speeches."""
    return list(Meeting.objects.heard()[:limit])


@cached_per_revision(maxsize=4)
def latest_sessions(limit: int) -> Sequence[Session]:
    """Return the latest sessions that have speeches."""
    return list(Session.objects.heard()[:limit])


@cached_per_revision(maxsize=4)
def newest_speeches(limit: int) -> Sequence[Speech]:
    """Return the speeches that were added last."""
    return list(Speech.objects.for_listing().newly_stored_first()[:limit])


class DocumentOrder(StrEnum):
    CITED = "cited"  # the most cited first
    SYMBOL = "symbol"
    RECENT = "recent"  # the most recently cited first


@cached_per_revision(maxsize=len(DocumentOrder))
def documents(order: DocumentOrder = DocumentOrder.CITED) -> Sequence[CitedDocument]:
    """Return the documents that speeches cite."""
    if order is DocumentOrder.SYMBOL:
        return sorted(documents(), key=lambda document: _natural(document.symbol))
    if order is DocumentOrder.RECENT:
        return sorted(documents(), key=lambda document: -(document.last or 0))
    return [
        CitedDocument(symbol, title, count, last, organ, day, _words_of_document(symbol, title))
        for symbol, title, count, last, organ, day in Reference.objects.documents()
    ]


def _natural(symbol: str) -> list[tuple[int, str]]:
    """Return a key by which numbers in symbols are ordered as numbers."""
    parts = re.findall(r"\d+|\D+", symbol)
    return [(int(part), "") if part.isdecimal() else (-1, part) for part in parts]


def _words_of_document(symbol: str, title: str) -> str:
    kind = " resolution" if "/RES/" in symbol else ""
    return fold(f"{symbol}{kind} {title}")


class HeardTopic(NamedTuple):
    slug: str
    title: str
    kind: str
    speeches: int
    size: int  # from 1 to ``SIZES``, by the number of speeches
    words: str  # folded, by which a reader finds it


SIZES = 5
_BETWEEN_WORDS = re.compile(r"[\W_]+")


@cached_per_revision()
def topics() -> Sequence[HeardTopic]:
    """Return the topics that have speeches, by kind and title. Punctuation does not count, so that
    titles that differ only in it are neighbours."""
    rows: Any = Topic.objects.with_speech_counts()
    counts: dict[Topic, int] = {row: row.speech_count for row in rows}
    most = max(counts.values(), default=1)
    heard = [
        HeardTopic(row.slug, row.title, row.kind, count, _size(count, most), fold(row.title))
        for row, count in counts.items()
    ]
    kinds = list(Topic.Kind)
    return sorted(
        heard,
        key=lambda topic: (
            kinds.index(Topic.Kind(topic.kind)), _order_of_title(topic.title), topic.slug,
        ),
    )  # fmt: skip


def _size(count: int, most: int) -> int:
    """Return the size of a number in relation to the largest, on a logarithmic scale."""
    return 1 + round((SIZES - 1) * log(count) / log(most)) if most > 1 else 1


def _order_of_title(title: str) -> str:
    return _BETWEEN_WORDS.sub(" ", sort_form(title)).strip()


class HeardKind(NamedTuple):
    kind: str
    label: Promise
    affiliations: Sequence[Affiliation]  # with ``speech_count``


_KINDS = {
    Affiliation.Kind.BODY: gettext_lazy("Bodies"),
    Affiliation.Kind.MINISTRY: gettext_lazy("Ministries"),
    Affiliation.Kind.PARTY: gettext_lazy("Parties"),
    Affiliation.Kind.WARD: gettext_lazy("Wards and constituencies"),
}


@cached_per_revision()
def affiliations() -> Sequence[HeardKind]:
    """Return the bodies, ministries, parties and wards that have speeches, by kind."""
    by_kind = groupby(Affiliation.objects.with_speech_counts(), lambda row: row.kind)
    return [HeardKind(kind, _KINDS[Affiliation.Kind(kind)], list(group)) for kind, group in by_kind]


_FORMER = "former"
_COUNTRY_KINDS = {
    Country.Kind.MEMBER: gettext_lazy("Member States"),
    Country.Kind.OBSERVER: gettext_lazy("Observer States"),
    Country.Kind.STATE: gettext_lazy("Other States and territories"),
    _FORMER: gettext_lazy("Former States"),
    Country.Kind.ORGANIZATION: gettext_lazy("Bodies and organizations"),
}


@cached_per_revision()
def countries() -> Sequence[CountryKind]:
    """Return the countries and bodies that have speeches, by kind and name."""
    rows: Any = Country.objects.with_speech_counts().prefetch_related("names")
    by_kind: dict[str, list[HeardCountry]] = {kind: [] for kind in _COUNTRY_KINDS}
    for row in sorted(rows, key=lambda row: sort_form(localized(row.short_name, "country"))):
        shown = localized(row.short_name, "country")
        names = (row.code, shown, row.formal_name, *(name.name for name in row.names.all()))
        is_former = row.valid_to and row.kind != Country.Kind.ORGANIZATION
        heard = HeardCountry(row, row.speech_count, fold(" ".join(names)))
        by_kind[_FORMER if is_former else row.kind].append(heard)
    return [CountryKind(_COUNTRY_KINDS[kind], heard) for kind, heard in by_kind.items() if heard]

"""What the archive holds as a whole, counted once for each state of it, not for each page."""

from collections.abc import Mapping, Sequence
from datetime import date
from itertools import groupby
from typing import NamedTuple

from statements.models import Country, Meeting, Reference, Speech
from statements.revision import kept_for_revision
from statements.transcripts.names import sort_form
from statements.views.charts import Chart, browse_address, year_chart


class Document(NamedTuple):
    symbol: str
    speeches: int  # that name it


class Initial(NamedTuple):
    letter: str
    countries: Sequence[Country]  # with ``speech_count``


@kept_for_revision()
def totals() -> Mapping[str, int | date | None]:
    return Speech.objects.totals()


@kept_for_revision()
def years() -> Chart | None:
    """Speeches by year, each of which leads to its page."""
    return year_chart(Speech.objects.counts_by_year(), browse_address)


@kept_for_revision(most=4)
def latest_meetings(most: int) -> Sequence[Meeting]:
    return list(Meeting.objects.heard()[:most])


@kept_for_revision(most=4)
def newest_speeches(most: int) -> Sequence[Speech]:
    return list(Speech.objects.for_listing().newly_stored_first()[:most])


@kept_for_revision()
def documents() -> Sequence[Document]:
    """Those that speeches name, the most named first."""
    return [Document(*row) for row in Reference.objects.counts_by_symbol()]


@kept_for_revision()
def countries() -> Sequence[Initial]:
    """Those that have spoken, by the letter under which they stand."""
    spoken = sorted(Country.objects.with_speech_counts(), key=lambda row: sort_form(row.short_name))
    by_letter = groupby(spoken, lambda row: sort_form(row.short_name)[:1].upper())
    return [Initial(letter, list(rows)) for letter, rows in by_letter]

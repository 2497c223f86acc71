"""The view *Over time*: how often the words were used in each year or decade, and where first."""

from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property, reduce
from operator import or_
from typing import NamedTuple

from django.db.models import Q
from django.utils.formats import number_format
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from statements.addresses import address_with
from statements.exports.citation import cite, cite_paragraph
from statements.models import Paragraph, Speech
from statements.search import Period, analytics, series
from statements.views import refinements
from statements.views.analysis import line_chart
from statements.views.analysis.searches import AnalysedSearch, Analysis, value_addresses
from statements.views.analysis.series_choice import SeriesChoice

PERIODS: dict[Period, Promise] = {Period.YEAR: _("Year"), Period.DECADE: _("Decade")}
_MILLION = 1_000_000


class Measure(StrEnum):
    RATE = "rate"
    MENTIONS = "mentions"
    SHARE = "share"
    SPEECHES = "speeches"


MEASURES: dict[Measure, Promise] = {
    Measure.RATE: _("Mentions per million words"),
    Measure.MENTIONS: _("Mentions"),
    Measure.SHARE: _("Per cent of speeches"),
    Measure.SPEECHES: _("Speeches"),
}


class Figures(NamedTuple):
    """What one series has in one period."""

    mentions: int
    speeches: int
    of_words: int
    of_speeches: int
    url: str  # of the speeches; "" if there are none

    def value(self, measure: Measure) -> float | None:
        """Return the value of a measure; None if there is nothing to divide by."""
        match measure:
            case Measure.RATE:
                return self.mentions * _MILLION / self.of_words if self.of_words else None
            case Measure.SHARE:
                return self.speeches * 100 / self.of_speeches if self.of_speeches else None
            case Measure.MENTIONS:
                return self.mentions
            case Measure.SPEECHES:
                return self.speeches

    def printed(self, measure: Measure) -> str:
        value = self.value(measure)
        if value is None:
            return "–"
        is_quotient = measure in (Measure.RATE, Measure.SHARE)
        return number_format(value, 1 if is_quotient else 0, force_grouping=True)


class FirstUse(NamedTuple):
    number: int  # of the series
    label: str
    period: str  # "" if its year is not known
    line: analytics.ContextLine
    url: str  # of the sentence, with what matches marked
    in_year: int  # speeches that say it in the same year, if no day of the first is known


@dataclass(frozen=True)
class OverTime(Analysis):
    search: AnalysedSearch
    use: series.UseOverTime
    period: Period
    measure: Measure
    choice: SeriesChoice

    @cached_property
    def labels(self) -> list[str]:
        return [trend.series.label or gettext("All speeches") for trend in self.use.trends]

    @cached_property
    def periods(self) -> list[int]:
        """The numbers of the periods from the first to the last that pass the filters."""
        used = [
            number
            for number in range(len(self.use.periods))
            if any(trend.trend.of_speeches[number] for trend in self.use.trends)
        ]
        return list(range(used[0], used[-1] + 1)) if used else []

    @cached_property
    def figures(self) -> list[list[Figures]]:
        """For each series its figures of each period."""
        return [self._figures(trend) for trend in self.use.trends]

    def _figures(self, trend: series.SeriesTrend) -> list[Figures]:
        linked, counts = self.search.linked(trend.series.parameters), trend.trend
        address = value_addresses(linked, self.period.value)
        return [
            Figures(
                counts.occurrences[number],
                counts.speeches[number],
                counts.of_words[number],
                counts.of_speeches[number],
                address(self.use.periods[number]) if counts.speeches[number] else "",
            )
            for number in self.periods
        ]

    @property
    def period_labels(self) -> list[str]:
        return [self.use.periods[number] for number in self.periods]

    @cached_property
    def chart(self) -> line_chart.LineChart | None:
        """The chart; None where there is no line to draw."""
        if len(self.periods) < 2:
            return None
        lines = [
            [
                line_chart.Value(
                    figures.value(self.measure),
                    f"{period}, {label}: {figures.printed(self.measure)}",
                    figures.url,
                )
                for period, figures in zip(self.period_labels, of_series, strict=True)
            ]
            for label, of_series in zip(self.labels, self.figures, strict=True)
        ]
        return line_chart.draw(self.period_labels, lines, self._flags())

    def _flags(self) -> list[int | None]:
        periods = {period: place for place, period in enumerate(self.period_labels)}
        flags: list[int | None] = [None] * len(self.use.trends)
        for first in self.firsts:
            flags[first.number] = periods.get(first.period)
        return flags

    @cached_property
    def firsts(self) -> list[FirstUse]:
        """The first use of each series."""
        firsts = []
        for number, (trend, label) in enumerate(zip(self.use.trends, self.labels, strict=True)):
            if trend.first is None:
                continue
            speech = trend.first.speech
            period = _label_of(speech.year, self.period)
            in_year = 0
            if not speech.date and self.period is Period.YEAR and period in self.use.periods:
                in_year = trend.trend.speeches[self.use.periods.index(period)]
            landing = self.search.landing(trend.series.parameters)
            url = address_with(trend.first.url, landing.of_speech)
            firsts.append(FirstUse(number, label, period, trend.first, url, in_year))
        return firsts

    @cached_property
    def citations(self) -> list[str]:
        """The citations of the paragraphs of first use, without their addresses."""
        if not self.firsts:
            return []
        places = [(first.line.speech.pk, first.line.paragraph) for first in self.firsts]
        speeches = Speech.objects.for_citation().in_bulk([pk for pk, _ in places])
        conditions = (Q(speech=pk, position=position) for pk, position in places)
        cited = Paragraph.objects.filter(reduce(or_, conditions))
        paragraphs = {(each.speech_id, each.position): each for each in cited}
        return [
            cite_paragraph(cite(speeches[place[0]]), paragraphs[place])
            if place[0] in speeches and place in paragraphs
            else ""
            for place in places
        ]

    def shows(self, measure: Measure) -> bool:
        """Whether the queries have what it measures."""
        return self.use.has_words or measure in (Measure.SHARE, Measure.SPEECHES)

    def label_of(self, measure: Measure) -> str:
        return str(MEASURES[measure])

    @property
    def measure_label(self) -> str:
        return self.label_of(self.measure)

    @property
    def period_label(self) -> str:
        return str(PERIODS[self.period])

    @cached_property
    def measures(self) -> list[refinements.Order]:
        offered = {measure: label for measure, label in MEASURES.items() if self.shows(measure)}
        return self.search.orders("measure", offered, self.measure, _default(self.use))

    @cached_property
    def period_choices(self) -> list[refinements.Order]:
        return self.search.orders("period", PERIODS, self.period, Period.YEAR)

    @property
    def menus(self) -> list[tuple[str, list[refinements.Order]]]:
        """What the reader chooses, with the label of each choice."""
        return [
            (gettext("Count"), self.measures),
            (gettext("By"), self.period_choices),
            (gettext("Compare"), self.choice.kinds),
        ]

    @cached_property
    def totals(self) -> list[tuple[str, int, int]]:
        """For each series its label, mentions and speeches in all periods."""
        return [
            (
                label,
                sum(figures.mentions for figures in of_series),
                sum(figures.speeches for figures in of_series),
            )
            for label, of_series in zip(self.labels, self.figures, strict=True)
        ]

    @property
    def is_single(self) -> bool:
        return len(self.totals) == 1

    @property
    def undated(self) -> int:
        """The speeches of a single query whose year is not known."""
        if not (self.is_single and self.choice.is_by_query):
            return 0
        return self.search.page.total - self.totals[0][2]


def analyse(search: AnalysedSearch) -> OverTime:
    """Return the use of the words over time. Raises InvalidParameters and SearchUnavailable."""
    by = search.choice("by", series.By, series.By.QUERY)
    period = search.choice("period", PERIODS, Period.YEAR)
    by, shown = series.series_or_query(search.counted, by, search.parameters.option("series"))
    use = series.over_time(shown, period)
    measure = search.choice("measure", Measure, _default(use))
    if not use.has_words and measure in (Measure.RATE, Measure.MENTIONS):
        measure = Measure.SPEECHES
    choice = SeriesChoice(search, by, series.By.QUERY, shown)
    return OverTime(search, use, period, measure, choice)


def _default(use: series.UseOverTime) -> Measure:
    return Measure.RATE if use.has_words else Measure.SPEECHES


def _label_of(year: int | None, period: Period) -> str:
    if year is None:
        return ""
    return f"{year:04d}" if period is Period.YEAR else f"{year // 10 * 10:04d}s"

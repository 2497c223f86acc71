"""Template tags of the views of a search: lines, charts and tables."""

from collections.abc import Iterable
from datetime import date
from functools import lru_cache
from typing import Any

from django import template
from django.utils.formats import number_format
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext, pgettext

from archive import languages
from archive.languages import date_format
from statements.addresses import address_with
from statements.search import NO_LANDING, Landing
from statements.templatetags.archive import day as day_of
from statements.templatetags.archive import delegate, language_attribute, speech_count
from statements.templatetags.escaping import escape, fill, join

register = template.Library()

_LINE = (
    '<li><a class="line" href="{}"{}><span class="left">{}</span><mark>{}</mark>'
    '<span class="right">{}</span></a> <span class="whose">{} <span>{}</span></span></li>'
)


@register.simple_tag
def context_lines(lines: Iterable[Any], landing: Landing = NO_LANDING) -> SafeString:
    """Return the entries of a concordance, each an ``analytics.ContextLine``. What matches
    ``landing`` is marked where they lead."""
    return join(
        _LINE.format(
            escape(address_with(line.url, landing.of_speech)),
            language_attribute(f"{line.left} {line.word} {line.right}"),
            escape(line.left),
            escape(line.word),
            escape(line.right),
            short_day(line.speech.date, line.speech.year),
            delegate(line.speech.heading.who),
        )
        for line in lines
    )


def short_day(day: date | None, year: int | None) -> SafeString:
    """Return a date with its month abbreviated as a ``time`` element."""
    return _short_day(day, year, languages.current())


@lru_cache(maxsize=1 << 12)
def _short_day(day: date | None, year: int | None, language: str) -> SafeString:
    if not (day or year):
        return join([fill('<span class="undated">{}</span>', gettext("undated"))])
    stamp = day.isoformat() if day else f"{year:04d}"
    # Translators: a date with its month abbreviated, in the format of Django's template filter
    printed = date_format(day, pgettext("date", "j M Y")) if day else str(year)
    return join([fill('<time datetime="{}">{}</time>', stamp, printed)])


# -- over time --------------------------------------------------------------------------------

_LEVEL = '<line class="level" x1="0" x2="100%" y1="{0}" y2="{0}" />'
_LEVEL_LABEL = '<text class="height" x="0" y="{}" dy="-4">{}</text>'
_PERIOD = '<text class="period" x="{}" y="98%">{}</text>'
_PATH = '<polyline class="stroke s{}" points="{}" />'
_POINT = (
    '<a class="point s{}" href="{}" aria-label="{}"><title>{}</title>'
    '<circle class="reach" cx="{}" cy="{}" r="9" /><circle class="dot" cx="{}" cy="{}" r="3" /></a>'
)
_FLAG = (
    '<g class="flag s{0}"><line x1="{1}" x2="{1}" y1="3%" y2="{2}" />'
    '<circle cx="{1}" cy="{2}" r="6" /></g>'
)
_KEY = (
    '<svg class="key" width="28" height="10" aria-hidden="true">'
    '<line class="stroke s{}" x1="1" y1="5" x2="27" y2="5" /></svg>'
)


_FLAG_LABEL = '<text class="first {}" x="{}" y="3%" dx="{}" dy="2">{}</text>'


@register.simple_tag
def line_chart(chart: Any, label: str) -> SafeString:
    """Return the SVG of a ``line_chart.LineChart``. Its points are links, which ``chart.js`` makes
    one stop of the Tab key."""
    lines = [
        f'<svg class="plot" role="group" aria-label="{escape(label)}" data-points>',
        '<g aria-hidden="true">',
        *(_LEVEL.format(level.place) for level in chart.levels),
        *(_PERIOD.format(period.place, period.text) for period in chart.periods),
        '<svg viewBox="0 0 1000 1000" preserveAspectRatio="none">',
        *(_PATH.format(line.number, path) for line in chart.lines for path in line.paths),
        "</svg>",
        *(_FLAG.format(line.number, line.flag.x, line.flag.y) for line in chart.lines if line.flag),
        # after the lines, so that none crosses it
        *(_LEVEL_LABEL.format(level.place, level.text) for level in chart.levels),
        *(_flag_label(line) for line in chart.lines[:1] if len(chart.lines) == 1 and line.flag),
        "</g>",
    ]
    for line in chart.lines:
        for point in line.points:
            text, x, y = escape(point.text), point.x, point.y
            lines.append(_POINT.format(line.number, escape(point.url), text, text, x, y, x, y))
    return join([*lines, "</svg>"])


def _flag_label(line: Any) -> str:
    is_right = float(line.flag.x.rstrip("%")) > 60  # per cent; then there is room before it
    side, gap = ("before", -7) if is_right else ("after", 7)
    text = gettext("First use: %(period)s") % {"period": line.flag.text.partition(",")[0]}
    return _FLAG_LABEL.format(side, line.flag.x, gap, escape(text))


@register.simple_tag
def use_title(analysis: Any) -> str:
    """Return the heading of an ``over_time.OverTime``: what a single series counts."""
    if not analysis.is_single:
        return gettext("Use over time")
    [(_label, mentions, speeches)] = analysis.totals
    return _mentions(mentions) if analysis.use.has_words else speech_count(speeches)


@register.simple_tag
def use_subtitle(analysis: Any) -> str:
    """Return in how many speeches a single series has mentions."""
    if not (analysis.is_single and analysis.use.has_words):
        return ""
    return gettext("in %(speeches)s") % {"speeches": speech_count(analysis.totals[0][2])}


@register.simple_tag
def legend(analysis: Any) -> SafeString:
    """Return the entries of the legend of an ``over_time.OverTime``."""
    entries = []
    for number, (label, mentions, speeches) in enumerate(analysis.totals):
        counts = speech_count(speeches)
        if analysis.use.has_words:
            counts = gettext("%(mentions)s in %(speeches)s") % {
                "mentions": _mentions(mentions),
                "speeches": counts,
            }
        entries.append(
            f"<li>{_KEY.format(number)} {escape(label)}"
            f' <span class="count">{escape(counts)}</span></li>'
        )
    return join(entries)


def _mentions(count: int) -> str:
    printed = number_format(count, force_grouping=True)
    return ngettext("%(count)s mention", "%(count)s mentions", count) % {"count": printed}


@register.simple_tag
def trend_table(analysis: Any) -> SafeString:
    """Return the table of an ``over_time.OverTime``: of one series all measures, of several the one
    that is drawn."""
    measures = [analysis.measure]
    if len(analysis.labels) == 1:
        measures = [measure for measure in type(analysis.measure) if analysis.shows(measure)]
        heads = [analysis.label_of(measure) for measure in measures]
    else:
        heads = analysis.labels
    rows = [
        fill('<tr><th scope="row">{}</th>', period)
        + "".join(
            _cell(figures.printed(measure), figures.url)
            for figures in of_period
            for measure in measures
        )
        + "</tr>"
        for period, *of_period in reversed(
            list(zip(analysis.period_labels, *analysis.figures, strict=True))
        )
    ]
    return join([_table_head([analysis.period_label, *heads]), *rows, "</tbody></table>"])


def _table_head(labels: Iterable[str]) -> str:
    heads = "".join(fill('<th scope="col">{}</th>', label) for label in labels)
    return f"<table><thead><tr>{heads}</tr></thead><tbody>"


def _cell(text: str, url: str) -> str:
    return fill('<td><a href="{}">{}</a></td>', url, text) if url else fill("<td>{}</td>", text)


_FIRST = (
    '<li class="first-use"><p class="eyebrow">{key} {label}</p>'
    '<blockquote{language}><a href="{marked_url}">{left}<mark>{word}</mark>{right}</a></blockquote>'
    '<p class="facts"><span>{who}</span><span>{day}</span></p>{note}'
    '<p class="citation"><cite>{citation}, {origin}{url}</cite></p></li>'
)


@register.simple_tag
def first_uses(analysis: Any, origin: str) -> SafeString:
    """Return the first use of each series of an ``over_time.OverTime`` with its citation."""
    entries = []
    for first, cited in zip(analysis.firsts, analysis.citations, strict=True):
        line = first.line
        note = ""
        if first.in_year > 1:
            sentence = ngettext(
                "Of this year the days are not known: %(count)s speech says it.",
                "Of this year the days are not known: %(count)s speeches say it.",
                first.in_year,
            )
            printed = number_format(first.in_year, force_grouping=True)
            note = fill('<p class="hint">{}</p>', sentence % {"count": printed})
        entries.append(
            _FIRST.format(
                key=_KEY.format(first.number),
                label=escape(first.label),
                url=escape(line.url),
                marked_url=escape(first.url),
                language=language_attribute(f"{line.left} {line.word} {line.right}"),
                left=escape(line.left),
                word=escape(line.word),
                right=escape(line.right),
                who=delegate(line.speech.heading.who),
                day=day_of(line.speech.date, line.speech.year),
                note=note,
                citation=escape(cited),
                origin=escape(origin),
            )
        )
    return join(entries)


# -- side by side -----------------------------------------------------------------------------

_ROW = '<li class="side-row"><h4>{}</h4>{}{}</li>'
_QUOTATION = (
    '<div class="side {}"><p class="side-name">{}</p>'
    '<blockquote{}><a href="{}">{}</a></blockquote><p class="facts"><span>{}</span>{}</p></div>'
)
_SILENT = '<div class="side {} silent"><p class="side-name">{}</p><p>{}</p></div>'


@register.simple_tag
def compared_rows(analysis: Any) -> SafeString:
    """Return the rows of a ``comparison.Comparison``."""
    names = [side.label or gettext("All speeches") for side in analysis.sides]
    names_country = analysis.choice.is_by_query or analysis.choice.by == "member_of"
    return join(
        _ROW.format(
            escape(row.label),
            _quotation(row.left, "left", names[0], names_country=names_country),
            _quotation(row.right, "right", names[1], names_country=names_country),
        )
        for row in analysis.rows
    )


def _quotation(quotation: Any, side: str, name: str, *, names_country: bool) -> str:
    hit = quotation.hit
    if hit is None:
        return _SILENT.format(side, escape(name), escape(gettext("No speech")))
    extract, who = hit.extracts[0] if hit.extracts else None, hit.speech.heading.who
    address = extract.url if extract else hit.speech.get_absolute_url()
    more = ""
    if quotation.speeches > 1:
        all_speeches = gettext("all %(count)s speeches") % {
            "count": number_format(quotation.speeches, force_grouping=True)
        }
        more = fill('<span><a href="{}" rel="nofollow">{}</a></span>', quotation.url, all_speeches)
    return _QUOTATION.format(
        side,
        escape(name),
        language_attribute(extract.html if extract else hit.speech.heading.title),
        escape(address_with(address, quotation.landing.of_speech)),
        extract.html if extract else escape(hit.speech.heading.title),
        delegate(who) if names_country else escape(who.speaker),
        more,
    )


# -- a facet against another ------------------------------------------------------------------

_COLUMN = '<th scope="col"><a href="{}" rel="nofollow">{}</a></th>'
_HEAD = '<th scope="row"><a href="{}" rel="nofollow">{}</a></th><td class="sum">{}</td>'
_SHADED = '<td class="h{}"><a href="{}" rel="nofollow">{}</a></td>'


@register.simple_tag
def crosstab_table(analysis: Any) -> SafeString:
    """Return the table of a ``table.Table``: how dark a cell is shows its number."""
    columns = "".join(fill(_COLUMN, head.url, head.label) for head in analysis.headers)
    head = fill(
        '<th scope="col">{}</th><th scope="col">{}</th>',
        analysis.row_label,
        pgettext("speeches of a row", "All"),
    )
    rows = (
        "<tr>"
        + _HEAD.format(
            escape(row.url), escape(row.label), number_format(row.total, force_grouping=True)
        )
        + "".join(
            _SHADED.format(cell.shade, escape(cell.url), cell.count) if cell.count else "<td></td>"
            for cell in row.cells
        )
        + "</tr>"
        for row in analysis.rows
    )
    return join(
        [f"<table><thead><tr>{head}{columns}</tr></thead><tbody>", *rows, "</tbody></table>"]
    )

"""Template tags of the page about what the archive holds and lacks."""

from collections.abc import Iterable, Sequence

from django import template
from django.utils.formats import number_format
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext

from statements.coverage.matrix import YEARS, Choice, Column, Matrix, Row, matrix
from statements.coverage.shades import shade
from statements.models.revision import cached_per_revision
from statements.templatetags.escaping import LINK, escape, fill, join

register = template.Library()

_LIGHTEST = 3  # shade of a cell, so that it differs from one without speeches
_HEAD = '<th scope="col"><a href="{}" title="{}">{}</a></th>'
_ROW = '<tr><th scope="row"><a href="{}">{}</a></th>{}<td class="sum">{}</td></tr>\n'
_FULL = "<td{}>{}</td>"
_EMPTY, _IMPOSSIBLE = "<td></td>", '<td class="no"></td>'


@register.simple_tag
def coverage_table(choice: Choice) -> SafeString:
    """Return the table of a matrix. Its rows and columns are links; ``chart.js`` makes links of its
    cells, whose addresses follow from them (see ``cell_addresses``)."""
    return _table(choice)


@register.simple_tag
def cell_addresses(choice: Choice) -> str:
    """Return whether the address of a cell begins with that of its "row" (a country, then the year)
    or of its "column" (a session, then the country)."""
    return "row" if choice.key == YEARS else "column"


@cached_per_revision(maxsize=4)
def _table(choice: Choice) -> SafeString:
    """Return the table; archives of many countries have fifteen thousand cells."""
    shown = matrix(choice)
    most = shown.most
    # one for each count, so that no cell computes its own
    classes = {
        count: f' class="h{max(shade(count, most), _LIGHTEST)}"' if shown.is_shaded else ""
        for count in {count for row in shown.rows for count in row.counts if count}
    }
    heads = "".join(fill(_HEAD, column.url, column.title, column.label) for column in shown.columns)
    corner = fill('<th scope="col">{}</th>', gettext("Country"))
    end = fill('<th scope="col" class="sum">{}</th>', _unit(shown))
    rows = (
        _ROW.format(
            escape(row.url),
            escape(row.name),
            "".join(_cells(row, classes)),
            f"{row.heard}/{row.possible}",
        )
        for row in shown.rows
    )
    totals = "".join(f"<td>{shown.total_at(place)}</td>" for place in range(len(shown.columns)))
    foot = fill('<th scope="row">{}</th>', gettext("Speeches"))
    return join(
        [
            f"<table><thead><tr>{corner}{heads}{end}</tr></thead>\n<tbody>",
            *rows,
            f"</tbody><tfoot><tr>{foot}{totals}{_IMPOSSIBLE}</tr></tfoot></table>",
        ]
    )


def _unit(shown: Matrix) -> str:
    return gettext("Years") if shown.choice.key == YEARS else gettext("Sessions")


def _cells(row: Row, classes: dict[int, str]) -> Iterable[str]:
    for count in row.counts:
        if count:
            yield _FULL.format(classes[count], count)
        else:
            yield _IMPOSSIBLE if count is None else _EMPTY


@register.simple_tag
def silent_countries(choice: Choice) -> SafeString:
    """Return the countries that could have spoken at more columns of a matrix than they did, as
    entries of a list, with these columns."""
    shown = matrix(choice)
    return join(
        f"<li>{fill(LINK, row.url, row.name)} {_column_ranges(shown.missing_of(row))}</li>"
        for row in shown.gaps
    )


def _column_ranges(columns: Iterable[tuple[Column, Column]]) -> str:
    return ", ".join(
        escape(first.label if first == last else f"{first.label}–{last.label}")
        for first, last in columns
    )


@register.filter
def number_ranges(ranges: Sequence[tuple[int, int]]) -> str:
    """Return runs of numbers as text: "13, 15–17"."""
    return ", ".join(str(first) if first == last else f"{first}–{last}" for first, last in ranges)


@register.filter
def file_count(count: int) -> str:
    """Return a number of files as text: "1 file", "1,204 files"."""
    printed = number_format(count, force_grouping=True)
    return ngettext("%(count)s file", "%(count)s files", count) % {"count": printed}


@register.filter
def year_range(holdings: object) -> str:
    """Return the first and last year of a source or an organ as text; "" if none is known."""
    first, last = getattr(holdings, "first_year", None), getattr(holdings, "last_year", None)
    if first is None or last is None:
        return ""
    return str(first) if first == last else f"{first}–{last}"

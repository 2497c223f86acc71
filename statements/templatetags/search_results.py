"""Template tags of search results: speeches found, facets, orders and charts."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from django import template
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import capfirst
from django.utils.translation import gettext, gettext_lazy, ngettext

from statements.addresses import address_with
from statements.search import NO_LANDING, Landing
from statements.templatetags.archive import language_attribute, speech_row
from statements.templatetags.escaping import escape, fill, join

register = template.Library()

_KINDS_OF_NAME = {
    "speaker": gettext_lazy("Speaker"),
    "country": gettext_lazy("Country"),
    "topic": gettext_lazy("Topic"),
    "meeting": gettext_lazy("Meeting"),
    "role": gettext_lazy("Role"),
}


_EXTRACT = (
    '<p class="extract"><span{}>{}</span> <a href="{}">{}<span class="visually-hidden"> {}</span>'
    "</a></p>"
)
_MORE_EXTRACTS = '<details class="more-extracts"><summary>{}</summary>{}</details>'


@register.simple_tag
def speeches_found(
    hits: Iterable[Any], landing: Landing = NO_LANDING, level: int = 3
) -> SafeString:
    """Return the entries of a list of ``results.Hit``, with headings of a level. What matches
    ``landing`` is marked where their links lead."""
    entries = (f"<li>{_speech_found(hit, landing, level)}</li>" for hit in hits)
    return mark_safe("\n".join(entries))  # noqa: S308


def _speech_found(hit: Any, landing: Landing, level: int) -> str:
    """Return the speech, its extracts, the names that match, and the words that are missing."""
    of_speech = escape(gettext("of %(speech)s") % {"speech": hit.speech.heading.who.name})
    paragraph = escape(gettext("para. %(number)s"))
    language = language_attribute(hit.extracts[0].html) if hit.extracts else ""
    parts: list[str] = [speech_row(hit.speech, landing.of_speech, landing.of_meeting, level)]
    best, *further = [
        # the text of an extract is escaped already, and holds marks
        _EXTRACT.format(
            language,
            extract.html,
            escape(address_with(extract.url, landing.of_speech)),
            paragraph % {"number": extract.paragraph},
            of_speech,
        )
        for extract in hit.extracts
    ] or [""]
    parts.append(best)
    if further:
        parts.append(_MORE_EXTRACTS.format(_show_more(len(further)), "".join(further)))
    if hit.names:
        pattern = f"<span>{escape(gettext('%(label)s: %(value)s'))}</span>"
        names = (
            pattern % {"label": escape(_label(name.kind)), "value": name.html} for name in hit.names
        )
        parts.append(f'<p class="facts matched">{"".join(names)}</p>')
    if hit.missing:
        words = ", ".join(f"<s>{escape(word)}</s>" for word in hit.missing)
        missing = escape(gettext("Missing: %(words)s")) % {"words": words}
        parts.append(f'<p class="hint">{missing}</p>')
    return "".join(parts)


def _show_more(count: int) -> str:
    sentence = ngettext("Show %(count)s more passage", "Show %(count)s more passages", count)
    return escape(sentence % {"count": count})


def _label(kind: str) -> str:
    return str(_KINDS_OF_NAME.get(kind, capfirst(kind)))


_OFFERED = '<li><a href="{}" rel="nofollow"><span>{}</span> <span class="count">{}</span></a></li>'
_CHOSEN = (
    '<li><a href="{}" rel="nofollow" aria-current="true">'
    '<span><span aria-hidden="true">✓ </span>{}'
    '<span class="visually-hidden"> ({})</span></span>'
    ' <span class="count">{}</span></a></li>'
)
_SHARE = (
    '<li><a href="{}" rel="nofollow"><span>{}</span> <span class="count">{}</span>'
    '<svg viewBox="0 0 100 1" preserveAspectRatio="none" aria-hidden="true">'
    '<rect width="{}" height="1" /></svg></a></li>'
)
_TILE = '<li><a href="{}" rel="nofollow"><strong>{}</strong> <span class="count">{}</span></a></li>'
_FACET = (
    '<section aria-labelledby="facet-{0}"><h3 id="facet-{0}">{1}</h3>'
    " <ul data-values>{2}</ul>{3}</section>"
)
_ALL_OF_FACET = (
    ' <p class="more"><a href="{}" rel="nofollow">{}</a></p>'
    '<form class="value-filter" action="{}" data-filter="{}">{}'
    '<input type="search" name="filter" autocomplete="off" placeholder="{}" aria-label="{}">'
    "<button>{}</button></form>"
)
_HIDDEN = '<input type="hidden" name="{}" value="{}">'
_ORDER = '<li><a href="{}" rel="nofollow"{}>{}</a></li>'
# one menu of a page is open at a time
_MENU = (
    '<details class="menu" name="menu"><summary><span>{}</span> <strong>{}</strong></summary>'
    "<ul>{}</ul></details>"
)
_ROW = '<tr><th scope="row"><a href="{}">{}</a></th><td>{}</td></tr>'


@register.simple_tag
def choices(offered: Iterable[Any]) -> SafeString:
    """Return the values of a facet, each a ``refinements.Choice``; selected ones can be removed."""
    remove = gettext("selected; remove")
    return join(
        fill(_CHOSEN, choice.url, choice.label, remove, choice.speeches)
        if choice.selected
        else fill(_OFFERED, choice.url, choice.label, choice.speeches)
        for choice in offered
    )


@register.simple_tag
def facets_listed(facets: Iterable[Any]) -> SafeString:
    """Return the facets of a result list, each a ``refinements.Facet``."""
    return _facets(facets, choices)


@register.simple_tag
def facets_drawn(facets: Iterable[Any]) -> SafeString:
    """Return facets, each a ``refinements.Facet``, with a bar for the share of each value."""
    return _facets(facets, _shares)


def _facets(facets: Iterable[Any], values: Callable[[Sequence[Any]], str]) -> SafeString:
    hidden: dict[int, str] = {}  # all facets have the same fields
    return join(
        _FACET.format(
            facet.name,
            escape(str(facet.label)),
            values(facet.choices),
            _link_to_all(facet, hidden) if facet.all_url else "",
        )
        for facet in facets
    )


def _shares(offered: Sequence[Any]) -> str:
    most = max(choice.number for choice in offered)
    return "".join(
        fill(_SHARE, choice.url, choice.label, choice.speeches, str(_share(choice.number, most)))
        for choice in offered
    )


def _share(number: int, most: int) -> float:
    """Return a number in hundredths of the highest one, drawn at least as a dot."""
    return max(round(100 * number / most, 1), 0.5) if most else 0


@register.simple_tag
def tiles(links: Iterable[Any]) -> SafeString:
    """Return large links, each an ``archive_map.Tile``."""
    return join(fill(_TILE, tile.url, tile.label, tile.speeches) for tile in links)


def _link_to_all(facet: Any, hidden: dict[int, str]) -> str:
    """Return the link to all values of a facet, and the form that lists some of them."""
    if (fields := hidden.get(id(facet.fields))) is None:
        fields = hidden[id(facet.fields)] = hidden_fields(facet.fields)
    find = gettext("Find")
    label = gettext("Find a value: %(facet)s") % {"facet": facet.label}
    texts = (facet.all_url, facet.all_label, facet.action, str(len(facet.choices)))
    return _ALL_OF_FACET.format(
        *map(escape, texts), fields, *map(escape, (f"{find}…", label, find))
    )


@register.simple_tag
def hidden_fields(fields: Iterable[tuple[str, str]]) -> SafeString:
    """Return what a form carries along."""
    return join(fill(_HIDDEN, name, value) for name, value in fields)


@register.simple_tag
def orders_listed(orders: Iterable[Any]) -> SafeString:
    """Return the entries of a list of orders or groupings, each a ``refinements.Order``."""
    return join(
        _ORDER.format(
            escape(order.url),
            ' aria-current="true"' if order.selected else "",
            escape(str(order.label)),
        )
        for order in orders
    )


@register.simple_tag
def menu(label: str, orders: Sequence[Any]) -> SafeString:
    """Return orders or groupings, each a ``refinements.Order``, as a menu that shows its label and
    the selected one, and opens without a script."""
    selected = next((order.label for order in orders if order.selected), "")
    return join([_MENU.format(escape(label), escape(str(selected)), orders_listed(orders))])


@register.simple_tag
def bars(chart: Any) -> SafeString:
    """Return the SVG elements of a ``charts.Chart``."""
    pattern = gettext("%(label)s: %(value)s")
    reach = f'y="0" width="{chart.step}" height="{chart.height}"'
    return join(
        f'<a href="{escape(bar.url)}" aria-label="{label}"><title>{label}</title>'
        f'<rect class="reach" x="{bar.x}" {reach} />'
        f'<rect class="bar" x="{bar.x}" y="{bar.y}" width="{chart.bar_width}"'
        f' height="{bar.height}" />{_break(bar, chart) if bar.is_cut else ""}</a>'
        for bar in chart.counted
        for label in (escape(pattern % {"label": bar.label, "value": bar.speeches}),)
    )


def _break(bar: Any, chart: Any) -> str:
    """Return the mark of a bar that is higher than drawn."""
    end = bar.x + chart.bar_width
    return f'<polygon class="break" points="{bar.x},18 {end},8 {end},14 {bar.x},24" />'


@register.simple_tag
def bars_as_rows(chart: Any) -> SafeString:
    """Return the rows of a table with the data of a ``charts.Chart``."""
    return join(fill(_ROW, bar.url, bar.label, bar.speeches) for bar in chart.counted)

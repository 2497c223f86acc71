"""What templates of the archive's pages ask for beside Django's own tags."""

from collections.abc import Iterable
from html import escape
from typing import Any

from django import template
from django.conf import settings
from django.conf.locale import LANG_INFO
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from statements.exports import citation
from statements.exports.layout import Piece
from statements.models import Speech

register = template.Library()

# languages of delivery for which Django has no English name
_LANGUAGES = {
    "am": "Amharic",
    "fil": "Filipino",
    "la": "Latin",
    "lo": "Lao",
    "mt": "Maltese",
    "prs": "Dari",
    "ps": "Pashto",
    "rw": "Kinyarwanda",
    "so": "Somali",
    "ti": "Tigrinya",
    "zh": "Chinese",
}


@register.simple_tag
def site_name() -> str:
    name: str = settings.SITE_NAME
    return name


@register.simple_tag
def cite(speech: Speech, paragraph: int | None = None) -> str:
    return citation.cite(speech, paragraph)


@register.simple_tag
def marked(pieces: Iterable[Piece]) -> SafeString:
    """The text of a paragraph with its references and notes marked, and no sign added to it."""
    return format_html_join("", "{}", ((_marked(piece),) for piece in pieces))


def _marked(piece: Piece) -> SafeString | str:
    title = format_html(' title="{}"', piece.title) if piece.title else ""
    if piece.href:
        return format_html('<a href="{}"{}>{}</a>', piece.href, title, piece.text)
    if piece.kind:
        return format_html('<span class="{}"{}>{}</span>', piece.kind, title, piece.text)
    return piece.text


@register.filter
def language_name(code: str) -> str:
    """The English name of a language code; the code itself where no name is known."""
    return _LANGUAGES.get(code) or str(LANG_INFO.get(code, {}).get("name", code))


@register.simple_tag(takes_context=True)
def current(context: template.Context, *names: str) -> str:
    """The value of ``aria-current`` for an entry of the site's navigation."""
    match = getattr(context.get("request"), "resolver_match", None)
    return "true" if match is not None and match.url_name in names else "false"


@register.simple_tag
def page_holding(place: int, page_size: int) -> str:
    """The query string of the page on which the entry at a place of a list stands."""
    return f"?page={(place - 1) // page_size + 1}"


# -- lists of hundreds ---------------------------------------------------------------------------


_OFFERED = '<li><a href="{}" rel="nofollow"><span>{}</span> <span class="count">{}</span></a></li>'
_CHOSEN = (
    '<li><a href="{}" rel="nofollow" aria-current="true">'
    '<span><span aria-hidden="true">✓ </span>{}'
    '<span class="visually-hidden"> (chosen: remove)</span></span>'
    ' <span class="count">{}</span></a></li>'
)
_BAR = (
    '<a href="{0}" aria-label="{1}: {2}"><title>{1}: {2}</title>'
    '<rect class="reach" x="{x}" y="0" width="{step}" height="{full}" />'
    '<rect class="bar" x="{x}" y="{y}" width="{width}" height="{height}" /></a>'
)
_ROW = '<tr><th scope="row"><a href="{}">{}</a></th><td>{}</td></tr>'


def _filled(pattern: str, *texts: str, **numbers: int | str) -> str:
    """As ``format_html``, which takes five times as long."""
    return pattern.format(*map(escape, texts), **numbers)


@register.simple_tag
def choices(offered: Iterable[Any]) -> SafeString:
    """The values of a facet, ``refinements.Choice``; the link of what is chosen removes it."""
    return _joined(
        _filled(_CHOSEN if one.selected else _OFFERED, one.url, one.label, one.speeches)
        for one in offered
    )


@register.simple_tag
def bars(chart: Any) -> SafeString:
    """What stands in the drawing of a ``charts.Chart``."""
    measures = {"full": chart.height, "width": chart.bar_width, "step": chart.step}
    return _joined(
        _filled(
            _BAR, bar.url, bar.label, bar.speeches, x=bar.x, y=bar.y, height=bar.height, **measures
        )
        for bar in chart.counted
    )


@register.simple_tag
def bars_as_rows(chart: Any) -> SafeString:
    return _joined(_filled(_ROW, bar.url, bar.label, bar.speeches) for bar in chart.counted)


def _joined(escaped: Iterable[str]) -> SafeString:
    return mark_safe("".join(escaped))  # noqa: S308 - texts were escaped by ``_filled``

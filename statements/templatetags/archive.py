"""What templates of the archive's pages ask for beside Django's own tags."""

from collections.abc import Iterable

from django import template
from django.conf import settings
from django.conf.locale import LANG_INFO
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

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

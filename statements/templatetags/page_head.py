"""Template tags for the head of a page: titles, description, address, feeds.

Search engines, and sites on which a link is shared, read them. Open Graph: https://ogp.me.
"""

from typing import Any

from django import template
from django.conf import settings
from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import get_language_info, gettext

from archive import languages
from statements.addresses import file_address, origin, page_address, query_string
from statements.exports.bibliographies.embedded import coins, metadata
from statements.exports.bibliographies.files import BIBLIOGRAPHIES
from statements.exports.bibliography import Item
from statements.exports.cards import HEIGHT, WIDTH
from statements.exports.linked_data import (
    archive_node,
    country_node,
    meeting_node,
    speaker_node,
    speech_node,
    written,
)
from statements.exports.markup import epub
from statements.exports.markup.files import MARKUP
from statements.exports.quotations import Passage
from statements.models import Country, Meeting, Speaker, Speech
from statements.templatetags.escaping import escape, fill, join

register = template.Library()

# the parameters that choose what a page lists, and in which order, so that each page of the list
# has an address; all others only change how it is shown
_WHICH = (
    *("symbol", "country", "year", "letter", "ballot", "columns"),
    *("filter", "order", "page"),
)
# pages on which matches of a search are marked, whose other parameters are those of the search
_WHICH_OF: dict[str, tuple[str, ...]] = {"speech": (), "meeting": ("page",)}
_SEARCHES = ("search", "facet")  # all parameters choose what is found

_TITLES = '<title>{}</title>\n    <meta property="og:title" content="{}">'
_DESCRIPTION = (
    '<meta name="description" content="{}">\n    <meta property="og:description" content="{}">'
)
_ADDRESS = (
    '<link rel="canonical" href="{}">\n'
    '    <meta property="og:url" content="{}">\n'
    '    <meta property="og:site_name" content="{}">\n'
    '    <meta property="og:type" content="{}">'
)
_ALTERNATE = '\n    <link rel="alternate" hreflang="{}" href="{}">'
_LANGUAGE = '<li><a href="{}" hreflang="{}" lang="{}" rel="alternate">{}</a></li>'
_CARD = (
    '<meta property="og:image" content="{}">\n'
    f'    <meta property="og:image:width" content="{WIDTH}">\n'
    f'    <meta property="og:image:height" content="{HEIGHT}">\n'
    '    <meta property="og:image:alt" content="{}">\n'
    '    <meta name="twitter:card" content="summary_large_image">'
)
_STYLES = '<link rel="stylesheet" href="{}">'
_FEEDS = (
    '<link rel="alternate" type="application/atom+xml" title="{}" href="{}">\n'
    '    <link rel="alternate" type="application/feed+json" title="{}" href="{}">'
)


_FILE = '<a href="{}" type="{}" rel="nofollow">{}</a>'
_FORMAT = '<link rel="alternate" type="{}" title="{}" href="{}">'
_DOCUMENTS = (
    *((each.suffix, each.media_type, each.label) for each in MARKUP.values()),
    (epub.SUFFIX, epub.MEDIA_TYPE, epub.LABEL),
)
_META = '<meta name="{}" content="{}">'


@register.simple_tag
def bibliography_files(speech: Speech, anchor: str = "") -> SafeString:
    """Return the links to the files of a speech for reference managers, or of words at an anchor
    of it."""
    path = languages.permanent(speech.get_absolute_url())
    path = f"{path}{anchor}" if anchor else path.removesuffix("/")
    links = [
        _FILE.format(f"{escape(path)}.{each.suffix}", escape(each.content_type), each.label)
        for each in BIBLIOGRAPHIES.values()
    ]
    return join([" · ".join(links)])


@register.simple_tag
def document_files(page: str) -> SafeString:
    """Return the links to the page of a speech or a meeting as a document."""
    links = [
        _FILE.format(escape(file_address(page, suffix)), media_type, label)
        for suffix, media_type, label in _DOCUMENTS
    ]
    return join([" · ".join(links)])


@register.simple_tag
def document_alternates(page: str) -> SafeString:
    """Return the links in the head by which programs find a page as a document."""
    return join(
        fill(_FORMAT, media_type, label, file_address(page, suffix))
        for suffix, media_type, label in _DOCUMENTS
    )


@register.simple_tag
def bibliography_metadata(item: Item, language: str) -> SafeString:
    """Return the meta elements by which reference managers recognise a speech."""
    return join(fill(_META, name, content) for name, content in metadata(item, language))


@register.simple_tag
def bibliography_span(item: Item) -> SafeString:
    """Return the span from which reference managers take a speech."""
    return join([f'<span class="Z3988" title="{escape(coins(item))}"></span>'])


@register.simple_tag(takes_context=True)
def linked_data(context: template.Context, subject: Any, **facts: Any) -> SafeString:
    """Return what a page is about as JSON-LD: a speech, meeting, country or speaker, or the whole
    archive by its totals, with the ``description`` of it.

    Browsers run no script of this type, and so the policy of scripts allows it.
    """
    beginning = origin(context["request"])
    match subject:
        case Speech():
            node = speech_node(subject, beginning, **facts)
        case Meeting():
            node = meeting_node(subject, beginning)
        case Country():
            node = country_node(subject, beginning)
        case Speaker():
            node = speaker_node(subject, beginning)
        case _:
            node = archive_node(subject, beginning, **facts)
    return join([f'<script type="application/ld+json">{written(node)}</script>'])


@register.simple_block_tag
def titles(content: str, tail: str | None = None, shared: str = "") -> SafeString:
    """Return the title of a page, for windows and for shared links.

    ``tail`` ends the first only; by default it is the name of the site. ``shared`` replaces the
    second.
    """
    title = _in_attribute(content)
    end = f" – {settings.SITE_NAME}" if tail is None else tail
    return join([_TITLES.format(title + escape(end), escape(shared) or title)])


@register.simple_block_tag
def description(content: str) -> SafeString:
    """Return what a page is about, in a sentence, for search engines and shared links."""
    text = _in_attribute(content)
    return join([_DESCRIPTION.format(text, text) if text else ""])


@register.simple_tag
def typeface() -> SafeString:
    """Return the link to the text face; nothing if the set-up could not make it."""
    try:
        is_made = (settings.TYPEFACE_DIR / "typeface.css").exists()
        address = static("typeface/typeface.css") if is_made else ""
    except ValueError:  # it was made after the static files were collected
        address = ""
    return join([fill(_STYLES, address) if address else ""])


@register.simple_tag(takes_context=True)
def canonical(context: template.Context) -> str:
    """Return the one absolute address of a page, without the parameters that change only how it is
    shown."""
    request: HttpRequest = context["request"]
    return request.build_absolute_uri(_path(request))


@register.simple_tag(takes_context=True)
def address(context: template.Context, kind: str = "website") -> SafeString:
    """Return the address of a page for the head, with those of the same page in other languages;
    ``kind`` is a type of Open Graph."""
    url = canonical(context)
    head = [fill(_ADDRESS, url, url, settings.SITE_NAME, kind)]
    offered = languages.offered()
    if len(offered) > 1 and _is_page(context["request"]):
        path = _path(context["request"])
        paths = [(language, languages.path_in(language, path)) for language in offered]
        head += [
            fill(_ALTERNATE, language, context["request"].build_absolute_uri(other))
            for language, other in (*paths, ("x-default", paths[0][1]))
        ]
    return join(head)


@register.simple_tag(takes_context=True)
def other_languages(context: template.Context) -> SafeString:
    """Return links to the same page, in the same state, in each other language."""
    request: HttpRequest | None = context.get("request")
    others = [language for language in languages.offered() if language != languages.current()]
    # an address that leads nowhere does so in every language
    if not others or request is None or not (request.resolver_match is None or _is_page(request)):
        return join([])
    path = request.get_full_path()
    return join(
        [
            f'<nav class="languages" aria-label="{escape(gettext("Languages"))}"><ul>',
            *(
                fill(_LANGUAGE, languages.path_in(language, path), language, language, name)
                for language in others
                for name in (capfirst(get_language_info(language)["name_local"]),)
            ),
            "</ul></nav>",
        ]
    )


def _is_page(request: HttpRequest) -> bool:
    """Return whether the address belongs to a page that has one in each language."""
    match = request.resolver_match
    return match is not None and getattr(match.func, "is_page", False)


@register.simple_tag(takes_context=True)
def card(context: template.Context, speech: Speech, passage: Passage | None = None) -> SafeString:
    """Return the picture that stands for a speech, or for words of it, where a link is shared."""
    url = context["request"].build_absolute_uri(card_address(speech, passage))
    return join([fill(_CARD, url, speech.heading.title)])


@register.simple_tag
def card_address(speech: Speech, passage: Passage | None = None) -> str:
    """Return the address of a card, without the host."""
    if passage:
        return reverse("passage-card", args=[speech.public_id, passage])
    return reverse("card", args=[speech.public_id])


@register.simple_tag
def feeds(title: object = "", **filters: str) -> SafeString:
    """Return links to the feeds of the speeches that have the given values of facets; without any,
    to the feeds of the speeches that were added to the archive last."""
    return feeds_at(title or gettext("Recently added speeches"), *feed_addresses(**filters))


@register.simple_tag
def feeds_at(title: object, atom: str, json: str) -> SafeString:
    """Return links to a feed at two addresses, one for each format."""
    return join([fill(_FEEDS, f"{title} (Atom)", atom, f"{title} (JSON Feed)", json)])


@register.inclusion_tag("_follow.html")
def follow(**filters: str) -> dict[str, str]:
    """Show links to the same feeds as ``feeds``."""
    atom, json = feed_addresses(**filters)
    return {"atom": atom, "json": json}


def feed_addresses(**filters: str) -> tuple[str, str]:
    """Return the addresses of a feed as Atom and as JSON."""
    pairs = [(name, value) for name, value in filters.items() if value]
    if not pairs:
        return page_address("added-feed"), page_address("added-json-feed")
    query = query_string(pairs)
    return f"{page_address('feed')}?{query}", f"{page_address('json-feed')}?{query}"


def _path(request: HttpRequest) -> str:
    match = request.resolver_match
    if match is not None and match.url_name in _SEARCHES:
        return request.get_full_path()
    which = _WHICH_OF.get(match.url_name or "", _WHICH) if match is not None else _WHICH
    pairs = [(name, request.GET[name]) for name in which if request.GET.get(name)]
    chosen = [(name, value) for name, value in pairs if (name, value) != ("page", "1")]
    return f"{request.path}?{query_string(chosen)}" if chosen else request.path


def _in_attribute(content: str) -> str:
    """Return the text of a block, already escaped, on one line and as the value of an attribute."""
    return " ".join(content.split()).replace('"', "&quot;")

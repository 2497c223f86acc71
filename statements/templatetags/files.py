"""Template tags of the files of a page: links to them in its head, below it, and beside figures."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from django import template
from django.http import HttpRequest
from django.urls import get_resolver
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext

from archive.languages import grouped
from statements.addresses import file_address
from statements.exports.bibliographies.files import BIBLIOGRAPHIES
from statements.exports.markup import epub
from statements.exports.markup.files import MARKUP
from statements.exports.tables.files import TABLES
from statements.templatetags.escaping import fill, join

register = template.Library()

_HEAD = '<link rel="alternate" type="{}" title="{}" href="{}">'
_LINK = '<li><a href="{}" type="{}" rel="nofollow">{}</a></li>'
_LABELS = {"csv": "CSV", "xlsx": "Excel", "jsonl": "JSON Lines", "json": "JSON"}
# parameters that choose a part of what the files of a page hold
_OF_PAGES = ("page", "page_size", "group")
# pages whose list has all speeches of the files
_WITH_SPEECHES = ("meeting", "country", "affiliation", "speaker", "topic", "transcript")
_WITHOUT_PARAMETERS = ("speech", "meeting")  # their parameters are those of the search before


class _File(NamedTuple):
    suffix: str
    label: str
    media_type: str

    @property
    def title(self) -> str:
        titles = {"txt": gettext("Text"), "csv.zip": gettext("Table with a description (ZIP)")}
        return titles.get(self.suffix, self.label)


_TABLES = [_File(file.suffix, _LABELS.get(file.suffix, ""), file.media_type)
           for file in TABLES.values()]  # fmt: skip
_BIBLIOGRAPHIES = [
    _File(file.suffix, file.label, file.content_type.partition(";")[0])
    for file in BIBLIOGRAPHIES.values()
]
_ARCHIVE = _File("csv.zip", "", "application/zip")
_MARKUP = [_File(file.suffix, file.label, file.media_type) for file in MARKUP.values()]
_BOOK = _File(epub.SUFFIX, epub.LABEL, epub.MEDIA_TYPE)


@register.simple_tag(takes_context=True)
def alternate_files(context: template.Context) -> SafeString:
    """Return the links of a head to the files of the page."""
    request: HttpRequest | None = context.get("request")
    if request is None:
        return join([])
    address = _address(request)
    return join(
        fill(_HEAD, file.media_type, file.title, file_address(address, file.suffix)) + "\n"
        for file in _files(request, context.flatten())
        if file is not _ARCHIVE  # the same table
    )


@register.simple_tag(takes_context=True)
def page_files(context: template.Context) -> SafeString:
    """Return a section with links to the files of the page; nothing if it has none."""
    request: HttpRequest | None = context.get("request")
    if request is None:
        return join([])
    values = context.flatten()
    links = list(_links(_address(request), _files(request, values)))
    if not links:
        return join([])
    label = _label(request, values)
    return join(
        [
            fill('<nav class="page-files" aria-label="{}">', gettext("Files of this page")),
            fill("<p>{}</p><ul>", label),
            *links,
            "</ul></nav>",
        ]
    )


@register.simple_tag
def figure_files(address: str, rows: str = "", *, has_figure: bool = True) -> SafeString:
    """Return links to a figure and its numbers, or to lines, given the address of its page;
    ``rows`` says what a row of the numbers is, where the page has several kinds."""
    options = [("rows", rows)] if rows else []
    numbers = gettext("Numbers (%(format)s)") if has_figure else gettext("All lines (%(format)s)")
    figure = fill(_LINK, file_address(address, "svg"), "image/svg+xml", gettext("Figure (SVG)"))
    return join(
        [
            '<ul class="figure-files">',
            figure if has_figure else "",
            *(
                fill(
                    _LINK,
                    file_address(address, file.suffix, options),
                    file.media_type,
                    numbers % {"format": file.label},
                )
                for file in _TABLES
                if file.suffix in ("csv", "xlsx", "json")
            ),
            "</ul>",
        ]
    )


def _files(request: HttpRequest, context: Mapping[Any, Any]) -> list[_File]:
    match = request.resolver_match
    name = (match.url_name if match else "") or ""
    patterns = get_resolver().reverse_dict
    cited = f"{name}-bibliography" in patterns and (
        name != "documents" or "symbol" in request.GET
    )  # the list of documents has no speeches
    tables = f"{name}-file" in patterns
    archive = [_ARCHIVE] if f"{name}-archive" in patterns else []
    markup, count = f"{name}-markup" in patterns, _count(request, context)
    is_book = markup or (
        f"{name}-book" in patterns and count is not None and count <= epub.MAX_SPEECHES
    )
    return [
        *(_TABLES if tables else ()),
        *archive,
        *(_BIBLIOGRAPHIES if cited else ()),
        *(_MARKUP if markup else ()),
        *([_BOOK] if is_book else ()),
    ]


def _address(request: HttpRequest) -> str:
    match = request.resolver_match
    if match is not None and match.url_name in _WITHOUT_PARAMETERS:
        return request.path
    query = request.GET.copy()
    for name in _OF_PAGES:
        query.pop(name, None)
    encoded = query.urlencode()
    return f"{request.path}?{encoded}" if encoded else request.path


def _links(address: str, files: Iterable[_File]) -> Iterator[str]:
    return (
        fill(_LINK, file_address(address, file.suffix), file.media_type, file.title)
        for file in files
    )


def _count(request: HttpRequest, context: Mapping[Any, Any]) -> int | None:
    """Return how many speeches the files have, or None if the page does not count them."""
    match = request.resolver_match
    name = match.url_name if match else ""
    if name == "session":
        return len(context["speeches"])
    if name in _WITH_SPEECHES or (name == "documents" and "symbol" in request.GET):
        count: int = context["page"].paginator.count
        return count
    return None


def _label(request: HttpRequest, context: Mapping[Any, Any]) -> str:
    """Return what the files hold: "Download 44 speeches"."""
    match = request.resolver_match
    name = match.url_name if match else ""
    if name == "speech":
        return gettext("Download this speech")
    if (speeches := _count(request, context)) is not None:
        label = ngettext("Download %(count)s speech", "Download %(count)s speeches", speeches)
        return label % {"count": grouped(speeches)}
    if f"{name}-bibliography" in get_resolver().reverse_dict and name != "documents":
        return gettext("Download these speeches")
    return gettext("Download this list")

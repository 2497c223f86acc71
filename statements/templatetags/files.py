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
        return gettext("Text") if self.suffix == "txt" else self.label


_TABLES = [_File(file.suffix, _LABELS.get(file.suffix, ""), file.media_type)
           for file in TABLES.values()]  # fmt: skip
_BIBLIOGRAPHIES = [
    _File(file.suffix, file.label, file.content_type.partition(";")[0])
    for file in BIBLIOGRAPHIES.values()
]


@register.simple_tag(takes_context=True)
def alternate_files(context: template.Context) -> SafeString:
    """Return the links of a head to the files of the page."""
    request: HttpRequest | None = context.get("request")
    if request is None:
        return join([])
    address = _address(request)
    return join(
        fill(_HEAD, file.media_type, file.title, file_address(address, file.suffix)) + "\n"
        for file in _files(request)
    )


@register.simple_tag(takes_context=True)
def page_files(context: template.Context) -> SafeString:
    """Return a section with links to the files of the page; nothing if it has none."""
    request: HttpRequest | None = context.get("request")
    links = list(_links(_address(request), _files(request))) if request else []
    if request is None or not links:
        return join([])
    label = _label(request, context.flatten())
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


def _files(request: HttpRequest) -> list[_File]:
    match = request.resolver_match
    name = (match.url_name if match else "") or ""
    patterns = get_resolver().reverse_dict
    cited = f"{name}-bibliography" in patterns and (
        name != "documents" or "symbol" in request.GET
    )  # the list of documents has no speeches
    tables = f"{name}-file" in patterns
    return [*(_TABLES if tables else ()), *(_BIBLIOGRAPHIES if cited else ())]


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


def _label(request: HttpRequest, context: Mapping[Any, Any]) -> str:
    """Return what the files hold: "Download 44 speeches"."""
    match = request.resolver_match
    name = match.url_name if match else ""
    if name == "speech":
        return gettext("Download this speech")
    speeches: int | None = None
    if name == "session":
        speeches = len(context["speeches"])
    elif name in _WITH_SPEECHES or (name == "documents" and "symbol" in request.GET):
        speeches = context["page"].paginator.count
    if speeches is not None:
        label = ngettext("Download %(count)s speech", "Download %(count)s speeches", speeches)
        return label % {"count": grouped(speeches)}
    if f"{name}-bibliography" in get_resolver().reverse_dict and name != "documents":
        return gettext("Download these speeches")
    return gettext("Download this list")

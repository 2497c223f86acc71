"""Speeches as a book to read offline: EPUB 3.3 (https://www.w3.org/TR/epub-33/).

Each speech is a chapter, whose paragraphs have the anchors that they have on the page of the
speech. A file of the same speeches has the same bytes.
"""

from collections.abc import Iterator
from typing import NamedTuple

from django.conf import settings
from django.utils.formats import date_format

from archive.languages import in_default_language
from statements.exports.citation import cite
from statements.exports.layout import Item, Turn
from statements.exports.markup.debate import Debate, identifier
from statements.exports.markup.xml_text import Inline, XmlWriter
from statements.exports.tables.archives import Member, zipped
from statements.models import Paragraph, Speech

SUFFIX = "epub"
LABEL = "EPUB"
MEDIA_TYPE = "application/epub+zip"
MAX_SPEECHES = 1_000  # programs that open books keep their contents in memory
_FOLDER = "EPUB"
_UNDETERMINED = "und"  # in ISO 639-2
_NO_TIME = "1970-01-01T00:00:00Z"  # of a book without speeches; a time is required
_XHTML = "http://www.w3.org/1999/xhtml"
_OPS = "http://www.idpf.org/2007/ops"

_STYLE = """\
body { line-height: 1.5; margin: 0 5%; }
h1 { font-size: 1.4em; line-height: 1.25; text-align: start; }
h2 { font-size: 1.1em; text-align: start; }
p { margin: 0 0 0.75em; }
.citation { font-size: 0.85em; }
.speaker { font-weight: bold; }
.narrative { font-style: italic; }
"""


class _Chapter(NamedTuple):
    """A document of the book, in the order of reading."""

    key: str
    file: str
    title: str


def write(debate: Debate) -> Iterator[bytes]:
    """Write the book, in pieces."""
    return zipped(_members(debate), large=False, stored=("mimetype",))


def _members(debate: Debate) -> Iterator[Member]:
    yield "mimetype", [MEDIA_TYPE.encode()]
    yield "META-INF/container.xml", [_container().encode()]
    yield f"{_FOLDER}/style.css", [_STYLE.encode()]
    chapters = [_Chapter("title", "title.xhtml", debate.title)]
    yield f"{_FOLDER}/title.xhtml", [_title_page(debate).encode()]
    for turn in debate.turns():
        chapter = _chapter(turn.speech)
        chapters.append(chapter)
        yield f"{_FOLDER}/{chapter.file}", [_text(debate, turn, chapter.title).encode()]
    # last, because speeches may be withdrawn meanwhile
    yield f"{_FOLDER}/nav.xhtml", [_contents(debate, chapters).encode()]
    yield f"{_FOLDER}/package.opf", [_package(debate, chapters).encode()]


def _container() -> str:
    writer = XmlWriter()
    namespace = "urn:oasis:names:tc:opendocument:xmlns:container"
    writer.begin("container", {"version": "1.0", "xmlns": namespace})
    writer.begin("rootfiles")
    path, kind = f"{_FOLDER}/package.opf", "application/oebps-package+xml"
    writer.line("rootfile", attributes={"full-path": path, "media-type": kind})
    writer.end("container")
    return writer.take()


@in_default_language
def _chapter(speech: Speech) -> _Chapter:
    key = identifier("speech", speech.public_id)
    return _Chapter(key, f"{key}.xhtml", speech.heading.who.name)


@in_default_language
def _package(debate: Debate, chapters: list[_Chapter]) -> str:
    writer = XmlWriter()
    namespace = "http://www.idpf.org/2007/opf"
    language = debate.language or _UNDETERMINED
    writer.begin(
        "package",
        {"xmlns": namespace, "version": "3.0", "unique-identifier": "id", "xml:lang": language},
    )
    writer.begin("metadata", {"xmlns:dc": "http://purl.org/dc/elements/1.1/"})
    writer.line("dc:identifier", debate.address(debate.path), attributes={"id": "id"})
    writer.line("dc:title", debate.title)
    writer.line("dc:language", language)
    writer.line("dc:publisher", settings.SITE_NAME)
    writer.line("dc:source", debate.address(debate.path))
    if debate.organ:
        writer.line("dc:contributor", debate.organ.name)
    if debate.day or debate.year:
        day = debate.day.isoformat() if debate.day else f"{debate.year:04}"
        writer.line("dc:date", day)
    for rights in debate.rights:
        writer.line("dc:rights", rights)
    changed = debate.changed_at
    time = changed.strftime("%Y-%m-%dT%H:%M:%SZ") if changed else _NO_TIME
    writer.line("meta", time, attributes={"property": "dcterms:modified"})
    writer.end()
    writer.begin("manifest")
    html = "application/xhtml+xml"
    nav = {"id": "nav", "href": "nav.xhtml", "media-type": html, "properties": "nav"}
    writer.line("item", attributes=nav)
    style = {"id": "style", "href": "style.css", "media-type": "text/css"}
    writer.line("item", attributes=style)
    for chapter in chapters:
        item = {"id": chapter.key, "href": chapter.file, "media-type": html}
        writer.line("item", attributes=item)
    writer.end()
    writer.begin("spine")
    for chapter in chapters:
        writer.line("itemref", attributes={"idref": chapter.key})
        if chapter.key == "title":
            writer.line("itemref", attributes={"idref": "nav"})
    writer.end("package")
    return writer.take()


def _begin_page(debate: Debate, title: str, language: str | None = None) -> XmlWriter:
    writer = XmlWriter()
    code = language or debate.language or _UNDETERMINED
    writer.begin("html", {"xmlns": _XHTML, "xmlns:epub": _OPS, "lang": code, "xml:lang": code})
    writer.begin("head")
    writer.line("title", title)
    style = {"rel": "stylesheet", "type": "text/css", "href": "style.css"}
    writer.line("link", attributes=style)
    writer.end()
    writer.begin("body")
    return writer


@in_default_language
def _title_page(debate: Debate) -> str:
    writer = _begin_page(debate, debate.title)
    writer.begin("section", {"epub:type": "titlepage"})
    writer.line("h1", debate.title)
    if debate.day:
        writer.line("p", date_format(debate.day, "j F Y"))
    elif debate.year:
        writer.line("p", str(debate.year))
    page = debate.address(debate.path)
    writer.line("p", f"{settings.SITE_NAME}: ", Inline("a", page, {"href": page}))
    for rights in debate.rights:
        writer.line("p", rights, attributes={"class": "citation"})
    writer.end("html")
    return writer.take()


@in_default_language
def _contents(debate: Debate, chapters: list[_Chapter]) -> str:
    writer = _begin_page(debate, debate.title)
    writer.begin("nav", {"epub:type": "toc", "role": "doc-toc"})
    writer.line("h1", debate.title)
    writer.begin("ol")
    for chapter in chapters:
        writer.begin("li")
        writer.line("a", chapter.title, attributes={"href": chapter.file})
        writer.end()
    writer.end("html")
    return writer.take()


@in_default_language
def _text(debate: Debate, turn: Turn, title: str) -> str:
    speech = turn.speech
    writer = _begin_page(debate, title, debate.other_language(turn))
    key = debate.speech_id(speech.public_id)
    writer.begin("section", {"epub:type": "chapter", "id": key})
    writer.line("h1", title)
    page = debate.address(speech.get_absolute_url())
    cited = (f"{cite(speech)}, ", Inline("a", page, {"href": page}))
    writer.line("p", *cited, attributes={"class": "citation"})
    for item in turn.items:
        _write_paragraph(writer, debate, item)
    writer.end("html")
    return writer.take()


def _write_paragraph(writer: XmlWriter, debate: Debate, item: Item) -> None:
    paragraph = item.paragraph
    if paragraph.turn_line:
        writer.line("p", paragraph.turn_line, attributes={"class": "speaker", "dir": "auto"})
    content = [
        Inline("a", piece.text, {"href": debate.address(piece.href)}) if piece.href else piece.text
        for piece in item.pieces
    ]
    is_spoken = paragraph.kind == Paragraph.Kind.SPEECH
    kind = None if is_spoken or item.is_heading else "narrative"
    # in scripts that run from right to left, too
    attributes = {"id": paragraph.anchor, "class": kind, "dir": "auto"}
    writer.line("h2" if item.is_heading else "p", *content, attributes=attributes)

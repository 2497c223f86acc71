"""Reader for EPUB: its pages in the order of the book, read like web pages."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from posixpath import dirname, join, normpath
from urllib.parse import unquote

from statements.transcripts.formats.containers.packages import Package, open_package
from statements.transcripts.formats.markup.xml_tree import Element, parse_tree
from statements.transcripts.formats.pages.html_tree import parse_html
from statements.transcripts.formats.pages.speeches import read_passages
from statements.transcripts.formats.pages.web_page import PageReader
from statements.transcripts.text.decoding import decode_markup
from statements.transcripts.values.dates import first_date
from statements.transcripts.values.parsed import (
    ParsedMeeting,
    ParsedTranscript,
    UnreadableTranscript,
)

_PAGES = ("application/xhtml+xml", "text/html", "application/x-dtbook+xml")
_ENCRYPTED_PAGE = re.compile(rb"""URI=["'][^"'<>]{1,300}\.x?html?["']""", re.IGNORECASE)
_CHARSET = re.compile(rb"<\?xml[^>]{0,100}encoding=[\"']([A-Za-z0-9_.-]{2,40})[\"']")


@dataclass(frozen=True, slots=True)
class _Book:
    root: Element  # of the package document
    folder: str

    @classmethod
    def of(cls, package: Package) -> "_Book":
        container = parse_tree(package.part("META-INF/container.xml"))
        rootfile = container.find("rootfile")
        path = rootfile.attributes.get("full-path", "") if rootfile else ""
        return cls(parse_tree(package.part(path)), dirname(path))

    def pages(self) -> Iterator[str]:
        """Yield the names of the parts with text, in reading order, without the contents list."""
        items = {item.attributes.get("id", ""): item.attributes for item in self._items("item")}
        for reference in self._items("itemref"):
            item = items.get(reference.attributes.get("idref", ""), {})
            is_contents = "nav" in item.get("properties", "").split()
            if item.get("media-type") in _PAGES and not is_contents:
                yield normpath(join(self.folder, unquote(item.get("href", "").partition("#")[0])))

    def meeting(self) -> ParsedMeeting:
        """Return title and date of the book."""
        metadata = self.root.find("metadata")
        titles = metadata.find_all("title") if metadata else []
        dates = metadata.find_all("date") if metadata else []
        printed = [date.text_content().partition("T")[0] for date in dates]
        return ParsedMeeting(
            date=first_date(printed),
            first_page=tuple(filter(None, (title.text_content() for title in titles))),
        )

    def _items(self, name: str) -> list[Element]:
        return self.root.find_all(name)


def read_epub(name: str, data: bytes) -> ParsedTranscript:
    """Read an EPUB.

    Raises UnreadableTranscript if it is damaged, protected, too large or has no text.
    """
    reader = PageReader()
    with open_package(data, "EPUB") as package:
        _refuse_protected(package)
        book = _Book.of(package)
        for page in book.pages():
            content = package.part(page)
            match = _CHARSET.match(content)
            charset = match[1].decode("ascii") if match else None
            reader.add(parse_html(decode_markup(content, charset).text))
    if not reader.passages:
        raise UnreadableTranscript("empty", "The EPUB contains no text.")
    return read_passages(
        name,
        reader.passages,
        meeting=book.meeting(),
        encoding="utf-8",
        dropped=reader.dropped,
    )


def _refuse_protected(package: Package) -> None:
    """Refuse a book whose pages are encrypted; encrypted fonts do no harm."""
    part = "META-INF/encryption.xml"
    if part in package.names and _ENCRYPTED_PAGE.search(package.part(part)):
        raise UnreadableTranscript(
            "encrypted", "The EPUB is protected (DRM). Ask the publisher for a copy without."
        )

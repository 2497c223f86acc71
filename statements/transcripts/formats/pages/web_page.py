"""Reader for web pages: HTML and XHTML, whole or cut out of one.

Menus, footers and scripts are left out and listed; what remains are headings, paragraphs, items of
lists and rows of tables.
"""

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from statements.transcripts.formats.markup.xml_tree import Element
from statements.transcripts.formats.pages.html_tree import parse_html
from statements.transcripts.formats.pages.speeches import read_passages
from statements.transcripts.layout.passages import (
    Passage,
    Run,
    split_at_breaks,
    to_passage,
)
from statements.transcripts.text.decoding import DecodedText, decode_markup
from statements.transcripts.values.dates import first_date
from statements.transcripts.values.parsed import (
    DroppedText,
    ParsedMeeting,
    ParsedTranscript,
    UnreadableTranscript,
)

_HEADINGS = frozenset("h1 h2 h3 h4 h5 h6".split())
_PARAGRAPHS = frozenset(
    """
    address article aside blockquote body caption center dd details dialog div dl dt fieldset
    figcaption figure footer form header hgroup hr html legend li main menu nav ol p pre section
    summary table tbody tfoot thead tr ul
    """.split()
)
_BOLD = frozenset({"b", "strong", "dt", "th"})
_UNSEEN = frozenset(
    """
    audio base canvas datalist embed frame frameset iframe input link map meta noframes noscript
    object param progress script select source style svg template textarea title track video math
    """.split()
)
_ASIDE = frozenset({"nav", "footer", "aside", "form", "button", "dialog", "menu"})
_ASIDE_ROLES = frozenset(
    "navigation banner contentinfo complementary search menu menubar dialog alert".split()
)
_ASIDE_NAMES = frozenset(
    """
    menu nav navbar navigation breadcrumb breadcrumbs sidebar footer cookie cookies share sharing
    social pagination pager related skip toolbar banner
    """.split()
)
_NAME = re.compile(r"[A-Za-z]+")
_MOST_LINKED = 0.6  # of the letters; lists of links are menus
_CHARSET = re.compile(rb"""charset\s{0,4}=\s{0,4}["']?\s{0,4}([A-Za-z0-9_.:-]{2,40})""", re.I)
_DATE_NAMES = frozenset(
    "date dc.date dcterms.date dcterms.created article:published_time citation_date".split()
)


def read_web_page(name: str, data: bytes, *, encoding: str | None = None) -> ParsedTranscript:
    """Read a web page.

    Raises UnreadableTranscript if its encoding is not certain, or the page contains only menus.
    """
    decoded = _decode(data, encoding)
    root = parse_html(decoded.text)
    reader = PageReader()
    reader.add(root)
    if not reader.passages:
        raise UnreadableTranscript("empty", "The web page contains only menus, no text.")
    return read_passages(
        name,
        reader.passages,
        meeting=_meeting(root),
        encoding=decoded.encoding,
        dropped=reader.dropped,
    )


def plain_text(markup: str) -> str:
    """Return the text of a piece of HTML, with a blank line between paragraphs."""
    reader = PageReader()
    reader.walk(parse_html(markup))
    reader.end_paragraph()
    return "\n\n".join(passage.text for passage in reader.passages)


def _decode(data: bytes, encoding: str | None) -> DecodedText:
    """Decode a page as its head says, or else as other texts: pages are often labelled wrongly."""
    if encoding:
        return decode_markup(data, encoding)
    try:
        return decode_markup(data, _charset(data))
    except UnreadableTranscript as error:
        if error.code not in {"wrong-encoding", "unknown-encoding"}:
            raise
        return decode_markup(data)


def _charset(data: bytes) -> str | None:
    """Return the encoding that a page names in its head; a byte order mark has priority."""
    if data.startswith((codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return None
    match = _CHARSET.search(data[:4096])
    label = match[1].decode("ascii").lower() if match else ""
    # by the HTML standard, 5.2 of "Encoding": pages labelled so are in Windows-1252
    return "cp1252" if label in {"iso-8859-1", "latin1", "us-ascii"} else label or None


def _main_part(root: Element) -> Element:
    """Return the element with the content of a page: the only ``main`` or ``article``."""
    for name in ("main", "article"):
        elements = root.find_all(name)
        if len(elements) == 1 and elements[0].text_content():
            return elements[0]
    return root.find("body") or root


@dataclass(slots=True)
class PageReader:
    """Collects the passages of pages in document order."""

    passages: list[Passage] = field(default_factory=list)
    dropped: list[DroppedText] = field(default_factory=list)
    runs: list[Run] = field(default_factory=list)
    is_heading: bool = False

    def add(self, root: Element) -> None:
        """Add the main part of a page; the rest is listed as dropped."""
        main = _main_part(root)
        self.walk(main)
        self.end_paragraph()
        self.dropped += _outside(root, main)

    def walk(self, element: Element, *, bold: bool = False, pre: bool = False) -> None:
        """Add what an element holds; ``pre`` says that its lines are those of the page."""
        for node in element.content:
            if isinstance(node, str):
                self._add_text(node, bold=bold, pre=pre)
            elif node.name == "br":
                self.runs.append(Run("\n"))
            elif node.name in _UNSEEN or _is_hidden(node):
                continue
            elif _is_aside(node):
                self._drop(node)
            else:
                self._walk_element(node, bold=bold, pre=pre)

    def _walk_element(self, element: Element, *, bold: bool, pre: bool) -> None:
        name = element.name
        is_block = name in _PARAGRAPHS or name in _HEADINGS
        if is_block:
            self.end_paragraph()
            self.is_heading = self.is_heading or name in _HEADINGS
        elif name in {"td", "th"}:
            self.runs.append(Run(" "))
        self.walk(
            element, bold=bold or name in _BOLD or _is_bold(element), pre=pre or name == "pre"
        )
        if is_block:
            self.end_paragraph()
            self.is_heading = self.is_heading and name not in _HEADINGS
        elif name in {"td", "th"}:
            self.runs.append(Run(" "))

    def _add_text(self, text: str, *, bold: bool, pre: bool) -> None:
        if not pre:
            self.runs.append(Run(" ".join(text.split("\n")), bold))
            return
        for index, line in enumerate(text.split("\n")):
            if index:
                self.runs.append(Run("\n"))
            self.runs.append(Run(line, bold))

    def end_paragraph(self) -> None:
        for runs in split_at_breaks(self.runs):
            passage = to_passage(runs, len(self.passages) + 1, is_heading=self.is_heading)
            if passage:
                self.passages.append(passage)
        self.runs.clear()

    def _drop(self, element: Element) -> None:
        self.end_paragraph()
        if text := _seen_text(element):
            self.dropped.append(DroppedText(text, "menu", len(self.passages)))


def _outside(root: Element, main: Element) -> Iterator[DroppedText]:
    """Yield the text of the page outside of its main part."""
    pending: list[Element | str] = [root.find("body") or root]
    while pending:
        node = pending.pop()
        if node is main:
            continue
        if isinstance(node, str):
            if node.strip():
                yield DroppedText(" ".join(node.split()), "outside of the main part", 0)
        elif node.name not in _UNSEEN and not _is_hidden(node):
            pending += node.content[::-1]


def _is_hidden(element: Element) -> bool:
    attributes = element.attributes
    style = attributes.get("style", "").replace(" ", "").lower()
    return "hidden" in attributes or "display:none" in style


def _is_bold(element: Element) -> bool:
    style = element.attributes.get("style", "").replace(" ", "").lower()
    return "font-weight:bold" in style or "font-weight:700" in style


def _is_aside(element: Element) -> bool:
    """Return whether an element is a menu, a footer or the like.

    Names of classes are only a hint: an element with such a class is one if most of its text is in
    links.
    """
    if element.name in _ASIDE or element.attributes.get("role", "").lower() in _ASIDE_ROLES:
        return True
    if element.name not in _PARAGRAPHS:
        return False
    written = f"{element.attributes.get('class', '')} {element.attributes.get('id', '')}"
    names = {name.lower() for name in _NAME.findall(written[:500])}
    is_called_so = not names.isdisjoint(_ASIDE_NAMES)
    return is_called_so and _linked_share(element) > _MOST_LINKED


def _linked_share(element: Element) -> float:
    letters = len(element.text_content())
    linked = sum(len(link.text_content()) for link in element.find_all("a", "button"))
    return linked / letters if letters else 1.0


def _seen_text(element: Element) -> str:
    parts: list[str] = []
    pending: list[Element | str] = [element]
    while pending:
        node = pending.pop()
        if isinstance(node, str):
            parts.append(node)
        elif node.name not in _UNSEEN and not _is_hidden(node):
            parts.append(" ")
            pending += node.content[::-1]
    return " ".join("".join(parts).split())


def _meeting(root: Element) -> ParsedMeeting:
    """Return title and date that the head of a page states."""
    head = root.find("head")
    title = head.find("title") if head else None
    text = title.text_content() if title else ""
    meeting = ParsedMeeting(first_page=(text,) if text else ())
    dates = [
        meta.attributes.get("content", "")
        for meta in (head.find_all("meta") if head else ())
        if (meta.attributes.get("name") or meta.attributes.get("property", "")).lower()
        in _DATE_NAMES
    ]
    return replace(meeting, date=first_date(text[:40].partition("T")[0] for text in dates))

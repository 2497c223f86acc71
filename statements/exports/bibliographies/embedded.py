"""What reference managers and search engines of scholars read on the page of a speech.

The names are those of Google Scholar and Zotero (``citation_*``), of Dublin Core (DCMI metadata
terms), and of COinS (OpenURL ContextObject in SPAN, ANSI/NISO Z39.88-2004).
"""

from collections.abc import Iterator

from statements.addresses import query_string
from statements.exports.bibliographies.bibtex import iso_day
from statements.exports.bibliography import Item


def metadata(item: Item, language: str) -> Iterator[tuple[str, str]]:
    """Return the names and contents of the meta elements of an item, without those not known.

    ``language`` is that of the text, as an ISO 639 code.
    """
    authors, day, event = _authors(item), _day(item), item.get("event-title", "")
    yield "citation_title", item["title"]
    for author in authors:
        yield "citation_author", author
    if day:
        yield "citation_publication_date", day.replace("-", "/")
    if event:
        yield "citation_conference_title", event
    yield "citation_public_url", item["URL"]
    if language:
        yield "citation_language", language
    yield from ((f"DC.{name}", value) for name, value in dublin_core(item))
    yield "DC.type", "Text"
    if language:
        yield "DC.language", language


def coins(item: Item) -> str:
    """Return the title of the span by which reference managers take the item from a page."""
    pairs = [
        ("ctx_ver", "Z39.88-2004"),
        ("rft_val_fmt", "info:ofi/fmt:kev:mtx:dc"),
        ("rft.type", "presentation"),  # of Zotero, whose items of this type are CSL's speeches
        *((f"rft.{name}", value) for name, value in dublin_core(item)),
    ]
    return query_string(pairs)


def dublin_core(item: Item) -> Iterator[tuple[str, str]]:
    """Yield the names and values of Dublin Core elements of an item, without those not known."""
    yield "title", item["title"]
    for author in _authors(item):
        yield "creator", author
    if day := _day(item):
        yield "date", day
    if event := item.get("event-title"):
        yield "source", event
    yield "publisher", item["archive"]
    yield "identifier", item["URL"]


def _authors(item: Item) -> list[str]:
    return [author.get("literal") or author["family"] for author in item.get("author", ())]


def _day(item: Item) -> str:
    """Return the first day, or the year; "" if neither is known."""
    days = item.get("issued", {}).get("date-parts")
    return iso_day(days[0]) if days else ""

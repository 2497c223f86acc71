"""Reader for Akoma Ntoso debates.

The printed attribution (``from``) goes through the same grammar as in other forms. The persons and
roles in the document's references say who that is, and become the ``source_metadata``.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from statements.transcripts.formats.markup.debates import DebateReader, assemble
from statements.transcripts.formats.markup.dialects import DIALECTS
from statements.transcripts.formats.markup.named_speakers import Person
from statements.transcripts.formats.markup.prolog import read_prolog
from statements.transcripts.formats.markup.xml_tree import Element, parse_tree
from statements.transcripts.values.dates import first_date
from statements.transcripts.values.parsed import (
    DroppedText,
    ParsedMeeting,
    ParsedTranscript,
    UnreadableTranscript,
)
from statements.transcripts.values.symbols import Symbol

_DIALECT = DIALECTS["akoma-ntoso"]
_REFERENCES = frozenset({"TLCPerson", "TLCRole", "TLCOrganization"})
_SYMBOL_ELEMENTS = ("docNumber", "FRBRnumber", "FRBRalias")
_TRAILING_PARTS = frozenset({"conclusions", "attachments", "components"})


def is_akn(data: bytes) -> bool:
    """Return whether a file begins like an Akoma Ntoso document."""
    prolog = read_prolog(data)
    return prolog is not None and prolog.root in _DIALECT.roots


def read_akn(name: str, data: bytes) -> ParsedTranscript:
    """Read the debate in an Akoma Ntoso document.

    Raises UnreadableTranscript if there is none or the XML is refused.
    """
    root = parse_tree(data)
    debate = root if root.name == "debate" else root.find("debate")
    body = debate.find("debateBody") if debate else None
    if debate is None or body is None:
        raise UnreadableTranscript(
            "no-debate", "This Akoma Ntoso document is not a debate; only debates can be read."
        )
    names = _reference_names(debate)
    reader = DebateReader(
        _DIALECT,
        people={identifier: Person(name) for identifier, name in names.items()},
        roles=names,
        source="The document's list of persons",
    )
    reader.read(body)
    reader.finish()
    meeting = _meeting(debate, names)
    parsed = assemble(name, reader, meeting, list(_trailing_parts(debate)))
    return replace(parsed, form="record" if meeting.symbol else "statement")


def _reference_names(debate: Element) -> dict[str, str]:
    """Map the identifiers of persons, roles and organizations to the names to be shown."""
    names = {}
    for reference in debate.find_all(*_REFERENCES):
        attributes = reference.attributes
        identifier = attributes.get("eId", attributes.get("id", ""))
        names[identifier] = attributes.get("showAs", "")
    return names


def _meeting(debate: Element, references: Mapping[str, str]) -> ParsedMeeting:
    symbol, printed = None, ""
    for element in debate.find_all(*_SYMBOL_ELEMENTS):
        for text in (element.attributes.get("value", ""), element.text_content()):
            try:
                symbol, printed = symbol or Symbol.parse(text), printed or text
            except ValueError:
                continue
    author = debate.find("FRBRauthor")
    organ = references.get((author.attributes.get("href", "") if author else "").lstrip("#"), "")
    dated = [date for date in debate.find_all("FRBRdate")[:1] if not _is_inexact(date)]
    dated_elements = [*debate.find_all("docDate"), *dated]
    dates = [element.attributes.get("date", "") for element in dated_elements]
    doc_date = debate.find("docDate")
    preface = debate.find("preface") or debate.find("coverPage")
    preface_text = preface.text_content() if preface else ""
    headings = filter(None, (heading.text_content() for heading in debate.find_all("heading")))
    meeting = ParsedMeeting(
        symbol=symbol,
        symbol_printed=printed,
        organ=organ,
        number=symbol.number if symbol else None,
        date_printed=doc_date.text_content() if doc_date else "",
        first_page=(preface_text,) if preface_text else (),
        agenda_items=tuple(dict.fromkeys(headings)) if symbol else (),
    )
    return replace(meeting, date=first_date(printed[:10] for printed in dates))


def _is_inexact(date: Element) -> bool:
    """Return whether a date, of which a day is required, says that the day is not known."""
    return date.attributes.get("name") in {"year", "unknown"}


def _trailing_parts(debate: Element) -> Iterator[DroppedText]:
    """Yield the text outside preface and body: conclusions, attachments."""
    for element in debate.elements:
        if element.name in _TRAILING_PARTS and (text := element.text_content()):
            yield DroppedText(text, element.name, 0)

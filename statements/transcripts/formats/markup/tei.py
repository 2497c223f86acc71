"""Reader for debates in TEI, as the ParlaMint and Parla-CLARIN corpora write them.

Utterances (``u``) refer to persons of the header. Where the header lists nobody, the printed name
before an utterance or else the identifier says who speaks.

Source of the format: TEI P5, chapters 2, 8 and 13, and the Parla-CLARIN recommendations.
"""

import contextlib
import datetime
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from statements.transcripts.formats.markup.debates import DebateReader, assemble
from statements.transcripts.formats.markup.dialects import DIALECTS
from statements.transcripts.formats.markup.mapped_debates import find_date
from statements.transcripts.formats.markup.named_speakers import Person
from statements.transcripts.formats.markup.prolog import read_prolog
from statements.transcripts.formats.markup.xml_tree import Element, parse_tree
from statements.transcripts.values.parsed import (
    ParsedMeeting,
    ParsedTranscript,
    UnreadableTranscript,
)
from statements.transcripts.values.symbols import Symbol

_DIALECT = DIALECTS["tei"]
_NAME_PARTS = ("forename", "nameLink", "surname", "genName")
_PARTY_ROLES = frozenset({"parliamentaryGroup", "politicalParty", "politicalGroup", "party"})
_ROLES = {"chair": "Chair"}  # of the values of "ana" that ParlaMint defines


def is_tei(data: bytes) -> bool:
    """Return whether a file begins like a TEI document."""
    prolog = read_prolog(data)
    return prolog is not None and prolog.root in _DIALECT.roots


def read_tei(name: str, data: bytes) -> ParsedTranscript:
    """Read the debate in a TEI document.

    Raises UnreadableTranscript if nobody speaks in it or the XML is refused.
    """
    root = parse_tree(data)
    meeting = _meeting(root)
    reader = DebateReader(
        _DIALECT,
        people=dict(_people(root, meeting.date)),
        roles=_ROLES,
        source="The document's list of persons",
        language=root.attributes.get("lang", ""),
    )
    texts = [element for element in _documents(root) if element.name == "text"]
    if not texts:
        raise UnreadableTranscript(
            "no-debate",
            "This TEI file has no text of its own. Choose the files that it lists.",
        )
    for text in texts:
        reader.read(text, "TEI")
    reader.finish()
    parsed = assemble(name, reader, meeting, [])
    return replace(parsed, form="record") if meeting.symbol else parsed


def _documents(root: Element) -> Iterator[Element]:
    """Yield the parts of a document, or of all documents of a corpus."""
    for element in root.elements:
        if element.name in _DIALECT.roots:
            yield from _documents(element)
        else:
            yield element


def _people(root: Element, date: datetime.date | None) -> Iterator[tuple[str, Person]]:
    """Yield the persons and bodies that utterances may refer to, by identifier."""
    organizations = {element.attributes.get("id", ""): element for element in root.find_all("org")}
    for identifier, organization in organizations.items():
        yield identifier, Person(_organization_name(organization))
    for person in root.find_all("person"):
        party = _party(person, organizations, date)
        name, role = _person_name(person), _role(person, date)
        yield person.attributes.get("id", ""), Person(name, party, role)


def _person_name(person: Element) -> str:
    """Return forename and surname, or the name as it is written where it has no parts."""
    name = next((child for child in person.elements if child.name == "persName"), None)
    if name is None:
        return ""
    parts = [
        part.text_content()
        for kind in _NAME_PARTS
        for part in name.find_all(kind)
        if part.attributes.get("type") not in {"patronym", "birth", "maiden"}
    ]
    return " ".join(filter(None, parts)) or name.text_content()


def _organization_name(organization: Element) -> str:
    names = organization.find_all("orgName")
    full = [name for name in names if name.attributes.get("full") == "yes"]
    return next((name.text_content() for name in [*full, *names]), "")


def _party(
    person: Element, organizations: Mapping[str, Element], date: datetime.date | None
) -> str:
    """Return the party or group of a person on the day of the meeting."""
    for affiliation in person.find_all("affiliation"):
        reference = affiliation.attributes.get("ref", "").lstrip("#")
        organization = organizations.get(reference)
        if organization is None or not _includes(affiliation, date):
            continue
        if organization.attributes.get("role", "") in _PARTY_ROLES:
            return _organization_name(organization)
    return ""


def _role(person: Element, date: datetime.date | None) -> str:
    """Return the office of a person on the day of the meeting; "" if there are several."""
    roles = {
        role.text_content()
        for affiliation in person.find_all("affiliation")
        if _includes(affiliation, date)
        for role in affiliation.find_all("roleName")
    }
    return roles.pop() if len(roles) == 1 else ""


def _includes(affiliation: Element, date: datetime.date | None) -> bool:
    """Return whether a period includes a day; ISO dates compare as texts do."""
    day = date.isoformat() if date else ""
    start, end = (affiliation.attributes.get(name, "") for name in ("from", "to"))
    if not day:
        return not end
    return day[: len(start)] >= start and (not end or day[: len(end)] <= end)


def _meeting(root: Element) -> ParsedMeeting:
    header = root.find("teiHeader")
    if header is None:
        return ParsedMeeting()
    date = _date(header)
    title_statement = header.find("titleStmt")
    titles = title_statement.find_all("title") if title_statement else []
    lines = [title.text_content() for title in titles]
    meetings = [element.text_content() for element in header.find_all("meeting")]
    place = header.find("settlement")
    symbol, printed = _symbol(meetings)
    return ParsedMeeting(
        symbol=symbol,
        symbol_printed=printed,
        organ=_organ(header),
        number=symbol.number if symbol else None,
        date=date,
        place=place.text_content() if place else "",
        first_page=tuple(dict.fromkeys(filter(None, [*lines, *meetings]))),
    )


def _symbol(printed: Iterable[str]) -> tuple[Symbol | None, str]:
    """Return the first symbol of a record with the text it was read from."""
    for text in printed:
        with contextlib.suppress(ValueError):
            return Symbol.parse(text), text
    return None, ""


def _organ(header: Element) -> str:
    """Return the name of the body that met, if the meeting refers to it."""
    for meeting in header.find_all("meeting"):
        reference = meeting.attributes.get("corresp", "").lstrip("#")
        for organization in header.find_all("org"):
            if reference and organization.attributes.get("id") == reference:
                return _organization_name(organization)
    return ""


def _date(header: Element) -> datetime.date | None:
    """Return the day of the meeting: of its setting, else of the source, else of publication.

    A setting or source with a date that is not a day says that the day is not known.
    """
    for name in ("setting", "settingDesc", "sourceDesc", "publicationStmt"):
        dates = [date for element in header.find_all(name) for date in element.find_all("date")]
        for date in dates:
            values = (date.attributes.get(key, "") for key in ("when", "from"))
            if day := _first_date([*values, date.text_content()]):
                return day
        if dates:
            return None
    return None


def _first_date(values: Iterable[str]) -> datetime.date | None:
    return next(filter(None, map(find_date, values)), None)

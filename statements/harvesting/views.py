"""The address of OAI-PMH: one request with a verb, one XML document."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from urllib.parse import urlsplit
from xml.etree.ElementTree import Element, SubElement, tostring

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from statements.addresses import origin
from statements.exports.interchange.xml import printable
from statements.harvesting.formats import FORMATS, SCHEMA_LOCATION, MetadataFormat
from statements.harvesting.requests import SECOND_FORMAT, Arguments, ProtocolError
from statements.harvesting.sets import sets
from statements.harvesting.tokens import Token
from statements.models import changes
from statements.models.changes import Change, Selection

_OAI = "http://www.openarchives.org/OAI/2.0/"
_SCHEMA = "http://www.openarchives.org/OAI/2.0/OAI-PMH.xsd"
_HEADERS = 500  # in a part of ListIdentifiers
_NO_ADDRESS = "contact-not-set@example.invalid"  # the protocol demands one


def oai(request: HttpRequest) -> HttpResponse:
    """Answer a request of OAI-PMH, with its errors too, with status 200."""
    answered_at = datetime.now(UTC)
    site = origin(request)
    parts: Sequence[Element]
    values: Mapping[str, str] = {}
    try:
        arguments = Arguments.of_request(request)
        values = {"verb": arguments.verb, **arguments.values}
        parts = [_VERBS[arguments.verb](arguments, site)]
    except ProtocolError as error:
        # the arguments of such a request may not be valid in a document
        if error.code in ("badVerb", "badArgument"):
            values = {}
        problem = Element("error", code=error.code)
        problem.text = printable(str(error))
        parts = [problem]
    document = Element("OAI-PMH", xmlns=_OAI)
    document.set(SCHEMA_LOCATION, f"{_OAI} {_SCHEMA}")
    SubElement(document, "responseDate").text = answered_at.strftime(SECOND_FORMAT)
    printed = {name: printable(value) for name, value in values.items()}
    SubElement(document, "request", printed).text = f"{site}{reverse('oai')}"
    document.extend(parts)
    content = tostring(document, encoding="utf-8", xml_declaration=True)
    response = HttpResponse(content, content_type="text/xml; charset=utf-8")
    response["Access-Control-Allow-Origin"] = "*"
    response["Cache-Control"] = "no-store"
    return response


# -- what the repository is ----------------------------------------------------------------------


def _identify(arguments: Arguments, site: str) -> Element:
    changes.assign()
    earliest = changes.earliest() or datetime.now(UTC)
    part = Element("Identify")
    for name, value in (
        ("repositoryName", settings.SITE_NAME),
        ("baseURL", f"{site}{reverse('oai')}"),
        ("protocolVersion", "2.0"),
        ("adminEmail", _contact()),
        ("earliestDatestamp", earliest.strftime(SECOND_FORMAT)),
        ("deletedRecord", "persistent"),
        ("granularity", "YYYY-MM-DDThh:mm:ssZ"),
        ("compression", "gzip"),
    ):
        SubElement(part, name).text = printable(value)
    return part


def _contact() -> str:
    addresses = (url.removeprefix("mailto:") for url in settings.CONTACT if "@" in url)
    return next(addresses, _NO_ADDRESS)


def _list_metadata_formats(arguments: Arguments, site: str) -> Element:
    if "identifier" in arguments.values:
        _change(arguments.value("identifier"), site)  # raises an error if there is no such record
    part = Element("ListMetadataFormats")
    for written in FORMATS.values():
        described = SubElement(part, "metadataFormat")
        SubElement(described, "metadataPrefix").text = written.prefix
        SubElement(described, "schema").text = written.schema
        SubElement(described, "metadataNamespace").text = written.namespace
    return part


def _list_sets(arguments: Arguments, site: str) -> Element:
    if "resumptionToken" in arguments.values:
        raise ProtocolError("badResumptionToken", "The list of sets has one part only.")
    listed = sets()
    if not listed:
        raise ProtocolError("noSetHierarchy", "There are no sets, because there are no speeches.")
    part = Element("ListSets")
    for name, title in listed:
        described = SubElement(part, "set")
        SubElement(described, "setSpec").text = name
        SubElement(described, "setName").text = printable(title)
    return part


# -- records -------------------------------------------------------------------------------------


def _get_record(arguments: Arguments, site: str) -> Element:
    written = _format(arguments.value("metadataPrefix"))
    changes.assign()
    change = _change(arguments.value("identifier"), site)
    part = Element("GetRecord")
    part.extend(_records([change], written, site))
    return part


def _list_identifiers(arguments: Arguments, site: str) -> Element:
    def headers(listed: Sequence[Change], written: MetadataFormat) -> list[Element]:
        return [_header(change, site) for change in listed]

    return _list(arguments, _HEADERS, headers)


def _list_records(arguments: Arguments, site: str) -> Element:
    def records(listed: Sequence[Change], written: MetadataFormat) -> list[Element]:
        return _records(listed, written, site)

    return _list(arguments, 0, records)


def _list(
    arguments: Arguments,
    page_size: int,
    write: Callable[[Sequence[Change], MetadataFormat], list[Element]],
) -> Element:
    """Return a part of a list; without a page size, with as many records as suit the format."""
    token = None
    if "resumptionToken" in arguments.values:
        token = Token.parse(arguments.value("resumptionToken"), arguments.verb)
        prefix, selection = token.prefix, token.selection
        if prefix not in FORMATS:
            raise ProtocolError("badResumptionToken", "The list has a format that is unknown.")
    else:
        prefix = arguments.value("metadataPrefix")
        selection = Selection(*arguments.times(), arguments.subset())
    written = _format(prefix)
    changes.assign()
    size = page_size or written.page_size
    listed = selection.page(size + 1, token.after if token else None)
    if not listed and token is None:
        raise ProtocolError("noRecordsMatch", "No speech changed at these times in this set.")
    part = Element(arguments.verb)
    part.extend(write(listed[:size], written))
    cursor = token.cursor if token else 0
    total = token.size if token else selection.count()
    if len(listed) > size:
        # speeches may have been added since the list began
        shown = cursor + size
        total = max(total, shown + 1)
        following = Token(arguments.verb, prefix, selection, listed[size - 1], shown, total)
        _resumption(part, str(following), cursor, total)
    elif token:
        _resumption(part, "", cursor, max(total, cursor + len(listed)))
    return part


def _resumption(part: Element, token: str, cursor: int, size: int) -> None:
    attributes = {"completeListSize": str(size), "cursor": str(cursor)}
    SubElement(part, "resumptionToken", attributes).text = token


def _records(listed: Sequence[Change], written: MetadataFormat, site: str) -> list[Element]:
    metadata = written.write(
        [change.speech for change in listed if change.speech is not None], site
    )
    records = []
    for change in listed:
        record = Element("record")
        # a speech may have been withdrawn since the list was read
        content = metadata.get(change.speech) if change.speech is not None else None
        record.append(_header(change, site, is_gone=content is None))
        if content is not None:
            SubElement(record, "metadata").append(content)
        records.append(record)
    return records


def _header(change: Change, site: str, *, is_gone: bool | None = None) -> Element:
    is_deleted = change.speech is None if is_gone is None else is_gone
    header = Element("header", {"status": "deleted"} if is_deleted else {})
    SubElement(header, "identifier").text = f"{_namespace(site)}{change.public_id}"
    SubElement(header, "datestamp").text = change.changed_at.strftime(SECOND_FORMAT)
    for name in () if is_deleted else change.sets:
        SubElement(header, "setSpec").text = name
    return header


def _change(identifier: str, site: str) -> Change:
    """Return the change of a record. Raises ProtocolError (idDoesNotExist)."""
    public_id = identifier.removeprefix(_namespace(site))
    change = None
    if public_id != identifier and "\0" not in public_id:
        change = changes.change_of(public_id)
    if change is None:
        raise ProtocolError("idDoesNotExist", "There is no speech with this identifier.")
    return change


def _namespace(site: str) -> str:
    return f"oai:{urlsplit(site).hostname}:"


def _format(prefix: str) -> MetadataFormat:
    if prefix not in FORMATS:
        names = ", ".join(FORMATS)
        raise ProtocolError("cannotDisseminateFormat", f"The formats are: {names}.")
    return FORMATS[prefix]


_VERBS: Mapping[str, Callable[[Arguments, str], Element]] = {
    "Identify": _identify,
    "ListMetadataFormats": _list_metadata_formats,
    "ListSets": _list_sets,
    "GetRecord": _get_record,
    "ListIdentifiers": _list_identifiers,
    "ListRecords": _list_records,
}

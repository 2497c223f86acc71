"""OAI-PMH as a harvester sees it: whole archives, changes between two parts, every error."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from xml.etree import ElementTree

import pytest
from django.test import Client
from oaipmh_scythe import Scythe
from support import rows

from statements import ingest
from statements.exports.markup.debate import speech_document
from statements.exports.markup.files import MARKUP
from statements.harvesting import formats, views
from statements.harvesting.tokens import Token
from statements.models import Datestamp, Paragraph, Speech, changes

pytestmark = pytest.mark.django_db

NAMES = {"": "http://www.openarchives.org/OAI/2.0/", "dc": "http://purl.org/dc/elements/1.1/"}
ID = "oai:testserver:riv-pv-7-001"


def ask(client: Client, **arguments: str) -> ElementTree.Element:
    response = client.get("/oai", arguments)
    assert response.status_code == 200
    assert response["Content-Type"] == "text/xml; charset=utf-8"
    return ElementTree.fromstring(response.content)  # noqa: S314 - our own


def texts(document: ElementTree.Element, path: str) -> list[str | None]:
    return [element.text for element in document.findall(path, NAMES)]


@pytest.fixture
def short_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lists in parts of two records."""
    monkeypatch.setattr(views, "_HEADERS", 2)
    for prefix, each in formats.FORMATS.items():
        monkeypatch.setitem(formats.FORMATS, prefix, replace(each, page_size=2))  # type: ignore[arg-type]


# -- what the repository says of itself ----------------------------------------------------------


def test_it_identifies_itself(archive: rows.SmallArchive, harvester: Scythe, settings: Any) -> None:
    settings.CONTACT = ["https://example.org/contact", "mailto:archive@example.org"]
    described = harvester.identify()
    assert described.repositoryName == settings.SITE_NAME
    assert described.baseURL == "http://testserver/oai"
    assert described.protocolVersion == "2.0"
    assert described.adminEmail == "archive@example.org"
    assert described.deletedRecord == "persistent"
    assert described.granularity == "YYYY-MM-DDThh:mm:ssZ"
    earliest = Datestamp.objects.order_by("changed_at").values_list("changed_at", flat=True)[0]
    assert described.earliestDatestamp == earliest.strftime("%Y-%m-%dT%H:%M:%SZ")


def test_an_empty_archive_is_answered_in_the_words_of_the_protocol(
    db: None, client: Client
) -> None:
    assert texts(ask(client, verb="Identify"), ".//protocolVersion") == ["2.0"]
    for arguments, code in (
        ({"verb": "ListSets"}, "noSetHierarchy"),
        ({"verb": "ListRecords", "metadataPrefix": "oai_dc"}, "noRecordsMatch"),
    ):
        [error] = ask(client, **arguments).findall("error", NAMES)
        assert error.get("code") == code


def test_sets_are_those_of_organs_sessions_and_countries_with_speeches(
    archive: rows.SmallArchive, harvester: Scythe
) -> None:
    names = [each.setSpec for each in harvester.list_sets()]
    assert names == [
        "organ.rivers-council",
        "session.rivers-council-12-general-debate",
        "country.KAZ",
    ]
    for name in names:
        [*headers] = harvester.list_identifiers(metadata_prefix="oai_dc", set_=name)
        assert all(name in header.setSpecs for header in headers)
        assert ID in {header.identifier for header in headers}
    assert len([*harvester.list_identifiers(set_=names[0])]) == 2


# -- records -------------------------------------------------------------------------------------


def test_a_record_is_the_speech_in_dublin_core(
    archive: rows.SmallArchive, harvester: Scythe
) -> None:
    rows.series("Floods")
    archive.transcript.rights = "Public domain"
    archive.transcript.save()
    record = harvester.get_record(identifier=ID, metadata_prefix="oai_dc")
    assert record.header.identifier == ID
    assert not record.header.deleted
    assert record.metadata == {
        "title": ["Statement (Kazakhstan on behalf of Central Asian States)"],
        "creator": ["Umarov"],
        "date": ["2020-01-09"],
        "source": ["Rivers Council, RIV/PV.7"],
        "publisher": ["Rostrum"],
        "identifier": ["http://testserver/speech/riv-pv-7-001/"],
        "type": ["Text"],
        "language": ["fr"],
        "subject": ["Floods and early warning"],
        "coverage": ["Kazakhstan"],
        "relation": ["http://testserver/meeting/riv-pv-7/"],
        "rights": ["Public domain"],
    }


def test_a_record_is_the_whole_speech_in_tei(
    archive: rows.SmallArchive, harvester: Scythe, client: Client
) -> None:
    document = ask(client, verb="GetRecord", identifier=ID, metadataPrefix="tei")
    [record] = document.findall(".//metadata", NAMES)
    [tei] = record
    whole = speech_document("riv-pv-7-001", "http://testserver")
    assert whole is not None
    alone = ElementTree.fromstring("".join(MARKUP["tei.xml"].write(whole)))  # noqa: S314 - our own
    assert ElementTree.tostring(tei) == ElementTree.tostring(alone)
    assert len([*harvester.list_records(metadata_prefix="tei")]) == 3


def test_every_speech_is_harvested_once(
    archive: rows.SmallArchive, harvester: Scythe, short_parts: None
) -> None:
    for number in range(5):
        rows.speech(public_id=f"more-{number}")
    records = [record.header.identifier for record in harvester.list_records()]
    public = {f"oai:testserver:{each.public_id}" for each in Speech.objects.all()}
    assert len(records) == len(public) == 8
    assert set(records) == public
    assert [header.identifier for header in harvester.list_identifiers()] == records


def test_characters_that_xml_does_not_allow_are_left_out(
    archive: rows.SmallArchive, harvester: Scythe
) -> None:
    Speech.objects.update(speaker=None, speaker_printed="Ms. <B>\x0c\x01&\uffff")
    metadata = harvester.get_record(identifier=ID, metadata_prefix="oai_dc").metadata
    assert metadata["creator"] == ["Ms. <B>&"]


def test_a_harvest_misses_nothing_while_speeches_change(
    archive: rows.SmallArchive, harvester: Scythe, short_parts: None
) -> None:
    """The copy that a harvester keeps is the archive, whatever changes between two parts."""
    for number in range(8):
        rows.speech(public_id=f"s-{number}")
    changes.assign()
    ids = list(Datestamp.objects.order_by("changed_at", "public_id").values_list("pk", flat=True))
    pks = dict(Speech.objects.values_list("public_id", "pk"))
    # a minute ago, so that what changes now comes later
    minute_ago = datetime.now(UTC).replace(microsecond=0) - timedelta(minutes=1)
    Datestamp.objects.update(changed_at=minute_ago)
    events: list[Callable[[], Any]] = [
        lambda: Paragraph.objects.filter(speech=pks[ids[0]], position=1).update(text="Changed."),
        lambda: ingest.withdraw([pks[ids[1]], pks[ids[-1]]], "By mistake."),
        lambda: rows.speech(public_id="added-meanwhile"),
        lambda: ingest.reinstate([pks[ids[1]]]),
        lambda: Speech.objects.get(public_id=ids[-2]).delete(),
    ]
    copy: dict[str, bool] = {}
    for number, record in enumerate(harvester.list_records()):
        copy[record.header.identifier.rpartition(":")[2]] = record.header.deleted
        if number % 2 and events:
            events.pop(0)()
    assert not events
    kept = {public_id for public_id, is_deleted in copy.items() if not is_deleted}
    assert kept == set(Speech.objects.values_list("public_id", flat=True))


def test_what_is_gone_is_told_without_a_word_of_it(
    archive: rows.SmallArchive, harvester: Scythe, client: Client
) -> None:
    changes.assign()
    Datestamp.objects.update(changed_at=datetime(2001, 1, 1, tzinfo=UTC))
    ingest.withdraw([archive.speech.pk], "By mistake.")
    archive.undated.delete()
    gone = [*harvester.list_records(from_="2001-01-02")]
    assert {record.header.identifier for record in gone} == {ID, "oai:testserver:undated-1"}
    assert all(record.header.deleted for record in gone)
    document = ask(client, verb="GetRecord", identifier=ID, metadataPrefix="oai_dc")
    [record] = document.findall(".//record", NAMES)
    assert [child.tag.partition("}")[2] for child in record] == ["header"]
    # whoever harvests a set learns it too, and nobody learns what set it was in
    assert texts(document, ".//setSpec") == []
    in_set = [*harvester.list_records(set_="country.KAZ", from_="2001-01-02")]
    assert {record.header.identifier for record in in_set} >= {ID}
    # reinstated, it is a record again
    ingest.reinstate([archive.speech.pk])
    assert not harvester.get_record(identifier=ID, metadata_prefix="oai_dc").header.deleted


@pytest.mark.parametrize(
    ("arguments", "count"),
    [
        ({"from": "2019-05-02"}, 2),
        ({"until": "2019-05-01"}, 1),
        ({"until": "2019-05-02"}, 2),
        ({"from": "2019-05-02", "until": "2019-05-02"}, 1),
        ({"from": "2019-05-02T10:00:00Z", "until": "2019-05-02T10:00:00Z"}, 1),
        ({"from": "2019-05-02T10:00:01Z"}, 1),
        ({"until": "2019-05-02T09:59:59Z"}, 1),
    ],
)
def test_times_are_inclusive(
    archive: rows.SmallArchive, client: Client, arguments: dict[str, str], count: int
) -> None:
    changes.assign()
    for public_id, day, hour in (
        ("riv-pv-7-001", 1, 23),
        ("riv-pv-7-002", 2, 10),
        ("undated-1", 3, 0),
    ):
        at = datetime(2019, 5, day, hour, tzinfo=UTC)
        Datestamp.objects.filter(pk=public_id).update(changed_at=at)
    document = ask(client, verb="ListIdentifiers", metadataPrefix="oai_dc", **arguments)
    assert len(document.findall(".//header", NAMES)) == count


# -- requests ------------------------------------------------------------------------------------

LIST = {"verb": "ListRecords", "metadataPrefix": "oai_dc"}
ERRORS = [
    ({}, "badVerb"),
    ({"verb": "Steal"}, "badVerb"),
    ({"verb": ["Identify", "Identify"]}, "badVerb"),
    ({"verb": "Identify", "extra": "1"}, "badArgument"),
    ({"verb": "ListRecords"}, "badArgument"),
    ({"verb": "GetRecord", "metadataPrefix": "oai_dc"}, "badArgument"),
    ({"verb": "GetRecord", "identifier": ID}, "badArgument"),
    (LIST | {"metadataPrefix": ["oai_dc", "oai_dc"]}, "badArgument"),
    (LIST | {"from": "yesterday"}, "badArgument"),
    (LIST | {"from": "2020-02-30"}, "badArgument"),
    (LIST | {"from": "2020-01-01T00:00:00+00:00"}, "badArgument"),
    (LIST | {"from": ""}, "badArgument"),
    (LIST | {"from": "2020-01-02", "until": "2020-01-01"}, "badArgument"),
    (LIST | {"from": "2020-01-01", "until": "2020-01-02T00:00:00Z"}, "badArgument"),
    (LIST | {"set": "not a set"}, "badArgument"),
    (LIST | {"set": ""}, "badArgument"),
    (LIST | {"resumptionToken": "x"}, "badArgument"),
    (LIST | {"set": "country.XXX"}, "noRecordsMatch"),
    (LIST | {"from": "2999-01-01"}, "noRecordsMatch"),
    (LIST | {"until": "0001-01-01"}, "noRecordsMatch"),
    (LIST | {"metadataPrefix": "marc21"}, "cannotDisseminateFormat"),
    ({"verb": "GetRecord", "identifier": ID, "metadataPrefix": "x"}, "cannotDisseminateFormat"),
    (
        {"verb": "GetRecord", "identifier": "oai:testserver:no", "metadataPrefix": "oai_dc"},
        "idDoesNotExist",
    ),
    (
        {"verb": "GetRecord", "identifier": "riv-pv-7-001", "metadataPrefix": "oai_dc"},
        "idDoesNotExist",
    ),
    (
        {"verb": "GetRecord", "identifier": f"{ID}\0", "metadataPrefix": "oai_dc"},
        "idDoesNotExist",
    ),
    ({"verb": "ListMetadataFormats", "identifier": "oai:testserver:no"}, "idDoesNotExist"),
    ({"verb": "ListSets", "resumptionToken": "x"}, "badResumptionToken"),
    *(
        ({"verb": "ListRecords", "resumptionToken": token}, "badResumptionToken")
        for token in ("x", "", "é", "W10", "bnVsbA", "W1td", "A" * 5_000)
    ),
]


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize(("arguments", "code"), ERRORS)
def test_errors_have_the_codes_of_the_protocol(
    archive: rows.SmallArchive, client: Client, arguments: dict[str, Any], code: str, method: str
) -> None:
    response = getattr(client, method)("/oai", arguments)
    assert response.status_code == 200
    document = ElementTree.fromstring(response.content)  # noqa: S314 - our own
    [error] = document.findall("error", NAMES)
    assert error.get("code") == code
    assert error.text
    request = document.find("request", NAMES)
    assert request is not None
    assert request.text == "http://testserver/oai"
    assert bool(request.attrib) == (code not in ("badVerb", "badArgument"))


def test_forged_tokens_are_refused(archive: rows.SmallArchive, client: Client) -> None:
    changes.assign()
    [first, *_] = changes.Selection().page(1)
    token = Token("ListRecords", "oai_dc", changes.Selection(), first, 1, 3)
    for forged in (
        replace(token, prefix="marc21"),
        replace(token, verb="ListIdentifiers"),
        replace(token, cursor=-1),
        replace(token, size=1 << 60),
        replace(token, after=replace(first, public_id="\0")),
    ):
        [error] = ask(client, verb="ListRecords", resumptionToken=str(forged)).findall(
            "error", NAMES
        )
        assert error.get("code") == "badResumptionToken"
    document = ask(client, verb="ListRecords", resumptionToken=str(token))
    assert len(document.findall(".//record", NAMES)) == 2


def test_a_list_says_how_long_it_is(
    archive: rows.SmallArchive, client: Client, short_parts: None
) -> None:
    document = ask(client, verb="ListIdentifiers", metadataPrefix="oai_dc")
    [token] = document.findall(".//resumptionToken", NAMES)
    assert token.attrib == {"completeListSize": "3", "cursor": "0"}
    assert token.text
    document = ask(client, verb="ListIdentifiers", resumptionToken=token.text)
    [last] = document.findall(".//resumptionToken", NAMES)
    assert last.attrib == {"completeListSize": "3", "cursor": "2"}
    assert last.text is None


def test_post_works_and_other_methods_do_not(archive: rows.SmallArchive) -> None:
    client = Client(enforce_csrf_checks=True)
    response = client.post("/oai", {"verb": "ListRecords", "metadataPrefix": "oai_dc"})
    assert response.content.count(b"<record>") == 3
    assert client.head("/oai?verb=Identify").status_code == 200
    assert client.put("/oai").status_code == 405

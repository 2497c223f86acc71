"""Speeches and passages as files for reference managers, and what these read on pages."""

import json
import re
from datetime import date
from urllib.parse import parse_qs

import pytest
from django.test import Client
from downloads.harbour import Harbour
from support import rows

from statements.exports.bibliographies import bibtex, ris
from statements.exports.bibliographies.files import BIBLIOGRAPHIES
from statements.ingest import withdraw

pytestmark = pytest.mark.django_db
HOSTILE = "Ports & {harbours}, 50 % of $1 #2 a_b ~c ^d \\input{x}\n@misc{y,\r\nER  - "


def get(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200, response.content
    return response.getvalue().decode()


def balanced(text: str) -> bool:
    """Return whether the braces of a BibTeX file are, as BibTeX counts them."""
    depth = 0
    for brace in re.findall(r"[{}]", text):
        depth += 1 if brace == "{" else -1
        if depth < 0:
            return False
    return depth == 0


def ris_fields(text: str) -> list[tuple[str, str]]:
    """Return the tags and values of an RIS file, each line of which must have both."""
    fields = []
    for line in filter(None, text.split("\r\n")):
        match = re.fullmatch(r"([A-Z][A-Z0-9])  - ([^\r\n]*)", line)
        assert match, line
        fields.append((match[1], match[2]))
    return fields


@pytest.fixture
def lund() -> None:
    norway = rows.country("NOR")
    rows.speech(
        "It is cold. It snows.",
        "Few came.",
        public_id="lund",
        meeting=rows.meeting("S/PV.12"),
        country=norway,
        speaker=rows.speaker("LUND", country=norway),
        language="no",
    )


def test_a_speech_as_bibtex(client: Client, lund: None) -> None:
    assert get(client, "/speech/lund.bib").strip() == (
        "@misc{lund,\n"
        "  author = {{Lund}},\n"
        "  title = {{Statement (Norway)}},\n"
        "  howpublished = {Rivers Council, S/PV.12},\n"
        "  date = {2020-01-09},\n"
        "  year = {2020},\n"
        "  month = jan,\n"
        "  organization = {Rostrum},\n"
        "  url = {http://testserver/speech/lund/}\n"
        "}"
    )


def test_a_speech_as_ris(client: Client, lund: None) -> None:
    assert ris_fields(get(client, "/speech/lund.ris")) == [
        ("TY", "SLIDE"),
        ("ID", "lund"),
        ("AU", "Lund"),
        ("TI", "Statement (Norway)"),
        ("T2", "Rivers Council, S/PV.12"),
        ("PY", "2020"),
        ("DA", "2020/01/09/"),
        ("DB", "Rostrum"),
        ("UR", "http://testserver/speech/lund/"),
        ("ER", ""),
    ]


def test_a_speech_as_csl_json_is_that_of_the_api(client: Client, lund: None) -> None:
    [item] = json.loads(get(client, "/speech/lund.csl.json"))
    assert item == client.get("/api/v1/speeches/lund").json()["csl"]


def test_a_paragraph_has_an_item_of_its_own(client: Client, lund: None) -> None:
    [item] = json.loads(get(client, "/speech/lund/p2.csl.json"))
    assert (item["id"], item["note"]) == ("lund-p2", "para. 2")
    assert item["URL"] == "http://testserver/speech/lund/#p2"
    assert "  note = {para. 2},\n" in get(client, "/speech/lund/p2.bib")
    assert ("N1", "para. 2") in ris_fields(get(client, "/speech/lund/p2.ris"))


def test_a_sentence_has_an_item_of_its_own(client: Client) -> None:
    speech = rows.speech("It is cold. It snows.", public_id="snow")
    speech.paragraphs.update(sentence_starts=[0, 12])
    [item] = json.loads(get(client, "/speech/snow/p1s2.csl.json"))
    assert item["note"] == "para. 1, sentence 2"
    assert item["URL"].endswith("/speech/snow/#p1s2")
    assert client.get("/speech/snow/p1s3.csl.json").status_code == 404


def test_years_alone_and_unknown_dates() -> None:
    item = {"id": "a", "title": "T", "archive": "A", "URL": "u"}
    of_year = item | {"issued": {"date-parts": [[1975]]}}
    assert "date = {1975},\n  year = {1975},\n  org" in bibtex.entry(of_year)
    assert "DA  - 1975///\r\n" in ris.record(of_year)
    days = {"date-parts": [[2020, 9, 22], [2020, 9, 26]]}
    assert "date = {2020-09-22/2020-09-26}" in bibtex.entry(item | {"issued": days})
    assert "date" not in bibtex.entry(item)
    assert "DA" not in ris.record(item)


def test_no_character_ends_a_field() -> None:
    item = {
        "id": "a",
        "title": HOSTILE,
        "author": [{"literal": HOSTILE}],
        "event-title": HOSTILE,
        "archive": HOSTILE,
        "URL": "http://testserver/",
    }
    entry = bibtex.entry(item)
    assert balanced(re.sub(r"\\[{}]", "", entry))
    assert len(re.findall("^@", entry, re.M)) == 1
    assert not re.search(r"(?<!\\)[$&%#_]", entry)
    tags = [tag for tag, _ in ris_fields(ris.record(item))]
    assert tags.count("ER") == 1
    assert tags[-1] == "ER"


def test_the_page_of_a_quotation_offers_its_files(client: Client, lund: None) -> None:
    page = get(client, "/quotation/lund/p2/")
    for suffix in BIBLIOGRAPHIES:
        assert f'href="/speech/lund/p2.{suffix}"' in page


@pytest.mark.parametrize("suffix", BIBLIOGRAPHIES)
def test_all_speeches_of_a_search_are_items(client: Client, harbour: Harbour, suffix: str) -> None:
    content = get(client, f"/search.{suffix}?q=harbour&sort=oldest")
    places = [content.index(f"/speech/{name}/") for name in ("plain", "formula", "hostile")]
    assert places == sorted(places)
    assert "inland" not in content
    assert get(client, f"/search.{suffix}?q=glacier").strip() in ("", "[]")
    assert client.get(f"/search.{suffix}?from=x").status_code == 400


@pytest.mark.parametrize("suffix", BIBLIOGRAPHIES)
def test_a_withdrawn_speech_is_in_no_file_but_its_withdrawal_is_told(
    client: Client, harbour: Harbour, suffix: str
) -> None:
    withdraw([harbour.plain.pk], "A mistake.")
    assert "plain" not in get(client, f"/search.{suffix}?q=harbour")
    for address in (f"/speech/plain.{suffix}", f"/speech/plain/p1.{suffix}"):
        response = client.get(address)
        assert response.status_code == 410
        assert "A mistake." in response.content.decode()
    assert client.get(f"/speech/unknown.{suffix}").status_code == 404
    assert client.get(f"/speech/unknown/p1.{suffix}").status_code == 404


def test_a_page_offers_files_and_says_what_it_is(client: Client) -> None:
    rows.speech(public_id="ports", speaker_printed='Ms. "Quay"', date=date(1970, 2, 3))
    page = get(client, "/speech/ports/")
    for suffix in BIBLIOGRAPHIES:
        assert f'href="/speech/ports.{suffix}"' in page
    assert '<meta name="citation_author" content="Ms. &quot;Quay&quot;">' in page
    assert '<meta name="citation_publication_date" content="1970/02/03">' in page
    assert '<meta name="DC.date" content="1970-02-03">' in page
    span = re.search(r'class="Z3988" title="([^"]+)"', page)
    assert span
    described = parse_qs(span[1].replace("&amp;", "&"))
    assert described["rft.type"] == ["presentation"]
    assert described["rft.creator"] == ['Ms. "Quay"']
    assert described["rft.identifier"] == ["http://testserver/speech/ports/"]

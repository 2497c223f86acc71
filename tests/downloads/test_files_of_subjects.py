"""What pages about subjects and lists show, as files, read by parsers that know nothing of it."""

import csv
import io
import json
from typing import Any

import pytest
from django.test import Client
from openpyxl import load_workbook
from support import rows

from statements.exports.tables.files import TABLES
from statements.ingest import annotate_again
from statements.models import Organ, OrganName, Speech

pytestmark = pytest.mark.django_db
SUBJECTS = (
    "/speech/riv-pv-7-001", "/meeting/riv-pv-7", "/organ/rivers-council",
    "/session/rivers-council-12-general-debate", "/session/rivers-council-12-general-debate/KAZ",
    "/country/KAZ", "/country/KAZ/2020", "/speaker/umarov",
    "/topic/floods", "/browse/2020", "/browse/2020/01", "/browse/2020/01/09",
)  # fmt: skip
LISTS = (
    "/countries", "/country/KAZ/votes", "/coverage", "/documents", "/meetings", "/sessions",
    "/speakers", "/topics", "/affiliations",
)  # fmt: skip


@pytest.fixture
def archive(db: None) -> rows.SmallArchive:
    return rows.small_archive()


def get(client: Client, address: str) -> bytes:
    response = client.get(address)
    assert response.status_code == 200, response.content
    return response.getvalue()


def table(client: Client, address: str) -> list[dict[str, str]]:
    content = get(client, address).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(content, newline=""), strict=True))


@pytest.mark.parametrize("path", SUBJECTS)
def test_the_files_of_a_subject_have_all_speeches_that_its_page_counts(
    client: Client, archive: rows.SmallArchive, path: str
) -> None:
    found = [row["id"] for row in table(client, f"{path}.csv")]
    assert found
    assert [each["id"] for each in json.loads(get(client, f"{path}.json"))] == found
    items = json.loads(get(client, f"{path}.csl.json"))
    assert [each["id"] for each in items] == found
    paragraphs = table(client, f"{path}.csv?rows=paragraphs")
    assert len(paragraphs) > len(found)
    years = table(client, f"{path}.csv?rows=years")
    assert sum(int(row["speeches"]) for row in years) == len(found)
    described = json.loads(get(client, f"{path}.csv.manifest.json"))
    assert (described["rows_are"], described["rows"]) == ("speeches", len(found))
    assert described["page_url"] == f"http://testserver{path}/"


def test_the_order_is_that_of_the_page(client: Client, archive: rows.SmallArchive) -> None:
    for number in range(3):
        rows.speech(public_id=f"later-{number}", meeting=archive.meeting, position=5 - number)
    found = [row["id"] for row in table(client, "/meeting/riv-pv-7.csv")]
    assert [each for each in found if each.startswith("later")] == ["later-2", "later-1", "later-0"]
    assert [row["id"] for row in table(client, "/affiliation/greens.csv")] == ["undated-1"]
    newest = [row["id"] for row in table(client, "/topic/floods.csv")]
    shown = archive.topic.speeches.latest_first().values_list("public_id", flat=True)
    assert newest == list(shown)


@pytest.mark.parametrize("path", LISTS)
def test_a_list_has_its_entries_in_every_format(
    client: Client, archive: rows.SmallArchive, path: str
) -> None:
    entries = json.loads(get(client, f"{path}.json"))
    assert entries
    assert [json.loads(line) for line in get(client, f"{path}.jsonl").splitlines()] == entries
    as_csv = table(client, f"{path}.csv")
    assert [list(row) for row in as_csv] == [list(entry) for entry in entries]
    workbook = load_workbook(io.BytesIO(get(client, f"{path}.xlsx")), read_only=True)
    header, *body = workbook.worksheets[0].iter_rows(values_only=True)
    assert list(header) == list(entries[0])
    assert [list(row)[: len(header)] for row in body] == [
        [value or None if isinstance(value, str) else value for value in entry.values()]
        for entry in entries
    ]
    for entry in entries:
        address = entry["url"].removeprefix("http://testserver").partition("#")[0]
        assert client.get(address).status_code == 200
    [packed] = [each for each in [client.get(f"{path}.csv.zip")] if each.status_code == 200]
    assert packed.getvalue().startswith(b"PK")


def test_lists_are_narrowed_as_on_the_page(client: Client, archive: rows.SmallArchive) -> None:
    rows.speech(country=rows.country("NOR"), speaker=rows.speaker("Lund", slug="lund"))
    assert [row["code"] for row in table(client, "/countries.csv?filter=norw")] == ["NOR"]
    assert [row["name"] for row in table(client, "/speakers.csv?letter=l")] == ["Lund"]
    assert table(client, "/topics.csv?filter=nothing") == []
    described = json.loads(get(client, "/countries.csv.manifest.json?filter=norw"))
    assert described["page_url"] == "http://testserver/countries/?filter=norw"
    for address in ("/speakers.csv?letter=0", "/documents.csv?order=x", "/coverage.csv?columns=x"):
        assert client.get(address).status_code == 404
    assert client.get("/country/KAZ/votes.csv?ballot=x").status_code == 404


def test_a_document_has_the_speeches_that_cite_it(client: Client) -> None:
    rows.speech("See RIV/PV.3.", public_id="cites", country=rows.country("NOR"))
    annotate_again(Speech.objects.all())
    assert [row["id"] for row in table(client, "/documents.csv?symbol=RIV/PV.3")] == ["cites"]
    narrowed = "/documents.csv?symbol=RIV/PV.3&country=NOR&year=2020"
    assert [row["id"] for row in table(client, narrowed)] == ["cites"]
    assert client.get("/documents.csv?symbol=RIV/PV.3&year=20x").status_code == 404
    assert client.get("/documents.csv?symbol=RIV/PV.4").status_code == 404
    assert client.get("/documents.bib").status_code == 404


@pytest.mark.parametrize("suffix", [*TABLES, "csv.zip", "csv.manifest.json", "bib"])
def test_what_does_not_exist_has_no_file(
    client: Client, archive: rows.SmallArchive, suffix: str
) -> None:
    for path in ("/speech/none", "/meeting/none", "/country/ZZZ", "/country/KAZ/1901",
                 "/browse/1901", "/browse/2020/01/31", "/browse/2021/02/30"):  # fmt: skip
        assert client.get(f"{path}.{suffix}").status_code == 404, path


def test_addresses_that_changed_lead_to_the_file(
    client: Client, archive: rows.SmallArchive
) -> None:
    old = rows.speaker("Oumarov", slug="oumarov", merged_into=archive.speaker)
    assert client.get(f"/speaker/{old.slug}.csv?rows=paragraphs")["Location"] == (
        "/speaker/umarov.csv?rows=paragraphs"
    )
    OrganName.objects.create(
        organ=Organ.objects.get(slug="rivers-council"), name="Old", former_slug="old-council"
    )
    assert client.get("/organ/old-council.bib")["Location"] == "/organ/rivers-council.bib"
    assert client.get("/meeting/RIV-PV-7.csv")["Location"] == "/meeting/riv-pv-7.csv"


def test_rows_that_do_not_exist_are_refused_with_those_that_do(
    client: Client, archive: rows.SmallArchive
) -> None:
    response: Any = client.get("/country/KAZ.csv?rows=words")
    assert response.status_code == 400
    assert "speeches, paragraphs, years" in response.content.decode()

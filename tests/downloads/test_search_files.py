"""All speeches of a search as files, read by parsers that know nothing of the archive."""

import csv
import hashlib
import io
import json
import re
import zipfile
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import unquote

import pytest
from django.http import StreamingHttpResponse
from django.test import Client
from downloads.harbour import DASH, FORMULA, HOSTILE, Harbour
from python_calamine import CalamineWorkbook
from support import rows

from statements.downloads import streams
from statements.exports.markup import epub
from statements.exports.tables import source, workbooks
from statements.exports.tables.files import TABLES
from statements.ingest import withdraw

SUFFIXES = [*TABLES, *(f"{suffix}.zip" for suffix in TABLES)]


def get(client: Client, address: str, **headers: str) -> bytes:
    response = client.get(address, headers=headers)
    assert response.status_code == 200, response.content
    return response.getvalue()


def table(content: bytes) -> list[dict[str, str]]:
    """Return the rows of a CSV file by column."""
    assert content.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline=""), strict=True))


def cells(content: bytes) -> list[dict[str, Any]]:
    """Return the rows of all sheets of a workbook by column."""
    read: list[dict[str, Any]] = []
    workbook = CalamineWorkbook.from_filelike(io.BytesIO(content))
    for name in workbook.sheet_names:
        header, *rest = workbook.get_sheet_by_name(name).to_python()
        read += [dict(zip(header, row, strict=True)) for row in rest]
    return read


def everything(content: bytes) -> bytes:
    """Return the bytes of a file and of all that is packed in it."""
    if not content.startswith(b"PK"):
        return content
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.testzip() is None
        return b"".join(everything(archive.read(name)) for name in archive.namelist())


def test_a_table_has_a_row_for_each_speech_in_the_order_of_the_page(
    client: Client, harbour: Harbour
) -> None:
    found = table(get(client, "/search.csv?q=harbour&sort=oldest"))
    assert [row["id"] for row in found] == ["plain", "formula", "hostile"]
    plain, formula, _ = found
    assert plain["date"] == "1970-02-03"
    assert plain["words"] == "8"
    assert plain["paragraphs"] == "2"
    assert plain["url"] == "http://testserver/speech/plain/"
    assert plain["citation"].endswith(", http://testserver/speech/plain/")
    assert formula["country_code"] == "NOR"
    assert formula["country"] == "Norway"
    assert formula["meeting"] == "RIV/PV.9"
    newest = table(get(client, "/search.csv?q=harbour&sort=newest"))
    assert [row["id"] for row in newest][-1] == "plain"


def test_cells_of_tables_are_never_formulas(client: Client, harbour: Harbour) -> None:
    [row] = [row for row in table(get(client, "/search.csv?q=harbour")) if row["id"] == "formula"]
    assert row["speaker_printed"] == "'=cmd|' /C calc'!A0"
    assert row["role"] == "'@Chair"
    assert row["topics"] == "'+Ports; and harbours"
    paragraphs = table(get(client, "/search.csv?q=harbour&rows=paragraphs"))
    assert not [
        value for row in paragraphs for value in row.values() if re.match("[=+@\t\r-]", value)
    ]
    workbook = get(client, "/search.xlsx?q=harbour&rows=paragraphs")
    sheet = zipfile.ZipFile(io.BytesIO(workbook)).read("xl/worksheets/sheet1.xml")
    assert b"<f" not in sheet
    assert FORMULA in [row["text"] for row in cells(workbook)]


def test_spreadsheets_that_divide_at_semicolons_compute_nothing(
    client: Client, harbour: Harbour, archive_index: Callable[[], int]
) -> None:
    hidden = 'The harbour;=1+1, and;  "=2", then\n+3\tx;\t;＝4; plain; words'
    rows.speech(hidden, public_id="hidden", role="Chair;-1", position=7)
    archive_index()
    for kind in ("speeches", "paragraphs", "matches"):
        content = get(client, f"/search.csv?q=harbour&rows={kind}").decode("utf-8-sig")
        for delimiter in ";\t":
            lines = csv.reader(io.StringIO(content, newline=""), delimiter=delimiter)
            divided = [cell for line in lines for cell in line]
            assert not [cell for cell in divided if re.match('[\\s"]*[=+@＝-]', cell)]
    [row] = [
        row
        for row in table(get(client, "/search.csv?q=harbour&rows=paragraphs"))
        if row["id"] == "hidden"
    ]
    assert row["text"].endswith(";\t;'＝4; plain; words")


def test_names_of_columns_are_never_formulas() -> None:
    data = source.DataTable("rows", ("=1", "a;@2"), lambda: [{"=1": 1, "a;@2": -2}])
    content = b"".join(TABLES["csv"].write(data)).decode("utf-8-sig")
    assert content.splitlines() == ["'=1,a;'@2", "1,-2"]


def test_paragraphs_have_their_text_and_their_own_address(client: Client, harbour: Harbour) -> None:
    address = "q=harbour&rows=paragraphs&sort=oldest"
    as_csv = table(get(client, f"/search.csv?{address}"))
    assert [(row["id"], row["paragraph"]) for row in as_csv] == [
        ("plain", "1"),
        ("plain", "2"),
        ("formula", "1"),
        ("formula", "2"),
        ("formula", "3"),
        ("hostile", "1"),
    ]
    assert as_csv[1]["url"] == "http://testserver/speech/plain/#p2"
    assert as_csv[2]["text"] == f"'{FORMULA}"
    assert as_csv[3]["text"] == f"'{DASH}"
    assert (as_csv[4]["kind"], as_csv[4]["citation"]) == ("narrative", "")
    assert as_csv[5]["text"] == HOSTILE
    exact = [json.loads(line) for line in get(client, f"/search.jsonl?{address}").splitlines()]
    assert [row["text"] for row in exact][2:4] == [FORMULA, DASH]
    assert exact[5]["text"] == HOSTILE
    in_excel = cells(get(client, f"/search.xlsx?{address}"))
    assert [row["paragraph"] for row in in_excel] == [1, 2, 1, 2, 3, 1]
    # a bell cannot be written in XML
    assert in_excel[5]["text"].startswith('The harbour, "quoted"; <b>bold</b> & ')
    assert "中文 😀" in in_excel[5]["text"]


def test_json_has_the_records_of_the_api(client: Client, harbour: Harbour) -> None:
    lines = get(client, "/search.jsonl?q=harbour&sort=oldest").decode().split("\n")
    assert lines.pop() == ""
    of_api = client.get("/api/v1/speeches/hostile").json()
    assert json.loads(lines[2]) == of_api
    array = json.loads(get(client, "/search.json?q=harbour&sort=oldest"))
    assert array == [json.loads(line) for line in lines]


def test_a_text_is_there_to_read(client: Client, harbour: Harbour) -> None:
    text = get(client, "/search.txt?q=harbour&sort=oldest").decode()
    assert "No boat left the harbour.\n\nIt was cold." in text
    assert f"{DASH}\n\n[The meeting was suspended.]" in text
    assert text.index("No boat") < text.index(DASH) < text.index("quoted")


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_a_withdrawn_speech_is_in_no_file(client: Client, harbour: Harbour, suffix: str) -> None:
    withdraw([harbour.plain.pk], "A mistake.")
    for address in (f"/search.{suffix}?q=harbour", f"/search.{suffix}?rows=paragraphs"):
        content = everything(get(client, address))
        assert b"inland" in content or b"formula" in content
        assert b"No boat" not in content
        assert b"plain" not in content


def test_speeches_withdrawn_while_a_file_is_written_are_left_out(
    client: Client, harbour: Harbour, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(source, "FIRST_BATCH", 1)
    pieces = iter(client.get("/search.csv.zip?q=harbour&sort=oldest").streaming_content)
    begun = next(pieces)  # the names of the columns
    withdraw([harbour.plain.pk, harbour.hostile.pk], "A mistake.")
    archive = zipfile.ZipFile(io.BytesIO(begun + b"".join(pieces)))
    [name] = [name for name in archive.namelist() if name.endswith(".csv")]
    assert [row["id"] for row in table(archive.read(name))] == ["formula"]
    described = json.loads(archive.read("manifest.json"))
    assert (described["speeches"], described["rows"]) == (1, 1)


@pytest.mark.parametrize("suffix", TABLES)
def test_a_description_says_what_a_file_has(client: Client, harbour: Harbour, suffix: str) -> None:
    address = f"/search.{suffix}?q=harbour&country=nor&rows=paragraphs"
    response = client.get(address)
    content = response.getvalue()
    link = re.fullmatch(r'<(.+)>; rel="describedby"; type="application/json"', response["Link"])
    assert link
    described = json.loads(get(client, link[1]))
    assert described["sha256"] == hashlib.sha256(content).hexdigest()
    assert described["bytes"] == len(content)
    assert described["query"] == "harbour"
    assert described["filters"]["country"] == ["NOR"]
    assert described["speeches"] == 1
    assert described["index"]["generation"]
    assert described["file"] in response["Content-Disposition"]
    packed = zipfile.ZipFile(io.BytesIO(get(client, address.replace("?", ".zip?"))))
    assert packed.read(described["file"]) == content
    beside = json.loads(packed.read("manifest.json"))
    assert beside["sha256"] == described["sha256"]
    assert get(client, beside["url"]) == content


def test_rights_of_the_sources_are_in_the_description(client: Client, harbour: Harbour) -> None:
    transcript = harbour.plain.transcript
    transcript.rights = "Free to use."
    transcript.save()
    for kind in ("speeches", "paragraphs", "matches"):
        address = f"/search.csv.manifest.json?q=harbour&rows={kind}"
        described = json.loads(get(client, address))
        assert (described["rights"], described["speeches"]) == (["Free to use."], 3)
    years = json.loads(get(client, "/search.csv.manifest.json?q=harbour&rows=years"))
    assert years["rows"] == 2
    assert not years.keys() & {"rights", "speeches"}, "its rows are of no speeches"


def test_names_of_files_are_in_the_script_of_the_query(client: Client, harbour: Harbour) -> None:
    response = client.head("/search.csv", {"q": "中文 harbour"})
    name = response["Content-Disposition"].partition("filename*=utf-8''")[2]
    assert unquote(name) == "rostrum-中文-harbour.csv"
    packed = zipfile.ZipFile(io.BytesIO(get(client, "/search.csv.zip?q=中文")))
    assert packed.namelist() == ["rostrum-中文.csv", "manifest.json"]


def test_what_has_the_time_of_writing_has_a_weak_tag(client: Client, harbour: Harbour) -> None:
    for address in ("/search.csv.zip?q=harbour", "/search.csv.manifest.json?q=harbour"):
        response = client.head(address)
        assert response["ETag"].startswith('W/"')
        same = client.get(address, headers={"If-None-Match": response["ETag"]})
        assert same.status_code == 304


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_a_search_that_finds_nothing_is_an_empty_file(
    client: Client, harbour: Harbour, suffix: str
) -> None:
    content = get(client, f"/search.{suffix}?q=glacier")
    if suffix == "csv":
        assert table(content) == []
    elif suffix == "xlsx":
        assert cells(content) == []
    elif suffix == "json":
        assert json.loads(content) == []
    elif suffix in ("jsonl", "txt"):
        assert content == b""
    else:
        assert len(zipfile.ZipFile(io.BytesIO(content)).namelist()) == 2


def test_all_speeches_are_in_a_file_not_a_page_of_them(
    client: Client, archive_index: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(source, "BATCH", 7)
    for number in range(33):
        rows.speech("The lighthouse.", public_id=f"light-{number}")
    archive_index()
    found = [row["id"] for row in table(get(client, "/search.csv?q=lighthouse&page=2"))]
    assert sorted(found) == sorted(f"light-{number}" for number in range(33))
    pages = [
        result["id"]
        for page in (1, 2)
        for result in client.get(f"/api/v1/search?q=lighthouse&page={page}").json()["results"]
    ]
    assert found == pages


def test_what_chairs_say_to_conduct_a_meeting_is_left_out_as_on_the_page(
    client: Client, archive_index: Any
) -> None:
    rows.speech("I give the floor to the harbour.", speaker_printed="The President", public_id="a")
    rows.speech("The harbour is deep.", public_id="b", speaker_printed="Ms. Brook")
    archive_index()
    assert [row["id"] for row in table(get(client, "/search.csv?q=harbour"))] == ["b"]
    shown = table(get(client, "/search.csv?q=harbour&procedure=show"))
    assert {row["id"] for row in shown} == {"a", "b"}


def test_long_cells_are_cut_and_long_tables_continue_in_another_sheet(
    client: Client, archive_index: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workbooks, "MAX_ROWS", 3)
    rows.speech("harbour " + "😀" * 20_000, "two", "three", "four", "five", public_id="long")
    archive_index()
    found = cells(get(client, "/search.xlsx?q=harbour&rows=paragraphs"))
    assert [row["paragraph"] for row in found] == [1, 2, 3, 4, 5]
    assert len(found[0]["text"].encode("utf-16-le")) // 2 in (32_766, 32_767)
    assert found[0]["text"].endswith("😀…")
    described = json.loads(get(client, "/search.xlsx.manifest.json?q=harbour&rows=paragraphs"))
    assert described["shortened_cells"] == 1


@pytest.mark.parametrize("suffix", ["csv", "csv.zip", "csv.manifest.json"])
@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("rows=sentences", "“rows” must be one of speeches, paragraphs"),
        (f"q={'a' * 600}", "512"),
        ("from=yesterday", "Enter the date"),
        ("q=a%00b", "NUL"),
    ],
)
def test_parameters_that_cannot_be_used_are_explained(
    client: Client, harbour: Harbour, suffix: str, query: str, sentence: str
) -> None:
    response = client.get(f"/search.{suffix}?{query}")
    assert response.status_code == 400
    assert sentence in response.content.decode()
    assert response["Content-Type"].startswith("text/plain")


def test_only_some_files_are_written_at_once(client: Client, harbour: Harbour) -> None:
    begun = [client.get("/search.csv?q=harbour") for _ in range(streams.AT_ONCE)]
    refused = client.get("/search.csv?q=harbour")
    assert (refused.status_code, refused["Retry-After"]) == (503, "10")
    assert client.get("/search.csv.manifest.json?q=harbour").status_code == 503
    assert client.head("/search.csv?q=harbour").status_code == 200
    for response in begun:
        response.getvalue()
    assert table(get(client, "/search.csv?q=harbour"))


@pytest.mark.parametrize("sent", [0, 1])
def test_a_client_that_goes_away_leaves_room_for_others(sent: int) -> None:
    def pieces() -> Iterator[bytes]:
        yield from (b"a", b"b")

    for _ in range(3 * streams.AT_ONCE):
        response = StreamingHttpResponse(streams.Stream(pieces(), streams.Place()))
        body = iter(response.streaming_content)
        for _ in range(sent):
            next(body)
        for close in response._resource_closers:  # as its ``close`` does when it is sent
            close()


def test_a_file_that_cannot_be_finished_leaves_room_for_others() -> None:
    def pieces() -> Iterator[bytes]:
        yield b"a"
        raise RuntimeError

    for _ in range(2 * streams.AT_ONCE):
        with pytest.raises(RuntimeError):
            list(streams.Stream(pieces(), streams.Place()))


def test_a_file_that_is_not_out_of_date_is_not_sent_again(client: Client, harbour: Harbour) -> None:
    response = client.get("/search.csv?q=harbour")
    tag = response["ETag"]
    response.getvalue()
    again = client.get("/search.csv?q=harbour", headers={"If-None-Match": tag})
    assert again.status_code == 304
    withdraw([harbour.plain.pk], "A mistake.")
    changed = client.get("/search.csv?q=harbour", headers={"If-None-Match": tag})
    assert changed.status_code == 200
    assert b"plain" not in changed.getvalue()


def test_the_page_links_to_the_files_of_its_search(client: Client, harbour: Harbour) -> None:
    page = client.get("/search/?q=harbour&sort=oldest&group=country&page_size=1").content.decode()
    menus = "".join(re.findall("<details.*?</details>", page, re.DOTALL))
    links = re.findall(r'href="(/search\.[^"]+)"', menus)
    assert "/search.csv?q=harbour&amp;sort=oldest" in links
    assert "/search.csv?q=harbour&amp;sort=oldest&amp;rows=matches" in links
    for link in links:
        assert get(client, link.replace("&amp;", "&"))
    assert "/search.csv" not in client.get("/search/?q=glacier").content.decode()


def test_books_are_offered_of_as_many_speeches_as_they_have(
    client: Client, harbour: Harbour, monkeypatch: pytest.MonkeyPatch
) -> None:
    for most, is_offered in ((3, True), (2, False)):
        monkeypatch.setattr(epub, "MAX_SPEECHES", most)
        page = client.get("/search/?q=harbour").content.decode()
        assert ('href="/search.epub?q=harbour"' in page) is is_offered


def test_pages_in_other_languages_lead_to_the_same_files(
    client: Client, harbour: Harbour, settings: Any
) -> None:
    settings.LANGUAGES = [("en", "English"), ("fr", "French")]
    page = client.get("/fr/search/?q=harbour").content.decode()
    assert 'href="/search.csv?q=harbour"' in page

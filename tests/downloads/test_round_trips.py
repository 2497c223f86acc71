"""Hostile words in every field of a speech stay words, for parsers that share no code with ours."""

import csv
import io
import json
from collections.abc import Callable
from datetime import date
from typing import Any

import bibtexparser
import pytest
import rispy
from django.test import Client
from openpyxl import load_workbook
from support import rows

from statements.models import Organ, Speech

pytestmark = pytest.mark.django_db
# for spreadsheets, XML, TeX, RIS, quoted fields
HOSTILE = "=1+1;\"a\" 'b', <b>&amp;</b> {c} \\d{e} $f_1^2$ #g %h ~i @misc{j, ER  - k"
KINDS = ("speeches", "paragraphs", "matches")


@pytest.fixture
def speech(archive_index: Callable[[], int]) -> Speech:
    organ = Organ.objects.create(name=f"O {HOSTILE}"[:80], slug="o")
    norway = rows.country("NOR", short_name=f"C {HOSTILE}")
    made = rows.speech(
        f"{HOSTILE}\r\nThe harbour, {HOSTILE}",
        HOSTILE,
        public_id="hostile",
        meeting=rows.meeting("RIV/PV.9", organ=organ),
        country=norway,
        speaker=rows.speaker(HOSTILE, slug="hostile", country=norway),
        speaker_printed=HOSTILE,
        role=HOSTILE,
        affiliation=HOSTILE,
        on_behalf_of=HOSTILE,
        topics=[rows.topic(HOSTILE, slug="hostile")],
        transcript=rows.transcript(b"x", name=f"{HOSTILE[:20]}.txt", rights=HOSTILE),
        date=date(1994, 5, 6),
    )
    archive_index()
    return made


def get(client: Client, address: str) -> bytes:
    response = client.get(address)
    assert response.status_code == 200, response.content
    return response.getvalue()


@pytest.mark.parametrize("kind", KINDS)
def test_tables_come_back_as_they_were(client: Client, speech: Speech, kind: str) -> None:
    query = f"q=harbour&rows={kind}"
    exact = [json.loads(line) for line in get(client, f"/search.jsonl?{query}").splitlines()]
    assert json.loads(get(client, f"/search.json?{query}")) == exact
    text = get(client, f"/search.csv?{query}").decode("utf-8-sig")
    as_csv = list(csv.DictReader(io.StringIO(text, newline=""), strict=True))
    sheet = load_workbook(io.BytesIO(get(client, f"/search.xlsx?{query}"))).worksheets[0]
    header, *body = sheet.iter_rows()
    assert [cell.value for cell in header] == list(as_csv[0])
    assert len(body) == len(as_csv) == len(exact)
    assert {cell.data_type for row in body for cell in row} <= {"s", "n", "inlineStr"}
    for cells, row in zip(body, as_csv, strict=True):
        for cell, (name, value) in zip(cells, row.items(), strict=True):
            plain = value.removeprefix("'") if value.startswith("'=") else value
            # openpyxl leaves what section 22.9.2.19 of Office Open XML escapes
            written = "" if cell.value is None else str(cell.value).replace("_x000D_", "\r")
            assert written.replace("\r\n", "\n") == plain.replace("\r\n", "\n"), name
            assert not value.startswith(("=", "+", "-", "@")), name
    columns = {"speaker_printed": HOSTILE, "role": HOSTILE, "on_behalf_of": HOSTILE}
    assert as_csv[0].items() >= {name: f"'{value}" for name, value in columns.items()}.items()
    if kind != "speeches":
        assert exact[0].items() >= columns.items()
    if kind == "paragraphs":
        assert exact[1]["text"] == HOSTILE


def test_items_are_read_by_other_programs(client: Client, speech: Speech) -> None:
    library = bibtexparser.parse_string(get(client, "/search.bib?q=harbour").decode())
    [entry] = library.entries
    assert not library.failed_blocks
    assert (entry.key, entry.entry_type) == ("hostile", "misc")
    assert entry["url"] == "http://testserver/speech/hostile/"
    assert entry["date"] == "1994-05-06"
    [item] = rispy.loads(get(client, "/search.ris?q=harbour").decode())
    assert item["id"] == "hostile"
    # in RIS, a comma would part the surname from other names
    [author] = item["authors"]
    assert author.split() == HOSTILE.replace(",", "").split()
    assert item["urls"] == ["http://testserver/speech/hostile/"]
    [csl] = json.loads(get(client, "/search.csl.json?q=harbour"))
    assert csl["author"][0]["literal"].split() == HOSTILE.split()
    assert csl["issued"] == {"date-parts": [[1994, 5, 6]]}


def test_the_text_has_no_marks_of_its_own(client: Client, speech: Speech) -> None:
    text: Any = get(client, "/speech/hostile.txt").decode()
    assert text.count(HOSTILE) >= 3

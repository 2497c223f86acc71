"""The page and the JSON about what the archive holds and lacks."""

import re
from typing import Any

import pytest
from django.test import Client
from support import rows

from statements import ingest
from statements.coverage.gaps import gaps
from statements.models import Country, Session, Speech, Transcript

pytestmark = pytest.mark.django_db


def page(client: Client, query: str = "") -> str:
    response = client.get(f"/coverage/{query}")
    assert response.status_code == 200
    return response.content.decode()


def statement(number: int, code: str, **fields: Any) -> Speech:
    session = Session.objects.filter(number=number).first() or rows.session(number)
    fields = {"date": None, "year_stated": session.year} | fields
    return rows.speech(session=session, country=rows.country(code), **fields)


def hrefs(text: str) -> list[str]:
    return re.findall(r'href="([^"]*)"', text)


def row_of(text: str, name: str) -> str:
    [row] = re.findall(rf"<tr><th scope=\"row\"><a [^>]*>{name}</a></th>.*?</tr>", text)
    return str(row)


def test_countries_stand_against_sessions_and_cells_lead_to_speeches(client: Client) -> None:
    spoken = statement(11, "NOR")
    statement(12, "NOR")
    statement(12, "NOR")
    statement(13, "PER")
    Country.objects.filter(pk="PER").update(valid_from="2021-01-01")
    text = page(client)
    norway, peru = row_of(text, "Norway"), row_of(text, "Peru")
    base = "/session/rivers-council-{}-general-debate/NOR/"
    # the row leads to the country, the columns to the sessions, and chart.js completes the cells
    assert hrefs(norway) == ["/country/NOR/"]
    assert re.findall(r">(\d)</td>", norway) == ["1", "2"]
    assert 'data-cells="column"' in text
    assert norway.count("<td></td>") == 1  # the 13th session
    assert "2/3" in norway
    assert peru.count('<td class="no"></td>') == 2  # before it was a member
    assert "1/1" in peru
    only = client.get(base.format(11))
    assert (only.status_code, only["Location"]) == (302, spoken.get_absolute_url())
    several = client.get(base.format(12))
    assert several["Location"] == (
        "/search/?session=rivers-council-12-general-debate&country=NOR&procedure=show"
    )
    assert client.get(base.format(13)).status_code == 404


def test_an_archive_without_sessions_has_years_and_bodies_no_gaps(client: Client) -> None:
    rows.country("ZZ-BODY", short_name="River Commission", kind=Country.Kind.ORGANIZATION)
    first = rows.speech(country=rows.country("NOR"), date="2016-05-01")
    rows.speech(country=rows.country("NOR"), date="2018-05-01")
    rows.speech(country=rows.country("ZZ-BODY"), date="2018-05-02")
    text = page(client)
    assert "Countries by year" in text
    assert 'data-cells="row"' in text
    assert re.findall(r">(\d)</td>", row_of(text, "Norway")) == ["1", "1"]
    assert row_of(text, "Norway").count("<td></td>") == 1
    assert "<td></td>" not in row_of(text, "River Commission")
    assert client.get("/country/NOR/2016/")["Location"] == first.get_absolute_url()
    assert client.get("/country/NOR/2017/").status_code == 404
    assert "Norway</a> 2017" in text  # the same as a list
    assert "River Commission</a>" in text


def test_a_reader_chooses_between_debates_and_years(client: Client) -> None:
    for number in (11, 12):
        statement(number, "NOR")
    text = page(client, "?columns=years")
    assert 'href="/browse/2019/"' in text
    assert 'href="/session/rivers-council-11-general-debate/"' not in text.partition("</table>")[0]
    assert 'href="?columns=rivers-council-general-debate#matrix"' in text
    assert client.get("/coverage/?columns=nonsense").status_code == 404
    answer = client.get("/api/v1/coverage?columns=nonsense")
    assert (answer.status_code, list(answer.json()["errors"])) == (404, ["columns"])


def test_many_speeches_are_darker(client: Client) -> None:
    for _ in range(7):
        rows.speech(country=rows.country("NOR"))
    rows.speech(country=rows.country("PER"))
    text = page(client)
    assert '<td class="h6">7</td>' in row_of(text, "Norway")
    assert '<td class="h3">' in row_of(text, "Peru")


def test_gaps_are_those_between_what_is_held(client: Client) -> None:
    for symbol in ("RIV/PV.7", "RIV/PV.9 (Resumption 1)", "RIV/PV.12", "LAK/PV.3"):
        rows.speech(meeting=rows.meeting(symbol), position=1)
    rows.meeting("LAK/PV.9")  # without a speech
    for number in (11, 14):
        statement(number, "NOR")
    rows.speech(date=None)
    lacking = gaps()
    assert [(one.series, one.records, one.numbers) for one in lacking.missing_records] == [
        ("RIV/PV", 3, [(8, 8), (10, 11)])
    ]
    assert lacking.missing_parts == ["RIV/PV.9"]
    assert [str(meeting) for meeting in lacking.meetings_without_speeches] == ["LAK/PV.9"]
    assert [one.numbers for one in lacking.missing_sessions] == [[(12, 13)]]
    assert lacking.years_without_speeches == [(2021, 2021)]
    assert (lacking.undated, lacking.year_alone) == (1, 2)
    text = page(client)
    assert "8, 10–11" in text
    assert "12–13" in text
    assert "RIV/PV.9" in text


def test_a_session_at_which_few_states_spoke_is_named(client: Client) -> None:
    for code in ("NOR", "PER", "CHL", "TCD", "KAZ"):
        statement(11, code)
    statement(12, "NOR")
    [sparse] = gaps().sparse_sessions
    assert (sparse.column.label, sparse.spoke, sparse.possible) == ("12", 1, 5)
    assert "1 of 5 States" in page(client)


def test_sources_state_their_terms_and_files_that_are_not_public_are_nowhere(
    client: Client,
) -> None:
    series = rows.series("River gauges", rights="CC0", source_url="https://rivers.example/")
    for name in ("a.TXT", "b.txt", "c.pdf"):
        rows.speech(transcript=rows.transcript(name=name, series=series), date="1990-05-01")
    rows.speech(transcript=rows.transcript(name="LETTER", rights="By permission of the mill"))
    for state in (Transcript.State.ASIDE, Transcript.State.RECEIVED, Transcript.State.DISCARDED):
        rows.transcript(name="secret.docx", state=state, rights="Not for readers")
    text = page(client)
    for shown in (
        *("River gauges", "CC0", "https://rivers.example/", "TXT 2", "PDF 1", "3 files", "1990"),
        "By permission of the mill",
    ):
        assert shown in text
    assert "DOCX" not in text
    assert "Not for readers" not in text
    answer = client.get("/api/v1/coverage").json()
    assert [(one["title"], one["files"]) for one in answer["sources"]] == [
        ("River gauges", 3),
        ("", 1),
    ]
    assert answer["sources"][0]["rights"] == [
        {"statement": "CC0", "source_url": "https://rivers.example/", "files": 3}
    ]


def test_a_withdrawn_speech_is_not_counted(client: Client) -> None:
    kept, withdrawn = statement(11, "NOR"), statement(12, "PER")
    assert "Peru" in page(client)
    ingest.withdraw([withdrawn.pk], "A wrong file.")
    text = page(client)
    assert "Peru" not in text
    assert client.get("/session/rivers-council-12-general-debate/PER/").status_code == 404
    assert client.get("/api/v1/coverage").json()["totals"]["speeches"] == 1
    assert kept.country is not None


def test_json_has_the_figures_of_the_page(client: Client, archive_index: Any) -> None:
    statement(11, "NOR")
    statement(12, "PER")
    archive_index()
    answer = client.get("/api/v1/coverage").json()
    assert answer["totals"]["words"] == 8  # "The river is calm." twice
    assert [column["label"] for column in answer["matrix"]["columns"]] == ["11", "12"]
    counts = {row["code"]: row["counts"] for row in answer["matrix"]["rows"]}
    assert counts == {"NOR": [1, 0], "PER": [0, 1]}
    assert answer["organs"] == [
        {
            "name": "Rivers Council", "url": "/organ/rivers-council/", "speeches": 2,
            "meetings": 0, "sessions": 2, "first_year": 2019, "last_year": 2020,
        }
    ]  # fmt: skip
    assert [choice["key"] for choice in answer["matrices"]] == [
        "rivers-council-general-debate", "years",
    ]  # fmt: skip
    assert "<strong>8</strong> words" in page(client)


def test_an_empty_archive_has_figures_too(client: Client) -> None:
    answer = client.get("/api/v1/coverage").json()
    assert answer["totals"]["speeches"] == 0
    assert answer["matrix"] is None
    assert gaps().is_empty


def test_about_names_years_sources_and_contacts(client: Client, settings: Any) -> None:
    settings.CONTACT = ["mailto:mill@archive.example", "https://archive.example/ask"]
    rows.speech(date=None, year_stated=1946)
    source = rows.transcript(series=rows.series("River gauges", rights="CC0"))
    rows.speech(transcript=source, date="2020-01-09")
    text = client.get("/about/").content.decode()
    assert "earliest speech dates from 1946, the latest from 2020" in text
    assert re.search(r"River gauges\s+\(2020, 1 file\):\s+CC0", text)
    assert 'href="mailto:mill@archive.example">mill@archive.example<' in text
    assert ">archive.example/ask<" in text
    assert 'href="/coverage/"' in text


def test_a_table_without_gaps_lists_none(client: Client) -> None:
    for number in (11, 12):
        statement(number, "NOR")
    assert "did not speak in every session" not in page(client)
    statement(12, "PER")
    text = page(client)
    assert "Countries that did not speak in every session" in text
    assert "1 country or body spoke whenever it could." in text

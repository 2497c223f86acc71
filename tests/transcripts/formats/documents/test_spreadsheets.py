"""Spreadsheets are tables: their sheets, cells, limits and faults."""

import io
import zipfile

import pytest
from support.documents import package, xlsx
from support.spoken_words import spoken

from statements.transcripts import UnreadableTranscript, read
from statements.transcripts.formats.registry import format_of
from statements.transcripts.formats.tables.reader import read_table

ROWS: list[list[str | int]] = [
    ["speaker", "country", "date", "text", "order"],
    ["Ms. Lund", "Norway", "6 May 2031", "The tern is low.\n\nIt falls & falls.", 7],
    ["Mr. Weir", "Chad", "6 May 2031", "Who measured it?", 8],
]
OTHER: list[list[str | int]] = [["Note"], ["counted by hand", 3]]


def test_a_sheet_reads_like_the_same_table_in_csv() -> None:
    data = xlsx({"Speeches": ROWS})
    assert format_of(data).key == "spreadsheet"
    parsed = read("speeches.xlsx", data)
    lines = [",".join('"' + str(cell) + '"' for cell in row) for row in ROWS]
    table = read_table("", "\n".join(lines).encode())
    assert parsed.speeches == table.speeches
    assert spoken(parsed)[0] == ("", "The tern is low.")
    metadata = parsed.speeches[1].source_metadata
    assert metadata is not None
    assert (metadata.speaker, metadata.affiliation, metadata.position) == ("Weir", "Chad", 8)
    assert str(metadata.date) == "2031-05-06"


def test_sheets_that_are_tables_are_joined_and_others_listed() -> None:
    data = xlsx({"Notes": OTHER, "2031": [["Low water"], *ROWS], "2032": ROWS})
    parsed = read("speeches.xlsx", data)
    assert len(parsed.speeches) == 4
    assert [(text.text, text.reason) for text in parsed.dropped] == [
        ("Note", "other sheet (Notes)"),
        ("counted by hand 3", "other sheet (Notes)"),
        ("Low water", "above the table"),
    ]


def test_numbers_and_dates_of_cells() -> None:
    styled = xlsx({"A": [["text", "year", "order"], ["The tern is low.", 2031, 2]]})
    metadata = read("a.xlsx", styled).speeches[0].source_metadata
    assert metadata is not None
    assert (metadata.year, metadata.position) == (2031, 2)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (xlsx({"A": OTHER}), "no-text-column"),
        (xlsx({"A": ROWS[:1]}), "empty"),
        (xlsx({"A": ROWS}, **{"vbaProject.bin": b"x"}), "macros"),
        (xlsx({"A": ROWS})[:-60], "broken-archive"),
        (xlsx({"A": ROWS}) + b"PK and more", "appended"),
        (package({"xl/workbook.xml": "<workbook"}), "broken-table"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "Workbook".encode("utf-16-le"), "broken-table"),
    ],
)
def test_unreadable_spreadsheets_say_why(data: bytes, code: str) -> None:
    assert format_of(data).key == "spreadsheet"
    with pytest.raises(UnreadableTranscript) as refused:
        read("a.xlsx", data)
    assert refused.value.code == code


def test_a_workbook_that_inflates_to_too_much_is_refused() -> None:
    data = io.BytesIO(xlsx({"A": ROWS}))
    with zipfile.ZipFile(data, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/media/zeros", bytes(3_000_000))
    with pytest.raises(UnreadableTranscript) as refused:
        read("a.xlsx", data.getvalue())
    assert refused.value.code == "too-large"


def test_one_cell_far_away_does_not_exhaust_memory() -> None:
    far = '<c r="XFD1048576" t="inlineStr"><is><t>far</t></is></c>'
    sheet = (
        '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
        f'<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576">{far}</row>'
        "</sheetData></worksheet>"
    )
    data = xlsx({"A": ROWS, "B": ROWS}, **{"worksheets/sheet3.xml": sheet})
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    parts["xl/worksheets/sheet2.xml"] = parts.pop("xl/worksheets/sheet3.xml")
    with pytest.raises(UnreadableTranscript) as refused:
        read("a.xlsx", package(parts))
    assert refused.value.code in {"too-big", "broken-table"}

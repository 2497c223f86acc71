"""Metadata tables: usable values are used, and others are reported with their line."""

import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from statements.ingest import Metadata
from statements.ingest.intake.metadata_table import (
    MAX_COLUMNS,
    BadRow,
    MetadataTable,
    UnusableTable,
)
from statements.transcripts.values.dates import read_date
from statements.transcripts.values.symbols import Symbol

CSV = """file,symbol,position,date,topic,organ
a.txt,S/PV.8699,3,2020-01-10,Rivers; Seas ;,Security Council
sub/b.txt,S_PV.8699(Resumption1),,"Friday, 10 January 2020, 10 a.m.",,
"""


@pytest.mark.parametrize(
    ("printed", "day"),
    [
        ("2020-01-10", date(2020, 1, 10)),
        ("10 January 2020", date(2020, 1, 10)),
        ("Friday, 10 January 2020, 10 a.m.", date(2020, 1, 10)),
        ("Friday 10 january  2020", date(2020, 1, 10)),
        ("Monday, 1 November 1993", date(1993, 11, 1)),
        ("1 July 1946, 3.30 p.m.", date(1946, 7, 1)),
        ("29 February 2020", date(2020, 2, 29)),
    ],
)
def test_date_is_read_as_iso_or_as_printed(printed: str, day: date) -> None:
    assert read_date(printed) == day


@pytest.mark.parametrize(
    ("printed", "sentence"),
    [
        ("yesterday", "is not a date"),
        ("10/01/2020", "is not a date"),  # January or October
        ("31 April 2020", "is not a date"),
        ("29 February 2021", "is not a date"),
        ("0000-01-01", "is not a date"),
        ("Monday, 10 January 2020", "2020-01-10 was not a Monday"),
        ("10 January 2020" + "x" * 500, "is not a date"),
    ],
)
def test_date_that_is_none_is_refused(printed: str, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        read_date(printed)


def test_row_becomes_metadata() -> None:
    table = MetadataTable.from_text("t.csv", CSV)
    assert table.of(Path("a.txt")) == Metadata(
        date=date(2020, 1, 10),
        symbol="S/PV.8699",
        position=3,
        topics=("Rivers", "Seas"),
        organ="Security Council",
    )
    row = table.of(Path("/somewhere/sub/b.txt"))
    assert row is not None
    assert row.symbol == "S/PV.8699 (Resumption 1)"
    assert (row.date, row.date_printed) == (
        date(2020, 1, 10),
        "Friday, 10 January 2020, 10 a.m.",
    )


@pytest.mark.parametrize("delimiter", ["\t", ";", ","])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_kinds_of_tables_are_told_apart(
    delimiter: str, mark: str, end: str, tmp_path: Path
) -> None:
    lines = [
        delimiter.join(("File", "SYMBOL ", "position")),
        delimiter.join(("a.txt", "S/PV.1", "2")),
    ]
    path = tmp_path / "table"
    path.write_bytes((mark + end.join(lines) + end).encode())
    row = MetadataTable.read(path).of(Path("a.txt"))
    assert row == Metadata(symbol="S/PV.1", position=2)


@pytest.mark.parametrize(
    ("file", "path", "found"),
    [
        ("a.txt", "a.txt", True),
        ("a.txt", "/x/y/a.txt", True),
        ("y/a.txt", "/x/y/a.txt", True),
        ("./y/a.txt", "/x/y/a.txt", True),
        ("y\\a.txt", "/x/y/a.txt", True),
        ("/x/y/a.txt", "/x/y/a.txt", True),
        ("z/a.txt", "/x/y/a.txt", False),
        ("y/a.txt", "/x/zy/a.txt", False),
        ("A.txt", "a.txt", False),
        ("aa.txt", "a.txt", False),
    ],
)
def test_file_is_named_with_or_without_its_folder(file: str, path: str, found: bool) -> None:
    table = MetadataTable.from_text("t.csv", f"file,symbol\n{file},S/PV.1\n")
    assert (table.of(Path(path)) is not None) == found
    assert bool(table.unused_rows) != found


def test_name_with_folder_counts_before_the_bare_name() -> None:
    table = MetadataTable.from_text("t.csv", "file,symbol\na.txt,S/PV.1\nsub/a.txt,S/PV.2\n")
    assert table.of(Path("sub/a.txt")) == Metadata(symbol="S/PV.2")
    assert table.of(Path("other/a.txt")) == Metadata(symbol="S/PV.1")


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        ("a.txt,nonsense,,", "line 2: “nonsense” is not a symbol"),
        ("a.txt,,0,", "line 2: “0” is not a position"),
        ("a.txt,,00000000199999999999,", "line 2: “00000000199999999999” is not a position"),
        (f"a.txt,,{'0' * 5000}1,", "line 2: “00000000000000000000” is not a position"),
        ("a.txt,,-1,", "line 2: “-1” is not a position"),
        ("a.txt,,٣,", "line 2: “٣” is not a position"),
        ("a.txt,,,yesterday", "line 2: “yesterday” is not a date"),
        ("a.txt,,,,more", "line 2: the row has more cells than the header"),
        ("a.txt,\x00,,", "NUL"),
    ],
)
def test_bad_row_is_told_and_never_half_used(row: str, sentence: str) -> None:
    table = MetadataTable.from_text("t.csv", f"file,symbol,position,date\n{row}\nb.txt,,1,\n")
    assert [line for line, _ in table.bad_rows] == [2]
    with pytest.raises(BadRow, match=sentence):
        table.of(Path("a.txt"))
    assert table.of(Path("b.txt")) == Metadata(position=1)


def test_row_without_a_file_is_bad_and_a_blank_line_is_none() -> None:
    table = MetadataTable.from_text("t.csv", "file,symbol\n,S/PV.1\n,\n\n")
    assert table.bad_rows == [(2, "the row does not name a file")]
    assert table.unused_rows == []


def test_two_rows_of_one_file_must_say_the_same() -> None:
    table = MetadataTable.from_text("t.csv", "file,position\na.txt,1\na.txt,2\nb.txt,3\nb.txt,3\n")
    with pytest.raises(BadRow, match="lines 2 and 3 contradict each other"):
        table.of(Path("a.txt"))
    assert table.of(Path("b.txt")) == Metadata(position=3)


def test_unknown_columns_and_unused_rows_are_told() -> None:
    table = MetadataTable.from_text("t.csv", "file,colour,symbol\na.txt,red,S/PV.1\nb.txt,,\n")
    table.of(Path("a.txt"))
    assert table.unknown_columns == ["colour"]
    assert table.unused_rows == [(3, "b.txt")]


def test_table_that_is_none_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnusableTable, match="no column “file”"):
        MetadataTable.from_text("t.csv", "name,symbol\na.txt,S/PV.1\n")
    with pytest.raises(UnusableTable, match="no column “file”"):
        MetadataTable.from_text("t.csv", "")
    with pytest.raises(UnusableTable, match="cannot be read"):
        MetadataTable.read(tmp_path / "none.csv")
    (tmp_path / "latin.csv").write_bytes("file\nü.txt\n".encode("latin-1"))
    with pytest.raises(UnusableTable, match="not UTF-8"):
        MetadataTable.read(tmp_path / "latin.csv")
    with pytest.raises(
        UnusableTable, match=r"after line 1: a cell has more than 131,072 .* not closed"
    ):
        MetadataTable.from_text("t.csv", "file\n" + "x" * 200_000)


def test_a_row_that_no_file_asks_for_is_not_worked_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """A table can have hundreds of thousands of rows, and an upload only some of its files."""
    worked_out = []
    symbol = Symbol.parse("RC/PV.7")

    def parse(printed: str) -> Symbol:
        worked_out.append(printed)
        return symbol

    monkeypatch.setattr(Symbol, "parse", parse)
    lines = [f"{number}.txt,RC/PV.{number}" for number in range(1, 2001)]
    table = MetadataTable.from_text("t.csv", "\n".join(["file,symbol", *lines]))
    table.of(Path("7.txt"))
    assert worked_out == ["RC/PV.7"]
    assert len(table.unused_rows) == 1999


def test_a_table_with_more_rows_than_it_may_have_is_refused() -> None:
    text = "file,symbol\na.txt,RC/PV.1\n\nb.txt,RC/PV.2\n"
    assert MetadataTable.from_text("t.csv", text, max_rows=2)
    with pytest.raises(UnusableTable, match="more than 1 rows"):
        MetadataTable.from_text("t.csv", text, max_rows=1)


def test_a_look_up_does_not_pass_through_all_rows() -> None:
    """Many files share a name where each has a folder of its own."""
    lines = [f"rec-{number}/statement.txt,RC/PV.{number}" for number in range(1, 5001)]
    table = MetadataTable.from_text("t.csv", "\n".join(["file,symbol", *lines]))
    calls = _calls_of(lambda: table.of(Path("records/rec-4321/statement.txt")))
    assert table.of(Path("records/rec-4321/statement.txt")) == Metadata(symbol="RC/PV.4321")
    assert calls < 500
    assert _calls_of(lambda: table.of(Path("none/statement.txt"))) < 500


def test_rows_of_one_file_are_interpreted_once() -> None:
    lines = [f"statement.txt,RC/PV.7,{number}" for number in range(5000)]
    table = MetadataTable.from_text("t.csv", "\n".join(["file,symbol,note", *lines]))
    assert table.of(Path("rec-1/statement.txt")) == Metadata(symbol="RC/PV.7")
    assert _calls_of(lambda: table.of(Path("rec-2/statement.txt"))) < 500
    assert table.unused_rows == []
    bad = MetadataTable.from_text("t.csv", "file,position\na.txt,x\n" + "a.txt,1\n" * 5000)
    for _ in range(2):
        with pytest.raises(BadRow, match="line 2: “x”"):
            bad.of(Path("a.txt"))


@pytest.mark.parametrize("path", ["a/" * 3000 + "b.txt", "/" + "a/" * 3000 + "b.txt"])
def test_a_path_of_very_many_folders_is_looked_up(path: str) -> None:
    table = MetadataTable.from_text("t.csv", f"file,symbol\na/b.txt,RC/PV.7\n{path},RC/PV.9\n")
    assert table.of(Path(path)) == Metadata(symbol="RC/PV.7")


def _calls_of(work: Callable[[], object]) -> int:
    """Count the functions that are called, those of C included."""
    calls = 0

    def count(frame: object, event: str, argument: object) -> None:
        nonlocal calls
        calls += event in ("call", "c_call")

    sys.setprofile(count)
    try:
        work()
    finally:
        sys.setprofile(None)
    return calls


def test_table_of_too_many_columns_is_refused_at_once() -> None:
    header = "file," + ",".join(f"c{number}" for number in range(MAX_COLUMNS - 1))
    assert len(MetadataTable.from_text("t.csv", header).columns) == MAX_COLUMNS
    with pytest.raises(UnusableTable, match=r"more than 1,000 columns"):
        MetadataTable.from_text("t.csv", f"{header},one more\n")
    # comparing each of these with all before it took hours
    with pytest.raises(UnusableTable, match=r"more than 1,000 columns"):
        MetadataTable.from_text("t.tsv", "file" + "\tx" * 1_000_000)


def test_row_that_is_too_long_is_not_kept_whole() -> None:
    table = MetadataTable.from_text("t.csv", "file,symbol\na.txt" + "," * 500_000 + "\n")
    with pytest.raises(BadRow, match="more cells than the header"):
        table.of(Path("a.txt"))
    assert max(len(row.cells) for row in table._rows) == 3

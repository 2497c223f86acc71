"""Tables of speeches: columns by their headers, rows as speeches, other cells as metadata."""

import csv
import gzip
import json
import time
from datetime import date

import pytest

from statements.transcripts import ParsedSpeech, UnreadableTranscript, read
from statements.transcripts.formats.containers.archives import gunzip
from statements.transcripts.formats.tables.columns import Columns
from statements.transcripts.formats.tables.reader import read_table
from statements.transcripts.formats.tables.recognition import is_table

CSV = (
    b"content,date,spv,topic,speaker,participanttype,speech,country\r\n"
    b'"Mr. Lund (Norway) (spoke in French): The ferry, the old one, sails.",9 January 2025,'
    b"12Resumption1,Ferries; Locks,Mr. Lund,Mentioned,3,Norway\r\n"
    b"The President: I thank him.,9 January 2025,12,Ferries,"
    b"Ms. Brook/Mr. Rill,The President,4,Chad\r\n"
    b"The tide is late.,9 January 2021,2021_418,Ferries,Ms. Tarn,Guest,1.0,Peru\r\n"
)


def speeches(data: bytes, **options: object) -> tuple[ParsedSpeech, ...]:
    return read_table("table.csv", data, **options).speeches  # type: ignore[arg-type]


def test_each_row_is_one_speech_at_the_position_of_its_row() -> None:
    rows = speeches(CSV)
    assert [speech.position for speech in rows] == [1, 2, 3]
    assert [speech.paragraphs[0].text for speech in rows] == [
        "The ferry, the old one, sails.",
        "I thank him.",
        "The tide is late.",
    ]


def test_what_is_printed_and_what_is_given_stand_apart() -> None:
    lund = speeches(CSV)[0]
    assert (lund.speaker, lund.affiliation, lund.language) == ("Lund", "Norway", "fr")
    assert lund.source_metadata is not None
    assert (lund.source_metadata.speaker, lund.source_metadata.affiliation) == ("Lund", "Norway")
    assert lund.source_metadata.date == date(2025, 1, 9)
    assert str(lund.source_metadata.symbol) == "S/PV.12 (Resumption 1)"
    assert (lund.source_metadata.position, lund.source_metadata.topics) == (3, ("Ferries", "Locks"))
    assert lund.source_metadata.role == ""  # "Mentioned" is not a role


def test_two_people_in_one_cell_are_nobody() -> None:
    president = speeches(CSV)[1].source_metadata
    assert president is not None
    assert (president.speaker, president.role, president.affiliation) == ("", "President", "Chad")


def test_statements_of_a_videoconference_have_their_letter_as_symbol() -> None:
    metadata = speeches(CSV)[2].source_metadata
    assert metadata is not None
    assert (str(metadata.symbol), metadata.position) == ("S/2021/418", 1)


@pytest.mark.parametrize(
    "data",
    [
        CSV,
        CSV.replace(b",", b";").replace(b"ferry; the old one; sails", b"ferry, the old one, sails"),
        gzip.compress(CSV),
        b"\xef\xbb\xbf" + CSV,
    ],
    ids=["comma", "semicolon", "gzip", "byte order mark"],
)
def test_a_table_is_known_by_its_header(data: bytes) -> None:
    assert is_table(data)
    assert read("anything.bin", data).form == "table"
    assert len(read("anything.bin", data).speeches) == 3


def test_tab_separated_values_are_read() -> None:
    data = b"Text\tYear\tCountry code\nThe weir holds.\t1987\tnor\n"
    (speech,) = speeches(data)
    assert speech.source_metadata is not None
    assert (
        speech.source_metadata.year,
        speech.source_metadata.date,
        speech.source_metadata.country,
    ) == (1987, None, "NOR")


def test_json_lines_are_read_and_lists_are_joined() -> None:
    rows = [
        {"text": ["One.", "Two."], "date": "2025-01-09T10:00:00Z", "topics": ["Locks", "Weirs"]},
        {"text": "Three.", "date": None, "speaker": "Ms. Tarn", "unknown": 7},
    ]
    data = "\n".join(json.dumps(row) for row in rows).encode()
    first, second = speeches(data)
    assert [paragraph.text for paragraph in first.paragraphs] == ["One.", "Two."]
    assert first.source_metadata is not None
    assert second.source_metadata is not None
    assert first.source_metadata.date == date(2025, 1, 9)
    assert first.source_metadata.topics == ("Locks", "Weirs")
    assert (second.source_metadata.honorific, second.source_metadata.speaker) == ("Ms.", "Tarn")


@pytest.mark.parametrize(
    "prose",
    [
        b"Text of a letter, written in haste\nand sent, late.\n",
        b"Mr. Lund (Norway): The text, dated, is long.\n",
        b"file,symbol,position,date\na.txt,RC/PV.1,1,2025-01-09\n",
        b"",
        b'{"no": "text"}\n',
    ],
)
def test_prose_and_other_tables_are_no_tables_of_speeches(prose: bytes) -> None:
    assert not is_table(prose)


def test_columns_can_be_named() -> None:
    data = b"who;what;body\nMs. Tarn;Weirs;The weir holds.\n"
    assert not is_table(b"who;what;said\nMs. Tarn;Weirs;Yes.\n")
    (speech,) = speeches(data, columns={"text": "body", "topic": "What"})
    assert speech.source_metadata is not None
    assert (speech.source_metadata.speaker, speech.source_metadata.topics) == ("Tarn", ("Weirs",))


@pytest.mark.parametrize(
    ("columns", "code"),
    [
        ({"text": "gone"}, "unknown-column"),
        ({"colour": "a"}, "unknown-column"),
        ({}, "no-text-column"),
    ],
)
def test_a_column_that_cannot_be_had_is_named(columns: dict[str, str], code: str) -> None:
    with pytest.raises(UnreadableTranscript) as raised:
        speeches(b"a,b\n1,2\n", columns=columns)
    assert raised.value.code == code


def test_a_header_serves_one_purpose_only() -> None:
    assert Columns.recognise(["speech", "speaker"]).headers == {
        "text": "speech",
        "speaker": "speaker",
    }
    assert Columns.recognise(["content", "speech"]).headers == {
        "text": "content",
        "position": "speech",
    }


def test_what_cannot_be_used_of_a_row_is_told_with_its_line() -> None:
    data = b"text,date,symbol\nThe weir holds.,31 February 2025,nothing/1\nSo it does.,,\n"
    bad, good = speeches(data)
    assert [
        (problem.code, problem.line) for problem in bad.problems if problem.code == "bad-cell"
    ] == [
        ("bad-cell", 1),
        ("bad-cell", 1),
    ]
    assert not [problem for problem in good.problems if problem.code == "bad-cell"]


def test_a_second_speaker_line_in_a_row_is_kept_and_told() -> None:
    data = b'text,year\n"Mr. Lund (Norway): One.\n\nMs. Tarn (Peru): Two.",1999\n'
    (speech,) = speeches(data)
    assert speech.speaker == "Lund"
    assert [paragraph.text for paragraph in speech.paragraphs] == ["One.", "Ms. Tarn (Peru): Two."]
    assert "second-speaker-in-row" in {problem.code for problem in speech.problems}


def test_an_empty_row_is_a_speech_without_words() -> None:
    first, second = speeches(b"text,year\n,1999\nThe weir holds.,1999\n")
    assert first.paragraphs == ()
    assert [problem.code for problem in first.problems] == ["empty-speech"]
    assert second.position == 2


def test_missing_days_and_symbols_are_counted() -> None:
    parsed = read_table("t.csv", b"text,year\nOne.,\nTwo.,1999\n")
    assert {problem.code: problem.message for problem in parsed.problems} == {
        "no-date": "Of the rows 1 state neither day nor year.",
        "no-symbol": "Of the rows 2 state no symbol.",
    }


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (gzip.compress(CSV)[:60], "broken-archive"),
        (CSV.replace(b"old one", b"old \xff\xfe one"), "unsure-encoding"),
        (b'{"text": "One."}\n[1]\n', "broken-table"),
        (b'{"text": "One."}\n{"text": \n', "broken-table"),
        (b'{"text": "One."}\n' + b"[" * 200_000 + b"\n", "broken-table"),
    ],
    ids=["cut", "not UTF-8", "a list", "half a line", "nested"],
)
def test_a_damaged_table_is_refused_by_name(data: bytes, code: str) -> None:
    with pytest.raises(UnreadableTranscript) as raised:
        speeches(data)
    assert raised.value.code == code


def test_a_table_in_another_encoding_is_read_when_it_is_named() -> None:
    data = "text,speaker\nLa digue.,M. Hervé\n".encode("cp1252")
    (speech,) = speeches(data, encoding="cp1252")
    assert speech.source_metadata is not None
    assert speech.source_metadata.speaker == "Hervé"


def test_a_gzip_bomb_is_refused_while_it_is_unpacked() -> None:
    bomb = gzip.compress(b"0" * 300_000_000, compresslevel=9)
    began = time.process_time()
    with pytest.raises(UnreadableTranscript) as raised:
        gunzip(bomb, 200_000_000)
    assert raised.value.code == "too-large"
    assert time.process_time() - began < 2


@pytest.mark.parametrize("encoding", ["nonsense", "hex", "rot13"])
def test_an_unknown_encoding_is_refused_by_name(encoding: str) -> None:
    with pytest.raises(UnreadableTranscript) as raised:
        speeches(CSV, encoding=encoding)
    assert raised.value.code == "unknown-encoding"


def test_a_cell_may_hold_a_long_speech_and_the_limit_stays_everybodys() -> None:
    usual = csv.field_size_limit()
    (speech,) = speeches(f"text,year\n{'The weir holds. ' * 20_000},1999\n".encode())
    assert len(speech.paragraphs[0].text) > usual
    assert csv.field_size_limit() == usual


@pytest.mark.parametrize(
    ("header", "cell", "number", "problems"),
    [
        ("session", "52nd session", 52, []),
        ("session", "2031-32", None, []),
        ("session_number", "52.0", 52, []),
        ("session_number", "LII", None, ["bad-cell"]),
    ],
)
def test_the_number_of_a_session(
    header: str, cell: str, number: int | None, problems: list[str]
) -> None:
    [row] = speeches(f"text,date,{header}\nThe tide is late.,2031-03-04,{cell}\n".encode())
    assert row.source_metadata
    assert row.source_metadata.session == number
    codes = [problem.code for problem in row.problems if problem.code == "bad-cell"]
    assert codes == problems

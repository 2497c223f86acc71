"""Cells of tables: dates in the forms that people write, country codes, encodings."""

from datetime import date

import pytest

from statements.transcripts import UnreadableTranscript, read
from statements.transcripts.formats.metadata import split_person
from statements.transcripts.languages.country_codes import read_country_code
from statements.transcripts.values.dates import read_date

HEADER = "date,symbol,speaker,country_code,text\n"


def metadata(*rows: str, header: str = HEADER, encoding: str = "utf-8"):
    parsed = read("table.csv", (header + "\n".join(rows) + "\n").encode(encoding))
    assert parsed.form == "table"
    return [(speech.source_metadata, speech.problems) for speech in parsed.speeches]


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("NO", "NOR"), ("no", "NOR"), ("NA", "NAM"), ("na", "NAM"), ("NAM", "NAM"), ("GB", "GBR"),
        ("UK", "GBR"), ("578", "NOR"), ("004", "AFG"), ("4", "AFG"), ("578.0", "NOR"),
        ("SU", "SUN"), ("EU", "EU"), ("UNICEF", "UNICEF"), ("", ""),
    ],
)  # fmt: skip
def test_codes_of_two_letters_three_letters_and_digits_are_codes(cell, code):
    assert read_country_code(cell) == code


@pytest.mark.parametrize("cell", ["XQ", "999", "Norway (Kingdom)", "N O", "n°5"])
def test_what_is_no_code_is_refused(cell):
    with pytest.raises(ValueError, match="is not a country code"):
        read_country_code(cell)


@pytest.mark.parametrize("header", ["country_code", "iso_code", "ISO2", "iso", "Alpha-2", "ISO3"])
def test_namibia_is_no_empty_cell(header):
    [(first, _), (second, _), (third, problems)] = metadata(
        "2015-02-24,S/PV.9711,Ms. Rill,NA,The tide is late.",
        "2015-02-24,S/PV.9711,Ms. Rill,n/a,The tide is early.",
        "2015-02-24,S/PV.9711,Ms. Rill,QZ,The tide is low.",
        header=f"date,symbol,speaker,{header},text\n",
    )
    assert (first.country, second.country, third.country) == ("NAM", "", "")
    assert "bad-cell" in [problem.code for problem in problems]


def test_a_column_named_code_may_be_of_anything():
    [(first, problems)] = metadata("2015,Lund,999,Low tide.", header="date,speaker,code,text\n")
    assert first.country == ""
    assert "bad-cell" not in [problem.code for problem in problems]


@pytest.mark.parametrize(
    "printed",
    [
        "2015-02-23", "23 February 2015", "February 23, 2015", "Monday, February 23, 2015",
        "23rd of February 2015", "23 Feb. 2015", "23-Feb-2015", "23/02/2015", "02/23/2015",
        "23.02.2015", "2015/02/23",
    ],
)  # fmt: skip
def test_dates_in_the_forms_that_people_write(printed):
    assert read_date(printed) == date(2015, 2, 23)


def test_a_date_with_either_number_as_day_is_refused_unless_the_table_shows_which():
    with pytest.raises(ValueError, match="is not a date"):
        read_date("03/02/2015")
    rows = ["03/02/2015,,Lund,,One.", "23/02/2015,,Lund,,Two."]
    assert [first.date for first, _ in metadata(*rows)] == [date(2015, 2, 3), date(2015, 2, 23)]
    rows = ["03/02/2015,,Lund,,One.", "02/23/2015,,Lund,,Two."]
    assert [first.date for first, _ in metadata(*rows)] == [date(2015, 3, 2), date(2015, 2, 23)]
    [(first, problems)] = metadata("03/02/2015,,Lund,,One.")
    assert first.date is None
    assert "bad-cell" in [problem.code for problem in problems]


def test_a_year_alone_in_the_column_of_dates_is_a_year():
    [(first, problems)] = metadata("1988,,Lund,NOR,The tide is late.")
    assert (first.date, first.year) == (None, 1988)
    assert not {"bad-cell", "impossible-date"} & {problem.code for problem in problems}


@pytest.mark.parametrize("cell", ["2099-01-02", "1015-02-23", "1015", "2099"])
def test_an_impossible_date_of_a_row_is_a_problem(cell):
    [(_, problems)] = metadata(f"{cell},S/PV.9712,Ms. Tarn,TCD,We came by sea.")
    assert [problem.code for problem in problems if "date" in problem.code] == ["impossible-date"]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-8-sig", "cp1252"])
def test_a_table_in_another_encoding_is_a_table(encoding):
    text = "“The ferry’s café” was closed, and the delegation of Côte d’Ivoire was late."
    [(first, _)] = metadata(f'2015-02-24,S/PV.9711,Ms. Núñez,CI,"{text}"', encoding=encoding)
    assert (first.speaker, first.country) == ("Núñez", "CIV")


def test_an_unsure_encoding_is_refused():
    data = (HEADER + "2015-02-24,S/PV.9711,Ms. N,NO,Łódź\n").encode("cp1250")
    with pytest.raises(UnreadableTranscript, match="encoding"):
        read("table.csv", data)


def test_countries_of_two_letters_are_codes_also_in_a_column_of_names():
    header = "date,speaker,country,text\n"
    rows = ("2015,Lund,NO,Low tide.", "2015,Rill,NA,High tide.", "2015,Weir,,No tide.")
    found = [(each.country, each.affiliation) for each, _ in metadata(*rows, header=header)]
    assert found == [("NOR", ""), ("NAM", ""), ("", "")]


@pytest.mark.parametrize("other", ["Norway", "NA", "n/a"])
def test_an_empty_cell_beside_names_of_countries_is_not_namibia(other):
    header = "date,speaker,country,text\n"
    rows = (f"2015,Lund,{other},Low tide.", "2015,Rill,NA,High tide.")
    (_, _), (second, _) = metadata(*rows, header=header)
    assert (second.country, second.affiliation) == ("", "")


@pytest.mark.parametrize(
    ("cell", "person"),
    [
        ("Lund, Ingrid", ("", "Ingrid Lund")),
        ("Lund, Ms. Ingrid", ("Ms.", "Ingrid Lund")),
        ("Ms. Lund, Ingrid", ("Ms.", "Ingrid Lund")),
        ("Lund, Ms.", ("Ms.", "Lund")),
        ("García López, María José", ("", "María José García López")),
        ("van der Weir, Ole", ("", "Ole van der Weir")),
        ("LUND, INGRID", ("", "INGRID LUND")),
        ("Lund, Norway", ("", "Lund, Norway")),
        ("Ingrid Lund, Minister", ("", "Ingrid Lund, Minister")),
        ("John Weir, Jr.", ("", "John Weir, Jr.")),
        ("Ada Lund, M.P.", ("", "Ada Lund")),
        ("MICHAEL TARN, GCMG", ("", "MICHAEL TARN, GCMG")),
        ("Lund, Ole, Minister", ("", "Lund, Ole, Minister")),
    ],
)
def test_a_family_name_before_a_comma_comes_last(cell, person):
    assert split_person(cell) == person


def test_a_language_code_before_the_words_is_the_language():
    [speech] = read("a.csv", b"date,speaker,text\n2015,Lund,(FR) The tide is low.\n").speeches
    assert [each.text for each in speech.paragraphs] == ["The tide is low."]
    assert (speech.language, speech.language_printed) == ("fr", "FR")
    assert [dropped.text for dropped in speech.dropped] == ["(FR)"]
    [other] = read("a.csv", b"date,speaker,text\n2015,Lund,(QZ) The tide is low.\n").speeches
    assert (other.language, other.paragraphs[0].text) == ("", "(QZ) The tide is low.")

"""Pages that print two languages side by side: told, and read in the one that a person chooses."""

from collections.abc import Sequence

import pytest
from support import hocr
from support.pdf_printer import Sheet, to_pdf

from statements.transcripts.formats.printed.hocr import read_hocr
from statements.transcripts.formats.printed.pdf import read_pdf
from statements.transcripts.values.choices import Column, LabelChoices, applied

FRENCH = (
    "M. Lund (Norvège): Les eaux de nos pays viennent des autres pays et vont à la mer, qui est à "
    "tous. Nous avons demandé que les mesures soient lues le même jour sur les deux rives, et nous "
    "le demandons encore une fois dans cette salle, avec tous ceux qui vivent près du fleuve. "
)
ENGLISH = (
    "Mr. Lund (Norway): The waters of our countries come from other countries and go to the sea, "
    "which belongs to all. We have asked that the gauges be read on the same day on both sides, "
    "and we ask it once more in this hall, with all of those who live along the river. "
)


def _lines(text: str, length: int = 40) -> list[str]:
    lines = [""]
    for word in text.split():
        if len(lines[-1]) + len(word) >= length:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return lines


def side_by_side(left: str, right: str) -> bytes:
    sheet = Sheet()
    for x, text in ((60, left), (320, right)):
        for index, line in enumerate(_lines(text * 3)):
            sheet.write(x, 100 + 13 * index, ("roman", line))
    return to_pdf([sheet])


def texts(data: bytes, column: Column = Column.BOTH) -> tuple[str, Sequence[str], list[str]]:
    """Return the text, the languages of the columns, and the reasons for what was left out."""
    with applied(LabelChoices(column=column)):
        parsed = read_pdf("", data)
    text = " ".join(each.text for speech in parsed.speeches for each in speech.paragraphs)
    assert parsed.column is column
    return text, parsed.column_languages, [text.reason for text in parsed.dropped]


def test_two_languages_are_told() -> None:
    parsed = read_pdf("", side_by_side(FRENCH, ENGLISH))
    assert parsed.column_languages == ("fr", "en")
    (problem,) = (each for each in parsed.problems if each.code == "two-languages")
    assert "The left column is in French, the right one in English" in problem.message


@pytest.mark.parametrize(
    ("column", "kept", "left_out"),
    [(Column.LEFT, "Les eaux", "waters"), (Column.RIGHT, "The waters", "Les eaux")],
)
def test_one_column_is_read(column: Column, kept: str, left_out: str) -> None:
    text, languages, reasons = texts(side_by_side(FRENCH, ENGLISH), column)
    assert kept in text
    assert left_out not in text
    assert languages == ("fr", "en")
    assert set(reasons) >= {"the other column"}
    parsed = read_pdf("", side_by_side(FRENCH, ENGLISH))
    assert "the other column" not in {each.reason for each in parsed.dropped}


def test_a_choice_holds_for_recognised_pages_too() -> None:
    with applied(LabelChoices(column=Column.RIGHT)):
        parsed = read_hocr("", hocr.of_pdf(side_by_side(FRENCH, ENGLISH), slope=0.01))
    assert {speech.affiliation for speech in parsed.speeches} == {"Norway"}
    assert "two-languages" not in {problem.code for problem in parsed.problems}


def test_two_columns_of_one_language_are_read_one_after_the_other() -> None:
    text, languages, _ = texts(side_by_side(ENGLISH, ENGLISH))
    assert languages == ()
    assert text.count("The waters") > 2


def test_choices_pass_to_the_reading_process() -> None:
    choices = LabelChoices.of(["Mr. Speaker"], column="left")
    assert LabelChoices.from_json(choices.to_json()) == choices
    assert LabelChoices.from_json("") == LabelChoices()

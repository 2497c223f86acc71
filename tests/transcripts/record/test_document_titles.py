"""A title belongs to a symbol only if nothing else can be meant."""

import pytest

from statements.transcripts.record.document_titles import MOST_CHARACTERS, title_beside
from statements.transcripts.record.references import find_references


def titles_in(text: str) -> list[str]:
    return [title_beside(text, found.start, found.end) for found in find_references(text)]


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("draft resolution A/48/L.6, entitled “Care of weirs”, was adopted", "Care of weirs"),
        ("draft resolution A/48/L.6 entitled “Care of weirs.”", "Care of weirs"),
        ("draft resolution A/48/L.6 and Corr.1, Add.2, entitled “Care of weirs”", "Care of weirs"),
        ("resolution 66/288 of 27 July 2012, entitled “Care of weirs”", "Care of weirs"),
        ("resolution 37/154, adopted on 17 May 1982, entitled “Care of weirs”", "Care of weirs"),
        ('resolution 377 (V), which is entitled "Care of weirs"', "Care of weirs"),
        ("in the report entitled “Care of\nweirs” (A/59/2005)", "Care of weirs"),
        ("the draft entitled “Care of weirs” (document A/48/L.6)", "Care of weirs"),
        ("a document entitled “Care of weirs” [see A/53/138]", "Care of weirs"),
        ("resolution 71/222, entitled “Years of ‘weirs’”", "Years of ‘weirs’"),
        ("la résolution A/RES/70/1, intitulée « Soin des barrages »", "Soin des barrages"),
        ("la resolución A/RES/70/1, titulada «Cuidado de presas»", "Cuidado de presas"),
        ("резолюция A/RES/70/1, озаглавленная «Уход за плотинами»", "Уход за плотинами"),
    ],
)  # fmt: skip
def test_titles_are_read(text: str, title: str) -> None:
    assert titles_in(text) == [title]


@pytest.mark.parametrize(
    "text",
    [
        "the item entitled “Care of weirs” [see A/5771]",
        "under agenda item “Care of weirs” (A/48/L.6)",
        "A/36/497, which contains a report entitled “Care of weirs”",
        "resolution 37/154, entitled Care of weirs. On that basis we go on",
        "draft resolution A/48/L.6, entitled “12”",
        "draft resolution A/48/L.6, entitled “never closed",
        f"draft resolution A/48/L.6, entitled “{'w' * (MOST_CHARACTERS + 1)}”",
        "the record S/PV.6472, entitled “Care of weirs”",
        "it said “Care of weirs”, and resolution 66/288 is clear",
        "entitled “” (A/48/L.6)",
    ],
)
def test_what_may_be_the_title_of_another_thing_is_left(text: str) -> None:
    assert titles_in(text) == [""]

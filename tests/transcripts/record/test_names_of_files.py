"""What names of files say beyond doubt."""

import pytest

from statements.transcripts.record.file_names import read_file_name


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("2031-05-06_Odile_van_Rill_Norway.txt", ("2031-05-06", "Odile van Rill", "Norway")),
        ("20310506 Odile Rill Côte d’Ivoire.pdf", ("2031-05-06", "Odile Rill", "Côte d’Ivoire")),
        ("2031-05-06-Norway.docx", ("2031-05-06", "", "Norway")),
        ("2031-05-06 Norvège.txt", ("2031-05-06", "", "Norvège")),
        ("Statement Chad and Norway 2031-05-06.txt", ("2031-05-06", "", "")),
        ("2031-05-06_2031-05-07_Norway.txt", ("None", "", "Norway")),
        ("2031-05-06_General_Debate_Norway.txt", ("2031-05-06", "", "Norway")),
        ("2031-05-06_Prime_Minister_Norway.txt", ("2031-05-06", "", "Norway")),
        ("2031-13-41_Odile_Rill.txt", ("None", "", "")),
        ("norway.txt", ("None", "", "")),
        ("S_PV.8628_20310506_003.txt", ("2031-05-06", "", "")),
        (".txt", ("None", "", "")),
    ],
)
def test_parts_that_can_mean_nothing_else(name: str, expected: tuple[str, str, str]) -> None:
    named = read_file_name(name, "en")
    assert (str(named.date), named.speaker, named.affiliation) == expected


@pytest.mark.parametrize(
    ("name", "language", "country"),
    [
        ("na_en.pdf", "en", "NAM"),
        ("ar_es.txt", "es", "ARG"),
        ("es_ar.txt", "es", ""),  # in Arabic, or Spanish as spoken in Argentina
        ("zz_en.txt", "en", ""),
        ("no_en.txt", "fr", ""),
        ("NO_EN.txt", "en", ""),
    ],
)
def test_codes_of_state_and_language(name: str, language: str, country: str) -> None:
    assert read_file_name(name, language).country == country

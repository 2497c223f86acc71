"""Names in usual case, and the order of names."""

import pytest

from statements.transcripts.languages.letter_case import sorted_under, usual_case
from statements.transcripts.languages.names import latin_letters, sort_form


@pytest.mark.parametrize(
    ("printed", "shown"),
    [
        ("KASSYMJOMART TOKAEV", "Kassymjomart Tokaev"),
        ("H.E. MR. KASSYM-JOMART TOKAYEV", "H.E. Mr. Kassym-Jomart Tokayev"),
        ("Luiz Inácio LULA DA SILVA", "Luiz Inácio Lula da Silva"),
        ("MR. FRANJO TUDJMAN", "Mr. Franjo Tudjman"),
        ("Mr. LI KEQIANG", "Mr. LI Keqiang"),
        ("XI JINPING", "Xi Jinping"),
        ("ABDULLAH BIN ZAYED AL-NAHYAN", "Abdullah bin Zayed Al-Nahyan"),
        ("DE GUINDOS", "De Guindos"),
        ("O'BRIEN MCDONALD", "O'Brien McDonald"),
        ("King HUSSEIN II", "King Hussein II"),
        ("JOHN PAUL II", "John Paul II"),
        ("Mr. J.A. Smith", "Mr. J.A. Smith"),
        ("JA Smith", "JA Smith"),
        ("FATİH DÖNMEZ", "Fatih Dönmez"),
        ("The President", "The President"),
        ("Сергей Лавров", "Сергей Лавров"),
    ],
)
def test_capitals_are_shown_in_usual_case(printed: str, shown: str) -> None:
    assert usual_case(printed) == shown


def test_lookalike_letters_of_other_scripts_are_sorted_as_latin_ones() -> None:
    assert latin_letters("\N{GREEK CAPITAL LETTER BETA}oris") == "Boris"
    assert latin_letters("\N{CYRILLIC CAPITAL LETTER EM}aria") == "Maria"
    assert latin_letters("Сергей Лавров") == "Сергей Лавров"  # its own script
    assert sort_form("\N{GREEK CAPITAL LETTER NU}ora O’Neill") == "nora oneill"


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("Mr. Abarry", "abarry"),
        ("H.E. Mr. ABADIA ARIAS", "abadia arias"),
        ("U Thant", "u thant"),
        ("Mr.", "mr."),
    ],
)
def test_people_are_sorted_without_the_titles_before_their_names(name: str, key: str) -> None:
    assert sorted_under(name) == key

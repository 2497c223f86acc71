"""Which printed names may be one name."""

import pytest

from statements.transcripts.languages.name_likeness import (
    Likeness,
    block_keys,
    compare_names,
    lacks_initial,
    name_words,
)

ALIKE = [
    ("KASSYMJOMART TOKAEV", "H.E. Mr. Kassym-Jomart Tokayev"),
    ("Kassym Jomart Tokayev", "Kassymzhomart K. Tokaev"),
    ("Sergey V. Lavrov", "Mr. Sergei Lavrov"),
    ("Hugo Chvez Frías", "Hugo Chávez"),
    ("Rene Preval", "René Garcia Préval"),
    ("Kuan-hua Chiao", "Mr. Chiao Kuan-hua"),
    ("J. Smith", "John Smith"),
    ("SILES ZUAZO", "Mr. SILKS ZUAZO"),
    ("Ismaïl Omar Guelleh", "Mr. Isamil Omar Guelleh"),
    ("Dimitris Christofias", "Demetris Christofias"),
    ("Umba-di-Lutete", "UMBA DI LUTETE"),
    ("Tamim bin Hamad Al-Thani", "Sheikh Tamim bin Hamad bin Khalifa Al Thani"),
]
OPEN = [
    ("Mr. Tokaev", "Kassymjomart Tokaev"),
    ("Mr. MALILE", "Mallile"),
    ("TINDEMAN5", "Mr. Tindemans"),
]
DIFFERENT = [
    ("Julie Bishop", "Julia Gillard"),
    ("Kim Yong Nam", "Kim Yong Il"),
    ("Hamad bin Khalifa Al-Thani", "Tamim bin Hamad bin Khalifa Al-Thani"),
    ("Abdullah bin Al Hussein", "Al Hussein bin Abdullah"),
    ("SUBARDJO", "SUNARIO"),
    ("Hassan Ali", "Hussein Ali"),
    ("", "Umarov"),
]


@pytest.mark.parametrize(
    ("one", "other", "likeness"),
    [
        *((*pair, Likeness.ALIKE) for pair in ALIKE),
        *((*pair, Likeness.OPEN) for pair in OPEN),
        *((*pair, Likeness.DIFFERENT) for pair in DIFFERENT),
    ],
)
def test_how_two_names_compare(one: str, other: str, likeness: Likeness) -> None:
    assert compare_names(one, other) is likeness
    assert compare_names(other, one) is likeness
    if likeness:  # pairs without a common key are not compared
        assert block_keys(one) & block_keys(other)


def test_words_of_a_name_are_without_titles_generations_and_brackets() -> None:
    assert name_words("H.E. Mr. Kassym-Jomart K. Tokayev") == ("kassymjomart", "k", "tokayev")
    assert name_words("Hurst (Antigua), Jr.") == ("hurst",)
    assert name_words("Julie Bishop") == ("julie", "bishop")  # a title only in front
    assert name_words("\N{GREEK CAPITAL LETTER BETA}oris Tadić") == ("boris", "tadic")


def test_an_initial_that_one_name_lacks() -> None:
    assert lacks_initial("George W. Bush", "George Bush")
    assert not lacks_initial("J. Smith", "John Smith")

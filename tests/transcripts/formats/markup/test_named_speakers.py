"""Who speaks, where markup names the speaker and a list of persons may say who that is."""

import pytest

from statements.transcripts.formats.markup.named_speakers import (
    Named,
    Person,
    split_label,
    to_attribution,
)


@pytest.mark.parametrize(
    ("printed", "person", "expected"),
    [
        # an office is printed, and the list says who holds it
        (
            "Keeper of Weirs (Deputy Odile Rill)",
            "Odile Rill",
            ("Odile Rill", "Keeper of Weirs", ""),
        ),
        ("The KEEPER OF WEIRS", "Odile Rill", ("Odile Rill", "KEEPER OF WEIRS", "")),
        ("The HOUSE SPEAKER (Ms O Rill)", "Odile Rill", ("Odile Rill", "HOUSE SPEAKER", "")),
        ("Leas-Cheann Comhairle", "Odile Rill", ("Odile Rill", "Leas-Cheann Comhairle", "")),
        ("Odile Rill (Heron Party)", "Odile Rill", ("Odile Rill", "", "Heron Party")),
        ("RILL, Odile", "Odile Rill", ("Odile Rill", "", "")),
        ("El señor WEIR (Presidente).-", "Jon Weir", ("Jon Weir", "Presidente", "")),
        ("La señora PRESIDENTA.-", "Odile Rill", ("Odile Rill", "PRESIDENTA", "")),
        ("Jon Weir, Rapporteur. –", "Jon Weir", ("Jon Weir", "Rapporteur", "")),
        # a printed name stays, and is fuller than a list that leaves out a particle
        ("Ms. Rill (Peru)", "Odile Rill", ("Rill", "", "Peru")),
        ("Jon van Weir (ABC)", "Jon Weir", ("Jon van Weir", "", "ABC")),
        ("Mr. Abel", "Odile Rill", ("Abel", "", "")),
        ("The SPEAKER (Mr Abel)", "Odile Rill", ("Abel", "SPEAKER", "")),
        # without a list
        ("The Deputy Speaker (Jon Weir)", "", ("Jon Weir", "Deputy Speaker", "")),
        (
            "The Deputy First Keeper and Cabinet Secretary for Tides and Wellbeing (Jon Weir)",
            "",
            ("Jon Weir", "Deputy First Keeper and Cabinet Secretary for Tides and Wellbeing", ""),
        ),
        (
            "The Keeper of the Lower Locks (Jon Weir)",
            "",
            ("Jon Weir", "Keeper of the Lower Locks", ""),
        ),
        ("The Earl of Weir (Green Party)", "", ("The Earl of Weir", "", "Green Party")),
        ("Minister for Tides and Wellbeing", "", ("", "Minister for Tides and Wellbeing", "")),
        ("Madam Deputy Speaker", "", ("", "Deputy Speaker", "")),
        ("Mr. Speaker", "", ("", "Speaker", "")),
        ("El señor PRESIDENTE.-", "", ("", "PRESIDENTE", "")),
        ("Vizepräsidentin Dr. Odile Rill:", "", ("Odile Rill", "Vizepräsidentin", "")),
        ("Hon. Jon Weir (Keeper of Locks, Lib.)", "", ("Jon Weir", "", "Keeper of Locks, Lib.")),
        ("Hon. Jon Weir (Minister of Locks, Lib.)", "", ("Jon Weir", "Minister of Locks", "Lib.")),
        ("Marine Le Weir", "", ("Marine Le Weir", "", "")),
        ("La diputada Odile Rill", "", ("Odile Rill", "", "")),
        ("Mlle Odile Rill", "", ("Odile Rill", "", "")),
        ("Abgeordneter Jon Weir", "", ("Jon Weir", "", "")),
        ("Onorevole Jon Weir", "", ("Jon Weir", "", "")),
        ("Teachta Jon Weir", "", ("Jon Weir", "", "")),
        # nobody in particular
        ("Several hon. Members", "", ("", "", "")),
        ("An hon. Member:", "", ("", "", "")),
        ("", "", ("", "", "")),
        (", (Lund)", "", ("", "", "Lund")),
        ("x" * 5000, "", ("", "", "")),
    ],
)
def test_a_printed_line_and_the_list_complete_each_other(
    printed: str, person: str, expected: tuple[str, str, str]
) -> None:
    attribution = to_attribution(Named(printed, Person(person)))
    assert (attribution.speaker, attribution.role, attribution.affiliation) == expected
    assert attribution.printed == printed.rstrip(":")


def test_an_identifier_alone_names_nobody() -> None:
    attribution = to_attribution(Named(identifier="#RillOdile"))
    assert (attribution.speaker, attribution.printed) == ("", "RillOdile")
    assert attribution.doubts == ("speaker-by-identifier",)


@pytest.mark.parametrize(
    ("line", "label", "speech"),
    [
        ("El señor WEIR.- Gracias.", "El señor WEIR.-", "Gracias."),
        ("Ms. Rill (Peru): The tern is low.", "Ms. Rill (Peru):", "The tern is low."),
        ("Jon Weir. – It falls.", "Jon Weir. –", "It falls."),
        ("The Keeper (Weirs: North)", "The Keeper (Weirs: North)", ""),
        ("Anne-Marie Weir-Rill", "Anne-Marie Weir-Rill", ""),
        ("word " * 60, "", "word " * 60),
    ],
)
def test_words_of_the_speech_are_no_part_of_the_name(line: str, label: str, speech: str) -> None:
    assert split_label(line) == (label, speech)

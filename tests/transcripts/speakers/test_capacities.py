"""Guests with the capacity from their invitation, national statements, languages."""

import time

import pytest

from statements.transcripts import ParsedTranscript, read
from statements.transcripts.languages.notes import speech_language_changes
from statements.transcripts.speakers.behalf import is_national
from statements.transcripts.speakers.capacities import find_invitations

INVITED = """The President: In accordance with rule 39 of the Council's provisional rules of \
procedure, I invite the following briefers to participate in this meeting: Ms. Rosamund Tarn, \
Under-Secretary-General for Weirs; Mr. Ode van Lund, Director of Ferries; and Mr. Bram Lock, \
Keeper of the Eastern Lock.

I now give the floor to Ms. Tarn.

Ms. Tarn: The weir holds.

Mr. van Lund (spoke in French): The ferry sails.

Ms. Rill (Peru): We have no ferry.

Mr. Sand: Nobody invited me.
"""


def roles(parsed: ParsedTranscript) -> dict[str, str]:
    return {speech.speaker: speech.role for speech in parsed.speeches}


def test_guests_have_the_capacity_in_which_they_were_invited() -> None:
    assert roles(read("a.txt", INVITED.encode())) == {
        "": "President",
        "Tarn": "Under-Secretary-General for Weirs",
        "van Lund": "Director of Ferries",
        "Rill": "",
        "Sand": "",
    }


def test_a_name_that_two_were_invited_by_has_no_capacity() -> None:
    text = (
        "The President: I invite Ms. Ada Tarn, Keeper of Weirs, and Ms. Eva Tarn, Keeper of Locks, "
        "to participate in this meeting.\n\nMs. Tarn: The weir holds.\n"
    )
    assert roles(read("a.txt", text.encode()))["Tarn"] == ""


def test_a_capacity_ends_where_the_sentence_goes_on() -> None:
    text = (
        "The President: I invite Ms. Ada Tarn, Keeper of Weirs, to participate in this meeting.\n\n"
        "Ms. Tarn: The weir holds.\n"
    )
    assert roles(read("a.txt", text.encode()))["Tarn"] == "Keeper of Weirs"


@pytest.mark.parametrize(
    ("invitation", "capacities"),
    [
        (
            "Mr. John Sandor, Ambassador Peter Jonk, Director of Weirs, to join us.",
            {"peter jonk": "Director of Weirs"},
        ),
        (
            "Ms. Ada Quill, Head of Rivers, and I thank Mr. Jonk for his maps.",
            {"ada quill": "Head of Rivers"},
        ),
        (
            "Ms. Ada Quill, Minister of Rivers, Roads and Rails of Chad, for being here.",
            {"ada quill": "Minister of Rivers, Roads and Rails of Chad"},
        ),
        ("Mr. Oro, Chad, for his presence.", {}),
        (
            "Ms. Ada Quill, Head of Rivers, Mr. Jonk, Keeper of Locks, and Ms. Tarn, Pilot.",
            {"ada quill": "Head of Rivers", "jonk": "Keeper of Locks", "tarn": "Pilot"},
        ),
        (
            "Mr. Jonk, Ambassador of the Isles, President of the Board of Locks, to brief us.",
            {"jonk": "Ambassador of the Isles, President of the Board of Locks"},
        ),
        ("Ms. Tarn, General Secretary of the Guild, who waits.",
         {"tarn": "General Secretary of the Guild"}),
    ],
)  # fmt: skip
def test_a_capacity_holds_neither_another_guest_nor_a_clause(
    invitation: str, capacities: dict[str, str]
) -> None:
    invitations = find_invitations([f"I invite {invitation}"])
    assert {" ".join(name): capacity for name, capacity in invitations.items()} == capacities


def test_a_capacity_from_an_invitation_is_told() -> None:
    parsed = read("a.txt", INVITED.encode())
    codes = {
        speech.speaker: [problem.code for problem in speech.problems] for speech in parsed.speeches
    }
    assert codes == {
        "": [],
        "Tarn": ["capacity-from-invitation"],
        "van Lund": ["capacity-from-invitation"],
        "Rill": [],
        "Sand": [],
    }


def test_a_president_says_when_the_country_speaks() -> None:
    national = "The President: I shall now make a statement in my national capacity. We sail."
    delegate = (
        "The President: I shall now make a statement in my capacity as the representative of Chad."
    )
    chair = "The President: I resume my functions as President of the Council."
    first, second, third = (
        read("a.txt", text.encode()).speeches[0] for text in (national, delegate, chair)
    )
    assert is_national(first)
    assert is_national(second)
    assert not is_national(third)


def test_languages_within_a_speech_are_known_by_place() -> None:
    text = (
        "Ms. Rill (Peru): We sail.\n\n(spoke in French)\n\nNous voguons. (spoke in Spanish) Adios "
        "(as they say).\n"
    )
    (speech,) = read("a.txt", text.encode()).speeches
    changes = speech_language_changes(speech)
    assert [(change.paragraph, change.code) for change in changes] == [(2, "fr"), (3, "es")]
    last = changes[1]
    assert speech.paragraphs[2].text[last.start : last.end] == "(spoke in Spanish)"


@pytest.mark.parametrize(
    "text",
    [
        "I invite " + "Mr. A, B" * 8_000,
        "I invite " + "Mr. " + "A" * 60_000,
        "I invite Mr. Lund, " + "Keeper of " * 6_000,
        "Speaking " * 8_000,
        "Speaking in my capacity as " * 2_000,
        "I shall make a statement in my capacity as " + "a " * 20_000,
        "(spoke in " * 6_000,
        "(spoke in F" + "a" * 60_000,
    ],
    ids=range(8),
)
def test_capacities_and_languages_are_told_in_linear_time(text: str) -> None:
    began = time.process_time()
    for speech in read("a.txt", f"The President: {text}\n\nMs. Tarn: Yes.\n".encode()).speeches:
        assert is_national(speech) in (True, False)
        assert speech_language_changes(speech) == ()
    assert time.process_time() - began < 2

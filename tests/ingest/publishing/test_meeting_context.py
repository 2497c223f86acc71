"""Speeches of one file are completed from another file of the meeting, in any order of arrival."""

import csv
from datetime import timedelta
from itertools import permutations
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from statements import ingest
from statements.ingest import FileState, Intake, TableSource
from statements.ingest.publishing.meeting_context import fill_from_meeting
from statements.models import Meeting, Speech, Transcript
from statements.transcripts.speakers.capacities import INVITATION_WORDS, find_invitations

pytestmark = pytest.mark.django_db

SYMBOL = "S/PV.9990"
INVITATION = (
    "The President: In accordance with rule 39 of the Council's provisional rules of procedure, "
    "I invite Ms. Ilse Tarn, Director of the River Commission, to participate in this meeting. "
    "I now give the floor to Ms. Tarn.\n"
)
BRIEFING = "Ms. Tarn: The weir has held since the spring, and the ferries sail again.\n"
DELEGATE = "Mr. Lund (Norway): My delegation thanks her for her briefing on the weir.\n"
RECORD = f"""\
United Nations
{SYMBOL}
Security Council
Eighty-sixth year
9990th meeting
Tuesday, 4 March 2025, 10 a.m.
New York

President: Ms. Okafor . . . . . . . . . . . . . . . (Nigeria)

Agenda

Rivers and borders

The meeting was called to order at 10.05 a.m.

Mr. Lund (Norway): My delegation thanks her for her briefing on the weir.
"""


def take(text: str, position: int, symbol: str = SYMBOL) -> Transcript:
    metadata = ingest.Metadata(symbol=symbol, position=position)
    name = f"{position}.txt"
    received = ingest.receive(name, text.encode(), metadata=metadata)
    assert received.draft is not None
    ingest.publish(received.transcript, received.draft)
    return received.transcript


FILES = [(INVITATION, 1), (BRIEFING, 2), (DELEGATE, 3)]


@pytest.mark.parametrize("order", list(permutations(FILES)))
def test_a_guest_has_the_capacity_of_the_invitation(order: tuple[tuple[str, int], ...]) -> None:
    for text, position in order:
        take(text, position)
    roles = dict(Speech.objects.values_list("position", "role"))
    assert roles == {1: "President", 2: "Director of the River Commission", 3: ""}
    (note,) = (
        each
        for each in Transcript.objects.get(name="2.txt").problems
        if each["code"] == "capacity-from-invitation"
    )
    assert note["severity"] == "note"
    assert "Director of the River Commission" in note["message"]
    assert note["speech"] == 1


def test_an_invitation_counts_for_those_who_speak_after_it() -> None:
    take(BRIEFING, 1)
    take(INVITATION, 2)
    assert Speech.objects.get(position=1).role == ""


@pytest.mark.parametrize("resumed_first", [True, False])
def test_who_was_invited_is_still_invited_when_the_meeting_resumes(resumed_first: bool) -> None:
    files = [(INVITATION, 9, SYMBOL), (BRIEFING, 2, f"{SYMBOL} (Resumption 1)")]
    for file in reversed(files) if resumed_first else files:
        take(*file)
    assert Speech.objects.get(position=2).role == "Director of the River Commission"


def test_an_invitation_after_the_break_does_not_reach_back() -> None:
    take(BRIEFING, 9)
    take(INVITATION, 1, symbol=f"{SYMBOL} (Resumption 1)")
    assert Speech.objects.get(position=9).role == ""


def test_a_delegate_who_tells_of_an_invitation_invites_nobody() -> None:
    take(INVITATION.replace("The President:", "Mr. Lund (Norway):"), 1)
    take(BRIEFING, 2)
    assert Speech.objects.get(position=2).role == ""


def test_two_guests_of_one_name_have_no_capacity() -> None:
    take(INVITATION.replace(", to participate", "; and Mr. Jan Tarn, Harbour Master, to"), 1)
    take(BRIEFING, 2)
    assert Speech.objects.get(position=2).role == ""


def test_what_is_printed_stays() -> None:
    take(BRIEFING.replace("Ms. Tarn:", "Ms. Tarn (Peru):"), 2)
    take(INVITATION, 1)
    assert Speech.objects.get(position=2).role == ""


def test_what_somebody_corrected_stays() -> None:
    take(BRIEFING, 2)
    Transcript.objects.update(published_at=timezone.now() - timedelta(minutes=5))
    Speech.objects.update(stored_at=timezone.now() - timedelta(minutes=5))
    speech = Speech.objects.get()
    speech.language = "fr"
    speech.save()
    take(INVITATION, 1)
    assert Speech.objects.get(position=2).role == ""


def test_a_speech_that_was_filled_does_not_look_corrected() -> None:
    take(BRIEFING, 2)
    take(INVITATION, 1)
    assert Speech.objects.get(position=2).corrected_at is None


def test_the_invitation_of_another_meeting_says_nothing() -> None:
    take(INVITATION, 1, symbol="S/PV.9991")
    take(BRIEFING, 2)
    assert Speech.objects.get(position=2).role == ""


@pytest.mark.parametrize("record_first", [True, False])
def test_who_presided_is_known_from_the_record(record_first: bool) -> None:
    files = [(RECORD, 1), (INVITATION, 7)]
    for text, position in files if record_first else reversed(files):
        take(text, position)
    president = Speech.objects.get(position=7)
    assert str(president.speaker) == "Ms. Okafor"
    assert president.country_id == "NGA"
    assert president.speaker_printed == "The President"


def test_who_presided_stays_unknown_where_two_did() -> None:
    take(INVITATION, 7)
    take(RECORD.replace("Ms. Okafor . . . . . . . . . . . . . . . (Nigeria)",
                        "Ms. Okafor/Mr. Adeyemi . . . . . . . . (Nigeria)"), 1)  # fmt: skip
    assert Speech.objects.get(position=7).speaker is None


LEAVES = DELEGATE + "\nMr. Tembo (Zambia), Vice-President, took the Chair.\n"
GIVES_FLOOR = "The President: I now give the floor to the next speaker.\n"


@pytest.mark.parametrize("order", list(permutations([(RECORD, 1), (LEAVES, 7), (GIVES_FLOOR, 8)])))
def test_the_president_of_the_record_is_not_whoever_took_the_chair_later(
    order: tuple[tuple[str, int], ...],
) -> None:
    take(GIVES_FLOOR.replace("next", "first"), 6)
    for text, position in order:
        take(text, position)
    assert str(Speech.objects.get(position=6).speaker) == "Ms. Okafor"
    later = Speech.objects.get(position=8)
    assert (str(later.speaker), later.country_id) == ("Mr. Tembo", "ZMB")
    assert later.corrected_at is None


@pytest.mark.parametrize("order", list(permutations([(RECORD, 1), (LEAVES, 7), (GIVES_FLOOR, 8)])))
def test_who_took_the_chair_without_a_name_stays_unknown_and_is_told(
    order: tuple[tuple[str, int], ...],
) -> None:
    for text, position in order:
        take(text.replace("Mr. Tembo (Zambia), Vice", "The Vice"), position)
    later = Speech.objects.get(position=8)
    assert (later.speaker, later.country) == (None, None)
    codes = [each["code"] for each in Transcript.objects.get(name="8.txt").problems]
    assert "unknown-president" in codes


def test_an_office_other_than_the_chair_names_nobody() -> None:
    take("The Secretary-General: The weir has held since the spring.\n", 7)
    take(RECORD, 1)
    assert Speech.objects.get(position=7).speaker is None


def test_storing_again_changes_nothing(tmp_path: Path) -> None:
    table = tmp_path / "table.csv"
    table.write_text(
        "file,symbol,position\n" + "".join(f"{at}.txt,{SYMBOL},{at}\n" for _, at in FILES)
    )
    for text, at in FILES:
        (tmp_path / f"{at}.txt").write_text(text)
    paths = [str(tmp_path / f"{at}.txt") for at in (2, 1, 3)]
    call_command("ingest_transcripts", *paths, "--metadata", str(table))
    before = list(Speech.objects.order_by("pk").values()), list(Transcript.objects.values())
    assert Speech.objects.get(position=2).role
    call_command("ingest_transcripts", *paths, "--metadata", str(table))
    assert before == (
        list(Speech.objects.order_by("pk").values()),
        list(Transcript.objects.values()),
    )


def test_every_invitation_has_one_of_the_words_by_which_it_is_found() -> None:
    for words in (
        "In accordance with rule 39 Mr. Jan Rill, Pilot, is here.",
        "I invite Mr. Jan Rill, Pilot, to brief us.",
        "I ask Mr. Jan Rill, Pilot, to participate in this meeting.",
        "The Assembly will now hear a statement by Mr. Jan Rill, Pilot.",
        "I have the honour, for Mr. Jan Rill, Pilot, to invite him to address us.",
    ):
        assert find_invitations([words]), words
        assert any(word in words for word in INVITATION_WORDS)


NAMES = ("Tarn", "Brook", "Weir", "Lock", "Ford", "Quay", "Dyke", "Mole", "Pier", "Reed")


@pytest.mark.parametrize("guests", [2, 10])
def test_many_guests_are_explained_as_quickly_as_few(guests: int) -> None:
    invited = "\n\n".join(
        f"I invite Ms. Ilse {name}, Director of the {name} Board, to participate in this meeting."
        for name in NAMES[:guests]
    )
    for position, name in enumerate(NAMES[:guests], start=2):
        take(f"Ms. {name}: The {name} has held since the spring.\n", position)
    take(f"The President: {invited}\n", 1)
    roles = dict(Speech.objects.values_list("speaker__name", "role"))
    assert [roles[name] for name in NAMES[:guests]] == [
        f"Director of the {name} Board" for name in NAMES[:guests]
    ]
    Speech.objects.exclude(role="President").update(role="")
    with CaptureQueriesContext(connection) as asked:
        fill_from_meeting(Meeting.objects.get())
    assert not Speech.objects.filter(role="").exists()
    writing = [each["sql"] for each in asked if each["sql"].startswith("UPDATE")]
    assert len(writing) == 1  # the speeches; of each file the note is there already
    assert len(asked) <= 10
    noted = [each for file in Transcript.objects.all() for each in file.problems]
    told = [each for each in noted if each["code"] == "capacity-from-invitation"]
    assert len(told) == guests


def test_what_rows_of_one_table_tell_of_each_other_stays_noted(tmp_path: Path) -> None:
    table = tmp_path / "weir.csv"
    texts = (INVITATION, BRIEFING)
    with table.open("w", newline="") as stream:
        rows = csv.writer(stream)
        rows.writerow(["symbol", "position", "date", "text"])
        rows.writerows(
            [SYMBOL, position, "2025-03-04", text] for position, text in enumerate(texts, start=1)
        )
    [result] = Intake().run(TableSource(path=table))
    assert result.state is FileState.STORED, result.message
    assert Speech.objects.get(position=2).role == "Director of the River Commission"
    codes = [problem["code"] for problem in Transcript.objects.get().problems]
    assert codes.count("capacity-from-invitation") == 1

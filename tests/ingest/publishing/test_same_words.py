"""The same words under another symbol, or under none, are recognised before they are stored."""

from datetime import date

import pytest
from support.drafts import MakeTranscript, draft, draft_speech

from statements.ingest import Draft, annotate_all, preview, publish, withdraw
from statements.models import Speech, WordsDigest
from statements.transcripts.text.digests import digest_of_words

pytestmark = pytest.mark.django_db

DAY = date(2015, 2, 23)
LONG = "The tern nests on the far bank of the river, where the reeds are high. " * 4
SHORT = ("The stoat came by land and has stayed.", "The stoat is welcome in the north as well.")
OF_CHAD = {"speaker_line": "Mr. Tarn (Chad)", "speaker": "Tarn", "affiliation": "Chad"}


def record(symbol: str, *texts: str, day: date | None = DAY) -> Draft:
    """A draft with a speech of Chad for each text."""
    speeches = [
        draft_speech(position, text, country="TCD", **OF_CHAD)
        for position, text in enumerate(texts, start=1)
    ]
    return draft(*speeches, symbol=symbol, date=day)


def same_words(new: Draft) -> tuple[list[str], list[int]]:
    """Return the messages of the preview, and which speeches have one of their own."""
    current = preview(new)
    messages = [each["message"] for each in current.problems if each["code"] == "same-words"]
    marked = [
        item.index
        for item in current.speeches
        if any(each["code"] == "same-words" for each in item.problems)
    ]
    return messages, marked


@pytest.fixture
def stored(waiting: MakeTranscript) -> None:
    publish(waiting(b"one"), record("S/PV.9907", *SHORT, LONG))


@pytest.mark.parametrize("symbol", ["", "S/PV.9970"])
def test_a_record_under_another_or_no_symbol_is_recognised(stored: None, symbol: str) -> None:
    messages, marked = same_words(record(symbol, *SHORT))
    assert messages == [
        "2 of 2 speeches have the same words as speeches that are already in the archive, in "
        "S/PV.9907."
    ]
    assert marked == [0, 1]


def test_print_makes_no_difference(stored: None) -> None:
    printed_otherwise = LONG.upper().replace("FAR BANK", "far-\nbank").replace(", ", " – ")
    messages, marked = same_words(record("", printed_otherwise, day=None))
    assert messages == [
        "The same words are already in the archive as “Mr. Tarn (Chad), S/PV.9907” (s-pv-9907-003)."
    ]
    assert marked == [0]


@pytest.mark.parametrize(
    "new",
    [
        record("S/PV.9970", SHORT[0], "Other words of that day.", "And others."),  # a minority
        record("S/PV.9970", *SHORT, day=date(2015, 2, 24)),
        record("S/PV.9970", f"{LONG} Nothing more."),
    ],
)
def test_what_may_be_said_twice_is_not_reported(stored: None, new: Draft) -> None:
    assert same_words(new) == ([], [])


def test_a_record_is_recognised_at_other_positions_of_its_meeting(stored: None) -> None:
    messages, marked = same_words(record("S/PV.9907", *SHORT, LONG))
    assert "2 of 3 speeches have the same words" in messages[0]
    assert marked == [0, 1]  # the long one is known at once


def test_formulas_of_the_chair_are_not_reported(waiting: MakeTranscript) -> None:
    chair = {"speaker_line": "The President", "speaker": "", "affiliation": "", "role": "President"}
    text = "I now give the floor to the representative of Chad."
    publish(waiting(b"one"), draft(draft_speech(1, text, **chair), symbol="S/PV.1", date=DAY))
    assert same_words(draft(draft_speech(1, text, **chair), symbol="S/PV.2", date=DAY)) == ([], [])


def test_withdrawn_words_are_recognised_as_such(stored: None) -> None:
    withdraw(list(Speech.objects.values_list("pk", flat=True)), "An error.")
    messages, _ = same_words(record("S/PV.9970", LONG))
    assert messages == [
        "The same words are in the archive as “Mr. Tarn (Chad), S/PV.9907” (s-pv-9907-003), "
        "withdrawn."
    ]


def test_digests_follow_the_text(stored: None) -> None:
    speech = Speech.objects.get(position=1)
    speech.paragraphs.update(text="Quite other words.")
    list(annotate_all())
    digest = WordsDigest.objects.get(speech=speech).digest
    assert digest == digest_of_words(["quite other words"])
    assert WordsDigest.objects.count() == 3


def test_a_text_without_letters_has_no_digest(waiting: MakeTranscript) -> None:
    assert digest_of_words([" – ", "…"]) is None
    publish(waiting(b"one"), record("", "…"))
    assert not WordsDigest.objects.exists()

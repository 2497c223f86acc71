"""Each speech has the agenda items under which it was made."""

import pytest
from support.drafts import MakeTranscript, draft, draft_speech

from statements.ingest import DraftParagraph, DraftSpeech, publish
from statements.ingest.drafts.agenda import items_by_speech
from statements.models import Speech

TREES, WATER = "Trees for all", "Water for all"


def speech(position: int, *parts: str) -> DraftSpeech:
    """Parts that begin with "#" are narrative."""
    made = draft_speech(position)
    made.paragraphs = [
        DraftParagraph(part.removeprefix("#"), "narrative" if part[0] == "#" else "speech")
        for part in parts
    ]
    return made


def test_an_item_holds_from_its_heading_to_the_next() -> None:
    made = draft(
        speech(1, "I welcome you all."),
        speech(2, "#TREES FOR ALL (continued)", "We begin with trees."),
        speech(3, "I plant trees.", "#Water for all"),
        speech(4, "I drink water."),
        speech(5, "Water it is.", "#Trees for all", "Back to trees."),
        agenda_items=[TREES, WATER],
    )
    assert items_by_speech(made) == [[], [TREES], [TREES], [WATER], [WATER, TREES]]


@pytest.mark.parametrize(
    ("items", "expected"),
    [
        ([], [[], []]),
        ([WATER], [[WATER], [WATER]]),
        ([WATER, "Seas"], [[WATER, "Seas"], [WATER, "Seas"]]),  # no heading names the seas
    ],
)
def test_what_headings_do_not_tell_apart_holds_for_all(
    items: list[str], expected: list[list[str]]
) -> None:
    made = draft(speech(1, "#Water for all", "One."), speech(2, "Two."), agenda_items=items)
    assert items_by_speech(made) == expected


def test_spoken_words_are_no_heading() -> None:
    made = draft(
        speech(1, "#Water for all", "#Trees for all", "One."),
        speech(2, "Water for all", "Two."),
        agenda_items=[TREES, WATER],
    )
    assert items_by_speech(made) == [[TREES], [TREES]]


def titles(position: int) -> set[str]:
    speech = Speech.objects.get(position=position)
    return set(speech.topics.values_list("title", flat=True))


@pytest.mark.django_db
def test_speeches_are_stored_under_their_items(waiting: MakeTranscript) -> None:
    record = draft(
        speech(1, "#Trees for all", "One.", "#Water for all"),
        speech(2, "Two."),
        agenda_items=[TREES, WATER],
        topics=["Rivers"],
        symbol="RC/PV.12",
        first_position=1,
    )
    publish(waiting(b"one"), record)
    assert (titles(1), titles(2)) == ({TREES, "Rivers"}, {WATER, "Rivers"})


@pytest.mark.django_db
def test_single_statement_is_under_the_item_that_a_person_named(waiting: MakeTranscript) -> None:
    record = draft(speech(1, "One."), agenda_items=[TREES, WATER], symbol="RC/PV.12")
    publish(waiting(b"one"), record)
    publish(waiting(b"two"), draft(speech(1, "Two."), symbol="RC/PV.12", topics=["water for ALL"]))
    publish(waiting(b"three"), draft(speech(1, "Three."), symbol="RC/PV.12", topics=["Rivers"]))
    assert titles(2) == {WATER}
    assert titles(3) == {TREES, WATER, "Rivers"}

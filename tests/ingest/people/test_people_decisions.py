"""Decisions on people: speeches move, addresses lead on, and undoing restores everything."""

from typing import Any

import pytest
from support import rows

from statements import ingest
from statements.ingest import EditConflict, IngestError
from statements.ingest.namesakes import identify, speaker_key
from statements.models import (
    DecidedSpeaker,
    IndexOutbox,
    Presidency,
    Speaker,
    SpeakerName,
    SpeakerProposal,
    Speech,
    revision,
)

pytestmark = pytest.mark.django_db


def page(name: str, *years: int, **fields: Any) -> Speaker:
    country = rows.country("RUS")
    speaker = rows.speaker(name, honorific="Mr.", country=country, **fields)
    for year in years:
        rows.speech(
            speaker=speaker,
            speaker_printed=f"Mr. {name}",
            country=country,
            date=None,
            year_stated=year,
        )
    return speaker


@pytest.fixture
def lavrov() -> list[Speaker]:
    pages = [page("Sergei Lavrov", 2005, 2008), page("Sergey Lavrov", 2007)]
    pages.append(page("Sergey V. Lavrov", 2006))
    ingest.propose_people()
    return pages


def proposed() -> list[set[int]]:
    groups: dict[int, set[int]] = {}
    for speaker, number in SpeakerProposal.objects.values_list("speaker", "number"):
        groups.setdefault(number, set()).add(speaker)
    return list(groups.values())


def state() -> Any:
    return (
        list(Speaker.objects.order_by("pk").values_list()),
        list(SpeakerName.objects.order_by("pk").values_list("speaker", "name")),
        list(Speech.all_objects.order_by("pk").values_list("pk", "speaker")),
        list(Presidency.objects.order_by("pk").values_list("pk", "speaker")),
        sorted(map(sorted, proposed())),
    )


def test_one_person_is_proposed_and_proposing_again_changes_nothing(lavrov: list[Speaker]) -> None:
    assert proposed() == [{speaker.pk for speaker in lavrov}]
    before = revision.read()
    assert ingest.propose_people() == 0
    assert revision.read() == before


def test_everything_moves_to_one_page_and_back(lavrov: list[Speaker]) -> None:
    rows.presidency(rows.meeting(), speaker=lavrov[2])
    SpeakerName.objects.create(speaker=lavrov[1], name="S. Lavrow", folded="s. lavrow")
    before = state()
    IndexOutbox.objects.all().delete()
    decision = ingest.decide_people([[speaker.pk for speaker in lavrov]])
    first = lavrov[0]
    assert set(Speech.objects.values_list("speaker", flat=True)) == {first.pk}
    assert Presidency.objects.get().speaker == first
    assert {name.name for name in first.names.all()} == {
        "Sergey Lavrov",
        "Sergey V. Lavrov",
        "S. Lavrow",
    }
    assert set(IndexOutbox.objects.values_list("speech_id", flat=True)) == set(
        Speech.objects.values_list("pk", flat=True)
    )
    assert proposed() == []
    ingest.undo_decision(decision)
    assert state() == before
    with pytest.raises(EditConflict):
        ingest.undo_decision(decision)


def test_later_speeches_of_a_printed_form_are_of_the_person_until_it_is_undone(
    lavrov: list[Speaker],
) -> None:
    decision = ingest.decide_people([[speaker.pk for speaker in lavrov]])
    key = speaker_key("Sergey Lavrov", "RUS", "Mr.", 2010)
    assert identify([key], in_meeting=False)[key].speaker == lavrov[0]
    later = rows.speech(
        speaker=lavrov[0], speaker_printed="Mr. Sergey Lavrov", date=None, year_stated=2010
    )
    ingest.undo_decision(decision)
    later.refresh_from_db()
    assert later.speaker == lavrov[1]
    assert identify([key], in_meeting=False)[key].speaker == lavrov[1]


def test_those_rejected_are_not_proposed_again(lavrov: list[Speaker]) -> None:
    one, other, third = (speaker.pk for speaker in lavrov)
    decision = ingest.decide_people([[one, third], [other]])
    assert proposed() == []
    assert ingest.propose_people() == 0
    ingest.undo_decision(decision)
    assert proposed() == [{one, other, third}]


def test_a_page_that_had_joined_others_can_be_joined_and_parted(lavrov: list[Speaker]) -> None:
    one, other, third = (speaker.pk for speaker in lavrov)
    first = ingest.decide_people([[other, third]])
    between = state()
    second = ingest.decide_people([[one, other]])
    assert set(Speaker.objects.exclude(pk=one).values_list("merged_into", flat=True)) == {one}
    with pytest.raises(EditConflict):
        ingest.undo_decision(first)
    ingest.undo_decision(second)
    assert state() == between


def test_who_cannot_be_one_person_is_refused_and_nothing_changes(lavrov: list[Speaker]) -> None:
    meeting = rows.meeting()
    for position, speaker in enumerate(lavrov[:2], start=1):
        rows.speech(speaker=speaker, meeting=meeting, position=position)
    early = page("Sergei Lavrov", 1946, namesake=2)
    for keys in (
        [lavrov[0].pk, lavrov[1].pk],
        [lavrov[0].pk, early.pk],
        [lavrov[0].pk, 10**6],
        [lavrov[0].pk, lavrov[0].pk],
    ):
        with pytest.raises(IngestError):
            ingest.decide_people([keys])
    assert not DecidedSpeaker.objects.exists()


def test_pages_joined_meanwhile_are_refused(lavrov: list[Speaker]) -> None:
    ingest.decide_people([[speaker.pk for speaker in lavrov[:2]]])
    with pytest.raises(EditConflict):
        ingest.decide_people([[lavrov[1].pk, lavrov[2].pk]])

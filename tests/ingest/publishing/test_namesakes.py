"""People of one name and country stay apart where they are certainly or probably not one."""

from datetime import date
from typing import Any

import pytest
from support import rows
from support.drafts import MakeTranscript, draft, draft_speech

from statements.ingest import Draft, preview, publish
from statements.ingest.drafts.draft import DraftPlace
from statements.models import Speaker, Speech
from statements.transcripts.languages.titles import title_class

pytestmark = pytest.mark.django_db

Said = tuple[str, str]  # honorific, name


def meeting(symbol: str, year: int, *said: Said, **fields: Any) -> Draft:
    speeches = [
        draft_speech(
            position,
            f"In {year} and as number {position}, the otter spoke at {symbol}.",
            speaker=name,
            honorific=honorific,
            speaker_line=f"{honorific} {name} (Canada)",
            affiliation="Canada",
            country="CAN",
        )
        for position, (honorific, name) in enumerate(said, start=1)
    ]
    return draft(*speeches, symbol=symbol, date=date(year, 3, 3), **fields)


def people(*drafts: Draft, waiting: MakeTranscript) -> list[int]:
    """Publish drafts one after another; return a number for the person of each speech."""
    for number, new in enumerate(drafts):
        publish(waiting(f"file {number}".encode()), new)
    speakers = list(Speech.objects.order_by("pk").values_list("speaker_id", flat=True))
    assert None not in speakers
    order = list(dict.fromkeys(speakers))
    return [order.index(speaker) for speaker in speakers]


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ((("Mr.", "Smithson"), ("Ms.", "Smithson"), ("Mr.", "Smithson")), [0, 1, 0]),
        ((("Mrs.", "Smithson"), ("Ms.", "Smithson")), [0, 0]),
        ((("Mr.", "Smithson"), ("Dr.", "Smithson")), [0, 1]),
        ((("Mr.", "Smithson"), ("", "Smithson")), [0, 0]),
        ((("", "Smithson"), ("Mr.", "Smithson"), ("Ms.", "Smithson")), [0, 1, 2]),
        ((("Mr.", "J. A. Smithson"), ("Mr.", "J.A. Smithson"), ("Mr.", "J A Smithson")), [0, 0, 0]),
        ((("Mr.", "J. Smithson"), ("Mr.", "B. Smithson")), [0, 1]),
    ],
)
def test_titles_of_one_meeting_part_namesakes(
    waiting: MakeTranscript, said: tuple[Said, ...], expected: list[int]
) -> None:
    assert people(meeting("S/PV.5501", 2006, *said), waiting=waiting) == expected


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ((1948, "Mr."), (2006, "Mr."), [0, 1]),  # of another era
        ((2006, "Mr."), (1948, "Mr."), [0, 1]),
        ((1976, "Mr."), (2006, "Mr."), [0, 0]),
        ((2005, "Mr."), (2006, "Ms."), [0, 1]),
        ((2005, "Mr."), (2006, "Dr."), [0, 0]),  # printed otherwise in another record
        ((2005, "Mr."), (2006, "Sir"), [0, 0]),
        ((2005, "Ms."), (2006, "Sir"), [0, 1]),
        ((2005, ""), (2006, "Ms."), [0, 0]),
        ((2005, "Mr."), (2006, "President"), [0, 0]),
    ],
)
def test_records_are_joined_unless_title_or_era_speaks_against_it(
    waiting: MakeTranscript, first: tuple[int, str], second: tuple[int, str], expected: list[int]
) -> None:
    drafts = [
        meeting(f"S/PV.{year}", year, (honorific, "Smithson"))
        for year, honorific in (first, second)
    ]
    assert people(*drafts, waiting=waiting) == expected


def test_each_later_speech_joins_the_namesake_of_its_title_and_era(waiting: MakeTranscript) -> None:
    drafts = [
        meeting("S/PV.1", 1948, ("Mr.", "Smithson")),
        meeting("S/PV.2", 2006, ("Ms.", "Smithson"), ("Mr.", "Smithson")),
        meeting("S/PV.3", 2010, ("Mr.", "Smithson"), ("Ms.", "Smithson")),
        meeting("S/PV.4", 1950, ("Mr.", "Smithson")),
    ]
    assert people(*drafts, waiting=waiting) == [0, 1, 2, 2, 1, 0]
    speakers = Speaker.objects.order_by("namesake")
    assert [(speaker.slug, speaker.honorific) for speaker in speakers] == [
        ("smithson-canada", "Mr."),
        ("smithson-canada-2", "Ms."),
        ("smithson-canada-3", "Mr."),
    ]


def test_a_name_without_title_that_may_be_either_is_nobody_known(waiting: MakeTranscript) -> None:
    both = meeting("S/PV.2", 2006, ("Ms.", "Smithson"), ("Mr.", "Smithson"))
    bare = meeting("S/PV.3", 2006, ("", "Smithson"))
    assert people(both, bare, waiting=waiting) == [0, 1, 2]


def test_a_table_of_many_years_parts_eras_too(waiting: MakeTranscript) -> None:
    both = meeting("", 2006, ("Mr.", "Smithson"), ("Mr.", "Smithson"), ("Mr.", "Smithson"))
    both.date = None
    for speech, year in zip(both.speeches, (1948, 2006, 1951), strict=True):
        speech.place = DraftPlace(year=year)
    assert people(both, waiting=waiting) == [0, 1, 0]


@pytest.mark.parametrize(
    ("roles", "expected"),
    [
        # later speeches without an office may be of either, so they are of neither
        (("Minister of Health", "Minister for Roads", "Minister of Health"), [0, 1, 0, 2, 2, 1]),
        (("Minister of Health", "", "Minister of Health of Canada"), [0, 0, 0, 0, 0, 0]),
        (("President", "Minister of Health", ""), [0, 0, 0, 0, 0, 0]),  # of the Council
    ],
)
def test_other_offices_in_one_meeting_are_other_people(
    waiting: MakeTranscript, roles: tuple[str, ...], expected: list[int]
) -> None:
    new = meeting("S/PV.2", 2006, *[("Mr.", "Smithson")] * len(roles))
    for speech, role in zip(new.speeches, roles, strict=True):
        speech.role = role
    later = [meeting(f"S/PV.{number}", 2006, ("Mr.", "Smithson")) for number in (3, 4, 5)]
    later[-1].speeches[0].role = roles[1]
    assert people(new, *later, waiting=waiting) == expected


def test_the_preview_tells_who_is_new(waiting: MakeTranscript) -> None:
    publish(waiting(b"one"), meeting("S/PV.1", 1948, ("Mr.", "Smithson")))
    new = meeting("S/PV.2", 2006, ("Mr.", "Smithson"))
    assert [item.is_new_speaker for item in preview(new).speeches] == [True]
    contemporary = meeting("S/PV.3", 1950, ("Mr.", "Smithson"))
    assert [item.is_new_speaker for item in preview(contemporary).speeches] == [False]


def test_a_speaker_of_an_older_archive_without_speeches_is_found(waiting: MakeTranscript) -> None:
    known = rows.speaker("J. Smithson", honorific="Ms.", country=rows.country("CAN"))
    assert people(meeting("S/PV.2", 2006, ("Ms.", "J Smithson")), waiting=waiting) == [0]
    assert Speech.objects.get().speaker == known


@pytest.mark.parametrize(
    ("honorific", "expected"),
    [
        ("His Excellency Mr.", "mr"),
        ("Mme", "mrs"),
        ("Miss", "mrs"),
        ("Deputy Prime Minister", ""),
        ("King", ""),
        ("Lieutenant General", "lieutenant"),
        ("", ""),
    ],
)
def test_titles_are_compared_by_their_class(honorific: str, expected: str) -> None:
    assert title_class(honorific) == expected

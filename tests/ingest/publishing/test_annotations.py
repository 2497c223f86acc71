"""Annotations are stored with a text, and updated when it changes."""

from datetime import date
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from support import rows
from support.drafts import (
    DAY,
    MakeTranscript,
    draft,
    draft_speech,
    parsed_record,
    parsed_speech,
)

from statements.ingest import (
    Draft,
    DraftMember,
    DraftParagraph,
    annotate_all,
    build_draft,
    publish,
)
from statements.models import (
    Country,
    IndexOutbox,
    LanguageChange,
    Meeting,
    Member,
    Paragraph,
    RecordedVote,
    Reference,
    Speech,
    Vote,
)
from statements.transcripts.values.parsed import ParsedMember, ParsedParagraph

pytestmark = pytest.mark.django_db

NARRATIVE = "narrative"


def told(*texts: str, narrative: tuple[int, ...] = (), **fields: Any) -> Draft:
    """A draft of one speech; the paragraphs of the positions given are narrative."""
    paragraphs = [
        DraftParagraph(text, NARRATIVE if place in narrative else "speech")
        for place, text in enumerate(texts, start=1)
    ]
    return draft(draft_speech(paragraphs=paragraphs), **{"date": DAY} | fields)


def votes() -> list[tuple[str, str, str | None]]:
    in_order = Vote.objects.order_by("paragraph__position", "position")
    return list(in_order.values_list("ballot", "delegation", "country"))


def test_references_are_spans_with_the_usual_form(waiting: MakeTranscript) -> None:
    publish(waiting(b"one"), told("None.", "As S/PV8628, p. 2, and resolution 1325 (2000) say."))
    (record, resolution) = Reference.objects.all()
    assert record.paragraph.text[record.start : record.end] == "S/PV8628, p. 2"
    assert (record.symbol, record.page) == ("S/PV.8628", "p. 2")
    assert resolution.paragraph.text[resolution.start : resolution.end] == "1325 (2000)"
    assert (resolution.symbol, resolution.paragraph.position) == ("S/RES/1325 (2000)", 2)


def test_who_names_a_document_is_one_question(
    waiting: MakeTranscript, django_assert_num_queries: Any
) -> None:
    publish(waiting(b"one"), told("Resolution 1325 (2000), I repeat: resolution 1325 (2000)."))
    publish(waiting(b"two"), told("Resolution 1326 (2000)."))
    with django_assert_num_queries(1):
        assert len(Speech.objects.naming("S/RES/1325 (2000)")) == 1


def test_a_change_of_language_is_where_the_note_stands(waiting: MakeTranscript) -> None:
    publish(waiting(b"one"), told("Good morning. (spoke in French) Bonjour."))
    change = LanguageChange.objects.get()
    assert change.paragraph.text[change.start : change.end] == "(spoke in French)"
    assert (change.language, change.language_printed) == ("fr", "spoke in French")


def test_votes_stand_as_printed_beside_the_countries_of_the_day(waiting: MakeTranscript) -> None:
    listed = "In favour: Zaire, Turkey, Lower Estuary Against: None"
    publish(
        waiting(b"one"),
        told("I put it to the vote.", listed, narrative=(2,), date=date(1990, 1, 2)),
    )
    assert votes() == [
        ("in favour", "Zaire", "COD"),
        ("in favour", "Turkey", "TUR"),
        ("in favour", "Lower Estuary", None),
    ]


def test_a_vote_is_stored_with_what_was_voted_on_and_the_printed_totals(
    waiting: MakeTranscript,
) -> None:
    texts = (
        "I put to the vote operative paragraph 5 of draft resolution A/70/L.9.",
        "In favour: Chad, Peru",
        "Against: Norway",
        "Operative paragraph 5 was retained by 3 votes to 1, with 2 abstentions.",
        "In favour: Chad, Peru",
        "The draft was adopted (resolution 70/12).",
    )
    publish(waiting(b"one"), told(*texts, narrative=(2, 3, 5)))
    fields = ("subject", "resolution", "in_favour", "against", "abstaining")
    stored = RecordedVote.objects.values_list("first_position", "paragraph__position", *fields)
    assert list(stored) == [
        (2, 3, "Operative paragraph 5 of draft resolution A/70/L.9", "", 3, 1, 2),
        (5, 5, "", "70/12", None, None, None),
    ]


@pytest.mark.parametrize(
    ("last", "expected"),
    [
        ("Chad and Peru", ["Chad", "Peru"]),
        ("Chad, and Peru", ["Chad", "Peru"]),
        ("Trinidad and Tobago", ["Trinidad and Tobago"]),
        ("Peru and Trinidad and Tobago", ["Peru", "Trinidad and Tobago"]),
        ("Bosnia and Herzegovina and Chad", ["Bosnia and Herzegovina", "Chad"]),
        ("Lower and Upper Estuary", ["Lower and Upper Estuary"]),  # neither is known
        ("Chad and Upper Estuary", ["Chad and Upper Estuary"]),
    ],
)
def test_the_and_of_a_list_parts_only_known_names(
    waiting: MakeTranscript, last: str, expected: list[str]
) -> None:
    publish(waiting(b"one"), told(f"In favour: Norway, {last}", narrative=(1,)))
    assert [delegation for _, delegation, _ in votes()] == ["Norway", *expected]


def test_a_list_below_its_head_is_of_that_head(waiting: MakeTranscript) -> None:
    texts = ("In favour:", "Chad and Peru", "Against:", "None", "Abstaining:", "Norway")
    publish(waiting(b"one"), told(*texts, "It is adopted.", narrative=(1, 2, 3, 4, 5, 6)))
    assert [(ballot, name) for ballot, name, _ in votes()] == [
        ("in favour", "Chad"),
        ("in favour", "Peru"),
        ("abstaining", "Norway"),
    ]


def test_what_somebody_says_is_no_vote(waiting: MakeTranscript) -> None:
    publish(waiting(b"one"), told("In favour: Chad, Peru"))
    assert not Vote.objects.exists()


def test_a_statement_in_national_capacity_is_marked(waiting: MakeTranscript) -> None:
    publish(waiting(b"one"), told("I shall now make a statement in my national capacity."))
    publish(waiting(b"two"), told("The national capacity of rivers is great."))
    assert list(Speech.objects.order_by("pk").values_list("is_national", flat=True)) == [
        True,
        False,
    ]


def test_a_replacing_speech_leaves_nothing_of_the_replaced(waiting: MakeTranscript) -> None:
    place = {"symbol": "S/PV.8699", "first_position": 1}
    publish(
        waiting(b"one"), told("Resolution 1325 (2000). I speak in my national capacity.", **place)
    )
    assert Speech.objects.get().is_national
    publish(waiting(b"two"), told("Resolution 242 (1967).", **place), on_collision="replace")
    assert [each.symbol for each in Reference.objects.all()] == ["S/RES/242 (1967)"]
    assert not Speech.objects.get().is_national


def test_printed_numbers_are_kept_and_make_no_other_speech(waiting: MakeTranscript) -> None:
    speech = draft_speech(paragraphs=[DraftParagraph("Rivers join us.", number=19)])
    place: dict[str, Any] = {"symbol": "S/PV.8699", "first_position": 1, "date": DAY}
    publish(waiting(b"one"), draft(draft_speech(), **place))
    assert publish(waiting(b"two"), draft(speech, **place)).changed_nothing
    publish(waiting(b"three"), draft(speech, **place | {"symbol": "S/PV.8700"}))
    assert list(Paragraph.objects.order_by("pk").values_list("number", flat=True)) == [None, 19]


def test_members_and_first_page_are_kept_once(waiting: MakeTranscript) -> None:
    parsed = parsed_record(
        parsed_speech(paragraphs=(ParsedParagraph("Rivers join us.", number=4),)),
        members=(ParsedMember("Chad", "Ngarta", "Ms."), ParsedMember("Lower Estuary", "Brook", "")),
        first_page=("RC/PV.12", "<b>Members:</b> Chad"),
    )
    made = Draft.from_json(build_draft(parsed).to_json())
    assert made.speeches[0].paragraphs[0].number == 4
    publish(waiting(b"one"), made)
    again = draft(
        draft_speech(text="Other words."), symbol="RC/PV.12", members=[DraftMember("Peru")]
    )
    publish(waiting(b"two"), again)
    meeting = Meeting.objects.get()
    assert meeting.first_page == "RC/PV.12\n<b>Members:</b> Chad"
    assert [(each.affiliation, each.name, each.country_id) for each in Member.objects.all()] == [
        ("Chad", "Ngarta", "TCD"),
        ("Lower Estuary", "Brook", None),
    ]


def test_an_overlong_member_is_none_and_stays_on_the_first_page() -> None:
    long = ParsedMember("Chad " * 100, "Ngarta", "Ms.")
    made = build_draft(parsed_record(parsed_speech(), members=(long,), first_page=("Chad " * 100,)))
    assert made.members == []
    assert made.first_page == ["Chad " * 100]


def test_a_draft_from_before_members_were_kept_is_read() -> None:
    data = draft().to_json()
    del data["members"], data["first_page"], data["speeches"][0]["paragraphs"][0]["number"]
    assert Draft.from_json(data) == draft()


def test_rows_of_an_older_archive_follow_from_its_texts() -> None:
    speech = rows.speech("See resolution 1325 (2000), in my view.", "Against: Chad", narrative=[2])
    Reference.objects.create(paragraph=speech.paragraphs.all()[1], start=0, end=7, symbol="A/1")
    IndexOutbox.objects.all().delete()
    # one reference is gone, four rows are new, and two paragraphs have sentences
    assert list(annotate_all()) == [(1, 7)]
    assert [each.symbol for each in Reference.objects.all()] == ["S/RES/1325 (2000)"]
    assert votes() == [("against", "Chad", "TCD")]
    assert list(annotate_all()) == [(1, 0)]
    assert not IndexOutbox.objects.exists()  # nothing that is indexed has changed


def test_a_name_added_later_tells_who_voted() -> None:
    rows.speech("In favour: Lower Estuary", narrative=[1])
    list(annotate_all())
    estuary = rows.country("LES")
    estuary.names.create(name="Lower Estuary", folded="lower estuary")
    assert list(annotate_all()) == [(1, 2)]
    assert votes() == [("in favour", "Lower Estuary", "LES")]


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script> S/PV.1 \U0001f30a resolution 1325 (2000)",
        "S/" * 5_000,
        "In favour:" * 300,
        "(spoke in French)" * 200,
        "In favour: " + "Chad and " * 2_000,
        "S/RES/1325 (2000) e\u0301 S/RES/1326 (2000)",
    ],
)
def test_hostile_texts_are_stored_and_every_span_fits(waiting: MakeTranscript, text: str) -> None:
    publish(waiting(b"one"), told(text, text, narrative=(2,)))
    for row in [*Reference.objects.all(), *LanguageChange.objects.all()]:
        assert row.paragraph.text[row.start : row.end].strip() != ""
        assert row.end <= len(row.paragraph.text)


def test_the_database_refuses_an_empty_span_and_two_at_one_place() -> None:
    paragraph = rows.speech().paragraphs.get()
    with pytest.raises(IntegrityError, match="reference_span"), transaction.atomic():
        Reference.objects.create(paragraph=paragraph, start=3, end=3, symbol="A/1")
    Reference.objects.create(paragraph=paragraph, start=1, end=3, symbol="A/1")
    with pytest.raises(IntegrityError, match="reference_once"), transaction.atomic():
        Reference.objects.create(paragraph=paragraph, start=1, end=4, symbol="A/2")


def test_a_country_that_voted_is_not_deleted() -> None:
    rows.speech("Against: Chad", narrative=[1])
    list(annotate_all())
    with pytest.raises(IntegrityError), transaction.atomic():
        Country.objects.get(code="TCD").delete()

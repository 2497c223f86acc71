"""Publishing: all of a draft becomes rows, or nothing does."""

from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import User
from django.db import DatabaseError, connection
from support.drafts import DAY, MakeTranscript, draft, draft_speech

from statements.ingest import (
    Collision,
    Draft,
    DraftParagraph,
    DraftPresident,
    EditConflict,
    InvalidDraft,
    NotWaiting,
    discard,
    publish,
    update_draft,
)
from statements.models import IndexOutbox, Meeting, Paragraph, Speaker, Speech, Topic, Transcript

pytestmark = pytest.mark.django_db

LONG = " ".join(f"river{number}" for number in range(60))


def in_meeting(*speeches: Any, **fields: Any) -> Draft:
    return draft(*speeches, symbol="S/PV.8699 (Resumption 1)", date=DAY, **fields)


def test_speech_keeps_printed_and_normalised_forms_side_by_side(waiting: MakeTranscript) -> None:
    made = draft(
        draft_speech(
            speaker_line="Ms. Okafor (Nigeria) (spoke in French)",
            language="fr",
            language_printed="spoke in French",
            on_behalf_of="the African Group",
        ),
        date=DAY,
    )
    publish(waiting(b"one"), made)
    speech = Speech.objects.get()
    assert (speech.speaker_printed, speech.affiliation) == ("Ms. Okafor", "Nigeria")
    assert speech.speaker_line == "Ms. Okafor (Nigeria) (spoke in French)"
    assert speech.country is not None
    assert speech.country.code == "NGA"
    assert speech.speaker is not None
    assert (speech.speaker.name, speech.speaker.honorific) == ("Okafor", "Ms.")
    assert speech.speaker.slug == "okafor-nigeria"
    assert (speech.language, speech.on_behalf_of) == ("fr", "the African Group")
    assert speech.date == DAY


def test_public_id_names_meeting_and_position(waiting: MakeTranscript) -> None:
    publish(waiting(b"one"), in_meeting(draft_speech(), first_position=4))
    assert Speech.objects.get().public_id == "s-pv-8699-resumption-1-004"


def test_public_id_without_a_symbol_names_the_file(waiting: MakeTranscript) -> None:
    transcript = waiting(b"one")
    publish(transcript, draft(draft_speech(1), draft_speech(2)))
    assert sorted(Speech.objects.values_list("public_id", flat=True)) == [
        f"t-{transcript.sha256[:10]}-001",
        f"t-{transcript.sha256[:10]}-002",
    ]


def test_undated_speech_is_stored_and_listed_as_undated(waiting: MakeTranscript) -> None:
    publish(waiting(b"one"), draft())
    assert Speech.objects.undated().count() == 1


def test_paragraphs_have_no_gaps_where_blank_ones_stood(waiting: MakeTranscript) -> None:
    speech = draft_speech(text="One.\n \nTwo.\n\nThree.")
    speech.paragraphs.append(DraftParagraph("The meeting rose at 1 p.m.", "narrative"))
    publish(waiting(b"one"), draft(speech))
    assert list(Paragraph.objects.values_list("position", "kind", "text")) == [
        (1, "speech", "One."),
        (2, "speech", "Two."),
        (3, "speech", "Three."),
        (4, "narrative", "The meeting rose at 1 p.m."),
    ]


def test_meeting_is_made_with_presidents_and_agenda(waiting: MakeTranscript) -> None:
    made = in_meeting(
        presidents=[DraftPresident("Rask", "Mr.", "Norway"), DraftPresident("Lund", "", "Moon")],
        agenda_items=["Water for all"],
        topics=["Rivers"],
        organ="Security Council",
    )
    publish(waiting(b"one"), made)
    meeting = Meeting.objects.get()
    assert (meeting.number, meeting.resumption, meeting.date) == (8699, 1, DAY)
    first, second = meeting.presidencies.all()
    assert (first.name_printed, first.country_id) == ("Mr. Rask", "NOR")
    assert str(first.speaker) == "Mr. Rask"
    assert (second.affiliation, second.country_id) == ("Moon", None)
    assert [topic.title for topic in meeting.agenda_items.all()] == ["Water for all"]
    assert set(Speech.objects.get().topics.values_list("title", "kind")) == {
        ("Water for all", "agenda-item"),
        ("Rivers", "subject"),
    }


def test_an_agenda_keeps_its_order_and_printed_numbers(waiting: MakeTranscript) -> None:
    items = ["1. Weirs", "2 (a). Tides", "3. Locks"]
    publish(waiting(b"one"), draft(symbol="RC/PV.3", agenda_items=items))
    again = draft(draft_speech(text="Two."), symbol="RC/PV.3", agenda_items=["Locks", "Ebb"])
    publish(waiting(b"two"), again)
    agenda = Meeting.objects.get().agenda.values_list("position", "number", "topic__title")
    assert list(agenda) == [
        (1, "1", "Weirs"),
        (2, "2 (a)", "Tides"),
        (3, "3", "Locks"),
        (4, "", "Ebb"),
    ]


def test_later_statement_of_a_meeting_takes_its_date_and_agenda(waiting: MakeTranscript) -> None:
    publish(waiting(b"one"), in_meeting(agenda_items=["Water for all"]))
    publish(
        waiting(b"two"),
        draft(draft_speech(text="Other words."), symbol="S/PV.8699 (Resumption 1)"),
    )
    later = Speech.objects.get(position=2)
    assert later.date == DAY
    assert [topic.title for topic in later.topics.all()] == ["Water for all"]
    assert Speaker.objects.count() == 1
    assert Topic.objects.count() == 1


def test_blank_fields_of_a_meeting_are_filled_and_known_ones_kept(waiting: MakeTranscript) -> None:
    publish(waiting(b"one"), draft(symbol="RC/PV.3", organ="Rivers Council"))
    publish(
        waiting(b"two"),
        draft(draft_speech(text="Two."), symbol="RC/PV.3", organ="Seas Council", date=DAY),
    )
    meeting = Meeting.objects.get()
    assert (meeting.organ_id, meeting.date) == ("Rivers Council", DAY)


def test_storing_into_a_meeting_touches_no_other_speech(waiting: MakeTranscript) -> None:
    publish(waiting(b"one"), in_meeting())
    IndexOutbox.objects.all().delete()
    publish(waiting(b"two"), in_meeting(draft_speech(text="Two.")))
    added = Speech.objects.get(position=2)
    assert set(IndexOutbox.objects.values_list("speech_id", flat=True)) == {added.pk}


def test_collision_is_refused_with_nothing_stored(waiting: MakeTranscript) -> None:
    publish(waiting(b"one"), in_meeting(first_position=1))
    transcript = waiting(b"two")
    other = in_meeting(
        draft_speech(1, speaker_line="Mr. Rask (Norway)", speaker="Rask", country="NOR"),
        draft_speech(2, text="Two."),
        first_position=1,
    )
    with pytest.raises(Collision, match=r"Position 1 of S/PV\.8699 \(Resumption 1\)"):
        publish(transcript, other)
    transcript.refresh_from_db()
    assert transcript.state == "received"
    assert Speech.objects.count() == 1
    assert Speaker.objects.count() == 1


def test_skip_keeps_what_is_there_and_adds_the_rest(waiting: MakeTranscript) -> None:
    publish(waiting(b"one"), in_meeting(first_position=1))
    other = in_meeting(draft_speech(1, "New words."), draft_speech(2, "Two."), first_position=1)
    published = publish(waiting(b"two"), other, on_collision="skip")
    assert (published.stored, published.replaced, published.skipped) == (1, 0, 1)
    texts = Paragraph.objects.order_by("speech__position").values_list("text", flat=True)
    assert list(texts) == ["Rivers join us.", "Two."]


def test_replace_keeps_the_address_and_marks_the_old_file(waiting: MakeTranscript) -> None:
    old, new = waiting(b"one"), waiting(b"two")
    publish(old, in_meeting(draft_speech(text="One.\nTwo."), first_position=1))
    before = Speech.objects.get()
    other = draft_speech(
        text="New words.", speaker_line="Mr. Rask (Norway)", speaker="Rask", country="NOR"
    )
    publish(new, in_meeting(other, first_position=1, topics=["Seas"]), on_collision="replace")
    after = Speech.objects.get()
    assert (after.pk, after.public_id) == (before.pk, before.public_id)
    assert after.speaker_printed == "Mr. Rask"
    assert [paragraph.text for paragraph in after.paragraphs.all()] == ["New words."]
    assert [topic.title for topic in after.topics.all()] == ["Seas"]
    assert after.transcript == new
    old.refresh_from_db()
    assert old.state == "replaced"


def test_old_file_stays_published_while_a_speech_of_it_is_left(waiting: MakeTranscript) -> None:
    old = waiting(b"one")
    publish(old, in_meeting(draft_speech(1), draft_speech(2, "Two."), first_position=1))
    publish(
        waiting(b"two"),
        in_meeting(draft_speech(1, "New."), first_position=1),
        on_collision="replace",
    )
    old.refresh_from_db()
    assert old.state == "published"


def test_same_words_from_another_file_are_stored_once(waiting: MakeTranscript) -> None:
    publish(waiting(b"one\n"), draft(draft_speech(text=LONG)))
    again = waiting(b"one\r\n")
    published = publish(again, draft(draft_speech(text=LONG)))
    assert published.changed_nothing
    assert Speech.objects.count() == 1
    assert again.state == "discarded"
    assert [problem["code"] for problem in again.problems] == ["nothing-stored"]


def test_same_words_on_another_day_are_another_speech(waiting: MakeTranscript) -> None:
    publish(waiting(b"one"), draft(draft_speech(text=LONG), date=DAY))
    publish(waiting(b"two"), draft(draft_speech(text=LONG), date=DAY.replace(year=2032)))
    assert Speech.objects.count() == 2


def test_short_words_said_again_in_a_meeting_are_stored_again(waiting: MakeTranscript) -> None:
    publish(waiting(b"one"), in_meeting())
    publish(waiting(b"two"), in_meeting())
    assert Speech.objects.count() == 2


def test_public_id_is_never_given_twice(waiting: MakeTranscript) -> None:
    publish(waiting(b"one"), in_meeting(first_position=1))
    Speech.objects.update(position=9)
    publish(waiting(b"two"), in_meeting(draft_speech(text="Two."), first_position=1))
    assert set(Speech.objects.values_list("public_id", flat=True)) == {
        "s-pv-8699-resumption-1-001",
        "s-pv-8699-resumption-1-001-2",
    }


def test_two_people_of_one_slug_get_addresses_of_their_own(waiting: MakeTranscript) -> None:
    for content, name in ((b"one", "O'Hara"), (b"two", "Ohara")):
        speech = draft_speech(speaker=name, speaker_line=f"Mr. {name} (Ireland)", country="IRL")
        publish(waiting(content), draft(speech))
    assert set(Speaker.objects.values_list("slug", flat=True)) == {
        "ohara-ireland",
        "ohara-ireland-2",
    }


@pytest.mark.parametrize(
    ("fields", "speech", "sentence"),
    [
        ({"speeches": []}, {}, "no speech"),
        ({"symbol": "nonsense"}, {}, "is not a symbol"),
        ({"symbol": "S/PV.0012"}, {}, "Write the symbol as S/PV.12"),
        ({"symbol": "S/PV.12", "first_position": 0}, {}, "whole number from 1"),
        ({}, {"country": "XYZ"}, "no country “XYZ”"),
        ({}, {"speaker": "N" * 201}, "the speaker has 201 characters"),
        ({}, {"speaker": "\u0301"}, "contains no letters"),
        ({}, {"speaker_line": "N" * 501}, "the speaker line has 501 characters"),
        ({}, {"role": "Presi\x00dent"}, "NUL or invalid character"),
        ({}, {"text": "a \ud800 b"}, "NUL or invalid character"),
        ({}, {"position": 0}, "no position in the transcript"),
    ],
)
def test_draft_that_cannot_be_kept_is_refused_in_a_sentence(
    waiting: MakeTranscript, fields: dict[str, Any], speech: dict[str, Any], sentence: str
) -> None:
    made = draft(draft_speech(**speech))
    for name, value in fields.items():
        setattr(made, name, value)
    with pytest.raises(InvalidDraft, match=sentence):
        publish(waiting(b"one"), made)
    assert not Speech.objects.exists()
    assert not Meeting.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_failure_in_the_middle_leaves_nothing_half_stored(waiting: MakeTranscript) -> None:
    transcript = waiting(b"one")
    with connection.cursor() as cursor:
        cursor.execute(
            "ALTER TABLE statements_paragraph ADD CONSTRAINT no_poison CHECK (text <> 'poison')"
        )
    try:
        made = in_meeting(draft_speech(1), draft_speech(2, "Two.\npoison"), topics=["Rivers"])
        with pytest.raises((DatabaseError, EditConflict)):
            publish(transcript, made)
    finally:
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE statements_paragraph DROP CONSTRAINT no_poison")
    for model in (Speech, Paragraph, Meeting, Speaker, Topic, IndexOutbox):
        assert not model.objects.exists(), model
    transcript.refresh_from_db()
    assert transcript.state == "received"


def test_published_transcript_is_not_published_again(waiting: MakeTranscript) -> None:
    transcript = waiting(b"one")
    publish(transcript, draft())
    assert transcript.state == "published"
    assert transcript.published_at is not None
    assert transcript.draft is None
    with pytest.raises(NotWaiting, match="Published"):
        publish(transcript, draft())


def test_draft_corrected_meanwhile_is_not_published_unseen(waiting: MakeTranscript) -> None:
    transcript = waiting(b"one", draft())
    seen = Transcript.objects.get(pk=transcript.pk)
    update_draft(transcript, draft(draft_speech(text="Corrected.")), revision=0)
    with pytest.raises(EditConflict, match="Someone else"):
        publish(seen, draft())
    assert not Speech.objects.exists()


def test_second_of_two_corrections_is_refused(waiting: MakeTranscript) -> None:
    transcript = waiting(b"one", draft())
    assert update_draft(transcript, draft(draft_speech(text="First.")), revision=0) == 1
    with pytest.raises(EditConflict, match="Check the current version"):
        update_draft(transcript, draft(draft_speech(text="Second.")), revision=0)
    kept = Draft.from_json(Transcript.objects.get().draft)
    assert kept.speeches[0].paragraphs[0].text == "First."


def test_discarded_transcript_is_neither_corrected_nor_published(waiting: MakeTranscript) -> None:
    transcript = waiting(b"one", draft())
    discard(transcript)
    with pytest.raises(NotWaiting, match="Discarded"):
        publish(transcript, draft())
    with pytest.raises(NotWaiting):
        update_draft(transcript, draft(), revision=0)
    with pytest.raises(NotWaiting):
        discard(transcript)


def test_who_published_is_in_the_administration_log(waiting: MakeTranscript) -> None:
    librarian = User.objects.create_user("librarian")
    transcript = waiting(b"one")
    publish(transcript, draft(), by=librarian)
    entry = LogEntry.objects.get()
    assert (entry.user, entry.object_id) == (librarian, str(transcript.pk))
    assert entry.change_message == "Published: 1 speech"


def test_bytes_are_kept_as_received(waiting: MakeTranscript) -> None:
    content = bytes(range(1, 256)) + b"\r\n\r\n\xef\xbb\xbf"
    transcript = waiting(content)
    publish(transcript, draft())
    assert bytes(Transcript.objects.get().content) == content

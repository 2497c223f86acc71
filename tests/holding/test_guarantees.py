"""Constraints and triggers: what the database refuses and writes by itself."""

import hashlib
from collections.abc import Callable
from datetime import date

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import ProtectedError
from support import rows

from statements.models import (
    Country,
    CountryName,
    IndexOutbox,
    Meeting,
    Paragraph,
    Session,
    Speaker,
    SpeakerName,
    Speech,
    Topic,
    Transcript,
)

pytestmark = pytest.mark.django_db


def make_transcript(content: bytes = b"Ms. Okafor (Nigeria): Rivers join us.") -> Transcript:
    return Transcript.objects.create(
        sha256=hashlib.sha256(content).hexdigest(), content=content, size=len(content), name="a.txt"
    )


@pytest.fixture
def speech() -> Speech:
    country = Country.objects.create(code="ZZX", short_name="Lower Estuary")
    speaker = Speaker.objects.create(
        slug="okafor-zzx", name="Okafor", sort_name="okafor", folded="okafor", country=country
    )
    meeting = Meeting.objects.create(symbol="RC/PV.900", slug="rc-pv-900", date=date(2020, 2, 29))
    speech = Speech.objects.create(
        public_id="rc-pv-900-001",
        transcript=make_transcript(),
        transcript_position=1,
        meeting=meeting,
        position=1,
        speaker=speaker,
        country=country,
    )
    Paragraph.objects.bulk_create(
        Paragraph(speech=speech, position=position, text=f"Paragraph {position}.")
        for position in (3, 1, 2)
    )
    speech.topics.add(Topic.objects.create(slug="floods", title="Floods", folded="floods"))
    return speech


@pytest.fixture
def drained(speech: Speech) -> Speech:
    IndexOutbox.objects.all().delete()
    return speech


def settle() -> None:
    """Check the deferred constraints now, as a commit would."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_paragraphs_may_come_in_any_order_within_a_transaction(speech: Speech) -> None:
    settle()
    assert [p.position for p in speech.paragraphs.all()] == [1, 2, 3]


def test_a_gap_between_paragraphs_is_refused(speech: Speech) -> None:
    Paragraph.objects.create(speech=speech, position=5, text="Nothing stands before me.")
    with pytest.raises(IntegrityError, match="paragraph_follows_its_previous"):
        settle()


def test_taking_a_middle_paragraph_away_is_refused(speech: Speech) -> None:
    settle()
    with (
        pytest.raises(IntegrityError, match="paragraph_follows_its_previous"),
        transaction.atomic(),
    ):
        speech.paragraphs.filter(position=2).delete()


@pytest.mark.parametrize(
    ("field", "value"), [("position", 0), ("text", "")], ids=["position zero", "no text"]
)
def test_a_paragraph_has_a_position_and_text(speech: Speech, field: str, value: object) -> None:
    fields = {"position": 4, "text": "Something."} | {field: value}
    with pytest.raises(IntegrityError), transaction.atomic():
        Paragraph.objects.create(speech=speech, **fields)


def test_one_speech_per_meeting_and_position(speech: Speech) -> None:
    settle()
    with (
        pytest.raises(IntegrityError, match="speech_meeting_position"),
        transaction.atomic(),
    ):
        Speech.objects.create(
            public_id="another",
            transcript=speech.transcript,
            transcript_position=2,
            meeting=speech.meeting,
            position=1,
        )


def test_one_transcript_per_sha256(speech: Speech) -> None:
    with pytest.raises(IntegrityError, match="sha256"), transaction.atomic():
        make_transcript()


def test_the_sha256_must_be_of_the_bytes() -> None:
    with pytest.raises(IntegrityError, match="sha256_is_of_content"), transaction.atomic():
        Transcript.objects.create(sha256="0" * 64, content=b"x", size=1, name="x")


def test_bytes_once_received_are_never_altered() -> None:
    transcript = make_transcript()
    other = b"Mr. Nobody: Something else."
    with pytest.raises(IntegrityError, match="kept as received"), transaction.atomic():
        Transcript.objects.filter(pk=transcript.pk).update(
            content=other, sha256=hashlib.sha256(other).hexdigest(), size=len(other)
        )


def test_a_transcript_with_speeches_cannot_be_deleted(speech: Speech) -> None:
    with pytest.raises(ProtectedError):
        speech.transcript.delete()


def rename_country(speech: Speech) -> None:
    Country.objects.filter(code="ZZX").update(short_name="Upper Estuary")


def add_country_name(speech: Speech) -> None:
    CountryName.objects.create(country_id="ZZX", name="Estuary", folded="estuary")


def rename_speaker(speech: Speech) -> None:
    Speaker.objects.filter(slug="okafor-zzx").update(name="Okafor Bello")


def add_speaker_name(speech: Speech) -> None:
    SpeakerName.objects.create(speaker=speech.speaker, name="Okafour", folded="okafour")


def move_meeting(speech: Speech) -> None:
    Meeting.objects.filter(symbol="RC/PV.900").update(date=date(2020, 3, 1))


def rename_session(speech: Speech) -> None:
    Speech.objects.filter(pk=speech.pk).update(session=rows.session(30))
    IndexOutbox.objects.all().delete()
    Session.objects.update(organ=rows.organ("Lakes Council"))


def rename_topic(speech: Speech) -> None:
    Topic.objects.filter(slug="floods").update(title="Floods and droughts")


def take_topic_away(speech: Speech) -> None:
    speech.topics.clear()


def correct_paragraph(speech: Speech) -> None:
    speech.paragraphs.filter(position=2).update(text="As corrected.")


def touch_with_raw_sql(speech: Speech) -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE statements_speech SET role = 'President' WHERE id = %s", [speech.pk])


def delete_speech(speech: Speech) -> None:
    speech.delete()


@pytest.mark.parametrize(
    "change",
    [
        rename_country,
        add_country_name,
        rename_speaker,
        add_speaker_name,
        move_meeting,
        rename_session,
        rename_topic,
        take_topic_away,
        correct_paragraph,
        touch_with_raw_sql,
        delete_speech,
    ],
)
def test_every_change_of_what_is_indexed_asks_for_indexing(
    drained: Speech, change: Callable[[Speech], None]
) -> None:
    pk = drained.pk
    change(drained)
    assert set(IndexOutbox.objects.values_list("speech_id", flat=True)) == {pk}


def test_a_rolled_back_change_asks_for_nothing(drained: Speech) -> None:
    with transaction.atomic():
        correct_paragraph(drained)
        transaction.set_rollback(True)
    assert not IndexOutbox.objects.exists()


def test_a_bulk_change_writes_one_row_a_speech(drained: Speech) -> None:
    drained.paragraphs.update(text="All corrected at once.")
    assert IndexOutbox.objects.count() == 1


_UNINDEXED = """
SELECT con.conname FROM pg_constraint con
WHERE con.contype = 'f' AND con.conrelid::regclass::text LIKE 'statements\\_%%'
AND NOT EXISTS (
    SELECT FROM pg_index i WHERE i.indrelid = con.conrelid AND i.indisvalid
    -- the first columns of the index are those of the key, in any order
    AND (i.indkey::int2[])[0 : cardinality(con.conkey) - 1] @> con.conkey
)
ORDER BY 1
"""


def test_rows_that_refer_to_a_deleted_one_are_looked_up_in_an_index(db):
    with connection.cursor() as cursor:
        cursor.execute(_UNINDEXED)
        assert cursor.fetchall() == []

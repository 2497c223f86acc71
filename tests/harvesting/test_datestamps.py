"""The datestamp of a speech changes with everything that is given out of it."""

import threading
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import connection, transaction
from support import rows

from statements import ingest
from statements.models import (
    ChangedSpeech,
    Country,
    Datestamp,
    DeletedSpeech,
    IndexOutbox,
    LanguageChange,
    Meeting,
    Organ,
    Paragraph,
    RecordedVote,
    Reference,
    Series,
    Session,
    Speaker,
    SpeakerName,
    Speech,
    Transcript,
    Vote,
    Withdrawal,
    changes,
)

OLD = datetime(2001, 1, 1, tzinfo=UTC)


def dated_long_ago() -> None:
    changes.assign()
    Datestamp.objects.update(changed_at=OLD)


def stamped() -> set[str]:
    """The speeches whose datestamp is new."""
    changes.assign()
    return set(Datestamp.objects.exclude(changed_at=OLD).values_list("public_id", flat=True))


@pytest.fixture
def speech(db: None) -> Speech:
    """A speech with every relation, among others that have none of them."""
    archive = rows.small_archive()
    speech = archive.speech
    series = rows.series("Floods")
    Transcript.objects.filter(pk=speech.transcript_id).update(series=series)
    paragraph = speech.paragraphs.get(position=1)
    Reference.objects.create(paragraph=paragraph, start=0, end=3, symbol="RIV/1")
    LanguageChange.objects.create(paragraph=paragraph, start=0, end=3, language_printed="French")
    Vote.objects.create(paragraph=paragraph, position=1, ballot="against", delegation="Chad")
    RecordedVote.objects.create(paragraph=paragraph, first_position=1)
    speech.affiliations.add(rows.affiliation("Blues"))
    SpeakerName.objects.create(speaker=archive.speaker, name="Umarow", folded="umarow")
    # it has the transcript and the meeting too
    Speech.objects.filter(public_id="riv-pv-7-002").delete()
    rows.speech("Another river.", public_id="other", speaker_printed="Mr. Else")
    dated_long_ago()
    return speech


def _first(model: Any) -> Any:
    return model.objects.order_by("pk").first()


CHANGES: dict[str, Callable[[Speech], Any]] = {
    "its printed speaker": lambda it: Speech.objects.filter(pk=it.pk).update(speaker_printed="X"),
    "its text": lambda it: Paragraph.objects.filter(speech=it, position=1).update(text="A lake."),
    "its paragraphs": lambda it: Paragraph.objects.filter(speech=it, position=3).delete(),
    "its topics": lambda it: it.topics.clear(),
    "a topic": lambda it: it.topics.update(title="Droughts"),
    "its meeting": lambda it: Meeting.objects.filter(pk=it.meeting_id).update(symbol="RIV/PV.8"),
    "its session": lambda it: Session.objects.filter(pk=it.session_id).update(number=13),
    "its organ": lambda it: Organ.objects.filter(name=it.organ).update(slug="streams"),
    "its country": lambda it: Country.objects.filter(pk=it.country_id).update(short_name="K."),
    "its speaker": lambda it: Speaker.objects.filter(pk=it.speaker_id).update(name="Omarov"),
    "a name of its speaker": lambda it: SpeakerName.objects.all().delete(),
    "its affiliation": lambda it: it.affiliations.update(name="Reds"),
    "its affiliations": lambda it: it.affiliations.clear(),
    "its file": lambda it: Transcript.objects.filter(pk=it.transcript_id).update(rights="CC0"),
    "the series of its file": lambda it: Series.objects.update(title="Rivers"),
    "a reference": lambda it: Reference.objects.filter(paragraph__speech=it).delete(),
    "a note on languages": lambda it: LanguageChange.objects.update(language="fr"),
    "a vote": lambda it: Vote.objects.filter(paragraph__speech=it).update(delegation="Mali"),
    "a recorded vote": lambda it: RecordedVote.objects.update(subject="A draft"),
    "its withdrawal": lambda it: ingest.withdraw([it.pk], "By mistake."),
    "its end": lambda it: it.delete(),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_a_change_of_what_is_given_out_gives_the_speech_alone_a_datestamp(
    speech: Speech, change: Callable[[Speech], Any]
) -> None:
    public_id = speech.public_id
    change(speech)
    assert stamped() == {public_id}


def test_the_reason_of_a_withdrawal_is_given_out(speech: Speech) -> None:
    ingest.withdraw([speech.pk], "By mistake.")
    dated_long_ago()
    Withdrawal.objects.update(reason="By a court.")
    assert stamped() == {speech.public_id}
    ingest.erase(speech.pk, "For good.")
    dated_long_ago()
    DeletedSpeech.objects.filter(public_id=speech.public_id).update(reason="A court ordered it.")
    assert stamped() == {speech.public_id}


def test_what_is_not_given_out_changes_nothing(speech: Speech) -> None:
    transcript = Transcript.objects.filter(pk=speech.transcript_id)
    transcript.update(state=Transcript.State.ANOTHER, doubts=3)
    IndexOutbox.objects.all().delete()
    assert stamped() == set()


# shown on pages alone, or derived from what is watched
NOT_GIVEN_OUT = {
    *("agendaitem", "countrygroup", "country_successors", "document", "member"),
    *("office", "officeterm", "organname", "presidency", "resultset", "speakerproposal"),
    *("speech_former_transcripts", "wordsdigest"),
}


def test_every_public_table_is_watched_or_not_given_out(db: None) -> None:
    functions = "proname LIKE 'statements\\_%%\\_outbox' OR proname LIKE 'statements\\_%%\\_noted'"
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgrelid::regclass::text, array_agg(proname) FROM pg_trigger"
            " JOIN pg_proc ON pg_proc.oid = tgfoid WHERE proname = 'statements_note_revision'"
            f" OR {functions} GROUP BY 1"
        )
        watched = dict(cursor.fetchall())
    revised = {table for table, names in watched.items() if "statements_note_revision" in names}
    noticed = {
        table for table, names in watched.items() if set(names) - {"statements_note_revision"}
    }
    prefix = "statements_"
    assert {table.removeprefix(prefix) for table in revised - noticed} == NOT_GIVEN_OUT


def test_a_new_archive_has_no_datestamps(db: None) -> None:
    assert changes.earliest() is None
    assert changes.Selection().page(10) == []
    assert changes.Selection().count() == 0
    assert changes.change_of("nothing") is None


@pytest.mark.django_db(transaction=True)
def test_a_change_is_dated_when_it_is_committed_and_not_when_it_began() -> None:
    rows.speech(public_id="slow")
    dated_long_ago()
    changed, seen = threading.Event(), threading.Event()

    def change_slowly() -> None:
        try:
            with transaction.atomic():
                Speech.objects.update(speaker_printed="Ms. Brooke")
                changed.set()
                seen.wait(timeout=30)
        finally:
            changed.set()
            connection.close()

    writer = threading.Thread(target=change_slowly)
    writer.start()
    changed.wait(timeout=30)
    assert stamped() == set()
    asked_at = datetime.now(UTC).replace(microsecond=0)
    seen.set()
    writer.join()
    assert stamped() == {"slow"}
    assert changes.Selection(since=asked_at).page(2) == [changes.change_of("slow")]
    assert not ChangedSpeech.objects.exists()

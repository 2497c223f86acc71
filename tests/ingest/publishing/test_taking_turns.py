"""Two people at once: one succeeds, the other gets the reason; nothing is stored twice."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connections, transaction
from support.drafts import DAY, MakeTranscript, draft, draft_speech

from statements.ingest import (
    Draft,
    EditConflict,
    Metadata,
    NotWaiting,
    Published,
    discard,
    publish,
    receive,
    update_draft,
)
from statements.models import Meeting, Paragraph, Speaker, Speech, Topic, Transcript

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*calls: Callable[[], Any]) -> list[Any]:
    """Run calls in threads of their own, started together; results or exceptions, in order."""
    gate = threading.Barrier(len(calls))
    results: list[Any] = [None] * len(calls)

    def run(index: int, call: Callable[[], Any]) -> None:
        try:
            gate.wait(timeout=10)
            results[index] = call()
        except Exception as error:
            results[index] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=item) for item in enumerate(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    return results


def publishing(transcript: Transcript, made: Draft, **options: Any) -> Callable[[], Published]:
    loaded = Transcript.objects.get(pk=transcript.pk)
    return lambda: publish(loaded, made, **options)


def test_two_publishers_of_one_transcript_store_it_once(waiting: MakeTranscript) -> None:
    for number in range(5):
        transcript = waiting(b"%d" % number, draft())
        made = draft(draft_speech(text=f"Words {number}."))
        results = at_once(publishing(transcript, made), publishing(transcript, made))
        assert sorted(type(result) for result in results if isinstance(result, Exception)) == [
            NotWaiting
        ], results
        assert Speech.objects.count() == number + 1


def test_many_publishers_into_one_new_meeting_get_places_without_gaps(
    waiting: MakeTranscript,
) -> None:
    calls = []
    for number in range(6):
        made = draft(
            draft_speech(1, f"First of {number}."),
            draft_speech(2, f"Second of {number}."),
            symbol="RC/PV.12",
            date=DAY,
            agenda_items=["Water for all"],
            topics=["Rivers"],
        )
        calls.append(publishing(waiting(b"%d" % number), made))
    results = at_once(*calls)
    assert all(isinstance(result, Published) for result in results), results
    assert sorted(Speech.objects.values_list("position", flat=True)) == list(range(1, 13))
    assert (Meeting.objects.count(), Speaker.objects.count(), Topic.objects.count()) == (1, 1, 2)
    for transcript in Transcript.objects.all():
        first, second = transcript.speeches.order_by("position")
        assert second.position == first.position + 1


def test_two_files_for_one_place_leave_one_speech(waiting: MakeTranscript) -> None:
    calls = [
        publishing(
            waiting(name.encode()),
            draft(
                draft_speech(text=f"Words of {name}.", speaker_line=name, speaker=name),
                symbol="RC/PV.12",
                first_position=3,
            ),
            on_collision=policy,
        )
        for name, policy in (("Rask", "skip"), ("Lund", "skip"), ("Holt", "skip"))
    ]
    results = at_once(*calls)
    assert sorted(result.stored for result in results) == [0, 0, 1], results
    assert Speech.objects.count() == 1
    assert Paragraph.objects.count() == 1


def test_publishing_and_correcting_at_once_never_loses_the_correction(
    waiting: MakeTranscript,
) -> None:
    for number in range(8):
        seen = draft(draft_speech(text=f"Seen {number}."))
        transcript = waiting(b"%d" % number, seen)
        corrected = draft(draft_speech(text=f"Corrected {number}."))
        loaded = Transcript.objects.get(pk=transcript.pk)
        published, edited = at_once(
            publishing(transcript, seen),
            lambda: update_draft(loaded, corrected, revision=0),  # noqa: B023
        )
        transcript = Transcript.objects.get(pk=transcript.pk)
        if isinstance(published, Published):
            assert isinstance(edited, NotWaiting), edited
            assert transcript.state == "published"
        else:
            assert isinstance(published, EditConflict), published
            assert edited == 1
            assert transcript.draft is not None
            assert Draft.from_json(transcript.draft) == corrected
            assert not transcript.speeches.exists()


def test_publishing_and_discarding_at_once_do_one_of_both(waiting: MakeTranscript) -> None:
    for number in range(5):
        transcript = waiting(b"%d" % number, draft())
        loaded = Transcript.objects.get(pk=transcript.pk)
        results = at_once(
            publishing(transcript, draft(draft_speech(text=f"Words {number}."))),
            lambda: discard(loaded),  # noqa: B023
        )
        refused = [result for result in results if isinstance(result, Exception)]
        assert [type(error) for error in refused] == [NotWaiting], results
        state = Transcript.objects.get(pk=transcript.pk).state
        assert transcript.speeches.exists() == (state == "published")


def test_second_publisher_waits_for_the_first_and_sees_what_it_stored(
    waiting: MakeTranscript,
) -> None:
    first = waiting(b"one")
    made = draft(draft_speech(text="Two."), symbol="RC/PV.12")
    second = publishing(waiting(b"two"), made)
    done = threading.Event()

    def run() -> None:
        try:
            second()
            done.set()
        finally:
            connections.close_all()

    with transaction.atomic():
        publish(first, draft(symbol="RC/PV.12"))
        thread = threading.Thread(target=run)
        thread.start()
        assert not done.wait(0.3)  # the meeting is locked until the first has committed
    thread.join(timeout=10)
    assert done.is_set()
    assert list(Speech.objects.order_by("position").values_list("position", flat=True)) == [1, 2]


def test_replacing_waits_for_an_edit_of_what_it_replaces(waiting: MakeTranscript) -> None:
    publish(waiting(b"one"), draft(symbol="RC/PV.12", first_position=1))
    made = draft(draft_speech(text="New words."), symbol="RC/PV.12", first_position=1)
    replacing = publishing(waiting(b"two"), made, on_collision="replace")
    done = threading.Event()
    errors: list[Exception] = []

    def run() -> None:
        try:
            replacing()
        except Exception as error:
            errors.append(error)
        finally:
            done.set()
            connections.close_all()

    with transaction.atomic():
        speech = Speech.objects.select_for_update().get()
        thread = threading.Thread(target=run)
        thread.start()
        assert not done.wait(0.3)
        speech.paragraphs.update(text="Edited.")
        speech.role = "Rapporteur"
        speech.meeting = Meeting.objects.get()
        speech.save()
    thread.join(timeout=10)
    assert (done.is_set(), errors) == (True, [])
    after = Speech.objects.get()
    assert [paragraph.text for paragraph in after.paragraphs.all()] == ["New words."]
    assert (after.public_id, after.role) == (speech.public_id, "")


def test_a_guest_and_the_invitation_at_once_are_told_of_each_other_once() -> None:
    invitation = (
        b"The President: I invite Ms. Ilse Tarn, Director of the River Commission, to participate "
        b"in this meeting.\n"
    )
    for number in range(5):
        symbol = f"S/PV.{9100 + number}"
        files = [
            (invitation + b"%d" % number, Metadata(symbol=symbol, position=1)),
            (
                b"Ms. Tarn: The weir holds, %d." % number,
                Metadata(symbol=f"{symbol} (Resumption 1)", position=1),
            ),
        ]
        calls = []
        for words, metadata in files:
            received = receive("a.txt", words, metadata=metadata)
            assert received.draft is not None
            calls.append(publishing(received.transcript, received.draft))
        results = at_once(*calls)
        assert not [each for each in results if isinstance(each, Exception)], results
        guest = Speech.objects.get(meeting__symbol=f"{symbol} (Resumption 1)")
        assert guest.role == "Director of the River Commission"
        codes = [problem["code"] for problem in guest.transcript.problems]
        assert codes.count("capacity-from-invitation") == 1

"""Publishing and discarding many files: requested on a page, done by the worker, exactly once."""

import datetime
import re
import threading
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from support.uploads import Person, file_of, hand_in, received, statement, url

from statements import ingest
from statements.ingest.intake.reading import read_next
from statements.ingest.waiting import jobs
from statements.ingest.waiting.summaries import summarize_waiting
from statements.models import (
    DeliveredFile,
    Delivery,
    IndexOutbox,
    ReviewJob,
    ReviewTask,
    Speech,
    Transcript,
)

pytestmark = pytest.mark.django_db

Outcome = ReviewTask.Outcome


def batch(client: Client, count: int, **metadata: Any) -> Delivery:
    files = [file_of(statement(f"Gauge {number}."), f"{number:03}.txt") for number in range(count)]
    ingest.deliver(
        [
            ingest.Incoming(each.name or "", each.read(), metadata=ingest.Metadata(**metadata))
            for each in files
        ],
        sender=User.objects.get(pk=client.session["_auth_user_id"]),
    )
    ingest.read_delivered()
    return Delivery.objects.latest("pk")


def dated() -> dict[str, Any]:
    return {"date": datetime.date(2025, 3, 4), "symbol": "RC/PV.7"}


def page_of(client: Client, delivery: Delivery, query: str = "") -> str:
    return client.get(url("transcript_delivery", delivery.pk) + query).content.decode()


def shown(client: Client, delivery: Any = None) -> dict[str, str]:
    """The hidden fields by which a list's form names what the page shows."""
    if delivery is None:
        address = url("transcript_waiting") + "?page=1"
    else:
        address = url("transcript_delivery", delivery) + "?show=review"
    page = client.get(address).content.decode()
    return dict(re.findall(r'<input type="hidden" name="(all|sound)" value="([^"]+)">', page))


def ask(client: Client, action: str = "publish", **fields: Any) -> Any:
    """Press a button on a list, as its page is at this moment unless ``fields`` have another."""
    fields = shown(client, fields.get("delivery")) | fields
    return client.post(url(f"transcript_{action}_many"), fields)


def test_all_of_a_batch_are_published_with_one_click(archivist: Client) -> None:
    delivery = batch(archivist, 60)
    page = page_of(archivist, delivery)
    assert page.count('name="transcript"') == 50
    assert "Publish all 60" in page
    answer = ask(archivist, which="all", delivery=delivery.pk)
    assert answer.status_code == 303
    assert answer.headers["Location"] == url("transcript_delivery", delivery.pk)
    page = page_of(archivist, delivery)
    assert "Publishing: 0 of 60" in page
    assert re.search(r'<progress value="0"\s+max="60"', page)
    assert '<noscript><meta http-equiv="refresh"' in page
    assert jobs.run_jobs() == 60
    assert Speech.objects.count() == 60
    page = page_of(archivist, delivery)
    assert "Published: 60 of 60" in page
    assert "refresh" not in page
    assert LogEntry.objects.filter(user__username="ama").count() == 60


def test_while_it_lasts_the_list_can_be_looked_at(archivist: Client) -> None:
    delivery = batch(archivist, 60)
    ask(archivist, which="all", delivery=delivery.pk)
    assert 'name="transcript"' not in page_of(archivist, delivery)
    page = page_of(archivist, delivery, "?show=review&page=2")
    assert page.count('name="transcript"') == 10
    assert "refresh" not in page


def test_only_what_is_without_doubts_is_published(archivist: Client) -> None:
    sound = batch(archivist, 3, **dated())
    unknown = received(statement("Else.", "Ms. Amadi"), "amadi.txt", **dated())
    Transcript.objects.filter(pk=unknown.pk).update(doubts=None)  # as of an earlier release
    page = archivist.get(url("transcript_waiting")).content.decode()
    assert "Publish 3 without issues" in page
    ask(archivist, which="sound")
    jobs.run_jobs()
    assert Speech.objects.count() == 3
    assert Transcript.objects.get(pk=unknown.pk).state == "received"
    assert sound.files.count() == 3


def test_a_doubt_that_came_since_is_heeded(archivist: Client) -> None:
    first = received(statement("One."), "one.txt", position=1, **dated())
    again = received(statement("Two."), "two.txt", position=1, **dated())
    ingest.update_draft(again, ingest.draft_waiting(again), 0)
    again.refresh_from_db()
    assert again.doubts == 0
    ask(archivist, which="sound", on_collision="replace")
    ingest.publish(first, ingest.draft_waiting(first))
    jobs.run_jobs()
    assert "now has issues" in ReviewTask.objects.get(transcript=again).message
    assert Speech.objects.get().transcript == first


@pytest.mark.parametrize("which", ["sound", "all"])
def test_what_the_worker_could_not_publish_has_no_longer_no_doubts(
    archivist: Client, which: str
) -> None:
    first = received(statement("One."), "one.txt", position=1, **dated())
    again = received(statement("Two."), "two.txt", position=1, **dated())
    received(statement("Three."), "three.txt", position=3, **dated())
    doubtful = received(statement("Four."), "four.txt", position=4, **dated())
    Transcript.objects.filter(pk=doubtful.pk).update(doubts=2)
    ingest.publish(first, ingest.draft_waiting(first))
    assert 'value="sound"' in archivist.get(url("transcript_waiting")).content.decode()
    ask(archivist, which=which)
    jobs.run_jobs()
    assert ReviewTask.objects.get(transcript=again).outcome == Outcome.FAILED
    assert 'value="sound"' not in archivist.get(url("transcript_waiting")).content.decode()
    while summarize_waiting():
        pass
    again.refresh_from_db()
    assert again.doubts == 1
    assert again.summary["taken"] == 1
    assert 'value="sound"' not in archivist.get(url("transcript_waiting")).content.decode()


def tally(client: Client, delivery: Delivery) -> dict[str, int]:
    """Return the figures at the top of the page of a delivery."""
    page = page_of(client, delivery)
    items = re.search(r'<ul class="tally">(.*?)</ul>', page, re.DOTALL)
    assert items
    figures = re.findall(r"<strong>(\d+)</strong> (\w+(?: \w+)?)", items[1])
    return {words: int(count) for count, words in figures}


def test_the_figures_of_a_batch_add_up_to_its_files(archivist: Client) -> None:
    def assert_sums_up() -> dict[str, int]:
        figures = tally(archivist, delivery)
        counts = dict(figures)
        assert counts.pop("files uploaded") == sum(counts.values()) == 9, counts
        return figures

    received(statement("Known."), "known.txt")
    same = [ingest.Metadata(symbol="RC/PV.7", position=position) for position in (1, 2, 3)]
    delivery = ingest.deliver(
        [
            ingest.Incoming("known.txt", statement("Known.")),
            ingest.Incoming("binary.txt", b"\0\1\2" * 40),
            *(
                ingest.Incoming(f"{at.position}.txt", statement("Same."), metadata=at)
                for at in same
            ),
            *(ingest.Incoming(f"{n}.txt", statement(f"Gauge {n}.")) for n in range(4, 7)),
            ingest.Incoming("set-aside.txt", statement("Set aside.")),
        ],
        sender=User.objects.get(username="ama"),
    )
    assert assert_sums_up()["waiting to"] == 8
    ingest.read_delivered(delivery)
    figures = assert_sums_up()
    assert (figures["waiting for"], figures["duplicate"], figures["rejected"]) == (7, 1, 1)
    assert "(in 5 entries: " in page_of(archivist, delivery)
    # every state that its files and their transcripts can have
    for state in Transcript.State.values:
        for outcome in DeliveredFile.Outcome.values:
            delivery.files.filter(name="set-aside.txt").update(outcome=outcome)
            Transcript.objects.filter(name="set-aside.txt").update(state=state)
            assert_sums_up()
    Transcript.objects.filter(name="4.txt").update(state=Transcript.State.DISCARDED)
    Transcript.objects.filter(name="5.txt").delete()
    assert_sums_up()
    ask(archivist, which="all", delivery=delivery.pk)
    jobs.run_jobs()
    assert_sums_up()


def test_what_came_after_the_list_was_shown_is_not_among_all(archivist: Client) -> None:
    received(statement("One."), "one.txt")
    page = shown(archivist)
    received(statement("Two."), "two.txt")
    ask(archivist, which="all", **page)
    jobs.run_jobs()
    assert [each.name for each in Transcript.objects.public()] == ["one.txt"]


@pytest.mark.parametrize("which", ["all", "sound"])
@pytest.mark.parametrize("action", ["publish", "discard"])
@pytest.mark.parametrize("of_delivery", [True, False])
def test_files_that_were_read_since_are_not_decided_unseen(
    archivist: Client, action: str, which: str, of_delivery: bool
) -> None:
    """All files of a delivery are kept at once, and then read one after the other."""
    files = [
        ingest.Incoming(name, statement(name), metadata=ingest.Metadata(**dated()))
        for name in (f"{number}.txt" for number in range(10))
    ]
    delivery = ingest.deliver(files, sender=User.objects.get())
    for _ in range(3):
        assert read_next(delivery)
    given: dict[str, Any] = {"delivery": delivery.pk} if of_delivery else {}
    page = shown(archivist, given.get("delivery"))
    ingest.read_delivered()
    assert Transcript.objects.waiting().count() == 10
    ask(archivist, action, which=which, confirmed="yes", **given, **page)
    assert ReviewTask.objects.count() == 3


@pytest.mark.parametrize("action", ["publish", "discard"])
@pytest.mark.parametrize("of_delivery", [True, False])
def test_a_list_that_changed_since_it_was_shown_is_refused(
    archivist: Client, second: Client, action: str, of_delivery: bool
) -> None:
    delivery = batch(archivist, 4)
    given = {"which": "all"} | ({"delivery": delivery.pk} if of_delivery else {})
    page = shown(archivist, given.get("delivery"))
    corrected = Transcript.objects.defer(None).earliest("pk")
    draft = ingest.draft_waiting(corrected)
    ingest.update_draft(corrected, draft, corrected.revision)
    for confirmed in ({}, {"confirmed": "yes"}):
        answer = ask(archivist, action, **given, **page, **confirmed)
        assert answer.status_code == 303
        said = archivist.get(answer.headers["Location"]).content.decode()
        assert "the list has changed since you opened the page. It now contains 4 files." in said
    assert not ReviewJob.objects.exists()
    page = shown(archivist, given.get("delivery"))
    ingest.publish(corrected, ingest.draft_waiting(corrected))
    answer = ask(archivist, action, **given, **page, confirmed="yes")
    assert "It now contains 3 files." in archivist.get(answer.headers["Location"]).content.decode()
    assert not ReviewJob.objects.exists()
    ask(archivist, action, **given, confirmed="yes")
    assert ReviewTask.objects.count() == 3


@pytest.mark.parametrize("token", ["", "x", "7", "7-x", "9" * 30 + "-x", "0-\x00"])
def test_a_list_that_nobody_was_shown_is_not_decided(archivist: Client, token: str) -> None:
    delivery = batch(archivist, 2)
    for given in ({"delivery": delivery.pk}, {}):
        fields = {"which": "all", "all": token} | given
        assert archivist.post(url("transcript_publish_many"), fields).status_code == 303
    assert not ReviewJob.objects.exists()


def test_a_job_under_way_stays_on_its_page(archivist: Client) -> None:
    delivery = batch(archivist, 9)
    files = list(Transcript.objects.order_by("pk"))

    def discard(transcript: Transcript) -> None:
        chosen = f"{transcript.pk}:{transcript.revision}"
        ask(archivist, "discard", transcript=chosen, delivery=delivery.pk, confirmed="yes")

    discard(files[0])
    [first] = ReviewTask.objects.all()
    for transcript in files[1:]:
        discard(transcript)
    ReviewTask.objects.exclude(pk=first.pk).update(outcome=Outcome.DONE)
    page = page_of(archivist, delivery)
    assert "Discarding: 0 of 1" in page
    assert page.count("Discarded: 1 of 1") == 4
    assert 'http-equiv="refresh"' in page


def test_discarding_all_asks_first(archivist: Client) -> None:
    delivery = batch(archivist, 30)
    page = ask(archivist, "discard", which="all", delivery=delivery.pk).content.decode()
    assert "30 transcripts will be discarded" in page
    assert "and 10 more" in page
    assert not ReviewJob.objects.exists()
    ask(archivist, "discard", which="all", delivery=delivery.pk, confirmed="yes")
    jobs.run_jobs()
    assert Transcript.objects.filter(state="discarded").count() == 30
    assert "Discarded: 30 of 30" in page_of(archivist, delivery)


def test_a_second_click_and_a_second_person_add_nothing(archivist: Client, second: Client) -> None:
    delivery = batch(archivist, 5)
    for client in (archivist, archivist, second):
        ask(client, which="all", delivery=delivery.pk)
    assert ReviewTask.objects.count() == 5
    jobs.run_jobs()
    ask(second, which="all", delivery=delivery.pk)
    assert jobs.run_jobs() == 0
    assert Speech.objects.count() == 5


def test_why_something_was_not_published_is_said_with_it(archivist: Client) -> None:
    there = received(statement("One."), "there.txt", position=1, **dated())
    ingest.publish(there, ingest.draft_waiting(there))
    delivery = batch(archivist, 2, position=1, **dated())
    ask(archivist, which="all", delivery=delivery.pk)
    jobs.run_jobs()
    page = page_of(archivist, delivery)
    assert "Published: 0 of 2" in page
    assert page.count("Position 1 of RC/PV.7 ") == 2
    job = ReviewJob.objects.get()
    assert "000.txt" in archivist.get(url("transcript_job", job.pk)).content.decode()
    assert Transcript.objects.waiting().count() == 2


def test_whoever_may_not_any_more_publishes_nothing(archivist: Client, second: Client) -> None:
    delivery = batch(archivist, 2)
    ask(archivist, which="all", delivery=delivery.pk)
    User.objects.filter(username="ama").update(is_active=False)
    jobs.run_jobs()
    assert not Speech.objects.exists()
    assert "ama no longer has permission to publish or discard" in page_of(second, delivery)
    ask(second, which="all", delivery=delivery.pk)
    User.objects.get(username="bo").delete()
    jobs.run_jobs()
    assert not Speech.objects.exists()


def test_whoever_may_not_publish_cannot_ask(person: Person) -> None:
    uploader = person("upload_transcript")
    delivery = batch(uploader, 2)
    page = page_of(uploader, delivery)
    assert "Publish" not in page
    assert ask(uploader, which="all", delivery=delivery.pk).status_code == 403
    assert not ReviewTask.objects.exists()


def test_a_transcript_that_was_deleted_since_is_said(archivist: Client) -> None:
    delivery = batch(archivist, 2)
    ask(archivist, which="all", delivery=delivery.pk)
    Transcript.objects.filter(name="000.txt").delete()
    jobs.run_jobs()
    assert "The file was deleted." in page_of(archivist, delivery)
    assert Speech.objects.count() == 1


def test_a_task_that_ended_its_worker_three_times_is_given_up(archivist: Client) -> None:
    delivery = batch(archivist, 2)
    ask(archivist, which="all", delivery=delivery.pk)
    ReviewTask.objects.filter(name="000.txt").update(attempts=3)
    jobs.run_jobs()
    assert "The worker crashed 3 times" in page_of(archivist, delivery)
    assert Speech.objects.count() == 1


def test_an_error_of_ours_stops_no_other_file(
    archivist: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def publish(transcript: Transcript, *args: Any, **kwargs: Any) -> Any:
        if transcript.name == "000.txt":
            raise RecursionError
        return ingest.publish(transcript, *args, **kwargs)

    monkeypatch.setattr(jobs, "publish", publish)
    delivery = batch(archivist, 2)
    ask(archivist, which="all", delivery=delivery.pk)
    jobs.run_jobs()
    assert "server log" in page_of(archivist, delivery)
    assert Speech.objects.count() == 1


def test_nothing_done_for_a_minute_is_said(archivist: Client) -> None:
    delivery = batch(archivist, 2)
    ask(archivist, which="all", delivery=delivery.pk)
    assert "run_worker" not in page_of(archivist, delivery)
    ReviewJob.objects.update(asked_at="2031-01-01T00:00Z")
    assert "run_worker" not in page_of(archivist, delivery)
    ReviewJob.objects.update(asked_at="2021-01-01T00:00Z")
    assert "run_worker" in page_of(archivist, delivery)


@pytest.mark.parametrize("sent", [{}, {"which": "all"}, {"which": "x", "delivery": "9" * 30}])
def test_asking_for_nothing_is_answered(archivist: Client, sent: dict[str, str]) -> None:
    for action in ("publish", "discard"):
        assert ask(archivist, action, **sent).status_code == 303
    assert ask(archivist, transcript=["1:x", "\0", "9" * 40 + ":1"]).status_code == 303


@pytest.mark.django_db(transaction=True)
def test_two_workers_publish_each_file_once(archivist: Client) -> None:
    delivery = batch(archivist, 12)
    ask(archivist, which="all", delivery=delivery.pk)
    counts: list[int] = []

    def work() -> None:
        counts.append(jobs.run_jobs())
        connection.close()

    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    jobs.run_jobs()
    assert sum(counts) <= 12
    assert ReviewTask.objects.filter(outcome=Outcome.DONE).count() == 12
    assert Speech.objects.count() == 12


def test_a_small_job_does_not_wait_for_a_large_one(archivist: Client, second: Client) -> None:
    large = batch(archivist, 20)
    ask(archivist, which="all", delivery=large.pk)
    small = received(statement("Small."), "small.txt")
    ask(second, transcript=[f"{small.pk}:{small.revision}"])
    done = iter(range(100))
    jobs.run_jobs(stop=lambda: next(done) > 7)
    assert ReviewTask.objects.get(name="small.txt").outcome == Outcome.DONE


def test_a_long_list_of_failures_is_paged(archivist: Client) -> None:
    delivery = batch(archivist, 60)
    ask(archivist, which="all", delivery=delivery.pk)
    User.objects.filter(username="ama").update(is_active=False)
    jobs.run_jobs()
    User.objects.filter(username="ama").update(is_active=True)
    archivist.force_login(User.objects.get(username="ama"))
    page = page_of(archivist, delivery)
    assert "All 60 failures" in page
    address = url("transcript_job", ReviewJob.objects.get().pk)
    assert "Page 1 of 2" in archivist.get(address).content.decode()
    assert (
        archivist.get(address + "?page=2").content.decode().count("no longer has permission") == 10
    )


def test_a_long_batch_names_only_some_of_each_kind(archivist: Client) -> None:
    files = [file_of(b"\0\1" * 20 + bytes([number]), f"{number}.txt") for number in range(30)]
    page = hand_in(archivist, files).content.decode()
    assert page.count("<dt>") == 20
    assert "Show all 30" in page
    address = url("transcript_delivery", Delivery.objects.get().pk)
    assert archivist.get(f"{address}?show=refused").content.decode().count("<dt>") == 30
    assert archivist.get(f"{address}?show=nonsense").status_code == 200


def priorities() -> set[int]:
    return set(IndexOutbox.objects.values_list("priority", flat=True))


@pytest.mark.parametrize(("count", "is_import"), [(3, False), (4, True), (11, True)])
def test_only_a_large_job_is_indexed_as_an_import_is(
    archivist: Client, monkeypatch: pytest.MonkeyPatch, count: int, is_import: bool
) -> None:
    monkeypatch.setattr(jobs, "_LARGE_JOB", 4)
    delivery = batch(archivist, count)
    ask(archivist, which="all", delivery=delivery.pk)
    assert jobs.run_jobs() == count
    of_job = IndexOutbox.Priority.IMPORT if is_import else IndexOutbox.Priority.PERSON
    assert priorities() == {of_job}
    # what a person changes next is a person's again
    IndexOutbox.objects.all().delete()
    Speech.objects.update(role="Rapporteur")
    assert priorities() == {IndexOutbox.Priority.PERSON}


def test_a_file_published_on_its_own_page_is_a_persons_change(archivist: Client) -> None:
    transcript = received()
    sent = {"revision": str(transcript.revision)}
    assert archivist.post(url("transcript_publish", transcript.pk), sent).status_code == 302
    assert Speech.objects.count() == 1
    assert priorities() == {IndexOutbox.Priority.PERSON}

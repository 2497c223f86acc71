"""Files uploaded together: each is stored, read in turn and has its own outcome."""

import datetime
import errno
import io
import threading
import time
import zipfile
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection, transaction

from statements import ingest
from statements.ingest import Incoming
from statements.ingest.intake.reading import read_next, read_until_stopped
from statements.ingest.intake.uploads import Outcome
from statements.models import DeliveredFile, Delivery, Transcript
from statements.transcripts import read

pytestmark = pytest.mark.django_db


def text(number: int) -> bytes:
    return f"Ms. Okafor (Nigeria): Gauge {number} was read at noon.\n".encode()


def incoming(*numbers: int) -> list[Incoming]:
    return [Incoming(f"{number}.txt", text(number)) for number in numbers]


def outcomes(delivery: Delivery) -> dict[str, str]:
    return {file.name: file.outcome for file in delivery.files.all()}


def test_files_are_kept_before_they_are_read() -> None:
    delivery = ingest.deliver(incoming(1, 2))
    assert set(outcomes(delivery).values()) == {Outcome.UNREAD}
    assert {each.state for each in Transcript.objects.all()} == {Transcript.State.UNREAD}
    assert ingest.read_delivered() == 2
    assert set(outcomes(delivery).values()) == {Outcome.READ}
    assert {each.state for each in Transcript.objects.all()} == {Transcript.State.RECEIVED}


def test_what_cannot_be_read_leaves_its_reason_and_nothing_else() -> None:
    delivery = ingest.deliver([Incoming("picture.txt", b"\x89PNG\r\n\x1a\n" * 9), *incoming(1)])
    ingest.read_delivered()
    assert outcomes(delivery) == {"picture.txt": Outcome.REFUSED, "1.txt": Outcome.READ}
    assert "PNG" in delivery.files.get(name="picture.txt").message
    assert [each.name for each in Transcript.objects.all()] == ["1.txt"]


def test_whoever_sent_the_same_unreadable_bytes_is_told_too() -> None:
    first = ingest.deliver([Incoming("a.txt", b"\0\1\2" * 99)])
    second = ingest.deliver([Incoming("b.txt", b"\0\1\2" * 99)])
    assert outcomes(second) == {"b.txt": Outcome.KNOWN}
    ingest.read_delivered()
    assert outcomes(first) == {"a.txt": Outcome.REFUSED}
    assert outcomes(second) == {"b.txt": Outcome.REFUSED}


def test_a_discarded_file_is_read_anew() -> None:
    received = ingest.receive("1.txt", text(1))
    ingest.discard(received.transcript)
    delivery = ingest.deliver(incoming(1))
    assert outcomes(delivery) == {"1.txt": Outcome.UNREAD}
    ingest.read_delivered()
    received.transcript.refresh_from_db()
    assert received.transcript.state == Transcript.State.RECEIVED
    assert ingest.draft_waiting(Transcript.objects.get()).speeches[0].country == "NGA"


def test_a_discarded_file_that_cannot_be_read_so_is_still_there() -> None:
    received = ingest.receive("1.txt", text(1))
    ingest.discard(received.transcript)
    delivery = ingest.deliver(incoming(1), encoding="utf-32")
    ingest.read_delivered()
    assert outcomes(delivery) == {"1.txt": Outcome.REFUSED}
    assert Transcript.objects.get().state == Transcript.State.DISCARDED


def test_what_is_said_of_a_file_is_used_when_it_is_read() -> None:
    metadata = ingest.Metadata(
        date=datetime.date(2025, 3, 4), symbol="RC/PV.7", position=3, topics=("Water", "Dams")
    )
    ingest.deliver([Incoming("1.txt", text(1), metadata=metadata)])
    ingest.read_delivered()
    draft = ingest.draft_waiting(Transcript.objects.defer(None).get())
    assert (draft.date, draft.symbol, draft.first_position, draft.topics) == (
        datetime.date(2025, 3, 4),
        "RC/PV.7",
        3,
        ["Water", "Dams"],
    )


def test_what_is_not_read_in_time_is_left_for_later() -> None:
    slow = b"Mr. Abel (Malta): " + b"The harbour was low this year.\n\n" * 20_000
    delivery = ingest.deliver([Incoming("slow.txt", slow)])
    assert ingest.read_delivered(delivery, seconds=0.01) == 0
    assert outcomes(delivery) == {"slow.txt": Outcome.UNREAD}
    assert ingest.read_delivered(delivery) == 1
    assert outcomes(delivery) == {"slow.txt": Outcome.READ}


def test_a_reader_that_fails_does_not_stop_the_files_behind(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def reader(name: str, *args: Any, **kwargs: Any) -> Any:
        if name == "1.txt":
            raise RecursionError
        return read(name, *args, **kwargs)

    monkeypatch.setattr("statements.ingest.intake.files.read", reader)
    delivery = ingest.deliver(incoming(1, 2))
    ingest.read_delivered()
    assert outcomes(delivery) == {"1.txt": Outcome.REFUSED, "2.txt": Outcome.READ}
    assert "server log" in delivery.files.get(name="1.txt").message


@pytest.mark.django_db(transaction=True)
def test_a_reader_that_was_killed_leaves_its_file_to_the_next() -> None:
    delivery = ingest.deliver(incoming(1))

    class Killed(BaseException):
        pass

    def read_and_die() -> None:
        with transaction.atomic():
            read_next()
            raise Killed

    with pytest.raises(Killed):
        read_and_die()
    assert outcomes(delivery) == {"1.txt": Outcome.UNREAD}
    assert ingest.read_delivered() == 1


@pytest.mark.django_db(transaction=True)
def test_two_readers_never_read_one_file_twice() -> None:
    delivery = ingest.deliver(incoming(*range(20)))
    counts: list[int] = []

    def work() -> None:
        counts.append(ingest.read_delivered())
        connection.close()

    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(counts) == 20
    assert set(outcomes(delivery).values()) == {Outcome.READ}


@pytest.mark.django_db(transaction=True)
def test_the_worker_reads_what_comes_while_it_runs() -> None:
    stop = threading.Event()
    worker = threading.Thread(target=read_until_stopped, args=[stop])
    worker.start()
    try:
        delivery = ingest.deliver(incoming(1))
        until = time.monotonic() + 30
        while delivery.files.filter(outcome=Outcome.UNREAD).exists():
            assert time.monotonic() < until
            time.sleep(0.05)
    finally:
        stop.set()
        worker.join()
    assert outcomes(delivery) == {"1.txt": Outcome.READ}


def test_a_person_cannot_have_more_waiting_than_the_quota(
    django_user_model: Any, settings: Any
) -> None:
    settings.UPLOAD_MAX_WAITING_FILES = 2
    ama = django_user_model.objects.create_user("ama")
    other = django_user_model.objects.create_user("bo")
    ingest.deliver(incoming(1), sender=ama)
    ingest.check_quota(ama)
    ingest.deliver(incoming(2), sender=ama)
    with pytest.raises(ingest.TooMuchWaiting, match="publish or discard"):
        ingest.check_quota(ama)
    ingest.check_quota(other)
    ingest.read_delivered()
    ingest.discard(Transcript.objects.get(name="1.txt"))
    ingest.check_quota(ama)


def test_one_delivery_cannot_go_over_the_quota(django_user_model: Any, settings: Any) -> None:
    settings.UPLOAD_MAX_WAITING_FILES = 3
    ama = django_user_model.objects.create_user("ama")
    ingest.deliver(incoming(1), sender=ama)
    delivery = ingest.deliver(incoming(1, 2, 3, 4, 2), sender=ama)
    assert [each.outcome for each in delivery.files.order_by("pk")] == [
        Outcome.KNOWN,
        Outcome.UNREAD,
        Outcome.UNREAD,
        Outcome.REFUSED,
        Outcome.KNOWN,
    ]
    assert "publish or discard some" in delivery.files.get(name="4.txt").message.replace("\n", " ")
    assert Transcript.objects.count() == 3
    settings.UPLOAD_MAX_WAITING_FILES = 9
    settings.UPLOAD_MAX_WAITING_BYTES = 3 * len(text(1)) + 1
    delivery = ingest.deliver(incoming(5), sender=ama)
    assert outcomes(delivery) == {"5.txt": Outcome.REFUSED}
    assert outcomes(ingest.deliver(incoming(6))) == {"6.txt": Outcome.UNREAD}  # by nobody


def test_of_a_delivery_that_fails_nothing_is_kept() -> None:
    def files() -> Iterator[Incoming]:
        yield from incoming(1, 2)
        raise OSError(errno.ENOSPC, "No space left on device")

    with pytest.raises(OSError, match="No space"):
        ingest.deliver(files())
    assert not Delivery.objects.exists()
    assert not DeliveredFile.objects.exists()
    assert not Transcript.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_the_same_files_in_opposite_order_never_wait_for_each_other() -> None:
    numbers = list(range(30))
    failures: list[BaseException] = []

    def send(order: list[int]) -> None:
        try:
            ingest.deliver(incoming(*order))
        except BaseException as error:
            failures.append(error)
        finally:
            connection.close()

    threads = [
        threading.Thread(target=send, args=[order])
        for order in (numbers, numbers[::-1], numbers, numbers[::-1])
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert failures == []
    assert Transcript.objects.count() == 30
    assert DeliveredFile.objects.filter(outcome=Outcome.UNREAD).count() == 30
    assert DeliveredFile.objects.filter(outcome=Outcome.KNOWN).count() == 90


def test_a_full_disk_is_no_fault_of_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is stored and read once there is space; tests/archive fills real disks."""

    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    delivery = ingest.deliver(incoming(1))
    with monkeypatch.context() as patched:
        patched.setattr("statements.ingest.intake.reading.read_file", full)
        with pytest.raises(OSError, match="No space"):
            read_next()
    assert outcomes(delivery) == {"1.txt": Outcome.UNREAD}
    assert read_next()
    assert outcomes(delivery) == {"1.txt": Outcome.READ}


def test_a_zip_is_given_out_file_by_file() -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("meeting/1.txt", text(1))
        archive.writestr("meeting/2.txt", text(2))
        archive.writestr("__MACOSX/meeting/._1.txt", b"\0\5\x16\7")
    found = list(ingest.unpack("meeting.zip", packed))
    assert [(each.name, each.shown, each.data) for each in found] == [
        ("meeting/1.txt", "meeting.zip / 1.txt", text(1)),
        ("meeting/2.txt", "meeting.zip / 2.txt", text(2)),
    ]
    assert DeliveredFile.objects.count() == 0

"""Token buckets in shared memory: exact for one process and for many, even if they are killed."""

import os
import signal
import threading
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archive.edge.buckets import WAYS, Buckets
from archive.edge.rates import Rate

RATE = Rate(burst=5, quota=60, period_s=60)


def taken(buckets: Buckets, key: str, count: int, now: float, rate: Rate = RATE) -> int:
    return sum(buckets.take(key, rate, now).allowed for _ in range(count))


def test_a_burst_is_let_through_and_then_one_a_second() -> None:
    buckets = Buckets()
    assert taken(buckets, "a", 10, now=100.0) == 5
    refused = buckets.take("a", RATE, 100.25)
    assert not refused.allowed
    assert refused.retry_after_s == pytest.approx(0.75)
    assert taken(buckets, "a", 10, now=101.0) == 1
    assert taken(buckets, "a", 10, now=104.0) == 3
    assert taken(buckets, "a", 10, now=10_000.0) == 5  # full again, and never more than full


def test_what_remains_is_told() -> None:
    buckets = Buckets()
    assert [buckets.take("a", RATE, 7.0).remaining for _ in range(5)] == [4, 3, 2, 1, 0]


def test_clients_and_classes_do_not_share_a_bucket() -> None:
    buckets = Buckets()
    assert taken(buckets, "search 192.0.2.1", 9, now=1.0) == 5
    assert taken(buckets, "search 192.0.2.2", 9, now=1.0) == 5
    assert taken(buckets, "api 192.0.2.1", 9, now=1.0) == 5


def test_a_full_row_forgets_who_asked_least() -> None:
    buckets = Buckets(rows=1)
    assert taken(buckets, "busy", 5, now=1.0) == 5
    for number in range(WAYS * 4):
        buckets.take(f"passer-by {number}", RATE, 1.0)
    assert taken(buckets, "busy", 1, now=1.0) == 0


@settings(deadline=None)
@given(
    burst=st.integers(1, 40),
    quota=st.integers(1, 5_000),
    period=st.sampled_from([60, 3600]),
    pauses=st.lists(st.floats(0, 30), max_size=60),
)
def test_never_more_than_burst_and_quota(
    burst: int, quota: int, period: int, pauses: list[float]
) -> None:
    buckets, rate, now, allowed = Buckets(rows=1), Rate(burst, quota, period), 50.0, 0
    for pause in pauses:
        now += pause
        allowed += buckets.take("a", rate, now).allowed
        assert allowed <= burst + (now - 50.0) * quota / period + 1e-3


def take_in_threads(buckets: Buckets, rate: Rate) -> int:
    counts: list[int] = []

    def take() -> None:
        counts.append(sum(buckets.take("shared", rate).allowed for _ in range(20)))

    threads = [threading.Thread(target=take) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(counts)


# other tests of the run may have left threads behind, which the children do not use
@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")
def test_processes_and_threads_count_in_one_table() -> None:
    buckets, rate = Buckets(), Rate(burst=100, quota=1, period_s=3600)
    children = []
    for _ in range(3):
        reader, writer = os.pipe()
        if not (child := os.fork()):
            os.write(writer, bytes([take_in_threads(buckets, rate)]))
            os._exit(0)
        os.close(writer)
        children.append((child, reader))
    total = 0
    for child, reader in children:
        total += os.read(reader, 1)[0]
        os.close(reader)
        os.waitpid(child, 0)
    assert total == 100  # of 240


# other tests of the run may have left threads behind, which the children do not use
@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")
def test_a_killed_process_leaves_no_lock_behind() -> None:
    buckets, rate = Buckets(rows=1), Rate(burst=1_000_000_000, quota=1_000_000, period_s=60)
    children = []
    for _ in range(3):
        if not (child := os.fork()):
            while True:
                buckets.take("shared", rate)
        children.append(child)
    time.sleep(0.2)
    for child in children:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
    started = time.monotonic()
    assert buckets.take("shared", rate).allowed
    assert time.monotonic() - started < 5  # not for ever; nothing is measured here

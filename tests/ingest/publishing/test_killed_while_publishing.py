"""The worker is killed while publishing: every file is public once or not at all."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission, User
from django.db import connection

from statements import ingest
from statements.ingest.waiting import jobs
from statements.models import ReviewTask, Speech, Transcript

ROOT = Path(__file__).resolve().parents[3]
FILES = 6

# dies the third time that it is here, after the speeches were stored: before the task is marked as
# done, or when it is marked and nothing of it is committed
DIE = """
import os, signal
import django
django.setup()
from statements.ingest.waiting import jobs
calls = 0
def end(*args, **kwargs):
    global calls
    calls += 1
    if calls == 3 and {before}:
        os.kill(os.getpid(), signal.SIGKILL)
    original(*args, **kwargs)
    if calls == 3:
        os.kill(os.getpid(), signal.SIGKILL)
original, jobs._end = jobs._end, end
jobs.run_jobs()
"""


def worker(*, before: bool) -> int:
    """Run a worker that kills itself in a process of its own, on the database of this test."""
    settings = connection.settings_dict
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "archive.settings",
        "DATABASE_URL": "postgres://{USER}@/{NAME}?host={HOST}&port={PORT}".format(**settings),
        "PGPASSWORD": settings["PASSWORD"],
        "SECRET_KEY": "a key that is long enough for the settings of this one test alone",
        "ALLOWED_HOSTS": "localhost",
    }
    return subprocess.run(
        [sys.executable, "-c", DIE.format(before=before)],
        cwd=ROOT,
        env=environment,
        timeout=120,
        check=False,
    ).returncode


@pytest.mark.django_db(transaction=True)
def test_each_file_is_public_once_or_not_at_all() -> None:
    ama = User.objects.create_user("ama", is_staff=True)
    ama.user_permissions.set(Permission.objects.filter(codename="publish_transcript"))
    for number in range(FILES):
        ingest.receive(f"{number}.txt", f"Ms. Okafor (Nigeria): Gauge {number}.\n".encode())
    waiting = Transcript.objects.waiting().values_list("pk", "revision")
    jobs.request_job(jobs.Action.PUBLISH, waiting, by=ama)
    done = []
    for before in (True, False):
        assert worker(before=before) == -signal.SIGKILL
        tasks = ReviewTask.objects.filter(outcome=jobs.Outcome.DONE)
        done.append(tasks.count())
        assert Speech.objects.count() == tasks.count() == LogEntry.objects.count()
        assert Transcript.objects.public().count() == tasks.count()
    # the file at which it was killed comes last; the second worker was killed within its third
    assert done == [2, 4]
    assert jobs.run_jobs() == FILES - 4
    assert Speech.objects.count() == FILES
    assert LogEntry.objects.values("object_id").distinct().count() == FILES
    assert set(ReviewTask.objects.values_list("outcome", flat=True)) == {jobs.Outcome.DONE}

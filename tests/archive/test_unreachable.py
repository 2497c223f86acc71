"""A database that does not respond is reported in a sentence."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

NOBODY_LISTENS = "postgres://someone:secret@127.0.0.1:1/archive"


@pytest.mark.parametrize(
    "command",
    [
        ["manage.py", "migrate"],
        ["manage.py", "check_index"],
        ["manage.py", "ingest_transcripts", "README.md"],
        ["-m", "archive.firstrun.prepare"],
    ],
    ids=lambda command: command[1],
)
def test_a_database_out_of_reach_is_a_sentence(project: Path, command: list[str]) -> None:
    environment = os.environ | {
        "DATABASE_URL": NOBODY_LISTENS,
        "SECRET_KEY": "for this test alone, and as long as it has to be; 0123456789",
        "ALLOWED_HOSTS": "localhost",
    }
    done = subprocess.run(
        [sys.executable, "-W", "ignore", *command],
        cwd=project,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    said = done.stderr.strip().splitlines()[-1]
    assert said.startswith("The database is not responding: ")
    assert "refused" in said
    assert "DATABASE_URL" in said
    assert "secret" not in done.stdout + done.stderr

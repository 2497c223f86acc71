"""The environment that `make setup` makes: once, whole, and again when it must."""

import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from archive.firstrun.environment import Environment

PROJECT = Path(__file__).resolve().parents[3]


@pytest.fixture
def folder(tmp_path):
    """Return a project folder, with a space in its name, whose requirements are empty."""
    folder = tmp_path / "a project"
    (folder / "requirements").mkdir(parents=True)
    for kind in ("base", "local", "test"):
        (folder / "requirements" / f"{kind}.txt").write_text("# nothing\n")
    (folder / "archive" / "firstrun").mkdir(parents=True)
    for name in ("environment.py", "find-python.sh"):
        shutil.copy(PROJECT / "archive" / "firstrun" / name, folder / "archive" / "firstrun")
    shutil.copy(PROJECT / "Makefile", folder)
    return folder


def make(folder: Path, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    settled = {
        **os.environ,
        "PYTHON": "",
        "MAKEFLAGS": "",
        "MAKELEVEL": "0",
        "PYTHONWARNINGS": "",
        **environment,
    }
    return subprocess.run(
        ["make", *words], cwd=folder, env=settled, capture_output=True, text=True, check=False
    )


def test_setup_makes_an_environment_once_and_again_when_it_must(folder):
    first = make(folder, "setup", PYTHON=sys.executable)
    assert first.returncode == 0, first.stderr
    assert "Making .venv" in first.stdout
    stamp = folder / ".venv" / "rostrum.json"
    written = stamp.stat().st_mtime_ns

    since = time.monotonic()
    second = make(folder, "setup")
    assert (second.returncode, second.stdout, second.stderr) == (0, "", "")
    assert time.monotonic() - since < 1.0
    assert stamp.stat().st_mtime_ns == written

    (folder / "requirements" / "local.txt").write_text("# nothing new\n")
    changed = make(folder, "setup")
    assert "Installing" in changed.stdout
    assert "Making" not in changed.stdout

    left = json.loads(stamp.read_text()) | {"unfinished": True}  # as an interruption leaves it
    del left["local"]
    stamp.write_text(json.dumps(left))
    (folder / ".venv" / "rubble").touch()
    repaired = make(folder, "setup")
    assert "Making .venv" in repaired.stdout
    assert not (folder / ".venv" / "rubble").exists()

    moved = folder.rename(folder.parent / "moved here")
    assert not Environment(moved).is_ready("local")  # its programs name the old place


def test_tests_requirements_serve_what_needs_fewer(folder):
    found = ["-I", "-S", "archive/firstrun/environment.py"]
    subprocess.run([sys.executable, *found, "test"], cwd=folder, check=True, capture_output=True)
    again = subprocess.run([sys.executable, *found, "local"], cwd=folder, capture_output=True)
    assert (again.returncode, again.stdout) == (0, b"")


def test_requirements_without_hashes_are_refused_and_nothing_counts_as_made(folder):
    (folder / "requirements" / "local.txt").write_text("whoosh==2.7.4\n")
    done = make(folder, "setup", PYTHON=sys.executable, PIP_NO_INDEX="1")
    assert done.returncode != 0
    assert "could not be installed" in done.stderr
    assert json.loads((folder / ".venv" / "rostrum.json").read_text())["unfinished"] is True


def test_a_linked_environment_is_used_and_never_changed(folder, tmp_path):
    (folder / ".venv").symlink_to(Path(sys.prefix))
    done = make(folder, "setup", PYTHON=sys.executable)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


@pytest.mark.parametrize(
    ("environment", "sentence"),
    [
        ({"PATH": "/usr/bin:/bin", "PYTHON": "/bin/false"}, "is not a Python 3.12 or newer"),
        ({"PATH": "{tools}", "HOME": "{tools}"}, "No Python 3.12 or newer was found: install one"),
    ],
)
def test_a_missing_python_is_one_plain_sentence(folder, tmp_path, environment, sentence):
    tools = tmp_path / "tools"
    tools.mkdir()
    for name in ("sh", "make"):
        (tools / name).symlink_to(shutil.which(name))
    settled = {name: value.format(tools=tools) for name, value in environment.items()}
    done = make(folder, "setup", **settled)
    assert done.returncode != 0
    assert sentence in done.stderr
    assert "Traceback" not in done.stderr
    assert not (folder / ".venv").exists()


def test_help_lists_every_command(folder):
    listed = make(folder).stdout
    for name in ("setup", "run", "admin", "test", "check", "format", "requirements", "clean"):
        assert f"make {name} " in listed


@pytest.mark.parametrize(("password", "asks"), [("", True), ("quiet river", False)])
def test_admin_asks_nothing_where_the_environment_answers(folder, password, asks):
    assert make(folder, "setup").returncode == 0
    (folder / "manage.py").write_text("import sys\nprint(sys.argv[1:])\n")
    done = make(folder, "admin", DJANGO_SUPERUSER_PASSWORD=password)
    assert done.stdout.strip() == str(
        ["createsuperuser"] if asks else ["createsuperuser", "--noinput"]
    )


def test_clean_never_removes_data(folder):
    (folder / "var" / "postgres" / "__pycache__").mkdir(parents=True)
    (folder / ".venv").mkdir()
    (folder / "archive" / "__pycache__").mkdir()
    assert make(folder, "clean").returncode == 0
    assert (folder / "var" / "postgres" / "__pycache__").exists()
    assert not (folder / ".venv").exists()
    assert not (folder / "archive" / "__pycache__").exists()

"""The environment that `make setup` creates: once, completely, and again if necessary."""

import json
import os
import shutil
import subprocess
import sys
import sysconfig
import tarfile
import threading
import time
from functools import partial
from hashlib import sha256
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from archive.firstrun.environment import Environment

pytestmark = pytest.mark.long

PROJECT = Path(__file__).resolve().parents[3]


@pytest.fixture
def folder(tmp_path):
    """Return a project folder, with a space in its name, whose requirements are empty."""
    folder = tmp_path / "a project"
    (folder / "requirements").mkdir(parents=True)
    for kind in ("base", "local", "test"):
        (folder / "requirements" / f"{kind}.txt").write_text("# nothing\n")
    shutil.copy(PROJECT / "requirements" / "uv.txt", folder / "requirements")
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

    # what the archive can do without is tried once for each version of its file
    (folder / "requirements" / "typeface.txt").write_text("no-such-face==1.0\n")
    without = make(folder, "setup")
    assert without.returncode == 0, without.stderr
    assert "could not be installed: pages use faces of the reader’s system" in without.stdout
    assert make(folder, "setup").stdout == ""

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


@pytest.fixture
def tools(tmp_path):
    """Return a folder of programs, for a PATH on which there is no Python."""
    tools = tmp_path / "tools"
    tools.mkdir()
    for name in ("sh", "make", "rm"):
        (tools / name).symlink_to(shutil.which(name))
    return tools


@pytest.fixture
def older_python(tools):
    """Put a Python between 3.8 and 3.11 on that PATH."""
    places = [
        *Path("/usr/bin").glob("python3.?*"),
        *Path.home().glob(".pyenv/versions/*/bin/python"),
    ]
    for place in sorted(places):
        version = subprocess.run(
            [place, "-I", "-S", "-c", "import sys; print(*sys.version_info[:2])"],
            capture_output=True,
            text=True,
            check=False,
        ).stdout.split()
        if version[:1] == ["3"] and 8 <= int(version[1]) < 12:
            (tools / "python3").symlink_to(place)
            return
    pytest.skip("no Python from 3.8 to 3.11 is installed here")


def test_a_python_that_does_not_run_is_one_plain_sentence(folder):
    done = make(folder, "setup", PATH="/usr/bin:/bin", PYTHON="/bin/false")
    assert done.returncode != 0
    assert "is not a working Python 3.12 or newer" in done.stderr


def test_a_missing_python_is_one_plain_sentence(folder, tools):
    done = make(folder, "setup", PATH=str(tools), HOME=str(tools))
    assert done.returncode != 0
    assert "No Python 3.12 or newer was found: install one" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (folder / ".venv").exists()


@pytest.mark.usefixtures("older_python")
def test_a_refused_download_of_python_ends_with_the_same_sentence(folder, tools):
    closed = "http://127.0.0.1:9/"
    done = make(folder, "setup", PATH=str(tools), HOME=str(tools), UV_PYTHON_INSTALL_MIRROR=closed)
    assert done.returncode != 0
    assert "Downloading Python 3.13 into .python of this folder" in done.stderr
    last = done.stderr.strip().splitlines()[-2]  # make adds a line of its own
    assert last.startswith("No Python 3.12 or newer was found: install one")
    assert "Traceback" not in done.stderr
    assert not (folder / ".venv").exists()


@pytest.mark.usefixtures("older_python")
@pytest.mark.skipif(
    sys.platform != "linux" or os.uname().machine != "x86_64",
    reason="the release offered by the test is one for Linux on x86-64",
)
def test_where_only_an_older_python_is_installed_uv_downloads_a_newer_one(folder, tools, tmp_path):
    release = tmp_path / "release"
    library = release / "python" / "lib" / f"python3.{sys.version_info.minor}"
    library.mkdir(parents=True)
    for path in Path(sysconfig.get_path("stdlib")).glob("_sysconfigdata_*.py"):
        shutil.copy(path, library)
    programs = release / "python" / "bin"
    programs.mkdir()
    for name in ("python", "python3", f"python3.{sys.version_info.minor}"):
        (programs / name).write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n')
        (programs / name).chmod(0o755)
    archive = release / "python.tar.gz"
    with tarfile.open(archive, "w:gz") as tar:
        tar.add(release / "python", "python")
    handler = partial(QuietHandler, directory=str(release))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        address = f"http://127.0.0.1:{server.server_port}"
        offer = {
            "name": "cpython",
            "arch": {"family": "x86_64", "variant": None},
            "os": "linux",
            "libc": "gnu",
            "major": 3,
            "minor": 13,
            "patch": 0,
            "prerelease": "",
            "url": f"{address}/python.tar.gz",
            "sha256": sha256(archive.read_bytes()).hexdigest(),
            "variant": None,
            "build": "20250101",
        }
        (release / "releases.json").write_text(
            json.dumps({"cpython-3.13.0-linux-x86_64-gnu": offer})
        )
        done = make(
            folder,
            "setup",
            PATH=str(tools),
            HOME=str(tools),
            UV_PYTHON_DOWNLOADS_JSON_URL=f"{address}/releases.json",
        )
        server.shutdown()
    if "Installing uv" in done.stderr and not (folder / ".python" / "uv" / "bin" / "uv").exists():
        pytest.skip("uv cannot be installed here: the package index does not answer")
    assert (folder / ".python" / "versions").is_dir()
    assert done.returncode == 0, done.stderr
    assert "Making .venv" in done.stdout
    assert (folder / ".venv" / "bin" / "python").exists()


class QuietHandler(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        """Keep the test's output clean."""


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

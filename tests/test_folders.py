"""A folder can be read at a glance: it has at most fifteen modules, and nothing that is made."""

import subprocess
from collections import Counter
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[1]
MOST_MODULES = 15
GROWING = {"migrations"}  # one more module for each change of the database


def test_no_folder_has_more_modules_than_a_reader_can_take_in():
    roots = ("archive", "statements", "benchmarks", "tests")
    modules = [path for root in roots for path in (PROJECT / root).rglob("*.py")]
    counts = Counter(path.parent.relative_to(PROJECT) for path in modules)
    assert counts  # the test looks where the modules are
    crowded = {
        str(folder): count
        for folder, count in counts.items()
        if count > MOST_MODULES and folder.name not in GROWING
    }
    assert crowded == {}


@pytest.mark.skipif(
    not (PROJECT / ".git").exists(), reason="NO GIT: what is committed is not known"
)
def test_nothing_is_committed_that_git_ignores():
    ignored = subprocess.run(
        ["git", "ls-files", "--cached", "--ignored", "--exclude-standard"],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert ignored.stdout.split() == []

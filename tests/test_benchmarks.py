"""Every benchmark and drill can be run by its path and prints its usage."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
MOST_MODULES = 15  # in a folder
SCRIPTS = sorted(
    path.relative_to(ROOT)
    for path in (ROOT / "benchmarks").rglob("*.py")
    if "ArgumentParser(" in path.read_text()
)


@pytest.mark.parametrize("script", SCRIPTS, ids=str)
def test_a_script_tells_how_it_is_used(script: Path, tmp_path: Path) -> None:
    shown = subprocess.run(
        [sys.executable, ROOT / script, "--help"],
        cwd=tmp_path,  # it finds the project by its own path
        env=os.environ | {"PYTHONWARNINGS": "ignore"},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert shown.returncode == 0, shown.stderr
    assert shown.stdout.startswith("usage: ")
    assert not list(tmp_path.iterdir())


def test_no_folder_has_too_many_modules() -> None:
    folders = {path.parent for path in (ROOT / "benchmarks").rglob("*.py")}
    assert folders
    for folder in folders:
        assert len(list(folder.glob("*.py"))) <= MOST_MODULES, folder

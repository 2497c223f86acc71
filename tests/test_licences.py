"""The audit of dependencies finds faults, and finds none in ours."""

import email
import subprocess
import sys
from pathlib import Path

import licences
import pytest

HASH = "--hash=sha256:" + "0" * 64


def test_the_run_time_dependencies_are_in_order(project: Path) -> None:
    done = subprocess.run(
        [sys.executable, "tests/licences.py"],
        cwd=project,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "Not looked at" in done.stdout


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("django==6.1.3\n", "django has no hash"),
        ("django==6.1.3 \\\n    --hash=sha256:abc\n", "django has no hash"),
        (f"django==6.1.3 --hash=md5:{'0' * 64}\n", "django has no hash"),
        (f"django>=6.1 {HASH}\n", "has no exact version"),
        (f"django @ https://a.example/django.whl {HASH}\n", "an address is named"),
        (f"--index-url x\ndjango==6.1.3 {HASH}\n", "an address is named"),
        ("-e .\n", "has no exact version"),
    ],
)
def test_a_requirement_that_could_change_is_found(text: str, fault: str) -> None:
    assert any(fault in each for each in licences.faults_of_file(text))


def test_a_pinned_requirement_is_in_order() -> None:
    text = f"# why\nx[y]==1.0 ; python_version < '3.13' \\\n    {HASH} \\\n    {HASH}\n"
    assert licences.faults_of_file(text) == []
    assert licences.needed_here("x==1 ; python_version > '3.0' --hash=sha256:0")
    assert not licences.needed_here("x==1 ; sys_platform == 'none' --hash=sha256:0")


@pytest.mark.parametrize(
    ("name", "expression", "accepted"),
    [
        ("x", "MIT", True),
        ("x", "MIT AND (Apache-2.0 OR GPL-3.0-only)", True),
        ("x", "(MIT OR Apache-2.0) AND GPL-3.0-only", False),
        ("x", "((MIT))", True),
        ("x", "(MIT", False),
        ("x", "MIT)", False),
        ("x", "MIT AND", False),
        ("x", "GPL-3.0-only OR MIT", True),
        ("x", "Apache-2.0 WITH LLVM-exception", True),
        ("x", "GPL-3.0-only", False),
        ("x", "AGPL-3.0-or-later", False),
        ("x", "MPL-2.0", False),
        ("tqdm", "MPL-2.0 AND MIT", True),
        ("tqdm", "LGPL-3.0-only", False),
        ("psycopg_binary", "LGPL-3.0-only", True),
        ("x", "", False),
        ("x", "UNKNOWN", False),
    ],
)
def test_licences_are_judged_by_the_list(name: str, expression: str, accepted: bool) -> None:
    assert (licences.refused(name, expression) == "") is accepted


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ("License-Expression: MIT\nLicense: other", "MIT"),
        ("Classifier: License :: OSI Approved :: MIT License\nLicense: whatever", "MIT"),
        (
            "Classifier: License :: OSI Approved :: GNU Affero General Public License v3\n",
            "GNU Affero General Public License v3",
        ),
        ("License: New BSD", "BSD-3-Clause"),
        ("Summary: nothing said", ""),
    ],
)
def test_a_licence_is_read_wherever_it_stands(told: str, expected: str) -> None:
    package = email.message_from_string(f"Name: x\n{told}\n")
    assert licences.licence(package) == expected

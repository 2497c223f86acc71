"""Everything that is checked without running tests: ``python tests/checks.py``.

The steps run two at a time, those that take longest first; what a step prints is shown when it has
ended. The exit status is 1 if a step failed, and the last line names all that did.
"""

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
AT_ONCE = 2
PYTHON = sys.executable
STEPS = {
    "mypy": [PYTHON, "-m", "mypy"],
    "check --deploy": [PYTHON, "manage.py", "check", "--deploy", "--fail-level", "WARNING"],
    "makemigrations --check": [PYTHON, "manage.py", "makemigrations", "--check", "--dry-run"],
    "djlint --check": [PYTHON, "-m", "djlint", "--quiet", "--check", "templates"],
    "djlint --lint": [PYTHON, "-m", "djlint", "--quiet", "--lint", "templates"],
    "deptry": [PYTHON, "-m", "deptry", "--no-ansi", "."],
    "lint-imports": [str(Path(PYTHON).with_name("lint-imports")), "--no-logo"],
    "ruff check": [PYTHON, "-m", "ruff", "check", "--quiet", "."],
    "ruff format": [PYTHON, "-m", "ruff", "format", "--quiet", "--check", "."],
    "dependencies": [PYTHON, "tests/licences.py"],
}
ENVIRONMENT = {"check --deploy": {"HTTPS": "1"}}


def run(step: str) -> tuple[int, str]:
    """Return the exit status of a step and what it printed."""
    done = subprocess.run(
        STEPS[step],
        cwd=PROJECT,
        env=os.environ | ENVIRONMENT.get(step, {}),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout


def main() -> int:
    failed = []
    with ThreadPoolExecutor(AT_ONCE) as pool:
        running = {pool.submit(run, step): step for step in STEPS}
        for each in as_completed(running):
            status, output = each.result()
            print(f"· {running[each]}", output, sep="\n", end="", flush=True)
            if status:
                failed.append(running[each])
    if failed:
        print(f"make check failed in: {', '.join(sorted(failed))}")
    return bool(failed)


if __name__ == "__main__":
    sys.exit(main())

"""Runs installed programs on files that may be malicious: in a process of their own with limits,
and with no environment to speak of.
"""

import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from statements.transcripts.values.interchange import (
    ADDRESS_SPACE,
    LARGEST_RESULT,
    PROCESSOR_SECONDS,
)

_LIMITED = Path(__file__).with_name("limited.py")
_TIMEOUT = -1  # status of a program that was ended because it took too long


@dataclass(frozen=True, slots=True)
class Limits:
    processor_s: int = PROCESSOR_SECONDS
    address_space: int = ADDRESS_SPACE  # bytes
    wall_s: float = 6.0 * PROCESSOR_SECONDS  # a busy machine may need this long
    niceness: int = 0


@dataclass(frozen=True, slots=True)
class Output:
    """What a program left; ``status`` is its exit status, negative if it was ended."""

    status: int
    result: bytes
    message: str  # the beginning of what it said on standard error, on one line


DEFAULT_LIMITS = Limits()


def run_limited(
    command: Sequence[str],
    data: bytes = b"",
    *,
    limits: Limits = DEFAULT_LIMITS,
    environment: Mapping[str, str] | None = None,
) -> Output:
    """Run a program, whose path comes first, with ``data`` as its standard input."""
    numbers = map(str, (limits.processor_s, limits.address_space, LARGEST_RESULT, limits.niceness))
    with (
        tempfile.TemporaryFile() as source,
        tempfile.TemporaryFile() as result,
        tempfile.TemporaryFile() as errors,
    ):
        source.write(data)
        source.seek(0)
        try:
            status = subprocess.run(  # noqa: S603 - a program of the administrators, no shell
                [sys.executable, "-IS", str(_LIMITED), *numbers, *command],
                stdin=source,
                stdout=result,
                stderr=errors,
                env={
                    "PATH": os.defpath,
                    "HOME": "/nonexistent",
                    "LC_ALL": "C.UTF-8",
                    **(environment or {}),
                },
                timeout=limits.wall_s,
                check=False,
            ).returncode
        except subprocess.TimeoutExpired:
            status = _TIMEOUT
        result.seek(0)
        errors.seek(0)
        said = errors.read(400).decode("utf-8", "replace")
        return Output(status, result.read(LARGEST_RESULT), " ".join(said.split())[:200])

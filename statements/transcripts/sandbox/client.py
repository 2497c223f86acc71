"""Reads files that may be malicious in a separate process with strict limits.

Each file gets a process of its own (``sandbox.worker``). If that crashes, hangs or exhausts its
memory, the file is refused with a reason and the caller is unaffected.
"""

import errno
import json
import logging
import os
import signal
import subprocess
import sys
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import IO

from statements.transcripts.values.choices import NO_CHOICES, LabelChoices
from statements.transcripts.values.interchange import (
    ADDRESS_SPACE,
    LARGEST_RESULT,
    NO_SPACE,
    PROCESSOR_SECONDS,
    READ,
    REFUSED,
    from_json,
)
from statements.transcripts.values.parsed import ParsedTranscript, UnreadableTranscript

_WALL_SECONDS = 6 * PROCESSOR_SECONDS  # a busy machine may need this long for them
_ROOT = Path(__file__).resolve().parents[3]
_ENVIRONMENT = ("LANG", "LC_ALL", "SYSTEMROOT", "TMPDIR", "TEMP", "PYTHONPATH")  # no secrets

_NO_ANSWER = (
    "reader-failed",
    "This file could not be processed. Save it in another format and upload that.",
)

_log = logging.getLogger(__name__)


class ReadingTimeout(Exception):
    """The caller's time limit passed before the file was read; the file itself may be fine."""


def read_in_sandbox(
    format_key: str,
    name: str,
    data: bytes,
    *,
    encoding: str | None = None,
    timeout_s: float | None = None,
    choices: LabelChoices = NO_CHOICES,
) -> ParsedTranscript:
    """Read a file of a format such as "pdf" in a process with limits.

    Raises UnreadableTranscript if the file cannot be read, ReadingTimeout after ``timeout_s``
    seconds, and OSError if the disk is full.
    """
    arguments = [format_key, encoding or "", choices.to_json(), str(PROCESSOR_SECONDS)]
    with (
        tempfile.TemporaryFile() as source,
        tempfile.TemporaryFile() as result,
        tempfile.TemporaryFile() as errors,
    ):
        source.write(data)
        source.seek(0)
        status = _run(arguments, source, result, errors, timeout_s)
        if status == NO_SPACE:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        if status != 0:
            errors.seek(0)
            output = errors.read(2000).decode("utf-8", "replace")
            _log.warning("reading a %s file ended with status %d: %s", format_key, status, output)
            raise _refusal(status)
        result.seek(0)
        answer = result.read(LARGEST_RESULT)
    return replace(_parse_answer(answer), name=name)


def _run(
    arguments: list[str],
    source: IO[bytes],
    result: IO[bytes],
    errors: IO[bytes],
    timeout_s: float | None,
) -> int:
    """Return the exit status of the reading process; negative if a signal ended it."""
    process = start_worker(arguments, source, result, errors)
    try:
        limit_s = _WALL_SECONDS if timeout_s is None else min(timeout_s, _WALL_SECONDS)
        return process.wait(timeout=limit_s)
    except subprocess.TimeoutExpired as error:
        if timeout_s is not None and timeout_s < _WALL_SECONDS:
            raise ReadingTimeout from error
        return -int(signal.SIGKILL)
    finally:
        process.kill()
        process.wait()


def start_worker(
    arguments: list[str], source: IO[bytes], result: IO[bytes], errors: IO[bytes]
) -> subprocess.Popen[bytes]:
    """Start a process that reads `source` and writes to the other two files."""
    return subprocess.Popen(  # noqa: S603 - our own interpreter and module, no input of the file
        [sys.executable, "-m", "statements.transcripts.sandbox.worker", *arguments],
        stdin=source,
        stdout=result,
        stderr=errors,
        env=worker_environment(),
        cwd=_ROOT,
    )


def worker_environment() -> dict[str, str]:
    """Return the variables that a worker may know."""
    return {key: os.environ[key] for key in _ENVIRONMENT if key in os.environ}


def _parse_answer(answer: bytes) -> ParsedTranscript:
    content = ""
    try:
        kind, _, content = answer.decode("utf-8", "surrogatepass").partition("\n")
        if kind == READ:
            return from_json(content)
        code, message = map(str, json.loads(content) if kind == REFUSED else _NO_ANSWER)
    except ValueError:
        _log.warning("a reader gave an invalid answer: %r", content[:200])
        code, message = _NO_ANSWER
    raise UnreadableTranscript(code, message)


def _refusal(status: int) -> UnreadableTranscript:
    timeouts = {-int(getattr(signal, name, 0)) for name in ("SIGXCPU", "SIGKILL", "SIGTERM")}
    if status in timeouts:
        return UnreadableTranscript(
            "too-slow",
            f"Reading the file took more than {PROCESSOR_SECONDS} seconds, far longer than any "
            "record needs. It is damaged or was made to be slow.",
        )
    if status < 0:
        return UnreadableTranscript(
            "too-big",
            f"Reading the file took more than {ADDRESS_SPACE // 1024**2} MB of memory, or damage "
            "in it crashed the reader. Save it again, or split it by meeting.",
        )
    return UnreadableTranscript(
        "reader-failed",
        "The reader for this format could not be started. Please contact the administrators.",
    )

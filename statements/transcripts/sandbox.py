"""Files that may be built to do harm are read in a process of their own, on a short leash.

One process reads one file (``sandboxed``): if it breaks, hangs or eats memory, the file is
refused with a reason and the caller lives on.
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

from statements.transcripts.interchange import from_json
from statements.transcripts.limits import (
    ADDRESS_SPACE,
    LARGEST_RESULT,
    NO_SPACE,
    PROCESSOR_SECONDS,
    READ,
    REFUSED,
)
from statements.transcripts.parsed import ParsedTranscript, UnreadableTranscript

_LONGEST = 6 * PROCESSOR_SECONDS  # what a busy machine may need for them
_ROOT = Path(__file__).resolve().parents[2]
_PASSED_ON = ("LANG", "LC_ALL", "SYSTEMROOT", "TMPDIR", "TEMP", "PYTHONPATH")  # and no secret

_NO_ANSWER = (
    "reader-failed",
    "The file broke its reader. Save it again in another form and upload that.",
)

_log = logging.getLogger(__name__)


class Unfinished(Exception):
    """The caller's time was over before the file was read; nothing is known of the file."""


def read_apart(
    form: str,
    name: str,
    data: bytes,
    *,
    encoding: str | None = None,
    within: float | None = None,
) -> ParsedTranscript:
    """Read a file of a form such as "pdf" in a limited process; UnreadableTranscript on failure,
    Unfinished after ``within`` seconds, where given, OSError where a disk is full."""
    order = [form, encoding] if encoding else [form]
    with (
        tempfile.TemporaryFile() as given,
        tempfile.TemporaryFile() as result,
        tempfile.TemporaryFile() as complaints,
    ):
        given.write(data)
        given.seek(0)
        status = _run(order, given, result, complaints, within)
        if status == NO_SPACE:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        if status != 0:
            complaints.seek(0)
            said = complaints.read(2000).decode("utf-8", "replace")
            _log.warning("reading a %s file ended with status %d: %s", form, status, said)
            raise _refusal(status)
        result.seek(0)
        answer = result.read(LARGEST_RESULT)
    return replace(_understood(answer), name=name)


def _run(
    order: list[str],
    given: IO[bytes],
    result: IO[bytes],
    complaints: IO[bytes],
    within: float | None,
) -> int:
    """The exit status of the reading process; negative for the signal that ended it."""
    environment = {key: os.environ[key] for key in _PASSED_ON if key in os.environ}
    process = subprocess.Popen(  # noqa: S603 - our own interpreter and module, nothing of the file's
        [sys.executable, "-m", "statements.transcripts.sandboxed", *order],
        stdin=given,
        stdout=result,
        stderr=complaints,
        env=environment,
        cwd=_ROOT,
    )
    try:
        return process.wait(timeout=_LONGEST if within is None else min(within, _LONGEST))
    except subprocess.TimeoutExpired as late:
        if within is not None and within < _LONGEST:
            raise Unfinished from late
        return -int(signal.SIGKILL)
    finally:
        process.kill()
        process.wait()


def _understood(answer: bytes) -> ParsedTranscript:
    content = ""
    try:
        kind, _, content = answer.decode("utf-8", "surrogatepass").partition("\n")
        if kind == READ:
            return from_json(content)
        code, message = map(str, json.loads(content) if kind == REFUSED else _NO_ANSWER)
    except ValueError:
        _log.warning("a reader gave no sensible answer: %r", content[:200])
        code, message = _NO_ANSWER
    raise UnreadableTranscript(code, message)


def _refusal(status: int) -> UnreadableTranscript:
    slow = {-int(getattr(signal, name, 0)) for name in ("SIGXCPU", "SIGKILL", "SIGTERM")}
    if status in slow:
        return UnreadableTranscript(
            "too-slow",
            f"Reading the file took more than {PROCESSOR_SECONDS} seconds, far longer than any "
            "record needs. It is damaged, or built to be slow.",
        )
    if status < 0:
        return UnreadableTranscript(
            "too-big",
            f"Reading the file needed more than {ADDRESS_SPACE // 1024**2} MB of memory, or "
            "damage in it broke the reader. Save it anew, or split it into its meetings.",
        )
    return UnreadableTranscript(
        "reader-failed", "The reader of this form could not be started. Please tell the operators."
    )

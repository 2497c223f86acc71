"""The process that reads one file: ``python -m statements.transcripts.sandbox.worker FORMAT
[ENCODING [CHOICES [SECONDS]]]``, where FORMAT is a key of ``formats.registry``, CHOICES are label
choices and SECONDS of processor time are what it may use.

It reads the file from standard input. Before parsing it, the process gives up what it does not
need: more than those seconds, by default 20, more than 512 MB of address space, child processes,
and opening files, which leaves it neither network nor disk.
"""

import codecs
import contextlib
import ctypes
import errno
import json
import os
import sys

from statements.transcripts.formats.registry import FORMATS_BY_KEY, FileFormat
from statements.transcripts.text.decoding import decode
from statements.transcripts.text.hyphens import corpus_count
from statements.transcripts.values.choices import LabelChoices, applied
from statements.transcripts.values.interchange import (
    ADDRESS_SPACE,
    LARGEST_RESULT,
    NO_SPACE,
    PROCESSOR_SECONDS,
    READ,
    REFUSED,
    to_json,
)
from statements.transcripts.values.parsed import UnreadableTranscript

# tried for texts without a byte order mark
_CODECS = ("utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252")
_TOO_BIG = (
    "too-big",
    f"Reading the file takes more than {ADDRESS_SPACE // 1024**2} MB of memory. "
    "Split it by meeting.",
)
_PR_SET_PDEATHSIG, _PR_SET_NO_NEW_PRIVS = 1, 38
_SIGKILL = 9


def main(
    key: str, encoding: str = "", choices: str = "", processor_s: str = str(PROCESSOR_SECONDS)
) -> None:
    """Read standard input and write the answer: a word on the first line, JSON after it."""
    file_format = FORMATS_BY_KEY[key]
    file_format.load()
    preload(encoding)
    data = sys.stdin.buffer.read()
    with os.fdopen(os.dup(1), "wb") as answer:
        os.dup2(2, 1)  # keep anything that a library prints out of the answer
        drop_privileges(int(processor_s))
        with applied(LabelChoices.from_json(choices)):
            kind, content = _read(file_format, data, encoding or None)
        try:
            # lone surrogates of a broken file pass unchanged, to be refused with a reason
            answer.write(f"{kind}\n{content}".encode("utf-8", "surrogatepass"))
            answer.flush()
        except OSError as error:
            if error.errno in (errno.ENOSPC, errno.EDQUOT):
                os._exit(NO_SPACE)
            raise


def preload(encoding: str = "") -> None:
    """Load what readers would load lazily, since they cannot open files later."""
    corpus_count("")
    for name in (*_CODECS, encoding):
        with contextlib.suppress(LookupError, ValueError):  # the reader reports a wrong name
            codecs.lookup(name)
    with contextlib.suppress(UnreadableTranscript):  # too short a text to be certain about
        decode(b"It\x92s a long way to the harbour, and the water was low this year.")


def _read(file_format: FileFormat, data: bytes, encoding: str | None) -> tuple[str, str]:
    try:
        return READ, to_json(file_format.read("", data, encoding))
    except UnreadableTranscript as error:
        return REFUSED, json.dumps([error.code, str(error)])
    except MemoryError:
        return REFUSED, json.dumps(_TOO_BIG)


def drop_privileges(processor_s: int = PROCESSOR_SECONDS) -> None:
    """Give up for good what reading a file never needs, as far as the system allows."""
    if sys.platform == "win32":
        return
    import resource

    limits = (
        (resource.RLIMIT_CPU, processor_s),
        (resource.RLIMIT_AS, ADDRESS_SPACE),
        (resource.RLIMIT_FSIZE, LARGEST_RESULT),
        (resource.RLIMIT_NPROC, 0),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NOFILE, 0),
    )
    for kind, limit in limits:
        with contextlib.suppress(ValueError, OSError):  # macOS has no limit on address space
            resource.setrlimit(kind, (limit, limit))
    if sys.platform == "linux":
        libc = ctypes.CDLL(None)
        libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
        libc.prctl(_PR_SET_PDEATHSIG, _SIGKILL, 0, 0, 0)


if __name__ == "__main__":
    main(*sys.argv[1:5])

"""The process in which one file is read: ``python -m statements.transcripts.sandboxed FORM
ENCODING``, the last only where a person named one.

It takes the file from its input and, before it looks at it, gives up what it does not need: more
than 20 seconds of processor time, more than 512 MB of addresses, other processes, and every
further open file, so that neither network nor disk is left.
"""

import codecs
import contextlib
import ctypes
import errno
import json
import os
import sys
from collections.abc import Callable

from statements.transcripts.formats.akn import read_akn
from statements.transcripts.formats.decoding import decode
from statements.transcripts.formats.docx import read_docx
from statements.transcripts.formats.pdf import read_pdf
from statements.transcripts.formats.tables import read_table
from statements.transcripts.formats.text import read_text
from statements.transcripts.hyphens import corpus_count
from statements.transcripts.interchange import to_json
from statements.transcripts.limits import (
    ADDRESS_SPACE,
    LARGEST_RESULT,
    NO_SPACE,
    PROCESSOR_SECONDS,
    READ,
    REFUSED,
)
from statements.transcripts.parsed import ParsedTranscript, UnreadableTranscript

Reader = Callable[[bytes, str | None], ParsedTranscript]

_READERS: dict[str, Reader] = {
    "pdf": lambda data, _: read_pdf("", data),
    "docx": lambda data, _: read_docx("", data),
    "akn": lambda data, _: read_akn("", data),
    "table": lambda data, encoding: read_table("", data, encoding=encoding),
    "text": lambda data, encoding: read_text("", decode(data, encoding)),
}
# without a mark of its own, a text is tried in these
_CODECS = ("utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252")
_TOO_BIG = (
    "too-big",
    f"Reading the file needs more than {ADDRESS_SPACE // 1024**2} MB of memory. "
    "Split it into its meetings.",
)
_PR_SET_PDEATHSIG, _PR_SET_NO_NEW_PRIVS = 1, 38
_SIGKILL = 9


def main(form: str, encoding: str | None = None) -> None:
    """Read the input and answer in two parts: a word, and JSON on the lines after it."""
    reader = _READERS[form]
    _prepare(encoding)
    data = sys.stdin.buffer.read()
    with os.fdopen(os.dup(1), "wb") as answer:
        os.dup2(2, 1)  # whatever a library prints must not get into the answer
        limit()
        kind, content = _read(reader, data, encoding)
        try:
            # half a character of a broken file crosses as it is, to be refused with its reason
            answer.write(f"{kind}\n{content}".encode("utf-8", "surrogatepass"))
            answer.flush()
        except OSError as error:
            if error.errno in (errno.ENOSPC, errno.EDQUOT):
                os._exit(NO_SPACE)
            raise


def _prepare(encoding: str | None) -> None:
    """Have in memory what readers load when they first need it: later there is no disk."""
    corpus_count("")
    for name in (*_CODECS, encoding or ""):
        with contextlib.suppress(LookupError, ValueError):  # the reader says it of a wrong name
            codecs.lookup(name)
    with contextlib.suppress(UnreadableTranscript):  # so few words need not be certain
        decode(b"It\x92s a long way to the harbour, and the water was low this year.")


def _read(reader: Reader, data: bytes, encoding: str | None) -> tuple[str, str]:
    try:
        return READ, to_json(reader(data, encoding))
    except UnreadableTranscript as error:
        return REFUSED, json.dumps([error.code, str(error)])
    except MemoryError:
        return REFUSED, json.dumps(_TOO_BIG)


def limit() -> None:
    """Give up, for good, what reading a file never needs. Where the system cannot, it stays."""
    if sys.platform == "win32":
        return
    import resource

    limits = (
        (resource.RLIMIT_CPU, PROCESSOR_SECONDS),
        (resource.RLIMIT_AS, ADDRESS_SPACE),
        (resource.RLIMIT_FSIZE, LARGEST_RESULT),
        (resource.RLIMIT_NPROC, 0),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NOFILE, 0),
    )
    for kind, most in limits:
        with contextlib.suppress(ValueError, OSError):  # macOS knows no limit of addresses
            resource.setrlimit(kind, (most, most))
    if sys.platform == "linux":
        system = ctypes.CDLL(None)
        system.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
        system.prctl(_PR_SET_PDEATHSIG, _SIGKILL, 0, 0, 0)


if __name__ == "__main__":
    main(*sys.argv[1:3])

"""Whether an error that came up while the index was read may be the index's fault.

Every byte of the index is compared with its sum before it is used, so an error of any other kind is
most likely a mistake in the code. It is not taken for granted: the files are read again, for a
bounded time in each request, and only where all are as they were written is the error let through.
"""

import struct
import threading
import time
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pickle import UnpicklingError

from statements.search.index import forward_index
from statements.search.index.generations import IndexDamaged
from statements.search.index.sealing import check_sums
from statements.search.index.snapshot import Snapshot

# what reading wrong bytes as numbers, texts and arrays may lead to
SUSPICIOUS = (
    ArithmeticError, AssertionError, AttributeError, BufferError, EOFError, LookupError,
    MemoryError, OSError, RuntimeError, TypeError, ValueError, struct.error, zlib.error,
    UnpicklingError,
)  # fmt: skip

MOST_S = 2.0  # that a request reads files for; the next goes on from there
_VALID_S = 300.0  # for how long a segment counts as read

_lock = threading.Lock()
_read_at: dict[str, float] = {}  # by segment: when it was found to be as it was written


@contextmanager
def reading(what: str) -> Iterator[None]:
    """Take an error of the kinds that wrong bytes lead to for damage, which the worker mends by
    building the index anew: of a worker that ended by it the next would end so too."""
    try:
        yield
    except (IndexDamaged, OSError):
        raise
    except SUSPICIOUS as error:
        raise IndexDamaged(f"{what}: {error!r}") from error


class _TimeIsUp(Exception):
    pass


def is_sound(snapshot: Snapshot) -> bool | None:
    """Read the files of a snapshot's segments: True where all are as they were written, False where
    one is not, None where that is not known yet."""
    if not _lock.acquire(blocking=False):
        return None  # another thread is at it; two would take twice as long
    try:
        begun = time.monotonic()
        for one in list(_read_at):
            if _read_at[one] < begun - _VALID_S:
                del _read_at[one]

        def meanwhile() -> None:
            if time.monotonic() > begun + MOST_S:
                raise _TimeIsUp  # noqa: TRY301

        for segment in snapshot.segments:
            if segment.id not in _read_at:
                check_sums(segment.folder, segment.id, meanwhile)
                if forward_index.is_spoilt(segment.folder, segment.id, meanwhile):
                    forward_index.forget(segment)
                    return False
                _read_at[segment.id] = time.monotonic()
                meanwhile()
    except _TimeIsUp:
        return None
    except (IndexDamaged, OSError):
        return False
    finally:
        _lock.release()
    return True

"""Decides whether an error during a search may be caused by damage of the index.

Every byte of the index is compared with its checksum before it is used, so an error of any other
kind is most likely a mistake in the code. This is not taken for granted: the files are read again,
for a bounded time in each request, and the error is raised only if all are as they were written.
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

# errors that reading wrong bytes as numbers, texts and arrays may cause
SUSPICIOUS = (
    ArithmeticError, AssertionError, AttributeError, BufferError, EOFError, LookupError,
    MemoryError, OSError, RuntimeError, TypeError, ValueError, struct.error, zlib.error,
    UnpicklingError,
)  # fmt: skip

MOST_S = 2.0  # for which a request reads files; the next one continues from there
_VALID_S = 300.0  # for which a segment counts as read

_lock = threading.Lock()
_read_at: dict[str, float] = {}  # by segment: when it was last found undamaged


@contextmanager
def reading(subject: str) -> Iterator[None]:
    """Raise IndexDamaged for errors that wrong bytes may cause. The worker then rebuilds the index;
    otherwise the error would end it, and the next worker too."""
    try:
        yield
    except (IndexDamaged, OSError):
        raise
    except SUSPICIOUS as error:
        raise IndexDamaged(f"{subject}: {error!r}") from error


class _TimeIsUp(Exception):
    pass


def is_sound(snapshot: Snapshot) -> bool | None:
    """Read the files of a snapshot's segments. Return True if all are as they were written, False
    if one is not, None if this is not known yet."""
    if not _lock.acquire(blocking=False):
        return None  # another thread reads them; two would take twice as long
    try:
        started_at = time.monotonic()
        for segment_id in list(_read_at):
            if _read_at[segment_id] < started_at - _VALID_S:
                del _read_at[segment_id]

        def check_time() -> None:
            if time.monotonic() > started_at + MOST_S:
                raise _TimeIsUp  # noqa: TRY301

        for segment in snapshot.segments:
            if segment.id not in _read_at:
                check_sums(segment.folder, segment.id, check_time)
                if forward_index.is_damaged(segment.folder, segment.id, check_time):
                    forward_index.forget(segment)
                    return False
                _read_at[segment.id] = time.monotonic()
                check_time()
    except _TimeIsUp:
        return None
    except (IndexDamaged, OSError):
        return False
    finally:
        _lock.release()
    return True

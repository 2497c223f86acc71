"""Returns memory that this process has freed to the operating system.

Searches and merges allocate arrays of many sizes for a moment. glibc keeps what is freed, in an
arena for every thread that met another one at work, and returns only what lies at the end of an
arena: a process of four threads grew for an hour, by empty pages. So there is one arena (under
Python's lock threads hardly ever allocate at the same time), and its free pages are returned
regularly. Other C libraries return memory by themselves, or offer no way to ask for it.
"""

import ctypes
import time

EVERY_S = 20.0

_M_ARENA_MAX = -8  # of malloc.h

_libc = ctypes.CDLL(None)
_trimmed_at = time.monotonic()


def share_one_arena() -> None:
    """Use one arena for all threads. Must be called before there are several."""
    if hasattr(_libc, "mallopt"):
        _libc.mallopt(_M_ARENA_MAX, 1)


def trim() -> None:
    """Return free pages to the system, at most every ``EVERY_S`` seconds; takes some
    milliseconds."""
    global _trimmed_at
    now = time.monotonic()
    if now > _trimmed_at + EVERY_S and hasattr(_libc, "malloc_trim"):
        _trimmed_at = now
        _libc.malloc_trim(0)

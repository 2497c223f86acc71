"""Memory that this process has used and does not need: given back to the system.

Searches and merges allocate arrays of many sizes for a moment. glibc keeps what is freed, in an
arena for each thread that met another one at work, and gives back only what lies at an arena's end:
a process of four threads grew for an hour, by pages that held nothing. So there is one arena (under
Python's lock threads hardly ever allocate at once), and the free pages of it are given back now
and then. Other C libraries do so by themselves, or cannot be asked.
"""

import ctypes
import time

EVERY_S = 20.0

_M_ARENA_MAX = -8  # of malloc.h

_libc = ctypes.CDLL(None)
_given_back_at = time.monotonic()


def share_one_arena() -> None:
    """To be called before there are threads."""
    if hasattr(_libc, "mallopt"):
        _libc.mallopt(_M_ARENA_MAX, 1)


def give_back() -> None:
    """Give free pages back, unless that was done just now; takes some milliseconds."""
    global _given_back_at
    now = time.monotonic()
    if now > _given_back_at + EVERY_S and hasattr(_libc, "malloc_trim"):
        _given_back_at = now
        _libc.malloc_trim(0)

"""Token buckets that all processes of one web server share.

A bucket holds a number of tokens and is refilled at a constant rate; a request takes one token.
One number per bucket is stored, the time at which it will be full again (the generic cell rate
algorithm of ITU-T I.371, annex A). The table is in memory that is allocated before the server
forks: it needs no query and no disk, and is empty when the server starts.
"""

import fcntl
import mmap
import os
import secrets
import struct
import tempfile
import threading
import time
from dataclasses import dataclass
from hashlib import blake2b

from archive.edge.rates import Rate

ROWS = 8_192
WAYS = 8  # buckets per row; a new one replaces the one that is full soonest
# a digest of the key; the time at which the bucket is full, in seconds of the monotonic clock
_BUCKET = struct.Struct("=8sd")
ROW_BYTES = WAYS * _BUCKET.size


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a request is allowed, and the state of the bucket afterwards."""

    allowed: bool
    remaining: int
    retry_after_s: float  # 0.0 if it is allowed


class Buckets:
    """The table. It must be created before the server forks, so that all processes share it.

    An operating system lock guards each row and is released if its owner is killed. It belongs to
    the process, so a second lock guards the table between the threads of a process.
    """

    def __init__(self, rows: int = ROWS) -> None:
        size = rows * ROW_BYTES
        if hasattr(os, "memfd_create"):
            self._file = os.memfd_create("rate-limits")
        else:  # not Linux: an unnamed file
            with tempfile.TemporaryFile() as file:
                self._file = os.dup(file.fileno())
        os.write(self._file, bytes(size))  # allocate the memory now, not when it is first used
        self._table = mmap.mmap(self._file, size)
        self._rows = rows
        self._secret = secrets.token_bytes(16)  # nobody can choose addresses of one row
        self._turn = threading.Lock()

    def take(self, key: str, rate: Rate, now: float | None = None) -> Verdict:
        """Take a token from the bucket of a key if it has one. ``now`` is ``time.monotonic()``."""
        now = time.monotonic() if now is None else now
        digest = blake2b(key.encode(), digest_size=16, key=self._secret).digest()
        start = int.from_bytes(digest[:8]) % self._rows * ROW_BYTES
        with self._turn:
            fcntl.lockf(self._file, fcntl.LOCK_EX, ROW_BYTES, start)
            try:
                return self._take(start, digest[8:], rate, now)
            finally:
                fcntl.lockf(self._file, fcntl.LOCK_UN, ROW_BYTES, start)

    def _take(self, start: int, digest: bytes, rate: Rate, now: float) -> Verdict:
        row = self._table[start : start + ROW_BYTES]
        place, full_at = start, float("inf")
        for index, (owner, when) in enumerate(_BUCKET.iter_unpack(row)):
            if owner == digest:
                place, full_at = start + index * _BUCKET.size, when
                break
            if when < full_at:
                place, full_at = start + index * _BUCKET.size, when
        else:
            full_at = now
        interval = rate.interval_s
        full_at = max(full_at, now) + interval
        missing = full_at - now - rate.burst * interval
        if missing > interval * 1e-6:
            return Verdict(allowed=False, remaining=0, retry_after_s=missing)
        _BUCKET.pack_into(self._table, place, digest, full_at)
        return Verdict(allowed=True, remaining=int(-missing / interval + 1e-6), retry_after_s=0.0)

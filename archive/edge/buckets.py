"""Token buckets that all processes of one web server share.

A bucket holds a number of tokens and is refilled steadily; a request takes one. Kept is one number
a bucket, the moment at which it will be full again (the generic cell rate algorithm of ITU-T
I.371, annex A). The table lies in memory that is made before the server forks: it costs no
query and no disk, and begins empty when the server is started.
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
WAYS = 8  # buckets a row: a new one takes the place of that which is full soonest
_BUCKET = struct.Struct("=8sd")  # a digest of the key; when it is full, by the monotonic clock
ROW_BYTES = WAYS * _BUCKET.size


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a request is let through, and how the bucket stands afterwards."""

    allowed: bool
    remaining: int
    retry_after_s: float  # 0.0 where it was let through


class Buckets:
    """The table. Make it before the server forks, and every process counts in the same one.

    A lock of the operating system guards each row, which it gives back when its holder is killed;
    within a process, which is one holder for that lock, threads take turns.
    """

    def __init__(self, rows: int = ROWS) -> None:
        size = rows * ROW_BYTES
        if hasattr(os, "memfd_create"):
            self._file = os.memfd_create("rate-limits")
        else:  # not Linux: a file without a name
            with tempfile.TemporaryFile() as file:
                self._file = os.dup(file.fileno())
        os.write(self._file, bytes(size))  # memory that is there cannot be lacking later
        self._table = mmap.mmap(self._file, size)
        self._rows = rows
        self._secret = secrets.token_bytes(16)  # nobody can choose addresses that share a row
        self._turn = threading.Lock()

    def take(self, key: str, rate: Rate, now: float | None = None) -> Verdict:
        """Take a token from the bucket of a key, if it has one; `now` is time.monotonic()."""
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

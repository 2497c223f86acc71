"""Opens the forward indexes of segments, and finds out whether they are damaged."""

import os
import struct
import threading
import zlib
from collections.abc import Callable
from pathlib import Path

from statements.search.index.caching import cached_per_snapshot
from statements.search.index.formats.mapped_file import ends_with
from statements.search.index.forward_index.layout import (
    MARK,
    TRAILER,
    FileState,
    ForwardIndex,
    map_file,
    path_of,
)
from statements.search.index.sealing import FORWARD_INDEX_EXTENSION
from statements.search.index.segments import Segment

_BLOCK = 1 << 20  # bytes read at a time


class _Opened:
    """The mapped file of a segment, which is compared with its checksum before it is used."""

    def __init__(self, segment: Segment) -> None:
        """Raises OSError, ValueError or struct.error, see ``layout.map_file``."""
        path = path_of(segment.folder, segment.id)
        self.arrays, self.memory, self.state = map_file(path, segment)
        self._is_undamaged: bool | None = None  # None: not compared yet
        self._lock = threading.Lock()

    def is_undamaged(self) -> bool:
        """Return whether its bytes are as they were written; False while another thread reads them
        for the first time, a tenth of a second for the largest files."""
        if self._is_undamaged is None:
            if not self._lock.acquire(blocking=False):
                return False
            try:
                size = len(self.memory) - TRAILER.size
                with memoryview(self.memory) as data, data[:size] as content:
                    *_, checksum, _ = TRAILER.unpack_from(data, size)
                    self._is_undamaged = zlib.crc32(content) == checksum
            finally:
                self._lock.release()
        return self._is_undamaged


def read_forward_index(segment: Segment) -> ForwardIndex | None:
    """Return the forward index of a segment, or None if the file is missing, cut or damaged: the
    worker will write it again, and the next call looks for it again."""
    for _ in range(2):
        try:
            opened = _opened(segment)
        except (OSError, ValueError, struct.error):
            return None
        # reading pages of a file that was cut would end the process, and a file that was changed is
        # compared again; the file of a segment that was merged is gone, and unchanged
        if opened.memory.size() >= len(opened.memory) and _state(segment) in (opened.state, None):
            return opened.arrays if opened.is_undamaged() else None
        forget(segment)
    return None


def forget(segment: Segment) -> None:
    """Open the file again when it is next used."""
    _opened.forget(segment)


def _state(segment: Segment) -> FileState | None:
    try:
        file = os.stat(f"{segment.folder}/{segment.id}{FORWARD_INDEX_EXTENSION}")
    except OSError:
        return None
    return file.st_ino, file.st_mtime_ns


@cached_per_snapshot
def _opened(segment: Segment) -> _Opened:
    return _Opened(segment)


def exists(folder: Path, segment_id: str) -> bool:
    """Return whether the file exists and was not cut."""
    return ends_with(path_of(folder, segment_id), MARK)


def discard_if_damaged(
    folder: Path, segment_id: str, yield_to: Callable[[], None] = lambda: None
) -> None:
    """Read every byte, and remove the file if one has changed."""
    if is_damaged(folder, segment_id, yield_to):
        path_of(folder, segment_id).unlink(missing_ok=True)


def is_damaged(folder: Path, segment_id: str, yield_to: Callable[[], None] = lambda: None) -> bool:
    """Read every byte. Return whether the file exists and one of them has changed."""
    try:
        with path_of(folder, segment_id).open("rb") as file:
            remaining = max(file.seek(0, os.SEEK_END) - TRAILER.size, 0)
            file.seek(0)
            computed = 0
            while remaining and (block := file.read(min(remaining, _BLOCK))):
                computed = zlib.crc32(block, computed)
                remaining -= len(block)
                if len(block) == _BLOCK:  # there may be more
                    yield_to()
            *_, checksum, mark = TRAILER.unpack(file.read())
    except FileNotFoundError:
        return False
    except struct.error:
        return True
    return bool(mark != MARK or computed != checksum)

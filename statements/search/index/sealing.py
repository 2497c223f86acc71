"""Checksums of a segment's files, by which readers and the worker notice damage.

Sealing a segment flushes its files to the disk and writes ``<segment>.sums`` beside them: JSON with
the size and the CRC-32 of each file. Sizes are compared whenever a segment is opened. Every byte is
compared before a merge, every few minutes by the worker, and after an error that damage may have
caused.
"""

import json
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

from statements.search.index.formats import speech_columns
from statements.search.index.generations import IndexDamaged, sync, write_atomically

SUMS_EXTENSION = ".sums"  # Whoosh removes it together with the segment
FORWARD_INDEX_EXTENSION = ".seq"  # has a checksum of its own, and may be missing
_BLOCK = 1 << 20  # bytes read at a time


def seal(folder: Path, segment: Any) -> None:
    """Flush the files of a segment, given as Whoosh describes it, and record their checksums."""
    segment_id = segment.segment_id()
    speech_columns.write(folder, segment_id, segment.doc_count_all())
    sums = {}
    for path in sorted(folder.glob(f"{segment_id}.*")):
        if path.suffix != FORWARD_INDEX_EXTENSION:
            sync(path)
            sums[path.name] = [path.stat().st_size, _sum(path)]
    write_atomically(folder / f"{segment_id}{SUMS_EXTENSION}", json.dumps(sums))


def check_sizes(folder: Path, segment_id: str) -> dict[str, int]:
    """Compare the sizes of a segment's files with the recorded ones, and return the recorded CRC-32
    of each file. Raises IndexDamaged."""
    try:
        sealed = json.loads((folder / f"{segment_id}{SUMS_EXTENSION}").read_bytes())
        for name, (size, _) in sealed.items():
            if (folder / name).stat().st_size != size:
                raise IndexDamaged(f"{name} has lost or gained bytes")
        return {name: checksum for name, (_, checksum) in sealed.items()}
    except (OSError, ValueError, AttributeError, TypeError) as error:
        raise IndexDamaged(f"segment {segment_id} is not whole: {error}") from error


def check_sums(folder: Path, segment_id: str, yield_to: Callable[[], None] = lambda: None) -> None:
    """Compare every byte of a segment with the recorded checksums. Raises IndexDamaged.

    ``yield_to`` is called while large files are read; it may commit to the index, and so remove a
    small segment with its files.
    """
    for name, checksum in check_sizes(folder, segment_id).items():
        if _sum(folder / name, yield_to) != checksum:
            raise IndexDamaged(f"{name} has changed since it was written")


def _sum(path: Path, yield_to: Callable[[], None] = lambda: None) -> int:
    checksum = 0
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            checksum = zlib.crc32(block, checksum)
            if len(block) == _BLOCK:  # there may be more
                yield_to()
    return checksum

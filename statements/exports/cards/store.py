"""Keeps cards on disk, each drawn once; the oldest make room for new ones.

A card is named by a digest of everything it shows, so that none is ever out of date. Whatever
happens to the folder, a card is drawn.
"""

import logging
import os
import tempfile
import threading
from pathlib import Path

from django.conf import settings

from statements.exports.cards.drawing import Card, draw

KEPT = 4_000  # of some 20 kB each
logger = logging.getLogger(__name__)

# one at a time in each process, so that pages find a free processor while cards are drawn
_turn = threading.Lock()


def kept(card: Card) -> bytes:
    """Return a card as PNG, from the disk if it has been drawn before."""
    folder: Path = settings.CARDS_DIR
    path = folder / f"{card.digest}.png"
    if (png := _read(path)) is not None:
        return png
    with _turn:
        if (png := _read(path)) is None:  # else another thread has just drawn it
            png = draw(card)
            try:
                _write(path, png)
            except OSError as error:
                logger.warning("A card could not be kept in %s: %s", folder, error)
    return png


def _read(path: Path) -> bytes | None:
    try:
        return path.read_bytes() or None
    except OSError:
        return None


def _write(path: Path, png: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    _make_room(path.parent)
    handle, name = tempfile.mkstemp(dir=path.parent)
    with os.fdopen(handle, "wb") as file:
        file.write(png)
    Path(name).replace(path)


def _make_room(folder: Path) -> None:
    """Delete the oldest tenth of the cards if the folder is full."""
    with os.scandir(folder) as entries:
        files = list(entries)
    if len(files) < KEPT:
        return
    by_age = sorted(files, key=lambda entry: entry.stat().st_mtime_ns)
    for entry in by_age[: max(1, KEPT // 10)]:
        Path(entry.path).unlink(missing_ok=True)

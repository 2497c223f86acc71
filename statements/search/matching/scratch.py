"""A byte and a number for every document, which each thread keeps and uses again: fresh memory of
this size costs more than what is written into it."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

_kept = threading.local()


class Board(NamedTuple):
    marks: npt.NDArray[np.uint8]  # all 0, and to be left so
    places: npt.NDArray[np.int32]  # whatever was left in them


@contextmanager
def board(size: int) -> Iterator[Board]:
    """For at least so many documents, for as long as the context lasts. One that was left by an
    error is not used again."""
    held: Board | None = getattr(_kept, "board", None)
    if held is None or len(held.marks) < size:
        held = Board(np.zeros(size, np.uint8), np.zeros(size, np.int32))
    _kept.board = None
    yield held
    _kept.board = held

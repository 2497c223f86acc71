"""Scratch arrays with a byte and a number for every document, which each thread reuses: allocating
memory of this size costs more than writing into it."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

_thread = threading.local()


class ScratchArrays(NamedTuple):
    marks: npt.NDArray[np.uint8]  # all 0, and to be left all 0
    places: npt.NDArray[np.int32]  # of any values


@contextmanager
def scratch_arrays(size: int) -> Iterator[ScratchArrays]:
    """Provide arrays for at least so many documents within a context. After an error they are not
    reused."""
    arrays: ScratchArrays | None = getattr(_thread, "arrays", None)
    if arrays is None or len(arrays.marks) < size:
        arrays = ScratchArrays(np.zeros(size, np.uint8), np.zeros(size, np.int32))
    _thread.arrays = None
    yield arrays
    _thread.arrays = arrays

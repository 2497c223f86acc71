"""Answers kept for as long as what they were asked of: a snapshot, or a segment of it."""

import threading
from collections.abc import Callable
from weakref import WeakKeyDictionary

# most work takes less; to do it twice at once would take both threads twice as long
PATIENCE_S = 0.05


class _Place[Answer]:
    """Room for the answer about one object, with a lock of its own."""

    __slots__ = ("answer", "lock")

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.answer: Answer | None = None


class kept[Of, Answer]:
    """Have a function of a snapshot or segment work once for each, and forget with it. The answer
    must not hold what it was asked of, or neither is ever let go.

    Of two threads that ask about one object at once, one works and the other waits for it, but not
    longer than ``PATIENCE_S``: then it works too. Who asks about another object waits for nobody.
    Where the work raises an error, nothing is kept."""

    def __init__(self, work: Callable[[Of], Answer]) -> None:
        self._work = work
        self._places: WeakKeyDictionary[Of, _Place[Answer]] = WeakKeyDictionary()

    def __call__(self, of: Of) -> Answer:
        if (place := self._places.get(of)) is None:
            place = self._places.setdefault(of, _Place())
        if (known := place.answer) is not None:
            return known
        is_locked = place.lock.acquire(timeout=PATIENCE_S)
        try:
            if (known := place.answer) is None:
                known = place.answer = self._work(of)
            return known
        finally:
            if is_locked:
                place.lock.release()

    def forget(self, of: Of) -> None:
        """Have the function work again when it is asked about an object the next time."""
        self._places.pop(of, None)

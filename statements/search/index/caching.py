"""Results of functions of a snapshot, or of a segment, kept for as long as it is in use."""

import threading
from collections.abc import Callable
from weakref import WeakKeyDictionary

# most work takes less; if two threads do the same at once, both take twice as long
PATIENCE_S = 0.05


class _Slot[Result]:
    """Room for the result of one object, with a lock of its own."""

    __slots__ = ("lock", "result")

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.result: Result | None = None


class cached_per_snapshot[Key, Result]:
    """Decorate a function of a snapshot or segment, so that it is called once for each and its
    result is forgotten with the object. The result must not refer to the object: neither would ever
    be freed.

    If two threads ask for the result of one object at the same time, one calls the function and the
    other waits, but not longer than ``PATIENCE_S``: then it calls the function, too. Threads that
    ask about another object do not wait. If the function raises an error, nothing is kept."""

    def __init__(self, function: Callable[[Key], Result]) -> None:
        self._function = function
        self._slots: WeakKeyDictionary[Key, _Slot[Result]] = WeakKeyDictionary()

    def __call__(self, key: Key) -> Result:
        if (slot := self._slots.get(key)) is None:
            slot = self._slots.setdefault(key, _Slot())
        if (result := slot.result) is not None:
            return result
        is_locked = slot.lock.acquire(timeout=PATIENCE_S)
        try:
            if (result := slot.result) is None:
                result = slot.result = self._function(key)
            return result
        finally:
            if is_locked:
                slot.lock.release()

    def forget(self, key: Key) -> None:
        """Forget the result of one object."""
        self._slots.pop(key, None)

"""Answers kept for as long as what they were asked of: a snapshot, or a segment of it."""

import threading
from collections.abc import Callable
from functools import wraps
from weakref import WeakKeyDictionary


def kept[Of, Answer](work: Callable[[Of], Answer]) -> Callable[[Of], Answer]:
    """Have a function of a snapshot or segment work once for each, and forget with it. The answer
    must not hold what it was asked of, or neither is ever let go."""
    answers: WeakKeyDictionary[Of, Answer] = WeakKeyDictionary()
    lock = threading.Lock()

    @wraps(work)
    def answer(of: Of) -> Answer:
        if (found := answers.get(of)) is not None:
            return found
        with lock:  # of two threads that ask at once, one works
            if (found := answers.get(of)) is None:
                found = answers[of] = work(of)
            return found

    return answer

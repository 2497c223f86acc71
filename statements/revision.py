"""The revision of the archive: what names the state of everything that public pages show.

Two readings are equal only where no transaction that changed a public table came between them (see
the migration "revision" and ``docs/decisions/revisions.md``). What is made after a revision was
read may be kept under it: it is of that state or of a newer one, and no later state has the name.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from hashlib import sha256
from typing import Any
from uuid import UUID

from statements.sql import fetch_all

TOKENS = "(SELECT array_agg(token ORDER BY slot) FROM statements_revision)"  # see ``name_of``

_of_request: ContextVar[str | None] = ContextVar("revision", default=None)


def read() -> str:
    """Ask the database for the revision as it is now."""
    ((tokens,),) = fetch_all(f"SELECT {TOKENS}")
    return name_of(tokens)


def name_of(tokens: Sequence[UUID] | None) -> str:
    """Return the revision that ``TOKENS`` stand for."""
    return sha256("".join(token.hex for token in tokens or ()).encode()).hexdigest()[:32]


def current() -> str:
    """The revision that a request read before anything else, or else the one of now."""
    return _of_request.get() or read()


@contextmanager
def one() -> Iterator[None]:
    """Have ``current`` answer with one revision throughout: the request's, or else that of now."""
    with held(current()):
        yield


@contextmanager
def held(revision: str) -> Iterator[str]:
    """Have ``current`` answer with a revision, for as long as one request takes."""
    token = _of_request.set(revision)
    try:
        yield revision
    finally:
        _of_request.reset(token)


def kept_for_revision[**Given, Answer](
    most: int = 1,
) -> Callable[[Callable[Given, Answer]], Callable[Given, Answer]]:
    """Have a function keep its answers, the last ``most`` of them, until the archive changes.

    Arguments must be hashable. The answer is shared between threads: nobody may change it.
    """

    def decorate(work: Callable[Given, Answer]) -> Callable[Given, Answer]:
        answers: OrderedDict[Any, Answer] = OrderedDict()
        lock = threading.Lock()

        @wraps(work)
        def answer(*given: Given.args, **named: Given.kwargs) -> Answer:
            key = current(), given, tuple(named.items())
            with lock:
                if key in answers:
                    answers.move_to_end(key)
                    return answers[key]
            made = work(*given, **named)  # two threads may both work: none waits for the other
            with lock:
                answers[key] = made
                while len(answers) > most:
                    answers.popitem(last=False)
            return made

        return answer

    return decorate

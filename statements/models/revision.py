"""The revision of the archive: a name for the state of all data that public pages show.

Two revisions are equal only if no transaction between them changed a public table (see the
migration "revision" and ``docs/decisions/revisions.md``). A result computed after a revision was
read can be cached under it: it reflects that state or a newer one, and no later state has the
same revision.
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

from archive import languages
from statements.models.sql import fetch_all

TOKENS = "(SELECT array_agg(token ORDER BY slot) FROM statements_revision)"  # see ``name_of``

_of_request: ContextVar[str | None] = ContextVar("revision", default=None)


def read() -> str:
    """Return the current revision, read from the database."""
    ((tokens,),) = fetch_all(f"SELECT {TOKENS}")
    return name_of(tokens)


def name_of(tokens: Sequence[UUID] | None) -> str:
    """Return the revision of the tokens that ``TOKENS`` selects."""
    return sha256("".join(token.hex for token in tokens or ()).encode()).hexdigest()[:32]


def current() -> str:
    """Return the revision that the request read first; outside of requests, the current one."""
    return _of_request.get() or read()


@contextmanager
def use_current() -> Iterator[None]:
    """Make ``current`` return the same revision throughout a block."""
    with use(current()):
        yield


@contextmanager
def use(revision: str) -> Iterator[str]:
    """Make ``current`` return this revision throughout a block, such as a request."""
    token = _of_request.set(revision)
    try:
        yield revision
    finally:
        _of_request.reset(token)


def cached_per_revision[**Arguments, Result](
    maxsize: int = 1,
) -> Callable[[Callable[Arguments, Result]], Callable[Arguments, Result]]:
    """Cache the last ``maxsize`` results of a function in each language until the archive changes.

    Arguments must be hashable. Results are shared between threads and must not be modified.
    """

    def decorate(function: Callable[Arguments, Result]) -> Callable[Arguments, Result]:
        results: OrderedDict[Any, Result] = OrderedDict()
        lock = threading.Lock()

        @wraps(function)
        def cached(*args: Arguments.args, **kwargs: Arguments.kwargs) -> Result:
            key = current(), languages.current(), args, tuple(kwargs.items())
            with lock:
                if key in results:
                    results.move_to_end(key)
                    return results[key]
            result = function(*args, **kwargs)  # without the lock, so that threads need not wait
            with lock:
                results[key] = result
                while len(results) > maxsize * len(languages.offered()):
                    results.popitem(last=False)
            return result

        return cached

    return decorate

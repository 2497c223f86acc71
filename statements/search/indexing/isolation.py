"""Indexing in a process of its own what was tried before and not settled.

A speech may end the process that indexes it: by memory, or by a fault in a library. It must not be
the worker a second time, and it must be known which of a batch it was. So each is tried alone, the
worker looks on, and what has ended MAX_ATTEMPTS processes is left alone, and told of by the index.
"""

import logging
import os
import select
import signal
import sys
from collections.abc import Callable, Sequence

from django.db import connection

from statements.search.indexing import outbox

logger = logging.getLogger(__name__)

LOOK_S = 0.5  # how long a signal may wait to be noticed
_NONE = 0  # instead of a speech: none is being tried

_inherited: list[object] = []  # kept, or Python would close it


def each(
    speeches: Sequence[int], work: Callable[[int], None], must_stop: Callable[[], bool]
) -> bool:
    """Do the work for one speech after the other in a forked process; yields whether it came to
    its end, or one of them ended the process and is charged with that."""
    here, there = os.pipe()
    parent = os.getpid()
    process = os.fork()
    if not process:
        os.close(here)
        _be_tried(speeches, work, there, parent)
    os.close(there)
    stopped = True
    try:
        trying = _watch(here, must_stop)
        stopped = must_stop()
    finally:
        os.close(here)
        if stopped:
            os.kill(process, signal.SIGKILL)
        _, status = os.waitpid(process, 0)
    if stopped:
        return False
    if os.WIFSIGNALED(status) and trying != _NONE:
        number = os.WTERMSIG(status)
        logger.error("indexing speech %s ended its process by signal %s", trying, number)
        outbox.charge(trying)
        return True
    return status == 0


def _watch(told: int, must_stop: Callable[[], bool]) -> int:
    """Wait for the end; yields the speech that was tried last."""
    words = b""
    while not must_stop():
        if select.select([told], [], [], LOOK_S)[0]:
            if not (some := os.read(told, 1 << 12)):
                break
            words += some
    return int(words.split()[-1]) if words else _NONE


def _be_tried(speeches: Sequence[int], work: Callable[[int], None], tell: int, parent: int) -> None:
    """What the other process does. It never returns."""
    status = 1
    try:
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, signal.SIG_DFL)
        # the worker's connection, with its locks, is not this process's to use or to close
        _inherited.append(connection.connection)
        connection.connection = None
        for speech in speeches:
            if os.getppid() != parent:
                break
            os.write(tell, b"%d\n" % speech)
            work(speech)
        os.write(tell, b"%d\n" % _NONE)
        status = 0
    except BaseException:  # the disk's fault, or the database's: the worker will meet it too
        logger.warning("suspects could not be tried", exc_info=True)
    finally:
        sys.stderr.flush()
        os._exit(status)

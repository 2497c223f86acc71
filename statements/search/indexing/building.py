"""What a process that builds an index is at, noted beside the generations: where that ends it, by
a fault of a library or for want of memory, no error is raised, and the next would end as it did.

So the next one first tries out the speeches that were being read then, one by one in a process that
may end (``isolation``), and leaves alone those that end it. Where builds have ended several times
in a row, segments are made smaller, which takes less memory. Whoever holds the lock of building is
the only one to read or write the note, ``index/building``; it is lost with the folder, and then one
more process may end. What the worker builds of a long outbox (``background``) is noted likewise, in
a file of its own.
"""

import json
import logging
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from statements.search.index import generations
from statements.search.index.bulk_writer import SEGMENT_WORDS
from statements.search.index.generations import BUILD_NOTE
from statements.search.indexing import outbox

logger = logging.getLogger(__name__)

_SMALLEST = 1_000_000  # words of a segment, below which nothing is gained


class Attempt:
    """One build, after so many in a row that did not come to an end, good or bad."""

    def __init__(self, ended: int, name: str, words: int) -> None:
        self._ended = ended
        self._name = name
        self.words = max(words >> max(ended - 1, 0), _SMALLEST)

    def note(self, speeches: Sequence[int]) -> None:
        """Note what is going to be read; nothing when it was."""
        # not synced: it tells of the end of a process, not of the machine's
        part = generations.root() / f".{self._name}"
        part.write_text(json.dumps({"ended": self._ended, "speeches": speeches}), "ascii")
        os.replace(part, generations.root() / self._name)


def charge_interrupted(name: str = BUILD_NOTE) -> int:
    """Charge the speeches that were being read when a build ended its process; yields how many
    builds in a row ended so. To be called where no build of that name goes on."""
    path = generations.root() / name
    try:
        left = json.loads(path.read_text("ascii"))
        ended, speeches = int(left["ended"]) + 1, list(map(int, left["speeches"]))
    except FileNotFoundError:
        return 0
    except (ValueError, KeyError, TypeError):
        logger.warning("the note of what was built last cannot be read")
        return 0
    if speeches:
        logger.error("a build ended its process while it read speeches %s", speeches)
        outbox.accuse(speeches)
        Attempt(ended - 1, name, 0).note(())  # they are charged once
    return ended


def forget(name: str) -> None:
    """Forget a build that was ended on purpose."""
    (generations.root() / name).unlink(missing_ok=True)


@contextmanager
def attempt(name: str = BUILD_NOTE, words: int | None = None) -> Iterator[Attempt]:
    """Note a build for as long as it goes on; what ended the one before is charged with that.
    ``words`` is the size of a full segment, ``SEGMENT_WORDS`` unless given."""
    generations.make_root()
    if ended := charge_interrupted(name):
        logger.warning("%s builds in a row ended their process", ended)
    path = generations.root() / name
    this = Attempt(ended, name, words or SEGMENT_WORDS)
    this.note(())
    try:
        yield this
    finally:
        path.unlink(missing_ok=True)

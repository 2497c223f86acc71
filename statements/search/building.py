"""What a process that builds an index is at, noted beside the generations: where that ends it, by
a fault of a library or for want of memory, no error is raised, and the next would end as it did.

So the next one first tries out the speeches that were being read then, one by one in a process that
may end (``apart``), and leaves alone those that end it. Where builds have ended several times in a
row, segments are made smaller, which takes less memory. Whoever holds the lock of building is the
only one to read or write the note, ``index/building``; it is lost with the folder, and then one
more process may end.
"""

import json
import logging
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from statements.search import generations, outbox
from statements.search.bulk import SEGMENT_WORDS
from statements.search.generations import BUILD_NOTE

logger = logging.getLogger(__name__)

_SMALLEST = 1_000_000  # words of a segment, below which nothing is gained


class Attempt:
    """One build, after so many in a row that did not come to an end, good or bad."""

    def __init__(self, ended: int) -> None:
        self._ended = ended
        self.words = max(SEGMENT_WORDS >> max(ended - 1, 0), _SMALLEST)

    def note(self, speeches: Sequence[int]) -> None:
        """Note what is going to be read; nothing when it was."""
        # not synced: it tells of the end of a process, not of the machine's
        part = generations.root() / f".{BUILD_NOTE}"
        part.write_text(json.dumps({"ended": self._ended, "speeches": speeches}), "ascii")
        os.replace(part, generations.root() / BUILD_NOTE)


@contextmanager
def attempt() -> Iterator[Attempt]:
    """Note a build for as long as it goes on; what ended the one before is charged with that."""
    generations.make_root()
    path = generations.root() / BUILD_NOTE
    ended = 0
    try:
        left = json.loads(path.read_text("ascii"))
        ended, speeches = int(left["ended"]) + 1, list(map(int, left["speeches"]))
    except FileNotFoundError:
        pass
    except (ValueError, KeyError, TypeError):
        logger.warning("the note of what was built last cannot be read")
    else:
        logger.error("a build ended its process while it read speeches %s", speeches or "no more")
        outbox.accuse(speeches)
    this = Attempt(ended)
    this.note(())
    try:
        yield this
    finally:
        path.unlink(missing_ok=True)

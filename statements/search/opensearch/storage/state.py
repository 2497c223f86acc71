"""The generations of the index in the cluster: two indexes each, of which an alias names those in
use.

The number of a generation is in the names of its indexes, its version and whether it is complete in
their ``_meta``, and the number of its commits in a document of its terms. So nothing is kept
outside of the cluster.
"""

import logging
import re
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings
from opensearchpy.exceptions import NotFoundError

from statements.search.opensearch import schema
from statements.search.opensearch.client import ERRORS, WRITE_TIMEOUT_S, client, unavailable
from statements.search.protocol import SearchUnavailable

logger = logging.getLogger(__name__)

KEPT_S = 1.0  # for which a process uses a generation without asking which one is in use
# for which a cluster that did not answer is not asked again, so that no page waits for it
AWAY_S = 2.0
_COMMITS = "commits"  # the id of a document among the terms
_lock = threading.Lock()
_kept: tuple[float, "Generation | None"] = (0.0, None)
_away: tuple[float, SearchUnavailable | None] = (0.0, None)  # until when, and why


@dataclass(frozen=True)
class Generation:
    """Indexes that were built together."""

    number: int
    is_complete: bool = False

    @property
    def speeches(self) -> str:
        return f"{settings.SEARCH_PREFIX}-speeches-{self.number}"

    @property
    def terms(self) -> str:
        return f"{settings.SEARCH_PREFIX}-terms-{self.number}"

    def commits(self) -> int:
        """Return the number of commits. Raises SearchUnavailable."""
        try:
            found = client().get(index=self.terms, id=_COMMITS)
        except NotFoundError:
            return 0
        except ERRORS as error:
            raise unavailable(error) from error
        return int(found["_source"]["commit"])

    def count_commit(self) -> None:
        """Record that the generation was changed, after the change can be searched."""
        client().index(
            index=self.terms,
            id=_COMMITS,
            body={"commit": self.commits() + 1},
            params={"refresh": "false"},
            request_timeout=WRITE_TIMEOUT_S,
        )


def alias() -> str:
    return f"{settings.SEARCH_PREFIX}-speeches"


def in_use(*, fresh: bool = False) -> Generation | None:
    """Return the generation in use, None if there is none of this version. Raises
    SearchUnavailable."""
    global _kept, _away
    since, generation = _kept
    if not fresh and generation and time.monotonic() < since + KEPT_S:
        return generation
    until, reason = _away
    if reason and time.monotonic() < until:
        raise reason
    try:
        indexes = client().indices.get(index=alias())
    except NotFoundError:
        indexes = {}
    except ERRORS as error:
        reason = unavailable(error)
        with _lock:
            _away = time.monotonic() + AWAY_S, reason
        raise reason from error
    generation = None
    for name, described in indexes.items():
        meta = described["mappings"].get("_meta", {})
        if meta.get("version") == schema.version():
            generation = Generation(_number(name), bool(meta.get("complete")))
        else:
            logger.warning("the index %s has version %s", name, meta.get("version"))
    with _lock:
        _kept = time.monotonic(), generation
    return generation


def last_known() -> Generation | None:
    """Return the generation in use, or the last that was if the cluster does not answer."""
    try:
        return in_use()
    except SearchUnavailable:
        return _kept[1]


def forget() -> None:
    """Forget which generation is in use, and that the cluster did not answer."""
    global _kept, _away
    with _lock:
        _kept, _away = (0.0, None), (0.0, None)


# -- building --------------------------------------------------------------------------------------


def begin() -> Generation:
    """Create the indexes of a new generation, without replicas until it is filled."""
    numbers = [_number(name) for name in names()]
    generation = Generation(max(numbers, default=0) + 1)
    both = schema.settings(settings.SEARCH_SHARDS, 0)
    create = client().indices.create
    create(
        index=generation.speeches,
        body={
            "settings": {**both["index"], "analysis": both["analysis"]},
            "mappings": schema.speeches_mapping(),
        },
        request_timeout=WRITE_TIMEOUT_S,
    )
    create(
        index=generation.terms,
        body={
            # one shard, of which every node has a copy
            "settings": {"number_of_shards": 1, "auto_expand_replicas": "0-all"},
            "mappings": schema.terms_mapping(),
        },
        request_timeout=WRITE_TIMEOUT_S,
    )
    return generation


def publish(generation: Generation, *, complete: bool) -> None:
    """Copy a generation to the replicas, and put it in use in one step. The one that it replaces is
    kept for readers that still use it, older ones are removed."""
    indices = client().indices
    for index in (generation.speeches, generation.terms):
        indices.put_mapping(
            index=index,
            body={"_meta": {"version": schema.version(), "complete": complete}},
            request_timeout=WRITE_TIMEOUT_S,
        )
    indices.put_settings(
        index=generation.speeches,
        body={"number_of_replicas": settings.SEARCH_REPLICAS},
        request_timeout=WRITE_TIMEOUT_S,
    )
    previous = in_use(fresh=True)
    actions = [{"remove": {"index": f"{alias()}-*", "alias": alias(), "must_exist": False}}]
    indices.update_aliases(
        body={"actions": [*actions, {"add": {"index": generation.speeches, "alias": alias()}}]},
        request_timeout=WRITE_TIMEOUT_S,
    )
    forget()
    kept = {generation.number, previous.number if previous else generation.number}
    discard([number for number in map(_number, names()) if number not in kept])


def discard(numbers: Sequence[int]) -> None:
    """Remove generations."""
    for number in set(numbers):
        generation = Generation(number)
        for index in (generation.speeches, generation.terms):
            client().indices.delete(
                index=index, ignore_unavailable=True, request_timeout=WRITE_TIMEOUT_S
            )


def names() -> list[str]:
    """Return the names of all indexes of speeches, in use or not."""
    return sorted(client().indices.get(index=f"{alias()}-*"))


def _number(name: str) -> int:
    match = re.search(r"-(\d+)$", name)
    return int(match[1]) if match else 0

"""The configuration of gunicorn, used by `make run` and by the container."""

import gc
import logging
import os
import threading
from pathlib import Path

from archive.edge import unparsed_requests
from statements.search.indexing import malloc

logger = logging.getLogger(__name__)

WARM_UP_WORD = "nations"  # a word of most archives; the results do not matter

malloc.share_one_arena()
unparsed_requests.install()

bind = f"127.0.0.1:{os.environ.get('PORT') or 8000}"
worker_class = "gthread"
workers = int(os.environ.get("WEB_CONCURRENCY") or 2)
threads = 4
preload_app = True  # one import, and pages of memory shared between the workers
limit_request_line = unparsed_requests.MAX_REQUEST_LINE
timeout = 60
graceful_timeout = 3
control_socket_disable = True
accesslog = os.environ.get("ACCESS_LOG") or None
loglevel = "warning"
if Path("/dev/shm").is_dir():  # noqa: S108 (heartbeats: a slow disk must not stop a worker)
    worker_tmp_dir = "/dev/shm"  # noqa: S108


def when_ready(_server: object) -> None:
    """Prepare what the workers share, before the first of them starts.

    What is loaded is frozen, so that the garbage collector neither examines it nor writes to memory
    pages that the workers share.
    """
    # settings are loaded after this file
    from archive.release import release

    release()
    gc.collect()
    gc.freeze()
    # a page creates about a thousand objects that the collector tracks, and hardly a cycle
    gc.set_threshold(20_000, 20, 20)


def post_request(_worker: object, _request: object, _environ: object, _response: object) -> None:
    """Return free memory to the system after a request."""
    malloc.trim()


def post_worker_init(worker: object) -> None:
    """Warm up in a thread, so that the worker answers requests at once."""
    threading.Thread(target=_warm, daemon=True).start()


def _warm() -> None:
    # settings are loaded after this file
    from django.db import connections

    try:
        warm_up()
    finally:
        connections.close_all()


def warm_up() -> None:
    """Search and complete once, which opens the index and builds arrays that later searches reuse:
    a fifth of a second's work that no reader waits for."""
    from django.db import DatabaseError

    from statements.search import SearchParameters, SearchUnavailable, autocomplete, find

    try:
        for q in (WARM_UP_WORD, f'"{WARM_UP_WORD}"', ""):
            find(SearchParameters(q=q))
        autocomplete(WARM_UP_WORD[:3])
    except (SearchUnavailable, DatabaseError) as error:
        logger.info("not warmed up: %s", error)

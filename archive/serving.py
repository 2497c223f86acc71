"""How gunicorn serves the archive, in `make run` and in the container alike."""

import gc
import os
import threading
from pathlib import Path

from statements.search.indexing import malloc

malloc.share_one_arena()

bind = f"127.0.0.1:{os.environ.get('PORT') or 8000}"
worker_class = "gthread"
workers = int(os.environ.get("WEB_CONCURRENCY") or 2)
threads = 4
preload_app = True  # one import, and pages of memory shared between the workers
timeout = 60
graceful_timeout = 3
control_socket_disable = True
accesslog = os.environ.get("ACCESS_LOG") or None
loglevel = "warning"
if Path("/dev/shm").is_dir():  # noqa: S108 (heartbeats: a slow disk must not stop a worker)
    worker_tmp_dir = "/dev/shm"  # noqa: S108


def when_ready(_server: object) -> None:
    """Called before the first worker is started: what is loaded by now stays for good, so that the
    collector neither looks at it nor writes into pages of memory that the workers share."""
    gc.collect()
    gc.freeze()
    # a page makes about a thousand objects that a collector has to look at, and hardly a cycle
    gc.set_threshold(20_000, 20, 20)


def post_request(_worker: object, _request: object, _environ: object, _response: object) -> None:
    """Called when a request has been answered."""
    malloc.give_back()


def post_worker_init(worker: object) -> None:
    """Answer requests at once, and meanwhile do what the first of them would wait for."""
    threading.Thread(target=_warm, daemon=True).start()


def _warm() -> None:
    # the settings are read after this file is
    from django.db import connections

    from statements.search.results.warming import warm

    try:
        warm()
    finally:
        connections.close_all()

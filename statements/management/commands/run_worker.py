"""The process that works behind the pages: it writes the search index, and reads what waits."""

import threading
from typing import Any

from django.core.management.base import BaseCommand

from statements.ingest.delivering import read_as_they_come
from statements.search import memory
from statements.search.worker import Worker


class Command(BaseCommand):
    help = (
        "Keep the search index up to date and read files that were handed in, until stopped. "
        "Of the index a second worker leaves the writing to the first."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        memory.share_one_arena()
        stop = threading.Event()
        # a thread that is not waited for: a file it has not finished is read at the next start
        reader = threading.Thread(target=read_as_they_come, args=[stop], daemon=True)
        reader.start()
        try:
            Worker().run()
        finally:
            stop.set()

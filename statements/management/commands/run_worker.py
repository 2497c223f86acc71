"""The process that works behind the pages: it writes the search index, reads what waits, and
publishes what was asked for."""

import threading
from typing import Any

from django.core.management.base import BaseCommand

from statements.ingest.waiting import attempts
from statements.ingest.waiting.jobs import carry_out_as_asked
from statements.ingest.waiting.reading import read_as_they_come
from statements.search.indexing import malloc
from statements.search.indexing.worker import Worker


class Command(BaseCommand):
    help = (
        "Keep the search index up to date, read files that were handed in, and publish or discard "
        "the many that somebody asked for, until stopped. "
        "Of the index a second worker leaves the writing to the first."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        malloc.share_one_arena()
        stop = threading.Event()
        # threads that are not waited for: what they have not finished is done at the next start
        for work in (read_as_they_come, carry_out_as_asked):
            threading.Thread(target=work, args=[stop], daemon=True).start()
        try:
            Worker().run()
        finally:
            stop.set()
            attempts.take_back_unfinished()

"""The background process: it writes the search index, reads uploads and runs review jobs."""

import threading
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from statements.alerts.delivery import deliver_until_stopped
from statements.ingest.intake.reading import read_until_stopped
from statements.ingest.recognitions import recognize_until_stopped
from statements.ingest.waiting import attempts
from statements.ingest.waiting.jobs import run_jobs_until_stopped
from statements.packages.publication import publish_until_stopped
from statements.search import search_backend
from statements.search.indexing import malloc


class Command(BaseCommand):
    help = _(
        "Keep the search index up to date, read uploaded files and scans, and run requests to "
        "publish or discard many files, until stopped. Only one worker at a time writes the index."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        malloc.share_one_arena()
        stop = threading.Event()
        # daemon threads: unfinished work is done at the next start
        works = [read_until_stopped, run_jobs_until_stopped, recognize_until_stopped]
        if settings.ALERTS:
            works.append(deliver_until_stopped)
        if settings.PUBLISH_DATA:
            works.append(publish_until_stopped)
        for work in works:
            threading.Thread(target=work, args=[stop], daemon=True).start()
        try:
            search_backend().run_worker()
        finally:
            stop.set()
            attempts.uncount_running()

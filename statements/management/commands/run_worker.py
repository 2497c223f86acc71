"""The one process that writes the search index."""

from typing import Any

from django.core.management.base import BaseCommand

from statements.search.worker import Worker


class Command(BaseCommand):
    help = "Keep the search index up to date until stopped. A second worker waits for the first."

    def handle(self, *args: Any, **options: Any) -> None:
        Worker().run()

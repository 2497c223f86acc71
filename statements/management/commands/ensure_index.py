"""Build the search index where none can be read; do nothing where one can."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from statements.management.progress import progress_bar
from statements.search.indexing import sync


class Command(BaseCommand):
    help = "Build the search index if there is none that is readable and complete."

    def handle(self, *args: Any, **options: Any) -> None:
        with progress_bar("Building the index", "speech") as progress:
            try:
                built = sync.ensure(progress=progress)
            except sync.AlreadyRebuilding as error:
                raise CommandError(str(error)) from error
        if built:
            self.stdout.write(sync.sentence(built))

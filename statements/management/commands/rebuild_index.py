"""Haystack's rebuild_index: ours builds beside the index in use, which is searched meanwhile."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from statements.management.progress import progress_bar
from statements.search.indexing import quarantine, sync


class Command(BaseCommand):
    help = (
        "Build the search index anew from the database, beside the one in use, and put it in "
        "use when it is whole. Searches and edits go on meanwhile."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        # nothing is lost by a rebuild, so there is nothing to ask; scripts may pass these
        parser.add_argument("--noinput", "--no-input", action="store_true", help="Accepted.")
        parser.add_argument("-u", "--using", action="append", help="Accepted: there is one index.")
        unchanged = "Accepted, and changes nothing:"
        parser.add_argument(
            "-b", "--batch-size", type=int, help=f"{unchanged} few speeches are held at a time."
        )
        parser.add_argument(
            "-k", "--workers", type=int, help=f"{unchanged} one process writes the index."
        )
        parser.add_argument(
            "-t", "--max-retries", type=int, help=f"{unchanged} a build that fails is told of."
        )
        parser.add_argument(
            "--nocommit", action="store_true", help=f"{unchanged} it is used when it is whole."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        with progress_bar("Building the index", "speech") as progress:
            try:
                built = sync.rebuild(progress=progress)
            except sync.AlreadyRebuilding as error:
                raise CommandError(str(error)) from error
        self.stdout.write(sync.sentence(built))
        if failed := sorted(quarantine.quarantined_speeches()):
            raise CommandError(f"Not indexed: {', '.join(map(str, failed))}")

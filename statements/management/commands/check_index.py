"""Compare index and database, speech by speech, and repair what differs if asked."""

from argparse import ArgumentParser
from collections.abc import Sequence
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from statements.management.progress import progress_bar
from statements.search.indexing import consistency

SHOWN = 20


class Command(BaseCommand):
    help = (
        "Compare the search index with the database by id and content. Exit status 1 where "
        "they differ; --repair makes them equal and compares again."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--repair", action="store_true", help="Index what differs anew.")

    def handle(self, *args: Any, **options: Any) -> None:
        drift = self._check()
        if drift and options["repair"]:
            consistency.repair(drift)
            self.stdout.write("Repaired; comparing again.")
            drift = self._check()
        if drift:
            raise CommandError("Index and database differ.", returncode=1)
        self.stdout.write(self.style.SUCCESS("Index and database agree."))

    def _check(self) -> consistency.Drift:
        with progress_bar("Comparing", "speech") as progress:
            drift = consistency.check(progress=progress)
        self.stdout.write(
            f"Database: {drift.in_database} speeches. Index {drift.generation}: "
            f"{drift.in_index} speeches."
        )
        if drift.damage:
            self.stdout.write(f"The index cannot be trusted: {drift.damage}")
        self._list("not in the index", drift.missing)
        self._list("in the index only", drift.surplus)
        self._list("of other content than in the database", drift.different)
        self._list("waiting in the outbox", drift.waiting)
        return drift

    def _list(self, what: str, speeches: Sequence[int]) -> None:
        if speeches:
            shown = ", ".join(map(str, speeches[:SHOWN]))
            more = f" and {len(speeches) - SHOWN} more" if len(speeches) > SHOWN else ""
            self.stdout.write(f"{len(speeches)} {what}: {shown}{more}")

"""After an upgrade: bring what is derived from texts and files up to what is kept today."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from statements.ingest import annotate_all, complete_from_files
from statements.management.progress import progress_bar
from statements.models import Speech
from statements.search.indexing import outbox


class Command(BaseCommand):
    help = (
        "Derive references, changes of language and votes anew from the stored texts, and "
        "complete meetings by the first page, the members and the paragraph numbers that their "
        "files print. Changes no text; can be run at any time, and again: after an upgrade that "
        "asks for it, or when names of countries were added."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--every-file",
            action="store_true",
            help="read every published file again, not only records of meetings without a first "
            "page: single statements can have printed paragraph numbers too",
        )

    @outbox.importing()
    def handle(self, *args: Any, **options: Any) -> None:
        done = changed = 0
        total = Speech.objects.count()
        with progress_bar("Reading the texts", "speech") as progress:
            for speeches, rows in annotate_all():
                done += speeches
                changed += rows
                progress(done, total)
        completed = sum(complete_from_files(every=options["every_file"]))
        self.stdout.write(
            f"{done:,} speeches looked through, {changed:,} annotations changed; "
            f"{completed:,} files gave what was missing."
        )

"""Load the sample archive that comes with the code, once."""

from collections import Counter
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from archive.database.retrying import OutageTooLong
from statements.ingest.intake.batch import Batch, FileState, files_under
from statements.ingest.intake.metadata_table import MetadataTable, UnusableTable
from statements.management.report import ingest_header, ingest_row
from statements.models import Transcript
from statements.search.indexing import outbox


class Command(BaseCommand):
    help = (
        "Load the sample archive, meetings of an invented council. Does nothing where the "
        "archive has ever received a transcript."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--force", action="store_true", help="load it although the archive is not empty"
        )
        parser.add_argument(
            "--folder",
            type=Path,
            default=Path(settings.BASE_DIR) / "samples",
            help="where records/, statements/ and statements.csv are",
        )

    @outbox.importing()
    def handle(self, *args: Any, **options: Any) -> None:
        if Transcript.objects.exists() and not options["force"]:
            self.stdout.write("The archive has transcripts already; the samples were not loaded.")
            return
        folder = options["folder"]
        count: Counter[str] = Counter()
        if options["verbosity"] > 1:
            self.stdout.write(ingest_header())
        try:
            table = MetadataTable.read(folder / "statements.csv")
            with transaction.atomic():  # all samples or none: a second run would not complete them
                for batch, part in ((Batch(), "records"), (Batch(table=table), "statements")):
                    for result in batch.run(files_under([folder / part])):
                        if result.state is FileState.FAILED:
                            raise CommandError(f"{result.path}: {result.message}")
                        count[result.state] += 1
                        count["speeches"] += result.stored
                        if options["verbosity"] > 1:
                            self.stdout.write(ingest_row(result))
        except (UnusableTable, OutageTooLong) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(
            f"Loaded {count[FileState.STORED]} sample transcripts with {count['speeches']} "
            f"speeches; {count[FileState.KNOWN]} were there already."
        )

"""Load the sample archive that comes with the code."""

from collections import Counter
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils.translation import gettext as _

from archive.database.retrying import OutageTooLong
from statements.ingest import (
    FileState,
    FolderSource,
    IngestError,
    Intake,
    MetadataTable,
    files_under,
)
from statements.ingest.intake.file_metadata import FileMetadata
from statements.management.report import ingest_header, ingest_row
from statements.models import Transcript
from statements.search.indexing import outbox


class Command(BaseCommand):
    help = _(
        "Load the sample archive: meetings of a fictional council. Does nothing if the archive "
        "already has transcripts."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--force",
            action="store_true",
            help=_("load the samples even if the archive is not empty"),
        )
        parser.add_argument(
            "--folder",
            type=Path,
            default=Path(settings.BASE_DIR) / "samples",
            help=_("the folder that contains records/, statements/ and statements.csv"),
        )

    @outbox.importing()
    def handle(self, *args: Any, **options: Any) -> None:
        if Transcript.objects.exists() and not options["force"]:
            self.stdout.write(
                _("The archive already has transcripts, so the samples were not loaded.")
            )
            return
        folder = options["folder"]
        count: Counter[str] = Counter()
        if options["verbosity"] > 1:
            self.stdout.write(ingest_header())
        try:
            table = MetadataTable.read(folder / "statements.csv")
            # all samples or none, because a second run would not load the rest
            with transaction.atomic():
                for part, part_table in (("records", None), ("statements", table)):
                    paths = files_under([folder / part])
                    metadata = FileMetadata(table=part_table)
                    for result in Intake().run(FolderSource(paths=paths, metadata=metadata)):
                        if result.state is FileState.FAILED:
                            raise CommandError(f"{result.path}: {result.message}")
                        count[result.state] += 1
                        count["speeches"] += result.stored
                        if options["verbosity"] > 1:
                            self.stdout.write(ingest_row(result))
        except (IngestError, OutageTooLong) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(
            _(
                "Loaded %(stored)d sample transcripts with %(speeches)d speeches; %(known)d were "
                "already in the archive."
            )
            % {
                "stored": count[FileState.STORED],
                "speeches": count["speeches"],
                "known": count[FileState.KNOWN],
            }
        )

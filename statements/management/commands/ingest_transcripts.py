"""Import transcripts: files, folders, tables, published data sets."""

import os
import sys
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from tqdm import tqdm

from archive.database.retrying import OutageTooLong
from statements.ingest import (
    DataSetSource,
    FileResult,
    FileState,
    FolderSource,
    Intake,
    Metadata,
    MetadataTable,
    OnCollision,
    TableSource,
    UnusableTable,
    files_under,
)
from statements.ingest.intake.file_metadata import FileMetadata
from statements.ingest.intake.holding import Holding
from statements.ingest.intake.results import failure
from statements.ingest.intake.sources import DataSet, Source, unread_files_under
from statements.ingest.waiting.scans import open_tesseract
from statements.management.coverage import Coverage
from statements.management.import_arguments import add_import_arguments
from statements.management.import_summary import ImportSummary
from statements.management.report import ingest_header, ingest_row
from statements.search.indexing import outbox
from statements.transcripts import UnreadableTranscript
from statements.transcripts.datasets import recognise
from statements.transcripts.formats.containers.archives import is_archive, members
from statements.transcripts.formats.suffixes import DOCUMENTS, unknown_suffix
from statements.transcripts.formats.tables.recognition import is_table
from statements.transcripts.sandbox.tesseract import OcrUnavailable, Tesseract
from statements.transcripts.values.choices import LabelChoices, applied

NICENESS = 5  # readers of the site come first
_MAX_UNUSED_ROWS = 20  # that are listed


class Command(BaseCommand):
    help = _(
        "Import transcripts into the archive. Each file is read, checked and stored in one "
        "transaction. A file that cannot be stored is reported, and the import continues. Running "
        "the command again changes nothing."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        add_import_arguments(parser)

    def run_from_argv(self, argv: list[str]) -> None:
        """Run as a process of its own, with a lower priority than the web server."""
        os.nice(NICENESS)
        super().run_from_argv(argv)

    def handle(self, *args: Any, **options: Any) -> None:
        self.options = options
        self.summary = ImportSummary(dry_run=options["dry_run"])
        try:
            choices = LabelChoices.of(
                options["accept_label"], options["reject_label"], options["column"]
            )
            with outbox.importing(), applied(choices):
                self._import()
        except OutageTooLong as error:
            raise CommandError(str(error)) from error

    def _import(self) -> None:
        options = self.options
        table = self._metadata_table(options["metadata"])
        self.intake = Intake(
            on_collision=OnCollision(options["on_collision"]),
            dry_run=options["dry_run"],
            reinstate=options["reinstate"],
            holding=Holding(max_doubts=options["max_doubts"]),
            tesseract=self._tesseract(),
        )
        if options["verbosity"]:
            self.stdout.write(ingest_header())
        file_paths = []
        for path in options["paths"]:
            try:
                dataset = self._dataset(path)
            except (UnreadableTranscript, OSError) as error:
                self._report(failure(path, error))
                continue
            if dataset:
                self._import_dataset(path, dataset)
            elif path.is_file() and _is_table(path):
                source = TableSource(
                    path=path, columns=options["columns"], encoding=options["encoding"]
                )
                self._run(source, total=1)
            else:
                file_paths.append(path)
        if file_paths:
            self._import_files(file_paths, table)
        if table:
            self._report_unused_rows(table)
        self.stdout.write("\n" + "\n".join(self.summary.lines()))
        if sentence := self.summary.failure():
            raise CommandError(sentence)

    def _tesseract(self) -> Tesseract | None:
        """Return the program that recognises the text of scans, if the settings ask for it."""
        if not settings.OCR:
            return None
        try:
            return open_tesseract()
        except OcrUnavailable as error:
            self.stderr.write(_("%(reason)s Scans wait for their text.") % {"reason": error})
            return None

    def _dataset(self, path: Path) -> DataSet | None:
        if not path.exists() or not is_archive(path):
            return None
        dataset = recognise(path, dataset=self.options["dataset"], tables=self.options["tables"])
        if dataset is None and not path.is_dir():
            raise UnreadableTranscript(
                "unknown-archive",
                _(
                    "The archive is not a known data set. Unpack it and pass the folder, or name "
                    "the data set with --dataset."
                ),
            )
        return dataset

    def _import_dataset(self, path: Path, dataset: DataSet) -> None:
        coverage = Coverage(dataset)
        source = DataSetSource(
            dataset=dataset, members=members(path), encoding=self.options["encoding"]
        )
        try:
            # a data set has tens of thousands of files, which only -v 2 lists
            self._run(source, total=len(dataset.expected) or None, min_verbosity=2, cover=coverage)
        except UnreadableTranscript as error:
            self.summary.count(failure(path, error))
            self.stderr.write(f"{path}: {error}")
        self.stdout.write("\n" + "\n".join(coverage.lines()))

    def _import_files(self, paths: list[Path], table: MetadataTable | None) -> None:
        files = list(files_under(paths))
        if not files:
            raise CommandError(
                _("In these folders no file ends in %(suffixes)s.")
                % {"suffixes": ", ".join(sorted(DOCUMENTS))}
            )
        options = self.options
        defaults = Metadata(
            date=options["date"], symbol=options["symbol"] or "", topics=tuple(options["topic"])
        )
        source = FolderSource(
            paths=files,
            metadata=FileMetadata(table=table, names=options["names"], defaults=defaults),
            encoding=options["encoding"],
        )
        self._run(source, total=len(files))
        for path in unread_files_under(paths, options["metadata"]):
            self._report(failure(path, unknown_suffix(DOCUMENTS)))

    def _run(
        self,
        source: Source,
        *,
        total: int | None,
        min_verbosity: int = 1,
        cover: Coverage | None = None,
    ) -> None:
        # a progress bar is for a person at a terminal, not for a log
        is_silent = not (sys.stderr.isatty() and self.options["verbosity"])
        with tqdm(total=total, unit="file", disable=is_silent, file=sys.stderr) as bar:
            for result in self.intake.run(source):
                self._report(result, min_verbosity=min_verbosity)
                if cover:
                    cover.count(result)
                bar.update()

    def _metadata_table(self, path: Path | None) -> MetadataTable | None:
        if path is None:
            return None
        try:
            table = MetadataTable.read(path)
        except UnusableTable as error:
            raise CommandError(str(error)) from error
        if table.unknown_columns:
            names = ", ".join(f"“{name}”" for name in table.unknown_columns)
            self.stderr.write(
                _("%(table)s: ignored unknown columns: %(columns)s")
                % {"table": table.name, "columns": names}
            )
        for line, reason in table.bad_rows:
            self.stderr.write(
                _("%(table)s, line %(line)d: %(reason)s")
                % {"table": table.name, "line": line, "reason": reason}
            )
        return table

    def _report(self, result: FileResult, *, min_verbosity: int = 1) -> None:
        self.summary.count(result)
        if self.options["verbosity"] >= min_verbosity or result.state is FileState.FAILED:
            with tqdm.external_write_mode(file=sys.stdout):
                self.stdout.write(ingest_row(result))

    def _report_unused_rows(self, table: MetadataTable) -> None:
        unused = table.unused_rows
        for line, file in unused[:_MAX_UNUSED_ROWS]:
            self.stderr.write(
                _("%(table)s, line %(line)d: the file “%(file)s” was not imported")
                % {"table": table.name, "line": line, "file": file}
            )
        if (more := len(unused) - _MAX_UNUSED_ROWS) > 0:
            message = ngettext(
                "%(table)s: %(count)d more row has no imported file",
                "%(table)s: %(count)d more rows have no imported file",
                more,
            )
            self.stderr.write(message % {"table": table.name, "count": more})


def _is_table(path: Path) -> bool:
    with path.open("rb") as stream:
        return is_table(stream.read(100_000))

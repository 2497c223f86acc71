"""Import transcripts: files, folders, tables, published data sets."""

import argparse
import datetime
import os
import sys
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

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
from statements.ingest.intake.holding import Holding
from statements.ingest.intake.name_patterns import FIELDS, NamePattern
from statements.ingest.intake.results import failure
from statements.ingest.intake.sources import DataSet, Source, unread_files_under
from statements.management.coverage import Coverage
from statements.management.report import ingest_header, ingest_row
from statements.search.indexing import outbox
from statements.transcripts import UnreadableTranscript
from statements.transcripts.datasets import NAMES, recognise
from statements.transcripts.formats.containers.archives import is_archive, members
from statements.transcripts.formats.suffixes import DOCUMENTS, unknown_suffix
from statements.transcripts.formats.tables import HEADERS, is_table
from statements.transcripts.values.choices import LabelChoices, applied
from statements.transcripts.values.dates import read_date
from statements.transcripts.values.symbols import Symbol

NICENESS = 5  # readers of the site come first
_MAX_UNUSED_ROWS = 20  # that are listed


class Command(BaseCommand):
    help = _(
        "Import transcripts into the archive. Each file is read, checked and stored in one "
        "transaction. A file that cannot be stored is reported, and the import continues. Running "
        "the command again changes nothing."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "paths",
            nargs="+",
            type=Path,
            metavar="PATH",
            help=_(
                "a file; a folder of texts, PDF and Word documents, web pages or debates in XML; a "
                "table of speeches (CSV, TSV or JSON Lines, optionally .gz); or a published data "
                "set as a folder, tar or zip"
            ),
        )
        parser.add_argument(
            "--metadata",
            type=Path,
            metavar="TABLE.csv",
            help=_(
                "a CSV or TSV table with any of the columns file, symbol, position, date, topic, "
                "organ, speaker and affiliation (separate several topics with “;”)"
            ),
        )
        parser.add_argument(
            "--names",
            type=_name_pattern,
            metavar="PATTERN",
            help=_(
                "the pattern of file names that contain metadata, such as "
                "“{date}_{speaker}_{affiliation}”; “*” is any text. Fields: "
            )
            + ", ".join(FIELDS),
        )
        parser.add_argument(
            "--date",
            type=_date,
            help=_("date of files for which the table has none, such as 2020-01-10"),
        )
        parser.add_argument("--symbol", type=_symbol, help=_("symbol, such as S/PV.7343"))
        parser.add_argument(
            "--topic", action="append", default=[], help=_("topic; can be repeated")
        )
        parser.add_argument(
            "--on-collision",
            choices=[choice.value for choice in OnCollision],
            default=OnCollision.REFUSE.value,
            help=_(
                "what to do if another speech is already at the same position: skip the new "
                "speech, replace the old one, or refuse the file (default)"
            ),
        )
        parser.add_argument(
            "--dataset",
            choices=NAMES,
            default="",
            help=_("the data set in a folder or archive, if it is not recognized"),
        )
        parser.add_argument(
            "--tables",
            action="append",
            default=[],
            type=Path,
            metavar="TABLE",
            help=_("a data set's table of speakers or meetings, if it is in another folder"),
        )
        parser.add_argument(
            "--columns",
            type=_columns,
            default={},
            metavar="text=body,speaker=who",
            help=_("the columns of a table, if its header has other names: ") + ", ".join(HEADERS),
        )
        parser.add_argument(
            "--dry-run",
            action="store_true",
            help=_("show what would be stored without writing anything"),
        )
        parser.add_argument(
            "--reinstate",
            action="store_true",
            help=_("make withdrawn speeches of files already in the archive public again"),
        )
        parser.add_argument(
            "--max-doubts",
            type=int,
            metavar="N",
            help=_(
                "keep a file with more than N issues for review in the administration instead of "
                "publishing it (default: no limit); a file with an impossible date, or whose words "
                "are already in the archive elsewhere, is always kept for review"
            ),
        )
        parser.add_argument(
            "--encoding", help=_("encoding of files that are not UTF-8, such as cp1252")
        )
        parser.add_argument(
            "--accept-label",
            action="append",
            default=[],
            metavar="LABEL",
            help=_("a label that begins turns, such as “Mr. Speaker”; may be given repeatedly"),
        )
        parser.add_argument(
            "--reject-label",
            action="append",
            default=[],
            metavar="LABEL",
            help=_("words that begin paragraphs and name no speaker; may be given repeatedly"),
        )

    def run_from_argv(self, argv: list[str]) -> None:
        """Run as a process of its own, with a lower priority than the web server."""
        os.nice(NICENESS)
        super().run_from_argv(argv)

    def handle(self, *args: Any, **options: Any) -> None:
        self.options = options
        self.count: Counter[str] = Counter()
        try:
            choices = LabelChoices.of(options["accept_label"], options["reject_label"])
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
        self._summarize()

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
            self.count[FileState.FAILED] += 1
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
            table=table,
            defaults=defaults,
            names=options["names"],
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
        self.count[result.state] += 1
        self.count["files"] += 1
        self.count["discarded"] += result.is_discarded
        self.count["new"] += result.stored
        self.count["replaced"] += result.replaced
        self.count["reinstated speeches"] += result.reinstated
        if result.absent:
            self.count["withdrawn"] += result.absent.withdrawn - result.reinstated
            self.count["erased"] += result.absent.erased
        if result.state is FileState.STORED and result.tally:
            self.count["no speaker"] += result.tally.no_speaker
            self.count["no country"] += result.tally.no_country
            self.count["undated"] += result.tally.undated
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

    def _summarize(self) -> None:
        count, dry_run = self.count, self.options["dry_run"]
        self.stdout.write(
            "\n"
            + ngettext("%(files)s file: ", "%(files)s files: ", count["files"])
            % {"files": f"{count['files']:,}"}
            + (
                _(
                    "%(stored)s would be stored (%(new)s new speeches, %(replaced)s replaced), "
                    "%(known)s already in the archive, %(failed)s failed."
                )
                if dry_run
                else _(
                    "%(stored)s stored (%(new)s new speeches, %(replaced)s replaced), "
                    "%(known)s already in the archive, %(failed)s failed."
                )
            )
            % {
                "stored": f"{count[FileState.STORED]:,}",
                "new": f"{count['new']:,}",
                "replaced": f"{count['replaced']:,}",
                "known": f"{count[FileState.KNOWN] + count[FileState.REINSTATED]:,}",
                "failed": f"{count[FileState.FAILED]:,}",
            }
        )
        for sentence in self._sentences():
            self.stdout.write(sentence)
        if failed := count[FileState.FAILED]:
            raise CommandError(
                ngettext(
                    "%(failed)s of %(count)s file could not be stored.",
                    "%(failed)s of %(count)s files could not be stored.",
                    count["files"],
                )
                % {"failed": f"{failed:,}", "count": f"{count['files']:,}"}
            )

    def _sentences(self) -> Iterable[str]:
        count, dry_run = self.count, self.options["dry_run"]
        if reinstated := count["reinstated speeches"]:
            message = (
                _("Withdrawn speeches that would be reinstated: %(count)s.")
                if dry_run
                else _("Withdrawn speeches reinstated: %(count)s.")
            )
            yield message % {"count": f"{reinstated:,}"}
        if withdrawn := count["withdrawn"]:
            yield ngettext(
                "%(count)s speech already in the archive is withdrawn. Use --reinstate to make it "
                "public again.",
                "%(count)s speeches already in the archive are withdrawn. Use --reinstate to make "
                "them public again.",
                withdrawn,
            ) % {"count": f"{withdrawn:,}"}
        if erased := count["erased"]:
            yield ngettext(
                "%(count)s speech in these files was permanently erased by an administrator.",
                "%(count)s speeches in these files were permanently erased by an administrator.",
                erased,
            ) % {"count": f"{erased:,}"}
        if count[FileState.STORED]:
            yield _(
                "In the stored files, %(speakers)s speeches have no known speaker, %(countries)s "
                "have no known country, and %(undated)s have no date."
            ) % {
                "speakers": f"{count['no speaker']:,}",
                "countries": f"{count['no country']:,}",
                "undated": f"{count['undated']:,}",
            }
        elif not (
            count[FileState.FAILED] or count[FileState.SCAN] or count[FileState.HELD] or reinstated
        ):
            yield _("Nothing changed.")
        if discarded := count["discarded"]:
            yield ngettext(
                "%(count)s file was discarded earlier and left unchanged. Upload it in the "
                "administration to review it again.",
                "%(count)s files were discarded earlier and left unchanged. Upload them in the "
                "administration to review them again.",
                discarded,
            ) % {"count": f"{discarded:,}"}
        if held := count[FileState.HELD]:
            message = (
                ngettext(
                    "%(count)s file would be kept for review.",
                    "%(count)s files would be kept for review.",
                    held,
                )
                if dry_run
                else ngettext(
                    "%(count)s file was kept for review. Publish or discard it in the "
                    "administration, under “Transcripts”.",
                    "%(count)s files were kept for review. Publish or discard them in the "
                    "administration, under “Transcripts”.",
                    held,
                )
            )
            yield message % {"count": f"{held:,}"}
        if scans := count[FileState.SCAN]:
            message = (
                ngettext(
                    "%(count)s file without text would be kept.",
                    "%(count)s files without text would be kept.",
                    scans,
                )
                if dry_run
                else ngettext(
                    "%(count)s file without text was kept. Add its text in the administration, "
                    "under “Files without text”.",
                    "%(count)s files without text were kept. Add their texts in the "
                    "administration, under “Files without text”.",
                    scans,
                )
            )
            yield message % {"count": f"{scans:,}"}
        if dry_run:
            yield _("This was a dry run; nothing was written.")


def _date(text: str) -> datetime.date:
    try:
        return read_date(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from error


def _symbol(text: str) -> str:
    try:
        return str(Symbol.parse(text))
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from error


def _name_pattern(text: str) -> NamePattern:
    try:
        return NamePattern.parse(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from error


def _columns(text: str) -> dict[str, str]:
    pairs = [pair.partition("=") for pair in text.split(",") if pair.strip()]
    if not all(sign and field.strip() and header.strip() for field, sign, header in pairs):
        raise argparse.ArgumentTypeError(_("use the form text=body,speaker=who"))
    return {field.strip(): header.strip() for field, _sign, header in pairs}


def _is_table(path: Path) -> bool:
    with path.open("rb") as stream:
        return is_table(stream.read(100_000))

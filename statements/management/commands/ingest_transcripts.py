"""Take transcripts into the archive: files, or folders of *.txt and *.pdf."""

import argparse
import datetime
import sys
from collections import Counter
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from tqdm import tqdm

from statements.ingest import Metadata, OnCollision
from statements.ingest.batch import Batch, FileResult, FileState, files_under
from statements.ingest.metadata_table import MetadataTable, UnusableTable, read_date
from statements.management.report import ingest_header, ingest_row
from statements.transcripts.symbols import Symbol


class Command(BaseCommand):
    help = (
        "Take transcripts into the archive: each file is read, looked at and stored in one "
        "transaction. A file that cannot be stored is reported and the rest goes on; running "
        "the command twice changes nothing."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "paths",
            nargs="+",
            type=Path,
            metavar="PATH",
            help="a file, or a folder of *.txt and *.pdf",
        )
        parser.add_argument(
            "--metadata",
            type=Path,
            metavar="TABLE.csv",
            help="a CSV or TSV table with the columns file, symbol, position, date, topic, organ, "
            "speaker and affiliation, as far as known (several topics by “;”)",
        )
        parser.add_argument(
            "--date", type=_date, help="of files for which the table says none: 2020-01-10"
        )
        parser.add_argument("--symbol", type=_symbol, help="such as S/PV.7343")
        parser.add_argument("--topic", action="append", default=[], help="may be given repeatedly")
        parser.add_argument(
            "--on-collision",
            choices=[choice.value for choice in OnCollision],
            default=OnCollision.REFUSE.value,
            help="where another speech stands: keep it, replace it, or refuse the file (default)",
        )
        parser.add_argument(
            "--dry-run", action="store_true", help="say what would be stored; write nothing"
        )
        parser.add_argument("--encoding", help="of files that are not UTF-8, such as cp1252")

    def handle(self, *args: Any, **options: Any) -> None:
        table = self._table(options["metadata"])
        batch = Batch(
            table=table,
            defaults=Metadata(
                date=options["date"],
                symbol=options["symbol"] or "",
                topics=tuple(options["topic"]),
            ),
            on_collision=OnCollision(options["on_collision"]),
            encoding=options["encoding"],
            dry_run=options["dry_run"],
        )
        paths = list(files_under(options["paths"]))
        if not paths:
            raise CommandError("There is no .txt file in the folders named.")
        self.count: Counter[str] = Counter()
        if options["verbosity"]:
            self.stdout.write(ingest_header())
        # a bar is for a person who waits, not for a log
        silent = not (sys.stderr.isatty() and options["verbosity"])
        with tqdm(total=len(paths), unit="file", disable=silent, file=sys.stderr) as bar:
            for result in batch.run(paths):
                self._tell(result, verbosity=options["verbosity"])
                bar.update()
        if table:
            self._tell_unused(table)
        self._sum_up(len(paths), dry_run=options["dry_run"])

    def _table(self, path: Path | None) -> MetadataTable | None:
        if path is None:
            return None
        try:
            table = MetadataTable.read(path)
        except UnusableTable as error:
            raise CommandError(str(error)) from error
        if table.unknown_columns:
            names = ", ".join(f"“{name}”" for name in table.unknown_columns)
            self.stderr.write(f"{table.name}: columns not known and not used: {names}")
        for line, reason in table.bad_rows:
            self.stderr.write(f"{table.name}, line {line}: {reason}")
        return table

    def _tell(self, result: FileResult, *, verbosity: int) -> None:
        self.count[result.state] += 1
        self.count["new"] += result.stored
        self.count["replaced"] += result.replaced
        if result.state is FileState.STORED and result.preview:
            self.count["speakers"] += result.preview.unknown_speakers
            self.count["countries"] += result.preview.unknown_countries
            if result.preview.date is None:
                self.count["undated"] += result.stored
        if verbosity or result.state is FileState.FAILED:
            with tqdm.external_write_mode(file=sys.stdout):
                self.stdout.write(ingest_row(result))

    def _tell_unused(self, table: MetadataTable) -> None:
        unused = table.unused_rows
        for line, file in unused[:20]:
            self.stderr.write(f"{table.name}, line {line}: no file “{file}” was given")
        if len(unused) > 20:
            self.stderr.write(f"{table.name}: and {len(unused) - 20} rows more without a file")

    def _sum_up(self, files: int, *, dry_run: bool) -> None:
        count = self.count
        stored = "would be stored" if dry_run else "stored"
        noun = "file" if files == 1 else "files"
        self.stdout.write(
            f"\n{files:,} {noun}: {count[FileState.STORED]:,} {stored} "
            f"({count['new']:,} new speeches, {count['replaced']:,} replaced), "
            f"{count[FileState.KNOWN]:,} there already, {count[FileState.FAILED]:,} failed."
        )
        if count[FileState.STORED]:
            self.stdout.write(
                f"Of these speeches {count['speakers']:,} have no known speaker, "
                f"{count['countries']:,} no known country, {count['undated']:,} no date."
            )
        elif not count[FileState.FAILED]:
            self.stdout.write("Nothing changed.")
        if dry_run:
            self.stdout.write("This was a dry run: nothing was written.")
        if failed := count[FileState.FAILED]:
            raise CommandError(f"{failed:,} of {files:,} files could not be stored.")


def _date(printed: str) -> datetime.date:
    try:
        return read_date(printed)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from error


def _symbol(printed: str) -> str:
    try:
        return str(Symbol.parse(printed))
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from error

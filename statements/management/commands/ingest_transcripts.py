"""Take transcripts into the archive: files, folders, tables, published data sets."""

import argparse
import datetime
import os
import sys
from collections import Counter
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from tqdm import tqdm

from archive.database.retrying import OutageTooLong
from statements.ingest import Metadata, OnCollision
from statements.ingest.intake.batch import (
    DISCARDED,
    Batch,
    FileResult,
    FileState,
    Returning,
    files_under,
)
from statements.ingest.intake.dataset import Corpus, CorpusIntake
from statements.ingest.intake.metadata_table import MetadataTable, UnusableTable
from statements.ingest.intake.table import TableIntake
from statements.management.coverage import Coverage
from statements.management.report import ingest_header, ingest_row
from statements.search.indexing import outbox
from statements.transcripts import UnreadableTranscript
from statements.transcripts.datasets import NAMES, recognise
from statements.transcripts.dates import read_date
from statements.transcripts.formats.archives import is_archive, members
from statements.transcripts.formats.tables import HEADERS, is_table
from statements.transcripts.symbols import Symbol

NICENESS = 5  # readers of the site come first


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
            help="a file, a folder of *.txt, *.pdf and *.docx, a table of speeches (CSV, TSV, "
            "JSON Lines, also .gz), or a published data set as folder, tar or zip",
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
            "--dataset",
            choices=NAMES,
            default="",
            help="what a folder or archive holds, where its files are not recognised",
        )
        parser.add_argument(
            "--tables",
            action="append",
            default=[],
            type=Path,
            metavar="TABLE",
            help="a data set's own table of speakers or meetings, where it is not beside it",
        )
        parser.add_argument(
            "--columns",
            type=_columns,
            default={},
            metavar="text=body,speaker=who",
            help="which column of a table holds what, where its header does not say so: "
            + ", ".join(HEADERS),
        )
        parser.add_argument(
            "--dry-run", action="store_true", help="say what would be stored; write nothing"
        )
        parser.add_argument(
            "--reinstate",
            action="store_true",
            help="where a file is there already and speeches of it are withdrawn, make them "
            "public again",
        )
        parser.add_argument("--encoding", help="of files that are not UTF-8, such as cp1252")

    def run_from_argv(self, argv: list[str]) -> None:
        """Run as a command of its own, with less priority than the web server has."""
        os.nice(NICENESS)
        super().run_from_argv(argv)

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            with outbox.importing():
                self._take(options)
        except OutageTooLong as error:
            raise CommandError(str(error)) from error

    def _take(self, options: dict[str, Any]) -> None:
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
            returning=Returning(reinstate=options["reinstate"], dry_run=options["dry_run"]),
        )
        self.count: Counter[str] = Counter()
        self.options = options
        if options["verbosity"]:
            self.stdout.write(ingest_header())
        others = []
        for path in options["paths"]:
            try:
                corpus = self._data_set(path)
            except (UnreadableTranscript, OSError) as error:
                reason = getattr(error, "strerror", None) or str(error)
                result = FileResult(path, FileState.FAILED, reason)
                self._tell(result, verbosity=options["verbosity"])
                continue
            if corpus:
                self._take_data_set(path, corpus, batch)
            elif path.is_file() and _is_table(path):
                self._take_table(path, batch)
            else:
                others.append(path)
        if others:
            self._take_files(others, batch)
        if table:
            self._tell_unused(table)
        self._sum_up(dry_run=options["dry_run"])

    def _data_set(self, path: Path) -> Corpus | None:
        if not path.exists() or not is_archive(path):
            return None
        corpus = recognise(path, dataset=self.options["dataset"], tables=self.options["tables"])
        if corpus is None and not path.is_dir():
            raise UnreadableTranscript(
                "unknown-archive",
                "It is an archive of no data set that is known. Unpack it and name the folder, "
                "or say what it is: --dataset.",
            )
        return corpus

    def _take_data_set(self, path: Path, corpus: Corpus, batch: Batch) -> None:
        coverage = Coverage(corpus)
        intake = CorpusIntake(
            corpus=corpus,
            on_collision=batch.on_collision,
            encoding=batch.encoding,
            dry_run=batch.dry_run,
            returning=batch.returning,
        )
        total = len(corpus.expected) or None
        try:
            with self._bar(total) as bar:
                for result in intake.run(members(path)):
                    # a data set has tens of thousands of files: only -v 2 tells each
                    self._tell(result, verbosity=self.options["verbosity"] - 1)
                    coverage.count(result)
                    bar.update()
        except UnreadableTranscript as error:
            self.count[FileState.FAILED] += 1
            self.stderr.write(f"{path}: {error}")
        self.stdout.write("\n" + "\n".join(coverage.lines()))

    def _take_table(self, path: Path, batch: Batch) -> None:
        intake = TableIntake(
            columns=self.options["columns"],
            on_collision=batch.on_collision,
            encoding=batch.encoding,
            dry_run=batch.dry_run,
            returning=batch.returning,
        )
        self._tell(intake.take(path), verbosity=self.options["verbosity"])

    def _take_files(self, others: list[Path], batch: Batch) -> None:
        paths = list(files_under(others))
        if not paths:
            raise CommandError("There is no .txt file in the folders named.")
        with self._bar(len(paths)) as bar:
            for result in batch.run(paths):
                self._tell(result, verbosity=self.options["verbosity"])
                bar.update()

    def _bar(self, total: int | None) -> "tqdm[Any]":
        # a bar is for a person who waits, not for a log
        silent = not (sys.stderr.isatty() and self.options["verbosity"])
        return tqdm(total=total, unit="file", disable=silent, file=sys.stderr)

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
        self.count["files"] += 1
        self.count["set aside"] += result.message == DISCARDED
        self.count["new"] += result.stored
        self.count["replaced"] += result.replaced
        self.count["returned"] += result.reinstated
        if result.absent:
            self.count["withdrawn"] += result.absent.withdrawn - result.reinstated
            self.count["erased"] += result.absent.erased
        if result.state is FileState.STORED and result.tally:
            self.count["speakers"] += result.tally.no_speaker
            self.count["countries"] += result.tally.no_country
            self.count["undated"] += result.tally.undated
        if verbosity > 0 or result.state is FileState.FAILED:
            with tqdm.external_write_mode(file=sys.stdout):
                self.stdout.write(ingest_row(result))

    def _tell_unused(self, table: MetadataTable) -> None:
        unused = table.unused_rows
        for line, file in unused[:20]:
            self.stderr.write(f"{table.name}, line {line}: no file “{file}” was given")
        if len(unused) > 20:
            self.stderr.write(f"{table.name}: and {len(unused) - 20} rows more without a file")

    def _tell_absent(self, *, dry_run: bool) -> None:
        """Say what of the files there already is not public."""
        count = self.count
        if reinstated := count["returned"]:
            were = "would be" if dry_run else "were"
            self.stdout.write(f"Withdrawn speeches that {were} reinstated: {reinstated:,}.")
        if withdrawn := count["withdrawn"]:
            are = "is" if withdrawn == 1 else "are"
            self.stdout.write(
                f"Of the speeches there already {withdrawn:,} {are} withdrawn; with --reinstate "
                "they would be public again."
            )
        if erased := count["erased"]:
            were = "was" if erased == 1 else "were"
            self.stdout.write(
                f"Of the files' speeches {erased:,} {were} erased for good by an administrator."
            )

    def _sum_up(self, *, dry_run: bool) -> None:
        count = self.count
        files = count["files"]
        stored = "would be stored" if dry_run else "stored"
        noun = "file" if files == 1 else "files"
        self.stdout.write(
            f"\n{files:,} {noun}: {count[FileState.STORED]:,} {stored} "
            f"({count['new']:,} new speeches, {count['replaced']:,} replaced), "
            f"{count[FileState.KNOWN] + count[FileState.REINSTATED]:,} there already, "
            f"{count[FileState.FAILED]:,} failed."
        )
        self._tell_absent(dry_run=dry_run)
        if count[FileState.STORED]:
            self.stdout.write(
                f"Of these speeches {count['speakers']:,} have no known speaker, "
                f"{count['countries']:,} no known country, {count['undated']:,} no date."
            )
        elif not (count[FileState.FAILED] or count[FileState.KEPT] or count["returned"]):
            self.stdout.write("Nothing changed.")
        if aside := count["set aside"]:
            were = "was" if aside == 1 else "were"
            self.stdout.write(
                f"Of those there already {aside:,} {were} discarded before and left so: upload "
                "them in the administration to review them again."
            )
        if scans := count[FileState.KEPT]:
            were = "is a scan" if scans == 1 else "are scans"
            kept = "would be kept" if dry_run else "kept"
            self.stdout.write(
                f"{scans:,} {were} without text, {kept} as received: give each its text in the "
                "administration, under “Kept without text”."
            )
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


def _columns(printed: str) -> dict[str, str]:
    pairs = [pair.partition("=") for pair in printed.split(",") if pair.strip()]
    if not all(sign and field.strip() and header.strip() for field, sign, header in pairs):
        raise argparse.ArgumentTypeError("write text=body,speaker=who")
    return {field.strip(): header.strip() for field, _, header in pairs}


def _is_table(path: Path) -> bool:
    with path.open("rb") as stream:
        return is_table(stream.read(100_000))

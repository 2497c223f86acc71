"""The arguments of ``ingest_transcripts``, by topic, as ``--help`` lists them."""

import argparse
import datetime
from pathlib import Path

from django.core.management.base import CommandParser
from django.utils.translation import gettext as _

from statements.ingest import OnCollision
from statements.ingest.intake.name_patterns import FIELDS, NamePattern
from statements.transcripts.datasets import NAMES
from statements.transcripts.formats.tables.columns import HEADERS
from statements.transcripts.values.choices import Column
from statements.transcripts.values.dates import read_date
from statements.transcripts.values.symbols import Symbol


def add_import_arguments(parser: CommandParser) -> None:
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
    _add_metadata_arguments(parser)
    _add_table_arguments(parser)
    _add_reading_arguments(parser)
    _add_storing_arguments(parser)


def _add_metadata_arguments(parser: CommandParser) -> None:
    group = parser.add_argument_group(_("metadata of files"))
    group.add_argument(
        "--metadata",
        type=Path,
        metavar="TABLE.csv",
        help=_(
            "a CSV or TSV table with any of the columns file, symbol, position, date, topic, "
            "organ, speaker and affiliation (separate several topics with “;”)"
        ),
    )
    group.add_argument(
        "--names",
        type=_name_pattern,
        metavar="PATTERN",
        help=_(
            "the pattern of file names that contain metadata, such as "
            "“{date}_{speaker}_{affiliation}”; “*” is any text. Fields: "
        )
        + ", ".join(FIELDS),
    )
    group.add_argument(
        "--date",
        type=_date,
        help=_("date of files for which the table has none, such as 2020-01-10"),
    )
    group.add_argument("--symbol", type=_symbol, help=_("symbol, such as S/PV.7343"))
    group.add_argument("--topic", action="append", default=[], help=_("topic; can be repeated"))


def _add_table_arguments(parser: CommandParser) -> None:
    group = parser.add_argument_group(_("tables of speeches and data sets"))
    group.add_argument(
        "--columns",
        type=_columns,
        default={},
        metavar="text=body,speaker=who",
        help=_("the columns of a table, if its header has other names: ") + ", ".join(HEADERS),
    )
    group.add_argument(
        "--dataset",
        choices=NAMES,
        default="",
        help=_("the data set in a folder or archive, if it is not recognized"),
    )
    group.add_argument(
        "--tables",
        action="append",
        default=[],
        type=Path,
        metavar="TABLE",
        help=_("a data set's table of speakers or meetings, if it is in another folder"),
    )


def _add_reading_arguments(parser: CommandParser) -> None:
    group = parser.add_argument_group(_("how files are read"))
    group.add_argument("--encoding", help=_("encoding of files that are not UTF-8, such as cp1252"))
    group.add_argument(
        "--column",
        choices=[*filter(None, Column)],
        default="",
        help=_("the column to read of pages that print the same words in two languages"),
    )
    group.add_argument(
        "--accept-label",
        action="append",
        default=[],
        metavar="LABEL",
        help=_("a label that begins turns, such as “Mr. Speaker”; can be repeated"),
    )
    group.add_argument(
        "--reject-label",
        action="append",
        default=[],
        metavar="LABEL",
        help=_("words that begin paragraphs and name no speaker; can be repeated"),
    )


def _add_storing_arguments(parser: CommandParser) -> None:
    group = parser.add_argument_group(_("what is stored"))
    group.add_argument(
        "--dry-run",
        action="store_true",
        help=_("show what would be stored without writing anything"),
    )
    group.add_argument(
        "--on-collision",
        choices=[choice.value for choice in OnCollision],
        default=OnCollision.REFUSE.value,
        help=_(
            "what to do if another speech is already at the same position: skip the new "
            "speech, replace the old one, or refuse the file (default)"
        ),
    )
    group.add_argument(
        "--reinstate",
        action="store_true",
        help=_("make withdrawn speeches of files already in the archive public again"),
    )
    group.add_argument(
        "--max-doubts",
        type=int,
        metavar="N",
        help=_(
            "keep a file with more than N issues for review in the administration instead of "
            "publishing it (default: no limit); a file with an impossible date, or whose words "
            "are already in the archive elsewhere, is always kept for review"
        ),
    )


# -- types --------------------------------------------------------------------------------------


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

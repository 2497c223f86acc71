"""Reads one row of a table: its speech, and the metadata in its cells."""

import datetime
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from statements.transcripts.formats.metadata import clean, read_speech, split_person
from statements.transcripts.formats.tables.columns import Columns, normalize_header
from statements.transcripts.languages.country_codes import ALPHA_3_CODES, read_country_code
from statements.transcripts.languages.names import fold
from statements.transcripts.languages.notes import LANGUAGE_CODES
from statements.transcripts.values.affiliations import AffiliationKind, stated_affiliations
from statements.transcripts.values.dates import (
    date_of_cells,
    doubt_of_date,
    whole_number,
    year_of_cells,
)
from statements.transcripts.values.parsed import ParsedSpeech, Problem, Severity, SourceMetadata
from statements.transcripts.values.sessions import read_session_number
from statements.transcripts.values.symbols import Symbol

_SPV_CELL = re.compile(
    r"(?P<year>20[12]\d)_(?P<number>\d{1,5})|(?P<record>\d{1,5}(?:Resumption\d*)?)"
)
_DATE_FIELDS = ("date", "year", "month", "day")
_NO_CODE = frozenset({"n/a", "nan", "none", "null", "unknown", "-", "?"})  # "NA" is Namibia
_PARTICIPANT_TYPES = frozenset({"mentioned", "guest"})  # not roles


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its cells by header, and the columns of its table."""

    cells: Mapping[str, str]
    columns: Columns
    day_first: bool | None = None  # in dates with slashes
    has_codes: bool = False  # the column of affiliations has codes of countries: "NO"

    def cell(self, field: str) -> str:
        return clean(self.printed(field))

    def printed(self, field: str) -> str:
        """Return a cell as printed, even if it seems to say that a value is unknown."""
        header = self.columns.headers.get(field)
        return (self.cells.get(header) or "").strip() if header else ""

    def speech(self, source: str, number: int) -> ParsedSpeech:
        text = self.cells.get(self.columns.headers["text"]) or ""
        metadata, messages = self.source_metadata(source)
        speech = read_speech(text, number, metadata, line=number)
        problems = [Problem("bad-cell", message, line=number) for message in messages]
        if doubt := doubt_of_date(metadata.date, metadata.year, metadata.symbol):
            problems.append(Problem("impossible-date", doubt, Severity.ERROR, number))
        return replace(speech, problems=(*speech.problems, *problems))

    def source_metadata(self, source: str) -> tuple[SourceMetadata, list[str]]:
        """Return the row's metadata, and messages about cells that cannot be used."""
        messages: list[str] = []
        day, year = self._date(messages)
        honorific, name = split_person(self.cell("speaker"))
        coded = "affiliation" if self.has_codes else "code"
        metadata = SourceMetadata(
            source=source,
            date=day,
            year=year,
            symbol=self._symbol(messages),
            position=whole_number(self.cell("position")) or None,
            organ=self.cell("organ"),
            session=self._session(messages),
            debate=self.cell("debate"),
            topics=tuple(filter(None, map(clean, self.cell("topic").split(";")))),
            speaker=name,
            honorific=honorific,
            affiliation="" if self.has_codes else self.cell("affiliation"),
            affiliations=stated_affiliations({kind: self.cell(kind) for kind in AffiliationKind}),
            country=self._country_code(coded, messages),
            role=clean_role(self.cell("role")),
            language=_language_code(self.cell("language")),
        )
        return metadata, messages

    def _date(self, messages: list[str]) -> tuple[datetime.date | None, int | None]:
        """Return the day of the row, or else its year."""
        cells = {field: self.cell(field) for field in _DATE_FIELDS}
        try:
            day = date_of_cells(cells, day_first=self.day_first)
            return day, None if day else year_of_cells(cells)
        except ValueError as error:
            messages.append(f"{error}.")
            return None, None

    def _country_code(self, field: str, messages: list[str]) -> str:
        cell = self.printed(field)
        if cell.casefold() in _NO_CODE:
            return ""
        try:
            return read_country_code(cell)
        except ValueError as error:
            if normalize_header(self.columns.headers[field]) != "code":  # which may be of anything
                messages.append(f"{error}.")
            return ""

    def _session(self, messages: list[str]) -> int | None:
        printed = self.cell("session")
        try:
            return read_session_number(printed) if printed else None
        except ValueError as error:
            # a column "session" may say anything, such as "2031-32" or "morning"
            if normalize_header(self.columns.headers["session"]) != "session":
                messages.append(f"{error}.")
            return None

    def _symbol(self, messages: list[str]) -> Symbol | None:
        printed = self.cell("symbol")
        if not printed:
            return None
        try:
            return read_symbol(printed, spv=self.columns.headers["symbol"].lower() == "spv")
        except ValueError as error:
            messages.append(f"{error}.")
            return None


def read_symbol(printed: str, *, spv: bool) -> Symbol:
    """Parse a symbol; a column "spv" has short forms: "8699", "8699Resumption1", "2020_418".

    Raises ValueError with a message for the user.
    """
    match = _SPV_CELL.fullmatch(printed.removesuffix(".0")) if spv else None
    if match is None:
        return Symbol.parse(printed)
    if match["record"]:
        return Symbol.parse(f"S/PV.{match['record']}")
    return Symbol.parse(f"S/{match['year']}/{match['number']}")


def are_codes(cells: Iterable[str]) -> bool:
    """Return whether the countries of a column are codes of two letters, all but empty cells."""
    countries = {cell for cell in cells if cell.casefold() not in _NO_CODE and cell}
    # alone, "NA" more often stands for an empty cell
    return bool(countries - {"NA"}) and all(
        cell in ALPHA_3_CODES or cell == "UK" for cell in countries
    )


def clean_role(cell: str) -> str:
    """Return the role in a cell; "" for mere participant types such as "Guest"."""
    return "" if cell.casefold() in _PARTICIPANT_TYPES else re.sub(r"^[Tt]he (?=\w)", "", cell)


def _language_code(cell: str) -> str:
    """
    >>> _language_code("Français"), _language_code("FR"), _language_code("Klingon")
    ('fr', 'fr', '')
    """
    folded = fold(cell)
    return folded if folded in LANGUAGE_CODES.values() else LANGUAGE_CODES.get(folded, "")

"""Days, meetings and positions of the speeches of a session, from a table that an editor enters."""

import csv
import datetime
import io
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.db import connection, transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from statements.ingest.drafts.draft import Draft
from statements.ingest.drafts.validation import MAX_POSITION
from statements.ingest.errors import IngestError
from statements.ingest.matching import Matcher
from statements.ingest.publishing.annotations import annotate_again
from statements.ingest.publishing.meetings import get_or_create_meeting
from statements.models import Meeting, Session, Speech
from statements.transcripts.formats.tables.cells import describe_csv_error, find_delimiter
from statements.transcripts.languages.names import fold
from statements.transcripts.values.dates import read_date
from statements.transcripts.values.symbols import Symbol

COLUMNS = ("id", "country", "speaker", "date", "symbol", "position")
EVERY_SPEECH = "*"  # in the column "country": all speeches that no other row names


class UnusablePlaces(IngestError):
    """A table of which nothing was stored; ``faults`` has a sentence for each reason."""

    def __init__(self, faults: Sequence[str]) -> None:
        super().__init__(" ".join(faults))
        self.faults = faults


@dataclass(frozen=True, slots=True)
class SpeechPlace:
    """Where and when a speech was made; blank values stay as they are stored."""

    speech: int  # its key
    date: datetime.date | None
    symbol: str
    position: int | None


def read_places(session: Session, text: str) -> list[SpeechPlace]:
    """Read a table with a header line, whose columns are some of COLUMNS.

    Raises UnusablePlaces, with a sentence for each row that cannot be used.
    """
    rows = _Rows(session)
    try:
        reader = csv.DictReader(
            io.StringIO(text.strip(), newline=""), delimiter=find_delimiter(text.split("\n")[0])
        )
        _check_columns([header.strip().lower() for header in reader.fieldnames or ()])
        for cells in reader:
            rows.read(
                reader.line_num,
                {
                    (header or "").strip().lower(): (cell or "").strip()
                    for header, cell in cells.items()
                    if not isinstance(cell, list)
                },
            )
    except csv.Error as error:
        raise UnusablePlaces([f"{describe_csv_error(error)}."]) from error
    if rows.faults:
        raise UnusablePlaces(rows.faults)
    return rows.places


def _check_columns(columns: Sequence[str]) -> None:
    unknown = [column for column in columns if column not in COLUMNS]
    has_values = {"date", "symbol"} & set(columns)
    if unknown or not has_values or not {"id", "country"} & set(columns):
        message = _(
            "The first line must name the columns: “country” or “id”, “date” or “symbol”, and if "
            "needed “speaker” and “position”."
        )
        raise UnusablePlaces([message])


class _Rows:
    """Interprets the rows of a table for the speeches of one session."""

    def __init__(self, session: Session) -> None:
        self.places: list[SpeechPlace] = []
        self.faults: list[str] = []
        self._session = session
        self._matcher = Matcher()
        self._unnamed: dict[int, None] = {}  # keys of speeches that no row has named yet
        self._by_id: dict[str, int] = {}
        self._by_country: dict[str, list[tuple[int, str]]] = defaultdict(list)
        speeches = Speech.all_objects.filter(session=session).in_session_order()
        for pk, public_id, country, printed, name in speeches.values_list(
            "pk", "public_id", "country_id", "speaker_printed", "speaker__name"
        ):
            self._unnamed[pk] = None
            self._by_id[public_id] = pk
            self._by_country[country or ""].append((pk, fold(f"{name or printed}")))

    def read(self, line: int, cells: Mapping[str, str]) -> None:
        try:
            self.places += self._interpret(cells)
        except ValueError as error:
            fault = _("Line %(line)d: %(reason)s.") % {"line": line, "reason": error}
            self.faults.append(fault)

    def _interpret(self, cells: Mapping[str, str]) -> list[SpeechPlace]:
        day = read_date(cells["date"]) if cells.get("date") else None
        if day and day.year not in (self._session.year, self._session.year + 1):
            message = _("%(day)s is not in the year of the session")
            raise ValueError(message % {"day": day.isoformat()})
        symbol = str(Symbol.parse(cells["symbol"])) if cells.get("symbol") else ""
        position = _position(cells.get("position", ""))
        speeches = self._speeches(cells)
        if position and len(speeches) > 1:
            raise ValueError(_("several speeches cannot have one position"))
        if position and not symbol:
            raise ValueError(_("a position needs the symbol of the meeting"))
        for pk in speeches:
            self._unnamed.pop(pk, None)
        return [SpeechPlace(pk, day, symbol, position) for pk in speeches]

    def _speeches(self, cells: Mapping[str, str]) -> list[int]:
        """Return the speeches that a row names. Raises ValueError if that is not certain."""
        if public_id := cells.get("id", ""):
            if public_id not in self._by_id:
                raise ValueError(_("the session has no speech “%(id)s”") % {"id": public_id})
            return [self._by_id[public_id]]
        printed = cells.get("country", "")
        if printed == EVERY_SPEECH:
            return list(self._unnamed)
        day = datetime.date(self._session.year, 10, 1)
        country = self._matcher.country_by_code(printed.upper(), printed, day)
        if country is None:
            raise ValueError(_("there is no country “%(name)s”") % {"name": printed})
        speaker = fold(cells.get("speaker", ""))
        speeches = [pk for pk, name in self._by_country[country.code] if speaker in name]
        if len(speeches) != 1:
            message = _(
                "%(count)d speeches of the session match %(country)s; name the speaker, or the "
                "speech in a column “id”"
            )
            raise ValueError(message % {"count": len(speeches), "country": country.short_name})
        return speeches


def _position(printed: str) -> int | None:
    if not printed:
        return None
    if printed.isascii() and printed.isdigit() and 1 <= int(printed[:9]) <= MAX_POSITION:
        return int(printed)
    raise ValueError(_("“%(position)s” is not a position") % {"position": printed[:20]})


@transaction.atomic
def place_speeches(session: Session, places: Iterable[SpeechPlace]) -> int:
    """Store days, meetings and positions; return the number of speeches that were changed.

    Raises IntegrityError if a position of a meeting is taken by another speech.
    """
    by_symbol: dict[str, list[SpeechPlace]] = defaultdict(list)
    for place in places:
        by_symbol[place.symbol].append(place)
    changed: list[int] = []
    # in the order of their symbols, so that two transactions cannot deadlock
    for symbol in sorted(by_symbol):
        group = by_symbol[symbol]
        days = {place.date for place in group}
        day = days.pop() if len(days) == 1 else None
        meeting = get_or_create_meeting(Draft([], symbol=symbol, organ=session.organ_id, date=day))
        changed += _place(group, meeting)
    connection.check_constraints()  # so that a position that is taken fails here
    annotate_again(Speech.all_objects.filter(pk__in=changed))
    return len(changed)


def _place(group: Sequence[SpeechPlace], meeting: Meeting | None) -> Iterator[int]:
    """Place speeches in one meeting; yield the keys of those that were changed."""
    pks = [place.speech for place in group]
    speeches = {speech.pk: speech for speech in Speech.all_objects.filter(pk__in=pks).locked()}
    last = 0
    if meeting is not None:
        positions = Speech.all_objects.filter(meeting=meeting).aggregate(last=Max("position"))
        last = max([positions["last"] or 0, *(place.position or 0 for place in group)])
    for place in group:
        speech = speeches[place.speech]
        values: dict[str, object] = {}
        if place.date:
            values |= {"date": place.date, "year_stated": None}
        if meeting is not None:
            position = place.position
            if position is None and speech.meeting_id == meeting.pk:
                position = speech.position
            elif position is None:
                position = last = last + 1
            values |= {"meeting_id": meeting.pk, "position": position}
        if any(getattr(speech, name) != value for name, value in values.items()):
            for name, value in values.items():
                setattr(speech, name, value)
            speech.save()
            yield speech.pk

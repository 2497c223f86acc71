"""What lists are made of: which rows are public, their order, and the columns of each field."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from statements.addresses import page_address, query_string
from statements.api.lists import schemas
from statements.api.lists.requests import Key
from statements.exports.citing import titled
from statements.exports.meetings.voting import Balloting, ballotings
from statements.models import (
    Country,
    Meeting,
    Organ,
    RecordedVote,
    Reference,
    Session,
    Speaker,
    Speech,
    Topic,
    Transcript,
)

type Record = dict[str, Any]


class Source(Protocol):
    """Rows in the order of a key, and single ones."""

    @property
    def kinds(self) -> Sequence[type]:
        """The types of the parts of a key."""

    def page(
        self, after: Key | None, limit: int, fields: Collection[str]
    ) -> list[tuple[Key, Record]]: ...

    def one(self, name: str, fields: Collection[str]) -> Record | None: ...


class Column(NamedTuple):
    """A field: the columns it is made of, and what makes it of their values."""

    names: Sequence[str]
    make: Callable[..., Any] = lambda value: value


def column(*names: str) -> Column:
    return Column(names)


def address(page: str, name: str) -> Column:
    """Return the field for the address of a page by its key."""
    return Column([name], lambda key: page_address(page, key))


@dataclass(frozen=True, slots=True)
class Table:
    """A list of rows of a table, by a column that identifies them."""

    rows: Callable[[], QuerySet[Any]]
    key: str
    columns: Mapping[str, Column]
    kinds: Sequence[type] = (str,)

    def page(
        self, after: Key | None, limit: int, fields: Collection[str]
    ) -> list[tuple[Key, Record]]:
        rows = self.rows().order_by(self.key)
        if after is not None:
            rows = rows.filter(**{f"{self.key}__gt": after[0]})
        records = self._records(rows[:limit], fields)
        return [([key], record) for key, record in records]

    def one(self, name: str, fields: Collection[str]) -> Record | None:
        rows = self.rows().filter(**{self.key: name})
        return next((record for _, record in self._records(rows[:1], fields)), None)

    def _records(
        self, rows: QuerySet[Any], fields: Collection[str]
    ) -> Iterator[tuple[str, Record]]:
        columns = {field: self.columns[field] for field in fields}
        names = sorted({name for each in columns.values() for name in each.names} | {self.key})
        places = {
            field: (each.make, [names.index(name) for name in each.names])
            for field, each in columns.items()
        }
        key = names.index(self.key)
        for values in rows.values_list(*names):
            yield (
                values[key],
                {
                    field: make(*[values[place] for place in of_field])
                    for field, (make, of_field) in places.items()
                },
            )


def _heard(model: Any, of_speech: str) -> Callable[[], QuerySet[Any]]:
    """Return a function that finds the rows of a model with public speeches, and counts these."""

    def rows() -> QuerySet[Any]:
        speeches = Speech.objects.order_by().filter(**{of_speech: OuterRef("pk")})
        count = speeches.values(of_speech).annotate(count=Count("pk")).values("count")
        heard = model.objects.order_by().filter(Exists(speeches))
        counted: QuerySet[Any] = heard.annotate(speeches_made=Coalesce(Subquery(count), 0))
        return counted

    return rows


def _organs() -> QuerySet[Any]:
    meetings = Speech.objects.order_by().filter(meeting__organ=OuterRef("name"))
    sessions = Speech.objects.order_by().filter(meeting=None, session__organ=OuterRef("name"))
    return (
        Organ.objects.order_by()
        .filter(Exists(meetings) | Exists(sessions))
        .annotate(sittings=Count("meetings"))
    )


_SPEECHES = column("speeches_made")
MEETINGS = Table(
    _heard(Meeting, "meeting"),
    "slug",
    {
        "slug": column("slug"),
        "symbol": column("symbol"),
        "url": address("meeting", "slug"),
        "organ": column("organ_id"),
        "number": column("number"),
        "date": column("date"),
        "place": column("place"),
        "speeches": _SPEECHES,
    },
)
SESSIONS = Table(
    _heard(Session, "session"),
    "slug",
    {
        "slug": column("slug"),
        "title": Column(
            ["debate", "number"], lambda debate, number: Session(debate=debate, number=number).title
        ),
        "url": address("session", "slug"),
        "organ": column("organ_id"),
        "number": column("number"),
        "debate": column("debate"),
        "year": column("year"),
        "first_day": column("first_day"),
        "last_day": column("last_day"),
        "speeches": _SPEECHES,
    },
)
ORGANS = Table(
    _organs,
    "slug",
    {
        "slug": column("slug"),
        "name": column("name"),
        "url": address("organ", "slug"),
        "parent": column("parent__slug"),
        "meetings": column("sittings"),
    },
)
SPEAKERS = Table(
    _heard(Speaker, "speaker"),
    "slug",
    {
        "slug": column("slug"),
        "name": Column(
            ["honorific", "name"],
            lambda honorific, name: str(Speaker(honorific=honorific, name=name)),
        ),
        "url": address("speaker", "slug"),
        "country": Column(
            ["country_id", "country__short_name"],
            lambda code, name: {"code": code, "name": name} if code else None,
        ),
        "speeches": _SPEECHES,
    },
)
COUNTRIES = Table(
    _heard(Country, "country"),
    "code",
    {
        "code": column("code"),
        "name": column("short_name"),
        "url": address("country", "code"),
        "kind": column("kind"),
        "speeches": _SPEECHES,
    },
)
TOPICS = Table(
    _heard(Topic, "topics"),
    "slug",
    {
        "slug": column("slug"),
        "title": column("title"),
        "url": address("topic", "slug"),
        "speeches": _SPEECHES,
    },
)


def _transcripts() -> QuerySet[Any]:
    speeches = Speech.objects.order_by().filter(transcript=OuterRef("pk"))
    count = speeches.values("transcript").annotate(count=Count("pk")).values("count")
    public = Transcript.objects.public().order_by()
    counted: QuerySet[Any] = public.annotate(speeches_made=Coalesce(Subquery(count), 0))
    return counted


def _first(*values: str | None) -> str:
    return next(filter(None, values), "")


TRANSCRIPTS = Table(
    _transcripts,
    "sha256",
    {
        "sha256": column("sha256"),
        "name": column("name"),
        "url": address("transcript", "sha256"),
        "size": column("size"),
        "published_at": column("published_at"),
        "series": Column(["series__title"], _first),
        "rights": Column(["rights", "series__rights"], _first),
        "source_url": Column(["source_url", "series__source_url"], _first),
        "speeches": _SPEECHES,
    },
)


# -- documents and votes, which have no table of their own ---------------------------------------


def _document(symbol: str, title: str, speeches: int, last: int | None) -> Record:
    return {
        "symbol": symbol,
        "title": title,
        "url": f"{page_address('documents')}?{query_string([('symbol', symbol)])}",
        "speeches": speeches,
        "last_year": last,
    }


class Documents:
    """The documents that speeches cite."""

    kinds: Sequence[type] = (str,)

    def page(
        self, after: Key | None, limit: int, fields: Collection[str]
    ) -> list[tuple[Key, Record]]:
        rows = Reference.objects.documents_after(str(after[0]) if after else "", limit)
        return [([symbol], _only(_document(symbol, *rest[:3]), fields)) for symbol, *rest in rows]

    def one(self, name: str, fields: Collection[str]) -> Record | None:
        speeches = Speech.objects.naming(name)
        count = speeches.count()
        if not count:
            return None
        last = speeches.totals()["last_year"]
        return _only(_document(name, titled(name).title, count, last), fields)


class Votes:
    """Recorded votes, by the speech around their lists and the paragraph that begins these."""

    kinds: Sequence[type] = (str, int)

    def page(
        self, after: Key | None, limit: int, fields: Collection[str]
    ) -> list[tuple[Key, Record]]:
        rows = RecordedVote.objects.filter(paragraph__speech__withdrawal=None)
        order = ("paragraph__speech__public_id", "first_position")
        keys = rows.order_by(*order).values_list("pk", *order)
        if after is not None:
            public_id, position = after
            later = Q(paragraph__speech__public_id=public_id, first_position__gt=position)
            keys = keys.filter(Q(paragraph__speech__public_id__gt=public_id) | later)
        return self._records(list(keys[:limit]), fields)

    def one(self, name: str, fields: Collection[str]) -> Record | None:
        public_id, _, position = name.rpartition(".")
        if not (position.isascii() and position.isdigit() and len(position) < 9):
            return None
        rows = RecordedVote.objects.filter(
            paragraph__speech__withdrawal=None,
            paragraph__speech__public_id=public_id,
            first_position=int(position),
        )
        keys = [(pk, public_id, int(position)) for pk in rows.values_list("pk", flat=True)[:1]]
        return next((record for _, record in self._records(keys, fields)), None)

    def _records(
        self, keys: Sequence[tuple[int, str, int]], fields: Collection[str]
    ) -> list[tuple[Key, Record]]:
        votes = ballotings(pk for pk, *_ in keys)
        return [
            ((public_id, position), _only(_vote(votes[pk]), fields))
            for pk, public_id, position in keys
            if pk in votes
        ]


def _vote(vote: Balloting) -> Record:
    return {
        "id": f"{vote.public_id}.{vote.position}",
        "url": vote.get_absolute_url(),
        "speech": vote.public_id,
        "subject": vote.subject,
        "title": vote.title,
        "motion": vote.motion,
        "outcome": vote.outcome,
        "resolution": vote.resolution,
        "topics": list(vote.topics),
        **vote.tally._asdict(),
    }


def _only(record: Record, fields: Collection[str]) -> Record:
    return {field: record[field] for field in fields}


@dataclass(frozen=True, slots=True)
class Listing:
    """An address of the API that lists rows."""

    name: str
    title: str
    record: str  # name of the operation that reads one row; "" if another module has that
    record_title: str
    key: str  # what a single row is read by
    source: Source
    row: type[schemas.Row]

    @property
    def fields(self) -> Sequence[str]:
        return list(self.row.model_fields)


LISTINGS: Sequence[Listing] = (
    Listing("meetings", "List meetings", "", "", "slug", MEETINGS, schemas.MeetingRow),
    Listing(
        "sessions", "List sessions", "session", "Read about a session", "slug", SESSIONS,
        schemas.SessionRow,
    ),
    Listing(
        "organs", "List organs", "organ", "Read about an organ", "slug", ORGANS, schemas.OrganRow
    ),
    Listing("speakers", "List speakers", "", "", "slug", SPEAKERS, schemas.SpeakerRow),
    Listing(
        "countries", "List countries", "country", "Read about a country", "code", COUNTRIES,
        schemas.CountryRow,
    ),
    Listing(
        "topics", "List topics", "topic", "Read about a topic", "slug", TOPICS, schemas.TopicRow
    ),
    Listing(
        "documents", "List cited documents", "document", "Read about a document", "symbol",
        Documents(), schemas.DocumentRow,
    ),
    Listing(
        "votes", "List recorded votes", "vote", "Read about a vote", "id", Votes(), schemas.VoteRow
    ),
    Listing(
        "transcripts", "List files", "transcript", "Read about a file", "sha256", TRANSCRIPTS,
        schemas.TranscriptRow,
    ),
)  # fmt: skip

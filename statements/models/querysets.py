"""Querysets of the archive, with a method for each query that pages and the API need.

They are generic, since ``models`` names the model of each by ``as_manager``.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any, Self

from django.apps import apps
from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.fields import ArrayField
from django.db import connection, models
from django.db.models import (
    Case,
    Count,
    Exists,
    F,
    Func,
    Max,
    Min,
    OuterRef,
    Q,
    Subquery,
    Value,
    When,
)
from django.db.models.expressions import OrderBy, RawSQL
from django.db.models.functions import ExtractDay, ExtractMonth, Left, Upper
from django.utils import timezone

from archive import languages
from statements.transcripts.languages.names import fold, sort_form


def newest_first(path: str = "") -> tuple[OrderBy, OrderBy]:
    """Return the order of every list by time, the latest day first and undated rows last.

    A speech of which only the year is known comes before the first day of that year, so that it
    follows all days of the year here. ``path`` leads to the speech, such as "paragraph__speech__".
    """
    return F(f"{path}year").desc(nulls_last=True), F(f"{path}date").desc(nulls_last=True)


def _by_country() -> OrderBy:
    """Return the order by the names of countries in the language of the page."""
    if languages.is_default():
        return F("country__short_name").asc(nulls_last=True)
    countries = apps.get_model("statements", "Country").objects.values_list("code", "short_name")
    names = {code: sort_form(languages.localized(name, "country")) for code, name in countries}
    codes = Value(sorted(names, key=names.__getitem__), ArrayField(models.CharField()))
    place = Func(codes, F("country"), function="array_position", output_field=models.IntegerField())
    return OrderBy(place, nulls_last=True)


# joins bypass managers, so counts of speeches by a join must leave out withdrawn ones

_PUBLIC_SPEECHES = Count("speeches", filter=Q(speeches__withdrawal=None))


class CountryQuerySet[Row: models.Model](models.QuerySet[Row]):
    def with_speech_counts(self) -> Self:
        """Countries with speeches, annotated with ``speech_count``."""
        countries = self.annotate(speech_count=_PUBLIC_SPEECHES).filter(speech_count__gt=0)
        return countries.order_by("short_name")

    def named(self, name: str) -> Self:
        """Countries that have, or had, a name in any spelling that folds to the same letters."""
        return self.filter(names__folded=fold(name)).distinct()

    def with_relations(self) -> Self:
        """Prefetch the names of countries, their predecessors and successors, and the groups that
        they belong to."""
        relations = ("names", "predecessors", "successors", "group_memberships__group")
        return self.prefetch_related(*relations)


class SpeakerQuerySet[Row: models.Model](models.QuerySet[Row]):
    def with_speech_counts(self) -> Self:
        """Speakers with speeches, annotated with ``speech_count``."""
        speakers = self.annotate(speech_count=_PUBLIC_SPEECHES).filter(speech_count__gt=0)
        return speakers.order_by("sort_name", "slug")

    def most_heard_first(self) -> Self:
        return self.with_speech_counts().order_by("-speech_count", "sort_name", "slug")

    def with_years(self) -> Self:
        """Speakers annotated with the year of the first and the last speech, ``first_year`` and
        ``last_year``; None where no year is known."""
        public = Q(speeches__withdrawal=None)
        return self.annotate(
            first_year=Min("speeches__year", filter=public),
            last_year=Max("speeches__year", filter=public),
        )

    def perhaps_the_same(self, speaker: models.Model) -> Self:
        """Speakers of whom an archivist has yet to decide whether they are this person."""
        proposals = apps.get_model("statements", "SpeakerProposal").objects
        number = proposals.filter(speaker=speaker.pk).values("number")
        others = self.exclude(pk=speaker.pk).filter(proposal__number__in=number)
        return others.with_speech_counts()

    def with_words(self, words: Sequence[str]) -> Self:
        """Speakers of whose names, folded, each word is a part."""
        names = apps.get_model("statements", "SpeakerName").objects
        named = self
        for word in words:
            other = names.filter(speaker=OuterRef("pk"), folded__contains=word)
            named = named.filter(Q(folded__contains=word) | Exists(other))
        return named

    def initials(self) -> list[str]:
        """The initials of the sort names, in order."""
        letters = self.order_by().annotate(initial=Upper(Left("sort_name", 1)))
        return sorted(letters.values_list("initial", flat=True).distinct())

    def with_initial(self, letter: str) -> Self:
        return self.filter(sort_name__istartswith=letter)


class AffiliationQuerySet[Row: models.Model](models.QuerySet[Row]):
    def with_speech_counts(self) -> Self:
        """Affiliations with speeches, annotated with ``speech_count``."""
        counted = self.annotate(speech_count=_PUBLIC_SPEECHES).filter(speech_count__gt=0)
        return counted.order_by("kind", "name")


# topics are on the agenda of a meeting, or those of its speeches
_AT_THE_SAME_MEETINGS = """
WITH dealt AS (
    SELECT meeting_id, topic_id FROM statements_agendaitem
    UNION
    SELECT meeting_id, topic_id FROM statements_speech_topics
    JOIN statements_speech AS speech ON speech.id = speech_id
    WHERE meeting_id IS NOT NULL AND withdrawal_id IS NULL
)
SELECT other.topic_id, count(*) FROM dealt JOIN dealt AS other USING (meeting_id)
JOIN statements_topic AS topic ON topic.id = other.topic_id
WHERE dealt.topic_id = %(topic)s AND other.topic_id <> %(topic)s
GROUP BY other.topic_id, title ORDER BY count(*) DESC, title LIMIT %(limit)s
"""


class TopicQuerySet[Row: models.Model](models.QuerySet[Row]):
    def with_speech_counts(self) -> Self:
        """Topics with speeches, annotated with ``speech_count``."""
        topics = self.annotate(speech_count=_PUBLIC_SPEECHES).filter(speech_count__gt=0)
        return topics.order_by("title", "pk")

    def at_meetings_of(self, topic: models.Model, limit: int) -> list[Row]:
        """Topics on the agendas, or of the speeches, of the meetings that dealt with another, with
        ``meeting_count``, the number of these meetings; the most frequent first."""
        with connection.cursor() as cursor:
            cursor.execute(_AT_THE_SAME_MEETINGS, {"topic": topic.pk, "limit": limit})
            counts = dict(cursor.fetchall())
        rows = {row.pk: row for row in self.filter(pk__in=counts)}
        for key, row in rows.items():
            row.meeting_count = counts[key]  # type: ignore[attr-defined]
        return [rows[key] for key in counts if key in rows]


class OrganQuerySet[Row: models.Model](models.QuerySet[Row]):
    def named(self, folded: str) -> Self:
        """Organs that have a name that folds to these letters."""
        return self.filter(Q(folded=folded) | Q(names__folded=folded)).distinct()


class SessionQuerySet[Row: models.Model](models.QuerySet[Row]):
    def heard(self) -> Self:
        """Sessions with speeches, annotated with ``speech_count``, the latest first."""
        counted = self.annotate(speech_count=_PUBLIC_SPEECHES).filter(speech_count__gt=0)
        return counted.order_by("-year", "organ", "-number", "debate")

    def of_series(self, session: Any) -> Self:
        """The sessions of the same organ with the same debate, by number, that have speeches."""
        speeches: Any = self.model._meta.get_field("speeches").related_model
        public = speeches._base_manager.filter(session=OuterRef("pk"), withdrawal=None)
        series = self.filter(Exists(public), organ=session.organ_id, debate=session.debate)
        return series.order_by("number")


class MeetingQuerySet[Row: models.Model](models.QuerySet[Row]):
    def with_speech_counts(self) -> Self:
        """Meetings annotated with ``speech_count``, the latest first."""
        counted = self.annotate(speech_count=_PUBLIC_SPEECHES)
        return counted.order_by(
            F("date").desc(nulls_last=True), "organ", "-number", "-resumption", "symbol"
        )

    def heard(self) -> Self:
        """Meetings with speeches, annotated with ``speech_count``."""
        return self.with_speech_counts().filter(speech_count__gt=0)

    def other_sittings(self, symbol: str) -> Self:
        """The other sittings of a meeting that was suspended and resumed."""
        opening = symbol.partition(" (Resumption")[0]
        return (
            self.filter(Q(symbol=opening) | Q(symbol__startswith=f"{opening} (Resumption "))
            .exclude(symbol=symbol)
            .order_by("resumption")
        )


# of speeches without a country; written out, because Django takes longer to build it than the
# database to answer the rest of a list
_FIRST_AFFILIATION = """
CASE WHEN statements_speech.country_id IS NULL THEN coalesce((
    SELECT stated.name FROM statements_speech_affiliations AS of
    JOIN statements_affiliation AS stated ON stated.id = of.affiliation_id
    WHERE of.speech_id = statements_speech.id ORDER BY stated.kind, stated.name LIMIT 1
), '') ELSE '' END
"""


class SpeechQuerySet[Row: models.Model](models.QuerySet[Row]):
    def withdrawn(self) -> Self:
        """Withdrawn speeches; use it with ``Speech.all_objects``."""
        return self.filter(withdrawal__isnull=False)

    def locked(self) -> Self:
        """Lock the speeches until the transaction ends, in the order of their keys.

        Lock speeches before changing, withdrawing or erasing them, and read the values to compare
        afterwards. Then two transactions cannot deadlock, and each sees what the other stored.
        """
        return self.select_for_update(of=("self",)).order_by("pk")

    def for_listing(self) -> Self:
        """Fetch what a row of a list shows."""
        first = RawSQL(_FIRST_AFFILIATION, (), models.CharField())  # noqa: S611 - no values
        return self.select_related("speaker", "country", "meeting", "session").annotate(
            first_affiliation=first
        )

    def for_citation(self) -> Self:
        """Fetch what a citation says."""
        unneeded = ("content", "draft", "dropped", "descriptions")
        of_transcript = (f"transcript__{name}" for name in unneeded)
        return self.for_listing().select_related("transcript").defer(*of_transcript)

    def for_indexing(self) -> Self:
        """Fetch everything that is indexed of a speech.

        Its paragraphs are three arrays in their order: ``paragraph_positions``,
        ``paragraph_kinds`` and ``paragraph_texts``. Instances would take half of the time in which
        a speech is prepared.
        """
        of_speech: Any = self.model._meta.get_field("paragraphs").related_model
        paragraphs = of_speech._base_manager.filter(speech=OuterRef("pk")).order_by("position")
        arrays = {
            f"paragraph_{name}s": ArraySubquery(paragraphs.values(name))
            for name in ("position", "kind", "text")
        }
        return (
            self.select_related("speaker", "country", "meeting", "session")
            .prefetch_related(
                "topics",
                "speaker__names",
                "country__names",
                "country__group_memberships",
                "affiliations__names",
            )
            .annotate(**arrays)
        )

    def naming(self, symbol: str) -> Self:
        """Speeches that name a document, by its normalized symbol."""
        # a subquery, so that a speech that names it twice is one row
        naming = self.model._base_manager.filter(paragraphs__references__symbol=symbol)
        return self.filter(pk__in=naming.order_by().values("pk"))

    def latest_first(self) -> Self:
        """The latest day first, in the order of speaking in a meeting; undated speeches last."""
        return self.order_by(
            *newest_first(),
            "meeting__organ",
            F("meeting__number").desc(nulls_last=True),
            F("meeting__resumption").desc(nulls_last=True),
            "meeting_id",
            "position",
            "pk",
        )

    def earliest_first(self) -> Self:
        """The earliest day first, in the order of speaking; undated speeches last.

        A speech of which only the year is known comes before the first day of that year.
        """
        return self.order_by(
            F("year").asc(nulls_last=True),
            F("date").asc(nulls_first=True),
            F("meeting__number").asc(nulls_last=True),
            F("meeting__resumption").asc(nulls_last=True),
            "meeting_id",
            "position",
            "pk",
        )

    def in_session_order(self) -> Self:
        """The speeches of a session in the order of speaking, as far as it is known, then by
        country."""
        return self.order_by(
            F("date").asc(nulls_last=True),
            F("meeting__number").asc(nulls_last=True),
            "meeting__resumption",
            Case(When(meeting__isnull=False, then="position")).asc(nulls_last=True),
            _by_country(),
            "transcript_id",
            "transcript_position",
        )

    def in_country_order(self) -> Self:
        """By the name of the country in the language of the page, those without one last."""
        return self.order_by(_by_country(), "transcript_id", "transcript_position")

    def newly_stored_first(self) -> Self:
        return self.order_by("-stored_at", "-pk")

    def days_around(self, first: date, last: date) -> dict[str, date | None]:
        """The nearest days with speeches before ``first`` and after ``last``."""
        return self.aggregate(
            earlier=Max("date", filter=Q(date__lt=first)),
            later=Min("date", filter=Q(date__gt=last)),
        )

    def years_around(self, year: int) -> dict[str, "int | None"]:
        """The nearest years with speeches before and after a year."""
        return self.aggregate(
            earlier=Max("year", filter=Q(year__lt=year)),
            later=Min("year", filter=Q(year__gt=year)),
        )

    def totals(self) -> dict[str, "int | None"]:
        """The numbers of rows in the archive, and the first and last year."""
        return self.aggregate(
            speeches=Count("pk"),
            undated=Count("pk", filter=Q(year=None)),
            speakers=Count("speaker", distinct=True),
            countries=Count("country", distinct=True),
            meetings=Count("meeting", distinct=True),
            sessions=Count("session", distinct=True),
            first_year=Min("year"),
            last_year=Max("year"),
        )

    def of_organ(self, organ: str) -> Self:
        """Speeches made in meetings of an organ, by its name; without a meeting, in a session."""
        return self.filter(Q(meeting__organ=organ) | Q(meeting=None, session__organ=organ))

    def counts_by_organ(self) -> dict[str, int]:
        """The number of speeches by name of the organ."""
        return self._by_organ(Count("pk"))

    def changes_by_organ(self) -> dict[str, datetime]:
        """When a speech was changed last, by name of the organ."""
        return self._by_organ(Max("updated_at"))

    def _by_organ(self, aggregate: models.Aggregate) -> dict[str, Any]:
        organ = Case(When(meeting=None, then="session__organ"), default="meeting__organ")
        rows = self.order_by().values(name=organ).annotate(found=aggregate)
        return {row["name"]: row["found"] for row in rows if row["name"]}

    def undated(self) -> Self:
        """Speeches without even a year."""
        return self.filter(year__isnull=True)

    def of_year_alone(self, year: int) -> Self:
        """Speeches of which only the year is known."""
        return self.filter(year=year, date__isnull=True)

    def counts_by_year(self) -> models.QuerySet[Any, Any]:
        """Rows of ``year`` and ``count``, the oldest first, without undated speeches."""
        return (
            self.filter(year__isnull=False)
            .order_by()
            .values("year")
            .annotate(count=Count("pk"))
            .order_by("year")
        )

    def counts_by_month(self, year: int) -> models.QuerySet[Any, Any]:
        return (
            self.filter(date__year=year)
            .order_by()
            .values(month=ExtractMonth("date"))
            .annotate(count=Count("pk"))
            .order_by("month")
        )

    def counts_by_day(self, year: int, month: int) -> models.QuerySet[Any, Any]:
        return (
            self.filter(date__year=year, date__month=month)
            .order_by()
            .values(day=ExtractDay("date"))
            .annotate(count=Count("pk"))
            .order_by("day")
        )


_SpeechManager = models.Manager.from_queryset(SpeechQuerySet)


class PublicSpeechManager(_SpeechManager):  # type: ignore[type-arg]
    """Leaves out withdrawn speeches.

    As the default manager it is also used by relations (``meeting.speeches``,
    ``topic.speeches``); joins must leave out withdrawn speeches themselves.
    """

    def get_queryset(self) -> SpeechQuerySet[Any]:
        speeches: SpeechQuerySet[Any] = super().get_queryset()  # type: ignore[assignment]
        return speeches.filter(withdrawal__isnull=True)


# OFFSET 0 makes the database look up the paragraphs by key instead of reading the whole table
_NAMED = """
WITH named AS (
    SELECT symbol, count(DISTINCT speech.id) AS speeches, max(speech.year) AS last,
        mode() WITHIN GROUP (ORDER BY title) FILTER (WHERE title <> '') AS title
    FROM statements_reference
    CROSS JOIN LATERAL (
        SELECT speech_id FROM statements_paragraph AS paragraph WHERE paragraph.id = paragraph_id
        OFFSET 0
    ) AS paragraph
    JOIN statements_speech AS speech ON speech.id = speech_id AND withdrawal_id IS NULL
    {which} GROUP BY symbol {page}
)
SELECT named.symbol, coalesce(document.title, named.title, ''), speeches, last,
    coalesce(meeting.organ_id, ''), meeting.date
FROM named
LEFT JOIN statements_document AS document ON document.symbol = named.symbol AND document.verified
LEFT JOIN statements_meeting AS meeting ON meeting.symbol = named.symbol
ORDER BY {order}
"""
_ALL_NAMED = _NAMED.format(which="", page="", order="speeches DESC, named.symbol")
_NAMED_AFTER = _NAMED.format(
    which="WHERE symbol > %s", page="ORDER BY symbol LIMIT %s", order="named.symbol"
)
# as printed most often, by public speeches
_TITLE = """
SELECT mode() WITHIN GROUP (ORDER BY title) FROM statements_reference
JOIN statements_paragraph AS paragraph ON paragraph.id = paragraph_id
JOIN statements_speech AS speech ON speech.id = speech_id AND withdrawal_id IS NULL
WHERE symbol = %s AND title <> ''
"""


class ReferenceQuerySet[Row: models.Model](models.QuerySet[Row]):
    def documents(self) -> list[tuple[Any, ...]]:
        """The documents that public speeches name, the most named first: symbol, title or "",
        number of speeches, the last year or None, and organ and date of a meeting whose record it
        is."""
        with connection.cursor() as cursor:
            cursor.execute(_ALL_NAMED)
            return list(cursor.fetchall())

    def documents_after(self, symbol: str, limit: int) -> list[tuple[Any, ...]]:
        """At most ``limit`` documents of this kind by symbol, those after another symbol."""
        with connection.cursor() as cursor:
            cursor.execute(_NAMED_AFTER, [symbol, limit])
            return list(cursor.fetchall())

    def printed_title(self, symbol: str) -> str:
        """The title that public speeches print most often beside a symbol, or ""."""
        with connection.cursor() as cursor:
            cursor.execute(_TITLE, [symbol])
            return cursor.fetchone()[0] or ""


class VoteQuerySet[Row: models.Model](models.QuerySet[Row]):
    def by_ballot(self) -> dict[str, int]:
        """The number of votes by kind of ballot."""
        return dict(self.order_by("ballot").values_list("ballot").annotate(Count("pk")))

    def for_listing(self) -> Self:
        """Fetch the speeches and meetings of votes, the latest first, annotated with ``recorded``,
        the key of the recorded vote that each was cast in."""
        of_vote = apps.get_model("statements", "RecordedVote").objects.filter(
            paragraph__speech=OuterRef("paragraph__speech"),
            paragraph__position__gte=OuterRef("paragraph__position"),
            first_position__lte=OuterRef("paragraph__position"),
        )
        votes = self.annotate(recorded=Subquery(of_vote.values("pk")[:1]))
        return votes.select_related("paragraph__speech__meeting").order_by(
            *newest_first("paragraph__speech__"),
            "paragraph__speech__meeting_id",
            "paragraph__speech__position",
            "paragraph__position",
        )


KEPT_FOR = timedelta(days=14)


class UnsavedInputQuerySet[Row: models.Model](models.QuerySet[Row]):
    def of(self, person: int | None) -> Self:
        """The input kept for a person, the latest first, without its fields."""
        since = timezone.now() - KEPT_FOR
        return self.filter(person_id=person or 0, kept_at__gte=since).defer("fields")

    def outdated(self) -> Self:
        return self.filter(kept_at__lt=timezone.now() - KEPT_FOR)


class TranscriptQuerySet[Row: models.Model](models.QuerySet[Row]):
    def waiting(self) -> Self:
        """Transcripts with a draft to review, including one more place of a published file."""
        return self.filter(state__in=["received", "another"])

    def undecided(self) -> Self:
        """Transcripts that count towards the quota of the person who uploaded them."""
        return self.filter(state__in=["unread", "received", "another", "scan", "aside"])

    def public(self) -> Self:
        """Transcripts that anybody may see: published, or replaced after publication."""
        return self.filter(state__in=["published", "another", "replaced"])

    def without_text(self) -> Self:
        """Transcripts that could not be read but are kept."""
        return self.filter(state__in=["scan", "aside"])

    def without_their_content(self) -> Self:
        """Fetch the draft, but not the fields that no list needs."""
        return self.defer(None).defer("content", "dropped")


class TranscriptManager(models.Manager.from_queryset(TranscriptQuerySet)):  # type: ignore[misc]
    """Defers large fields until they are used."""

    def get_queryset(self) -> TranscriptQuerySet[Any]:
        transcripts: TranscriptQuerySet[Any] = super().get_queryset()
        return transcripts.defer("content", "draft", "dropped", "descriptions")

"""The questions asked of what the archive holds, each as a named query-set method."""

from datetime import timedelta
from typing import TYPE_CHECKING, Any, Self

from django.db import connection, models
from django.db.models import Count, F, Max, Min, Q
from django.db.models.functions import ExtractDay, ExtractMonth, Left, Upper
from django.utils import timezone

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from statements.models import (  # noqa: F401
        Country,
        Meeting,
        Reference,
        Speaker,
        Speech,
        Topic,
        Transcript,
        UnsavedInput,
        Vote,
    )


# joins do not pass through a manager: who counts speeches by a join leaves out withdrawn ones here
_PUBLIC_SPEECHES = Count("speeches", filter=Q(speeches__withdrawal=None))


class CountryQuerySet(models.QuerySet["Country"]):
    def with_speech_counts(self) -> Self:
        """Only those that have spoken, each with ``speech_count``."""
        spoken = self.annotate(speech_count=_PUBLIC_SPEECHES).filter(speech_count__gt=0)
        return spoken.order_by("short_name")

    def named(self, folded: str, on: "date | None" = None) -> Self:
        """Countries that bear a folded name; on a date, only those whose name it then was."""
        match = Q(names__folded=folded)
        if on is not None:
            match &= Q(names__valid_from__isnull=True) | Q(names__valid_from__lte=on)
            match &= Q(names__valid_to__isnull=True) | Q(names__valid_to__gte=on)
        return self.filter(match).distinct()

    def with_relations(self) -> Self:
        """With the names a country bore and the states before and after it."""
        return self.prefetch_related("names", "predecessors", "successors")


class SpeakerQuerySet(models.QuerySet["Speaker"]):
    def with_speech_counts(self) -> Self:
        """Only those who have spoken, each with ``speech_count``."""
        spoken = self.annotate(speech_count=_PUBLIC_SPEECHES).filter(speech_count__gt=0)
        return spoken.order_by("sort_name", "slug")

    def most_heard_first(self) -> Self:
        return self.with_speech_counts().order_by("-speech_count", "sort_name", "slug")

    def named(self, folded: "Iterable[str]") -> Self:
        """Speakers who bear one of some folded names, in any printed form."""
        forms = list(folded)
        return self.filter(Q(folded__in=forms) | Q(names__folded__in=forms)).distinct()

    def initials(self) -> list[str]:
        """The letters under which speakers stand in a list, in order."""
        letters = self.order_by().annotate(initial=Upper(Left("sort_name", 1)))
        return sorted(letters.values_list("initial", flat=True).distinct())

    def with_initial(self, letter: str) -> Self:
        return self.filter(sort_name__istartswith=letter)


class TopicQuerySet(models.QuerySet["Topic"]):
    def with_speech_counts(self) -> Self:
        """Only those spoken to, each with ``speech_count``."""
        spoken = self.annotate(speech_count=_PUBLIC_SPEECHES).filter(speech_count__gt=0)
        return spoken.order_by("title", "pk")


class MeetingQuerySet(models.QuerySet["Meeting"]):
    def with_speech_counts(self) -> Self:
        """Each with ``speech_count``, the latest first."""
        counted = self.annotate(speech_count=_PUBLIC_SPEECHES)
        return counted.order_by(
            F("date").desc(nulls_last=True), "organ", "-number", "-resumption", "symbol"
        )

    def heard(self) -> Self:
        """Only those with speeches, each with ``speech_count``."""
        return self.with_speech_counts().filter(speech_count__gt=0)

    def other_sittings(self, meeting: "Meeting") -> Self:
        """The meeting's other sittings: it may have been suspended and resumed."""
        opening = meeting.symbol.partition(" (Resumption")[0]
        return (
            self.filter(Q(symbol=opening) | Q(symbol__startswith=f"{opening} (Resumption "))
            .exclude(pk=meeting.pk)
            .order_by("resumption")
        )


class SpeechQuerySet(models.QuerySet["Speech"]):
    def withdrawn(self) -> Self:
        """Only those taken out of public view; of ``Speech.all_objects``, which has them."""
        return self.filter(withdrawal__isnull=False)

    def locked(self) -> Self:
        """In the order of their keys, and nobody else changes them before the transaction ends.

        Whoever changes, withdraws or erases speeches locks their rows first, and reads what it
        compares afterwards: so two people never wait for each other in a ring, and what one
        stored while the other waited is seen.
        """
        return self.select_for_update(of=("self",)).order_by("pk")

    def for_listing(self) -> Self:
        """With what a row of a list prints."""
        return self.select_related("speaker", "country", "meeting")

    def for_indexing(self) -> Self:
        """With everything the index holds of a speech."""
        return self.select_related("speaker", "country", "meeting").prefetch_related(
            "paragraphs", "topics", "speaker__names", "country__names"
        )

    def naming(self, symbol: str) -> Self:
        """Those in which a document is named, by its symbol in the usual form."""
        # by way of a subquery: one that names it twice is still one
        naming = self.model._base_manager.filter(paragraphs__references__symbol=symbol)
        return self.filter(pk__in=naming.order_by().values("pk"))

    def latest_first(self) -> Self:
        """The latest day first, within a meeting as it was held; undated speeches last."""
        return self.order_by(
            F("date").desc(nulls_last=True),
            "meeting__organ",
            F("meeting__number").desc(nulls_last=True),
            F("meeting__resumption").desc(nulls_last=True),
            "meeting_id",
            "position",
            "pk",
        )

    def in_transcript_order(self) -> Self:
        return self.order_by("transcript_id", "transcript_position")

    def newly_stored_first(self) -> Self:
        return self.order_by("-stored_at", "-pk")

    def days_around(self, first: "date", last: "date") -> dict[str, "date | None"]:
        """The nearest days with speeches before a time and after it."""
        return self.aggregate(
            earlier=Max("date", filter=Q(date__lt=first)),
            later=Min("date", filter=Q(date__gt=last)),
        )

    def years_around(self, year: int) -> dict[str, "int | None"]:
        """The nearest years with speeches before a year and after it."""
        return self.aggregate(
            earlier=Max("year", filter=Q(year__lt=year)),
            later=Min("year", filter=Q(year__gt=year)),
        )

    def totals(self) -> dict[str, "int | date | None"]:
        """How much there is, and the first and the last day."""
        return self.aggregate(
            speeches=Count("pk"),
            undated=Count("pk", filter=Q(year=None)),
            speakers=Count("speaker", distinct=True),
            countries=Count("country", distinct=True),
            meetings=Count("meeting", distinct=True),
            first=Min("date"),
            last=Max("date"),
        )

    def undated(self) -> Self:
        """Those of which not even the year is known."""
        return self.filter(year__isnull=True)

    def of_year_alone(self, year: int) -> Self:
        """Those of which the year is known and not the day."""
        return self.filter(year=year, date__isnull=True)

    def counts_by_year(self) -> "models.QuerySet[Speech, Any]":
        """Rows of ``year`` and ``count``, oldest first; undated speeches are not among them."""
        return (
            self.filter(year__isnull=False)
            .order_by()
            .values("year")
            .annotate(count=Count("pk"))
            .order_by("year")
        )

    def counts_by_month(self, year: int) -> "models.QuerySet[Speech, Any]":
        return (
            self.filter(date__year=year)
            .order_by()
            .values(month=ExtractMonth("date"))
            .annotate(count=Count("pk"))
            .order_by("month")
        )

    def counts_by_day(self, year: int, month: int) -> "models.QuerySet[Speech, Any]":
        return (
            self.filter(date__year=year, date__month=month)
            .order_by()
            .values(day=ExtractDay("date"))
            .annotate(count=Count("pk"))
            .order_by("day")
        )


_SpeechManager = models.Manager.from_queryset(SpeechQuerySet)


class PublicSpeechManager(_SpeechManager):  # type: ignore[type-arg]
    """Leaves out withdrawn speeches. As the default manager it is also behind every relation
    (``meeting.speeches``, ``topic.speeches``); a join must leave them out itself."""

    def get_queryset(self) -> SpeechQuerySet:
        speeches: SpeechQuerySet = super().get_queryset()  # type: ignore[assignment]
        return speeches.filter(withdrawal__isnull=True)


# of few paragraphs each by its key: left to itself the database reads all that there are
_NAMED = """
SELECT symbol, count(DISTINCT speech_id) AS speeches
FROM statements_reference
CROSS JOIN LATERAL (
    SELECT speech_id FROM statements_paragraph AS paragraph WHERE paragraph.id = paragraph_id
    OFFSET 0
) AS paragraph
WHERE NOT EXISTS (
    SELECT FROM statements_speech AS speech
    WHERE speech.id = speech_id AND withdrawal_id IS NOT NULL
)
GROUP BY symbol ORDER BY speeches DESC, symbol
"""


class ReferenceQuerySet(models.QuerySet["Reference"]):
    def counts_by_symbol(self) -> "list[tuple[str, int]]":
        """Each symbol with how many public speeches name it, the most named first."""
        with connection.cursor() as cursor:
            cursor.execute(_NAMED)
            return list(cursor.fetchall())


class VoteQuerySet(models.QuerySet["Vote"]):
    def by_ballot(self) -> dict[str, int]:
        """How many votes of each kind there are."""
        return dict(self.order_by("ballot").values_list("ballot").annotate(Count("pk")))

    def for_listing(self) -> Self:
        """With the speech and meeting in which they were cast, the latest first."""
        return self.select_related("paragraph__speech__meeting").order_by(
            F("paragraph__speech__date").desc(nulls_last=True),
            "paragraph__speech__meeting_id",
            "paragraph__speech__position",
            "paragraph__position",
        )


KEPT_FOR = timedelta(days=14)


class UnsavedInputQuerySet(models.QuerySet["UnsavedInput"]):
    def of(self, person: int | None) -> Self:
        """What is kept for a person, the latest first, without its fields."""
        since = timezone.now() - KEPT_FOR
        return self.filter(person_id=person or 0, kept_at__gte=since).defer("fields")

    def outdated(self) -> Self:
        return self.filter(kept_at__lt=timezone.now() - KEPT_FOR)


class TranscriptQuerySet(models.QuerySet["Transcript"]):
    def waiting(self) -> Self:
        """Those whose draft waits for a decision, in part of one more place of a published file."""
        return self.filter(state__in=["received", "another"])

    def undecided(self) -> Self:
        """Those that count towards what one person may have waiting."""
        return self.filter(state__in=["unread", "received", "another", "scan", "aside"])

    def public(self) -> Self:
        """Those that anybody may see: published, or published once and replaced since."""
        return self.filter(state__in=["published", "another", "replaced"])

    def without_text(self) -> Self:
        """Those that are kept though nothing could be read of them."""
        return self.filter(state__in=["scan", "aside"])

    def without_their_content(self) -> Self:
        """With the draft, and without what no list needs."""
        return self.defer(None).defer("content", "dropped")


class TranscriptManager(models.Manager.from_queryset(TranscriptQuerySet)):  # type: ignore[misc]
    """Leaves what may be large in the database until somebody asks for it."""

    def get_queryset(self) -> "models.QuerySet[Transcript]":
        transcripts: models.QuerySet[Transcript] = super().get_queryset()
        return transcripts.defer("content", "draft", "dropped", "descriptions")

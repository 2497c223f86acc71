"""The questions asked of what the archive holds, each as a named query-set method."""

from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Count, Q
from django.db.models.functions import ExtractDay, ExtractMonth, ExtractYear

if TYPE_CHECKING:
    from datetime import date

    from statements.models import Country, Meeting, Speaker, Speech, Topic, Transcript  # noqa: F401


class CountryQuerySet(models.QuerySet["Country"]):
    def with_speech_counts(self) -> Self:
        """Only those that have spoken, each with ``speech_count``."""
        return self.annotate(speech_count=Count("speeches")).filter(speech_count__gt=0)

    def named(self, folded: str, on: "date | None" = None) -> Self:
        """Countries that bear a folded name; on a date, only those whose name it then was."""
        match = Q(names__folded=folded)
        if on is not None:
            match &= Q(names__valid_from__isnull=True) | Q(names__valid_from__lte=on)
            match &= Q(names__valid_to__isnull=True) | Q(names__valid_to__gte=on)
        return self.filter(match).distinct()


class SpeakerQuerySet(models.QuerySet["Speaker"]):
    def with_speech_counts(self) -> Self:
        """Only those who have spoken, each with ``speech_count``."""
        return self.annotate(speech_count=Count("speeches")).filter(speech_count__gt=0)


class TopicQuerySet(models.QuerySet["Topic"]):
    def with_speech_counts(self) -> Self:
        """Only those spoken to, each with ``speech_count``."""
        return self.annotate(speech_count=Count("speeches")).filter(speech_count__gt=0)


class MeetingQuerySet(models.QuerySet["Meeting"]):
    def with_speech_counts(self) -> Self:
        return self.annotate(speech_count=Count("speeches"))


class SpeechQuerySet(models.QuerySet["Speech"]):
    def for_listing(self) -> Self:
        """With what a row of a list prints."""
        return self.select_related("speaker", "country", "meeting")

    def for_indexing(self) -> Self:
        """With everything the index holds of a speech."""
        return self.select_related("speaker", "country", "meeting").prefetch_related(
            "paragraphs", "topics", "speaker__names", "country__names"
        )

    def in_meeting_order(self) -> Self:
        return self.order_by("position", "pk")

    def undated(self) -> Self:
        return self.filter(date__isnull=True)

    def counts_by_year(self) -> "models.QuerySet[Speech, dict[str, int]]":
        """Rows of ``year`` and ``count``, oldest first; undated speeches are not among them."""
        return (
            self.filter(date__isnull=False)
            .order_by()
            .values(year=ExtractYear("date"))
            .annotate(count=Count("pk"))
            .order_by("year")
        )

    def counts_by_month(self, year: int) -> "models.QuerySet[Speech, dict[str, int]]":
        return (
            self.filter(date__year=year)
            .order_by()
            .values(month=ExtractMonth("date"))
            .annotate(count=Count("pk"))
            .order_by("month")
        )

    def counts_by_day(self, year: int, month: int) -> "models.QuerySet[Speech, dict[str, int]]":
        return (
            self.filter(date__year=year, date__month=month)
            .order_by()
            .values(day=ExtractDay("date"))
            .annotate(count=Count("pk"))
            .order_by("day")
        )


class TranscriptQuerySet(models.QuerySet["Transcript"]):
    def waiting(self) -> Self:
        return self.filter(state="received")


class TranscriptManager(models.Manager.from_queryset(TranscriptQuerySet)):  # type: ignore[misc]
    """Leaves the bytes and the draft in the database until somebody asks for them."""

    def get_queryset(self) -> "models.QuerySet[Transcript]":
        return super().get_queryset().defer("content", "draft")

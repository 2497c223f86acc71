"""A feed and its entries, whatever format they are written in."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time

from django.db.models import Prefetch, prefetch_related_objects
from django.http import HttpRequest
from django.utils.html import escape

from statements.exports.citation import cite
from statements.models import Speech, Transcript


@dataclass(frozen=True, slots=True)
class Entry:
    """A speech in a feed. Addresses are absolute, and permanent."""

    url: str
    title: str
    author: str
    html: str  # escaped
    published: datetime | None
    updated: datetime
    categories: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Feed:
    title: str
    subtitle: str
    url: str  # of the feed itself
    page_url: str  # of the page with the same speeches
    language: str
    entries: Sequence[Entry]


def entry(request: HttpRequest, speech: Speech, html: str, published: datetime | None) -> Entry:
    """Return the entry of a speech, whose title begins with the country and ends with the date or
    the year. ``html`` is what to show of its words, escaped; the citation follows.

    ``speech`` is one of ``for_listing``, after ``prepare``.
    """
    url = request.build_absolute_uri(speech.get_absolute_url())
    return Entry(
        url=url,
        title=speech.heading.title,
        author=speech.heading.who.name,
        html=f"{html}<p><cite>{escape(cite(speech, url))}</cite></p>",
        published=published,
        updated=speech.updated_at,
        categories=(speech.organ,) if speech.organ else (),
    )


def prepare(speeches: Iterable[Speech]) -> None:
    """Fetch what citations of speeches need that ``for_listing`` does not fetch."""
    unplaced = [speech for speech in speeches if speech.sitting is None]
    # whose citations name the transcript
    prefetch_related_objects(unplaced, Prefetch("transcript", Transcript.objects.only("name")))


def day_of(speech: Speech) -> datetime | None:
    """Return the beginning of the day of a speech; None if only its year is known, or nothing."""
    return datetime.combine(speech.date, time(), UTC) if speech.date else None

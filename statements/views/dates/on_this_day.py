"""What was said on a day of the calendar in all years, and the quotation of the day."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from hashlib import sha256
from typing import Any, NamedTuple

from django.db.models import Max, Min
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext

from statements.addresses import passage_anchor
from statements.models import Paragraph, Speech
from statements.models.revision import cached_per_revision
from statements.transcripts.record.speaking_capacity import Capacity
from statements.transcripts.text import quotable

LEAP_YEAR = 2000  # has every day of the calendar
MOST_READ = 60  # speeches of which sentences are read, those of all years together
FEWEST_OF_A_YEAR = 2
DRAWN = 16  # speeches for the quotation of a day on which nobody spoke
# paragraphs that are read: after the opening, and not all of a long speech
FIRST_READ, LAST_READ = 3, 14


class SpokenSentence(NamedTuple):
    """A sentence of a speech, with the address where it stands."""

    speech: Speech  # with what a list shows
    text: str
    url: str
    score: float


class YearOfDay(NamedTuple):
    day: date
    count: int  # type: ignore[assignment]  # speeches; hides tuple.count, which is not used
    url: str
    quotation: SpokenSentence | None


class CalendarDay(NamedTuple):
    date: date  # in a leap year
    url: str


def today(request: HttpRequest) -> HttpResponse:
    """Lead to the page of today, which has an address of its own."""
    now = timezone.localdate()
    return redirect("on-this-day", now.month, now.day)


def on_this_day(request: HttpRequest, month: int, day: int) -> HttpResponse:
    try:
        shown = date(LEAP_YEAR, month, day)
    except ValueError:
        raise Http404(gettext("This date does not exist.")) from None
    earlier, later = _around(shown)
    context = {
        "day": shown,
        "years": years_of(month, day),
        "earlier": earlier,
        "later": later,
    }
    return render(request, "browse/on_this_day.html", context)


@cached_per_revision(maxsize=8)
def years_of(month: int, day: int) -> Sequence[YearOfDay]:
    """Return the years that have speeches of a day, the latest first, each with a quotation."""
    of_day = Speech.objects.filter(date__month=month, date__day=day)
    keys: Mapping[date, list[int]] = defaultdict(list)
    for key, spoken_on in of_day.order_by("-date", "pk").values_list("pk", "date"):
        keys[spoken_on].append(key)
    if not keys:
        return ()
    each = max(MOST_READ // len(keys), FEWEST_OF_A_YEAR)
    sample = [key for of_year in keys.values() for key in _drawn(of_year, each)]
    sentences = _sentences(sample)
    return [
        YearOfDay(
            spoken_on,
            len(of_year),
            reverse("browse-day", args=[spoken_on.year, spoken_on.month, spoken_on.day]),
            _best(sentence for sentence in sentences if sentence.speech.date == spoken_on),
        )
        for spoken_on, of_year in keys.items()
    ]


@cached_per_revision(maxsize=2)
def quotation_of(day: date) -> SpokenSentence | None:
    """Return the quotation of a day: said on that day in another year; or else drawn from all
    speeches, the same throughout the day while the archive does not change."""
    of_day = (year.quotation for year in years_of(day.month, day.day) if year.quotation)
    return _best(of_day) or _best(_sentences(_drawn_speeches(day)))


def _drawn_speeches(day: date) -> list[int]:
    keys = Speech.objects.aggregate(first=Min("pk"), last=Max("pk"))
    if keys["first"] is None:
        return []
    start = keys["first"] + _number(day.isoformat()) % (keys["last"] - keys["first"] + 1)
    following = Speech.objects.filter(pk__gte=start).order_by("pk")
    return list(following.values_list("pk", flat=True)[:DRAWN])


def _drawn(keys: Sequence[int], count: int) -> list[int]:
    """Return so many keys, chosen evenly."""
    step = max(len(keys) / count, 1)
    return [keys[int(place * step)] for place in range(min(count, len(keys)))]


def _number(text: str) -> int:
    return int.from_bytes(sha256(text.encode()).digest()[:6])


def _best(sentences: Iterable[SpokenSentence]) -> SpokenSentence | None:
    return max(sentences, key=lambda sentence: sentence.score, default=None)


def _sentences(keys: Sequence[int]) -> list[SpokenSentence]:
    """Return the best sentence of each speech that has one, but for those made from the chair."""
    by_key = {
        speech.pk: speech
        for speech in Speech.objects.filter(pk__in=keys).for_listing()
        if speech.capacity != Capacity.CHAIR and _is_attributed(speech)
    }
    paragraphs: Mapping[int, list[quotable.Paragraph]] = defaultdict(list)
    of_speeches = Paragraph.objects.filter(
        speech__in=list(by_key),
        kind=Paragraph.Kind.SPEECH,
        position__range=(FIRST_READ, LAST_READ),
    )
    values: Any = of_speeches.order_by("speech_id", "position").values_list(
        "speech_id", "position", "text", "sentence_starts"
    )
    for key, position, text, starts in values:
        paragraphs[key].append(quotable.Paragraph(position, text, starts or (0,)))
    chosen = (
        (by_key[key], quotable.quotable_sentence(of_speech))
        for key, of_speech in paragraphs.items()
    )
    return [
        SpokenSentence(
            speech,
            sentence.text,
            f"{speech.get_absolute_url()}#{passage_anchor(sentence.paragraph)}s{sentence.sentence}",
            sentence.score,
        )
        for speech, sentence in chosen
        if sentence is not None
    ]


def _is_attributed(speech: Speech) -> bool:
    """Return whether it is known who spoke, so that words can be quoted."""
    return bool(speech.speaker_printed or speech.affiliation or speech.country_id)


@cached_per_revision()
def days() -> Sequence[date]:
    """Return the days of the calendar on which anybody spoke, in order."""
    dated = Speech.objects.filter(date__isnull=False).order_by()
    days = dated.values_list("date__month", "date__day").distinct()
    return sorted(date(LEAP_YEAR, month, day) for month, day in days)


def _around(shown: date) -> tuple[CalendarDay | None, CalendarDay | None]:
    """Return the nearest days before and after with speeches, around the turn of the year."""
    others = [day for day in days() if day != shown]
    if not others:
        return None, None
    before = [day for day in others if day < shown] or others
    after = [day for day in others if day > shown] or others
    return _calendar_day(before[-1]), _calendar_day(after[0])


def _calendar_day(day: date) -> CalendarDay:
    return CalendarDay(day, reverse("on-this-day", args=[day.month, day.day]))

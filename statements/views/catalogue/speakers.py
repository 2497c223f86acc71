"""The list of speakers, and the page of each."""

from collections.abc import Sequence
from typing import NamedTuple

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext

from statements.addresses import page_address, search_address
from statements.exports.profiles import count_by, first_and_last, profile
from statements.models import Country, Speaker
from statements.models.querysets import SpeakerQuerySet
from statements.search import OfficeSearch, SearchUnavailable, offices_of_speaker
from statements.views.catalogue.counted_entries import counted_entries
from statements.views.catalogue.filtering import FILTER, filter_of, words_of
from statements.views.charts import FEWEST_YEARS, addresses_by_year, year_chart
from statements.views.error_pages import get_or_404
from statements.views.paging import page_of

TOPICS_SHOWN = 12


def speaker(request: HttpRequest, slug: str) -> HttpResponse:
    shown = get_or_404(
        Speaker.objects.select_related("country", "merged_into").prefetch_related("names"),
        gettext("There is no speaker at this address."),
        slug=slug,
    )
    if shown.merged_into:
        return redirect(shown.merged_into, permanent=True)
    pages = list(Speaker.objects.perhaps_the_same(shown))
    slugs = [("speaker", page.slug) for page in (shown, *pages)]
    speeches = shown.speeches.all()
    person = profile(shown)
    by_year = year_chart(
        ({"year": year, "count": count} for year, count in person.years.items()),
        addresses_by_year(speaker=shown.slug),
    )
    context = {
        "speaker": shown,
        "pages": pages,
        "all_url": search_address(*slugs),
        "profile": person,
        "ends": first_and_last(speeches),
        "delegations": [
            *counted_entries(person.delegations, lambda code: page_address("country", code)),
            *counted_entries(
                count_by(speeches, "affiliations__slug", "affiliations__name"),
                lambda slug: page_address("affiliation", slug),
            ),
        ],
        "topics": counted_entries(
            count_by(speeches, "topics__slug", "topics__title", TOPICS_SHOWN),
            lambda topic: search_address(("speaker", shown.slug), ("topic", topic)),
        ),
        "languages": counted_entries(
            person.languages,
            lambda code: search_address(("speaker", shown.slug), ("language", code)),
        ),
        "offices": _offices(shown.slug),
        "chart": by_year if len(person.years) >= FEWEST_YEARS else None,
        "page": page_of(request, speeches.for_listing().latest_first()),
        "filters": {"speaker": shown.slug},
    }
    return render(request, "speaker/speaker.html", context)


def _offices(slug: str) -> list[OfficeSearch]:
    try:
        return offices_of_speaker(slug)
    except SearchUnavailable:  # the page is complete without what a search would find
        return []


class Listed(NamedTuple):
    """The speakers that a list is narrowed to."""

    rows: SpeakerQuerySet[Speaker]
    within: Country | None
    text: str  # typed into the box above the list
    initials: Sequence[str]  # of all of the country and text
    letter: str  # chosen among them, or ""


def listed(request: HttpRequest) -> Listed:
    """Return the speakers of a list. Raises Http404 for a country or letter that it lacks."""
    rows = Speaker.objects.with_speech_counts().select_related("country")
    within = None
    if code := request.GET.get("country", ""):
        within = get_or_404(
            Country.objects.all(),
            gettext("There is no country with this code."),
            code=code.replace("\x00", ""),
        )
        rows = rows.filter(country=within)
    text = filter_of(request)
    rows = rows.with_words(words_of(text))
    initials = rows.initials()
    letter = request.GET.get("letter", "").upper()
    if letter:
        if letter not in initials:
            raise Http404(gettext("No speaker’s name begins with this letter."))
        rows = rows.with_initial(letter)
    return Listed(rows, within, text, initials, letter)


def speakers(request: HttpRequest) -> HttpResponse:
    shown = listed(request)
    context = {
        "page": page_of(request, shown.rows),
        "initials": shown.initials,
        "letter": shown.letter,
        "within": shown.within,
        "hidden": {"country": shown.within.code if shown.within else ""},
        FILTER: shown.text,
    }
    return render(request, "speaker/speakers.html", context)

"""Feeds of a search and of the speeches added last, for readers who follow a subject.

A search as a feed takes the parameters of the search page, so that every search, country, speaker,
topic, session and meeting can be followed; its speeches are always ordered by date.
"""

from collections.abc import Callable
from dataclasses import replace

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.formats import number_format
from django.utils.html import escape
from django.utils.translation import gettext, ngettext

from archive import languages
from statements.exports.opening import opening
from statements.feeds.values import Feed, day_of, entry, prepare
from statements.models import Paragraph, Speech
from statements.search import (
    InvalidParameters,
    SearchPage,
    SearchParameters,
    SearchUnavailable,
    Sort,
    find,
)

RETRY_AFTER_S = 600
FRESH_FOR_S = 300
ADDED_SHOWN = 20
ADDED_CHARACTERS = 600

type Writer = Callable[[Feed], HttpResponse]  # of a format


def search(request: HttpRequest, write: Writer) -> HttpResponse:
    """Answer with the newest speeches that a search finds."""
    try:
        parameters = SearchParameters.from_query(request.GET)
        page = find(replace(parameters, sort=Sort.NEWEST, group="", page=1), alternatives=False)
    except InvalidParameters as invalid:
        return _refusal("\n".join(invalid.errors.values()), 400)
    except SearchUnavailable as unavailable:
        response = _refusal(str(unavailable), 503)
        response["Retry-After"] = str(RETRY_AFTER_S)
        return response
    response = write(_of_search(request, parameters, page))
    response["Cache-Control"] = f"public, max-age={FRESH_FOR_S}"
    return response


def added(request: HttpRequest, write: Writer) -> HttpResponse:
    """Answer with the speeches that were added to the archive last, whenever they were made."""
    speeches = list(Speech.objects.for_listing().newly_stored_first()[:ADDED_SHOWN])
    words = _opening_words(speeches)
    prepare(speeches)
    feed = Feed(
        title=gettext("%(site)s: recently added") % {"site": settings.SITE_NAME},
        subtitle=gettext("The speeches added most recently, whenever they were made."),
        url=request.build_absolute_uri(request.path),
        page_url=request.build_absolute_uri(reverse("home")),
        language=languages.current(),
        entries=[
            entry(request, speech, f"<p>{escape(words.get(speech.pk, ''))}</p>", speech.stored_at)
            for speech in speeches
        ],
    )
    response = write(feed)
    response["Cache-Control"] = f"public, max-age={FRESH_FOR_S}"
    return response


def _of_search(request: HttpRequest, parameters: SearchParameters, page: SearchPage) -> Feed:
    # one address for every page and order of a search, since a feed has neither
    query = replace(parameters, sort=Sort.RELEVANCE, group="", page=1).to_query()
    subject = parameters.q or gettext("all speeches")
    prepare(hit.speech for hit in page.hits)
    return Feed(
        title=f"{settings.SITE_NAME}: {subject}",
        subtitle=_subtitle(page),
        url=request.build_absolute_uri(f"{request.path}?{query}"),
        page_url=request.build_absolute_uri(f"{reverse('search')}?{query}"),
        language=languages.current(),
        entries=[
            entry(
                request,
                hit.speech,
                "".join(f"<p>{extract.html}</p>" for extract in hit.extracts),
                day_of(hit.speech),
            )
            for hit in page.hits
        ],
    )


def _opening_words(speeches: list[Speech]) -> dict[int, str]:
    """Return the first words of speeches, by the key of the speech."""
    first = Paragraph.objects.filter(speech__in=speeches, kind=Paragraph.Kind.SPEECH)
    rows = first.order_by("speech_id", "position").distinct("speech_id")
    return {
        speech: opening([text], ADDED_CHARACTERS)
        for speech, text in rows.values_list("speech_id", "text")
    }


def _subtitle(page: SearchPage) -> str:
    sentence = ngettext(
        "The newest of %(count)s matching speech, from index generation %(generation)s.",
        "The newest of %(count)s matching speeches, from index generation %(generation)s.",
        page.total,
    ) % {
        "count": number_format(page.total, force_grouping=True),
        "generation": page.index.generation,
    }
    if page.index.complete:
        return sentence
    warning = gettext("The index is being built, so some speeches may be missing.")
    return f"{sentence} {warning}"


def _refusal(sentence: str, status: int) -> HttpResponse:
    return HttpResponse(f"{sentence}\n", status=status, content_type="text/plain; charset=utf-8")

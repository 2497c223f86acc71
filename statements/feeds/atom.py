"""A search as an Atom feed of the newest speeches found, for readers who follow a subject.

It takes the parameters of the search page, so that every search can be followed; speeches are
always ordered by date.
"""

import re
from dataclasses import replace
from datetime import UTC, datetime, time

from django.conf import settings
from django.db.models import Prefetch, prefetch_related_objects
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.utils.formats import number_format
from django.utils.html import escape
from django.utils.translation import get_language, gettext, ngettext

from statements.exports.citation import cite
from statements.models import Transcript
from statements.search import (
    Hit,
    InvalidParameters,
    SearchPage,
    SearchParameters,
    SearchUnavailable,
    Sort,
    find,
)

RETRY_AFTER_S = 600
FRESH_FOR_S = 300
# characters that XML does not allow
_NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def search(request: HttpRequest) -> HttpResponse:
    try:
        parameters = SearchParameters.from_query(request.GET)
        page = find(replace(parameters, sort=Sort.NEWEST, group="", page=1), relax=False)
    except InvalidParameters as invalid:
        return _refusal("\n".join(invalid.errors.values()), 400)
    except SearchUnavailable as unavailable:
        response = _refusal(str(unavailable), 503)
        response["Retry-After"] = str(RETRY_AFTER_S)
        return response
    response = HttpResponse(content_type="application/atom+xml; charset=utf-8")
    _feed(request, parameters, page).write(response, "utf-8")
    response["Cache-Control"] = f"public, max-age={FRESH_FOR_S}"
    return response


def _feed(request: HttpRequest, parameters: SearchParameters, page: SearchPage) -> Atom1Feed:
    # one address for every page and order of a search, since a feed has neither
    query = replace(parameters, sort=Sort.RELEVANCE, group="", page=1).to_query()
    subject = _printable(parameters.q) or gettext("all speeches")
    feed = Atom1Feed(
        title=f"{settings.SITE_NAME}: {subject}",
        link=request.build_absolute_uri(f"{reverse('search')}?{query}"),
        description="",
        subtitle=_subtitle(page),
        feed_url=request.build_absolute_uri(f"{reverse('feed')}?{query}"),
        language=get_language() or settings.LANGUAGE_CODE,
    )
    speeches = [hit.speech for hit in page.hits if hit.speech.sitting is None]
    # whose citations name the transcript
    prefetch_related_objects(speeches, Prefetch("transcript", Transcript.objects.only("name")))
    for hit in page.hits:
        _add(feed, hit, request)
    return feed


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


def _add(feed: Atom1Feed, hit: Hit, request: HttpRequest) -> None:
    speech = hit.speech
    extracts = "".join(f"<p>{_printable(extract.html)}</p>" for extract in hit.extracts)
    address = request.build_absolute_uri(speech.get_absolute_url())
    feed.add_item(
        title=_printable(speech.heading.title),
        link=address,
        unique_id=address,  # permanent
        description=f"{extracts}<p><cite>{_printable(escape(cite(speech, address)))}</cite></p>",
        author_name=_printable(speech.heading.who.name),
        pubdate=datetime.combine(speech.date, time(), UTC) if speech.date else None,
        updateddate=speech.updated_at,
        categories=[_printable(speech.organ)] if speech.organ else [],
    )


def _printable(text: str) -> str:
    return _NOT_IN_XML.sub("", text)


def _refusal(sentence: str, status: int) -> HttpResponse:
    return HttpResponse(f"{sentence}\n", status=status, content_type="text/plain; charset=utf-8")

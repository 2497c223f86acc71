"""A search as an Atom feed: the newest speeches found, for readers who follow a subject.

It takes the parameters of the search page, so that every search can be followed; the order is
always by date, for that is what a feed is.
"""

import re
from dataclasses import replace
from datetime import UTC, datetime, time

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed

from statements.search.matching.session import SearchUnavailable
from statements.search.parameters import InvalidParameters, SearchParameters, Sort
from statements.search.results import assembly
from statements.search.results.assembly import Hit, SearchPage

RETRY_AFTER_S = 600
FRESH_FOR_S = 300
# XML has no way to write them
_UNWRITABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def search(request: HttpRequest) -> HttpResponse:
    try:
        asked = SearchParameters.from_query(request.GET)
        page = assembly.find(replace(asked, sort=Sort.NEWEST, group="", page=1), relax=False)
    except InvalidParameters as invalid:
        return _refusal("\n".join(invalid.errors.values()), 400)
    except SearchUnavailable as unavailable:
        response = _refusal(str(unavailable), 503)
        response["Retry-After"] = str(RETRY_AFTER_S)
        return response
    response = HttpResponse(content_type="application/atom+xml; charset=utf-8")
    _feed(request, asked, page).write(response, "utf-8")
    response["Cache-Control"] = f"public, max-age={FRESH_FOR_S}"
    return response


def _feed(request: HttpRequest, asked: SearchParameters, page: SearchPage) -> Atom1Feed:
    # one address for every page and order of a search, for a feed has neither
    query = replace(asked, sort=Sort.RELEVANCE, group="", page=1).to_query()
    sought = _written(asked.q) or "every speech"
    feed = Atom1Feed(
        title=f"{settings.SITE_NAME}: {sought}",
        link=request.build_absolute_uri(f"{reverse('search')}?{query}"),
        description="",
        subtitle=_subtitle(page),
        feed_url=request.build_absolute_uri(f"{reverse('feed')}?{query}"),
        language="en",
    )
    for hit in page.hits:
        _add(feed, hit, request)
    return feed


def _subtitle(page: SearchPage) -> str:
    told = f"The newest of {page.total:,} found in generation {page.index.generation} of the index."
    if page.index.complete:
        return told
    return f"{told} It is being built and does not hold every speech yet."


def _add(feed: Atom1Feed, hit: Hit, request: HttpRequest) -> None:
    speech = hit.speech
    address = request.build_absolute_uri(speech.get_absolute_url())
    feed.add_item(
        title=_written(str(speech)),
        link=address,
        unique_id=address,  # it never changes
        description="".join(f"<p>{_written(one.html)}</p>" for one in hit.extracts),
        author_name=_written(speech.byline),
        pubdate=datetime.combine(speech.date, time(), UTC) if speech.date else None,
        updateddate=speech.updated_at,
        categories=[_written(speech.meeting.organ)] if speech.meeting else [],
    )


def _written(text: str) -> str:
    return _UNWRITABLE.sub("", text)


def _refusal(sentence: str, status: int) -> HttpResponse:
    return HttpResponse(f"{sentence}\n", status=status, content_type="text/plain; charset=utf-8")

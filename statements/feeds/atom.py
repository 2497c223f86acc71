"""Feeds in Atom (RFC 4287)."""

import re

from django.http import HttpResponse
from django.utils.feedgenerator import Atom1Feed

from statements.feeds.values import Entry, Feed

MEDIA_TYPE = "application/atom+xml"
# characters that XML does not allow
_NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def write(feed: Feed) -> HttpResponse:
    """Return a feed as the response of its address."""
    document = Atom1Feed(
        title=_printable(feed.title),
        link=feed.page_url,
        description="",
        subtitle=feed.subtitle,
        feed_url=feed.url,
        language=feed.language,
    )
    for entry in feed.entries:
        _add(document, entry)
    response = HttpResponse(content_type=f"{MEDIA_TYPE}; charset=utf-8")
    document.write(response, "utf-8")
    return response


def _add(document: Atom1Feed, entry: Entry) -> None:
    document.add_item(
        title=_printable(entry.title),
        link=entry.url,
        unique_id=entry.url,
        description=_printable(entry.html),
        author_name=_printable(entry.author),
        pubdate=entry.published,
        updateddate=entry.updated,
        categories=[_printable(category) for category in entry.categories],
    )


def _printable(text: str) -> str:
    return _NOT_IN_XML.sub("", text)

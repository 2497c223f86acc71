"""Feeds in Atom (RFC 4287)."""

from django.http import HttpResponse
from django.utils.feedgenerator import Atom1Feed

from statements.exports.interchange.xml import printable
from statements.feeds.values import Entry, Feed

MEDIA_TYPE = "application/atom+xml"


def write(feed: Feed) -> HttpResponse:
    """Return a feed as the response of its address."""
    document = Atom1Feed(
        title=printable(feed.title),
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
        title=printable(entry.title),
        link=entry.url,
        unique_id=entry.url,
        description=printable(entry.html),
        author_name=printable(entry.author),
        pubdate=entry.published,
        updateddate=entry.updated,
        categories=[printable(category) for category in entry.categories],
    )

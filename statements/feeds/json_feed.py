"""Feeds in JSON Feed 1.1 (https://jsonfeed.org/version/1.1)."""

import json
from typing import Any

from django.http import HttpResponse

from statements.feeds.values import Entry, Feed

MEDIA_TYPE = "application/feed+json"
VERSION = "https://jsonfeed.org/version/1.1"


def write(feed: Feed) -> HttpResponse:
    """Return a feed as the response of its address."""
    document = {
        "version": VERSION,
        "title": feed.title,
        "description": feed.subtitle,
        "home_page_url": feed.page_url,
        "feed_url": feed.url,
        "language": feed.language,
        "items": [_item(entry) for entry in feed.entries],
    }
    text = json.dumps(document, ensure_ascii=False)
    response = HttpResponse(text, content_type=f"{MEDIA_TYPE}; charset=utf-8")
    response["Access-Control-Allow-Origin"] = "*"  # readers in a browser are pages of other sites
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


def _item(entry: Entry) -> dict[str, Any]:
    published = {"date_published": entry.published.isoformat()} if entry.published else {}
    return {
        "id": entry.url,
        "url": entry.url,
        "title": entry.title,
        "content_html": entry.html,
        **published,
        "date_modified": entry.updated.isoformat(),
        "authors": [{"name": entry.author}],
        "tags": list(entry.categories),
    }

"""Requests to the cluster. What fails is tried again on another node, and never answered in
part."""

import logging
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any

from django.conf import settings
from django.utils.translation import gettext
from opensearchpy import OpenSearch, OpenSearchException
from opensearchpy.exceptions import NotFoundError

from statements.search.protocol import SearchUnavailable

logger = logging.getLogger(__name__)

Body = dict[str, Any]
Response = Mapping[str, Any]

ERRORS = (OpenSearchException, OSError)

READ_TIMEOUT_S = 2.0  # of one attempt; a frozen node costs one such attempt
LISTING_TIMEOUT_S = 20.0
WRITE_TIMEOUT_S = 60.0
_RETRIES = 3


@cache
def client() -> OpenSearch:
    """Return the client of this process, which knows all nodes of the setting ``SEARCH_URLS``."""
    login = settings.SEARCH_USER, settings.SEARCH_PASSWORD
    return OpenSearch(
        settings.SEARCH_URLS,
        http_auth=login if settings.SEARCH_USER else None,
        ca_certs=settings.SEARCH_CA or None,
        timeout=READ_TIMEOUT_S,
        max_retries=_RETRIES,
        retry_on_timeout=True,
        retry_on_status=(500, 502, 503, 504),
        http_compress=True,
    )


def search(index: str, bodies: Sequence[Body]) -> list[Response]:
    """Send several searches in one request. Raises SearchUnavailable where any is not answered by
    all shards."""
    if not bodies:
        return []
    lines: list[Body] = []
    for body in bodies:
        lines += [{"index": index}, body]
    try:
        answer = client().msearch(body=lines)
    except ERRORS as error:
        raise unavailable(error) from error
    responses: list[Response] = answer["responses"]
    for response in responses:
        if reason := _failure(response):
            raise unavailable(reason)
    return responses


def _failure(response: Response) -> object:
    """Return why a response is missing or partial; None if it is whole."""
    if "error" in response:
        return response["error"]
    if response["timed_out"] or response["_shards"]["failed"]:
        return response["_shards"].get("failures", "timed out")
    return None


def unavailable(reason: object) -> SearchUnavailable:
    """Return the error for readers of a request that failed, and log the reason."""
    logger.warning("the search cluster did not answer: %s", str(reason)[:2000])
    if isinstance(reason, NotFoundError) or "index_not_found" in str(reason):
        return SearchUnavailable(
            gettext("The search index is being built. Please try again in a few minutes.")
        )
    return SearchUnavailable(
        gettext("The search cluster does not answer. Please try again in a minute.")
    )


def pages(index: str, body: Body) -> Iterator[Response]:
    """Yield all hits of a search in its order, as they were when it began, ``size`` of its body at
    a time. Raises SearchUnavailable."""
    try:
        opened = client().create_pit(index=index, params={"keep_alive": "2m"})
        point = {"id": opened["pit_id"], "keep_alive": "2m"}
        try:
            after: list[Any] | None = None
            while True:
                rest = {} if after is None else {"search_after": after}
                page = {**body, **rest, "pit": point, "track_total_hits": False}
                page.pop("from", None)
                response = client().search(body=page, request_timeout=LISTING_TIMEOUT_S)
                if reason := _failure(response):
                    raise unavailable(reason)
                hits = response["hits"]["hits"]
                yield from hits
                if len(hits) < body["size"]:
                    break
                after = hits[-1]["sort"]
        finally:
            client().delete_pit(body={"pit_id": [opened["pit_id"]]})
    except ERRORS as error:
        raise unavailable(error) from error

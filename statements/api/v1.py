"""The JSON API, version 1: read-only, without cookies, described by OpenAPI."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import conditional_page
from ninja import NinjaAPI
from ninja.openapi.schema import OpenAPISchema

from statements.api import analytics, coverage, meetings, search, speakers, speeches, word_lists
from statements.api.documentation import Documentation
from statements.api.lists import operations as lists
from statements.api.schemas import Refused


class Described(NinjaAPI):
    """The API; its description of every operation includes the responses that any may have."""

    def get_openapi_schema(self, **kwargs: Any) -> OpenAPISchema:
        described = super().get_openapi_schema(**kwargs)
        schemas = described.setdefault("components", {}).setdefault("schemas", {})
        schemas.setdefault("Refused", Refused.model_json_schema())
        for operations in described["paths"].values():
            for operation in operations.values():
                for status, answer in ANSWERS.items():
                    operation["responses"].setdefault(status, answer)
        return described


_LATER = {
    "headers": {
        "Retry-After": {
            "description": "Seconds until the next call is allowed.",
            "schema": {"type": "integer", "minimum": 1},
        }
    },
    "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Refused"}}},
}
# by status
ANSWERS: Mapping[int, Mapping[str, Any]] = {
    304: {"description": "The client has what would be sent (If-None-Match)."},
    429: {
        "description": "The network of the client has exceeded the limit of this server.",
        **_LATER,
    },
    503: {"description": "The server cannot answer at the moment.", **_LATER},
}

api = Described(
    docs=Documentation(),
    title=f"{settings.SITE_NAME}: what was said, on the record",
    version="1",
    urls_namespace="api-v1",
    description="Search and read speeches by their words, speaker, country, date and meeting.",
)
# nothing here is for one reader alone, so that no length of what is compressed gives away any
api.add_decorator(conditional_page, mode="view")
api.add_decorator(gzip_page, mode="view")
api.add_router("", search.router)
api.add_router("", analytics.router)
api.add_router("", word_lists.router)
api.add_router("", speeches.router)
api.add_router("", speakers.router)
api.add_router("", meetings.router)
api.add_router("", coverage.router)
api.add_router("", lists.router)

"""One person as JSON: printed names, roles by year, and pages that are perhaps the same person."""

from collections.abc import Mapping
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from ninja import Path, Router, Status

from statements.api.answering import FRESH_FOR_S, options
from statements.api.schemas import Refused, SpeakerOut
from statements.models import Speaker

router = Router(tags=["reading"])
ANSWERS: Mapping[int, Any] = {200: SpeakerOut, 404: Refused}

Slug = Annotated[str, Path(pattern="^[-a-zA-Z0-9_]+$", max_length=140)]


@router.get(
    "/speakers/{slug:slug}", response=ANSWERS, summary="Read about a person", operation_id="speaker"
)
def speaker(request: HttpRequest, response: HttpResponse, slug: Slug) -> Status[dict[str, Any]]:
    """Return a person; the slug of a page that was joined to another leads to that person."""
    response["Access-Control-Allow-Origin"] = "*"
    response["Cache-Control"] = "no-store"
    page = Speaker.objects.select_related("country", "merged_into__country").filter(slug=slug)
    named = page.first()
    if named is None:
        return Status(404, {"errors": {"slug": "There is no speaker with this slug."}})
    response["Cache-Control"] = f"public, max-age={FRESH_FOR_S}"
    return Status(200, _record(named.merged_into or named))


router.add_api_operation(
    "/speakers/{slug:slug}", ["HEAD"], speaker, response=dict(ANSWERS), include_in_schema=False
)


@router.api_operation(["OPTIONS"], "/speakers/{slug:slug}", include_in_schema=False)
def speaker_options(request: HttpRequest, slug: str) -> HttpResponse:
    return options(request)


def _record(person: Speaker) -> dict[str, Any]:
    country = person.country
    return {
        "slug": person.slug,
        "url": person.get_absolute_url(),
        "name": str(person),
        "printed": [person.name, *person.names.values_list("name", flat=True)],
        "country": {"code": country.code, "name": country.short_name} if country else None,
        "speeches": person.speeches.count(),
        "roles": list(person.speeches.roles()),
        "perhaps_the_same": [
            {"slug": page.slug, "url": page.get_absolute_url(), "name": str(page)}
            for page in Speaker.objects.perhaps_the_same(person)
        ],
    }

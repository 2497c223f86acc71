"""One person as JSON: printed names, roles with dates, the first and last speech, topics, and pages
that are perhaps the same person.
"""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from ninja import Path, Router, Status

from statements.api.answering import FRESH_FOR_S, options, share
from statements.api.schemas import Refused, SpeakerOut
from statements.exports.profiles import (
    Counted,
    HeldRole,
    OpenedSpeech,
    count_by,
    first_and_last,
    profile,
)
from statements.models import Speaker

router = Router(tags=["reading"])
ANSWERS: Mapping[int, Any] = {200: SpeakerOut, 404: Refused}

Slug = Annotated[str, Path(pattern="^[-a-zA-Z0-9_]+$", max_length=140)]


@router.get(
    "/speakers/{slug:slug}", response=ANSWERS, summary="Read about a person", operation_id="speaker"
)
def speaker(request: HttpRequest, response: HttpResponse, slug: Slug) -> Status[dict[str, Any]]:
    """Return a person; the slug of a page that was joined to another leads to that person."""
    share(response)
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
    speeches = person.speeches.all()
    described = profile(person)
    ends = [_opened(end) for end in first_and_last(speeches)]
    return {
        "slug": person.slug,
        "url": person.get_absolute_url(),
        "name": str(person),
        "printed": [person.name, *person.names.values_list("name", flat=True)],
        "country": {"code": country.code, "name": country.short_name} if country else None,
        "speeches": speeches.count(),
        "words": described.words,
        "roles": [_role(held) for held in described.roles],
        "presided": [
            {
                "organ": chaired.organ,
                "first_day": chaired.period.first_day,
                "last_day": chaired.period.last_day,
                "meetings": chaired.meetings,
            }
            for chaired in described.presided
        ],
        "first_speech": ends[0] if ends else None,
        "last_speech": ends[-1] if ends else None,
        "delegations": _counted(described.delegations),
        "on_behalf_of": _counted(described.on_behalf_of),
        "languages": _counted(described.languages),
        "topics": _counted(count_by(speeches, "topics__slug", "topics__title")),
        "perhaps_the_same": [
            {"slug": page.slug, "url": page.get_absolute_url(), "name": str(page)}
            for page in Speaker.objects.perhaps_the_same(person)
        ],
    }


def _role(held: HeldRole) -> dict[str, Any]:
    return {
        "role": held.role,
        "country": held.country or None,
        "first": held.period.first_year,
        "last": held.period.last_year,
        "first_day": held.period.first_day,
        "last_day": held.period.last_day,
        "count": held.speeches,
    }


def _opened(end: OpenedSpeech) -> dict[str, Any]:
    speech = end.speech
    return {
        "id": speech.public_id,
        "url": speech.get_absolute_url(),
        "date": speech.date,
        "year": speech.year,
        "opening": end.opening,
    }


def _counted(entries: Sequence[Counted]) -> list[dict[str, Any]]:
    return [
        {"value": entry.key, "label": entry.label, "count": entry.speeches} for entry in entries
    ]

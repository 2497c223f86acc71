"""One meeting as JSON: organ, day and place, agenda in the order printed, who spoke, and votes."""

from collections.abc import Mapping
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from ninja import Path, Router, Status

from statements.api.answering import FRESH_FOR_S, options, share
from statements.api.schemas import MeetingOut, Refused
from statements.exports.meetings.roll import roll
from statements.exports.meetings.voting import ballotings_of_meeting
from statements.models import Meeting

router = Router(tags=["reading"])
ANSWERS: Mapping[int, Any] = {200: MeetingOut, 404: Refused}

Slug = Annotated[str, Path(pattern="^[-a-zA-Z0-9_]+$", max_length=100)]


@router.get(
    "/meetings/{slug:slug}",
    response=ANSWERS,
    summary="Read about a meeting",
    operation_id="meeting",
)
def meeting(request: HttpRequest, response: HttpResponse, slug: Slug) -> Status[dict[str, Any]]:
    """Return a meeting with its agenda, the list of its speeches, and its recorded votes."""
    share(response)
    shown = Meeting.objects.select_related("organ").filter(slug=slug).first()
    if shown is None:
        return Status(404, {"errors": {"slug": "There is no meeting with this slug."}})
    response["Cache-Control"] = f"public, max-age={FRESH_FOR_S}"
    return Status(200, _record(shown))


router.add_api_operation(
    "/meetings/{slug:slug}", ["HEAD"], meeting, response=dict(ANSWERS), include_in_schema=False
)


@router.api_operation(["OPTIONS"], "/meetings/{slug:slug}", include_in_schema=False)
def meeting_options(request: HttpRequest, slug: str) -> HttpResponse:
    return options(request)


def _record(shown: Meeting) -> dict[str, Any]:
    organ = shown.organ
    return {
        "symbol": shown.symbol,
        "url": shown.get_absolute_url(),
        "organ": organ.name if organ else "",
        "organ_url": organ.get_absolute_url() if organ else None,
        "number": shown.number,
        "date": shown.date,
        "place": shown.place,
        "agenda": [
            {
                "number": item.number,
                "title": item.topic.title,
                "slug": item.topic.slug,
                "url": item.topic.get_absolute_url(),
            }
            for item in shown.agenda.select_related("topic")
        ],
        "speeches": [
            {
                "id": entry.public_id,
                "url": entry.get_absolute_url(),
                "speaker": entry.who.name,
                "is_chair": entry.is_chair,
                "words": entry.words,
                "language": entry.language,
            }
            for entry in roll(shown).entries
        ],
        "recorded_votes": [
            {
                "url": balloting.get_absolute_url(),
                "subject": balloting.subject,
                "title": balloting.title,
                "motion": balloting.motion,
                "outcome": balloting.outcome,
                "resolution": balloting.resolution,
                **balloting.tally._asdict(),
            }
            for balloting in ballotings_of_meeting(shown)
        ],
    }

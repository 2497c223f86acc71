"""The one dictionary form of a speech: the keys of the API, and of every file given out."""

from typing import Any

from statements.models import Speech


def record(speech: Speech) -> dict[str, Any]:
    """A speech without its text, in values that JSON and CSV can carry.

    Needs ``for_listing`` (see the query set), or asks the database for each relation.
    """
    meeting = speech.meeting
    country = speech.country
    return {
        "id": speech.public_id,
        "url": speech.get_absolute_url(),
        "title": str(speech),
        "speaker": speech.speaker_printed,
        "speaker_url": speech.speaker.get_absolute_url() if speech.speaker else None,
        "affiliation": speech.affiliation,
        "role": speech.role,
        "on_behalf_of": speech.on_behalf_of,
        "country": {"code": country.code, "name": country.short_name} if country else None,
        "language": speech.language,
        "date": speech.date.isoformat() if speech.date else None,
        "year": speech.year,
        "meeting": meeting.symbol if meeting else None,
        "meeting_url": meeting.get_absolute_url() if meeting else None,
        "organ": meeting.organ if meeting else "",
        "position": speech.position,
    }

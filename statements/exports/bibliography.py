"""Speeches as items of bibliographies, in the form that reference managers exchange.

The form is CSL-JSON 1.0.2 (https://docs.citationstyles.org/en/stable/specification.html). Styles
print author, title, event, date and address of an item of the type "speech", and some also its
"number". So the title names the delegation, and the event the symbol of the record; with a number
or the date of the event, these styles would print the symbol or the date twice.
"""

from typing import Any

from django.conf import settings

from statements.exports.citation import cited_sitting
from statements.models import Speech, byline
from statements.transcripts.languages.letter_case import usual_case
from statements.transcripts.record.speaking_capacity import Capacity

Item = dict[str, Any]

_OF_DELEGATIONS = (Capacity.NATIONAL, Capacity.BEHALF, Capacity.CHAIR_NATIONAL)


def bibliography_item(speech: Speech, address: str) -> Item:
    """Return the item of a speech at an absolute address; unknown fields are left out."""
    item: Item = {
        "id": speech.public_id,
        "type": "speech",
        "title": _title(speech),
        "author": _author(speech),
        "event-title": cited_sitting(speech) or speech.transcript.name,
        "issued": _date(speech),
        "archive": settings.SITE_NAME,
        "URL": address,
    }
    return {name: value for name, value in item.items() if value}


def passage_item(speech: Speech, anchor: str, place: str, address: str) -> Item:
    """Return the item of words of a speech at their absolute address: that of the speech, which
    notes the place of the words, such as "para. 4"."""
    item = bibliography_item(speech, address)
    return item | {"id": f"{speech.public_id}-{anchor}", "note": place}


def _title(speech: Speech) -> str:
    """Return for whom the statement was made: "Statement (Norway on behalf of the Nordic States)".

    Procedure, and statements of guests, are named after the speaker: "Statement by the President
    (Norway)".
    """
    country = speech.country.short_name if speech.country else ""
    delegation = country or speech.affiliation
    group = f" on behalf of {speech.on_behalf_of}" if speech.on_behalf_of else ""
    if delegation and speech.capacity in _OF_DELEGATIONS:
        return f"Statement ({delegation}{group})"
    by = byline(speech.speaker_printed, delegation)
    return f"Statement by {f'the {by[4:]}' if by.startswith('The ') else by}{group}"


def _author(speech: Speech) -> list[dict[str, str]]:
    """Return the speaker, whose name is not divided where its surname is not certain."""
    speaker = speech.speaker
    if speaker is None:
        printed = usual_case(speech.speaker_printed)
        return [{"literal": printed}] if printed else []
    name = usual_case(speaker.name)
    return [{"literal": name} if " " in name else {"family": name}]


def _date(speech: Speech) -> dict[str, list[list[int]]]:
    """Return the day; without one, the days of the session, or the year; {} if not known."""
    session = speech.session
    if speech.date or session is None:
        days = [speech.date]
    else:
        days = [session.first_day, session.last_day]
    known = dict.fromkeys(day for day in days if day)
    parts = [[day.year, day.month, day.day] for day in known]
    if not parts and speech.year:
        parts = [[speech.year]]
    return {"date-parts": parts} if parts else {}

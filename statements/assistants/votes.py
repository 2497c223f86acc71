"""The tool that looks up recorded votes."""

import re
from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import QueryDict

from statements.api.search import describe_parameter
from statements.assistants.arguments import Refusal, number
from statements.exports.meetings.voting import ballotings
from statements.models import Country, Meeting, RecordedVote, Vote
from statements.models.querysets import newest_first
from statements.transcripts.values.symbols import Symbol

PAGE_SIZE = 5  # votes, each with a list of up to some 200 delegations
MAX_PAGE = 1_000
MAX_CHARACTERS = 200
_SYMBOL = {"type": "string", "maxLength": MAX_CHARACTERS}
_RESOLUTION = re.compile(r"^[A-Z]{1,2}/RES/", re.IGNORECASE)
PARAMETERS = (
    describe_parameter("meeting", "Symbol of the record of a meeting, such as S/PV.8699.", _SYMBOL),
    describe_parameter(
        "document",
        "Number of a resolution, such as 70/1, or symbol of a draft, such as A/70/L.1.",
        _SYMBOL,
    ),
    describe_parameter(
        "country",
        "Code of a country (ISO 3166-1 alpha-3): only votes that it cast, and its ballot alone.",
        {"type": "string", "maxLength": 10},
    ),
    describe_parameter("page", "Page number, from 1.", {"type": "integer", "minimum": 1}),
)


def vote(query: QueryDict, origin: str) -> dict[str, Any]:
    """Return a page of recorded votes, the latest first."""
    meeting, document, country = (
        query.get(name, "").strip() for name in ("meeting", "document", "country")
    )
    if not (meeting or document or country):
        raise Refusal("Give at least one of “meeting”, “document” and “country”.")
    if any("\x00" in text or len(text) > MAX_CHARACTERS for text in (meeting, document, country)):
        raise Refusal("An argument is not valid: it is too long, or has a NUL character.")
    recorded = RecordedVote.objects.filter(paragraph__speech__withdrawal=None)
    if meeting:
        recorded = recorded.filter(paragraph__speech__meeting=_meeting(meeting))
    if document:
        recorded = recorded.filter(_names(document))
    votes = Vote.objects.all()
    if country:
        votes = votes.filter(country=_country(country))
        recorded = recorded.filter(
            Exists(
                votes.filter(
                    paragraph__speech=OuterRef("paragraph__speech"),
                    paragraph__position__gte=OuterRef("first_position"),
                    paragraph__position__lte=OuterRef("paragraph__position"),
                )
            )
        )
    total = recorded.count()
    pages = -(-total // PAGE_SIZE)
    page = number(query, "page", 1, MAX_PAGE)
    if page > max(pages, 1):
        raise Refusal(f"There is no such page. Number of pages: {pages}.")
    rows = recorded.select_related("paragraph__speech__meeting").order_by(
        *newest_first("paragraph__speech__"),
        "paragraph__speech__meeting",
        "paragraph__speech__position",
        "paragraph__position",
    )[(page - 1) * PAGE_SIZE : page * PAGE_SIZE]
    return {"total": total, "page": page, "pages": pages, "votes": _rows(list(rows), votes)}


def _meeting(symbol: str) -> Meeting:
    try:
        meeting = Meeting.objects.filter(symbol=str(Symbol.parse(symbol))).first()
    except ValueError as error:
        raise Refusal(f"meeting: {error}.") from error
    if meeting is None:
        raise Refusal(f"There is no meeting with the symbol “{symbol}”.")
    return meeting


def _country(code: str) -> Country:
    country = Country.objects.filter(code=code.upper()).first()
    if country is None:
        raise Refusal(
            f"There is no country with the code “{code}”. The facets of the tool “search” have "
            "codes."
        )
    return country


def _names(document: str) -> Q:
    """Return the condition that a vote is on a document: a resolution, with or without its year, or
    a draft, whose symbol the subject may print among others."""
    resolution = _RESOLUTION.sub("", document)
    # as a whole: “A/70/L.1” is not part of “A/70/L.12”, but may end a sentence
    symbol = rf"(^|[^\w/.]){re.escape(document)}($|[^\w/.]|[.]($|\s))"
    return (
        Q(resolution=resolution)
        | Q(resolution__startswith=f"{resolution} (")
        | Q(subject__iregex=symbol)
    )


def _rows(recorded: Sequence[RecordedVote], votes: QuerySet[Vote]) -> list[dict[str, Any]]:
    details = ballotings(row.pk for row in recorded)
    votes_cast = list(
        votes.filter(paragraph__speech__in=[row.paragraph.speech_id for row in recorded])
        .order_by("paragraph__position", "position")
        .values_list("paragraph__speech", "paragraph__position", "ballot", "delegation")
    )
    return [
        {
            "vote": details[row.pk],
            "meeting": meeting.symbol if (meeting := row.paragraph.speech.meeting) else "",
            "date": row.paragraph.speech.date,
            "delegations": _by_ballot(
                (ballot, delegation)
                for speech, position, ballot, delegation in votes_cast
                if speech == row.paragraph.speech_id
                and row.first_position <= position <= row.paragraph.position
            ),
        }
        for row in recorded
        if row.pk in details  # else it was withdrawn in between
    ]


def _by_ballot(votes: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    delegations: dict[str, list[str]] = {}
    for ballot, delegation in votes:
        delegations.setdefault(ballot, []).append(delegation)
    return delegations

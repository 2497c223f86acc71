"""Who "The President" is: the one of the first page, until somebody else takes the chair."""

import datetime
from collections.abc import Sequence
from itertools import takewhile

from django.db.models import F, Min, Q

from statements.ingest.drafts.draft import Draft, DraftParagraph, DraftPresident, DraftSpeech
from statements.ingest.matching import Matcher
from statements.models import Paragraph, Presidency
from statements.transcripts.parsed import ParagraphKind, ParsedPresident, Problem, Severity
from statements.transcripts.speakers.chair import (
    ACTING_OFFICES,
    CHAIR_MENTION,
    PRESIDING_OFFICES,
    Chair,
)

Change = tuple[int, bool, str]  # position of the speech, whether it stands before it, sentence

FROM_RECORD = "president-from-record"
UNKNOWN = "unknown-president"


def name_presidents(
    draft: Draft, on: datetime.date | None, matcher: Matcher
) -> list[tuple[Problem, DraftSpeech]]:
    """Fill in who spoke from the chair; what is to be told of it, once for each holder."""
    if not any(speech.role in PRESIDING_OFFICES | ACTING_OFFICES for speech in draft.speeches):
        return []
    told: dict[tuple[str, str], tuple[Problem, DraftSpeech]] = {}
    presidents = draft.presidents or _presidents_of_meeting(draft.symbol)
    earlier = [] if draft.presidents else changes_of(draft.symbol)
    chair = Chair([])
    symbol: str | None = None
    for speech in draft.speeches:
        there = speech.place.symbol if speech.place else ""
        if there != symbol:  # rows of a table may be of several meetings
            symbol = there
            position = draft.first_position
            if draft.symbol and there not in ("", draft.symbol):  # the file stands elsewhere too
                presidents, earlier = _presidents_of_meeting(there), changes_of(there)
                position = speech.place.position if speech.place else None
            chair = Chair([_parsed(each) for each in presidents])
            chair.follow(heard_before(earlier, position))
        leading = [each.text for each in takewhile(_is_narrative, speech.paragraphs)]
        chair.follow(leading)
        if not speech.speaker and _presides(speech, chair):
            problem = _name(speech, chair, on, matcher, draft)
            if problem:
                told.setdefault((problem.code, chair.change), (problem, speech))
        chair.follow(each.text for each in speech.paragraphs[len(leading) :] if _is_narrative(each))
    return list(told.values())


def heard_before(changes: Sequence[Change], position: int | None) -> list[str]:
    """The sentences that stand before a speech; all where its place is not known."""
    return [
        text
        for at, leads, text in changes
        if position is None or at < position or (at == position and leads)
    ]


def changes_of(symbol: str) -> list[Change]:
    """What the archive holds of a meeting's changes of the chair."""
    if not symbol:
        return []
    rows = (
        Paragraph.objects.filter(
            speech__meeting__symbol=symbol,
            speech__withdrawal=None,  # nobody is told its words
            kind=Paragraph.Kind.NARRATIVE,
            text__icontains=CHAIR_MENTION,
        )
        .annotate(
            spoken=Min(
                "speech__paragraphs__position",
                filter=Q(speech__paragraphs__kind=Paragraph.Kind.SPEECH),
            ),
            at=F("speech__position"),
        )
        .order_by("at", "position")
    )
    return [
        (row.at, row.spoken is not None and row.position < row.spoken, row.text) for row in rows
    ]


def unknown(printed: str, chair: Chair, named: int) -> Problem:
    """That it is not known who spoke from the chair."""
    if chair.change:
        why = f"The chair changed hands (“{chair.change[:200]}”)"
    else:
        why = f"{named} presidents are named" if named else "No president is named"
    return Problem(UNKNOWN, f"{why}, so who spoke as “{printed}” stays unknown.", Severity.NOTE)


def _presides(speech: DraftSpeech, chair: Chair) -> bool:
    return speech.role in PRESIDING_OFFICES or (
        bool(chair.change) and speech.role in ACTING_OFFICES
    )


def _name(
    speech: DraftSpeech, chair: Chair, on: datetime.date | None, matcher: Matcher, draft: Draft
) -> Problem | None:
    holder = chair.holder
    if holder is None or (speech.role in ACTING_OFFICES and chair.is_first):
        return unknown(speech.speaker_line, chair, chair.presidents)
    country = matcher.country(holder.affiliation, on) if holder.affiliation else None
    speech.speaker = holder.name
    speech.honorific = speech.honorific or holder.honorific
    speech.country = speech.country or (country.code if country else "")
    if draft.presidents or not chair.is_first:
        return None
    return Problem(
        FROM_RECORD,
        f"“{speech.speaker_line}” is {holder.name}, as another file of {draft.symbol} says.",
        Severity.NOTE,
    )


def _is_narrative(paragraph: DraftParagraph) -> bool:
    return paragraph.kind == ParagraphKind.NARRATIVE.value


def _parsed(president: DraftPresident) -> ParsedPresident:
    return ParsedPresident(president.name, president.honorific, president.affiliation)


def _presidents_of_meeting(symbol: str) -> list[DraftPresident]:
    if not symbol:
        return []
    return [
        DraftPresident(
            presidency.speaker.name if presidency.speaker else presidency.name_printed,
            presidency.speaker.honorific if presidency.speaker else "",
            presidency.affiliation,
        )
        for presidency in Presidency.objects.filter(meeting__symbol=symbol).select_related(
            "speaker"
        )
    ]

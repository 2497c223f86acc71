"""Names the speaker behind "The President".

It is the president of the first page, until somebody else takes the chair.
"""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from itertools import takewhile
from operator import or_

from django.db.models import F, Min, Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from statements.ingest.drafts.draft import Draft, DraftParagraph, DraftPresident, DraftSpeech
from statements.ingest.matching import Matcher
from statements.models import Paragraph, Presidency
from statements.transcripts.speakers.chair import (
    ACTING_OFFICES,
    CHAIR_MENTIONS,
    PRESIDING_OFFICES,
    Chair,
)
from statements.transcripts.values.parsed import ParagraphKind, ParsedPresident, Problem, Severity

PRESIDENT_FROM_RECORD = "president-from-record"
UNKNOWN_PRESIDENT = "unknown-president"


@dataclass(frozen=True, slots=True)
class ChairChange:
    """A sentence of a stored record that says who takes the chair."""

    position: int  # of the speech, in the meeting
    is_leading: bool  # whether it precedes the words of the speech
    text: str


def name_presidents(
    draft: Draft, day: datetime.date | None, matcher: Matcher
) -> list[tuple[Problem, DraftSpeech]]:
    """Fill in the speakers in the chair.

    Returns the problems, each with the first speech that it is about: one for each holder.
    """
    if not any(speech.role in PRESIDING_OFFICES | ACTING_OFFICES for speech in draft.speeches):
        return []
    problems: dict[tuple[str, str], tuple[Problem, DraftSpeech]] = {}
    presidents = draft.presidents or _presidents_of_meeting(draft.symbol)
    changes = [] if draft.presidents else chair_changes(draft.symbol)
    chair = Chair([])
    current_symbol: str | None = None
    for speech in draft.speeches:
        symbol = speech.place.symbol if speech.place else ""
        if symbol != current_symbol:  # the rows of a table may be of several meetings
            current_symbol = symbol
            position = draft.first_position
            if draft.symbol and symbol not in ("", draft.symbol):  # one more place of the file
                presidents, changes = _presidents_of_meeting(symbol), chair_changes(symbol)
                position = speech.place.position if speech.place else None
            chair = Chair([_parsed_president(president) for president in presidents])
            chair.follow(texts_before(changes, position))
        leading = [paragraph.text for paragraph in takewhile(_is_narrative, speech.paragraphs)]
        chair.follow(leading)
        if not speech.speaker and _presides(speech, chair):
            problem = _fill_president(speech, chair, day, matcher, draft)
            if problem:
                problems.setdefault((problem.code, chair.change), (problem, speech))
        chair.follow(
            paragraph.text
            for paragraph in speech.paragraphs[len(leading) :]
            if _is_narrative(paragraph)
        )
    return list(problems.values())


def texts_before(changes: Sequence[ChairChange], position: int | None) -> list[str]:
    """Return the sentences that precede a speech; all of them if its position is unknown."""
    return [
        change.text
        for change in changes
        if position is None
        or change.position < position
        or (change.position == position and change.is_leading)
    ]


def chair_changes(symbol: str) -> list[ChairChange]:
    """Return the changes of the chair that are stored for a meeting."""
    if not symbol:
        return []
    rows = (
        Paragraph.objects.filter(
            speech__meeting__symbol=symbol,
            speech__withdrawal=None,  # the words of withdrawn speeches are not public
            kind=Paragraph.Kind.NARRATIVE,
        )
        .filter(
            reduce(or_, (Q(text__icontains=words) for words in CHAIR_MENTIONS)),
        )
        .annotate(
            first_spoken=Min(
                "speech__paragraphs__position",
                filter=Q(speech__paragraphs__kind=Paragraph.Kind.SPEECH),
            ),
            speech_position=F("speech__position"),
        )
        .order_by("speech_position", "position")
    )
    return [
        ChairChange(
            row.speech_position,
            row.first_spoken is not None and row.position < row.first_spoken,
            row.text,
        )
        for row in rows
    ]


def unknown_president(printed: str, chair: Chair, president_count: int) -> Problem:
    """Return the problem that the speaker in the chair is unknown."""
    if chair.change:
        reason = _("The chair changed (“%(change)s”)") % {"change": chair.change[:200]}
    elif president_count:
        reason = ngettext(
            "%(count)d president is named", "%(count)d presidents are named", president_count
        ) % {"count": president_count}
    else:
        reason = _("No president is named")
    message = _("%(reason)s, so it is not known who “%(printed)s” is.") % {
        "reason": reason,
        "printed": printed,
    }
    return Problem(UNKNOWN_PRESIDENT, message, Severity.NOTE)


def _presides(speech: DraftSpeech, chair: Chair) -> bool:
    return speech.role in PRESIDING_OFFICES or (
        bool(chair.change) and speech.role in ACTING_OFFICES
    )


def _fill_president(
    speech: DraftSpeech, chair: Chair, day: datetime.date | None, matcher: Matcher, draft: Draft
) -> Problem | None:
    holder = chair.holder
    if holder is None or (speech.role in ACTING_OFFICES and chair.is_first):
        return unknown_president(speech.speaker_line, chair, chair.presidents)
    country = matcher.country(holder.affiliation, day) if holder.affiliation else None
    speech.speaker = holder.name
    speech.honorific = speech.honorific or holder.honorific
    speech.country = speech.country or (country.code if country else "")
    if draft.presidents or not chair.is_first:
        return None
    message = _("“%(printed)s” is %(name)s according to another file of %(meeting)s.") % {
        "printed": speech.speaker_line,
        "name": holder.name,
        "meeting": draft.symbol,
    }
    return Problem(PRESIDENT_FROM_RECORD, message, Severity.NOTE)


def _is_narrative(paragraph: DraftParagraph) -> bool:
    return paragraph.kind == ParagraphKind.NARRATIVE.value


def _parsed_president(president: DraftPresident) -> ParsedPresident:
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

"""Summaries of waiting drafts for lists, stored so that a list need not preview each draft."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from statements.ingest.drafts.draft import Draft
from statements.ingest.matching import Matcher
from statements.ingest.publishing.preview import Outcome, Preview, SpeechPreview, preview
from statements.models import Speech, Transcript
from statements.transcripts.languages.names import fold

MAX_LINES = 5  # speaker lines of a file in a list
_EXCERPT_CHARACTERS = 300
_MAX_PLACES = 100  # that are looked up again when a list is shown

# problems that explain why a speaker is unknown
_SPEAKER_CODES = {"no-speaker", "unknown-affiliation"}


def confidence(item: SpeechPreview) -> tuple[str, str]:
    """Return how sure the speaker is, "recognised", "guessed" or "unknown", and the reason.

    The reason is "" if a problem of the speech already gives it.
    """
    speech = item.speech
    is_explained = any(problem["code"] in _SPEAKER_CODES for problem in item.problems)
    if not speech.speaker and not speech.country:
        if speech.role:
            return "unknown", _("Only an office is printed, not a name.")
        return "unknown", "" if is_explained else _("No speaker was found.")
    if speech.affiliation and item.country is None:
        return "unknown", "" if is_explained else _("The printed country or body was not found.")
    if fold(speech.speaker) not in fold(speech.speaker_line):
        return "guessed", _("This name is not printed in the speaker line; it was filled in.")
    if not speech.affiliation and item.country:
        return "guessed", _("No country is printed in the speaker line; it was filled in.")
    if item.country is None:
        return "recognised", _("No country is printed in the speaker line, so none is assumed.")
    return "recognised", ""


def count_doubts(current: Preview) -> int:
    """Return the number of things that a person should check before publishing.

    They are faults, warnings and errors, taken positions, and unknown speakers.
    """
    return (
        len(current.faults)
        + _count_problems(current)
        + len(current.collisions)
        + current.count(Outcome.WITHDRAWN)
        + _count_unknown_speakers(current)
    )


def summarize(current: Preview) -> dict[str, Any]:
    """Return what a list shows of a draft, as JSON."""
    paragraphs = current.speeches[0].speech.paragraphs if current.speeches else []
    text = " ".join(paragraph.text for paragraph in paragraphs[:3])
    days = sorted({item.date for item in current.speeches if item.date})
    symbols = list(dict.fromkeys(item.symbol for item in current.speeches if item.symbol))
    return {
        "speeches": len(current.speeches),
        "lines": [
            [
                item.speech.heading[:200],
                item.country.short_name if item.country else "",
            ]
            for item in current.speeches[:MAX_LINES]
        ],
        "excerpt": _excerpt(text),
        "days": [day.isoformat() for day in (days[:1] + days[1:][-1:])],
        "undated": current.undated,
        "symbols": symbols[:3],
        "more_symbols": len(symbols[3:]),
        "faults": len(current.faults),
        "taken": len(current.collisions),
        "there": current.count(Outcome.SAME),
        "withdrawn": current.count(Outcome.WITHDRAWN),
        "unknown_countries": current.unknown_countries,
        "unknown_speakers": _count_unknown_speakers(current),
        "problems": _count_problems(current),
        "places": [[item.symbol, item.position] for item in current.speeches if item.symbol][
            :_MAX_PLACES
        ],
    }


def _excerpt(text: str) -> str:
    if len(text) <= _EXCERPT_CHARACTERS:
        return text
    return f"{text[:_EXCERPT_CHARACTERS].rsplit(' ', 1)[0]} …"


def summary_fields(draft: Draft, matcher: Matcher | None = None) -> dict[str, Any]:
    """Return the fields of a transcript that depend on its draft and the current archive."""
    current = preview(draft, matcher=matcher)
    return {"summary": summarize(current), "doubts": count_doubts(current)}


def summarize_waiting(limit: int = 20) -> int:
    """Summarize drafts that have no current summary; return their number.

    They come from earlier releases, or could not be published as they had been summarized.
    """
    matcher = Matcher()
    unsummarized = Transcript.objects.waiting().filter(doubts=None).without_their_content()
    count = 0
    for transcript in unsummarized[:limit]:
        fields = summary_fields(Draft.from_json(transcript.draft), matcher)
        Transcript.objects.filter(
            pk=transcript.pk, revision=transcript.revision, doubts=None
        ).update(**fields)
        count += 1
    return count


def current_summaries(transcripts: Iterable[Transcript]) -> dict[int, dict[str, Any]]:
    """Return the summaries to show, by key of the transcript.

    A summary is made again if there is none, or if the positions that it depends on may be taken
    by a speech published since.
    """
    summaries = {
        transcript.pk: transcript.summary for transcript in transcripts if transcript.summary
    }
    stale = {transcript.pk for transcript in transcripts} - summaries.keys()
    positions: dict[str, set[int]] = defaultdict(set)
    for summary in summaries.values():
        for symbol, position in summary["places"]:
            positions[symbol].add(position)
    taken_places = _taken_places(positions)
    for pk, summary in summaries.items():
        is_taken = any((symbol, position) in taken_places for symbol, position in summary["places"])
        if is_taken or any(summary[name] for name in ("taken", "there", "withdrawn")):
            stale.add(pk)
    matcher = Matcher()
    drafts = Transcript.objects.filter(pk__in=stale).defer(None).only("draft")
    for pk, draft in drafts.values_list("pk", "draft"):
        if draft is not None:
            summaries[pk] = summarize(preview(Draft.from_json(draft), matcher=matcher))
    return summaries


def _taken_places(positions: dict[str, set[int]]) -> set[tuple[str, int]]:
    """Return the places with a stored speech, of the positions in question by meeting."""
    places = Q(pk__in=[])
    for symbol, meeting_positions in positions.items():
        places |= Q(meeting__symbol=symbol, position__in=meeting_positions)
    rows = Speech.all_objects.filter(places).order_by().values_list("meeting__symbol", "position")
    return set(rows)


def _count_problems(current: Preview) -> int:
    return sum(problem["severity"] != "note" for problem in current.problems)


def _count_unknown_speakers(current: Preview) -> int:
    return sum(confidence(item)[0] == "unknown" for item in current.speeches)

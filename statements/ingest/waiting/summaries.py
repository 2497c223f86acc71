"""What lists show of a waiting draft, kept with it so that a list judges no draft anew."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.db.models import Q

from statements.ingest.drafts.draft import Draft
from statements.ingest.matching import Matcher
from statements.ingest.publishing.preview import Outcome, Preview, SpeechPreview, preview
from statements.models import Speech, Transcript
from statements.transcripts.names import fold

LINES = 5  # speeches of a file that a list names
_EXCERPT = 300  # characters
_PLACES = 100  # that are looked up again when a list is shown; a file with more has its own page

# problems that say who may have spoken; others, as of a hyphen, say nothing of that
_OF_THE_LINE = {"no-speaker", "unknown-affiliation"}


def standing(item: SpeechPreview) -> tuple[str, str]:
    """How sure it is who speaks: "recognised", "guessed" or "unknown", and why, as far as
    no problem of the speech says it."""
    speech = item.speech
    explained = any(found["code"] in _OF_THE_LINE for found in item.problems)
    if not speech.speaker and not speech.country:
        if speech.role:
            return "unknown", "Only an office is printed; nobody is named for it."
        return "unknown", "" if explained else "No speaker was found."
    if speech.affiliation and item.country is None:
        return "unknown", "" if explained else "No country was chosen for what the line prints."
    if fold(speech.speaker) not in fold(speech.speaker_line):
        return "guessed", "The line does not print this name; it was filled in."
    if not speech.affiliation and item.country:
        return "guessed", "The line prints no country; this one was filled in."
    if item.country is None:
        return "recognised", "The line prints no country, so none is assumed."
    return "recognised", ""


def doubts_of(look: Preview) -> int:
    """How much a person should look at before publishing: reasons why it cannot be stored,
    warnings and errors, speeches whose place is taken, and those of whom nobody knows who spoke."""
    return (
        len(look.faults)
        + _problems(look)
        + len(look.collisions)
        + look.count(Outcome.WITHDRAWN)
        + sum(standing(item)[0] == "unknown" for item in look.speeches)
    )


def summary_of(look: Preview) -> dict[str, Any]:
    """What a list shows of a draft, as JSON."""
    first = look.speeches[0].speech.paragraphs if look.speeches else []
    text = " ".join(paragraph.text for paragraph in first[:3])
    days = sorted({item.date for item in look.speeches if item.date})
    symbols = list(dict.fromkeys(item.symbol for item in look.speeches if item.symbol))
    return {
        "speeches": len(look.speeches),
        "lines": [
            [
                (item.speech.speaker_line or "")[:200],
                item.country.short_name if item.country else "",
            ]
            for item in look.speeches[:LINES]
        ],
        "excerpt": text if len(text) <= _EXCERPT else f"{text[:_EXCERPT].rsplit(' ', 1)[0]} …",
        "days": [day.isoformat() for day in (days[:1] + days[1:][-1:])],
        "undated": look.undated,
        "symbols": symbols[:3],
        "more_symbols": len(symbols[3:]),
        "faults": len(look.faults),
        "taken": len(look.collisions),
        "there": look.count(Outcome.SAME),
        "withdrawn": look.count(Outcome.WITHDRAWN),
        "unknown_countries": look.unknown_countries,
        "unknown_speakers": sum(standing(item)[0] == "unknown" for item in look.speeches),
        "problems": _problems(look),
        "places": [[item.symbol, item.position] for item in look.speeches if item.symbol][:_PLACES],
    }


def summary_fields(draft: Draft, matcher: Matcher | None = None) -> dict[str, Any]:
    """The fields of a transcript that follow from its draft as the archive is now."""
    look = preview(draft, matcher=matcher)
    return {"summary": summary_of(look), "doubts": doubts_of(look)}


def judge_waiting(most: int = 20) -> int:
    """Judge drafts that were received before they were judged; how many."""
    matcher = Matcher()
    unjudged = Transcript.objects.waiting().filter(doubts=None).without_their_content()
    count = 0
    for transcript in unjudged[:most]:
        fields = summary_fields(Draft.from_json(transcript.draft), matcher)
        Transcript.objects.filter(
            pk=transcript.pk, revision=transcript.revision, doubts=None
        ).update(**fields)
        count += 1
    return count


def current_summaries(transcripts: Iterable[Transcript]) -> dict[int, dict[str, Any]]:
    """The summaries to show, by transcript; judged anew where there is none, or where something
    was published since in a place that the draft would take."""
    kept = {each.pk: each.summary for each in transcripts if each.summary}
    stale = {each.pk for each in transcripts} - kept.keys()
    wanted: dict[str, set[int]] = defaultdict(set)
    for summary in kept.values():
        for symbol, position in summary["places"]:
            wanted[symbol].add(position)
    occupied = _occupied(wanted)
    for pk, summary in kept.items():
        there = sum((symbol, position) in occupied for symbol, position in summary["places"])
        if there or any(summary[name] for name in ("taken", "there", "withdrawn")):
            stale.add(pk)
    matcher = Matcher()
    drafts = Transcript.objects.filter(pk__in=stale).defer(None).only("draft")
    for pk, draft in drafts.values_list("pk", "draft"):
        if draft is not None:
            kept[pk] = summary_of(preview(Draft.from_json(draft), matcher=matcher))
    return kept


def _occupied(wanted: dict[str, set[int]]) -> set[tuple[str, int]]:
    places = Q(pk__in=[])
    for symbol, positions in wanted.items():
        places |= Q(meeting__symbol=symbol, position__in=positions)
    rows = Speech.all_objects.filter(places).order_by().values_list("meeting__symbol", "position")
    return set(rows)


def _problems(look: Preview) -> int:
    return sum(item["severity"] != "note" for item in look.problems)

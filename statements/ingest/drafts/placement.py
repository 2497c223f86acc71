"""Splits a draft by meeting: a table can hold the speeches of many."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from statements.ingest.drafts.draft import Draft, DraftSpeech
from statements.transcripts.values.symbols import Symbol


@dataclass(frozen=True, slots=True)
class MeetingPart:
    """The speeches of one meeting, or those without a meeting."""

    draft: Draft
    indexes: tuple[int, ...]  # of the speeches in the whole draft


def split_by_meeting(draft: Draft) -> Iterator[MeetingPart]:
    """Yield the parts of a draft in the order in which their meetings first appear."""
    by_symbol: dict[str, list[int]] = {}
    for index, speech in enumerate(draft.speeches):
        by_symbol.setdefault(_symbol(speech, draft), []).append(index)
    if not by_symbol or set(by_symbol) == {draft.symbol}:
        yield MeetingPart(draft, tuple(range(len(draft.speeches))))
        return
    for symbol, indexes in by_symbol.items():
        speeches = [draft.speeches[index] for index in indexes]
        yield MeetingPart(_meeting_draft(draft, symbol, speeches), tuple(indexes))


def _symbol(speech: DraftSpeech, draft: Draft) -> str:
    return (speech.place.symbol if speech.place else "") or draft.symbol


def _meeting_draft(draft: Draft, symbol: str, speeches: Sequence[DraftSpeech]) -> Draft:
    if symbol == draft.symbol:
        return replace(draft, speeches=list(speeches))
    places = [speech.place for speech in speeches if speech.place]
    return replace(
        draft,
        speeches=list(speeches),
        symbol=symbol,
        symbol_printed="",
        date=next((place.date for place in places if place.date), draft.date),
        date_printed="",
        first_position=None,
        organ=next((place.organ for place in places if place.organ), draft.organ),
        number=Symbol.parse(symbol).number if symbol else None,
        place="",
        presidents=[],
        members=[],
        first_page=[],
        agenda_items=[],
    )

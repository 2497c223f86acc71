"""A draft as it is stored: in parts, one for each meeting, since a table can hold many."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from statements.ingest.drafts.draft import Draft, DraftSpeech
from statements.transcripts.symbols import Symbol


@dataclass(frozen=True, slots=True)
class Part:
    """The speeches of one meeting, or those of none, with their places in the whole draft."""

    draft: Draft
    indexes: tuple[int, ...]


def parts_of(draft: Draft) -> Iterator[Part]:
    """The parts of a draft, in the order in which their meetings first appear."""
    by_symbol: dict[str, list[int]] = {}
    for index, speech in enumerate(draft.speeches):
        by_symbol.setdefault(_symbol(speech, draft), []).append(index)
    if not by_symbol or set(by_symbol) == {draft.symbol}:
        yield Part(draft, tuple(range(len(draft.speeches))))
        return
    for symbol, indexes in by_symbol.items():
        speeches = [draft.speeches[index] for index in indexes]
        yield Part(_of_meeting(draft, symbol, speeches), tuple(indexes))


def _symbol(speech: DraftSpeech, draft: Draft) -> str:
    return (speech.place.symbol if speech.place else "") or draft.symbol


def _of_meeting(draft: Draft, symbol: str, speeches: Sequence[DraftSpeech]) -> Draft:
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

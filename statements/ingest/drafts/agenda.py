"""Assigns agenda items to the speeches of a record by the headings between them."""

from collections.abc import Sequence

from statements.ingest.drafts.draft import Draft, DraftSpeech
from statements.transcripts.record.headings import title_form
from statements.transcripts.values.parsed import ParagraphKind


def items_by_speech(draft: Draft) -> list[list[str]]:
    """Return the agenda items of each speech, as the first page prints them.

    If a record has several items, each must have a heading that reads as on the first page;
    otherwise every speech gets all items, because the right one is unknown.
    """
    items = {title_form(item): item for item in draft.agenda_items if item.strip()}
    all_items = list(items.values())
    if len(all_items) < 2:
        return [all_items for _speech in draft.speeches]
    headings = {
        heading
        for speech in draft.speeches
        for paragraph in speech.paragraphs
        if (heading := _heading(paragraph.kind, paragraph.text)) in items
    }
    if headings != set(items):
        return [all_items for _speech in draft.speeches]
    return _items_between_headings(draft.speeches, items)


def _heading(kind: str, text: str) -> str:
    return title_form(text) if kind == ParagraphKind.NARRATIVE.value else ""


def _items_between_headings(
    speeches: Sequence[DraftSpeech], items: dict[str, str]
) -> list[list[str]]:
    """Return the items of each speech; an item lasts from its heading to the next."""
    current = ""
    speech_items = []
    for speech in speeches:
        discussed: dict[str, None] = {}
        for paragraph in speech.paragraphs:
            heading = _heading(paragraph.kind, paragraph.text)
            if heading in items:
                current = items[heading]
            elif current and paragraph.kind == ParagraphKind.SPEECH.value:
                discussed[current] = None
        speech_items.append(list(discussed))
    return speech_items

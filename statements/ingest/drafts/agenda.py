"""Under which agenda items each speech of a record was made, told by the headings in between."""

from collections.abc import Sequence

from statements.ingest.drafts.draft import Draft, DraftSpeech
from statements.transcripts.parsed import ParagraphKind
from statements.transcripts.record.headings import title_form


def items_by_speech(draft: Draft) -> list[list[str]]:
    """For each speech the agenda items spoken to, as the first page prints them.

    Where a record has several items, the heading of each must stand in it as on the first page;
    otherwise every speech has all of them, because which one is meant cannot be told.
    """
    items = {title_form(item): item for item in draft.agenda_items if item.strip()}
    every = list(items.values())
    if len(every) < 2:
        return [every for _ in draft.speeches]
    headings = {
        heading
        for speech in draft.speeches
        for paragraph in speech.paragraphs
        if (heading := _heading(paragraph.kind, paragraph.text)) in items
    }
    if headings != set(items):
        return [every for _ in draft.speeches]
    return _follow(draft.speeches, items)


def _heading(kind: str, text: str) -> str:
    return title_form(text) if kind == ParagraphKind.NARRATIVE.value else ""


def _follow(speeches: Sequence[DraftSpeech], items: dict[str, str]) -> list[list[str]]:
    """Walk through the record: an item holds from its heading to the next."""
    current = ""
    spoken_to = []
    for speech in speeches:
        found: dict[str, None] = {}
        for paragraph in speech.paragraphs:
            heading = _heading(paragraph.kind, paragraph.text)
            if heading in items:
                current = items[heading]
            elif current and paragraph.kind == ParagraphKind.SPEECH.value:
                found[current] = None
        spoken_to.append(list(found))
    return spoken_to

"""Divides speeches whose source has no paragraphs, and marks what the archive divided."""

from collections.abc import Sequence
from dataclasses import replace

from statements.ingest.drafts.draft import DraftParagraph, DraftSpeech
from statements.transcripts.text.discourse_breaks import discourse_breaks
from statements.transcripts.values.parsed import ParagraphKind

MIN_WORDS = 250  # of a speech that is divided


def divide_unbroken(speeches: Sequence[DraftSpeech]) -> None:
    """Divide the long speeches of a source none of whose speeches has two paragraphs.

    Paragraphs with a time or with uncertain words stay whole, because neither could be divided.
    """
    if any(len(_spoken(speech)) > 1 for speech in speeches):
        return
    for speech in speeches:
        speech.paragraphs = [
            part for paragraph in speech.paragraphs for part in _divided(paragraph)
        ]


def _spoken(speech: DraftSpeech) -> list[DraftParagraph]:
    return [
        paragraph
        for paragraph in speech.paragraphs
        if paragraph.kind == ParagraphKind.SPEECH and paragraph.text.strip()
    ]


def _divided(paragraph: DraftParagraph) -> list[DraftParagraph]:
    text = paragraph.text
    if (
        paragraph.kind != ParagraphKind.SPEECH
        or paragraph.time_s is not None
        or paragraph.uncertain_words
        or len(text.split()) < MIN_WORDS
    ):
        return [paragraph]
    first, *others = discourse_breaks(text)
    ends = [*others, len(text)]
    rest = [
        DraftParagraph(
            text[begin:end].strip(), line=paragraph.line, page=paragraph.page, is_divided=True
        )
        for begin, end in zip(others, ends[1:], strict=True)
    ]
    return [replace(paragraph, text=text[first : ends[0]].strip()), *rest]

"""Loads what is said of a document: the speeches that cite it, each with the sentence that does."""

from collections.abc import Iterable
from typing import NamedTuple

from statements.addresses import passage_anchor
from statements.exports.outline import sentence_around
from statements.models import Document, Meeting, Reference, Speech


class CitingSpeech(NamedTuple):
    """A speech that cites a document, with the first sentence that does."""

    speech: Speech
    position: int  # of the paragraph
    anchor: str  # of the sentence, or of the paragraph
    sentence: str
    times: int


def citing_speeches(speeches: Iterable[Speech], symbol: str) -> list[CitingSpeech]:
    """Return public speeches, in their order, with the sentences in which they cite a document.
    Those that do not cite it are left out."""
    speeches = list(speeches)
    rows = Reference.objects.filter(
        symbol=symbol, paragraph__speech__in=[speech.pk for speech in speeches]
    )
    first: dict[int, tuple[int, str, str]] = {}
    times: dict[int, int] = {}
    columns = ("speech_id", "position", "text", "sentence_starts")
    for start, end, speech, position, text, starts in rows.order_by(
        "paragraph__position", "start"
    ).values_list("start", "end", *(f"paragraph__{column}" for column in columns)):
        times[speech] = times.get(speech, 0) + 1
        if speech not in first:
            starts = starts or []
            anchor = passage_anchor(position, starts, start)
            first[speech] = position, anchor, sentence_around(text, starts, start, end)
    return [
        CitingSpeech(speech, *first[speech.pk], times[speech.pk])
        for speech in speeches
        if speech.pk in first
    ]


class Titled(NamedTuple):
    """A document with its title, and where that is from."""

    symbol: str
    title: str  # "" if it is not known
    source: str  # of the line of the register; "" if speeches print the title
    meeting: Meeting | None  # if it is a record that the archive has


def titled(symbol: str) -> Titled:
    """Return a document by its symbol, with the title of the register or else as printed."""
    meeting = Meeting.objects.filter(symbol=symbol).first()
    line = Document.objects.filter(symbol=symbol, verified=True).first()
    title = line.title if line else Reference.objects.printed_title(symbol)
    return Titled(symbol, title, line.source if line else "", meeting)

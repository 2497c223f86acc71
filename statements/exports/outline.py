"""Finds a reader's way through a speech: its length, an outline, and the documents it cites."""

from collections.abc import Iterable, Sequence
from itertools import islice
from math import ceil
from typing import NamedTuple, Self

from statements.addresses import passage_anchor
from statements.exports.layout import Item
from statements.exports.values import MarkedParagraph
from statements.models import Paragraph
from statements.transcripts.text.digests import count_words

WORDS_A_MINUTE = 130  # of a speech read aloud to interpreters
LONG_SPEECH = 3_000  # words; shorter ones are read without an outline
ENTRIES = 16  # of an outline without headings
OPENING = 8  # words
SENTENCE = 280  # characters of a sentence that cites, at most
BEFORE, AFTER = 40, 48  # characters around words in a list of passages, at most


class Length(NamedTuple):
    words: int
    minutes: int  # aloud, at least one

    @classmethod
    def of(cls, words: int) -> Self:
        """Return the length of so many words."""
        return cls(words, max(1, round(words / WORDS_A_MINUTE)))


class OutlineEntry(NamedTuple):
    """A place in a speech, with the words that begin there."""

    position: int
    anchor: str
    opening: str


class CitedDocument(NamedTuple):
    """A document with the first sentence of a speech that cites it."""

    symbol: str
    position: int  # of the paragraph
    anchor: str  # of the sentence, or of the paragraph
    sentence: str
    times: int


def length(paragraphs: Iterable[MarkedParagraph]) -> Length:
    """Return the length of what was spoken."""
    return Length.of(
        count_words(
            paragraph.text for paragraph in paragraphs if paragraph.kind == Paragraph.Kind.SPEECH
        )
    )


def outline(items: Sequence[Item], words: int) -> list[OutlineEntry]:
    """Return an outline of a long speech: its headings, or else the first words of paragraphs at
    equal distances; empty for a short one."""
    if words < LONG_SPEECH:
        return []
    headings = [item.paragraph for item in items if item.is_heading]
    if len(headings) > 1:
        return [_entry(paragraph, paragraph.text) for paragraph in headings]
    spoken = [item.paragraph for item in items if item.paragraph.kind == Paragraph.Kind.SPEECH]
    step = max(1, ceil(len(spoken) / ENTRIES))
    return [_entry(paragraph, _opening(paragraph.text)) for paragraph in spoken[::step]]


def _entry(paragraph: MarkedParagraph, opening: str) -> OutlineEntry:
    return OutlineEntry(paragraph.position, paragraph.anchor, opening)


def _opening(text: str) -> str:
    words = list(islice(text.split(), OPENING + 1))
    return " ".join(words[:OPENING]) + ("…" if len(words) > OPENING else "")


def cited_documents(paragraphs: Iterable[MarkedParagraph]) -> list[CitedDocument]:
    """Return the documents that a speech cites, in the order in which it first does."""
    documents: dict[str, CitedDocument] = {}
    for paragraph in paragraphs:
        for reference in paragraph.references:
            if document := documents.get(reference.symbol):
                documents[reference.symbol] = document._replace(times=document.times + 1)
                continue
            anchor = passage_anchor(paragraph.position, paragraph.sentence_starts, reference.start)
            sentence = sentence_around(
                paragraph.text, paragraph.sentence_starts, reference.start, reference.end
            )
            documents[reference.symbol] = CitedDocument(
                reference.symbol, paragraph.position, anchor, sentence, 1
            )
    return list(documents.values())


def words_around(paragraph: MarkedParagraph, start: int, end: int) -> tuple[str, str, str]:
    """Return what stands before a span of a text, the span, and what follows, on one line: from the
    beginning of the sentence if it is near, and cut between words otherwise."""
    text = paragraph.text
    first = max((place for place in paragraph.sentence_starts if place <= start), default=0)
    before, span, after = text[first:start], text[start:end], text[end : end + AFTER + 1]
    if len(before) > BEFORE:
        before = "…" + before[-BEFORE:].partition(" ")[2]
    if len(span) > AFTER:
        span, after = span[:AFTER].rpartition(" ")[0] or span[:AFTER], "…"
    elif len(after) > AFTER:
        after = after[:AFTER].rpartition(" ")[0] + "…"
    return before, span, after


def sentence_around(text: str, starts: Sequence[int], start: int, end: int) -> str:
    """Return the sentence around ``text[start:end]``, or its part around it if the sentence is
    long; ``starts`` are the places where sentences begin."""
    first = max((place for place in starts if place <= start), default=0)
    last = min((place for place in starts if place >= end), default=len(text))
    before, after = text[first:start], text[start:last].rstrip()
    room = SENTENCE // 2
    if len(before) > room and len(before) + len(after) > SENTENCE:
        before = "…" + before[-room:].partition(" ")[2]
    room = max(SENTENCE - len(before), end - start)
    if len(after) > room:
        after = after[:room].rpartition(" ")[0] + "…" if room > end - start else after[:room] + "…"
    return before + after

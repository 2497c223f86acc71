"""Tools that read a speech: its text in parts, and one paragraph or sentence as a quotation."""

from collections.abc import Sequence
from typing import Any

from django.http import QueryDict

from statements.assistants.arguments import Refusal, number, place
from statements.assistants.searching import quoted
from statements.exports.quotations import Passage, Quotation, paragraphs_around, quotation
from statements.exports.records import full_record
from statements.exports.texts import speech_with_text
from statements.exports.values import FullSpeech, MarkedParagraph
from statements.models import Paragraph
from statements.models.withdrawal_notices import departure

MAX_CHARACTERS = 20_000  # of a part of a speech, which has at least one paragraph
_LARGEST = 999_999  # number of a paragraph or sentence


def speech(query: QueryDict, origin: str) -> dict[str, Any]:
    """Return a part of a speech that begins at a paragraph."""
    text = _text(place(query.get("id", "")).speech)
    total = len(text.paragraphs)
    first = number(query, "first_paragraph", 1, max(total, 1))
    part = _part(text.paragraphs[first - 1 :])
    after = first + len(part)
    address = text.speech.get_absolute_url()
    return full_record(text, f"{origin}{address}") | {
        "total": total,
        "paragraphs": [
            {
                "paragraph": paragraph.position,
                "url": f"{address}#{paragraph.anchor}",
                "is_spoken": paragraph.kind == Paragraph.Kind.SPEECH,
                "text": paragraph.text,
            }
            for paragraph in part
        ],
        "next_paragraph": after if after <= total else None,
    }


def paragraph(query: QueryDict, origin: str) -> dict[str, Any]:
    """Return a spoken paragraph or sentence."""
    name = place(query.get("id", ""))
    address = name.passage or Passage(0)
    passage = Passage(
        number(query, "paragraph", address.paragraph, _LARGEST),
        number(query, "sentence", address.sentence, _LARGEST),
    )
    if not passage.paragraph:
        raise Refusal("The argument “paragraph” is missing, and “id” names no paragraph.")
    words = quotation(name.speech, passage)
    if words is None:
        raise Refusal(_why_there_are_no_words(name.speech, passage))
    before, after = paragraphs_around(words)
    page = words.speech.get_absolute_url()
    return quoted(words, origin) | {
        "sentences": _sentences(words) if not passage.sentence else [],
        "previous": f"{page}#{before}" if before else None,
        "next": f"{page}#{after}" if after else None,
    }


def _text(public_id: str) -> FullSpeech:
    text = speech_with_text(public_id)
    if text is None:
        raise Refusal(_why_there_is_no_speech(public_id))
    return text


def _why_there_is_no_speech(public_id: str) -> str:
    if departed := departure(public_id):
        return " ".join(filter(None, (departed.sentence, departed.reason)))
    return f"There is no speech with the id “{public_id}”. The tool “search” returns ids."


def _why_there_are_no_words(public_id: str, passage: Passage) -> str:
    text = _text(public_id)
    total = len(text.paragraphs)
    if passage.paragraph > total:
        return f"There is no such paragraph. Number of paragraphs: {total}."
    shown = text.paragraphs[passage.paragraph - 1]
    if shown.kind != Paragraph.Kind.SPEECH:
        return (
            "Nobody spoke this paragraph: it is text of the record, which the tool “speech” "
            "returns."
        )
    return f"There is no such sentence. Number of sentences: {len(shown.sentence_starts or ())}."


def _part(paragraphs: Sequence[MarkedParagraph]) -> list[MarkedParagraph]:
    """Return the first paragraphs, as many as fit in a part."""
    part: list[MarkedParagraph] = []
    characters = 0
    for paragraph in paragraphs:
        characters += len(paragraph.text)
        if part and characters > MAX_CHARACTERS:
            break
        part.append(paragraph)
    return part


def _sentences(words: Quotation) -> list[dict[str, str]]:
    address, source = words.speech.get_absolute_url(), words.source
    starts = [*(source.sentence_starts or ()), len(source.text)]
    return [
        {"url": f"{address}#{passage}", "text": source.text[start:end].strip()}
        for passage, start, end in zip(words.sentences, starts, starts[1:], strict=False)
    ]

"""Length, outline and cited documents of a speech."""

import pytest

from statements.exports.layout import Item
from statements.exports.outline import LONG_SPEECH, cited_documents, length, outline
from statements.exports.values import MarkedParagraph, MarkedReference


def paragraph(
    text: str,
    position: int = 1,
    kind: str = "speech",
    starts: tuple[int, ...] = (),
    **fields: object,
) -> MarkedParagraph:
    values = (position, kind, None, None, text, "", None, False, starts, [], [], [], [])
    return MarkedParagraph(*values)._replace(**fields)


def item(made: MarkedParagraph, *, is_heading: bool = False) -> Item:
    return Item(made, (), is_heading, None, None)


def reference(text: str, symbol: str, start: int = 0) -> MarkedReference:
    place = text.index(symbol, start)
    return MarkedReference(place, place + len(symbol), symbol, "", None)


@pytest.mark.parametrize(("words", "minutes"), [(1, 1), (130, 1), (1_300, 10), (21_593, 166)])
def test_length_is_of_what_was_spoken(words: int, minutes: int) -> None:
    spoken = [paragraph("word " * words), paragraph("The meeting rose.", 2, "narrative")]
    assert length(spoken) == (words, minutes)


def test_a_long_speech_is_outlined_by_the_first_words_of_paragraphs() -> None:
    items = [
        item(paragraph(f"Paragraph {number} is of what follows after it in the text.", number))
        for number in range(1, 221)
    ]
    entries = outline(items, LONG_SPEECH)
    assert [entry.position for entry in entries] == list(range(1, 221, 14))
    assert entries[1] == (15, "p15", "Paragraph 15 is of what follows after it…")


def test_headings_outline_a_speech_better() -> None:
    items = [
        item(paragraph("Part one", 1, "narrative"), is_heading=True),
        item(paragraph("Text.", 2)),
        item(paragraph("Part two", 3, "narrative"), is_heading=True),
    ]
    assert [entry.opening for entry in outline(items, LONG_SPEECH)] == ["Part one", "Part two"]


def test_a_short_speech_needs_no_outline() -> None:
    assert outline([item(paragraph("Text."))], LONG_SPEECH - 1) == []


def test_a_document_comes_with_the_sentence_that_first_cites_it() -> None:
    text = "We met. We recall S/2020/1 and A/75/2. S/2020/1 again."
    cited = paragraph(
        text,
        4,
        starts=(0, 8, 39),
        references=[
            reference(text, "S/2020/1"),
            reference(text, "A/75/2"),
            reference(text, "S/2020/1", 30),
        ],
    )
    sentence = "We recall S/2020/1 and A/75/2."
    assert cited_documents([cited]) == [
        ("S/2020/1", 4, "p4s2", sentence, 2),
        ("A/75/2", 4, "p4s2", sentence, 1),
    ]


@pytest.mark.parametrize("before", [0, 20, 5_000])
@pytest.mark.parametrize("after", [0, 20, 5_000])
def test_a_long_sentence_is_cut_around_the_document(before: int, after: int) -> None:
    text = "ab " * before + "S/2020/1" + " cd" * after
    cited = paragraph(text, references=[reference(text, "S/2020/1")])
    [document] = cited_documents([cited])
    assert "S/2020/1" in document.sentence
    assert len(document.sentence) <= 300
    assert document.sentence.startswith("…") == (before == 5_000)
    assert document.sentence.endswith("…") == (after == 5_000)
    assert document.sentence.strip("…") in text

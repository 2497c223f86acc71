"""Bold labels on PDF pages of any house begin turns, by the rules of all forms."""

import pytest
from support.pdf_printer import Run, Sheet, to_pdf

from statements.transcripts.formats.printed.pdf import read_pdf

PROSE = "The rivers of our countries rise in other countries and end in the seas of all of us here."
WORDS = " We came by sea to see what the tide leaves us."
LEADING = 13


def turns(*paragraphs: list[Run], gap: float = 0) -> list[tuple[str, str]]:
    """Return speaker and first words of each speech on a page of paragraphs of three lines."""
    sheet = Sheet()
    y = 80.0
    for runs in paragraphs:
        for line in (runs, [("roman", PROSE)], [("roman", PROSE)]):
            sheet.write(60, y, *line)
            y += LEADING
        y += gap
    return [
        (speech.speaker or speech.role, speech.paragraphs[0].text.split(".")[0])
        for speech in read_pdf("", to_pdf([sheet])).speeches
    ]


def bold(label: str, words: str = WORDS) -> list[Run]:
    return [("bold", label), ("roman", words)]


SAID = WORDS.strip(" .")


@pytest.mark.parametrize("gap", [0, 6], ids=["set close", "set apart"])
@pytest.mark.parametrize(
    ("labels", "expected"),
    [
        (["Erik Tarn (Labour):", "Odile Rill:"], ["Erik Tarn", "Odile Rill"]),
        (["Präsidentin Dr. Lund:", "Erik Tarn (SPD):"], ["Lund", "Erik Tarn"]),
        (["Erik Tarn. –", "Odile Rill. –", "Erik Tarn. –"], ["Erik Tarn", "Odile Rill"] * 2),
        (["Presidente:", "Erik Tarn:"], ["Presidente", "Erik Tarn"]),
        (["Q:", "MR. TARN:", "Q:"], ["", "TARN", ""]),
        (["Mr. Lund (Norway):", "The Keeper of the Lower Lock Gates:"], ["Lund", ""]),
        (["Mr. Lund (Norway):", "MODERATOR:"], ["Lund", "Moderator"]),
    ],
    ids=lambda value: value[0] if isinstance(value, list) else None,
)
def test_labels_of_many_houses(labels: list[str], expected: list[str], gap: float) -> None:
    names = [name for name, _ in turns(*map(bold, labels), gap=gap)]
    assert names == expected[: len(labels)]


def test_only_the_name_may_be_bold() -> None:
    paragraphs = [
        [("bold", name), ("roman", f" ({party}):{WORDS}")]
        for name, party in (("Erik Tarn", "Labour"), ("Odile Rill", "Green"))
    ]
    assert turns(*paragraphs) == [("Erik Tarn", SAID), ("Odile Rill", SAID)]


def test_a_bold_name_on_a_line_of_its_own_begins_a_turn() -> None:
    names = [
        [("bold", "ERIK TARN")],
        [("bold", "Next Steps for the Harbour")],
        [("bold", "O. RILL")],
    ]
    spoken = turns(*names, gap=6)
    assert [name for name, _ in spoken] == ["ERIK TARN", "O. RILL"]
    assert spoken[0][1] == PROSE.rstrip(".")


def test_a_name_that_ends_in_a_stop_is_not_the_speaker_before() -> None:
    spoken = turns(bold("Mr. Lund (Norway):"), bold("Erik Tarn."))
    assert spoken == [("Lund", SAID), ("", "Erik Tarn")]


@pytest.mark.parametrize("label", ["Note:", "First:", "Goal 14:", "Key point:", "Clean seas."])
def test_other_bold_words_are_text(label: str) -> None:
    (speech,) = turns(bold("Mr. Lund (Norway):"), bold(label), gap=6)
    assert speech == ("Lund", SAID)

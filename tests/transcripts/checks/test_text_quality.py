"""Texts that are not in order as a whole: bad recognition, repetition, columns, counts of pages."""

import pytest
from support.spoken_words import spoken

from statements.transcripts import UnreadableTranscript, read
from statements.transcripts.checks.completeness import unaccounted_words

SENTENCES = (
    "We thank the President for the report on the harbours of the north.",
    "It tells us that the ferries have sailed in every week of the year, and that all came back.",
    "There is more to be done for those who live on the islands and have no boats of their own.",
)
NOISE = "lel od-ds cusll Aolad! tS pl ill gely seu oid ery lwo pucke tit deol sL goeg hur ulp "


def codes(text: str) -> list[str]:
    return [problem.code for problem in read("a.txt", text.encode()).problems]


@pytest.mark.parametrize(
    "text",
    [
        NOISE * 12,
        "/i255 /0 /12 /g31/g2 (cid:71) the " * 40,
        "\n".join(("We thank the President and all who came to the north. " * 12).split()),
    ],
)
def test_bad_recognition_is_reported(text: str) -> None:
    assert "poor-text" in codes(f"Ms. Lund (Norway): {text}")


@pytest.mark.parametrize(
    "text",
    [
        " ".join(SENTENCES * 8),
        "Nous remercions le Président pour son rapport sur les ports du nord de la France. " * 12,
        "Damos las gracias al Presidente por el informe sobre los puertos del norte del país. "
        * 12,
        "Wir danken dem Präsidenten für den Bericht über die Häfen im Norden und auf den Inseln. "
        * 12,
        "Мы благодарим Председателя за доклад о портах на севере и о паромах. " * 12,
        "In favour: Afghanistan, Albania, Andorra, Chad, Chile, Cuba, Cyprus, Egypt, Gabon. " * 15,
    ],
)
def test_texts_in_languages_and_lists_are_not_reported(text: str) -> None:
    assert "poor-text" not in codes(f"Ms. Lund (Norway): {text}")


def test_a_text_that_stands_twice_in_its_file_is_reported() -> None:
    paragraphs = [f"{number}: {' '.join(SENTENCES)}" for number in ("One", "Two", "Three", "Four")]
    once = "\n\n".join(paragraphs)
    assert "repeated-text" not in codes(once)
    twice = f"{once}\n\nAnd now.\n\n{once}"
    problem = next(p for p in read("a.txt", twice.encode()).problems if p.code == "repeated-text")
    assert problem.line == 11


COLUMNS = """\
The President: I thank the      Mr. Weir (Chad): We thank all
representative of Norway for    who have come here and ask for
his words and now give the      more ferries on the long river,
floor to the next speaker on    so that every village is served
my list for this afternoon.     by one of them in each week.
Ms. Lund (Norway): We came by   Ms. Dova (Peru): We came here
sea and left by land as all     by air and we shall leave by
of us did in former years.      the way of the sea once more.
"""


def test_two_columns_side_by_side_are_refused() -> None:
    with pytest.raises(UnreadableTranscript, match="reading order") as refused:
        read("a.txt", COLUMNS.encode())
    assert refused.value.code == "side-by-side"


RECORD_IN_COLUMNS = """\
S/PV.9907                                Security Council
                                         9907th meeting
Monday, 23 February 2015, 3 p.m.         New York

President: Mr. Weir . . . . . . . . . . . . (Chad)

The meeting was called to order at 3.05 p.m.

{}
The meeting rose at 4 p.m.
"""


def test_a_record_in_columns_is_refused_for_its_columns() -> None:
    """Its first page and its last line reach from margin to margin, and paragraphs are apart."""
    above, below = COLUMNS.splitlines(keepends=True)[:5], COLUMNS.splitlines(keepends=True)[5:]
    text = RECORD_IN_COLUMNS.format("".join([*above, "\n", *below]))
    with pytest.raises(UnreadableTranscript, match="reading order") as refused:
        read("a.txt", text.encode())
    assert refused.value.code == "side-by-side"
    in_order = "\n".join(
        [line[:32].rstrip() for line in COLUMNS.splitlines()]
        + [line[32:].rstrip() for line in COLUMNS.splitlines()]
    )
    assert len(read("a.txt", RECORD_IN_COLUMNS.format(in_order).encode()).speeches) == 4


def test_one_column_and_lists_in_columns_are_read() -> None:
    left = "\n".join(line[:32] for line in COLUMNS.splitlines())
    assert len(read("a.txt", left.encode()).speeches) == 2
    names = "\n".join(f"Mr. Weir {number}                Chad" for number in range(20))
    assert read("a.txt", names.encode()).speeches


def test_counts_of_pages_within_lines_are_dropped() -> None:
    text = (
        "Ms. Lund (Norway): We thank the Page 1 of 3\nPresident for the report.\n\n"
        "It tells us much Page 2 of 3 about the ferries.\n\nPage 3 of 3 So it is."
    )
    parsed = read("a.txt", text.encode())
    assert [words for _, words in spoken(parsed)] == [
        "We thank the President for the report.",
        "It tells us much about the ferries.",
        "So it is.",
    ]
    assert [dropped.text for dropped in parsed.dropped] == [f"Page {n} of 3" for n in (1, 2, 3)]
    assert unaccounted_words(text, parsed) == []


def test_a_page_that_somebody_speaks_of_stays() -> None:
    text = "Ms. Lund (Norway): I refer to page 2 of 5 of the report, and to page 7 of 9 of another."
    assert spoken(read("a.txt", text.encode()))[0][1] == text.partition(": ")[2]

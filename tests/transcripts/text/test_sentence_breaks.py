"""Where sentences begin, and which of the places stay when a text is corrected."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from statements.transcripts.text.discourse_breaks import MAX_WORDS, discourse_breaks
from statements.transcripts.text.sentence_breaks import carry_starts, sentence_starts

texts = st.text(alphabet='ab AB.?!“”") 1。\n', max_size=80)


def sentences(text: str) -> list[str]:
    starts = sentence_starts(text)
    return [text[a:b].strip() for a, b in zip(starts, [*starts[1:], len(text)], strict=True)]


@pytest.mark.parametrize(
    "divided",
    [
        ["The gauge stood at 2.5 metres.", "That was high."],
        ["Mr. Lund and Ms. Okafor of the U.N. office came.", "We thank them."],
        ["12. The water rose.", "Nobody measured it."],
        ["See S/RES/9001 (2001), para. 4, and Art. 7 of No. 12.", "It binds us."],
        ["“Who measured it?” she asked.", "“I did.”", "He showed the book."],
        ["So did J. F. Rask.", "He left the U.S.", "He came back."],
        ["We heard the U.N.", "The tide fell."],
        ["Was it so?", "No!", "It was not..."],
        ["Le barrage a tenu.", "M. Weir l’a vu.", "Et après ?", "Rien."],
        ["河水上涨。", "我们感谢秘书处。", "“谁测量的？”", "没有人。"],
        ["ارتفع النهر.", "من قاسه؟", "لا أحد."],
        ["Вода поднялась.", "Это видел г. Лунд.", "Мы благодарны."],
        ["Nothing ends here"],
        [""],
    ],
)
def test_sentences_are_divided(divided: list[str]) -> None:
    joiner = "" if "。" in divided[0] else " "
    assert sentences(joiner.join(divided)) == divided


@given(texts)
def test_sentences_together_are_the_text(text: str) -> None:
    starts = sentence_starts(text)
    assert starts[0] == 0
    assert starts == sorted(set(starts))
    assert all(start < len(text) for start in starts[1:])


@given(texts, texts, texts, texts)
def test_a_correction_moves_no_sentence_that_it_need_not(
    before: str, old: str, new: str, after: str
) -> None:
    old_text, text = f"{before}{old}{after}", f"{before}{new}{after}"
    stored = sentence_starts(old_text)
    carried = carry_starts(old_text, stored, text)
    assert carried == sorted({0, *carried})
    assert all(start < len(text) for start in carried[1:])
    assert {start for start in stored if start <= len(before) and start < len(text)} <= {
        0,
        *carried,
    }
    shift = len(text) - len(old_text)
    in_both = {start + shift for start in stored if start > len(before) + len(old)}
    assert {start for start in in_both if start > len(before) + len(new)} <= set(carried)


def test_places_of_an_earlier_splitter_are_kept() -> None:
    assert carry_starts("One, two. Three.", [0, 5], "One, two. Four.") == [0, 5]


def paragraphs(text: str) -> list[str]:
    starts = discourse_breaks(text)
    return [text[a:b].strip() for a, b in zip(starts, [*starts[1:], len(text)], strict=True)]


def test_a_paragraph_begins_where_the_speaker_turns_to_another_matter() -> None:
    long = "The gauges on both banks were read each morning of that spring. " * 8
    text = f"{long}Secondly, the dam leaked. {long}With regard to the tables, we thank you. {long}"
    assert [part.split()[0] for part in paragraphs(text)] == ["The", "Secondly,", "With"]


def test_without_a_sign_a_paragraph_ends_before_an_independent_sentence() -> None:
    text = "The river rose. It rose again. " * 90
    parts = paragraphs(text)
    assert len(parts) > 1
    assert all(part.startswith("The river") for part in parts)
    assert all(len(part.split()) < MAX_WORDS + 20 for part in parts)


def test_no_short_rest_is_left_over() -> None:
    text = "The gauges on both banks were read each morning of that spring. " * 8
    assert len(paragraphs(f"{text}Finally, I thank you all.")) == 1
    assert paragraphs("Secondly, this is short. Thirdly, so is this.") == [
        "Secondly, this is short. Thirdly, so is this."
    ]
    assert paragraphs("") == [""]

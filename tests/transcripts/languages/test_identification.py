"""Which language a text is in, and texts that are in none."""

import random

import pytest

from statements.transcripts import UnreadableTranscript
from statements.transcripts.checks.legibility import check_legibility
from statements.transcripts.languages.identification import identify_language
from statements.transcripts.values.parsed import (
    ParagraphKind,
    ParsedParagraph,
    ParsedSpeech,
    ParsedTranscript,
)

STATEMENTS = {
    "en": "We came by sea, and we shall return by sea. The ferry that was promised to our islands "
    "has not been built, and those who wait for it on the shore have waited for a long time.",
    "fr": "Nous sommes venus par la mer, et nous y retournerons. Le bac que l’on avait promis à "
    "nos îles n’a pas été construit, et ceux qui l’attendent sur la rive attendent depuis "
    "longtemps.",
    "es": "Llegamos por mar, y por mar volveremos. El transbordador que se prometió a nuestras "
    "islas no se ha construido, y los que lo esperan en la orilla llevan mucho tiempo esperando.",
    "ru": "Мы пришли морем и морем вернемся. Паром, который был обещан нашим островам, не "
    "построен, и те, кто ждет его на берегу, ждут уже очень долго.",
    "zh": "我们从海上来，也将从海上回去。答应给我们各岛的渡轮还没有建成，"
    "在岸边等它的人已经等了很久。",
    "ar": "جئنا من البحر وإلى البحر نعود. إن العبارة التي وعدت بها جزرنا لم تبن بعد، والذين "
    "ينتظرونها على الشاطئ ينتظرون منذ وقت طويل، ونحن في هذا المجلس نسأل عن ذلك.",
    "de": "Wir kamen über das Meer, und über das Meer werden wir zurückkehren. Die Fähre, die "
    "unseren Inseln versprochen wurde, ist nicht gebaut worden, und wer am Ufer auf sie wartet, "
    "der wartet schon lange.",
    "pt": "Viemos pelo mar, e pelo mar voltaremos. A balsa que foi prometida às nossas ilhas não "
    "foi construída, e aqueles que a esperam na margem esperam há muito tempo.",
    "uk": "Ми прийшли морем і морем повернемося. Пором, який обіцяли нашим островам, не "
    "збудовано, і ті, хто чекає на нього на березі, чекають уже дуже довго.",
}


def noise() -> str:
    """Words of letters in random order, as a bad scan has them."""
    source = random.Random(7)  # noqa: S311
    return " ".join(
        "".join(source.choices("abcdefghijklmnopqrstuvwxyz", k=source.randint(3, 9)))
        for _ in range(2_000)
    )


def pdf(text: str) -> ParsedTranscript:
    paragraph = ParsedParagraph(text, ParagraphKind.SPEECH, 1)
    speech = ParsedSpeech(position=1, paragraphs=(paragraph,))
    return ParsedTranscript(name="a.pdf", form="statement", encoding="pdf", speeches=(speech,))


@pytest.mark.parametrize("code", STATEMENTS)
def test_languages_are_told_apart(code: str) -> None:
    assert identify_language(STATEMENTS[code]) == code


def test_noise_is_in_no_language() -> None:
    assert identify_language(noise()) == ""


def test_two_halves_in_two_languages_are_in_neither() -> None:
    german, ukrainian = STATEMENTS["de"] * 20, STATEMENTS["uk"] * 20
    assert identify_language(german[:5_000] + ukrainian[:5_000]) == ""


@pytest.mark.parametrize("code", STATEMENTS)
def test_a_text_layer_in_any_language_is_read(code: str) -> None:
    parsed = check_legibility(pdf(STATEMENTS[code] * 5))
    assert "no-text-layer" not in {problem.code for problem in parsed.problems}


def test_noise_in_a_text_layer_is_refused() -> None:
    with pytest.raises(UnreadableTranscript) as refused:
        check_legibility(pdf(noise()))
    assert refused.value.code == "no-text-layer"


def test_a_short_text_layer_is_not_judged() -> None:
    assert check_legibility(pdf(noise()[:200])) == pdf(noise()[:200])

"""Checks whether a text is one: texts made by bad recognition, and texts that are in a file twice.

Nothing is refused, because part of the text may be good; the archivist decides.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from statements.transcripts.values.parsed import ParsedSpeech, Problem

# what a PDF without a table of characters gives instead of letters
_GLYPH_NUMBER = re.compile(r"(?:/[a-z]{0,2}\d{1,5})+|\(cid:\d{1,6}\)")
_MOST_GLYPHS = 0.1  # of the words
_WORD = re.compile(r"[^\W\d_]+")
_LATIN = re.compile(r"[A-Za-zÀ-ɏ]+")
_FEWEST_WORDS = 120
_FEWEST_IN_LOWER_CASE = 60
_LEAST_COMMON = 0.2  # of the words in lower case; a third of any text consists of common ones
_FEWEST_LINES = 100
_MOST_SINGLE = 0.8  # of the lines with one word
_LONG_PARAGRAPH = 15  # words
_FEWEST_REPEATED = 3  # paragraphs
_LEAST_REPEATED = 0.3  # of the words in long paragraphs
# the commonest words of languages in Latin script, in which texts are likely
_COMMON_WORDS = frozenset(
    """
    the of and to in that is for on with our we as by are this be it has have not all from its will
    le la les des de du et à en que un une pour dans est nous qui par sur au aux ce cette pas avec
    el los las y del por con para se una su como no más es al lo o da do dos das e os um uma não em
    na no ao à il di che è per non della gli i der die das und zu den von mit ist für wir nicht ein
    eine des dem auf im het een van dat met zijn voor op te niet och att det som för på är av vi
    ikke til og er af på i w z na się nie do jest że oraz ve bir bu için ile da ja on ei että se
    ovat a az és hogy nem egy și în la cu care nu sunt o u je su za da i se na ne koji v ve na že je
    se s pro ako na dan yang di untuk dengan ini itu ya wa na kwa ni katika và của các cho
    trong là có
    """.split()
)


def check_recognition(text: str) -> Iterator[Problem]:
    """Report a text that is no language, as bad recognition and broken fonts leave it."""
    tokens = text.split()
    if len(tokens) < _FEWEST_WORDS:
        return
    fault = _fault(text, tokens)
    if fault:
        yield Problem(
            "poor-text",
            f"{fault} The text recognition was probably poor; please compare the text with the "
            "original, and upload a better one.",
        )


def _fault(text: str, tokens: Sequence[str]) -> str:
    glyphs = sum(_GLYPH_NUMBER.fullmatch(token) is not None for token in tokens)
    if glyphs > _MOST_GLYPHS * len(tokens):
        return "Glyph numbers such as “/i255” have replaced letters."
    filled = [line for line in text.splitlines() if line.strip()]
    single = sum(len(line.split()) == 1 for line in filled)
    if len(filled) >= _FEWEST_LINES and single >= _MOST_SINGLE * len(filled):
        return "Nearly every line holds a single word."
    words = _WORD.findall(text)
    latin = [word for word in words if _LATIN.fullmatch(word)]
    lower = [word for word in latin if word[0].islower()]  # others may be a list of names
    if len(lower) < _FEWEST_IN_LOWER_CASE or 2 * len(latin) < len(words):
        return ""
    common = sum(word in _COMMON_WORDS for word in lower)
    if common < _LEAST_COMMON * len(lower):
        return f"Only {common / len(lower):.0%} of its words are common words of a language."
    return ""


def check_repetition(speeches: Sequence[ParsedSpeech]) -> Iterator[Problem]:
    """Report that a text stands in its file twice, which a merge or careless copying leaves."""
    paragraphs = [
        (" ".join(paragraph.text.casefold().split()), paragraph.line)
        for speech in speeches
        for paragraph in speech.paragraphs
    ]
    long = [(text, line) for text, line in paragraphs if text.count(" ") >= _LONG_PARAGRAPH]
    seen: Counter[str] = Counter()
    again: list[tuple[str, int | None]] = []
    for text, line in long:
        if seen[text]:
            again.append((text, line))
        seen[text] += 1
    repeated = sum(len(text.split()) for text, _ in again)
    if len(again) >= _FEWEST_REPEATED and repeated >= _LEAST_REPEATED * sum(
        len(text.split()) for text, _ in long
    ):
        yield Problem(
            "repeated-text",
            f"Much of the text is in this file more than once; {len(again)} paragraphs repeat "
            "earlier ones, from this line on. Keep one copy, and upload it again.",
            line=again[0][1],
        )

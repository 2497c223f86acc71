"""Chooses the sentence of a speech that is most worth quoting alone: not a courtesy, not procedure,
and understood without the sentences around it."""

import re
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import NamedTuple

SHORTEST, LONGEST = 60, 240  # characters
BEST = 120  # characters of a sentence that reads well alone
MOST_COMMAS = 4
_ENDS = (".", "!", "?", "。", "！", "？", "؟", "।")
# words of courtesies and of the conduct of meetings, in the languages of most records
_FORMAL = re.compile(
    r"""\b(?:thank\w*|congratulat\w*|welcom\w*|honou?r\w*|pleas(?:ed|ure)|wish|excellenc(?:y|ies)|
    president|chair\w*|mr|mrs|ms|delegations?|representatives?|minister|agenda|session|meetings?|
    resolutions?|draft|vote|votes|voting|floor|statement|speakers?|assembly|council|committee|
    secretary|secretariat|paragraphs?|reports?|article|annex|item|spoke|interpretation|
    merci|remerci\w*|félicit\w*|président\w*|délégations?|assemblée|conseil|séance|résolutions?|
    gracias|agradec\w*|felicit\w*|president[ea]|delegación|delegaciones|asamblea|consejo|sesión|
    resolución|danke|präsident\w*|спасибо|благодар\w*|председател\w*|делегаци\w*)\b""",
    re.IGNORECASE | re.VERBOSE,
)
# first words that refer to a sentence before, or continue it
_CONTINUES = re.compile(
    r"""(?:this|that|these|those|it|its|he|she|they|their|his|her|such|however|but|and|or|so|thus|
    therefore|moreover|furthermore|also|likewise|similarly|consequently|nevertheless|instead|
    first\w*|second\w*|third\w*|finally|lastly|then|there|here|as|in\ (?:this|that|these|addition|
    fact|particular|conclusion|short)|at\ the\ same|on\ the\ (?:other|contrary)|for\ (?:this|that|
    example|instance)|to\ (?:this|that)|with\ (?:this|that)|of\ course|indeed|yet|
    ce|cet|cette|ces|il|ils|elle|elles|cela|mais|et|or|donc|ainsi|également|
    est[eao]s?|es[eao]s?|pero|y|también|además|así|ellos|ellas|
    это|эти|этот|он|она|они|но|и|а)\b""",
    re.IGNORECASE | re.VERBOSE,
)
_STRONG = re.compile(
    r"\b(?:we|us|our|must|never|nobody|only|not|no|peace|people|freedom|justice|future|children|"
    r"world|hope|nous|notre|jamais|paix|peuples?|nosotros|nuestr[oa]s?|nunca|paz|pueblos?)\b",
    re.IGNORECASE,
)
_NOT_PROSE = re.compile(r"[.!?]\s|[\d/\[\]()|*_=<>:;—]|\.\.\.|…|\b[A-Z]{3,}\b|[\"“”«»]")


class Paragraph(NamedTuple):
    position: int
    text: str
    sentence_starts: Sequence[int]


class QuotableSentence(NamedTuple):
    paragraph: int  # position
    sentence: int  # from 1
    text: str
    score: float


def quotable_sentence(paragraphs: Iterable[Paragraph]) -> QuotableSentence | None:
    """Return the best sentence of some paragraphs; None if none is fit to be quoted alone.

    >>> text = "I thank you, Mr. President. " + (
    ...     "A river that nobody guards will one day be a river that nobody can drink from.")
    >>> quotable_sentence([Paragraph(4, text, [0, 28])]).sentence
    2
    """
    candidates = (
        QuotableSentence(paragraph.position, number, sentence, score)
        for paragraph in paragraphs
        for number, sentence in enumerate(_sentences(paragraph), start=1)
        if (score := _score(sentence)) is not None
    )
    return max(candidates, key=lambda candidate: candidate.score, default=None)


def _sentences(paragraph: Paragraph) -> Iterable[str]:
    starts = [*paragraph.sentence_starts, len(paragraph.text)]
    for start, end in pairwise(starts):
        yield paragraph.text[start:end].strip()


def _score(sentence: str) -> float | None:
    """Return how fit a sentence is to be quoted, the higher the better; None if it is not."""
    length = len(sentence)
    if (
        not SHORTEST <= length <= LONGEST
        or not sentence.endswith(_ENDS)
        or sentence[0].islower()
        or sentence.count(",") > MOST_COMMAS
        or _NOT_PROSE.search(sentence)
        or _CONTINUES.match(sentence)
        or _FORMAL.search(sentence)
    ):
        return None
    strong = min(len(_STRONG.findall(sentence)), 4)
    return strong - abs(length - BEST) / BEST - sentence.count(",") / 4

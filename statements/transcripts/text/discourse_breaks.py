"""Divides the text of a source that has no paragraphs where a speaker turns to another matter.

A paragraph begins with a sentence that opens with a marker of such a turn ("Secondly", "With regard
to"), or, if none comes for long, with the next sentence that does not lean on the one before.
"""

import re

from statements.transcripts.text.sentence_breaks import sentence_starts

MIN_WORDS, MAX_WORDS = 40, 130  # of a paragraph, as far as sentences allow

_ENGLISH = (
    "first|firstly|second|secondly|third|thirdly|fourth|fourthly|fifth|fifthly|finally|lastly"
    "|my (?:first|second|third|fourth|fifth|last|final) point|the (?:first|second|third|last) point"
    "|in conclusion|to conclude|in closing|to sum up|in addition|moreover|furthermore"
    "|let (?:me|us) (?:now|also|turn|begin|start|conclude|close|end|add|say|first)"
    "|allow me|i (?:will|shall|wish|want|would like|should like|now|also) (?:now |also )?to"
    "|i (?:now )?turn to|turning (?:now )?to|with (?:regard|respect) to|regarding|as regards|as for"
    "|as to|concerning|on the (?:issue|question|subject|topic|matter|situation|other hand)"
    "|(?:mr|madam|madame) (?:president|chair|chairman|chairperson)|at the same time|meanwhile"
)
_FRENCH = (
    "premièrement|deuxièmement|troisièmement|quatrièmement|enfin|en conclusion|pour conclure"
    "|permettez-moi|s[’']agissant d|quant (?:à|au)|en ce qui concerne|par ailleurs|en outre"
)
_SPANISH = (
    "en (?:primer|segundo|tercer|cuarto) lugar|por último|finalmente|permítame|permítanme"
    "|en cuanto a|respecto (?:a|de)|en lo que respecta|para concluir|en conclusión|además"
)
_RUSSIAN = "во-первых|во-вторых|в-третьих|в-четвертых|наконец|в заключение|позвольте|что касается"
_MARKER = re.compile(rf"""["'“«]?(?:{_ENGLISH}|{_FRENCH}|{_SPANISH}|{_RUSSIAN})\b""", re.IGNORECASE)
# sentences that begin so explain the one before
_LEANING = re.compile(
    r"(?:this|that|these|those|it|they|he|she|such|thus|therefore|hence|but|and|or|so|yet|however"
    r"|nor|instead|indeed|otherwise|for (?:example|instance|that)|in (?:this|that|so)|cela|ce|cette"
    r"|ces|il|elle|mais|et|esto|eso|ello|pero|y|это|он|она|они|но|и)\b",
    re.IGNORECASE,
)


def discourse_breaks(text: str) -> list[int]:
    """Return where the paragraphs of an undivided text begin, in characters: 0 first, then
    ascending, each at the beginning of a sentence."""
    starts = sentence_starts(text)
    lengths = [
        len(text[start:end].split())
        for start, end in zip(starts, [*starts[1:], len(text)], strict=True)
    ]
    remaining = sum(lengths)
    breaks, length = [0], 0
    for start, words in zip(starts, lengths, strict=True):
        if remaining >= MIN_WORDS / 2 and length >= MIN_WORDS and _is_break(text, start, length):
            breaks.append(start)
            length = 0
        length += words
        remaining -= words
    return breaks


def _is_break(text: str, start: int, length: int) -> bool:
    """Return whether a paragraph of some length may end before a sentence."""
    return bool(_MARKER.match(text, start)) or (
        length >= MAX_WORDS and not _LEANING.match(text, start)
    )

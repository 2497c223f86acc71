"""Tells the language of a text, and a text that is in none: the rubbish of a bad scan.

A language with a pack is known by its commonest words: a clean text has at least the share of them
that the pack states, other languages and rubbish have far less. For what is left the library
py3langid decides, part by part, because it takes rubbish for one language here and another there.
"""

import re
from collections import Counter

from statements.transcripts.languages.pack import PACKS, LanguagePack

_SAMPLE = 20_000  # characters; more do not change the answer
_WORD = re.compile(r"[^\W\d_]+")
_APOSTROPHES = str.maketrans("'’ʼ", "   ")
_NO_LANGUAGE = "zxx"  # in ISO 639-2, and of the library
_PART = 1_000  # characters that the library judges at once
_AGREEMENT = 0.9  # of the parts
_AFTER_LATIN = "\u0250"  # the first letter after the blocks of Latin ones
_DAMAGED = 0.6  # of its share that a damaged text in a language still has


def identify_language(text: str) -> str:
    """Return the code of the language of a text; "" if it is in no language.

    A few dozen words are enough, unless they are a list of names.

    >>> identify_language("Nous sommes venus par la mer, et nous y retournerons tous ensemble.")
    'fr'
    """
    sample, shares = _shares(text)
    best = max(PACKS, key=lambda pack: shares[pack])
    if shares[best] >= 1:
        return best.code
    code = _by_library(sample)
    has_pack = {pack.code: shares[pack] for pack in PACKS}
    return code if has_pack.get(code, 1) >= _DAMAGED else ""


def identify_language_by_pack(text: str) -> str:
    """Return the code of the language of a text if it has a pack, without the library; else ""."""
    _, shares = _shares(text)
    best = max(PACKS, key=lambda pack: shares[pack])
    return best.code if shares[best] >= 1 else ""


def assumed_language(text: str) -> str:
    """Return the code of the language of a text, also of a few words: that of its pack, or else
    English if it is in Latin letters; "" for any other.

    >>> assumed_language("Merci."), assumed_language("La séance est levée."), assumed_language("谢")
    ('en', 'fr', '')
    """
    if code := identify_language_by_pack(text):
        return code
    first = next(filter(str.isalpha, text), "")
    return "en" if first < _AFTER_LATIN else ""


def likeliest_pack(text: str) -> LanguagePack:
    """Return the pack of whose common words a text has most; English if it has none.

    >>> likeliest_pack("DISCOURS DU PRÉSIDENT DE LA RÉPUBLIQUE").name
    'French'
    """
    _, shares = _shares(text)
    return max(PACKS, key=lambda pack: shares[pack])


def _shares(text: str) -> tuple[str, dict[LanguagePack, float]]:
    """Return the beginning of a text, and for each pack the share of its common words in that,
    compared with a clean text."""
    sample = " ".join(text[:_SAMPLE].lower().split())
    words = Counter(_WORD.findall(sample.translate(_APOSTROPHES)))
    letters = Counter(filter(str.isalpha, sample))
    return sample, {
        # of characters where words are not spaced
        pack: _share(pack, letters if pack.script == "han" else words) / pack.least_share
        for pack in PACKS
    }


def _share(pack: LanguagePack, counts: Counter[str]) -> float:
    """Return the share of common words."""
    common = sum(count for word, count in counts.items() if word in pack.common_words)
    return common / max(counts.total(), 1)


def _by_library(sample: str) -> str:
    # most texts do not need it, and its model takes half a second and 80 MB
    import py3langid

    parts = [sample[start : start + _PART] for start in range(0, len(sample), _PART)]
    if len(parts) > 1 and len(parts[-1]) < _PART // 2:
        parts.pop()
    counts = Counter(py3langid.classify(part)[0] for part in parts)
    if not counts:
        return ""
    code, agreeing = counts.most_common(1)[0]
    is_agreed = agreeing >= _AGREEMENT * len(parts) and code != _NO_LANGUAGE
    return str(code) if is_agreed else ""

"""Terms of several words, which are indexed at the place of the first: compounds, whose words are
joined by hyphens, and pairs of characters.

In a script that is written without spaces every character is a word, and two that follow each other
are also a pair, as Lucene's CJKBigramFilter makes them with ``outputUnigrams``. A query looks for
pairs, which are as rare as words of other languages, and for a character only if it stands alone.
"""

import re
from collections.abc import Iterable, Sequence

from statements.search.analysis.inflection import HYPHEN

# kana, and the ideographs that Chinese and Japanese have in common. Korean has spaces
UNSPACED = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff66-\uff9f\U00020000-\U0003134f"
_CHARACTER = re.compile(f"[{UNSPACED}]")
_PAIR = re.compile(f"[{UNSPACED}]{{2}}")
_HYPHEN = HYPHEN.encode()
_LEAST = b"\xe3"  # no character above begins with a lesser byte


def is_unspaced(word: str) -> bool:
    """Return whether a word is a character of a script that is written without spaces."""
    return _CHARACTER.fullmatch(word) is not None


def is_pair(term: str) -> bool:
    return _PAIR.fullmatch(term) is not None


def is_multiword(term: bytes) -> bool:
    """Return whether a term of the index has several words, given in UTF-8."""
    return _HYPHEN in term or (term >= _LEAST and is_pair(term.decode()))


def are_multiword(terms: Iterable[bytes]) -> list[bool]:
    """The same for many terms, most of which are Latin: without a call for each."""
    return [_HYPHEN in term or (term >= _LEAST and is_pair(term.decode())) for term in terms]


def count_words(term: str) -> int:
    return 2 if is_pair(term) else term.count(HYPHEN) + 1


def words_of(terms: Sequence[str]) -> tuple[str, ...]:
    """Return the words of consecutive terms, each pair of which shares a character with the next.

    >>> words_of(("联合", "合国"))
    ('联', '合', '国')
    """
    firsts = tuple(term[0] if is_pair(term) else term for term in terms)
    return (*firsts, terms[-1][1]) if terms and is_pair(terms[-1]) else firsts

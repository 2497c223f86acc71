"""The words of a segment without a side-car: what of it is read at once, on first use.

It tells the same as a side-car does: the terms of each searched field, in order, and of every key
(``inflection``) the words that have it.
"""

from bisect import bisect_left
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial

import numpy as np

from statements.search.analysis import inflection
from statements.search.analysis.inflection import LISTENED_FOR
from statements.search.analysis.languages import Languages
from statements.search.fields import SEARCHED, TEXT_FIELD
from statements.search.index.formats.mapped_file import Strings
from statements.search.index.formats.whoosh_postings import Postings

_AFTER = b"\xff"  # every byte of a term

Find = Callable[[str, str], Postings]


class Vocabulary:
    def __init__(self, terms: Iterable[tuple[str, bytes]], size: int, find: Find) -> None:
        self._terms: dict[str, list[bytes]] = {field: [] for field in SEARCHED}
        for field, term in terms:
            if field in self._terms:
                self._terms[field].append(term)
        self._members: dict[bytes, list[bytes]] = {}
        languages = _languages(self._terms[TEXT_FIELD], size, find)
        self.languages = frozenset(languages)
        for word in sorted({term for of in self._terms.values() for term in of}):
            for key in inflection.keys(
                word.decode(),
                [one for one, some in languages.items() if some is None or word in some],
            ):
                self._members.setdefault(key.encode(), []).append(word)

    def terms(self, field: str) -> Sequence[bytes]:
        return self._terms[field]

    def members(self, key: bytes) -> list[bytes]:
        return self._members.get(key, [])


def _languages(terms: Sequence[bytes], size: int, find: Find) -> Mapping[str, set[bytes] | None]:
    """The words that are of each language; None for all."""
    heard = Languages(size)
    for word in LISTENED_FOR:
        postings = find(TEXT_FIELD, word)
        heard.hear(word, postings.documents, postings.frequencies)
    found: dict[str, set[bytes] | None] = {inflection.ENGLISH: None}
    for language, texts in heard.texts().items():
        found[language] = {
            term for term in terms if np.any(texts[find(TEXT_FIELD, term.decode()).documents])
        }
    return found


def beginning_so(terms: Sequence[bytes], letters: bytes) -> range:
    """The numbers, among terms in order, of those that begin so."""
    place = terms.place if isinstance(terms, Strings) else partial(bisect_left, terms)
    return range(place(letters), place(letters + _AFTER))

"""The number of words, and digests by which the same words are recognised, however printed."""

import re
import unicodedata
from collections.abc import Iterable
from hashlib import blake2b
from uuid import UUID

# case, spaces, punctuation and hyphens differ between prints of one text
_BETWEEN_LETTERS = re.compile(r"[\W_]+")


def digest_of_words(texts: Iterable[str]) -> UUID | None:
    """Return a digest of 128 bits of the letters and digits of some texts, or None without any.

    It is the same however the words are divided into paragraphs and lines.

    >>> digest_of_words(["The sea-", "port is DRY."]) == digest_of_words(["the seaport is dry"])
    True
    """
    digest = blake2b(digest_size=16)
    is_empty = True
    for text in texts:
        letters = _BETWEEN_LETTERS.sub("", unicodedata.normalize("NFKC", text).casefold())
        is_empty = is_empty and not letters
        digest.update(letters.encode())
    return None if is_empty else UUID(bytes=digest.digest())


def count_words(texts: Iterable[str]) -> int:
    """Return the number of words of some texts, as divided by spaces and lines.

    >>> count_words(["The sea port", "is dry."])
    5
    """
    return sum(len(text.split()) for text in texts)

"""Folding of printed names, so that one name printed two ways compares equal; never a guess."""

import re
import unicodedata

_APOSTROPHES = str.maketrans({"’": "'", "‘": "'", "ʼ": "'", "`": "'", "´": "'", "‐": "-", "‑": "-"})
_SPACE = re.compile(r"\s+")
_LETTERS = str.maketrans({"ø": "o", "đ": "d", "ł": "l", "ı": "i", "æ": "ae", "œ": "oe", "ß": "ss"})


def fold(name: str) -> str:
    """The form under which names are compared: case, accents, kinds of apostrophe, white space
    and a leading "the" do not count; every letter does.

    >>> fold("The  Côte d’Ivoire") == fold("COTE D'IVOIRE")
    True
    """
    text = unicodedata.normalize("NFKD", name).casefold().translate(_APOSTROPHES)
    text = "".join(char for char in text if not unicodedata.combining(char)).translate(_LETTERS)
    return _SPACE.sub(" ", text).strip().removeprefix("the ")


def sort_form(name: str) -> str:
    """The form by which a list of names is ordered."""
    return fold(name).replace("'", "").replace("-", " ")

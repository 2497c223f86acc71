"""Folding of printed names, so that one name printed two ways compares equal; never a guess."""

import re
import unicodedata

_APOSTROPHES = str.maketrans({"’": "'", "‘": "'", "ʼ": "'", "`": "'", "´": "'", "‐": "-", "‑": "-"})
_SPACE = re.compile(r"\s+")
_DIGIT_IN_WORD = re.compile(r"[^\W\d_][0-9|]|[0-9|][^\W\d_]")
_DIGITS = str.maketrans("0568", "osob")
_LETTERS = str.maketrans({"ø": "o", "đ": "d", "ł": "l", "ı": "i", "æ": "ae", "œ": "oe", "ß": "ss"})


def fold(name: str) -> str:
    """The form under which names are compared: case, accents, kinds of apostrophe, white space
    and a leading "the" do not count; every letter does.

    >>> fold("The  Côte d’Ivoire") == fold("COTE D'IVOIRE")
    True
    """
    text = unicodedata.normalize("NFKD", name).casefold().translate(_APOSTROPHES)
    if not text.isascii():
        text = "".join(char for char in text if not unicodedata.combining(char))
    text = text.translate(_LETTERS)
    return _SPACE.sub(" ", text).strip().removeprefix("the ")


def misread_forms(name: str) -> list[str]:
    """What a name may have been before character recognition put digits for letters in it; for
    whole names to be looked up, and told to the reader where one is found.

    >>> misread_forms("C6te d'Ivoire")
    ["Cote d'Ivoire"]
    """
    if _DIGIT_IN_WORD.search(name) is None:
        return []
    forms = (name.translate(_DIGITS | {ord("1"): one, ord("|"): one}) for one in "li")
    return list(dict.fromkeys(forms))


def sort_form(name: str) -> str:
    """The form by which a list of names is ordered."""
    return fold(name).replace("'", "").replace("-", " ")

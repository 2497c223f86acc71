"""Folding of printed names, so that spellings of one name compare equal. Nothing is guessed."""

import re
import unicodedata
from functools import lru_cache

_APOSTROPHES = str.maketrans({"’": "'", "‘": "'", "ʼ": "'", "`": "'", "´": "'", "‐": "-", "‑": "-"})
_SPACE = re.compile(r"\s+")
_INITIAL = re.compile(r"\b([^\W\d_])\.\s*")
_LONE_LETTER = re.compile(r"(?<!\S)([^\W\d_])(?!\S)")
_BETWEEN_INITIALS = re.compile(r"(?<=\.) (?=[^\W\d_]\.)")
_DIGIT_IN_WORD = re.compile(r"[^\W\d_][0-9|]|[0-9|][^\W\d_]")
_DIGITS = str.maketrans("0568", "osob")
_LETTERS = str.maketrans({"ø": "o", "đ": "d", "ł": "l", "ı": "i", "æ": "ae", "œ": "oe", "ß": "ss"})


def fold(name: str) -> str:
    """Return the form in which names are compared: without case, accents, kinds of apostrophe,
    extra white space and a leading "the". All letters are kept.

    >>> fold("The  Côte d’Ivoire") == fold("COTE D'IVOIRE")
    True
    """
    if name.isascii():
        text = name.lower().replace("`", "'")
    else:
        text = unicodedata.normalize("NFKD", name).casefold().translate(_APOSTROPHES)
        text = "".join(char for char in text if not unicodedata.combining(char))
        text = text.translate(_LETTERS)
    return " ".join(text.split()).removeprefix("the ")


def fold_letters(text: str) -> str:
    """Fold each letter to one letter, so that places stay.

    >>> fold_letters("Côte d’Ivoire")
    "cote d'ivoire"
    """
    return "".join(map(_fold_letter, text))


# Persian forms of letters, which Arabic texts have for their own
_ARABIC = str.maketrans({"ی": "ي", "ک": "ك"})


@lru_cache(maxsize=1 << 12)
def _fold_letter(letter: str) -> str:
    letter = letter.translate(_ARABIC)
    return (fold(letter) or letter)[0] if letter.isalpha() or letter in "’‘" else letter


def without_stops(folded: str) -> str:
    """Return a folded name with its initials printed without full stops, each a word.

    >>> without_stops("j.a. smith") == without_stops("j. a smith") == "j a smith"
    True
    """
    return _SPACE.sub(" ", _INITIAL.sub(r"\1 ", folded)).strip()


def initials_forms(name: str) -> set[str]:
    """Return the forms in which the initials of a folded name are printed.

    >>> sorted(initials_forms("j a smith"))
    ['j a smith', 'j. a. smith', 'j.a. smith']
    """
    stops = _LONE_LETTER.sub(r"\1.", without_stops(name))
    return {name, without_stops(name), stops, _BETWEEN_INITIALS.sub("", stops)}


def misread_forms(name: str) -> list[str]:
    """Return what a name may have been before OCR replaced letters by digits.

    These are candidates for a lookup of the whole name; a match is reported to the user.

    >>> misread_forms("C6te d'Ivoire")
    ["Cote d'Ivoire"]
    """
    if _DIGIT_IN_WORD.search(name) is None:
        return []
    forms = (name.translate(_DIGITS | {ord("1"): letter, ord("|"): letter}) for letter in "li")
    return list(dict.fromkeys(forms))


def sort_form(name: str) -> str:
    """Return the key by which names are sorted in lists."""
    return fold(latin_letters(name)).replace("'", "").replace("-", " ")


# Greek and Cyrillic letters that are printed like Latin ones
_LOOKALIKES = str.maketrans(
    "ΑΒΕΖΗΙΚΜΝΟΡΤΥΧαικνορυАВЕКМНОРСТУХІЈЅаеорсухіјѕ",
    "ABEZHIKMNOPTYXaikvopuABEKMHOPCTYXIJSaeopcyxijs",
)
_LATIN = re.compile("[A-Za-zÀ-ɏ]")


def latin_letters(name: str) -> str:
    """Return a name with the letters of other scripts that look like Latin ones as these, if
    the name has Latin letters; a name wholly in another script stays.

    >>> latin_letters("\N{GREEK CAPITAL LETTER BETA}oris")
    'Boris'
    """
    if name.isascii() or not _LATIN.search(name):
        return name
    return name.translate(_LOOKALIKES)

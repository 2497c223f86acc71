"""What title blocks of statements have in common in all languages."""

import datetime
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

MAX_WORDS = 160
PLACE = "¶"
LONGEST_PHRASE = 220  # characters that name the speaker and the office
MOST_NAMES = 7  # words of a name

# a misread ordinal, as in '79" session', opens no quotation
_QUOTED = re.compile(r"(?:[«“„]|(?<!\d)\")[^«»“”\"„]{0,400}[»”\"]")
_ROMAN = re.compile(r"[IVX]{1,5}")
# 27/09/2024, 24.09.2024, 2024/9/22: what may be the day is tried by ``read_date``
DATE_IN_FIGURES = re.compile(
    r"(?<![\d./-])(?:\d{1,2}(?P<sign>[./])\d{1,2}(?P=sign)\d{4}|\d{4}/\d{1,2}/\d{1,2})(?![\d./-])"
)


@dataclass(frozen=True, slots=True)
class TitleBlock:
    """What a title block states; what it does not state is empty."""

    honorific: str
    speaker: str
    role: str
    state: str
    date: datetime.date | None
    date_printed: str


def mark_places(lines: Sequence[str], is_place: Callable[[str], bool]) -> list[str]:
    """Return the lines of a title with a mark for each that says where or when it was."""
    return [PLACE if is_place(line) else line for line in lines]


def is_town(before: str, is_office: Callable[[str], bool]) -> bool:
    """Return whether a town stands before the name of a State: "Mr. Lund, Baku, " (Azerbaijan)."""
    *others, last = before.rstrip().removesuffix(",").split(",")
    return before.rstrip().endswith(",") and bool(others) and not is_office(last)


def join_title(lines: Sequence[str]) -> str:
    """Return the text of a title without the motto of a session in quotation marks; "" if it is too
    long for a title."""
    text = " ".join(_QUOTED.sub(" ", " ".join(lines)).split())
    return text if len(text.split()) <= MAX_WORDS else ""


def lower_name(words: Sequence[str]) -> str:
    """Return a name in capitals as it is written elsewhere."""
    in_capitals = all(word.isupper() for word in words)
    written = [word.capitalize() if in_capitals and len(word) == 2 else word for word in words]
    return " ".join(map(lower_word, written))


def lower_word(word: str) -> str:
    """Return a word in capitals as it is written elsewhere; initials and numerals stay."""
    if len(word) < 3 or not word.isupper() or _ROMAN.fullmatch(word) or "." in word:
        return word
    return re.sub(r"[^\W\d_]+", lambda part: part[0].capitalize(), word)


def only_date(dates: Iterator[tuple[datetime.date, str]]) -> tuple[datetime.date | None, str]:
    """Return the date of a title with what is printed, if all its dates are the same."""
    found = dict(dates)
    return next(iter(found.items())) if len(found) == 1 else (None, "")

"""What title blocks of statements have in common in all languages."""

import datetime
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass

from statements.transcripts.values.dates import read_date

MAX_WORDS = 160
PLACE = "¶"
LONGEST_PHRASE = 220  # characters that name the speaker and the office
MOST_NAMES = 7  # words of a name

# a misread ordinal, as in '79" session', opens no quotation
_QUOTED = re.compile(r"(?:[«“„]|(?<!\d)\")[^«»“”\"„]{0,400}[»”\"]")
_ROMAN = re.compile(r"[IVX]{1,5}")
# 27/09/2024, 24.09.2024, 2024/9/22: what may be the day is tried by ``read_date``
_IN_FIGURES = re.compile(
    r"(?<![\d./-])(?:\d{1,2}(?P<sign>[./-])\d{1,2}(?P=sign)\d{4}"
    r"|\d{4}(?P<mark>[/-])\d{1,2}(?P=mark)\d{1,2})(?![\d./-])"
)
# a day before or after which another one stands: "22-30 September", "from 22 to 30 September"
_FIRST_OF_DAYS = re.compile(
    r"(?<!\d)\d{1,2}\W{0,2}(?:st|nd|rd|th|er)?\s?(?:[-–—&]|至|到"
    r"|(?:[^\W\d_]{3,10}\s)?(?:to|until|and|au|et|al|y|до|по|и|إلى)\s)\s?$",
    re.IGNORECASE,
)
_LAST_OF_DAYS = re.compile(r"\s?(?:[-–—至到]\s?\d{1,2}\s?日|(?:to|until)\s\d)", re.IGNORECASE)
_LONGEST_RANGE = 24  # characters before a day in which another one may stand


@dataclass(frozen=True, slots=True)
class TitleBlock:
    """What a title block states; what it does not state is empty."""

    honorific: str
    speaker: str
    role: str
    state: str
    organ: str  # in English
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


def is_one_of_days(text: str, start: int, end: int) -> bool:
    """Return whether a date is the first or last day of several: "22-30 September 2024".

    >>> is_one_of_days("22-30 September 2024", 3, 20), is_one_of_days("30 September 2024", 0, 17)
    (True, False)
    """
    before = text[max(0, start - _LONGEST_RANGE) : start]
    return bool(_FIRST_OF_DAYS.search(before) or _LAST_OF_DAYS.match(text, end))


def find_figures(text: str) -> re.Match[str] | None:
    """Return the first date in figures, "24.09.2024"."""
    return _IN_FIGURES.search(text)


def dates_in_figures(text: str) -> Iterator[tuple[datetime.date, str]]:
    """Yield the dates in figures, each with what is printed; none where the day is not certain."""
    for match in _IN_FIGURES.finditer(text):
        with suppress(ValueError):
            if not is_one_of_days(text, match.start(), match.end()):
                yield read_date(match[0]), match[0]


def only_date(dates: Iterator[tuple[datetime.date, str]]) -> tuple[datetime.date | None, str]:
    """Return the date of a title with what is printed, if all its dates are the same."""
    found = dict(dates)
    return next(iter(found.items())) if len(found) == 1 else (None, "")

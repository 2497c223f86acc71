"""The first page of a whole record: organ, symbol, number, date, place, chair, members, agenda.

Besides these fields, all its lines are kept as printed, so that nothing is lost.
"""

import re
from collections.abc import Iterator, Sequence
from datetime import date
from itertools import pairwise

from statements.transcripts.record.narrative import opens_meeting
from statements.transcripts.speakers.attribution import split_name
from statements.transcripts.text.lines import Line
from statements.transcripts.values.dates import MONTHS, WEEKDAYS
from statements.transcripts.values.parsed import (
    ParsedMeeting,
    ParsedMember,
    ParsedPresident,
    Problem,
    Severity,
)
from statements.transcripts.values.symbols import Symbol

_MAX_LINES = 400  # no first page is longer

_DATE = re.compile(
    rf"(?P<weekday>{'|'.join(WEEKDAYS)}),?\s+(?P<day>\d{{1,2}})\s+(?P<month>{'|'.join(MONTHS)})"
    r",?\s+(?P<year>\d{4})(?:,?\s+(?:at\s+)?[\d.:]{1,5}\s*(?:[ap]\.?\s?m\.?|noon)?)?",
    re.IGNORECASE,
)
_ORGAN = re.compile(
    r"(?:[A-Z][\w-]+\s+(?:(?:and|of|on|the|for)\s+)*){0,7}(?:Council|Assembly|Committee|Commission|Conference|Forum)"
    r"(?:\s+(?:of|on|for)\s+[A-Z][\w ]{2,80})?"
)
_NUMBER = re.compile(
    r"(?P<number>\d{1,5})\s?(?:st|nd|rd|th)\s+(?:\(.{1,40}\)\s+)?(?:plenary\s+)?meeting",
    re.IGNORECASE,
)
_SYMBOL_LINE = re.compile(
    r"[A-Z][A-Z0-9]{0,9}(?:/[A-Z0-9.\-]{1,12}){0,4}/(?:PV|SR)\s?[./]\s?\d{1,5}"
)
_SYMBOL_AT_END = re.compile(rf"(?<=\s){_SYMBOL_LINE.pattern}$")  # "United Nations A/C.6/70/SR.9"
# the following patterns are for lines with single spaces
_RESUMPTION = re.compile(r"\(?\s?Resumption\s?\d{0,2}\s?\)?", re.IGNORECASE)
_LEADERS = re.compile(r"\s?(?:\.{3,}|(?:\.\s){2,}\.?|…+(?:\s?…+)*|_{3,}|·{3,})[\s.…]*")
_CHAIR = re.compile(
    r"\s?(?:Acting |Temporary )?(?:Presidents?|Chair(?:man|person|s)?)\s?:\s?", re.IGNORECASE
)
_MEMBERS = re.compile(r"\s?Members\s?:\s?", re.IGNORECASE)
_LABEL = re.compile(r"[A-Z][A-Za-z ]{2,30}:(?:\s|$)")
_AGENDA = re.compile(r"\s?Agenda\s?:?\s?", re.IGNORECASE)
_AFTER_AGENDA = re.compile(
    r"\s*(?:This record (?:contains|is)|\*?(?:\d{2}|[A-Z]{2,5})-\d{5}|The present record"
    r"|Corrections should)"
)
_PLACE = re.compile(r"[A-Z][\w.'’ -]{2,40}(?:, [A-Z][\w.'’ -]{2,40}){0,2}")
_HOUR = re.compile(r"(?:at )?\d{1,2}(?:[.:]\d\d)? ?[ap]\.?m|at noon", re.IGNORECASE)
_HELD_AT = re.compile(r"Held at (?P<place>[^\n]{3,120}?),?\s+on\s", re.IGNORECASE)
_PAPERS = re.compile(r"(?:Letters?|Reports?|Notes?|Identical letters|Statements?)\b")
_COUNTRY = re.compile(r"\((?P<country>(?:[^()]|\([^()]*\)){2,80})\)")


def find_first_page(lines: Sequence[Line]) -> int:
    """Return the number of lines of the first page; 0 if the text is not a whole record."""
    opening = next(
        (index for index, line in enumerate(lines[:_MAX_LINES]) if opens_meeting(line.text)), None
    )
    head = [line.text.strip() for line in lines[: opening if opening is not None else 60]]
    has_symbol = any(map(_find_symbol, head))
    has_number = any(map(_NUMBER.search, head))
    has_date = _DATE.search(" ".join(head)) is not None
    if opening is not None:
        return opening if has_symbol or has_number or has_date else 0
    return _cover_length(lines) if has_symbol and has_number and has_date else 0


def _cover_length(lines: Sequence[Line]) -> int:
    """Return the length of a first page without opening line, which ends with date and place."""
    for index, line in enumerate(lines[:60]):
        if _DATE.search(line.text):
            next_text = lines[index + 1].text.strip() if index + 1 < len(lines) else ""
            return index + (2 if _PLACE.fullmatch(next_text) else 1)
    return 0


def read_first_page(lines: Sequence[Line]) -> tuple[ParsedMeeting, list[Problem]]:
    """Read the lines of a first page; fields that are not found stay empty."""
    problems: list[Problem] = []
    texts = [" ".join(line.text.split()) for line in lines]
    joined = "\n".join(texts)
    symbol_printed, symbol = _symbol(texts)
    meeting_date, date_printed = _date(joined, problems)
    number = _NUMBER.search(joined)
    meeting = ParsedMeeting(
        symbol=symbol,
        symbol_printed=symbol_printed,
        organ=_organ(texts[:30]),
        number=int(number["number"]) if number else (symbol.number if symbol else None),
        date=meeting_date,
        date_printed=date_printed,
        place=_place(texts, joined),
        presidents=tuple(_presidents(texts)),
        members=tuple(_members(texts)),
        agenda_items=tuple(_agenda(lines)),
        first_page=tuple(text for text in texts if text),
    )
    return meeting, problems


def _organ(texts: Sequence[str]) -> str:
    """Return the name of the organ, in title case; older records print "GENERAL / ASSEMBLY"."""
    two_lines = (
        f"{above} {below}" for above, below in pairwise(texts) if (above + below).isupper()
    )
    for text in [*two_lines, *texts]:
        name = text.title() if text.isupper() else text
        if _ORGAN.fullmatch(name):
            return name
    return ""


def _find_symbol(line: str) -> re.Match[str] | None:
    """Find the symbol at the beginning or the end of a line of the first page."""
    return _SYMBOL_LINE.match(line) or _SYMBOL_AT_END.search(line)


def _symbol(texts: Sequence[str]) -> tuple[str, Symbol | None]:
    for index, text in enumerate(texts):
        match = _find_symbol(text)
        if match is None:
            continue
        rest = text[match.end() :].strip()
        below = next(filter(None, texts[index + 1 : index + 3]), "")
        resumption = _RESUMPTION.match(rest) or _RESUMPTION.fullmatch(below)
        printed = f"{match[0]} {resumption[0].strip()}" if resumption else match[0]
        try:
            return printed, Symbol.parse(printed)
        except ValueError:
            continue
    return "", None


def _date(joined: str, problems: list[Problem]) -> tuple[date | None, str]:
    match = _DATE.search(joined)
    if match is None:
        return None, ""
    printed = " ".join(match[0].split())
    month = MONTHS.index(match["month"].lower()) + 1
    try:
        meeting_date = date(int(match["year"]), month, int(match["day"]))
    except ValueError:
        problems.append(
            Problem("impossible-date", f"“{printed}” is not a valid date.", Severity.ERROR)
        )
        return None, printed
    weekday = WEEKDAYS[meeting_date.weekday()]
    if weekday != match["weekday"].lower():
        problems.append(
            Problem(
                "weekday-mismatch",
                f"“{printed}” was a {weekday.capitalize()}. Please check the date.",
            )
        )
    return meeting_date, printed


def _place(texts: Sequence[str], joined: str) -> str:
    if match := _HELD_AT.search(joined.replace("\n", " ")):
        return match["place"].strip(" ,")
    for index, text in enumerate(texts):
        if _DATE.search(text):
            texts_below = texts[index + 1 : index + 5]
            below = next((text for text in texts_below if text and not _HOUR.match(text)), "")
            below = below.title() if below.isupper() else below
            return below if _PLACE.fullmatch(below) and not _CHAIR.match(below) else ""
    return ""


def _entry(texts: Sequence[str], label: re.Pattern[str]) -> Iterator[str]:
    """Yield the lines of one labelled entry, up to the next label."""
    inside = False
    for text in texts:
        match = label.match(text)
        if match and not inside:
            inside = True
            text = text[match.end() :]
        elif inside and (_LABEL.match(text) or _AGENDA.fullmatch(text)):
            return
        if inside and text.strip(" ."):
            yield text


def _presidents(texts: Sequence[str]) -> Iterator[ParsedPresident]:
    printed = _LEADERS.sub(" ", " ".join(_entry(texts, _CHAIR))).strip()
    country = _COUNTRY.search(printed)
    affiliation = country["country"].strip() if country else ""
    names = printed[: country.start()] if country else printed
    if len(names) > 300:
        return
    for name in names.split("/"):
        if name.strip():
            honorific, bare = split_name(name.strip())
            yield ParsedPresident(name=bare, honorific=honorific, affiliation=affiliation)


def _members(texts: Sequence[str]) -> Iterator[ParsedMember]:
    pending = ""
    for text in _entry(texts, _MEMBERS):
        pending = f"{pending} {text}".strip()
        parts = _LEADERS.split(pending, maxsplit=1)
        if len(parts) == 2 and parts[1].strip():
            honorific, name = split_name(parts[1].strip())
            yield ParsedMember(affiliation=parts[0].strip(), name=name, honorific=honorific)
            pending = ""


def _agenda(lines: Sequence[Line]) -> list[str]:
    """Return the titles of the items, without the letters and reports listed under them."""
    entries: list[str] = []
    inside, open_entry = False, False
    for line in lines:
        text = " ".join(line.text.split())
        if not inside:
            inside = _AGENDA.fullmatch(text) is not None
        elif _AFTER_AGENDA.match(text):
            break
        elif not any(map(str.isalpha, text)):
            open_entry = False
        elif open_entry and _PAPERS.match(text) is None:
            entries[-1] += f" {text}"
        else:
            entries.append(text)
            open_entry = True
    return [entry for index, entry in enumerate(entries) if index == 0 or not _PAPERS.match(entry)]

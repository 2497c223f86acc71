"""The first page of a whole record: organ, symbol, number, date, place, chair, members, agenda.

Besides these fields, all its lines are kept as printed, so that nothing is lost.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from itertools import pairwise

from statements.transcripts.languages.names import fold
from statements.transcripts.languages.pack import (
    ENGLISH,
    PACKS,
    LanguagePack,
    plain_punctuation,
)
from statements.transcripts.record.narrative import opens_meeting
from statements.transcripts.speakers.grammar.person_names import split_name
from statements.transcripts.text.lines import Line
from statements.transcripts.values.dates import WEEKDAYS
from statements.transcripts.values.parsed import (
    ParsedMeeting,
    ParsedMember,
    ParsedPresident,
    Problem,
    Severity,
)
from statements.transcripts.values.symbols import Symbol

_MAX_LINES = 400  # no first page is longer

_ORGAN = re.compile(
    r"(?:[A-Z][\w-]+\s+(?:(?:and|of|on|the|for)\s+)*){0,7}(?:Council|Assembly|Committee|Commission|Conference|Forum)"
    r"(?:\s+(?:of|on|for)\s+[A-Z][\w ]{2,80})?"
)
_SYMBOL_LINE = re.compile(
    r"[A-Z][A-Z0-9]{0,9}(?:/[A-Z0-9.\-]{1,12}){0,4}/(?:PV|SR)\s?[./]\s?\d{1,5}"
)
_SYMBOL_AT_END = re.compile(rf"(?<=\s){_SYMBOL_LINE.pattern}$")  # "United Nations A/C.6/70/SR.9"
# the following patterns are for lines with single spaces
_RESUMPTION = re.compile(r"\(?\s?Resumption\s?\d{0,2}\s?\)?", re.IGNORECASE)
_LEADERS = re.compile(r"\s?(?:\.{3,}|(?:\.\s){2,}\.?|…+(?:\s?…+)*|_{3,}|·{3,})[\s.…]*")
_LABEL = re.compile(r"[^\W\d_][^\W\d_ ]*(?: [^\W\d_]+){0,4} ?:(?:\s|$)")
_JOB_NUMBER = r"\*?(?:\d{2}|[A-Z]{2,5})-\d{5}"
_NAME_OF_PLACE = r"[^\W\d_a-z][\w.'’ -]{1,40}"
_PLACE = re.compile(rf"{_NAME_OF_PLACE}(?:, {_NAME_OF_PLACE}){{0,2}}")
_HOUR = re.compile(r"(?:at )?\d{1,2}(?:[.:]\d\d)? ?[ap]\.?m|at noon", re.IGNORECASE)
_HELD_AT = re.compile(r"Held at (?P<place>[^\n]{3,120}?),?\s+on\s", re.IGNORECASE)
_COUNTRY = re.compile(r"\((?P<country>(?:[^()]|\([^()]*\)){2,80})\)")


@dataclass(frozen=True, slots=True)
class _Labels:
    """The labels of first pages in one language, for lines with single spaces."""

    pack: LanguagePack
    number: re.Pattern[str]
    date: re.Pattern[str]
    chair: re.Pattern[str]
    members: re.Pattern[str]
    agenda: re.Pattern[str]
    after_agenda: re.Pattern[str]
    papers: re.Pattern[str]


@cache
def _labels(pack: LanguagePack) -> _Labels:
    page = pack.first_page

    def compiled(pattern: str) -> re.Pattern[str]:
        joined = pattern.replace("\n", "").replace("'", "['’]")
        return re.compile(joined, re.IGNORECASE)

    return _Labels(
        pack=pack,
        number=compiled(page.number),
        date=compiled(page.date),
        chair=compiled(rf"\s?{page.chair}\s?:\s?"),
        members=compiled(rf"\s?{page.members}\s?:\s?"),
        agenda=compiled(rf"\s?{page.agenda}\s?:?\s?"),
        after_agenda=re.compile(rf"\s*(?:{page.after_agenda}|{_JOB_NUMBER})"),
        papers=re.compile(page.papers),
    )


def _labels_of(texts: Sequence[str]) -> _Labels:
    """Return the labels of the language in which these lines print number and date of a meeting;
    English ones if they print neither."""
    joined = " ".join(texts)
    for pack in PACKS:
        labels = _labels(pack)
        if labels.number.search(joined) or labels.date.search(joined):
            return labels
    return _labels(ENGLISH)


def find_first_page(lines: Sequence[Line]) -> int:
    """Return the number of lines of the first page; 0 if the text is not a whole record."""
    opening = next(
        (index for index, line in enumerate(lines[:_MAX_LINES]) if opens_meeting(line.text)), None
    )
    head = [line.text.strip() for line in lines[: opening if opening is not None else 60]]
    has_symbol = any(map(_find_symbol, head))
    if opening is not None and has_symbol:
        return opening
    if opening is None and not has_symbol:
        return 0
    labels = _labels_of(head)
    has_number = any(map(labels.number.search, head))
    has_date = labels.date.search(" ".join(head)) is not None
    if opening is not None:
        return opening if has_number or has_date else 0
    return _cover_length(lines, labels) if has_number and has_date else 0


def _cover_length(lines: Sequence[Line], labels: _Labels) -> int:
    """Return the length of a first page without opening line, which ends with date and place."""
    for index, line in enumerate(lines[:60]):
        if labels.date.search(line.text):
            next_text = lines[index + 1].text.strip() if index + 1 < len(lines) else ""
            return index + (2 if _PLACE.fullmatch(next_text) else 1)
    return 0


def read_first_page(lines: Sequence[Line]) -> tuple[ParsedMeeting, list[Problem]]:
    """Read the lines of a first page; fields that are not found stay empty."""
    problems: list[Problem] = []
    texts = [plain_punctuation(" ".join(line.text.split())) for line in lines]
    labels = _labels_of(texts)
    joined = "\n".join(texts)
    symbol_printed, symbol = _symbol(texts)
    meeting_date, date_printed = _date(joined, labels, problems)
    number = labels.number.search(joined)
    meeting = ParsedMeeting(
        symbol=symbol,
        symbol_printed=symbol_printed,
        organ=_organ(texts[:30], labels.pack),
        number=int(number["number"]) if number else (symbol.number if symbol else None),
        date=meeting_date,
        date_printed=date_printed,
        place=_place(texts, joined, labels),
        presidents=tuple(_presidents(texts, labels)),
        members=tuple(_members(texts, labels)),
        agenda_items=tuple(_agenda(lines, labels)),
        first_page=tuple(text for line in lines if (text := " ".join(line.text.split()))),
    )
    return meeting, problems


def _organ(texts: Sequence[str], pack: LanguagePack) -> str:
    """Return the English name of the organ, in title case; older records print "GENERAL /
    ASSEMBLY"."""
    if pack.first_page.organs:
        names = {fold(name): english for name, english in pack.first_page.organs.items()}
        return next((names[fold(text)] for text in texts if fold(text) in names), "")
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


def _date(joined: str, labels: _Labels, problems: list[Problem]) -> tuple[date | None, str]:
    match = labels.date.search(joined)
    if match is None:
        return None, ""
    printed = " ".join(match[0].split())
    page = labels.pack.first_page
    try:
        meeting_date = date(
            int(match["year"]), _position(match["month"], page.months) + 1, int(match["day"])
        )
    except ValueError:
        problems.append(
            Problem("impossible-date", f"“{printed}” is not a valid date.", Severity.ERROR)
        )
        return None, printed
    if meeting_date.weekday() != _position(match["weekday"], page.weekdays):
        problems.append(
            Problem(
                "weekday-mismatch",
                f"“{printed}” was a {WEEKDAYS[meeting_date.weekday()].capitalize()}. Please check "
                "the date.",
            )
        )
    return meeting_date, printed


def _position(printed: str, names: Sequence[str]) -> int:
    """Return the index of a month or weekday among the names, of which each may have variants."""
    return next(
        index for index, variants in enumerate(names) if printed.lower() in variants.split("/")
    )


def _place(texts: Sequence[str], joined: str, labels: _Labels) -> str:
    if match := _HELD_AT.search(joined.replace("\n", " ")):
        return match["place"].strip(" ,")
    for index, text in enumerate(texts):
        if labels.date.search(text):
            texts_below = texts[index + 1 : index + 5]
            below = next((text for text in texts_below if text and not _HOUR.match(text)), "")
            below = below.title() if below.isupper() else below
            return below if _PLACE.fullmatch(below) and not labels.chair.match(below) else ""
    return ""


def _entry(texts: Sequence[str], label: re.Pattern[str], labels: _Labels) -> Iterator[str]:
    """Yield the lines of one labelled entry, up to the next label."""
    inside = False
    for text in texts:
        match = label.match(text)
        if match and not inside:
            inside = True
            text = text[match.end() :]
        elif inside and (_LABEL.match(text) or labels.agenda.fullmatch(text)):
            return
        if inside and text.strip(" ."):
            yield text


def _presidents(texts: Sequence[str], labels: _Labels) -> Iterator[ParsedPresident]:
    printed = _LEADERS.sub(" ", " ".join(_entry(texts, labels.chair, labels))).strip()
    country = _COUNTRY.search(printed)
    affiliation = country["country"].strip() if country else ""
    names = printed[: country.start()] if country else printed
    if len(names) > 300:
        return
    for name in names.split("/"):
        if name.strip():
            honorific, bare = split_name(name.strip())
            yield ParsedPresident(name=bare, honorific=honorific, affiliation=affiliation)


def _members(texts: Sequence[str], labels: _Labels) -> Iterator[ParsedMember]:
    pending = ""
    for text in _entry(texts, labels.members, labels):
        pending = f"{pending} {text}".strip()
        parts = _LEADERS.split(pending, maxsplit=1)
        if len(parts) == 2 and parts[1].strip():
            honorific, name = split_name(parts[1].strip())
            yield ParsedMember(affiliation=parts[0].strip(), name=name, honorific=honorific)
            pending = ""


def _agenda(lines: Sequence[Line], labels: _Labels) -> list[str]:
    """Return the titles of the items, without the letters and reports listed under them."""
    entries: list[str] = []
    inside, open_entry = False, False
    for line in lines:
        text = " ".join(line.text.split())
        if not inside:
            inside = labels.agenda.fullmatch(plain_punctuation(text)) is not None
        elif labels.after_agenda.match(text):
            break
        elif not any(map(str.isalpha, text)):
            open_entry = False
        elif open_entry and labels.papers.match(text) is None:
            entries[-1] += f" {text}"
        else:
            entries.append(text)
            open_entry = True
    return [
        entry for index, entry in enumerate(entries) if index == 0 or not labels.papers.match(entry)
    ]

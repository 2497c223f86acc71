"""Page furniture of printed records: running heads, page and job numbers, repeated headers.

A line is dropped only if it has the form of furniture and, for weak forms such as a number on its
own, only at a page break. Dropped lines are listed with the reason.
"""

import re
from collections.abc import Sequence

from statements.transcripts.text.lines import Line

_PV = (
    r"[A-Z]{1,4}(?:/[A-Z0-9.\-]{1,10}){0,4}/?(?:PV|SR)\s?[./]\s?\d{1,5}"
    r"(?:\s?\(\s?Resumption\s?\d{0,2}\s?\))?"
)
_DATE = r"\d{1,2}/\d{1,2}/\d{4}"
_JOB = r"(?:\d{2}|[A-Z]{2,5})-\d{5}"  # 14-67500; other bodies print letters

# Forms that are never prose, dropped everywhere.
_STRONG_FORMS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("page and job number", re.compile(rf"\d{{1,3}}(?:/\d{{1,3}})?\s+{_JOB}(?:\s?\([A-Z]\))?")),
    ("page and job number", re.compile(rf"{_JOB}(?:\s?\([A-Z]\))?\s+\d{{1,3}}(?:/\d{{1,3}})?")),
    (
        "job number",
        re.compile(rf"\*?{_JOB}\*?(?:\s?\([A-Z]\))?(?:\s*\*\d{{7}}\*)?|\*[A-Z]{{0,5}}\d{{5,9}}\*"),
    ),
    (
        "page number",
        re.compile(r"\d{1,3}\s?/\s?\d{1,3}|[-–]\s?\d{1,3}\s?[-–]|[Pp]age \d{1,3}(?: of \d+)?"),
    ),
    (
        "running head",
        re.compile(rf"{_PV}\s.{{0,160}}?{_DATE}|{_DATE}\s.{{0,160}}?{_PV}|{_PV}\s+{_DATE}"),
    ),
    (
        "running head",
        re.compile(
            r"(?:\d{1,3}\s+)?(?:General Assembly|Security Council)\s*[-–—]\s*[A-Z][\w-]{2,30}"
            r"\s+(?:special\s+|emergency\s+)?(?:session|year)(?:\s+\d{1,3})?",
            re.IGNORECASE,
        ),
    ),
    (
        "running head",
        re.compile(
            r"(?:\d{1,3}\s+)?(?:General Assembly|Security Council)"
            r"\s{2,}.{0,80}\b\d{4}(?:\s+\d{1,3})?"
            r"|[A-Z][\w-]{2,30} session\s*[-–—]\s*"
            r"\d{1,3}(?:st|nd|rd|th) (?:plenary )?meeting.{0,60}"
        ),
    ),
    ("merge marker", re.compile(r"(?:<{7}|>{7}|={7}|\|{7})(?: [\w./~^-]{1,80})?")),
    ("printer's note", re.compile(r"Please recycle.{0,20}|Accessible document", re.IGNORECASE)),
    ("separator", re.compile(r"(?:[*·•_=~]\s{0,4}){1,40}|[-–—]{3,80}")),
)
# Forms that wrapped prose can leave on a line of their own, dropped only at a page break.
_WEAK_FORMS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("page number", re.compile(r"\d{1,3}")),
    ("running head", re.compile(_PV)),
    ("running head", re.compile(_DATE)),
)
_ANY_FORM = re.compile(
    "|".join(f"(?:{form.pattern})" for _, form in (*_STRONG_FORMS, *_WEAK_FORMS)), re.IGNORECASE
)
# The parts of heads and feet, whose order changed over the decades.
_MONTH = (
    r"(?:January|February|March|April|May|June|July|August|September|October|November|December)"
)
_HEAD_PART = re.compile(
    rf"""
    (?:General\ Assembly|Security\ Council|Economic\ and\ Social\ Council|First\ Committee)\b
    | [A-Z][a-z]{{1,20}}(?:-[a-z]{{1,20}}){{0,2}}
      \ (?:special\ |emergency\ special\ )?(?:session|year)\b
    | \d{{1,5}}(?:st|nd|rd|th)\ (?:\(\w{{1,20}}\)\ )?(?:plenary\ )?meeting\b
    | (?:[MTWFS][a-z]{{2,5}}day,\ )?\d{{1,2}}\ {_MONTH}\ \d{{4}}\b
    | {_PV} | {_DATE} | {_JOB} | \d{{1,3}}(?:/\d{{1,3}})?(?!\w)
    | [Pp]ages?\b | Provisional\b | [-–—,.|]
    """,
    re.IGNORECASE | re.VERBOSE,
)
_TYPESCRIPT = re.compile(
    r"\((?:The (?:[A-Z][\w-]+ )?(?:President|PRESIDENT|Chairman|CHAIRMAN)|"
    r"(?:Mr|Mrs|Ms|Miss|Sir|Dr|Dame|Lord)\.? [^()]{2,60}(?:\([^()]{1,40}\))?[^()]{0,20})\)"
)


def furniture_reason(text: str, *, at_edge: bool) -> str:
    """Return the reason to drop a line because of its form; "" to keep it.

    ``at_edge`` says that the line is at the top or foot of a page, where a number or symbol on
    its own is furniture too.
    """
    if not text or len(text) > 240:
        return ""
    if not at_edge and _ANY_FORM.fullmatch(text) is None:
        return ""
    if at_edge and _TYPESCRIPT.fullmatch(text):
        return "running head"
    reason = _reason(text, _STRONG_FORMS) or (_reason(text, _WEAK_FORMS) if at_edge else "")
    return reason or ("running head" if at_edge and _is_head(text) else "")


def _is_head(text: str) -> bool:
    """Return whether a line consists only of organ, session, meeting, date and page."""
    position = parts = 0
    while position < len(text):
        part = _HEAD_PART.match(text, position)
        if part is None:
            return False
        parts += part[0] not in "-–—,.|"
        position = part.end()
        while position < len(text) and text[position] == " ":
            position += 1
    return parts > 1


def find_furniture(lines: Sequence[Line], titles: frozenset[str] = frozenset()) -> dict[int, str]:
    """Map the index of each line that is furniture to the reason for dropping it.

    ``titles`` are the agenda items of the record, which may be repeated as running heads.
    """
    furniture: dict[int, str] = {}
    weak: dict[int, str] = {}
    title_indices: list[int] = []
    for index, line in enumerate(lines):
        text = line.text.strip()
        if not text or len(text) > 240:
            continue
        if text in titles:
            title_indices.append(index)
        elif _TYPESCRIPT.fullmatch(text):
            weak[index] = "running head"
        elif _ANY_FORM.fullmatch(text) is None:
            continue
        elif reason := _reason(text, _STRONG_FORMS):
            furniture[index] = reason
        elif reason := _reason(text, _WEAK_FORMS):
            weak[index] = reason
    _add_at_page_breaks(lines, weak, furniture)
    furniture |= {
        index: "running head"
        for index in title_indices
        if _is_running_title(index, title_indices, lines, furniture)
    }
    return furniture


def _is_running_title(
    index: int, title_indices: Sequence[int], lines: Sequence[Line], furniture: dict[int, str]
) -> bool:
    """Return whether the title of an agenda item is a running head here.

    At the beginning of its item it is a heading. A running head is repeated next to other
    furniture, or is between symbol and date.
    """
    title = lines[index].text.strip()
    neighbours = (index - 1 in furniture) + (index + 1 in furniture)
    occurrences = sum(lines[place].text.strip() == title for place in title_indices)
    return neighbours == 2 or (neighbours == 1 and occurrences >= 3)


def _reason(text: str, forms: tuple[tuple[str, re.Pattern[str]], ...]) -> str:
    if text[0].isalpha() and not text[0].isupper():
        return ""
    return next((reason for reason, form in forms if form.fullmatch(text)), "")


def _add_at_page_breaks(
    lines: Sequence[Line], weak: dict[int, str], furniture: dict[int, str]
) -> None:
    """Add weak forms next to a blank line, an edge of the text, a new page or other furniture."""
    for order in (sorted(weak), sorted(weak, reverse=True)):
        for index in order:
            if index in furniture:
                continue
            neighbours = (index - 1, index + 1)
            if lines[index].new_page or any(
                not 0 <= neighbour < len(lines)
                or lines[neighbour].blank
                or lines[neighbour].new_page
                or neighbour in furniture
                for neighbour in neighbours
            ):
                furniture[index] = weak[index]

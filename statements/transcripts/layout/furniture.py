"""Page furniture of printed records: running heads, page and job numbers, repeated headers.

A line is dropped only where its form is furniture's and, for weak forms such as a lone number,
where it stands at a page break too. What is dropped is listed with the reason.
"""

import re
from collections.abc import Sequence

from statements.transcripts.lines import Line

_PV = (
    r"[A-Z]{1,4}(?:/[A-Z0-9.\-]{1,10}){0,4}/?(?:PV|SR)\s?[./]\s?\d{1,5}"
    r"(?:\s?\(\s?Resumption\s?\d{0,2}\s?\))?"
)
_DATE = r"\d{1,2}/\d{1,2}/\d{4}"
_JOB = r"(?:\d{2}|[A-Z]{2,5})-\d{5}"  # 14-67500; other bodies print letters

# Forms that are never prose: dropped wherever they stand.
_STRONG: tuple[tuple[str, re.Pattern[str]], ...] = (
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
    ("printer's note", re.compile(r"Please recycle.{0,20}|Accessible document", re.IGNORECASE)),
    ("separator", re.compile(r"(?:[*·•_=~]\s{0,4}){1,40}|[-–—]{3,80}")),
)
# Forms that prose could wrap into a line of their own: dropped only at a page break.
_WEAK: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("page number", re.compile(r"\d{1,3}")),
    ("running head", re.compile(_PV)),
    ("running head", re.compile(_DATE)),
)
_ANY = re.compile("|".join(f"(?:{form.pattern})" for _, form in (*_STRONG, *_WEAK)), re.IGNORECASE)
# What heads and feet are made of, in whatever order a period set them.
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


def form_of_furniture(text: str, *, at_edge: bool) -> str:
    """The reason to drop a line for its form, or ""; ``at_edge`` is whether it stands at the top
    or the foot of a page, where a lone number or symbol is furniture too."""
    if not text or len(text) > 240:
        return ""
    if at_edge and _TYPESCRIPT.fullmatch(text):
        return "running head"
    reason = _reason(text, _STRONG) or (_reason(text, _WEAK) if at_edge else "")
    return reason or ("running head" if at_edge and _is_head(text) else "")


def _is_head(text: str) -> bool:
    """Whether a line is nothing but organ, session, meeting, date and page, in some order."""
    at = parts = 0
    while at < len(text):
        part = _HEAD_PART.match(text, at)
        if part is None:
            return False
        parts += part[0] not in "-–—,.|"
        at = part.end()
        while at < len(text) and text[at] == " ":
            at += 1
    return parts > 1


def find_furniture(lines: Sequence[Line], titles: frozenset[str] = frozenset()) -> dict[int, str]:
    """Index of each line that is furniture -> the reason it is dropped for."""
    found: dict[int, str] = {}
    weak: dict[int, str] = {}
    heads: list[int] = []
    for index, line in enumerate(lines):
        text = line.text.strip()
        if not text or len(text) > 240:
            continue
        if text in titles:
            heads.append(index)
        elif _TYPESCRIPT.fullmatch(text):
            weak[index] = "running head"
        elif _ANY.fullmatch(text) is None:
            continue
        elif reason := _reason(text, _STRONG):
            found[index] = reason
        elif reason := _reason(text, _WEAK):
            weak[index] = reason
    _add_at_page_breaks(lines, weak, found)
    found |= {index: "running head" for index in heads if _heads_page(index, heads, lines, found)}
    return found


def _heads_page(
    index: int, heads: Sequence[int], lines: Sequence[Line], found: dict[int, str]
) -> bool:
    """An item's title is a heading where the item begins; as a running head it is repeated
    beside other furniture, or stands between symbol and date."""
    beside = (index - 1 in found) + (index + 1 in found)
    again = sum(lines[other].text.strip() == lines[index].text.strip() for other in heads)
    return beside == 2 or (beside == 1 and again >= 3)


def _reason(text: str, forms: tuple[tuple[str, re.Pattern[str]], ...]) -> str:
    if text[0].isalpha() and not text[0].isupper():
        return ""
    return next((reason for reason, form in forms if form.fullmatch(text)), "")


def _add_at_page_breaks(lines: Sequence[Line], weak: dict[int, str], found: dict[int, str]) -> None:
    """A weak form counts beside a blank line, an edge, a new page or other furniture."""
    for order in (sorted(weak), sorted(weak, reverse=True)):
        for index in order:
            if index in found:
                continue
            edges = (index - 1, index + 1)
            if lines[index].new_page or any(
                not 0 <= edge < len(lines)
                or lines[edge].blank
                or lines[edge].new_page
                or edge in found
                for edge in edges
            ):
                found[index] = weak[index]

"""References to documents in the text: "S/RES/1325 (2000)", "S/PV.8628, p. 2", "A/79/1".

A reference is a span of the text, which stays as printed, with the canonical form of the symbol.
Misread or differently spaced forms ("S/PV8628", "A /79/ 1") thus refer to one document.
"""

import re
from dataclasses import dataclass

from statements.transcripts.values.symbols import Symbol

_ORGAN = (
    r"(?:A|S|E|T|CD|DC|ST|CCPR|CEDAW|CERD|CRC|CAT|HRI|FCCC|UNEP|TD|ID|DP|GC|NPT|BWC|CCW|LOS|ISBA"
    r"|ICC|IAEA|WHO|UNCTAD|ICCD|CBD|AC|PBC"
    # of other institutions, only what is unambiguous: records and resolutions
    r"|[A-Z][A-Z0-9]{1,9}(?=/(?:[A-Z0-9.-]{1,12}/){0,2}(?:PV|SR|RES)\b))"
)
# S/2019/999  A/C.3/75/L.5/Rev.1  A/RES/70/1  S/PV.8628  A/ES-10/L.23  E/CN.4/1995/7  S/1996/3/Add.1
_PART = r"(?:[A-Z][A-Za-z]{0,7}[-.]?[A-Z]{0,4}\.?\s?-?\d{0,5}|\d{1,5})"
_SYMBOL = re.compile(
    rf"(?<![\w/]){_ORGAN}\s?/\s?{_PART}(?:\s?/\s?{_PART}){{0,5}}(?![\w/]|\.\w)"
    r"(?P<year>\s?\((?:19|20)\d\d\))?"
    r"(?P<resumption>\s?\(Resumption\s?\d{0,2}\))?"
    r"(?:,\s(?P<page>pp?\.\s?\d{1,4}(?:\s?[-–]\s?\d{1,4})?))?"
)
# "resolution 1325 (2000)", "resolutions 2170 (2014) and 2178 (2014)": the Security Council's
_COUNCIL_LIST = re.compile(
    r"\bresolutions?\s(?P<list>\d{1,4}\s?\((?:19|20)\d\d\)"
    r"(?:(?:,\sand\s|,\s|\sand\s|\sor\s)\d{1,4}\s?\((?:19|20)\d\d\)){0,20})",
    re.IGNORECASE,
)
_COUNCIL_RESOLUTION = re.compile(r"(?P<number>\d{1,4})\s?\((?P<year>(?:19|20)\d\d)\)")
# "resolution 70/1", "General Assembly resolution ES-10/20", "resolution 377 A (V)"
_ASSEMBLY_RESOLUTION = re.compile(
    r"\bresolutions?\s(?P<session>(?:[2-9]\d|1\d\d)|E?S-\d{1,2})/(?P<number>\d{1,3})\b(?!/)",
    re.IGNORECASE,
)
_OLD_ASSEMBLY_RESOLUTION = re.compile(
    r"\bresolution\s(?P<number>\d{1,4}(?:\s[A-Z])?)\s\((?P<session>(?:S-)?[IVXL]{1,7})\)"
)
_RECORD = re.compile(r"(?:PV|SR)[./]?\d{1,5}")
_DOTTED = re.compile(
    r"^(PV|SR|L|C|CN|AC|Add|Rev|Corr|CONF|CRP|INF|WP|NGO)[.]?(\d+)$", re.IGNORECASE
)
_FRAGMENT = re.compile(r"[A-Z]+/\d{1,2}")  # "S/2": the remains of a running head
_FIRST_COUNCIL_YEAR = 1946


@dataclass(frozen=True, slots=True)
class Reference:
    """A document named in a paragraph, printed as ``text[start:end]``."""

    start: int
    end: int
    symbol: str  # canonical: "S/RES/1325 (2000)", "S/PV.8628"
    page: str = ""  # "p. 2"


def find_references(text: str) -> list[Reference]:
    """Find the documents that a text names, in text order and without overlaps.

    >>> references = find_references("see S/PV8628, p. 2, and resolution 1325 (2000)")
    >>> [reference.symbol for reference in references]
    ['S/PV.8628', 'S/RES/1325 (2000)']
    """
    if "/" not in text and "esolution" not in text and "ESOLUTION" not in text:
        return []
    candidates = [*_symbols(text), *_council_resolutions(text), *_assembly_resolutions(text)]
    candidates.sort(key=lambda reference: (reference.start, -reference.end))
    references: list[Reference] = []
    for reference in candidates:
        if not references or reference.start >= references[-1].end:
            references.append(reference)
    return references


def _symbols(text: str) -> list[Reference]:
    references = []
    for match in _SYMBOL.finditer(text):
        printed = match[0]
        page = match["page"] or ""
        bare = printed.removesuffix(f", {page}") if page else printed
        if symbol := canonical_symbol(bare):
            references.append(Reference(match.start(), match.end(), symbol, page))
    return references


def canonical_symbol(printed: str) -> str:
    """Return the canonical form of a symbol; "" if it names no document ("A/B")."""
    year = re.search(r"\s?(\((?:19|20)\d\d\))$", printed)
    core = re.sub(r"\s", "", printed[: year.start()] if year else printed)
    core = re.sub(r"\(Resumption(\d*)\)$", r"Resumption\1", core)
    if _RECORD.search(core):
        try:
            return str(Symbol.parse(core))
        except ValueError:
            pass
    if not any(sign.isdigit() for sign in core) or _FRAGMENT.fullmatch(core):
        return ""
    parts = [_DOTTED.sub(_with_dots, part) for part in core.split("/")]
    return "/".join(parts) + (f" {year[1]}" if year else "")


def _with_dots(match: re.Match[str]) -> str:
    return f"{match[1]}.{match[2]}"


def _council_resolutions(text: str) -> list[Reference]:
    return [
        Reference(
            match.start("list") + item.start(),
            match.start("list") + item.end(),
            f"S/RES/{item['number']} ({item['year']})",
        )
        for match in _COUNCIL_LIST.finditer(text)
        for item in _COUNCIL_RESOLUTION.finditer(match["list"])
        if int(item["year"]) >= _FIRST_COUNCIL_YEAR
    ]


def _assembly_resolutions(text: str) -> list[Reference]:
    references = [
        Reference(
            match.start("session"),
            match.end("number"),
            f"A/RES/{match['session'].upper()}/{match['number']}",
        )
        for match in _ASSEMBLY_RESOLUTION.finditer(text)
    ]
    references += [
        Reference(
            match.start("number"), match.end(), f"A/RES/{match['number']} ({match['session']})"
        )
        for match in _OLD_ASSEMBLY_RESOLUTION.finditer(text)
    ]
    return references

"""Titles of documents that are printed beside their symbols: resolution 66/288, entitled “…”.

A title belongs to a symbol only if nothing between them can name another thing: an item of the
agenda may be “entitled” too. What is printed without quotation marks has no certain end, and is
left, and so are records of meetings, beside which titles of debates are printed.
"""

import re

MOST_CHARACTERS = 300
_FEWEST_LETTERS = 4
_CLOSING = {"“": "”", '"': '"', "«": "»", "„": "“"}  # by opening mark
_OPENING = "".join(_CLOSING)
_ENTITLED = (
    r"(?:(?:which|that)\s)?(?:is\s|was\s)?(?:entitled|titled"
    r"|intitulée?|titulad[oa]|intitulad[oa]|озаглавленн\w{2,3})"
)
# ", adopted on 17 December 1982," and " of 17 December 1982,"
_DATED = (
    r"(?:,?\s(?:adopted\son|of|dated|du|de|от)"
    r"\s\d{1,2}(?:er)?\s(?:de\s)?[^\W\d]+\s(?:de\s)?\d{4})?"
)
# "A/75/L.2 and Corr.1"
_ISSUES = r"(?:,?\s(?:(?:and|et|y|и)\s)?(?:Add|Amend|Corr|Rev)\.\d{1,2}){0,3}"
_AFTER = re.compile(
    rf"[\])]?{_ISSUES}{_DATED}[,.]?\s{_ENTITLED}[,:]?\s?(?P<mark>[{_OPENING}])", re.IGNORECASE
)
# “… entitled “Title” (resolution 70/1)”, “[document A/53/138]”
_BEFORE = re.compile(
    rf"(?:\b(?P<named>[^\W\d]{{1,40}}))?,?\s{_ENTITLED}[,:]?\s?(?P<mark>[{_OPENING}])"
    rf"(?P<title>[^“”\"«»„]{{{_FEWEST_LETTERS},{MOST_CHARACTERS}}})[”\"»“][,.]?\s?[(\[]"
    r"(?:(?:see|General Assembly|Security Council|document|draft|resolution|résolution|resolución"
    r"|documento|резолюция|документ)\s){0,3}$",
    re.IGNORECASE,
)
_WINDOW = MOST_CHARACTERS + 80  # characters before a symbol in which a title is looked for
_RECORD = re.compile(r"\b(?:PV|SR)[./]?\d")
_VERBS = re.compile(r"entitled|titled|intitul|titulad|озаглавл", re.IGNORECASE)
# what else may be entitled, although a symbol follows
_OF_OTHERS = re.compile(
    r"items?|point|punto|tema|пункт\w*|chapter|section|annex|part", re.IGNORECASE
)


def title_beside(text: str, start: int, end: int) -> str:
    """Return the title that a text prints for the document whose symbol is ``text[start:end]``, or
    "" if it prints none.

    >>> title_beside("resolution 66/288, entitled “The future we want”, is clear", 11, 17)
    'The future we want'
    """
    if _RECORD.search(text[start:end]):
        return ""
    if match := _AFTER.match(text, end):
        first, mark = match.end(), _CLOSING[match["mark"]]
        return _title(text[first : max(first, text.find(mark, first))])
    before = text[max(0, start - _WINDOW) : start]
    if _VERBS.search(before) and (match := _BEFORE.search(before)):
        return "" if _OF_OTHERS.fullmatch(match["named"] or "") else _title(match["title"])
    return ""


def _title(quoted: str) -> str:
    """Return a title without the marks at its ends; "" for what is none."""
    title = " ".join(quoted.split()).rstrip(",.; ")
    is_title = sum(map(str.isalpha, title)) >= _FEWEST_LETTERS and title[0].isalnum()
    return title if is_title and len(title) <= MOST_CHARACTERS else ""

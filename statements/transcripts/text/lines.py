"""Numbered lines of a text, so that every problem can name its place."""

import re
from dataclasses import dataclass

# zero-width characters and marks of direction; those that join letters stay
_INVISIBLE = re.compile("[\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]+")
_SOFT_HYPHEN = re.compile("\u00ad(?=.)")  # not at a line end, where it breaks a word
NEWLINE = re.compile(r"\r\n|\n|\r")
_OTHER_BREAK = re.compile("[\x0b\x0c\x85\u2028\u2029]")
_CONTROL = re.compile("[\x00-\x08\x0e-\x1f\x7f\ufeff]+")


@dataclass(frozen=True, slots=True)
class Line:
    number: int  # 1-based, as text editors count
    text: str  # with its indentation, without trailing white space
    new_page: bool = False  # follows a form feed

    @property
    def blank(self) -> bool:
        return not self.text


def split_lines(text: str) -> list[Line]:
    """Split a text into lines.

    CRLF, LF and CR end a line. Form feeds and similar characters split it into several ``Line``
    objects with the same number.
    """
    text = _SOFT_HYPHEN.sub("", _INVISIBLE.sub("", text))
    if _CONTROL.search(text) is None and _OTHER_BREAK.search(text) is None:
        return [Line(number, raw.rstrip()) for number, raw in enumerate(NEWLINE.split(text), 1)]
    lines: list[Line] = []
    for number, raw in enumerate(NEWLINE.split(text), start=1):
        if not raw:
            lines.append(Line(number, ""))
            continue
        clean = _CONTROL.sub(" ", raw)
        if _OTHER_BREAK.search(clean) is None:
            lines.append(Line(number, clean.rstrip()))
            continue
        start, new_page = 0, False
        for match in _OTHER_BREAK.finditer(clean):
            lines.append(Line(number, clean[start : match.start()].rstrip(), new_page))
            start, new_page = match.end(), match[0] == "\x0c"
        lines.append(Line(number, clean[start:].rstrip(), new_page))
    return lines

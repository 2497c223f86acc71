"""Splits RTF into tokens, and knows its code pages.

The syntax is that of the Rich Text Format Specification 1.9.1, "RTF Syntax" and "Font Table".
"""

import codecs
import re
from collections.abc import Iterator
from typing import NamedTuple

from statements.transcripts.values.parsed import UnreadableTranscript

_TOKEN = re.compile(
    r"\\(?P<word>[a-zA-Z]{1,32})(?P<number>-?\d{1,10})? ?"
    r"|\\'(?P<byte>[0-9a-fA-F]{2})"
    r"|\\(?P<symbol>[^a-zA-Z])"
    r"|(?P<brace>[{}])"
    r"|(?P<text>[^\\{}\r\n]+)"
    r"|[\r\n]+|\\"
)
_MOST_TOKENS = 20_000_000
# of \fcharset; 2 is Symbol, whose letters are pictures
_CHARSETS = {
    77: "mac-roman", 128: "cp932", 129: "cp949", 130: "johab", 134: "gbk", 136: "big5",
    161: "cp1253", 162: "cp1254", 163: "cp1258", 177: "cp1255", 178: "cp1256", 186: "cp1257",
    204: "cp1251", 222: "cp874", 238: "cp1250", 255: "cp437",
}  # fmt: skip
_PAGES = {"mac": "mac-roman", "pc": "cp437", "pca": "cp850", "ansi": "cp1252"}
_NUMBERED = {10000: "mac-roman", 65001: "utf-8", 936: "gbk", 950: "big5"}
for _codec in (*_CHARSETS.values(), *_PAGES.values(), "utf-8", "cp852", "cp866", "cp1252"):
    codecs.lookup(_codec)  # the sandbox cannot load a codec later


class Token(NamedTuple):
    kind: str  # "word", "byte", "symbol", "open", "close", "text"
    value: str
    number: int | None = None


def tokens(text: str) -> Iterator[Token]:
    """Yield the tokens of a file whose bytes were decoded as Latin-1; skips binary data."""
    position = 0
    count = 0
    while match := _TOKEN.match(text, position):
        position = match.end()
        count += 1
        if count > _MOST_TOKENS:
            raise UnreadableTranscript("too-large", "The RTF document has more codes than any has.")
        kind = match.lastgroup
        if match["word"]:
            number = int(match["number"]) if match["number"] else None
            if match["word"] == "bin":
                position += max(number or 0, 0)
                continue
            yield Token("word", match["word"], number)
        elif kind == "brace":
            yield Token("open" if match[0] == "{" else "close", match[0])
        elif kind is not None:
            yield Token(kind, match[kind])


def code_page(word: str, number: int | None) -> str | None:
    """Return the codec that "\\ansi", "\\ansicpg1250" or "\\fcharset238" stands for, if known."""
    if word in _PAGES:
        return _PAGES[word]
    if word == "fcharset":
        return _CHARSETS.get(number or 0)
    if word == "ansicpg" and number:
        name = _NUMBERED.get(number, f"cp{number}")
        try:
            return codecs.lookup(name).name
        except (LookupError, OSError):  # in the sandbox, a codec that is not loaded
            return None
    return None

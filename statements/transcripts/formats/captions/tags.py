"""Reads the tags of captions: who speaks, and type, which says nothing here.

WebVTT has "<v Ms. Amberley>" for the voice; SubRip borrows tags of HTML and "{\\an8}".
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from statements.transcripts.text.decoding import resolve_entities

# other words in angle brackets, such as "<inaudible>", are text
_TAG = re.compile(
    r"<(?P<close>/?)(?P<name>v|c|i|b|u|s|em|strong|ruby|rt|lang|font|span)(?:\.[^\s<>]{0,100})?"
    r"(?:\s(?P<words>[^<>]{0,200}))?>|<[\d:.]{5,16}>|\{\\[^{}]{0,80}\}",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Span:
    """A piece of one line, and the voice that its tag names."""

    line: int
    text: str
    voice: str = ""
    start_s: float | None = None
    end_s: float | None = None


def plain_text(line: str) -> str:
    """Return a line without its tags and character references.

    >>> plain_text("<v Ms. Amberley><i>The ferry</i> <inaudible> R&amp;D")
    'The ferry <inaudible> R&D'
    """
    return " ".join(resolve_entities(_TAG.sub("", line)).split())


def split_spans(
    lines: Sequence[tuple[int, str]], start_s: float | None, end_s: float | None
) -> Iterator[Span]:
    """Yield the pieces of a caption; a voice speaks until its end tag or the end of the caption."""
    voice = ""
    for number, line in lines:
        position = 0
        for tag in _TAG.finditer(line):
            if (tag["name"] or "").lower() != "v":
                continue
            yield Span(number, plain_text(line[position : tag.start()]), voice, start_s, end_s)
            voice = "" if tag["close"] else plain_text(tag["words"] or "")
            position = tag.end()
        yield Span(number, plain_text(line[position:]), voice, start_s, end_s)

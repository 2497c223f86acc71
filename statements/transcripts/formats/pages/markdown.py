"""Reader for Markdown, with or without front matter: emphasis marks go, headings are narrative."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import accumulate

from markdown_it import MarkdownIt
from markdown_it.token import Token

from statements.transcripts.formats.pages.front_matter import read_front_matter
from statements.transcripts.formats.pages.speeches import read_passages
from statements.transcripts.layout.passages import (
    Passage,
    Run,
    split_at_breaks,
    to_passage,
)
from statements.transcripts.text.decoding import decode
from statements.transcripts.values.parsed import (
    DroppedText,
    ParsedMeeting,
    ParsedTranscript,
    UnreadableTranscript,
)

_PARSER = MarkdownIt("commonmark", {"maxNesting": 60}).enable("table")
_TAG = re.compile(r"<[^<>]{0,400}>")
_BREAK = re.compile(r"<br\s{0,4}/?>", re.IGNORECASE)


def read_markdown(name: str, data: bytes, *, encoding: str | None = None) -> ParsedTranscript:
    """Read a Markdown file.

    Raises UnreadableTranscript if its encoding is not certain or it has no text.
    """
    decoded = decode(data, encoding)
    front = read_front_matter(decoded.text)
    body = decoded.text[front.end :] if front else decoded.text
    first_line = decoded.text[: front.end].count("\n") if front else 0
    dropped: list[DroppedText] = []
    passages = [
        replace(passage, number=passage.number + first_line) for passage in _passages(body, dropped)
    ]
    if not passages:
        raise UnreadableTranscript("empty", "The file has no text below its front matter.")
    return read_passages(
        name,
        passages,
        meeting=front.meeting if front else ParsedMeeting(),
        encoding=decoded.encoding,
        dropped=[replace(each, line=each.line + first_line) for each in dropped],
        problems=list(front.problems()) if front else (),
    )


def _passages(text: str, dropped: list[DroppedText]) -> Iterator[Passage]:
    is_heading = False
    number = 1
    for token in _PARSER.parse(text):
        number = token.map[0] + 1 if token.map else number
        if token.type in {"heading_open", "heading_close"}:
            is_heading = token.type == "heading_open"
        elif token.type == "inline":
            yield from _paragraph(token.children or [], number, dropped, is_heading=is_heading)
        elif token.type in {"code_block", "fence"}:
            for offset, line in enumerate(token.content.split("\n")):
                if passage := to_passage([Run(line)], number + offset):
                    yield passage
        elif token.type == "html_block":
            for part in _BREAK.sub("\n", token.content).split("\n"):
                if passage := to_passage([Run(_TAG.sub("", part))], number):
                    yield passage
        elif token.type == "hr":
            dropped.append(DroppedText(token.markup, "separator", number))


def _paragraph(
    tokens: Sequence[Token], number: int, dropped: list[DroppedText], *, is_heading: bool
) -> Iterator[Passage]:
    runs = list(_runs(tokens, number, dropped))
    breaks = accumulate((run.text.count("\n") for run in runs), initial=number)
    lines = {id(run): line for run, line in zip(runs, breaks, strict=False)}
    for part in split_at_breaks(runs):
        # a space in place of a break within a sentence is no run of the paragraph
        first = next((lines[id(run)] for run in part if id(run) in lines), number)
        if passage := to_passage(part, first, is_heading=is_heading):
            yield passage


def _runs(tokens: Sequence[Token], number: int, dropped: list[DroppedText]) -> Iterator[Run]:
    """Yield the text of a paragraph; a soft break is a line of it, a hard one a run of its own."""
    bold = 0
    for token in tokens:
        if token.type in {"strong_open", "strong_close"}:
            bold += 1 if token.type == "strong_open" else -1
        elif token.type == "softbreak":
            yield Run(" \n", bold > 0)
        elif token.type == "hardbreak" or (
            token.type == "html_inline" and _BREAK.fullmatch(token.content)
        ):
            yield Run("\n")
        elif token.type == "image":
            dropped.append(DroppedText(token.content or "image", "image", number))
        elif token.type in {"text", "code_inline"}:
            yield Run(token.content, bold > 0)

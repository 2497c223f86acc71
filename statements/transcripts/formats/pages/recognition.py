"""Recognises pages by their beginnings, without the parsers that read them.

The web server asks this of every file; parsers are only loaded in reading processes.
"""

import re

from statements.transcripts.formats.markup.prolog import is_closed, read_prolog
from statements.transcripts.formats.tables.recognition import encoding_of_head

_ROOTS = frozenset(
    "html head body article section main div p h1 h2 h3 h4 h5 h6 ul ol dl table blockquote".split()
)
# these may begin a text as well, which then has no end tag
_INLINE_ROOTS = frozenset("b center em font i pre span strong".split())
_LONGEST_FRONT_MATTER = 64 * 1024  # characters
FRONT_MATTER_START = re.compile(r"---[ \t]*\r?\n")
FRONT_MATTER_END = re.compile(r"^(?:---|\.\.\.)[ \t\r]*$", re.MULTILINE)
_ENTRY = re.compile(r"[A-Za-z][\w .-]{0,40}[ \t]*:(?:[ \t]|$)", re.MULTILINE)
# a heading or a label in bold type, at the beginning of a line
_HEADING = re.compile(r"^#{1,6}[ \t]+\S", re.MULTILINE)
_LABEL = re.compile(r"^\*\*[^*\n]{1,100}\*\*", re.MULTILINE)
_FEWEST_LABELS = 2
_HEAD = 100_000  # bytes
_SPACE = b" \t\r\n"


def is_web_page(data: bytes) -> bool:
    """Return whether a file begins like a web page or a part of one."""
    prolog = read_prolog(data)
    if prolog is None:
        return False
    is_part = prolog.folded in _INLINE_ROOTS and is_closed(data, prolog.root)
    return prolog.html or prolog.folded in _ROOTS or is_part


def is_markdown(data: bytes) -> bool:
    """Return whether a text has front matter, a heading of Markdown or labels in bold type."""
    head = data[:_HEAD].decode(encoding_of_head(data), errors="ignore").removeprefix("\ufeff")
    if has_front_matter(head) or _HEADING.search(head):
        return True
    return sum(1 for _ in _LABEL.finditer(head)) >= _FEWEST_LABELS


def has_front_matter(text: str) -> bool:
    """Return whether a text begins with entries such as "title: …" between "---" lines."""
    opening = FRONT_MATTER_START.match(text)
    closing = (
        FRONT_MATTER_END.search(text, opening.end(), _LONGEST_FRONT_MATTER) if opening else None
    )
    if opening is None or closing is None:
        return False
    return _ENTRY.search(text, opening.end(), closing.start()) is not None


def is_json(data: bytes) -> bool:
    """Return whether a file begins and ends like a JSON document; "[Applause]" does not."""
    head = (
        data[:1000].removeprefix(b"\xef\xbb\xbf").replace(b"\0", b"").lstrip(_SPACE + b"\xff\xfe")
    )
    inner = head[1:].lstrip(_SPACE)[:1]
    tail = data[-1000:].replace(b"\0", b"").rstrip(_SPACE)[-1:]
    if head.startswith(b"{"):
        return inner in {b'"', b"}"}
    return head.startswith(b"[") and inner in {b"{", b"["} and tail == b"]"

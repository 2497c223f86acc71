"""Reader for RTF (Rich Text Format), with bold type and headings.

Words, groups and destinations are those of the Rich Text Format Specification 1.9.1. Deleted and
hidden text, fields and pictures are ignored; notes and running heads are listed as dropped.
"""

from dataclasses import dataclass, field, replace

from statements.transcripts.formats.documents.rtf_tokens import Token, code_page, tokens
from statements.transcripts.formats.pages.speeches import read_passages
from statements.transcripts.layout.passages import (
    Passage,
    Run,
    split_at_breaks,
    to_passage,
)
from statements.transcripts.values.parsed import (
    DroppedText,
    ParsedMeeting,
    ParsedTranscript,
    UnreadableTranscript,
)

_SKIPPED = frozenset(
    """
    colortbl pict object info filetbl revtbl listtable listoverridetable rsidtbl generator xmlnstbl
    themedata datastore latentstyles fldinst sp bkmkstart bkmkend nonshppict private mmathPr tc xe
    ftnsep ftnsepc aftnsep aftnsepc userprops docvar wgrffmtfilter panose falt
    """.split()
)
_STARRED = frozenset({"shpinst", "shptxt"})  # groups with text, though readers may skip them
_DROPPED = {
    "footnote": "note",
    "annotation": "comment",
    **dict.fromkeys(("header", "headerl", "headerr", "headerf"), "running head"),
    **dict.fromkeys(("footer", "footerl", "footerr", "footerf"), "running foot"),
}
_ENDS = frozenset({"par", "sect", "page", "row", "cell", "nestcell", "nestrow", "column"})
_SIGNS = {
    "tab": " ", "emdash": "—", "endash": "–", "lquote": "‘", "rquote": "’", "ldblquote": "“",
    "rdblquote": "”", "bullet": "•", "emspace": " ", "enspace": " ", "qmspace": " ", "line": "\n",
    "softline": "\n", "lbr": "\n", "zwj": "\u200d", "zwnj": "\u200c",
}  # fmt: skip
_SYMBOLS = {"~": " ", "-": "\u00ad", "_": "\u2011", "\\": "\\", "{": "{", "}": "}", "\t": " "}
_DEEPEST = 500  # groups
_BODY_LEVEL = 9  # of \outlinelevel: no heading


@dataclass(frozen=True, slots=True)
class _State:
    """What holds within a group."""

    skip: bool = False
    dropped: str = ""  # why the text of the group is not part of the document
    table: str = ""  # "fonts" or "styles"
    title: bool = False
    bold: bool = False
    hidden: bool = False
    codec: str = "cp1252"
    fallback: int = 1  # characters that follow a Unicode character for old readers


@dataclass(slots=True)
class _Document:
    """Collects the text of a document, token by token."""

    passages: list[Passage] = field(default_factory=list)
    dropped: list[DroppedText] = field(default_factory=list)
    title: list[str] = field(default_factory=list)
    _state: _State = field(default_factory=_State)
    _outer: list[_State] = field(default_factory=list)
    _runs: list[Run] = field(default_factory=list)
    _aside: list[str] = field(default_factory=list)  # text that goes to ``dropped``
    _bytes: bytearray = field(default_factory=bytearray)
    _units: list[int] = field(default_factory=list)  # UTF-16
    _left: int = 0  # characters to skip after a Unicode character
    _codec: str = "cp1252"  # of the document
    _fonts: dict[int, str] = field(default_factory=dict)
    _font: int = 0  # in the table of fonts
    _style: int = 0  # in the table of styles
    _headings: set[int] = field(default_factory=set)
    _is_heading: bool = False
    _is_new_group: bool = False
    _is_starred: bool = False

    def read(self, text: str) -> None:
        """Read a whole document, decoded as Latin-1."""
        for token in tokens(text):
            if token.kind != "byte":
                self._flush_bytes()
            is_unicode = token.kind == "word" and token.value == "u"
            if self._units and not is_unicode and not self._left:
                self._flush_units()
            self._take(token)
        self._flush()
        self._end_paragraph()
        self._end_aside(self._state.dropped)

    def _take(self, token: Token) -> None:
        if token.kind == "open":
            self._open_group()
        elif token.kind == "close":
            self._close_group()
        elif token.kind == "word":
            self._word(token.value, token.number)
        elif token.kind == "symbol":
            self._symbol(token.value)
        elif token.kind == "byte":
            if self._left:
                self._left -= 1
            else:
                self._bytes.append(int(token.value, 16))
        else:
            self._literal(token.value)
        if token.kind != "open":
            self._is_new_group = self._is_new_group and token == Token("symbol", "*")

    # -- groups --------------------------------------------------------------------------------

    def _open_group(self) -> None:
        self._flush()
        if len(self._outer) >= _DEEPEST:
            raise UnreadableTranscript("too-large", "The RTF document has too many nested groups.")
        self._outer.append(self._state)
        self._is_new_group, self._is_starred = True, False

    def _close_group(self) -> None:
        self._flush()
        if not self._outer:
            return
        was_dropped = self._state.dropped
        self._state = self._outer.pop()
        if was_dropped and not self._state.dropped:
            self._end_aside(was_dropped)

    def _begin_destination(self, word: str) -> bool:
        """Set what the text of the group is; return whether the word names such a destination."""
        state = self._state
        if word in _DROPPED:
            self._state = replace(state, dropped=_DROPPED[word])
        elif word in {"fonttbl", "stylesheet"}:
            self._state = replace(state, table="fonts" if word == "fonttbl" else "styles")
        elif word == "title":
            self._state = replace(state, skip=False, title=True)
        elif word in _SKIPPED or (self._is_starred and word not in _STARRED):
            is_style = self._is_starred and state.table == "styles"
            self._state = replace(state, skip=not is_style)
            return not is_style
        else:
            return False
        return True

    # -- words ---------------------------------------------------------------------------------

    def _word(self, word: str, number: int | None) -> None:
        if self._is_new_group and self._begin_destination(word):
            return
        if word == "u" and number is not None:
            self._units.append(number % 65536)
            self._left = self._state.fallback
        elif word == "uc":
            self._state = replace(self._state, fallback=min(max(number or 0, 0), 100))
        elif word in _SIGNS:
            self._add(_SIGNS[word])
        elif word in _ENDS:
            self._end_paragraph()
        else:
            self._format(word, number)

    def _format(self, word: str, number: int | None) -> None:
        is_on = number != 0
        if word == "b":
            self._state = replace(self._state, bold=is_on)
        elif word in {"v", "deleted"}:
            self._state = replace(self._state, hidden=is_on)
        elif word == "plain":
            self._state = replace(self._state, bold=False, hidden=False)
        elif word == "pard":
            self._is_heading = False
        elif word == "outlinelevel" and number is not None and self._state.table != "styles":
            self._is_heading = number < _BODY_LEVEL
        elif word in {"cs", "ds", "ts"}:  # styles of characters, sections, tables
            self._style = -1
        elif word == "s" and number is not None:
            self._style = number
            self._is_heading = number in self._headings and self._state.table != "styles"
        elif word == "f" and number is not None:
            self._font = number
            if self._state.table != "fonts":
                codec_of_font = self._fonts.get(number, self._codec)
                self._state = replace(self._state, codec=codec_of_font)
        elif codec := code_page(word, number):
            if word == "fcharset":
                self._fonts[self._font] = codec
            else:
                self._codec = codec
                self._state = replace(self._state, codec=codec)

    # -- text ----------------------------------------------------------------------------------

    def _symbol(self, symbol: str) -> None:
        if symbol == "*":
            self._is_starred = True
        elif symbol in "\r\n":
            self._end_paragraph()
        elif self._left:
            self._left -= 1
        elif symbol in _SYMBOLS:
            self._add(_SYMBOLS[symbol])

    def _literal(self, text: str) -> None:
        skipped = min(self._left, len(text))
        self._left -= skipped
        if text[skipped:]:
            self._flush_units()
            self._add(text[skipped:])

    def _add(self, text: str) -> None:
        state = self._state
        if state.title:
            self.title.append(text)
        elif state.table == "styles":
            if text.strip().lower().startswith(("heading", "title", "subtitle")):
                self._headings.add(self._style)
        elif state.skip or state.table or state.hidden:
            return
        elif state.dropped:
            self._aside.append(text)
        else:
            self._runs.append(Run(text, state.bold and text != "\n"))

    def _flush(self) -> None:
        self._flush_bytes()
        self._flush_units()
        self._left = 0

    def _flush_bytes(self) -> None:
        if self._bytes:
            text = bytes(self._bytes).decode(self._state.codec, "replace")
            self._bytes.clear()
            self._add(text)

    def _flush_units(self) -> None:
        if self._units:
            data = b"".join(unit.to_bytes(2, "little") for unit in self._units)
            self._units.clear()
            self._add(data.decode("utf-16-le", "replace"))

    def _end_paragraph(self) -> None:
        state = self._state
        if state.dropped:
            self._aside.append(" ")
            return
        if state.skip or state.table:
            return
        for runs in split_at_breaks(self._runs):
            passage = to_passage(runs, len(self.passages) + 1, is_heading=self._is_heading)
            if passage:
                self.passages.append(passage)
        self._runs.clear()

    def _end_aside(self, reason: str) -> None:
        text = " ".join("".join(self._aside).split())
        self._aside.clear()
        if text:
            self.dropped.append(DroppedText(text, reason, len(self.passages)))


def read_rtf(name: str, data: bytes) -> ParsedTranscript:
    """Read an RTF document; raises UnreadableTranscript if it has no text or too many codes."""
    document = _Document()
    document.read(data.decode("latin-1"))
    if not document.passages:
        raise UnreadableTranscript("empty", "The RTF document contains no text.")
    title = " ".join("".join(document.title).split())
    return read_passages(
        name,
        document.passages,
        meeting=ParsedMeeting(first_page=(title,) if title else ()),
        encoding="utf-8",
        dropped=document.dropped,
    )

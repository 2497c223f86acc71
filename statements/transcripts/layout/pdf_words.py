"""The words of a PDF's pages with their places: the one module that knows the PDF library."""

import ctypes
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

import pypdfium2
import pypdfium2.raw as pdfium

from statements.transcripts.parsed import UnreadableTranscript

MOST_PAGES = 1_000  # the longest record has about two hundred
MOST_CHARACTERS = 20_000_000
_LARGEST_PAGE = 200_000  # characters; a page of small print has ten thousand

_BREAKS = frozenset({0x0A, 0x0D})
_SPACES = _BREAKS | frozenset({0x09, 0x0B, 0x0C, 0x20, 0xA0, 0x2002, 0x2003, 0x2009, 0x3000})
_LINE_END_HYPHEN = 0x02  # what the library puts for a hyphen at a line's end
_UNKNOWN = frozenset({0x00, 0xFFFE, 0xFFFF})
_LIGATURES = {0xFB00: "ff", 0xFB01: "fi", 0xFB02: "fl", 0xFB03: "ffi", 0xFB04: "ffl", 0xFB05: "st"}
_BOLD = re.compile(r"bold|black|heavy|demi", re.IGNORECASE)
_ITALIC = re.compile(r"italic|oblique", re.IGNORECASE)
_ITALIC_FLAG = 1 << 6
_NEAR = 8.0  # points; the origin of a leader's dots may lie further off, and is no use then

Box = tuple[float, float, float, float]  # left, bottom, right, top, as the file counts


@dataclass(frozen=True, slots=True)
class Word:
    """One word as it stands on its page; places are in points from the top left corner of a page
    held so that the word can be read."""

    text: str
    left: float
    right: float
    base: float  # of the line it stands on
    size: float
    bold: bool = False
    italic: bool = False
    turn: int = 0  # quarter turns to the left by which it is set
    spaced: bool = True  # a space stands before it; false where it was only drawn elsewhere


@dataclass(frozen=True, slots=True)
class Page:
    number: int  # 1-based
    width: float
    height: float
    words: tuple[Word, ...]
    turn: int = 0  # of most of its words; a scan may lie on its side
    drawn: bool = True  # something is drawn on it, be it text or a picture


def read_pages(data: bytes) -> Iterator[Page]:
    """The pages of a PDF, one at a time; raises UnreadableTranscript where it cannot be opened."""
    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        raise _refusal() from error
    with document:
        count = len(document)
        if count > MOST_PAGES:
            raise UnreadableTranscript(
                "too-many-pages",
                f"The PDF has {count:,} pages; no record has more than {MOST_PAGES:,}. "
                "Split it into its meetings.",
            )
        characters = 0
        for index in range(count):
            page = _read_page(document, index)
            characters += sum(len(word.text) for word in page.words)
            if characters > MOST_CHARACTERS:
                raise UnreadableTranscript(
                    "too-large",
                    f"The PDF holds more than {MOST_CHARACTERS // 10**6} million letters, more "
                    "than any record. Split it into its meetings.",
                )
            yield page


def _refusal() -> UnreadableTranscript:
    reason = pdfium.FPDF_GetLastError()
    if reason in (pdfium.FPDF_ERR_PASSWORD, pdfium.FPDF_ERR_SECURITY):
        return UnreadableTranscript(
            "encrypted",
            "The PDF is encrypted and asks for a password. Save it without one and upload that.",
        )
    return UnreadableTranscript(
        "broken-pdf",
        "The PDF is damaged and cannot be opened. Download or save it again, and upload that.",
    )


def _read_page(document: pypdfium2.PdfDocument, index: int) -> Page:
    try:
        page = document[index]
        text = page.get_textpage()
    except pypdfium2.PdfiumError as error:
        raise UnreadableTranscript(
            "broken-pdf", f"Page {index + 1} of the PDF is damaged and cannot be read."
        ) from error
    try:
        box: Box = page.get_bbox()
        count = text.count_chars()
        if count > _LARGEST_PAGE:
            raise UnreadableTranscript(
                "too-large",
                f"Page {index + 1} holds {count:,} letters, more than a printed page can.",
            )
        words = tuple(_Typesetting(text, box).words(count))
        drawn = pdfium.FPDFPage_CountObjects(page) > 0
    finally:
        text.close()
        page.close()
    turns = Counter[int]()
    for word in words:
        turns[word.turn] += len(word.text)
    turn = max(turns, key=turns.__getitem__, default=0)
    sides = (box[2] - box[0], box[3] - box[1])
    width, height = sides[::-1] if turn % 2 else sides
    return Page(index + 1, width, height, words, turn, drawn)


def _turned(turn: int, x: float, y: float, box: Box) -> tuple[float, float]:
    """A place as seen by who holds the page so that text of this turn is upright."""
    left, bottom, right, top = box
    if turn == 0:
        return x - left, top - y
    if turn == 1:
        return y - bottom, x - left
    return (right - x, y - bottom) if turn == 2 else (top - y, right - x)


class _Typesetting:
    """Asks the library about the letters of one page."""

    def __init__(self, text: pypdfium2.PdfTextPage, box: Box) -> None:
        self._text = text
        self._page = box
        self._font = ctypes.create_string_buffer(256)
        self._flags = ctypes.c_int()
        self._numbers = tuple(ctypes.c_double() for _ in range(4))
        self._matrix = pdfium.FS_MATRIX()

    def words(self, count: int) -> Iterator[Word]:
        """The words in the order in which the file draws them."""
        unicode_at = pdfium.FPDFText_GetUnicode
        letters: list[int] = []
        codes: list[int] = []
        spaced = False
        for at in range(count):
            code = unicode_at(self._text, at)
            if code not in _SPACES:
                letters.append(at)
                codes.append(code)
                if code != _LINE_END_HYPHEN:
                    continue
            if letters:
                yield self._word(letters, codes, spaced)
                letters, codes, spaced = [], [], False
            spaced = spaced or (code in _SPACES and code not in _BREAKS)
        if letters:
            yield self._word(letters, codes, spaced)

    def _word(self, letters: list[int], codes: list[int], spaced: bool) -> Word:
        x, y, *_ = self._numbers
        pdfium.FPDFText_GetCharOrigin(self._text, letters[0], x, y)
        origin = x.value, y.value
        telling = next(
            (at for at, code in zip(letters, codes, strict=True) if chr(code).isalnum()), letters[0]
        )
        pdfium.FPDFText_GetMatrix(self._text, telling, self._matrix)
        across, down = self._matrix.a, self._matrix.b
        turn = (across < 0) * 2 if abs(across) >= abs(down) else 1 if down > 0 else 3
        start, base = _turned(turn, *origin, self._page)
        left, right = self._reach(letters[0], turn)[0], self._reach(letters[-1], turn)[1]
        bold, italic = self._style(telling)
        scale = (self._matrix.c**2 + self._matrix.d**2) ** 0.5
        return Word(
            text=_spell(codes),
            left=start if abs(start - left) < _NEAR else left,
            right=right,
            base=base,
            size=pdfium.FPDFText_GetFontSize(self._text, telling) * scale,
            bold=bold,
            italic=italic,
            turn=turn,
            spaced=spaced,
        )

    def _reach(self, at: int, turn: int) -> tuple[float, float]:
        """From where to where a letter goes along its line."""
        left, right, bottom, top = self._numbers
        pdfium.FPDFText_GetCharBox(self._text, at, left, right, bottom, top)
        one = _turned(turn, left.value, bottom.value, self._page)[0]
        other = _turned(turn, right.value, top.value, self._page)[0]
        return min(one, other), max(one, other)

    def _style(self, at: int) -> tuple[bool, bool]:
        pdfium.FPDFText_GetFontInfo(self._text, at, self._font, len(self._font), self._flags)
        name = self._font.value.decode("utf-8", "replace")
        heavy = pdfium.FPDFText_GetFontWeight(self._text, at) >= 600
        slanted = bool(self._flags.value & _ITALIC_FLAG)
        return heavy or _BOLD.search(name) is not None, slanted or _ITALIC.search(name) is not None


def _spell(codes: list[int]) -> str:
    """Unicode of a word's letters; a letter without a code becomes the replacement sign."""
    spelt = "".join(
        "-"
        if code == _LINE_END_HYPHEN
        else "\ufffd"
        if code in _UNKNOWN
        else _LIGATURES.get(code) or chr(code)
        for code in codes
    )
    if spelt.isascii():
        return spelt
    return spelt.encode("utf-16", "surrogatepass").decode("utf-16", "replace")

"""Extracts the words of PDF pages with their positions. No other module uses the PDF library."""

import ctypes
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from unicodedata import bidirectional, normalize

import pypdfium2
import pypdfium2.raw as pdfium

from statements.transcripts.values.parsed import UnreadableTranscript

MAX_PAGES = 1_000  # the longest record has about two hundred
MAX_CHARACTERS = 20_000_000
_LARGEST_PAGE = 200_000  # characters; a page of small print has ten thousand

_BREAKS = frozenset({0x0A, 0x0D})
_SPACES = _BREAKS | frozenset({0x09, 0x0B, 0x0C, 0x20, 0xA0, 0x2002, 0x2003, 0x2009, 0x3000})
_LINE_END_HYPHEN = 0x02  # how the library encodes a hyphen at the end of a line
_UNKNOWN = frozenset({0x00, 0xFFFE, 0xFFFF})
_LIGATURES = {0xFB00: "ff", 0xFB01: "fi", 0xFB02: "fl", 0xFB03: "ffi", 0xFB04: "ffl", 0xFB05: "st"}
_BOLD = re.compile(r"bold|black|heavy|demi", re.IGNORECASE)
_ITALIC = re.compile(r"italic|oblique", re.IGNORECASE)
_ITALIC_FLAG = 1 << 6
# points; the origin of a dot leader may be further from its letters, and is then ignored
_MAX_ORIGIN_OFFSET = 8.0

Box = tuple[float, float, float, float]  # left, bottom, right, top, in the file's coordinates


@dataclass(frozen=True, slots=True)
class Word:
    """One word on its page.

    Positions are in points from the top left corner of the page, turned so that the word is
    upright.
    """

    text: str
    left: float
    right: float
    base: float  # y of the baseline
    size: float  # points
    bold: bool = False
    italic: bool = False
    turn: int = 0  # quarter turns to the left
    spaced: bool = True  # a space precedes it; False if it was only drawn at another place
    mirrored: bool = False  # on a page that runs from right to left, seen in a mirror


@dataclass(frozen=True, slots=True)
class Page:
    """One page with its words, turned so that most of them are upright."""

    number: int  # 1-based
    width: float  # points
    height: float  # points
    words: tuple[Word, ...]
    turn: int = 0  # of most of its words; a scan may be sideways
    has_content: bool = True  # text or pictures


def read_pages(data: bytes) -> Iterator[Page]:
    """Yield the pages of a PDF.

    Raises UnreadableTranscript if the PDF cannot be opened or is larger than any record.
    """
    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        raise _refusal() from error
    with document:
        count = len(document)
        if count > MAX_PAGES:
            raise UnreadableTranscript(
                "too-many-pages",
                f"The PDF has {count:,} pages; no record has more than {MAX_PAGES:,}. "
                "Split it by meeting.",
            )
        characters = 0
        for index in range(count):
            page = _read_page(document, index)
            characters += sum(len(word.text) for word in page.words)
            if characters > MAX_CHARACTERS:
                raise UnreadableTranscript(
                    "too-large",
                    f"The PDF contains more than {MAX_CHARACTERS // 10**6} million characters, "
                    "more than any record. Split it by meeting.",
                )
            yield page


def _refusal() -> UnreadableTranscript:
    reason = pdfium.FPDF_GetLastError()
    if reason in (pdfium.FPDF_ERR_PASSWORD, pdfium.FPDF_ERR_SECURITY):
        return UnreadableTranscript(
            "encrypted",
            "The PDF is encrypted and requires a password. Save it without a password and upload "
            "that.",
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
                f"Page {index + 1} contains {count:,} characters, more than a printed page can.",
            )
        words = tuple(_Typesetting(text, box).words(count))
        has_content = pdfium.FPDFPage_CountObjects(page) > 0
    finally:
        text.close()
        page.close()
    turns = Counter[int]()
    for word in words:
        turns[word.turn] += len(word.text)
    turn = max(turns, key=turns.__getitem__, default=0)
    sides = (box[2] - box[0], box[3] - box[1])
    width, height = sides[::-1] if turn % 2 else sides
    if _run_right_to_left(words):
        words = tuple(_mirrored(word, width) for word in words)
    return Page(index + 1, width, height, words, turn, has_content)


def _run_right_to_left(words: Sequence[Word]) -> bool:
    """Return whether most words on a page are Arabic, Hebrew or the like."""
    lettered = [word for word in words if any(map(str.isalpha, word.text))]
    return 2 * sum(is_right_to_left(word.text) for word in lettered) > len(lettered)


def is_right_to_left(text: str) -> bool:
    """Return whether the first letter belongs to a script that runs from right to left."""
    letter = next(filter(str.isalpha, text), "")
    return bool(letter) and bidirectional(letter) in ("R", "AL")


def _mirrored(word: Word, width: float) -> Word:
    """Return a word at its place in a mirror, where the page runs from left to right like others.

    Its letters are in the order in which they are read already.
    """
    return replace(
        word,
        text=normalize("NFKC", word.text),  # forms of Arabic letters become the letters
        left=width - word.right,
        right=width - word.left,
        mirrored=True,
    )


def _turn_point(turn: int, x: float, y: float, box: Box) -> tuple[float, float]:
    """Return a position on the page after turning it so that text of this turn is upright."""
    left, bottom, right, top = box
    if turn == 0:
        return x - left, top - y
    if turn == 1:
        return y - bottom, x - left
    return (right - x, y - bottom) if turn == 2 else (top - y, right - x)


class _Typesetting:
    """Reads position and style of the letters of one page from the library."""

    def __init__(self, text: pypdfium2.PdfTextPage, box: Box) -> None:
        self._text = text
        self._page = box
        self._font = ctypes.create_string_buffer(256)
        self._flags = ctypes.c_int()
        self._numbers = tuple(ctypes.c_double() for _ in range(4))
        self._matrix = pdfium.FS_MATRIX()

    def words(self, count: int) -> Iterator[Word]:
        """Yield the words in the order in which the file draws them."""
        unicode_at = pdfium.FPDFText_GetUnicode
        letters: list[int] = []
        codes: list[int] = []
        spaced = False
        for index in range(count):
            code = unicode_at(self._text, index)
            if code not in _SPACES:
                letters.append(index)
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
        # a letter or digit represents the word better than punctuation
        sample = next(
            (index for index, code in zip(letters, codes, strict=True) if chr(code).isalnum()),
            letters[0],
        )
        pdfium.FPDFText_GetMatrix(self._text, sample, self._matrix)
        across, down = self._matrix.a, self._matrix.b
        turn = (across < 0) * 2 if abs(across) >= abs(down) else 1 if down > 0 else 3
        start, base = _turn_point(turn, *origin, self._page)
        left, first_right = self._extent(letters[0], turn)
        last_left, right = self._extent(letters[-1], turn)
        if right < left:  # from right to left
            start, left, right = last_left, last_left, first_right
            if not any(is_right_to_left(chr(code)) for code in codes):
                # "S/PV.9907" among Arabic words, which the library gives as ".9907PV/S"
                places = sorted(range(len(letters)), key=lambda at: self._extent(letters[at], turn))
                codes = [codes[at] for at in places]
                start = left = self._extent(letters[places[0]], turn)[0]
                right = self._extent(letters[places[-1]], turn)[1]
        bold, italic = self._style(sample)
        scale = (self._matrix.c**2 + self._matrix.d**2) ** 0.5
        return Word(
            text=_decode_letters(codes),
            left=start if abs(start - left) < _MAX_ORIGIN_OFFSET else left,
            right=right,
            base=base,
            size=pdfium.FPDFText_GetFontSize(self._text, sample) * scale,
            bold=bold,
            italic=italic,
            turn=turn,
            spaced=spaced,
        )

    def _extent(self, index: int, turn: int) -> tuple[float, float]:
        """Return the left and right end of a letter along its line."""
        left, right, bottom, top = self._numbers
        pdfium.FPDFText_GetCharBox(self._text, index, left, right, bottom, top)
        first_x = _turn_point(turn, left.value, bottom.value, self._page)[0]
        second_x = _turn_point(turn, right.value, top.value, self._page)[0]
        return min(first_x, second_x), max(first_x, second_x)

    def _style(self, index: int) -> tuple[bool, bool]:
        """Return whether a letter is bold, and whether it is in italics."""
        pdfium.FPDFText_GetFontInfo(self._text, index, self._font, len(self._font), self._flags)
        name = self._font.value.decode("utf-8", "replace")
        heavy = pdfium.FPDFText_GetFontWeight(self._text, index) >= 600
        slanted = bool(self._flags.value & _ITALIC_FLAG)
        return heavy or _BOLD.search(name) is not None, slanted or _ITALIC.search(name) is not None


def _decode_letters(codes: list[int]) -> str:
    """Return the text of a word; letters without a code become the replacement character."""
    text = "".join(
        "-"
        if code == _LINE_END_HYPHEN
        else "\ufffd"
        if code in _UNKNOWN
        else _LIGATURES.get(code) or chr(code)
        for code in codes
    )
    if text.isascii():
        return text
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")

"""Reads places and typefaces of the words of one PDF page from the PDF library.

The library is asked for the text of a page at once and for the type of a run, which is all that one
operator of the file draws. Only the two ends of a word are asked for letter by letter: each
question costs as much as fifty steps of Python.
"""

import ctypes
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pypdfium2
import pypdfium2.raw as pdfium

from statements.transcripts.layout.torn_words import Gap, join_torn
from statements.transcripts.layout.words import Word, is_right_to_left

Box = tuple[float, float, float, float]  # left, bottom, right, top, in the file's coordinates

_SPACES = "\t\v\f \u00a0\u2002\u2003\u2009\u3000"
_LINE_END_HYPHEN = "\x02"  # how the library encodes a hyphen at the end of a line,
_NO_CHARACTER = "\ufffe"  # or this, where it gives the text of a whole page
_WORD = re.compile(
    rf"(?<![\r\n{_SPACES}])(?P<gap>[\r\n{_SPACES}]*+)"  # begins nowhere within a gap
    rf"(?P<letters>[^\r\n{_SPACES}{_LINE_END_HYPHEN}]+{_LINE_END_HYPHEN}?|{_LINE_END_HYPHEN})"
)
_REPLACED = str.maketrans(
    {
        _LINE_END_HYPHEN: "-",
        **dict.fromkeys(("\0", _NO_CHARACTER, "\uffff"), "\ufffd"),
        **dict(zip("ﬀﬁﬂﬃﬄﬅ", ("ff", "fi", "fl", "ffi", "ffl", "st"), strict=True)),
    }
)
_SURROGATE = re.compile("[\ud800-\udfff]")
_RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")
_BOLD = re.compile(r"bold|black|heavy|demi", re.IGNORECASE)
_ITALIC = re.compile(r"italic|oblique", re.IGNORECASE)
_ITALIC_FLAG = 1 << 6
_BOLD_WEIGHT = 600
# points; the origin of a dot leader may be further from its letters, and is then ignored
_MAX_ORIGIN_OFFSET = 8.0


def _with_addresses(function: Any, result: Any, *arguments: Any) -> Any:
    """Return a function of the library that takes addresses as numbers.

    That is faster than with objects for pointers, which are made anew for each call.
    """
    return ctypes.cast(function, ctypes.CFUNCTYPE(result, ctypes.c_void_p, *arguments))


_INDEX, _TO, _TRUE = ctypes.c_int, ctypes.c_void_p, ctypes.c_int
_unicode_at = _with_addresses(pdfium.FPDFText_GetUnicode, ctypes.c_uint, _INDEX)
_is_generated = _with_addresses(pdfium.FPDFText_IsGenerated, _TRUE, _INDEX)
_run_at = _with_addresses(pdfium.FPDFText_GetTextObject, ctypes.c_void_p, _INDEX)
_font_of = _with_addresses(pdfium.FPDFTextObj_GetFont, ctypes.c_void_p)
_origin_at = _with_addresses(pdfium.FPDFText_GetCharOrigin, _TRUE, _INDEX, _TO, _TO)
_box_at = _with_addresses(pdfium.FPDFText_GetCharBox, _TRUE, _INDEX, _TO, _TO, _TO, _TO)
_advance_box_at = _with_addresses(pdfium.FPDFText_GetLooseCharBox, _TRUE, _INDEX, _TO)
_matrix_at = _with_addresses(pdfium.FPDFText_GetMatrix, _TRUE, _INDEX, _TO)
_font_size_at = _with_addresses(pdfium.FPDFText_GetFontSize, ctypes.c_double, _INDEX)


@dataclass(frozen=True, slots=True)
class _Type:
    """What the letters of one run have in common."""

    size: float
    turn: int
    bold: bool
    italic: bool


class Typesetting:
    """Reads the words of one page from the library, while the page is open."""

    def __init__(self, text: pypdfium2.PdfTextPage, box: Box) -> None:
        self._text = text
        self._address = ctypes.cast(text.raw, ctypes.c_void_p).value
        self._page = box
        self._numbers = (ctypes.c_double * 4)()
        first = ctypes.addressof(self._numbers)
        self._to = tuple(range(first, first + 32, 8))
        self._advance_box = pdfium.FS_RECTF()
        self.is_mixed = False  # some letters run from right to left
        self._types: dict[int, _Type] = {}  # by the address of the run
        self._faces: dict[int, tuple[bool, bool]] = {}  # by the address of the font
        self._ends: list[tuple[int, int]] = []  # indices of the first and last letter of each word

    def words(self, count: int) -> list[Word]:
        """Return the words in the order in which the file draws them."""
        text = self._page_text(count)
        self.is_mixed = _RIGHT_TO_LEFT.search(text) is not None
        words = list(self._drawn_words(text))
        return words if self.is_mixed else join_torn(words, self._gap_before)

    def _page_text(self, count: int) -> str:
        """Return the text of the page, with one character for each index."""
        text = self._text.get_text_range(0, count) if count else ""
        if len(text) != count or _SURROGATE.search(text):
            # some letters have no code, or more than one
            return "".join(chr(_unicode_at(self._address, index)) for index in range(count))
        if _NO_CHARACTER not in text:
            return text
        return "".join(
            chr(_unicode_at(self._address, index)) if char == _NO_CHARACTER else char
            for index, char in enumerate(text)
        )

    def _drawn_words(self, text: str) -> Iterator[Word]:
        for match in _WORD.finditer(text):
            gap, letters = match.groups()
            first, end = match.span(2)
            self._ends.append((first, end - 1))
            # a gap holds nothing but spaces and ends of lines
            yield self._word(letters, first, spaced=gap == " " or bool(gap.strip("\r\n")))

    def _word(self, letters: str, first: int, *, spaced: bool) -> Word:
        last = first + len(letters) - 1
        page, numbers, to = self._page, self._numbers, self._to
        _origin_at(self._address, first, to[0], to[1])
        x, y = numbers[0], numbers[1]
        is_plain = letters[0].isalnum()
        type_ = self._type(first if is_plain else first + _sample(letters))
        turn = type_.turn
        if turn:
            left, base = _turn_point(turn, x, y, page)
            right = self._extent(last, turn)[1]
        else:
            left, base = x - page[0], page[3] - y
            _box_at(self._address, last, *to)
            right = numbers[1] - page[0]
        if self.is_mixed or not is_plain or right < left:
            left, right, letters = self._exact_ends(letters, first, turn, left)
        return Word(
            letters if letters.isascii() and letters.isprintable() else _decode(letters),
            left,
            right,
            base,
            type_.size,
            type_.bold,
            type_.italic,
            turn,
            spaced,
        )

    def _exact_ends(
        self, letters: str, first: int, turn: int, origin: float
    ) -> tuple[float, float, str]:
        """Return the left and right end of a word, and its letters in the order of reading."""
        left, first_right = self._extent(first, turn)
        last_left, right = self._extent(first + len(letters) - 1, turn)
        if right < left:  # from right to left
            origin, left, right = last_left, last_left, first_right
            if not any(map(is_right_to_left, letters)):
                # "S/PV.9907" among Arabic words, which the library gives as ".9907PV/S"
                extents = [self._extent(first + at, turn) for at in range(len(letters))]
                places = sorted(range(len(letters)), key=extents.__getitem__)
                letters = "".join(letters[at] for at in places)
                origin = left = extents[places[0]][0]
                right = extents[places[-1]][1]
        return origin if abs(origin - left) < _MAX_ORIGIN_OFFSET else left, right, letters

    def _extent(self, index: int, turn: int) -> tuple[float, float]:
        """Return the left and right end of a letter along its line."""
        _box_at(self._address, index, *self._to)
        left, right, bottom, top = self._numbers
        if turn == 0:
            return left - self._page[0], right - self._page[0]
        first_x = _turn_point(turn, left, bottom, self._page)[0]
        second_x = _turn_point(turn, right, top, self._page)[0]
        return min(first_x, second_x), max(first_x, second_x)

    def _gap_before(self, at: int) -> Gap:
        """Return the gap between a word and the one before it, beyond the width of its letters."""
        last, first = self._ends[at - 1][1], self._ends[at][0]
        turn = self._type(first).turn
        _origin_at(self._address, first, *self._to[:2])
        start = _turn_point(turn, self._numbers[0], self._numbers[1], self._page)[0]
        box = self._advance_box
        _advance_box_at(self._address, last, ctypes.addressof(box))
        corners = ((box.left, box.bottom), (box.right, box.top))
        end = max(_turn_point(turn, x, y, self._page)[0] for x, y in corners)
        is_drawn = not _is_generated(self._address, last + 1)
        return Gap(start - max(end, self._extent(last, turn)[1]), is_drawn)

    def _type(self, index: int) -> _Type:
        run: int | None = _run_at(self._address, index)
        if run is None:
            return self._read_type(run, index)
        type_ = self._types.get(run)
        if type_ is None:
            type_ = self._types[run] = self._read_type(run, index)
        return type_

    def _read_type(self, run: int | None, index: int) -> _Type:
        matrix = pdfium.FS_MATRIX()
        _matrix_at(self._address, index, ctypes.addressof(matrix))
        across, down = matrix.a, matrix.b
        turn = (across < 0) * 2 if abs(across) >= abs(down) else 1 if down > 0 else 3
        scale = (matrix.c**2 + matrix.d**2) ** 0.5
        font: int | None = _font_of(run) if run else None
        face = self._faces.get(font or 0) or self._read_face(index)
        if font:
            self._faces[font] = face
        return _Type(_font_size_at(self._address, index) * scale, turn, *face)

    def _read_face(self, index: int) -> tuple[bool, bool]:
        """Return whether a letter is bold, and whether it is in italics."""
        name_bytes, flags = ctypes.create_string_buffer(256), ctypes.c_int()
        pdfium.FPDFText_GetFontInfo(self._text, index, name_bytes, len(name_bytes), flags)
        name = name_bytes.value.decode("utf-8", "replace")
        heavy = pdfium.FPDFText_GetFontWeight(self._text, index) >= _BOLD_WEIGHT
        slanted = bool(flags.value & _ITALIC_FLAG)
        return heavy or _BOLD.search(name) is not None, slanted or _ITALIC.search(name) is not None


def _sample(letters: str) -> int:
    """Return the index of a letter or digit, which represents a word better than punctuation."""
    return next((index for index, letter in enumerate(letters) if letter.isalnum()), 0)


def _turn_point(turn: int, x: float, y: float, box: Box) -> tuple[float, float]:
    """Return a position on the page after turning it so that text of this turn is upright."""
    left, bottom, right, top = box
    if turn == 0:
        return x - left, top - y
    if turn == 1:
        return y - bottom, x - left
    return (right - x, y - bottom) if turn == 2 else (top - y, right - x)


def _decode(letters: str) -> str:
    """Return the text of a word; letters without a code become the replacement character."""
    text = letters.translate(_REPLACED)
    if _SURROGATE.search(text) is None:
        return text
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")

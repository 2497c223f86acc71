"""Reader for hOCR, in which programs for text recognition (OCR) state words with their places.

Format: https://kba.github.io/hocr-spec/1.2/. Of its properties, bbox, baseline, x_size, x_wconf and
scan_res are read, and those of ``hocr_pages``. Words become those of a printed page, as if a PDF
had drawn them; typefaces are only known of pages whose text a PDF had.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median

from statements.transcripts.formats.markup.xml_tree import parse
from statements.transcripts.formats.printed.pages import read_printed
from statements.transcripts.layout.pdf_words import MAX_PAGES
from statements.transcripts.layout.words import Page, Word
from statements.transcripts.values.parsed import (
    PAGE_WITHOUT_TEXT,
    ParsedTranscript,
    Problem,
    Severity,
    UnreadableTranscript,
)

# what a page says instead of words if recognition failed on it
FAILURE = "x_failure"
_LINES = frozenset({"ocr_line", "ocr_textfloat", "ocr_header", "ocr_caption", "ocrx_line"})
_WORD = "ocrx_word"
_POINTS = 72.0  # in an inch
_USUAL_WIDTH = 8.27 * _POINTS  # of a page whose resolution is not stated, in points
_LARGEST_SIDE = 14_400.0  # points, the limit of PDF
_CERTAIN = 70.0  # per cent; words below it are compared with the page by a person
_SPECK = 70.0  # per cent; below it, a line without letters is dirt or a rule
_LONG_LINE = 0.2  # of the width of a page; shorter lines do not show how it is turned
_MOST_TURNED = 0.2  # slope of a baseline, about eleven degrees

Box = tuple[float, float, float, float]  # left, top, right, bottom in pixels
Properties = Mapping[str, str]


@dataclass(slots=True)
class _Word:
    box: Box
    confidence: float  # per cent
    spaced: bool
    parts: list[str] = field(default_factory=list)
    bold: bool = False
    italic: bool = False

    @property
    def text(self) -> str:
        return "".join("".join(self.parts).split())


@dataclass(slots=True)
class _Line:
    box: Box
    slope: float  # of the baseline, downwards
    offset: float  # of the baseline from the lower left corner of the box, in pixels
    size: float  # pixels
    turn: int  # quarter turns to the left
    words: list[_Word] = field(default_factory=list)

    def base_at(self, x: float) -> float:
        return self.box[3] + self.offset + self.slope * (x - self.box[0])

    @property
    def is_speck(self) -> bool:
        """Whether this is dirt or a ruled line: nothing but signs, recognised with doubt."""
        return all(
            word.confidence < _SPECK and not any(map(str.isalnum, word.text)) for word in self.words
        )


@dataclass(slots=True)
class _ScannedPage:
    box: Box
    points: float  # in a pixel
    failure: str = ""
    typeset: bool = False
    mirrored: bool = False
    lines: list[_Line] = field(default_factory=list)


def read_hocr(name: str, data: bytes) -> ParsedTranscript:
    """Read an hOCR file in this process; untrusted files are read through ``sandbox.client``.

    Raises UnreadableTranscript if it is not well-formed, has no words, or too many pages.
    """
    handler = _Handler()
    parse(data, handler, character_names=True)
    scanned = handler.pages
    for page in scanned:
        page.lines = [line for line in page.lines if not line.is_speck]
    if not any(page.lines for page in scanned):
        raise UnreadableTranscript(
            "no-words", "Text recognition found no words. Check the pages, or type the text."
        )
    pages = [_to_page(page, number) for number, page in enumerate(scanned, start=1)]
    return read_printed(name, pages, encoding="hocr", problems=[*_failures(scanned)])


def _failures(scanned: Sequence[_ScannedPage]) -> Iterator[Problem]:
    for number, page in enumerate(scanned, start=1):
        if page.failure:
            yield Problem(
                PAGE_WITHOUT_TEXT,
                f"Page {number} could not be recognised, so its content is missing "
                f"({page.failure}).",
                Severity.ERROR,
            )
        elif not page.lines:
            yield Problem(
                PAGE_WITHOUT_TEXT, f"No words were found on page {number}.", Severity.NOTE
            )


class _Handler:
    """Collects pages, lines and words; elements of other classes are passed over."""

    def __init__(self) -> None:
        self.pages: list[_ScannedPage] = []
        self._open_word: _Word | None = None
        self._depth = 0  # of elements within the open word

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if self._open_word is not None:
            self._depth += 1
            self._open_word.bold |= name == "strong"
            self._open_word.italic |= name == "em"
            return
        kinds = attributes.get("class", "").split()
        if not kinds:
            return
        properties = _properties(attributes.get("title", ""))
        if "ocr_page" in kinds:
            self._begin_page(properties)
        elif self.pages and not _LINES.isdisjoint(kinds):
            self.pages[-1].lines.append(_line(properties))
        elif self.pages and self.pages[-1].lines and _WORD in kinds:
            self._open_word = _word(properties)
            self.pages[-1].lines[-1].words.append(self._open_word)

    def end(self, name: str) -> None:
        if self._open_word is None:
            return
        if self._depth:
            self._depth -= 1
        else:
            self._open_word = None

    def text(self, data: str) -> None:
        if self._open_word is not None:
            self._open_word.parts.append(data)

    def _begin_page(self, properties: Properties) -> None:
        if len(self.pages) >= MAX_PAGES:
            raise UnreadableTranscript(
                "too-many-pages", f"The file has more than {MAX_PAGES:,} pages. Split it."
            )
        box = _box(properties)
        width, height = box[2] - box[0], box[3] - box[1]
        resolution = next(iter(_numbers(properties.get("scan_res", ""))), 0.0)
        points = _POINTS / resolution if resolution > 0 else _USUAL_WIDTH / max(width, 1.0)
        largest = max(width, height, 1.0)
        points = min(points, _LARGEST_SIDE / largest)
        failure = properties.get(FAILURE, "").strip()
        typeset, mirrored = "x_typeset" in properties, "x_mirrored" in properties
        self.pages.append(_ScannedPage(box, points, failure, typeset, mirrored))


def _properties(title: str) -> Properties:
    """Return the properties that a title states: "bbox 0 0 9 9; x_wconf 95"."""
    parts = (part.strip().partition(" ") for part in title.split(";"))
    return {name: value for name, _, value in parts}


def _line(properties: Properties) -> _Line:
    box = _box(properties)
    slope, offset = (*_numbers(properties.get("baseline", "")), 0.0, 0.0)[:2]
    size = next(iter(_numbers(properties.get("x_size", ""))), 0.0)
    turn = int(next(iter(_numbers(properties.get("x_turn", ""))), 0.0)) % 4
    return _Line(box, slope, offset, size if size > 0 else max(box[3] - box[1], 1.0), turn)


def _word(properties: Properties) -> _Word:
    confidence = next(iter(_numbers(properties.get("x_wconf", ""))), 100.0)
    return _Word(_box(properties), confidence, spaced="x_joined" not in properties)


def _box(properties: Properties) -> Box:
    numbers = _numbers(properties.get("bbox", ""))
    if len(numbers) != 4:
        raise UnreadableTranscript("broken-markup", "An element of the hOCR file has no place.")
    left, top, right, bottom = numbers
    return left, top, max(left, right), max(top, bottom)


def _numbers(text: str) -> list[float]:
    """Return the numbers of a property; what is none, or beyond any page, raises an error."""
    try:
        numbers = [float(part) for part in text.split()]
    except ValueError as error:
        raise UnreadableTranscript("broken-markup", "The hOCR file has a broken number.") from error
    if not all(abs(number) < 1e6 for number in numbers):  # nor "nan"
        raise UnreadableTranscript("broken-markup", "The hOCR file has a number beyond any page.")
    return numbers


def _to_page(scanned: _ScannedPage, number: int) -> Page:
    """Return a page of points with straight lines, turned back as its baselines show."""
    left, top, right, bottom = scanned.box
    slope = _slope(scanned)
    scale = scanned.points
    words: list[Word] = []
    for line in scanned.lines:
        middle = (line.box[0] + line.box[2]) / 2
        base = line.base_at(middle) - slope * (middle - left) - top
        # in the middle of the line, so that its words keep one baseline
        shift = slope * (line.base_at(middle) - top) - left
        words += (
            Word(
                text=word.text,
                left=(word.box[0] + shift) * scale,
                right=(word.box[2] + shift) * scale,
                base=base * scale,
                size=line.size * scale,
                bold=scanned.typeset and word.bold,
                italic=scanned.typeset and word.italic,
                turn=line.turn,
                spaced=word.spaced,
                mirrored=scanned.mirrored,
                uncertain=word.confidence < _CERTAIN,
                recognized=not scanned.typeset,
            )
            for word in line.words
            if word.text
        )
    width, height = (right - left) * scale, (bottom - top) * scale
    return Page(number, width, height, tuple(words), has_content=bool(words))


def _slope(page: _ScannedPage) -> float:
    """Return the slope of the lines of a page, downwards; 0 if it has no long ones."""
    width = page.box[2] - page.box[0]
    slopes = [line.slope for line in page.lines if line.box[2] - line.box[0] > _LONG_LINE * width]
    slope = median(slopes) if slopes else 0.0
    return slope if abs(slope) < _MOST_TURNED else 0.0

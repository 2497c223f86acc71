"""Draws cards: PNG pictures of 1200 by 630 pixels, the size that sites with cards of links ask for.

A quotation is set in the middle, below the delegation and above who said it, where and when. A card
without a quotation, or with one in a script for which no face is installed, is a title page.
"""

from dataclasses import astuple, dataclass
from hashlib import sha256
from io import BytesIO
from typing import NamedTuple

from PIL import Image, ImageDraw

from statements.exports.cards import faces
from statements.exports.cards.lines import Measure, Setting, fit
from statements.exports.opening import cut

DESIGN = 1  # of what is drawn; a change makes all cards be drawn again
WIDTH, HEIGHT = 1200, 630
LONGEST_QUOTATION = 420  # characters

_GROUND, _INK, _QUIET, _RULE, _ACCENT = "#f7f9fa", "#16212c", "#4f5f6e", "#cbd6df", "#0f5585"
_COLOURS = 64
_LEFT, _RIGHT = 96, WIDTH - 88
_COLUMN = _RIGHT - _LEFT
_FOOT = 502  # where the rule above the source stands
_BOX = (128, _FOOT - 28)  # top and bottom of the quotation
_QUOTATION_SIZES = range(30, 73, 2)
_NAME_SIZES = range(44, 97, 4)
_LEADING = 1.32
_SOURCE_WIDTH = _COLUMN - 190  # beside the mark of the archive


@dataclass(frozen=True, slots=True)
class Card:
    """What a card says; parts that are not known are empty."""

    delegation: str
    speaker: str
    role: str
    where: str
    day: str
    site: str
    quotation: str = ""

    @property
    def digest(self) -> str:
        """The key of the picture: equal cards are drawn alike."""
        parts = (str(DESIGN), faces.version(), *astuple(self))
        return sha256("\0".join(parts).encode()).hexdigest()[:32]


class _Style(NamedTuple):
    size: int
    colour: str = _INK
    weight: int = 400
    italic: bool = False


def draw(card: Card) -> bytes:
    """Return the card as PNG."""
    image = Image.new("RGB", (WIDTH, HEIGHT), _GROUND)
    canvas = ImageDraw.Draw(image)
    canvas.rectangle((0, 0, 15, HEIGHT), fill=_ACCENT)
    canvas.rectangle((_LEFT, _FOOT, _RIGHT, _FOOT + 1), fill=_RULE)
    quotation = cut(card.quotation, LONGEST_QUOTATION) if card.quotation else ""
    path = faces.path_for(quotation) if quotation else None
    if path is None:
        _title_page(canvas, card)
    else:
        _capitals(canvas, 88, card.delegation)
        _quotation(canvas, quotation, path)
        _source(canvas, ", ".join(filter(None, (card.speaker, card.role))), card)
    _mark(image, card.site)
    file = BytesIO()
    picture = image.quantize(_COLOURS, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
    picture.save(file, "PNG", compress_level=6)
    return file.getvalue()


def _title_page(canvas: ImageDraw.ImageDraw, card: Card) -> None:
    _capitals(canvas, 140, card.delegation)
    path = faces.path_for(card.speaker)
    if path is not None:
        setting = _fit(card.speaker, path, _NAME_SIZES, 220, weight=600)
        bottom = _lines(canvas, setting, path, 180, weight=600)
        _line(canvas, (_LEFT, bottom + 62), card.role, _Style(34, _QUIET, italic=True), _COLUMN)
    _source(canvas, card.where or card.day, card)


def _quotation(canvas: ImageDraw.ImageDraw, quotation: str, path: str) -> None:
    top, bottom = _BOX
    setting = _fit(quotation, path, _QUOTATION_SIZES, bottom - top)
    height = len(setting.lines) * setting.size * _LEADING
    _lines(canvas, setting, path, round(top + max(0, bottom - top - height) / 2))


def _fit(text: str, path: str, sizes: range, height: int, weight: int = 400) -> Setting:
    def measure(size: int) -> Measure:
        return faces.face(path, size, weight).getlength

    return fit(text, sizes, _COLUMN, height, _LEADING, measure)


def _lines(
    canvas: ImageDraw.ImageDraw, setting: Setting, path: str, top: int, weight: int = 400
) -> int:
    """Draw lines of text below ``top``, an opening quotation mark in the margin. Return the place
    of the last line."""
    font = faces.face(path, setting.size, weight)
    baseline = top
    for number, line in enumerate(setting.lines, start=1):
        baseline = round(top + number * setting.size * _LEADING - setting.size * 0.32)
        if faces.runs_from_the_right(line):
            canvas.text((_RIGHT, baseline), line, _INK, font, anchor="rs")
        else:
            hanging = font.getlength(line[0]) if line[0] in "“‘«\"'" else 0
            canvas.text((_LEFT - hanging, baseline), line, _INK, font, anchor="ls")
    return baseline


def _capitals(canvas: ImageDraw.ImageDraw, baseline: int, text: str) -> None:
    """Draw the name of a delegation in spaced capitals, on one line."""
    path = faces.path_for(text.upper())
    if path is None or not text:
        return
    if faces.runs_from_the_right(text):
        canvas.text((_RIGHT, baseline), text, _ACCENT, faces.face(path, 26, 600), anchor="rs")
        return
    for size in (28, 24, 20, 17):
        font, space = faces.face(path, size, 600), size * 0.12
        capitals = text.upper()
        if font.getlength(capitals) + space * len(capitals) <= _COLUMN:
            break
    while font.getlength(capitals) + space * len(capitals) > _COLUMN:
        capitals = cut(capitals, len(capitals) - 4)
    place = float(_LEFT)
    for letter in capitals:
        canvas.text((place, baseline), letter, _ACCENT, font, anchor="ls")
        place += font.getlength(letter) + space


def _source(canvas: ImageDraw.ImageDraw, first: str, card: Card) -> None:
    """Draw two lines below the rule; the second says where and when."""
    second = ", ".join(part for part in (card.where, card.day) if part and part != first)
    _line(canvas, (_LEFT, _FOOT + 50), first, _Style(30, weight=600), _SOURCE_WIDTH)
    _line(canvas, (_LEFT, _FOOT + 92), second, _Style(25, _QUIET), _SOURCE_WIDTH)


def _line(
    canvas: ImageDraw.ImageDraw, place: tuple[int, int], text: str, style: _Style, width: int
) -> None:
    """Draw a text on one line; if it is too long, smaller, and at last cut."""
    path = faces.path_for(text, italic=style.italic)
    if path is None or not text:
        return
    for size in (style.size, round(style.size * 0.85), round(style.size * 0.72)):
        font = faces.face(path, size, style.weight)
        if font.getlength(text) <= width:
            break
    while font.getlength(text) > width:
        text = cut(text, len(text) - 8)
    canvas.text(place, text, style.colour, font, anchor="ls")


def _mark(image: Image.Image, site: str) -> None:
    """Draw the mark of the archive and its name in the lower right corner; see images/mark.svg."""
    side, scale = 44, 4  # drawn larger, for smooth edges
    unit = side * scale / 32
    mark = Image.new("RGB", (side * scale, side * scale), _GROUND)
    canvas = ImageDraw.Draw(mark)

    def polygon(points: str, colour: str) -> None:
        canvas.polygon([float(number) * unit for number in points.split()], fill=colour)

    canvas.rounded_rectangle((0, 0, 32 * unit - 1, 32 * unit - 1), 7 * unit, fill="#0f4c75")
    polygon("7 10.5 25 7.5 25 11.5 7 14.5", "#ffffff")
    polygon("9.5 16.2 22.5 14 22.5 23 9.5 23", "#bfe0f5")
    canvas.rounded_rectangle(
        (6.3 * unit, 23.3 * unit, 25.7 * unit, 25.7 * unit), 1.2 * unit, fill="#ffffff"
    )
    mark = mark.resize((side, side), Image.Resampling.LANCZOS)
    image.paste(mark, (_RIGHT - side, _FOOT + 32))
    path = faces.path_for(site)
    if path is not None:
        font = faces.face(path, 25, 600)
        draw_on = ImageDraw.Draw(image)
        draw_on.text((_RIGHT - side - 14, _FOOT + 63), cut(site, 24), _QUIET, font, anchor="rs")

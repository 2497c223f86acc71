"""Writes the text of a PDF page as hOCR, so that it stands beside pages that are recognised.

What hOCR has no property for is stated in some of our own, which ``hocr`` reads: ``x_typeset`` of a
page says that its typefaces are known, ``x_mirrored`` that its words stand in a mirror, ``x_turn``
of a line how it is turned, and ``x_joined`` of a word that no space precedes it.
"""

from html import escape
from itertools import groupby

from statements.transcripts.layout.words import Page, Word

_SCALE = 100.0  # pixels in a point
_LARGEST = 900_000.0  # pixels of a side


def to_hocr_page(page: Page) -> bytes:
    """Return the ``ocr_page`` element of a page."""
    scale = min(_SCALE, _LARGEST / max(page.width, page.height, 1.0))
    properties = [
        f"bbox 0 0 {page.width * scale:.0f} {page.height * scale:.0f}",
        f"scan_res {72 * scale:.3f} {72 * scale:.3f}",
        "x_typeset",
    ]
    if any(word.mirrored for word in page.words):
        properties.append("x_mirrored")
    lines = groupby(page.words, key=lambda word: (word.turn, word.base, word.size))
    elements = "\n".join(_line([*words], page, scale) for _, words in lines)
    return f"<div class='ocr_page' title='{'; '.join(properties)}'>\n{elements}</div>".encode()


def _line(words: list[Word], page: Page, scale: float) -> str:
    first = words[0]
    left, right = min(word.left for word in words), max(word.right for word in words)
    base, size = first.base * scale, first.size * scale
    title = (
        f"bbox {left * scale:.1f} {base - size:.1f} {right * scale:.1f} {base:.1f}; "
        f"baseline 0 0; x_size {size:.1f}"
    )
    if first.turn != page.turn:
        title += f"; x_turn {(first.turn - page.turn) % 4}"
    spans = "\n".join(_word(word, scale) for word in words)
    return f"<span class='ocr_line' title='{title}'>{spans}</span>"


def _word(word: Word, scale: float) -> str:
    base = word.base * scale
    title = (
        f"bbox {word.left * scale:.1f} {base - word.size * scale:.1f} "
        f"{word.right * scale:.1f} {base:.1f}"
    )
    text = escape(word.text, quote=False)
    if word.italic:
        text = f"<em>{text}</em>"
    if word.bold:
        text = f"<strong>{text}</strong>"
    joined = "" if word.spaced else "; x_joined"
    return f"<span class='ocrx_word' title='{title}{joined}'>{text}</span>"

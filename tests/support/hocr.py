"""Writes hOCR as a program for text recognition does, and stands in for such a program."""

import sys
from collections.abc import Iterable, Sequence
from html import escape
from pathlib import Path

import pytest

from statements.transcripts.layout.columns import (
    PrintedLine,
    common_gutter,
    group_into_rows,
    in_reading_order,
)
from statements.transcripts.layout.pdf_words import read_pages

PIXELS = 300 / 72  # in a point
HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 '
    'Transitional//EN" "http://www.w3.org/TR/xhtml1/DTD/xhtml1-transitional.dtd">\n'
    '<html xmlns="http://www.w3.org/1999/xhtml"><head><title></title>'
    '<meta name="ocr-system" content="tesseract 5.3.0"/></head><body>\n'
)


def document(pages: Iterable[str]) -> bytes:
    return f"{HEAD}{''.join(pages)}</body></html>".encode()


def page(lines: Iterable[str], *, extra: str = "") -> str:
    title = f"image &quot;stdin&quot;; bbox 0 0 2550 3300; ppageno 0; scan_res 300 300{extra}"
    return f"<div class='ocr_page' title='{title}'>{''.join(lines)}</div>\n"


def line(base: float, words: Sequence[tuple[str, float, float, float]], slope: float = 0) -> str:
    """Return a line of words with left and right end in points, and confidence.

    ``slope`` is that of the whole page, turned about its upper left corner.
    """
    spans = []
    for text, left, right, confidence in words:
        at = left - slope * base, base + slope * left, right - slope * base
        box = f"{_px(at[0])} {_px(at[1] - 8)} {_px(at[2])} {_px(at[1] + 2)}"
        spans.append(
            f"<span class='ocrx_word' id='word_1' title='bbox {box}; x_wconf {confidence:.0f}'>"
            f"{escape(text)}</span> "
        )
    left, right = words[0][1] - slope * base, words[-1][2] - slope * base
    bottom = base + 2 + slope * max(left, right)
    offset = base + slope * words[0][1] - bottom
    title = (
        f"bbox {_px(left)} {_px(base - 8)} {_px(right)} {_px(bottom)}; "
        f"baseline {slope:.4f} {offset * PIXELS:.1f}; x_size {_px(11)}; x_descenders 9"
    )
    return f"<span class='ocr_line' id='line_1' title=\"{title}\">{''.join(spans)}</span>\n"


def _px(points: float) -> int:
    return round(points * PIXELS)


def of_text(texts: Iterable[str], doubted: Sequence[str] = ()) -> bytes:
    """Return one page with these lines; of the words in ``doubted`` recognition is not certain."""
    lines = []
    for index, text in enumerate(texts):
        words, left = [], 72.0 + (18 if index == 0 else 0)
        for word in text.split():
            words.append((word, left, left + 5.0 * len(word), 40.0 if word in doubted else 96.0))
            left += 5.0 * len(word) + 3
        lines.append(line(100 + 13 * index, words))
    return document([page(lines)])


def of_pdf(data: bytes, slope: float = 0) -> bytes:
    """Return what recognition would state of a PDF whose pages are turned by ``slope``."""
    pages = list(read_pages(data))
    gutter = common_gutter([each.words for each in pages])
    return document(
        page(
            _line_of(printed, slope)
            for printed in in_reading_order(group_into_rows(each.words, each.number), each, gutter)
        )
        for each in pages
    )


def _line_of(printed: PrintedLine, slope: float) -> str:
    words = [(word.text, word.left, word.right, 96.0) for word in printed.words]
    return line(printed.base, words, slope)


def install(folder: Path, monkeypatch: pytest.MonkeyPatch, act: str) -> None:
    """Put a program named tesseract first, which knows English and acts so on an image."""
    program = folder / "tesseract"
    program.write_text(
        f"#!{sys.executable} -IS\nimport os, signal, sys, time\n"
        "if '--list-langs' in sys.argv:\n    print('Languages:\\neng\\nosd')\n    sys.exit()\n"
        f"image = sys.stdin.buffer.read()\n{act}\n"
    )
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(folder), prepend=":")


def saying(hocr: bytes) -> str:
    """Return what a program does that recognises always the same."""
    return f"sys.stdout.buffer.write({hocr!r})"

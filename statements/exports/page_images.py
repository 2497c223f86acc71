"""Draws pages of PDFs, each in a process with limits, and keeps the last images in memory."""

import threading
from functools import lru_cache

from statements.models import Transcript
from statements.transcripts.sandbox.ocr import draw_page

_DPI = 110
_KEPT_IMAGES = 32  # in each process, of about 100 kB
_DRAWING_S = 20.0  # the longest that a page may take in a request
_WAITING_S = 2.0  # for another page that is drawn at the moment
_turn = threading.Lock()  # one page at a time in each process


class DrawingBusy(Exception):
    """Other pages are being drawn; the same request may succeed later."""


@lru_cache(maxsize=_KEPT_IMAGES)
def page_image(sha256: str, number: int) -> bytes:
    """Return a page of a PDF, counted from 1, as PNG; empty if there is no such file or page.

    Raises UnreadableTranscript if it cannot be drawn, perhaps because the machine is busy, and
    DrawingBusy. The bytes of a hash never change, so an image can be kept.
    """
    row = Transcript.objects.filter(sha256=sha256).values_list("content").first()
    if row is None:
        return b""
    if not _turn.acquire(timeout=_WAITING_S):
        raise DrawingBusy
    try:
        return draw_page(bytes(row[0]), number, _DPI, wall_s=_DRAWING_S).png
    finally:
        _turn.release()

"""The program that draws one page of a PDF: ``python -I …/page_image.py PAGE DPI``, where PAGE is
counted from 1. It is run under limits by its path, and imports nothing of the project.

It reads the PDF from standard input, gives up opening files, and writes a line with the number of
pages and the resolution, and the page as a PNG image after it; no image if there is no such page.
"""

import contextlib
import os
import struct
import sys
import zlib
from collections.abc import Iterator

import pypdfium2

MAX_PIXELS = 40_000_000  # of one image, one byte each; A3 at 300 dpi has 17 million
_POINTS = 72.0  # in an inch
_BROKEN = 3  # exit status for a PDF or page that cannot be opened


def main(page: str, dpi: str) -> None:
    data = sys.stdin.buffer.read()
    with os.fdopen(os.dup(1), "wb") as answer:
        os.dup2(2, 1)  # keep anything that the library prints out of the answer
        _refuse_files()
        try:
            answer.write(b"".join(draw(data, int(page), float(dpi))))
        except pypdfium2.PdfiumError as error:
            print(error, file=sys.stderr)
            answer.flush()
            os._exit(_BROKEN)


def _refuse_files() -> None:
    """Open no file from here on; the other limits were set by ``limited``."""
    if sys.platform != "win32":
        import resource

        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (0, 0))


def draw(data: bytes, number: int, dpi: float) -> Iterator[bytes]:
    """Yield the head and the image of a page; a page that would be too large is drawn smaller."""
    with pypdfium2.PdfDocument(data) as document:
        count = len(document)
        if not 1 <= number <= count:
            yield b"%d 0\n" % count
            return
        page = document[number - 1]
        inches = max(page.get_width(), 1.0) * max(page.get_height(), 1.0) / _POINTS**2
        dpi = min(dpi, (MAX_PIXELS / inches) ** 0.5)
        bitmap = page.render(scale=dpi / _POINTS, grayscale=True, may_draw_forms=False)
        yield b"%d %d\n" % (count, dpi)
        yield to_png(bytes(bitmap.buffer), bitmap.width, bitmap.height, bitmap.stride)


def to_png(pixels: bytes, width: int, height: int, stride: int) -> bytes:
    """Return an image of one grey byte a pixel as PNG (https://www.w3.org/TR/png-3/).

    ``stride`` is the number of bytes from one row of ``pixels`` to the next.
    """
    rows = (pixels[row * stride : row * stride + width] for row in range(height))
    compressor = zlib.compressobj(level=1)
    # each row begins with its filter: none
    packed = b"".join(compressor.compress(b"\0" + row) for row in rows) + compressor.flush()
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", packed), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, content) for kind, content in chunks)


def _chunk(kind: bytes, content: bytes) -> bytes:
    checksum = zlib.crc32(kind + content)
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", checksum)


if __name__ == "__main__":
    main(*sys.argv[1:3])

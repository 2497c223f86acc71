"""Images of pages, which are scans: PNG, JPEG and TIFF, of which Tesseract reads all three itself.

Only the beginnings are read here, never the pixels. Formats: https://www.w3.org/TR/png-3/,
https://www.w3.org/Graphics/JPEG/itu-t81.pdf (annex B), TIFF 6.0 (section 2).
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import NoReturn

from statements.transcripts.values.parsed import NO_TEXT, UnreadableTranscript

MAX_PIXELS = 40_000_000  # of one page; A4 at 600 dpi has 35 million
_LEAST_SIDE = 300  # pixels; a page has more, an icon fewer
_MOST_PAGES = 600  # that are counted in a TIFF file
_MOST_PARTS = 200  # looked at before the size of an image
_PNG_HEAD = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"
_JPEG_HEAD = b"\xff\xd8\xff"
# markers of frames, with the size of the image: all of C0 to CF but those of tables
_JPEG_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_JPEG_BARE = frozenset(range(0xD0, 0xD9)) | {0x01, 0xFF}  # without a length after them
_TIFF_HEADS = {b"II*\0": "<", b"MM\0*": ">"}  # with the order of bytes
_TIFF_TYPES = {3: "H", 4: "I"}  # of numbers: short and long
_TIFF_WIDTH, _TIFF_HEIGHT = 256, 257  # tags

Size = tuple[int, int]  # width and height in pixels


@dataclass(frozen=True, slots=True)
class ImageFile:
    media_type: str
    sizes: tuple[Size, ...]  # of each page


def read_image(data: bytes) -> ImageFile | None:
    """Return what the beginning of a file says of its image; None if it is not that of pages."""
    if data.startswith(_PNG_HEAD):
        media_type, sizes = "image/png", _png_sizes(data)
    elif data.startswith(_JPEG_HEAD):
        media_type, sizes = "image/jpeg", _jpeg_sizes(data)
    elif data[:4] in _TIFF_HEADS:
        media_type, sizes = "image/tiff", _tiff_sizes(data, _TIFF_HEADS[data[:4]])
    else:
        return None
    try:
        pages = tuple(islice(sizes, _MOST_PAGES))
    except struct.error:  # it ends too early
        return None
    if not pages or any(min(size) < _LEAST_SIDE for size in pages):
        return None
    return ImageFile(media_type, pages)


def is_image(data: bytes) -> bool:
    return read_image(data) is not None


def refuse_image(_name: str, data: bytes) -> NoReturn:
    """Raises UnreadableTranscript: an image is a scan, whose text must be recognised or added."""
    image = read_image(data)
    for number, (width, height) in enumerate(image.sizes if image else (), start=1):
        if width * height > MAX_PIXELS:
            raise UnreadableTranscript(
                "too-large",
                f"Page {number} of the image has {width:,} by {height:,} pixels; at most "
                f"{MAX_PIXELS // 10**6} million are read. Scan it at 300 dots per inch.",
            )
    raise UnreadableTranscript(
        NO_TEXT, "The file is an image of a page without text. Run OCR on it, or type its text."
    )


def _png_sizes(data: bytes) -> Iterator[Size]:
    yield struct.unpack_from(">II", data, len(_PNG_HEAD))


def _jpeg_sizes(data: bytes) -> Iterator[Size]:
    """Yield the size that the first frame states."""
    position = 2
    for _ in range(_MOST_PARTS):
        fill, marker = struct.unpack_from(">BB", data, position)
        if fill != 0xFF:
            return
        if marker in _JPEG_BARE:
            position += 1 if marker == 0xFF else 2
            continue
        if marker in _JPEG_FRAMES:
            height, width = struct.unpack_from(">HH", data, position + 5)
            yield width, height
            return
        (length,) = struct.unpack_from(">H", data, position + 2)
        position += 2 + length


def _tiff_sizes(data: bytes, order: str) -> Iterator[Size]:
    """Yield the size of each page, in the order of the file; the chain of pages may be broken."""
    seen: set[int] = set()
    (position,) = struct.unpack_from(f"{order}I", data, 4)
    while position and position not in seen:
        seen.add(position)
        (count,) = struct.unpack_from(f"{order}H", data, position)
        numbers: dict[int, int] = {}
        for entry in range(position + 2, position + 2 + 12 * min(count, _MOST_PARTS), 12):
            tag, kind = struct.unpack_from(f"{order}HH", data, entry)
            if tag in (_TIFF_WIDTH, _TIFF_HEIGHT) and kind in _TIFF_TYPES:
                (numbers[tag],) = struct.unpack_from(f"{order}{_TIFF_TYPES[kind]}", data, entry + 8)
        yield numbers.get(_TIFF_WIDTH, 0), numbers.get(_TIFF_HEIGHT, 0)
        (position,) = struct.unpack_from(f"{order}I", data, position + 2 + 12 * count)

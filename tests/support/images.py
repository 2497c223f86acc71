"""Image files as scanners write them: white pages of a given size."""

import struct
from collections.abc import Sequence

from statements.transcripts.sandbox.page_image import to_png

Size = tuple[int, int]
PAGE: Size = (850, 1100)


def png(size: Size = PAGE) -> bytes:
    width, height = size
    return to_png(b"\xff" * width * height, width, height, width)


def jpeg_head(size: Size = PAGE) -> bytes:
    """Return the beginning of a JPEG file, up to the frame with its size."""
    width, height = size
    comment = b"\xff\xfe" + struct.pack(">H", 8) + b"a scan"
    frame = b"\xff\xc0" + struct.pack(">HBHHB", 11, 8, height, width, 1) + b"\1\x11\0"
    return b"\xff\xd8" + comment + b"\xff" + frame


def tiff(sizes: Sequence[Size] = (PAGE,), order: str = "<") -> bytes:
    """Return a TIFF file with a page of each size, not compressed."""
    head = b"II*\0" if order == "<" else b"MM\0*"
    data = bytearray(head + struct.pack(f"{order}I", 8))
    for number, (width, height) in enumerate(sizes, start=1):
        place = len(data)
        pixels = place + 2 + 8 * 12 + 4
        end = pixels + width * height
        tags = [(256, 4, width), (257, 3, height), (258, 3, 8), (259, 3, 1), (262, 3, 1)]
        tags += [(273, 4, pixels), (278, 4, height), (279, 4, width * height)]
        data += struct.pack(f"{order}H", len(tags))
        for tag, kind, value in tags:
            packed = struct.pack(f"{order}{'H2x' if kind == 3 else 'I'}", value)
            data += struct.pack(f"{order}HHI", tag, kind, 1) + packed
        data += struct.pack(f"{order}I", 0 if number == len(sizes) else end)
        data += b"\xff" * width * height
    return bytes(data)

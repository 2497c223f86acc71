"""Images of pages are scans; icons, broken images and huge ones are not."""

import pytest
from support import documents

from statements.transcripts import UnreadableTranscript, read
from statements.transcripts.formats.printed.images import read_image
from statements.transcripts.formats.registry import format_of

PAGES = {
    "PNG": (documents.png(), "image/png", 1),
    "JPEG": (documents.jpeg_head(), "image/jpeg", 1),
    "TIFF": (documents.tiff(), "image/tiff", 1),
    "TIFF of two pages": (documents.tiff([documents.PAGE, (900, 1200)], ">"), "image/tiff", 2),
}


@pytest.mark.parametrize(("data", "media_type", "count"), PAGES.values(), ids=PAGES)
def test_an_image_of_pages_is_a_scan(data: bytes, media_type: str, count: int) -> None:
    image = read_image(data)
    assert image is not None
    assert (image.media_type, len(image.sizes)) == (media_type, count)
    assert image.sizes[0] == documents.PAGE
    assert format_of(data).key == "image"
    with pytest.raises(UnreadableTranscript) as refused:
        read("page", data)
    assert refused.value.code == "no-text-layer"


OTHERS = {
    "icon": documents.png((64, 64)),
    "no more than a beginning": documents.png()[:20],
    "JPEG without a frame": b"\xff\xd8\xff\xfe\0\x02" * 400,
    "JPEG with data between its parts": documents.jpeg_head()[:4] + bytes(400),
    "TIFF whose pages follow each other in a circle": documents.tiff([(9, 9)])[:106]
    + b"\x08\0\0\0",
    "TIFF that ends in its first page": documents.tiff()[:60],
}


@pytest.mark.parametrize("data", OTHERS.values(), ids=OTHERS)
def test_other_images_are_refused_as_before(data: bytes) -> None:
    assert read_image(data) is None
    with pytest.raises(UnreadableTranscript, match=r"looks like a (PNG|JPEG|TIFF) image") as error:
        read("picture", data)
    assert error.value.code == "not-text"


def test_an_image_of_too_many_pixels_is_refused() -> None:
    with pytest.raises(UnreadableTranscript, match="9,000 by 9,000 pixels") as refused:
        read("page", documents.jpeg_head((9_000, 9_000)))
    assert refused.value.code == "too-large"

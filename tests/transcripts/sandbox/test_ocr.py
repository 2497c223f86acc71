"""Text recognition of scans: pages are drawn and recognised within limits, whatever they hold."""

import shutil
import struct
import zlib
from dataclasses import replace
from pathlib import Path

import pytest
from support import documents, hocr
from support.pdf_printer import Sheet, assemble, to_pdf

from statements.transcripts import UnreadableTranscript, read
from statements.transcripts.__main__ import main
from statements.transcripts.sandbox.ocr import (
    count_pages,
    draw_page,
    recognize_page,
    recognize_scan,
    typeset_pages,
)
from statements.transcripts.sandbox.page_image import MAX_PIXELS, to_png
from statements.transcripts.sandbox.tesseract import PAGE_LIMITS, OcrUnavailable, Tesseract

LINES = [
    "Ms. Okafor (Nigeria): The water was low this year,",
    "and the gauges along the border must be read by both",
    "sides on the same day.",
]
needs_tesseract = pytest.mark.skipif(
    shutil.which("tesseract") is None, reason="Tesseract is not installed"
)


def drawn(*texts: str) -> bytes:
    """Return a PDF of one page; recognition sees only its image."""
    sheet = Sheet()
    for index, text in enumerate(texts):
        sheet.write(90 if index == 0 else 72, 100 + 16 * index, ("roman", text), size=13)
    return to_pdf([sheet])


def with_pages(count: int, box: str = "[0 0 612 792]") -> bytes:
    objects = [b"<</Type/Catalog/Pages 2 0 R>>", b""]
    objects += [f"<</Type/Page/Parent 2 0 R/MediaBox{box}>>".encode()] * count
    kids = b" ".join(b"%d 0 R" % number for number in range(3, count + 3))
    objects[1] = b"<</Type/Pages/Count %d/Kids[%b]>>" % (count, kids)
    return assemble(objects)


def size_of(png: bytes) -> tuple[int, int]:
    width, height = struct.unpack(">II", png[16:24])
    return width, height


def test_a_page_is_drawn_in_grey() -> None:
    image = draw_page(drawn(*LINES), 1, 100)
    assert (image.pages, image.dpi, size_of(image.png)) == (1, 100, (850, 1100))
    assert draw_page(drawn(*LINES), 2, 100).png == b""


def test_an_image_has_the_bytes_of_its_rows() -> None:
    png = to_png(b"abc.def.", width=3, height=2, stride=4)
    start = png.index(b"IDAT") + 4
    assert zlib.decompressobj().decompress(png[start:]) == b"\0abc\0def"
    assert size_of(png) == (3, 2)


def test_a_huge_page_is_drawn_smaller() -> None:
    image = draw_page(with_pages(1, "[0 0 14400 14400]"), 1, 300)
    width, height = size_of(image.png)
    assert 0.9 * MAX_PIXELS < width * height < 1.1 * MAX_PIXELS
    assert image.dpi == 31


def test_too_many_pages_and_broken_files_are_refused() -> None:
    with pytest.raises(UnreadableTranscript) as refused:
        count_pages(with_pages(2_000))
    assert refused.value.code == "too-many-pages"
    with pytest.raises(UnreadableTranscript) as refused:
        count_pages(b"%PDF-1.4 and no more")
    assert refused.value.code == "broken-pdf"


FAILURES = {
    "killed": ("os.kill(os.getpid(), signal.SIGKILL)", "took too long"),
    "hanging": ("time.sleep(600)", "took too long"),
    "out of memory": ("bytearray(8 << 30)", "recognition failed"),
    "saying nothing": ("pass", "recognition failed"),
    "failing": ("sys.exit(1)", "recognition failed"),
}


@pytest.mark.parametrize(("act", "reason"), FAILURES.values(), ids=FAILURES.keys())
def test_a_page_that_fails_is_noted(
    act: str, reason: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hocr.install(tmp_path, monkeypatch, act)
    limits = replace(PAGE_LIMITS, wall_s=2.0)
    page = recognize_page(with_pages(1), 1, Tesseract(["eng"]), limits)
    assert b"x_failure" in page
    assert reason.encode() in page


def test_the_pages_become_one_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    hocr.install(tmp_path, monkeypatch, hocr.saying(hocr.of_text(LINES)))
    data = recognize_scan(with_pages(2), Tesseract(["eng"]))
    assert data.count(b"ocr_page'") == 2
    assert b" id=" not in data
    assert len(read("", data).page_starts) == 2


def test_the_pages_of_an_image_file_are_recognised(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = hocr.of_text(LINES).replace(b"sides", b"%d sides")
    act = "page = int(sys.argv[-1].removeprefix('tessedit_page_number='))\n"
    hocr.install(tmp_path, monkeypatch, f"{act}sys.stdout.buffer.write({said!r} % page)")
    data = recognize_scan(documents.tiff([documents.PAGE] * 2), Tesseract(["eng"]))
    assert [b" 0 sides" in page.replace(b">", b" ") for page in data.split(b"ocr_page'")[1:]] == [
        True,
        False,
    ]
    assert b" 1 sides" in data.replace(b">", b" ")


@pytest.mark.parametrize(("stated", "is_kept"), [(300, True), (96, False), (1200, False)])
def test_the_resolution_of_a_screen_is_not_believed(
    stated: int, is_kept: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = hocr.of_text(LINES).replace(b"scan_res 300 300", b"scan_res %d %d" % (stated, stated))
    hocr.install(tmp_path, monkeypatch, hocr.saying(said))
    page = recognize_page(documents.png(), 1, Tesseract(["eng"]))
    assert (b"scan_res" in page) is is_kept
    assert b"bbox 0 0 2550 3300" in page


def test_only_the_pages_without_text_are_recognised(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hocr.install(tmp_path, monkeypatch, hocr.saying(hocr.of_text(LINES)))
    pdf = to_pdf([_typed("Mr. Abel (Malta): I call"), Sheet(content=[b"0 0 9 9 re f"]), Sheet()])
    data = recognize_scan(pdf, Tesseract(["eng"]), keep_text=True)
    parsed = read("", data)
    assert [speech.speaker for speech in parsed.speeches] == ["Abel", "Okafor"]
    assert len(parsed.page_starts) == 2
    with pytest.raises(UnreadableTranscript, match="cannot be read"):
        typeset_pages(b"%PDF-1.4 and no more")


def _typed(beginning: str) -> Sheet:
    sheet = Sheet()
    lines = [beginning, *["on everyone who wishes to speak,"] * 4, "and on others."]
    for row, text in enumerate(lines):
        sheet.write(72, 100 + 14 * row, ("roman", text))
    return sheet


def test_what_is_missing_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    hocr.install(tmp_path, monkeypatch, "pass")
    with pytest.raises(OcrUnavailable, match=r"lacks the language “fra”. Installed: eng, osd"):
        Tesseract(["eng", "fra"])
    with pytest.raises(OcrUnavailable, match="lacks the language “--help”"):
        Tesseract(["--help"])
    monkeypatch.setenv("PATH", "")
    with pytest.raises(OcrUnavailable, match="is not installed"):
        Tesseract(["eng"])


@pytest.mark.parametrize(
    ("installed", "used"),
    [
        ("eng\\nLatin", "Latin+eng"),
        ("script/Latin\\neng", "script/Latin+eng"),
        ("Latin", "Latin"),
        ("eng\\nosd", "eng"),
    ],
)
def test_the_best_model_that_is_installed_is_used(
    installed: str, used: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hocr.install(tmp_path, monkeypatch, "pass")
    program = tmp_path / "tesseract"
    program.write_text(program.read_text().replace("eng\\nosd", installed))
    assert Tesseract().languages == used


@needs_tesseract
def test_a_page_is_recognised(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data = recognize_scan(drawn(*LINES), Tesseract(["eng"]))
    (speech,) = read("", data).speeches
    assert speech.speaker_line == "Ms. Okafor (Nigeria)"
    assert [paragraph.text for paragraph in speech.paragraphs] == [
        " ".join(LINES).partition(": ")[2]
    ]


@needs_tesseract
def test_an_empty_page_has_no_words() -> None:
    with pytest.raises(UnreadableTranscript) as refused:
        read("", recognize_scan(with_pages(1), Tesseract(["eng"])))
    assert refused.value.code == "no-words"


@pytest.mark.parametrize("options", [[], ["--ocr", "eng"], ["--ocr"]], ids=["off", "eng", "best"])
def test_the_command_recognises_on_request(
    options: list[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    hocr.install(tmp_path, monkeypatch, hocr.saying(hocr.of_text(LINES)))
    path = tmp_path / "scan.pdf"
    path.write_bytes(to_pdf([Sheet(content=[b"0 0 200 200 re f"])]))
    assert main([str(path), *options]) == (0 if options else 1)
    assert ("Okafor" in capsys.readouterr().out) is bool(options)

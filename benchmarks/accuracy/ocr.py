"""Measure how well scans are read: pages of published records are printed at 300 dpi, blurred and
turned by up to a degree, recognised by Tesseract, and read; the truth is what their PDF files say.
"""

import io
import sys
import time
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path

import numpy as np
import pypdfium2

from statements.transcripts import ParsedTranscript, UnreadableTranscript, read
from statements.transcripts.sandbox.ocr import recognize_scan
from statements.transcripts.sandbox.tesseract import OcrUnavailable, Tesseract

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "tests"))
from support.pdf_printer import assemble

DPI = 300
PAGES = 2  # of each record, since a page takes seconds
BLUR = 0.8  # pixels, of a normal distribution
TURNS = (0.6, -1.0, 0.3, -0.4, 1.0, -0.7)  # degrees, one page after the other
NOISE = 12.0  # of 255, of a normal distribution

Image = np.ndarray


@dataclass(frozen=True, slots=True)
class Reading:
    """What is compared: the words in reading order, those doubted, and the lines of speakers."""

    words: tuple[str, ...]
    doubted: tuple[bool, ...]
    turns: tuple[str, ...]


def measure(corpora: Path, *, failures: bool) -> None:
    """Print for each record which words and turns were recognised, and which errors doubted."""
    try:
        tesseract = Tesseract()
    except OcrUnavailable as error:
        print(f"  not measured: {error}")
        return
    print(f"  with the model {tesseract.languages}")
    total = Score()
    for path in sorted((corpora / "records").glob("*.pdf")):
        began = time.perf_counter()
        pdf = first_pages(path, PAGES)
        truth = read(path.name, pdf)
        try:
            parsed = read(f"{path.stem}.hocr", recognize_scan(scan(pdf), tesseract))
        except UnreadableTranscript as error:
            print(f"  {path.stem:<28} not read: {error}")
            continue
        score = compare(reading(truth), reading(parsed))
        seconds = time.perf_counter() - began
        print(f"  {path.stem:<28}{score.line()}, {seconds / len(truth.page_starts):.1f} s a page")
        if failures:
            print("\n".join(f"    {failure}" for failure in score.failures))
        total.add(score)
    print(f"  {'all':<28}{total.line()}")


# -- printing ----------------------------------------------------------------------------------


def first_pages(path: Path, count: int) -> bytes:
    """Return a PDF with the first pages of another."""
    with pypdfium2.PdfDocument(path) as source, pypdfium2.PdfDocument.new() as target:
        target.import_pages(source, list(range(min(count, len(source)))))
        out = io.BytesIO()
        target.save(out)
        return out.getvalue()


def scan(pdf: bytes) -> bytes:
    """Return a PDF of images, as a scanner would make it of the printed pages."""
    noise = np.random.default_rng(seed=1)
    with pypdfium2.PdfDocument(pdf) as document:
        images = []
        for index, page in enumerate(document):
            bitmap = page.render(scale=DPI / 72, grayscale=True)
            image = turned(blurred(bitmap.to_numpy().reshape(bitmap.height, -1)), index)
            image = image + noise.normal(0, NOISE, image.shape)
            images.append(np.clip(image, 0, 255).astype(np.uint8))
    return as_pdf(images)


def blurred(image: Image) -> Image:
    """Blur an image of grey values, rows by columns."""
    reach = np.arange(-3, 4)
    weights = np.exp(-(reach**2) / (2 * BLUR**2))
    weights /= weights.sum()
    padded = np.pad(image.astype(np.float32), 3, mode="edge")
    rows = sum(
        weight * padded[start : start + image.shape[0]] for start, weight in enumerate(weights)
    )
    return sum(
        weight * rows[:, start : start + image.shape[1]] for start, weight in enumerate(weights)
    )


def turned(image: Image, index: int) -> Image:
    """Turn an image about its middle, with white corners; between pixels is their mean."""
    angle = np.radians(TURNS[index % len(TURNS)])
    height, width = image.shape
    down, across = np.mgrid[0:height, 0:width].astype(np.float32)
    down, across = down - height / 2, across - width / 2
    y = np.cos(angle) * down - np.sin(angle) * across + height / 2
    x = np.sin(angle) * down + np.cos(angle) * across + width / 2
    inside = (y >= 0) & (y < height - 1) & (x >= 0) & (x < width - 1)
    y, x = np.where(inside, y, 0), np.where(inside, x, 0)
    top, left = y.astype(np.int32), x.astype(np.int32)
    below, right = y - top, x - left
    upper = image[top, left] * (1 - right) + image[top, left + 1] * right
    lower = image[top + 1, left] * (1 - right) + image[top + 1, left + 1] * right
    return np.where(inside, upper * (1 - below) + lower * below, 255.0)


def as_pdf(images: Sequence[Image]) -> bytes:
    """Return a PDF with a page for each image."""
    objects: list[bytes] = [b"<</Type/Catalog/Pages 2 0 R>>", b""]
    kids = []
    for image in images:
        height, width = image.shape
        points = 72 / DPI
        draw = b"%f 0 0 %f 0 0 cm /i Do" % (width * points, height * points)
        objects.append(b"<</Length %d>>stream\n%b\nendstream" % (len(draw), draw))
        packed = zlib.compress(image.tobytes(), level=1)
        objects.append(
            b"<</Type/XObject/Subtype/Image/Width %d/Height %d/ColorSpace/DeviceGray"
            b"/BitsPerComponent 8/Filter/FlateDecode/Length %d>>stream\n%b\nendstream"
            % (width, height, len(packed), packed)
        )
        objects.append(
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 %f %f]/Contents %d 0 R"
            b"/Resources<</XObject<</i %d 0 R>>>>>>"
            % (width * points, height * points, len(objects) - 1, len(objects))
        )
        kids.append(b"%d 0 R" % len(objects))
    objects[1] = b"<</Type/Pages/Count %d/Kids[%b]>>" % (len(kids), b" ".join(kids))
    return assemble(objects)


# -- comparing ---------------------------------------------------------------------------------


class Score:
    """Counts of words and turns, and what was read wrongly."""

    def __init__(self) -> None:
        self.words = self.right = 0
        self.turns = self.right_turns = self.false_turns = 0
        self.wrong = self.wrong_doubted = self.doubted = 0
        self.failures: list[str] = []

    def add(self, other: "Score") -> None:
        for name, value in vars(other).items():
            setattr(self, name, getattr(self, name) + value)

    def line(self) -> str:
        return (
            f"words {self.right:,} of {self.words:,} ({_share(self.right, self.words)}), "
            f"turns {self.right_turns} of {self.turns} ({_share(self.right_turns, self.turns)}) "
            f"and {self.false_turns} false, of {self.wrong} wrong words {self.wrong_doubted} "
            f"doubted, {self.doubted} doubted in all"
        )


def _share(part: int, whole: int) -> str:
    return f"{100 * part / whole:.2f} %" if whole else "none"


def reading(parsed: ParsedTranscript) -> Reading:
    words: list[str] = []
    doubted: list[bool] = []
    for speech in parsed.speeches:
        for paragraph in speech.paragraphs:
            texts = paragraph.text.split()
            words += texts
            doubted += (place in paragraph.uncertain_words for place in range(len(texts)))
    return Reading(tuple(words), tuple(doubted), tuple(_turns(parsed)))


def _turns(parsed: ParsedTranscript) -> Iterator[str]:
    """Yield the printed line of each speaker, also where a speech goes on after a vote."""
    for speech in parsed.speeches:
        yield speech.speaker_line
        for paragraph in speech.paragraphs:
            if paragraph.turn_line:
                yield paragraph.turn_line


def compare(truth: Reading, read_back: Reading) -> Score:
    score = Score()
    score.words, score.turns = len(truth.words), len(truth.turns)
    score.doubted = sum(read_back.doubted)
    opcodes = SequenceMatcher(None, truth.words, read_back.words, autojunk=False).get_opcodes()
    for kind, start, end, first, last in opcodes:
        if kind == "equal":
            score.right += end - start
            continue
        score.wrong += last - first
        score.wrong_doubted += sum(read_back.doubted[first:last])
        printed = " ".join(truth.words[start:end])
        found = " ".join(read_back.words[first:last])
        score.failures.append(f"“{printed}” read as “{found}”")
    opcodes = SequenceMatcher(None, truth.turns, read_back.turns, autojunk=False).get_opcodes()
    for kind, start, end, first, last in opcodes:
        if kind == "equal":
            score.right_turns += end - start
            continue
        score.false_turns += last - first
        lines = f"{'; '.join(truth.turns[start:end])} → {'; '.join(read_back.turns[first:last])}"
        score.failures.append(f"turns: {lines}")
    return score

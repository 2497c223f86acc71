"""Read damaged files of every form: python -m benchmarks.mutate_reading [FORM …].

Files of the tests are changed at random: bytes turned, parts cut, repeated, exchanged with those of
other files, and marks of the form put in. Of a package, such as a spreadsheet, mostly the parts
within are changed. Each must be read or refused with a reason, and what is read must be sound, as
in ``benchmarks.fuzz_reading``, which is guided by coverage but needs ``atheris``.

A form is read in a process of its own, without the sandbox. Changes follow from the form and the
number of the input alone, so that a crash of the process can be repeated with ``--first``. Inputs
that failed are written to a folder, to be reduced and turned into tests.
"""

import argparse
import io
import random
import resource
import signal
import subprocess
import sys
import tempfile
import time
import traceback
import zipfile
from collections.abc import Callable, Iterator, Sequence
from itertools import count
from pathlib import Path
from types import FrameType

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

from support import documents, hocr, same_debate

from benchmarks.fuzz_reading import GOLDEN, ROOT, Unsound, hold, load, printed_pages
from statements.transcripts.formats.registry import FORMATS, format_of
from statements.transcripts.sandbox.converters import convert_old_word
from statements.transcripts.values.parsed import UnreadableTranscript

HANG_S = 10  # of processor time for one input
MEMORY = 1536 * 1024**2
LONGEST = 60_000  # bytes of an input
ANY = 0.15  # of the inputs are read as what they have become
MARKS = [
    *(b"<", b">", b"&", b"</p>", b"<!--", b"-->", b"<![CDATA[", b"&#0;", b"&#x110000;", b"<p/>"),
    *(b"\0", b"\xff\xfe", b"\xef\xbb\xbf", b"\xc3", b"\xed\xa0\x80", b"\r", b"\x0c", b"\x1b[0m"),
    *(b"{\\rtf1", b"{", b"}", b"\\u-1?", b"\\bin99999 ", b"\\'", b"[", b"]", b'"', b"\\ud800"),
    *(b"-1", b"0", b"99999999999999999999", b"1e999", b"NaN", b"null", b"00:00:99.999 --> 0"),
    *(b"Mr. Abel (Malta): ", b"The President: ", b"In favour:\n", b"(spoke in French)", b"-\n"),
    *(b"\n\n", b"\t", b" " * 200, b"(" * 200, b"-" * 200, b"a" * 3_000, b"---\n", b"# ", b">> "),
    *("“¹²\u202e\u00ad\ufeff".encode(), "й́".encode(), "主席：".encode(), "ﷺ".encode()),
]


def main() -> None:
    options = _options()
    if options.worker:
        _Worker(options.forms[0], options.folder, options.seconds, options.first).run()
        return
    options.folder.mkdir(parents=True, exist_ok=True)
    for form in options.forms or sorted(seeds()):
        _supervise(form, options)


def _supervise(form: str, options: argparse.Namespace) -> None:
    """Have a form read in a process; after a crash, in another one that begins behind it."""
    ends, first = time.monotonic() + options.seconds, options.first
    while (left := ends - time.monotonic()) > 0:
        command = [sys.executable, "-m", "benchmarks.mutate_reading", form, "--worker"]
        command += ["--seconds", str(left), "--first", str(first), "--folder", str(options.folder)]
        try:
            status = subprocess.run(
                command, cwd=ROOT, timeout=left + 20 * HANG_S, check=False
            ).returncode
        except subprocess.TimeoutExpired:
            status = -int(signal.SIGKILL)
        if status == 0:
            return
        number = int((options.folder / f"{form}.number").read_text() or first)
        print(f"{form:14} input {number} ended the process with status {status}", flush=True)
        (options.folder / f"{form}-{number}").write_bytes(variant(form, number))
        first = number + 1


class _Worker:
    """Reads the variants of one form until its time is over."""

    def __init__(self, form: str, folder: Path, seconds: float, first: int) -> None:
        self.form, self.folder, self.seconds, self.first = form, folder, seconds, first
        self.readers = load()
        self.readers["old-word"] = _converted(self.readers["text"])
        self.places: set[str] = set()  # of failures that were seen
        self.read = self.failed = 0
        self.slowest, self.slowest_number = 0.0, 0

    def run(self) -> None:
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        signal.signal(signal.SIGPROF, _hang)
        began, inputs = time.monotonic(), 0
        with (self.folder / f"{self.form}.number").open("w") as progress:
            for number in count(self.first):
                if time.monotonic() - began > self.seconds:
                    break
                progress.seek(0)
                progress.write(f"{number}")
                progress.flush()
                self._read(number)
                inputs += 1
        print(
            f"{self.form:14}{time.monotonic() - began:6.0f} s{inputs:9,} inputs, of them "
            f"{self.read:7,} read; slowest {self.slowest:.2f} s ({self.slowest_number}); "
            f"{self.failed} failed at {len(self.places)} places",
            flush=True,
        )

    def _read(self, number: int) -> None:
        data = variant(self.form, number)
        key = format_of(data).key if number % 100 < 100 * ANY else self.form
        began = time.process_time()
        signal.setitimer(signal.ITIMER_PROF, HANG_S)
        try:
            self.read += self.readers[key](data)
        except Exception as error:
            self._note(number, key, data, error)
        finally:
            signal.setitimer(signal.ITIMER_PROF, 0)
        seconds = time.process_time() - began
        if seconds > self.slowest:
            self.slowest, self.slowest_number = seconds, number

    def _note(self, number: int, key: str, data: bytes, error: Exception) -> None:
        self.failed += 1
        frames = [frame for frame in traceback.extract_tb(error.__traceback__)]
        own = [frame for frame in frames if "statements" in frame.filename] or frames
        place = f"{type(error).__name__} in {Path(own[-1].filename).name}:{own[-1].lineno}"
        if place not in self.places:
            self.places.add(place)
            (self.folder / f"{self.form}-{number}").write_bytes(data)
            print(f"{self.form:14} input {number} as {key}: {place}: {error!s:.300}", flush=True)


class Hang(Exception):
    """Reading one input takes too long."""


def _hang(_signal: int, _frame: FrameType | None) -> None:
    raise Hang


def _converted(read_text: Callable[[bytes], bool]) -> Callable[[bytes], bool]:
    """Return the reader of old Word documents, which has other programs make a text of them."""

    def read(data: bytes) -> bool:
        try:
            text = convert_old_word(data)
        except UnreadableTranscript as refused:
            hold(bool(refused.code and str(refused)), refused)
            return False
        return bool(text and read_text(text))

    return read


# -- files to begin with -----------------------------------------------------------------------


def seeds() -> dict[str, list[bytes]]:
    """Return files by the form that they have."""
    by_form: dict[str, list[bytes]] = {file_format.key: [] for file_format in FORMATS}
    for data in _seeds():
        by_form[format_of(data).key].append(data)
    empty = [form for form, files in by_form.items() if not files]
    if empty:
        raise Unsound(f"there is no file of the forms {empty}")
    return by_form


def _seeds() -> Iterator[bytes]:
    for path in sorted(GOLDEN.iterdir()):
        if path.is_file() and path.suffix != ".json":
            yield path.read_bytes()
    texts = [
        *same_debate.FORMS.values(),
        *same_debate.PAGES.values(),
        *same_debate.RECORDINGS.values(),
        same_debate.LIST,
        same_debate.PARLIAMENT_TV,
        same_debate.RTF,
        "<svg xmlns='http://www.w3.org/2000/svg'><text>Harbour</text></svg>",
    ]
    yield from (text.encode() for text in texts)
    yield documents.xlsx({"A": same_debate.ROWS})
    yield documents.odt(same_debate.ODT_BODY)
    yield documents.epub(same_debate.EPUB_PAGES, same_debate.EPUB_METADATA)
    yield documents.docx(same_debate.DOCX_BODY, same_debate.DOCX_STYLES)
    lines = ["Ms. Okafor (Nigeria): The water was low this year,", "and the gauges are read."]
    yield hocr.of_text(lines, doubted=["gauges"])
    yield from printed_pages()
    yield from (documents.png((310, 310)), documents.jpeg_head(), documents.tiff([(310, 310)] * 2))
    beginning = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500)
    yield beginning + "WordDocument".encode("utf-16-le") + same_debate.MARKDOWN.encode()


# -- changes -----------------------------------------------------------------------------------


def variant(form: str, number: int) -> bytes:
    """Return a changed file, the same for the same form and number."""
    chance = random.Random(f"{form} {number}")  # noqa: S311 - no secret
    files = _files(form)
    data = chance.choice(files)
    if data.startswith(b"PK") and chance.random() < 0.8:
        return _changed_package(data, chance)
    return _changed(data, files, chance)


def _files(form: str) -> list[bytes]:
    if not _by_form:
        _by_form.update(seeds())
    return _by_form[form]


_by_form: dict[str, list[bytes]] = {}


def _changed(data: bytes, files: Sequence[bytes], chance: random.Random) -> bytes:
    changed = bytearray(data)
    for _ in range(chance.choice((1, 1, 2, 3, 5, 9))):
        start = chance.randrange(len(changed) + 1)
        end = min(len(changed), start + chance.choice((1, 2, 8, 40, 300, 3_000)))
        match chance.randrange(9):
            case 0:  # a bit
                if start < len(changed):
                    changed[start] ^= 1 << chance.randrange(8)
            case 1:
                del changed[start:end]
            case 2:
                changed[start:start] = chance.choice(MARKS)
            case 3:
                changed[start:end] = chance.choice(MARKS)
            case 4:
                changed[start:start] = changed[start:end]
            case 5:
                changed[start:start] = changed[start:end] * chance.choice((2, 10, 100))
            case 6:
                other = chance.choice(files)
                place = chance.randrange(len(other) + 1)
                changed[start:end] = other[place : place + end - start]
            case 7:
                del changed[start:]
            case 8:
                changed[start:end] = chance.randbytes(end - start)
    return bytes(changed[:LONGEST])


def _changed_package(data: bytes, chance: random.Random) -> bytes:
    """Return a package one or two of whose parts are changed."""
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    for name in chance.sample(sorted(parts), k=min(len(parts), chance.choice((1, 1, 2)))):
        parts[name] = _changed(parts[name], [*parts.values()], chance)
    if chance.random() < 0.1:
        del parts[chance.choice(sorted(parts))]
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        for name, content in parts.items():
            package.writestr(name, content)
    return out.getvalue()


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.mutate_reading",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("forms", nargs="*", metavar="FORM", help="keys of formats.registry")
    parser.add_argument("--seconds", type=float, default=30, help="for each form")
    parser.add_argument("--first", type=int, default=0, help="number of the first input")
    parser.add_argument(
        "--folder", type=Path, default=Path(tempfile.gettempdir()) / "mutated", help="of failures"
    )
    parser.add_argument("--worker", action="store_true", help=argparse.SUPPRESS)
    return parser.parse_args()


if __name__ == "__main__":
    main()

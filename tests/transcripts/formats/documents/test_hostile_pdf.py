"""Malicious files: each is refused quickly and with a reason, and does not affect its caller."""

import hashlib
import random
import resource
import signal
import subprocess
import sys
import time
import zlib
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from support.pdf_printer import Sheet, assemble, to_pdf

from statements.transcripts import UnreadableTranscript, read
from statements.transcripts.formats.printed.pdf import read_pdf
from statements.transcripts.sandbox import client
from statements.transcripts.values.interchange import PROCESSOR_SECONDS, from_json, to_json

pytestmark = [pytest.mark.long, pytest.mark.usefixtures("new_interpreters")]

ROOT = Path(__file__).parents[4]
FONT = b"<</Type/Font/Subtype/Type1/BaseFont/Times-Roman>>"
SENTENCE = "We thank every delegation that has spoken in the debate about rivers today."


def good() -> bytes:
    sheet = Sheet()
    for index in range(30):
        sheet.write(60, 100 + 13 * index, ("roman", SENTENCE))
    return to_pdf([sheet])


def with_content(stream: bytes, *, packing: bytes = b"") -> bytes:
    """Return a PDF with one page, drawn by ``stream``."""
    return assemble(
        [
            b"<</Type/Catalog/Pages 2 0 R>>",
            b"<</Type/Pages/Count 1/Kids[4 0 R]>>",
            FONT,
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents 5 0 R"
            b"/Resources<</Font<</F 3 0 R>>>>>>",
            b"<</Length %d%b>>stream\n%b\nendstream" % (len(stream), packing, stream),
        ]
    )


def flate_bomb() -> bytes:
    """Return a PDF with a compressed gigabyte of spaces."""
    packer = zlib.compressobj(9)
    block = b" " * 1024**2
    packed = b"".join(packer.compress(block) for _ in range(1024)) + packer.flush()
    return with_content(packed, packing=b"/Filter/FlateDecode")


def nested_bomb() -> bytes:
    inner = zlib.compress(zlib.compress(b" " * 400 * 1024**2, 9), 9)
    return with_content(inner, packing=b"/Filter[/FlateDecode/FlateDecode]")


def half_a_million_operators() -> bytes:
    drawing = b"".join(
        b"BT /F 10 Tf %d %d Td (flood%d) Tj ET\n" % (index % 600, index // 600, index)
        for index in range(500_000)
    )
    return with_content(zlib.compress(drawing), packing=b"/Filter/FlateDecode")


def many_pages() -> bytes:
    objects = [b"<</Type/Catalog/Pages 2 0 R>>", b"", FONT]
    objects += [b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]>>"] * 5_000
    kids = b" ".join(b"%d 0 R" % number for number in range(4, 5_004))
    objects[1] = b"<</Type/Pages/Count 5000/Kids[%b]>>" % kids
    return assemble(objects)


def pages_in_a_circle() -> bytes:
    return assemble(
        [
            b"<</Type/Catalog/Pages 2 0 R>>",
            b"<</Type/Pages/Count 1000000/Kids[3 0 R]>>",
            b"<</Type/Pages/Count 1000000/Parent 2 0 R/Kids[2 0 R]>>",
        ]
    )


def tables_in_a_circle() -> bytes:
    """Return a PDF whose cross-reference table names itself as the previous one."""
    data = good()
    table = data.rindex(b"\nxref\n") + 1
    return data.replace(b"/Root 1 0 R", b"/Root 1 0 R/Prev %d" % table)


def encrypted() -> bytes:
    """Return a PDF encrypted with the standard handler, whose keys fit no password."""
    data = good()
    key = b"<%b>" % hashlib.sha256(b"nobody knows").hexdigest().encode()
    lock = b"/Encrypt<</Filter/Standard/V 2/R 3/Length 128/P -44/O %b/U %b>>/ID[<0123><0123>]" % (
        key,
        key,
    )
    return data.replace(b"/Root 1 0 R", b"/Root 1 0 R" + lock)


def deep_nesting() -> bytes:
    return with_content(b"q " * 200_000 + b"[" * 200_000)


CASES = {
    "a gigabyte in a megabyte": (flate_bomb, {"no-text-layer", "too-big", "too-slow"}),
    "packed twice": (nested_bomb, {"no-text-layer", "too-big", "too-slow", "broken-pdf"}),
    "five thousand pages": (many_pages, {"too-many-pages"}),
    "pages in a circle": (pages_in_a_circle, {"too-many-pages", "broken-pdf", "no-text-layer"}),
    "encrypted": (encrypted, {"encrypted"}),
    "deep nesting": (deep_nesting, {"no-text-layer", "too-big", "broken-pdf"}),
    "a head without a body": (lambda: b"%PDF-1.7\n", {"broken-pdf"}),
    "cut in the middle": (lambda: good()[:700], {"broken-pdf", "no-text-layer"}),
    "a program in disguise": (lambda: b"%PDF-1.4\n" + bytes(range(256)) * 400, {"broken-pdf"}),
}


@pytest.mark.parametrize(("build", "codes"), CASES.values(), ids=CASES.keys())
def test_a_hostile_file_is_refused_with_a_reason(
    build: Callable[[], bytes], codes: set[str]
) -> None:
    data = build()
    started = time.monotonic()
    with pytest.raises(UnreadableTranscript) as refused:
        read("hostile.pdf", data)
    assert refused.value.code in codes
    assert str(refused.value).endswith(".")
    assert time.monotonic() - started < 6 * PROCESSOR_SECONDS


def test_a_page_that_takes_too_long_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client, "PROCESSOR_SECONDS", 2)  # by default it has ten times as many
    with pytest.raises(UnreadableTranscript, match="took more than 2 seconds") as refused:
        read("hostile.pdf", half_a_million_operators())
    assert refused.value.code == "too-slow"


def test_a_circle_of_tables_does_not_hold_the_reader_up() -> None:
    assert read("circle.pdf", tables_in_a_circle()).speeches == read("good.pdf", good()).speeches


def test_the_next_file_is_read_as_if_nothing_had_happened() -> None:
    with pytest.raises(UnreadableTranscript):
        read("hostile.pdf", encrypted())
    (speech,) = read("good.pdf", good()).speeches
    assert SENTENCE in speech.paragraphs[0].text


def test_the_callers_own_memory_is_spared() -> None:
    data = flate_bomb()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(UnreadableTranscript):
        read("bomb.pdf", data)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 50_000


def limited(code: str) -> subprocess.CompletedProcess[str]:
    """Run code in a process with the limits of the sandbox."""
    return subprocess.run(
        [
            sys.executable,
            "-c",
            "import os, socket\n"
            "from statements.transcripts.sandbox.worker import drop_privileges\n"
            f"drop_privileges()\n{code}",
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(
    ("code", "error"),
    [
        ("socket.socket()", "OSError"),
        ("open('pyproject.toml')", "OSError"),
        ("open('/tmp/left-behind', 'w')", "OSError"),
        ("os.pipe()", "OSError"),
        ("bytearray(600 * 1024**2)", "MemoryError"),
    ],
)
def test_a_reading_process_can_reach_nothing(code: str, error: str) -> None:
    process = limited(code)
    assert process.returncode == 1
    assert error in process.stderr


def test_a_reading_process_ends_with_its_time() -> None:
    code = "import resource; resource.setrlimit(resource.RLIMIT_CPU, (1, 2))\nwhile True: pass"
    assert limited(code).returncode == -signal.SIGXCPU


def test_a_reading_process_is_told_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    environments: list[dict[str, str]] = []
    start = subprocess.Popen

    def watch(*arguments: Any, **options: Any) -> subprocess.Popen[bytes]:
        environments.append(options["env"])
        return start(*arguments, **options)

    monkeypatch.setenv("DATABASE_URL", "postgres://someone:secret@somewhere/archive")
    monkeypatch.setattr(subprocess, "Popen", watch)
    assert read("good.pdf", good()).speeches
    assert "secret" not in str(environments)


def test_the_sandbox_reads_what_a_direct_call_reads() -> None:
    direct = read_pdf("good.pdf", good())
    assert read("good.pdf", good()) == direct
    assert from_json(to_json(direct)) == direct


@pytest.mark.parametrize("broken", ["", "[]", "{}", '{"name": 1}', "nothing", "[" * 50_000])
def test_a_broken_answer_is_no_transcript(broken: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        from_json(broken)


@pytest.mark.parametrize("seed", range(12))
def test_damage_anywhere_is_read_or_refused(seed: int) -> None:
    dice = random.Random(seed)  # noqa: S311 - the same damage every time
    data = bytearray(good())
    for _ in range(dice.choice([1, 5, 40])):
        data[dice.randrange(8, len(data))] = dice.randrange(256)
    with suppress(UnreadableTranscript):  # nothing else may come out of it
        assert read("damaged.pdf", bytes(data)).speeches

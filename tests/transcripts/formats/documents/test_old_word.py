"""Word documents of before 2007: read where a program for them is installed, else refused."""

import os
import stat
from pathlib import Path

import pytest
from support.spoken_words import spoken

from statements.transcripts import UnreadableTranscript, read

DOCUMENT = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500) + "WordDocument".encode("utf-16-le")


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The only folder in which programs are looked for."""
    monkeypatch.setenv("PATH", str(tmp_path))
    return tmp_path


def install(folder: Path, name: str, script: str) -> None:
    program = folder / name
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)


def test_without_a_program_the_remedy_is_named(programs: Path) -> None:
    assert os.listdir(programs) == []
    with pytest.raises(UnreadableTranscript, match="antiword") as refused:
        read("a.doc", DOCUMENT)
    assert refused.value.code == "no-converter"


@pytest.mark.parametrize("name", ["antiword", "catdoc"])
def test_the_text_of_an_installed_program_is_read(programs: Path, name: str) -> None:
    install(programs, name, 'printf "Ms. Lund (Norway): It is \\303\\251t\\303\\251.\\n"')
    assert spoken(read("a.doc", DOCUMENT)) == [("Lund", "It is été.")]


@pytest.mark.parametrize(
    "script", ["echo it is no Word document >&2; exit 1", "exit 0", "kill -9 $$"]
)
def test_a_program_that_fails_is_quoted(programs: Path, script: str) -> None:
    install(programs, "antiword", script)
    with pytest.raises(UnreadableTranscript, match="upload that") as refused:
        read("a.doc", DOCUMENT)
    assert refused.value.code == "broken-document"

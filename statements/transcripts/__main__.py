"""``python -m statements.transcripts FILE…`` prints what was read, one JSON object a speech."""

import argparse
import json
import os
import sys
from collections.abc import Iterable, Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any

from statements.transcripts import Given, ParsedTranscript, Problem, UnreadableTranscript, read

_STANDARD_INPUT = Path("-")

_SUFFIXES = {".txt", ".pdf", ".docx", ".xml", ".csv", ".tsv", ".jsonl"}


def main(arguments: list[str] | None = None) -> int:
    """The exit status: 1 where a file could not be read; the others are printed all the same."""
    options = _options(arguments)
    failed = False
    for path in _files(options.paths):
        try:
            parsed = read(path.name, _bytes(path), encoding=options.encoding)
        except (UnreadableTranscript, OSError) as error:
            print(f"{path}: {error}", file=sys.stderr)
            failed = True
            continue
        for speech in _speeches(str(path), parsed):
            print(json.dumps(speech, ensure_ascii=False))
    return 1 if failed else 0


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m statements.transcripts", description=__doc__)
    parser.add_argument(
        "paths",
        nargs="+",
        type=Path,
        metavar="FILE",
        help="a text, PDF or Word file, a table, an Akoma Ntoso debate; a folder of them; or - for "
        "the standard input",
    )
    parser.add_argument("--encoding", help="of files that are not UTF-8, for example cp1252")
    return parser.parse_args(arguments)


def _files(paths: Iterable[Path]) -> Iterator[Path]:
    for path in paths:
        if path.is_dir():
            inside = (inner for inner in path.rglob("*") if inner.suffix in _SUFFIXES)
            yield from sorted(inner for inner in inside if inner.is_file())
        else:
            yield path


def _bytes(path: Path) -> bytes:
    return sys.stdin.buffer.read() if path == _STANDARD_INPUT else path.read_bytes()


def _speeches(file: str, parsed: ParsedTranscript) -> Iterator[dict[str, Any]]:
    meeting = parsed.meeting
    for speech in parsed.speeches:
        problems = (parsed.problems if speech.position == 1 else ()) + speech.problems
        yield {
            "file": file,
            "position": speech.position,
            "speaker": speech.speaker,
            "honorific": speech.honorific,
            "affiliation": speech.affiliation,
            "role": speech.role,
            "language": speech.language,
            "languages": speech.languages,
            "on_behalf_of": speech.on_behalf_of,
            "date": meeting.date.isoformat() if meeting.date else None,
            "symbol": str(meeting.symbol) if meeting.symbol else None,
            "paragraphs": [
                {"text": each.text, "kind": each.kind.value} for each in speech.paragraphs
            ],
            "given": _given(speech.given),
            "problems": [_problem(problem) for problem in problems],
        }


def _given(given: Given | None) -> dict[str, Any] | None:
    """What a table says of the speech, apart from what was read in it; only what it says."""
    if given is None:
        return None
    said = {each.name: getattr(given, each.name) for each in fields(given)}
    plain = {"date": str, "around": str, "symbol": str}
    return {
        name: plain[name](value) if name in plain else value
        for name, value in said.items()
        if value not in ("", (), None)
    }


def _problem(problem: Problem) -> dict[str, Any]:
    return {
        "code": problem.code,
        "message": problem.message,
        "severity": problem.severity.value,
        "line": problem.line,
    }


if __name__ == "__main__":
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(encoding="utf-8", errors="backslashreplace")  # type: ignore[union-attr]
    try:
        status = main()
        sys.stdout.flush()
    except BrokenPipeError:
        # the reader of the pipe has gone: nothing more to say, not even while closing
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        status = 0
    sys.exit(status)

"""``python -m statements.transcripts FILE…`` prints all that was read: one JSON object a speech,
and after the speeches of a file one with its meeting and the lines left out."""

import argparse
import json
import os
import sys
from collections.abc import Iterable, Iterator
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any

from statements.transcripts import (
    Dropped,
    Given,
    ParsedParagraph,
    ParsedTranscript,
    Problem,
    UnreadableTranscript,
    read,
)

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
        for found in (*_speeches(str(path), parsed), _file(str(path), parsed)):
            print(json.dumps(found, ensure_ascii=False, default=str))
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
        yield {
            "file": file,
            "position": speech.position,
            "speaker": speech.speaker,
            "honorific": speech.honorific,
            "affiliation": speech.affiliation,
            "role": speech.role,
            "is_national": speech.is_national,
            "language": speech.language,
            "languages": speech.languages,
            "language_changes": [asdict(change) for change in speech.language_changes],
            "on_behalf_of": speech.on_behalf_of,
            "date": meeting.date.isoformat() if meeting.date else None,
            "symbol": str(meeting.symbol) if meeting.symbol else None,
            "paragraphs": [_paragraph(each, parsed) for each in speech.paragraphs],
            "given": _given(speech.given),
            "dropped": [_dropped(each, parsed) for each in speech.dropped],
            "problems": [_problem(problem, parsed) for problem in speech.problems],
        }


def _file(file: str, parsed: ParsedTranscript) -> dict[str, Any]:
    """What is of the whole file and of no one speech."""
    symbol = parsed.meeting.symbol
    return {
        "file": file,
        "form": parsed.form,
        "encoding": parsed.encoding,
        "pages": len(parsed.page_starts) or None,
        "speeches": len(parsed.speeches),
        "meeting": asdict(parsed.meeting) | {"symbol": str(symbol) if symbol else None},
        "dropped": [_dropped(each, parsed) for each in parsed.dropped],
        "problems": [_problem(problem, parsed) for problem in parsed.problems],
    }


def _paragraph(paragraph: ParsedParagraph, parsed: ParsedTranscript) -> dict[str, Any]:
    return {
        "text": paragraph.text,
        "kind": paragraph.kind.value,
        **_where(paragraph.line, parsed),
        "number": paragraph.number,
        "references": [asdict(each) for each in paragraph.references],
        "votes": [asdict(each) for each in paragraph.votes],
    }


def _where(line: int | None, parsed: ParsedTranscript) -> dict[str, int | None]:
    return {"line": line, "page": parsed.page_of(line)}


def _dropped(dropped: Dropped, parsed: ParsedTranscript) -> dict[str, Any]:
    return {"text": dropped.text, "reason": dropped.reason, **_where(dropped.line, parsed)}


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


def _problem(problem: Problem, parsed: ParsedTranscript) -> dict[str, Any]:
    return {
        "code": problem.code,
        "message": problem.message,
        "severity": problem.severity.value,
        **_where(problem.line, parsed),
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

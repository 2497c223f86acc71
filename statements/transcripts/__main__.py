"""``python -m statements.transcripts FILE…`` prints everything read from the files as JSON.

Each speech is one object on a line of its own. After the speeches of a file comes one object for
the file, with its meeting and the lines left out.
"""

import argparse
import json
import os
import sys
from collections.abc import Iterable, Iterator
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any

from statements.transcripts import (
    DroppedText,
    LabelChoices,
    ParsedParagraph,
    ParsedTranscript,
    Problem,
    SourceMetadata,
    UnreadableTranscript,
    read,
)
from statements.transcripts.formats.printed.text_layer import is_partly_scanned
from statements.transcripts.formats.registry import SUFFIXES
from statements.transcripts.formats.suffixes import (
    has_known_suffix,
    is_visible_file,
    unknown_suffix,
)
from statements.transcripts.languages.notes import delivery_languages, speech_language_changes
from statements.transcripts.record.recorded_votes import find_recorded_votes
from statements.transcripts.record.references import find_references
from statements.transcripts.record.vote_lists import paragraph_votes
from statements.transcripts.sandbox.ocr import recognize_scan
from statements.transcripts.sandbox.tesseract import OcrUnavailable, Tesseract
from statements.transcripts.speakers.behalf import is_national
from statements.transcripts.values.choices import Column
from statements.transcripts.values.parsed import NO_TEXT

_STANDARD_INPUT = Path("-")
_BEST = "best"


def main(arguments: list[str] | None = None) -> int:
    """Print what the files contain; return 1 if any was not read, else 0.

    A file that is not read is reported on standard error, and the others are still printed.
    """
    options = _options(arguments)
    failed = False
    for path in _files(options.paths):
        try:
            parsed = _read(path, options)
        except (UnreadableTranscript, OcrUnavailable, OSError) as error:
            print(f"{path}: {error}", file=sys.stderr)
            failed = True
            continue
        for record in (*_speech_records(str(path), parsed), _file_record(str(path), parsed)):
            print(json.dumps(record, ensure_ascii=False, default=str))
    return 1 if failed else 0


def _read(path: Path, options: argparse.Namespace) -> ParsedTranscript:
    """Read a file; one that was found in a folder must have a known suffix."""
    if path not in options.paths and not has_known_suffix(path):
        raise unknown_suffix(SUFFIXES)
    choices = LabelChoices.of(options.accept_label, options.reject_label, options.column)
    data = _bytes(path)
    parsed = None
    try:
        parsed = read(path.name, data, encoding=options.encoding, choices=choices)
    except UnreadableTranscript as error:
        if error.code != NO_TEXT or not options.ocr:
            raise
    if parsed is not None:
        codes = [problem.code for problem in parsed.problems]
        if not options.ocr or not is_partly_scanned(parsed.encoding, codes):
            return parsed
    tesseract = Tesseract([] if options.ocr == _BEST else options.ocr.split("+"))
    hocr = recognize_scan(data, tesseract, keep_text=parsed is not None)
    return read(path.name, hocr, choices=choices)


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m statements.transcripts", description=__doc__)
    parser.add_argument(
        "paths",
        nargs="+",
        type=Path,
        metavar="FILE",
        help="a text, PDF or Word file, a table, a debate in XML, a folder of these, or - for "
        "standard input",
    )
    parser.add_argument(
        "--encoding", help="encoding of files that are not UTF-8, for example cp1252"
    )
    parser.add_argument(
        "--ocr",
        nargs="?",
        const=_BEST,
        metavar="LANGUAGES",
        help="recognise the text of scans with Tesseract, in languages such as Latin or eng+fra; "
        "without languages, in the best that is installed",
    )
    parser.add_argument(
        "--column",
        choices=[*filter(None, Column)],
        default="",
        help="the column to read of pages that print two languages",
    )
    parser.add_argument(
        "--accept-label",
        action="append",
        default=[],
        metavar="LABEL",
        help="a label that begins turns, such as “Mr. Speaker”; can be repeated",
    )
    parser.add_argument(
        "--reject-label",
        action="append",
        default=[],
        metavar="LABEL",
        help="words that begin paragraphs and name no speaker; can be repeated",
    )
    return parser.parse_args(arguments)


def _files(paths: Iterable[Path]) -> Iterator[Path]:
    for path in paths:
        if path.is_dir():
            yield from sorted(inner for inner in path.rglob("*") if is_visible_file(inner, path))
        else:
            yield path


def _bytes(path: Path) -> bytes:
    return sys.stdin.buffer.read() if path == _STANDARD_INPUT else path.read_bytes()


def _speech_records(file: str, parsed: ParsedTranscript) -> Iterator[dict[str, Any]]:
    meeting = parsed.meeting
    for speech in parsed.speeches:
        yield {
            "file": file,
            "position": speech.position,
            "speaker": speech.speaker,
            "unread_label": speech.unread_label,
            "honorific": speech.honorific,
            "affiliation": speech.affiliation,
            "role": speech.role,
            "is_national": is_national(speech),
            "language": speech.language,
            "languages": delivery_languages(speech),
            "language_changes": [asdict(change) for change in speech_language_changes(speech)],
            "on_behalf_of": speech.on_behalf_of,
            "notes": speech.notes,
            "votes": [asdict(vote) for vote in find_recorded_votes(speech.paragraphs)],
            "date": meeting.date.isoformat() if meeting.date else None,
            "symbol": str(meeting.symbol) if meeting.symbol else None,
            "paragraphs": [_paragraph(paragraph, parsed) for paragraph in speech.paragraphs],
            "given": _source_metadata(speech.source_metadata),
            "dropped": [_dropped(text, parsed) for text in speech.dropped],
            "problems": [_problem(problem, parsed) for problem in speech.problems],
        }


def _file_record(file: str, parsed: ParsedTranscript) -> dict[str, Any]:
    """Return what belongs to the file as a whole rather than to one speech."""
    symbol = parsed.meeting.symbol
    return {
        "file": file,
        "form": parsed.form,
        "encoding": parsed.encoding,
        "pages": len(parsed.page_starts) or None,
        "column_languages": parsed.column_languages,
        "speeches": len(parsed.speeches),
        "meeting": asdict(parsed.meeting) | {"symbol": str(symbol) if symbol else None},
        "labels": [
            {
                "text": label.text,
                "use": label.use.value,
                "count": label.count,
                **_location(label.line, parsed),
            }
            for label in parsed.labels
        ],
        "dropped": [_dropped(text, parsed) for text in parsed.dropped],
        "problems": [_problem(problem, parsed) for problem in parsed.problems],
    }


def _paragraph(paragraph: ParsedParagraph, parsed: ParsedTranscript) -> dict[str, Any]:
    return {
        "text": paragraph.text,
        "kind": paragraph.kind.value,
        **_location(paragraph.line, parsed),
        "number": paragraph.number,
        "turn_line": paragraph.turn_line,
        "uncertain_words": paragraph.uncertain_words,
        "references": [asdict(reference) for reference in find_references(paragraph.text)],
        "votes": [asdict(vote_list) for vote_list in paragraph_votes(paragraph)],
    }


def _location(line: int | None, parsed: ParsedTranscript) -> dict[str, int | None]:
    return {"line": line, "page": parsed.page_of(line)}


def _dropped(dropped: DroppedText, parsed: ParsedTranscript) -> dict[str, Any]:
    return {"text": dropped.text, "reason": dropped.reason, **_location(dropped.line, parsed)}


def _source_metadata(metadata: SourceMetadata | None) -> dict[str, Any] | None:
    """Return the values that a table states about the speech, without the empty ones."""
    if metadata is None:
        return None
    values = {field.name: getattr(metadata, field.name) for field in fields(metadata)}
    converters = {"date": str, "around": str, "symbol": str}
    return {
        name: converters[name](value) if name in converters else value
        for name, value in values.items()
        if value not in ("", (), None)
    }


def _problem(problem: Problem, parsed: ParsedTranscript) -> dict[str, Any]:
    return {
        "code": problem.code,
        "message": problem.message,
        "severity": problem.severity.value,
        **_location(problem.line, parsed),
    }


if __name__ == "__main__":
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(encoding="utf-8", errors="backslashreplace")  # type: ignore[union-attr]
    try:
        status = main()
        sys.stdout.flush()
    except BrokenPipeError:
        # the pipe was closed at its other end: avoid a second error when stdout is flushed at exit
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        status = 0
    sys.exit(status)

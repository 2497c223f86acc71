"""Golden transcripts: each text has a JSON file with the expected result of reading it.

``printed`` contains texts that are printed as PDF pages and read from those; ``datasets`` contains
small data sets in their published layouts.

Add a pair of files for each new oddity found in real files. After an intended change, run
``pytest tests/transcripts --update-golden`` to rewrite all expectations, and read the difference.
"""

import json
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest
from support.pdf_printer import Layout, print_record

from statements.transcripts import ParsedTranscript, read
from statements.transcripts.checks.completeness import unaccounted_words
from statements.transcripts.datasets import GeneralDebate, SecurityCouncil, recognise
from statements.transcripts.formats.containers.archives import members
from statements.transcripts.record.vote_lists import paragraph_votes
from statements.transcripts.text.decoding import decode

FOLDER = Path(__file__).parent / "golden"
GOLDEN = sorted(path for path in FOLDER.iterdir() if path.suffix not in ("", ".json"))
TEXTS = [path for path in GOLDEN if path.suffix == ".txt"]
LAYOUTS = {
    "two-columns": Layout(),
    "one-column": Layout(columns=1, head="nineties", leading=13),
}
PRINTED = sorted((FOLDER / "printed").glob("*.txt"))
DATASETS = {"ungdc": GeneralDebate, "unsc": SecurityCouncil}
KEYS = {"source_metadata": "given"}  # as the command prints it
MEMBERS = sorted((FOLDER / "datasets").rglob("*.txt"))


def readable(parsed: ParsedTranscript) -> dict[str, Any]:
    """Return a transcript as a dictionary without empty fields, so that differences are short."""

    def pruned(value: Any) -> Any:
        if isinstance(value, dict):
            return {
                KEYS.get(key, key): pruned(inner)
                for key, inner in value.items()
                if inner not in ("", None, ())
            }
        if isinstance(value, list | tuple):
            return [pruned(inner) for inner in value]
        return value

    values = asdict(parsed)
    for speech, read_speech in zip(values["speeches"], parsed.speeches, strict=True):
        for paragraph_values, paragraph in zip(
            speech["paragraphs"], read_speech.paragraphs, strict=True
        ):
            paragraph_values["votes"] = [
                asdict(votes) for votes in paragraph_votes(paragraph)
            ] or ""
        metadata = read_speech.source_metadata
        if metadata and metadata.symbol:
            speech["source_metadata"]["symbol"] = str(metadata.symbol)
    if parsed.meeting.symbol:
        values["meeting"]["symbol"] = str(parsed.meeting.symbol)
    result: dict[str, Any] = pruned(values)
    return result


Expect = Callable[[ParsedTranscript, Path], None]


@pytest.fixture
def expect(request: pytest.FixtureRequest) -> Expect:
    """Compares a transcript with the expectation next to its file, or writes that."""

    def expect(parsed: ParsedTranscript, path: Path) -> None:
        actual = json.dumps(readable(parsed), ensure_ascii=False, indent=1, default=str) + "\n"
        expectation = path.with_suffix(".json")
        if request.config.getoption("--update-golden", default=False):
            expectation.write_text(actual, encoding="utf-8")
        assert actual == expectation.read_text(encoding="utf-8")

    return expect


@pytest.mark.parametrize("path", GOLDEN, ids=lambda path: path.stem)
def test_golden_transcript_is_read_as_expected(path: Path, expect: Expect) -> None:
    expect(read(path.name, path.read_bytes()), path)


@pytest.mark.parametrize("path", PRINTED, ids=lambda path: path.stem)
def test_a_golden_text_in_print_is_read_as_expected(path: Path, expect: Expect) -> None:
    pages = print_record(read(path.name, path.read_bytes()), LAYOUTS[path.stem])
    assert pages.startswith(b"%PDF-")
    expect(read(f"{path.stem}.pdf", pages), path)


@pytest.mark.parametrize("name", DATASETS)
def test_a_golden_data_set_is_read_as_expected(name: str, expect: Expect) -> None:
    folder = FOLDER / "datasets" / name
    corpus = recognise(folder)
    assert isinstance(corpus, DATASETS[name])
    texts = {member.name: member.data for member in members(folder) if corpus.key(member.name)}
    assert {folder / path for path in texts} == set(folder.rglob("*.txt"))
    for path, data in texts.items():
        parsed = corpus.read(path, data)
        expect(parsed, folder / path)
        assert unaccounted_words(decode(data).text, parsed) == []


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: path.stem)
def test_no_word_of_a_golden_transcript_is_lost(path: Path) -> None:
    data = path.read_bytes()
    assert unaccounted_words(decode(data).text, read(path.name, data)) == []


def test_every_expectation_has_its_transcript() -> None:
    texts = {path.with_suffix("") for path in (*GOLDEN, *PRINTED, *MEMBERS)}
    expectations = {path.with_suffix("") for path in FOLDER.rglob("*.json")}
    assert texts == expectations
    assert {path.suffix for path in GOLDEN} >= {".txt", ".csv", ".tsv", ".jsonl", ".docx", ".xml"}
    assert len(GOLDEN) >= 37

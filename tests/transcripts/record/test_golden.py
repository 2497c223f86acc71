"""Golden transcripts: beside every text stands what must be read from it.

Beside the single files lie ``printed``, whose texts are set as PDF pages and read from those, and
``datasets``, whole small data sets in their published layouts.

A new oddity found in the field becomes a new pair of files here. When a change is meant,
``pytest tests/transcripts --update-golden`` writes all expectations anew: read the difference.
"""

import json
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest
from support.pdf_printer import Layout, print_record

from statements.transcripts import ParsedTranscript, read
from statements.transcripts.checks.accounting import unaccounted_words
from statements.transcripts.datasets import GeneralDebate, SecurityCouncil, recognise
from statements.transcripts.formats.archives import members
from statements.transcripts.formats.decoding import decode
from statements.transcripts.record.votes import paragraph_votes

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
    """What was read as a reader of a difference wants it: empty fields are left out."""

    def pruned(value: Any) -> Any:
        if isinstance(value, dict):
            return {
                KEYS.get(key, key): pruned(each)
                for key, each in value.items()
                if each not in ("", None, ())
            }
        if isinstance(value, list | tuple):
            return [pruned(each) for each in value]
        return value

    whole = asdict(parsed)
    for speech, read_speech in zip(whole["speeches"], parsed.speeches, strict=True):
        for said, paragraph in zip(speech["paragraphs"], read_speech.paragraphs, strict=True):
            said["votes"] = [asdict(votes) for votes in paragraph_votes(paragraph)] or ""
        metadata = read_speech.source_metadata
        if metadata and metadata.symbol:
            speech["source_metadata"]["symbol"] = str(metadata.symbol)
    if parsed.meeting.symbol:
        whole["meeting"]["symbol"] = str(parsed.meeting.symbol)
    result: dict[str, Any] = pruned(whole)
    return result


Expect = Callable[[ParsedTranscript, Path], None]


@pytest.fixture
def expect(request: pytest.FixtureRequest) -> Expect:
    """Compares what was read with the expectation beside a file, or writes it there."""

    def expect(parsed: ParsedTranscript, path: Path) -> None:
        found = json.dumps(readable(parsed), ensure_ascii=False, indent=1, default=str) + "\n"
        expectation = path.with_suffix(".json")
        if request.config.getoption("--update-golden", default=False):
            expectation.write_text(found, encoding="utf-8")
        assert found == expectation.read_text(encoding="utf-8")

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
    texts = {each.name: each.data for each in members(folder) if corpus.key(each.name)}
    assert {folder / each for each in texts} == set(folder.rglob("*.txt"))
    for each, data in texts.items():
        parsed = corpus.read(each, data)
        expect(parsed, folder / each)
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

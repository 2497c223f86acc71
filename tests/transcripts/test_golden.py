"""Golden transcripts: beside every text stands what must be read from it.

A new oddity found in the field becomes a new pair of files here. When a change is meant,
``pytest tests/transcripts --update-golden`` writes all expectations anew: read the difference.
"""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from statements.transcripts import ParsedTranscript, read
from statements.transcripts.accounting import unaccounted
from statements.transcripts.decoding import decode

FOLDER = Path(__file__).parent / "golden"
GOLDEN = sorted(path for path in FOLDER.iterdir() if path.suffix != ".json")
TEXTS = [path for path in GOLDEN if path.suffix == ".txt"]


def readable(parsed: ParsedTranscript) -> dict[str, Any]:
    """What was read as a reader of a difference wants it: empty fields are left out."""

    def pruned(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: pruned(each) for key, each in value.items() if each not in ("", None, ())}
        if isinstance(value, list | tuple):
            return [pruned(each) for each in value]
        return value

    whole = asdict(parsed)
    for speech, read_speech in zip(whole["speeches"], parsed.speeches, strict=True):
        if (given := read_speech.given) and given.symbol:
            speech["given"]["symbol"] = str(given.symbol)
    if parsed.meeting.symbol:
        whole["meeting"]["symbol"] = str(parsed.meeting.symbol)
    result: dict[str, Any] = pruned(whole)
    return result


@pytest.mark.parametrize("path", GOLDEN, ids=lambda path: path.stem)
def test_golden_transcript_is_read_as_expected(path: Path, request: pytest.FixtureRequest) -> None:
    parsed = readable(read(path.name, path.read_bytes()))
    found = json.dumps(parsed, ensure_ascii=False, indent=1, default=str) + "\n"
    expectation = path.with_suffix(".json")
    if request.config.getoption("--update-golden", default=False):
        expectation.write_text(found, encoding="utf-8")
    assert found == expectation.read_text(encoding="utf-8")


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: path.stem)
def test_no_word_of_a_golden_transcript_is_lost(path: Path) -> None:
    data = path.read_bytes()
    assert unaccounted(decode(data).text, read(path.name, data)) == []


def test_every_expectation_has_its_transcript() -> None:
    texts = {path.stem for path in GOLDEN}
    expectations = {path.stem for path in FOLDER.glob("*.json")}
    assert texts == expectations
    assert len(texts) >= 37

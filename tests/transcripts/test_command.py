"""``python -m statements.transcripts``: one JSON object a speech, for people and for pipes."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from statements.transcripts.__main__ import main

KEYS = (
    "file position speaker honorific affiliation role language languages on_behalf_of date"
    " symbol paragraphs given problems"
).split()
TWO = b"Mr. Abel (Malta): One.\n\nMs. Ito (Japan) (spoke in Japanese): Two.\n"


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "statements.transcripts", *arguments],
        capture_output=True,
        encoding="utf-8",
        check=False,
        cwd=Path(__file__).parents[2],
    )


def test_every_speech_is_one_json_object(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(TWO)
    done = run(str(tmp_path / "a.txt"))
    objects = [json.loads(line) for line in done.stdout.splitlines()]
    assert (done.returncode, done.stderr) == (0, "")
    assert [list(each) for each in objects] == [KEYS, KEYS]
    assert [(each["position"], each["speaker"], each["language"]) for each in objects] == [
        (1, "Abel", ""),
        (2, "Ito", "ja"),
    ]
    assert objects[0]["given"] is None
    assert objects[0]["paragraphs"] == [{"text": "One.", "kind": "speech"}]
    assert [problem["code"] for problem in objects[0]["problems"]] == ["no-date", "no-symbol"]


def test_what_a_table_gives_is_printed_beside_what_was_read(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    table = tmp_path / "talks.csv"
    table.write_text(
        "text,date,spv,speaker\n"
        "The President: We sail.,2031-10-25,9907,Mr. Wei\n"
        "Ms. Tarn (Peru) (spoke in Spanish and Quechua): Yes.,,,\n"
    )
    assert main([str(tmp_path)]) == 0
    president, tarn = map(json.loads, capsys.readouterr().out.splitlines())
    assert (president["speaker"], president["role"]) == ("", "President")
    assert president["given"] == {
        "source": "talks.csv",
        "date": "2031-10-25",
        "symbol": "S/PV.9907",
        "speaker": "Wei",
        "honorific": "Mr.",
    }
    assert (tarn["language"], tarn["languages"]) == ("es", ["es", "qu"])
    assert tarn["given"] == {"source": "talks.csv"}


def test_folders_are_read_in_order_and_bad_files_do_not_stop_others(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "c.txt").write_bytes(TWO)
    (tmp_path / "a.txt").write_bytes(b"\x89PNG\r\n")
    (tmp_path / "z.txt").write_bytes(TWO)
    (tmp_path / "notes.md").write_bytes(TWO)
    assert main([str(tmp_path), str(tmp_path / "missing.txt")]) == 1
    printed = capsys.readouterr()
    files = [Path(json.loads(line)["file"]).name for line in printed.out.splitlines()]
    assert files == ["c.txt", "c.txt", "z.txt", "z.txt"]
    assert "a.txt: This looks like a PNG image" in printed.err
    assert "missing.txt" in printed.err


def test_named_encoding_is_used(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes("Mr. Kučera (Czechia): Děkuji.".encode("cp1250"))
    assert main([str(path)]) == 1
    assert main(["--encoding", "cp1250", str(path)]) == 0
    assert "Kučera" in capsys.readouterr().out


def test_standard_input_is_read_too() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "statements.transcripts", "-"],
        input=TWO,
        capture_output=True,
        check=True,
        cwd=Path(__file__).parents[2],
    )
    assert [json.loads(line)["file"] for line in done.stdout.splitlines()] == ["-", "-"]


def test_closed_pipe_is_no_error(tmp_path: Path) -> None:
    for number in range(300):
        (tmp_path / f"{number}.txt").write_bytes(TWO + b"Word. " * 2000)
    command = f"'{sys.executable}' -m statements.transcripts '{tmp_path}' | head -n 1"
    done = subprocess.run(
        ["/bin/sh", "-c", command],
        capture_output=True,
        encoding="utf-8",
        check=False,
        cwd=Path(__file__).parents[2],
    )
    assert json.loads(done.stdout)["speaker"] == "Abel"
    assert done.stderr == ""

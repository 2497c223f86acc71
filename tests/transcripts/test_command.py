"""``python -m statements.transcripts``: one JSON object per speech, then one for the file."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from statements.transcripts import read
from statements.transcripts.__main__ import main

KEYS = (
    "file position speaker unread_label honorific affiliation role is_national language languages"
    " language_changes on_behalf_of notes votes date symbol paragraphs given dropped problems"
).split()
FILE_KEYS = (
    "file form encoding pages column_languages speeches meeting labels dropped problems".split()
)
TWO_SPEECHES = b"Mr. Abel (Malta): One.\n\nMs. Ito (Japan) (spoke in Japanese): Two.\n"


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "statements.transcripts", *arguments],
        capture_output=True,
        encoding="utf-8",
        check=False,
        cwd=Path(__file__).parents[2],
    )


def test_every_speech_is_one_json_object(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(TWO_SPEECHES)
    process = run(str(tmp_path / "a.txt"))
    *objects, file_record = [json.loads(line) for line in process.stdout.splitlines()]
    assert (process.returncode, process.stderr) == (0, "")
    assert [list(record) for record in objects] == [KEYS, KEYS]
    assert [(record["position"], record["speaker"], record["language"]) for record in objects] == [
        (1, "Abel", ""),
        (2, "Ito", "ja"),
    ]
    assert objects[0]["given"] is None
    (paragraph,) = objects[0]["paragraphs"]
    assert (paragraph["text"], paragraph["kind"], paragraph["line"]) == ("One.", "speech", 1)
    assert list(file_record) == FILE_KEYS
    assert [problem["code"] for problem in file_record["problems"]] == ["no-date", "no-symbol"]


def test_everything_that_was_read_is_printed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "votes.txt"
    path.write_text(
        "1. The President: I speak in my national capacity of S/PV8628, p. 2.\n\n"
        "2. (spoke in French) Merci.\n\n"
        "In favour: Chad, Peru\n\n"
        "* * *\n\n"
        "3. Mr. Abel (Malta): Yes.\n"
    )
    assert main([str(path)]) == 0
    president, _, file_record = map(json.loads, capsys.readouterr().out.splitlines())
    first, second, votes = president["paragraphs"]
    assert president["is_national"] is True
    assert [row["code"] for row in president["language_changes"]] == ["fr"]
    assert [first["number"], second["number"], votes["number"]] == [1, 2, None]
    assert [(row["symbol"], row["page"]) for row in first["references"]] == [("S/PV.8628", "p. 2")]
    assert votes["votes"] == [{"ballot": "in favour", "delegations": ["Chad", "Peru"]}]
    assert file_record["dropped"] == [
        {"text": "* * *", "reason": "separator", "line": 7, "page": None}
    ]
    assert file_record["speeches"] == 2


def test_a_record_is_printed_with_its_meeting(capsys: pytest.CaptureFixture[str]) -> None:
    record = next((Path(__file__).parents[2] / "samples" / "records").glob("*.txt"))
    assert main([str(record)]) == 0
    file_record = json.loads(capsys.readouterr().out.splitlines()[-1])
    meeting = read(record.name, record.read_bytes()).meeting
    assert file_record["meeting"]["symbol"] == str(meeting.symbol)
    assert file_record["meeting"]["date"] == str(meeting.date)
    assert file_record["meeting"]["first_page"] == list(meeting.first_page)
    assert len(file_record["meeting"]["members"]) == len(meeting.members)


def test_what_a_table_gives_is_printed_beside_what_was_read(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    table = tmp_path / "talks.csv"
    table.write_text(
        "text,date,spv,speaker\n"
        "The President: We sail.,2025-10-25,9907,Mr. Wei\n"
        "Ms. Tarn (Peru) (spoke in Spanish and Quechua): Yes.,,,\n"
    )
    assert main([str(tmp_path)]) == 0
    president, tarn, _ = map(json.loads, capsys.readouterr().out.splitlines())
    assert (president["speaker"], president["role"]) == ("", "President")
    assert president["given"] == {
        "source": "talks.csv",
        "date": "2025-10-25",
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
    (tmp_path / "b" / "c.txt").write_bytes(TWO_SPEECHES)
    (tmp_path / "a.txt").write_bytes(b"\x89PNG\r\n")
    (tmp_path / "z.txt").write_bytes(TWO_SPEECHES)
    (tmp_path / "notes.odg").write_bytes(TWO_SPEECHES)
    (tmp_path / ".hidden.txt").write_bytes(TWO_SPEECHES)
    assert main([str(tmp_path), str(tmp_path / "missing.txt")]) == 1
    printed = capsys.readouterr()
    files = [Path(json.loads(line)["file"]).name for line in printed.out.splitlines()]
    assert files == ["c.txt"] * 3 + ["z.txt"] * 3
    assert "a.txt: This looks like a PNG image" in printed.err
    assert "missing.txt" in printed.err
    assert "notes.odg: not read, because files in a folder are read only if" in printed.err
    assert "hidden" not in printed.err


def test_a_file_that_is_not_read_is_a_failure(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "notes.odg").write_bytes(TWO_SPEECHES)
    assert main([str(tmp_path)]) == 1
    assert main([str(tmp_path / "notes.odg")]) == 0
    assert "Abel" in capsys.readouterr().out


def test_named_encoding_is_used(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes("Mr. Kučera (Czechia): Děkuji.".encode("cp1250"))
    assert main([str(path)]) == 1
    assert main(["--encoding", "cp1250", str(path)]) == 0
    assert "Kučera" in capsys.readouterr().out


def test_labels_are_listed_accepted_and_rejected(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "a.txt"
    path.write_text(
        "Mr. Abel (Malta): One.\n\nMr. Speaker: Two.\n\nMs. Ito (Japan): Three.\n\n"
        "Odile Rill: Four.\n",
        encoding="utf-8",
    )

    def labels(*options: str) -> list[tuple[str, str]]:
        assert main([*options, str(path)]) == 0
        record = json.loads(capsys.readouterr().out.splitlines()[-1])
        return [(label["text"], label["use"]) for label in record["labels"]]

    assert labels() == [("Mr. Speaker", "unread"), ("Odile Rill", "unread")]
    chosen = labels("--accept-label", "odile rill", "--reject-label", "Mr Speaker")
    assert chosen == [("Mr. Speaker", "text"), ("Odile Rill", "speaker")]


def test_standard_input_is_read_too() -> None:
    process = subprocess.run(
        [sys.executable, "-m", "statements.transcripts", "-"],
        input=TWO_SPEECHES,
        capture_output=True,
        check=True,
        cwd=Path(__file__).parents[2],
    )
    assert [json.loads(line)["file"] for line in process.stdout.splitlines()] == ["-"] * 3


def test_closed_pipe_is_no_error(tmp_path: Path) -> None:
    for number in range(300):
        (tmp_path / f"{number}.txt").write_bytes(TWO_SPEECHES + b"Word. " * 2000)
    command = f"'{sys.executable}' -m statements.transcripts '{tmp_path}' | head -n 1"
    process = subprocess.run(
        ["/bin/sh", "-c", command],
        capture_output=True,
        encoding="utf-8",
        check=False,
        cwd=Path(__file__).parents[2],
    )
    assert json.loads(process.stdout)["speaker"] == "Abel"
    assert process.stderr == ""

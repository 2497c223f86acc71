"""The public package: complete, described, the same in each format, and without hidden words."""

import hashlib
import json
import sys
from collections.abc import Callable
from datetime import date, datetime
from io import StringIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from django.core.management import call_command
from exports.markup.validation import faults
from pyarrow import parquet
from support import rows
from support.packages import contents, every_table, read_table

from statements import ingest
from statements.models import DeletedSpeech, Paragraph, Speech, Transcript
from statements.packages.contents import Scope
from statements.packages.creation import create_package
from statements.packages.descriptor import Package, read_package

# what each type of Table Schema is in JSON
CHECKS: dict[str, Callable[[Any], bool]] = {
    "string": lambda value: isinstance(value, str),
    "integer": lambda value: isinstance(value, int) and not isinstance(value, bool),
    "number": lambda value: isinstance(value, (int, float)),
    "boolean": lambda value: isinstance(value, bool),
    "date": lambda value: bool(date.fromisoformat(value)),
    "datetime": lambda value: value.endswith("Z") and bool(datetime.fromisoformat(value)),
    "array": lambda value: isinstance(value, list),
}


def export(folder: Path, **options: Any) -> Package:
    return create_package(folder / "package", Scope.PUBLIC, **options)


def tables(package: Package) -> dict[str, dict[str, Any]]:
    listed = package.resources.values()
    return {resource["name"]: resource for resource in listed if "schema" in resource}


def test_every_file_is_as_it_is_described(archive: rows.SmallArchive, tmp_path: Path) -> None:
    archive.meeting.organ.parent = rows.organ("All Waters")  # type: ignore[union-attr]
    archive.meeting.organ.save()  # type: ignore[union-attr]
    package = export(tmp_path)
    assert {path.name for path in package.folder.iterdir()} == {
        "datapackage.json",
        *package.resources,
    }
    for name, resource in package.resources.items():
        data = (package.folder / name).read_bytes()
        assert resource["bytes"] == len(data)
        assert resource["hash"] == f"sha256:{hashlib.sha256(data).hexdigest()}"
    read = {name: read_table(package, name) for name in tables(package)}
    assert {"speeches", "paragraphs", "votes", "references", "meetings"} <= read.keys()
    for name, resource in tables(package).items():
        schema, table = resource["schema"], read[name]
        assert resource["rows"] == len(table) > 0
        for row in table:
            assert list(row) == [field["name"] for field in schema["fields"]]
            for field in schema["fields"]:
                value, constraints = row[field["name"]], field.get("constraints", {})
                assert value is not None or not constraints.get("required")
                assert value is None or CHECKS[field["type"]](value), (name, field, value)
                assert value is None or value in constraints.get("enum", [value])
        keys = [tuple(row[column] for column in schema["primaryKey"]) for row in table]
        assert len(set(keys)) == len(keys)
        for key in schema.get("foreignKeys", ()):
            of_table = read[key["reference"]["resource"] or name]
            there = {
                tuple(row[column] for column in key["reference"]["fields"]) for row in of_table
            }
            for row in table:
                value = tuple(row[column] for column in key["fields"])
                assert None in value or value in there, (name, value)


def test_the_texts_are_those_of_the_pages(archive: rows.SmallArchive, tmp_path: Path) -> None:
    package = export(tmp_path)
    speeches = {row["id"]: row for row in read_table(package, "speeches")}
    assert speeches.keys() == set(Speech.objects.values_list("public_id", flat=True))
    spoken = speeches["riv-pv-7-001"]
    assert spoken["speaker"] == "umarov"
    assert spoken["country"] == "KAZ"
    assert spoken["meeting"] == "RIV/PV.7"
    assert spoken["date"] == "2020-01-09"
    assert spoken["topics"] == ["floods"]
    assert spoken["file"] == archive.transcript.sha256
    paragraphs = [
        (row["speech"], row["position"], row["kind"], row["text"])
        for row in read_table(package, "paragraphs")
    ]
    stored = Paragraph.objects.order_by("speech_id", "position")
    assert paragraphs == list(stored.values_list("speech__public_id", "position", "kind", "text"))
    assert {row["delegation"] for row in read_table(package, "votes")} == {
        "Kazakhstan",
        "Lower Estuary",
    }
    assert package.descriptor["homepage"] == "https://archive.example.org"


def test_parquet_has_the_same_rows(archive: rows.SmallArchive, tmp_path: Path) -> None:
    package = export(tmp_path)
    for name in tables(package):
        read = parquet.read_table(package.folder / f"{name}.parquet").to_pylist()
        assert json.loads(json.dumps(read, default=as_json)) == read_table(package, name)


def test_documents_of_meetings_and_other_speeches_are_valid(
    archive: rows.SmallArchive, tmp_path: Path
) -> None:
    package = export(tmp_path)
    for name in ("tei", "akn"):
        with ZipFile(package.folder / f"{name}.zip") as documents:
            names = documents.namelist()
            assert set(names) == {f"{name}/riv-pv-7.xml", f"{name}/undated-1.xml"}
            assert package.resources[f"{name}.zip"]["files"] == len(names)
            texts = [documents.read(each).decode() for each in names]
        assert "The river rose by a metre." in "".join(texts)
        for text in texts:
            assert faults(text) == []


def as_json(value: date | datetime) -> str:
    return value.isoformat().replace("+00:00", "Z")


def test_without_pyarrow_the_command_says_so(
    archive: rows.SmallArchive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    answer = StringIO()
    call_command("export_archive", str(tmp_path / "package"), scope="public", stdout=answer)
    assert "pyarrow is not installed" in answer.getvalue()
    assert not list((tmp_path / "package").glob("*.parquet"))
    assert read_table(read_package(tmp_path / "package"), "speeches")


def test_nothing_hidden_is_given_out(archive: rows.SmallArchive, tmp_path: Path) -> None:
    """Only the notice of a withdrawn or deleted speech is, and the registers of States."""
    made = every_table.fill_every_table()
    assert made[Speech].withdrawal_id  # type: ignore[attr-defined]
    rows.transcript(every_table.CONTENT + b" More.", state=Transcript.State.DISCARDED)
    package = export(tmp_path, originals=True)
    found = {name for name, text in contents(package.folder).items() if every_table.WORD in text}
    shown = {"withdrawn_speeches", "deleted_speeches", "countries", "country_groups"}
    assert found == {f"{name}.{suffix}" for name in shown for suffix in ("jsonl.gz", "parquet")}
    [withdrawn] = read_table(package, "withdrawn_speeches")
    assert withdrawn.keys() == {"id", "withdrawn_at", "reason"}
    [deleted] = read_table(package, "deleted_speeches")
    assert deleted.keys() == {"id", "deleted_at", "reason"}


def test_a_withdrawn_speech_leaves_its_file_and_all_tables(
    archive: rows.SmallArchive, tmp_path: Path
) -> None:
    package = create_package(tmp_path / "before", Scope.PUBLIC, originals=True)
    [withdrawn, *others] = archive.transcript.speeches.all()
    words = withdrawn.paragraphs.values_list("text", flat=True)
    before = "\n".join(contents(package.folder).values())
    assert all(text in before for text in words)
    assert archive.transcript.sha256 in contents(package.folder)["originals.zip"]
    ingest.withdraw([withdrawn.pk], "A name was printed by mistake.")
    rows.speech("Erased words.", public_id="erased").delete()
    package = create_package(tmp_path / "after", Scope.PUBLIC, originals=True)
    after = contents(package.folder)
    assert not any(text in "\n".join(after.values()) for text in words)
    assert archive.transcript.sha256 not in after["originals.zip"]
    assert [row["id"] for row in read_table(package, "withdrawn_speeches")] == [withdrawn.public_id]
    assert [row["id"] for row in read_table(package, "deleted_speeches")] == ["erased"]
    assert DeletedSpeech.objects.count() == 1
    assert {row["id"] for row in read_table(package, "speeches")} >= {
        other.public_id for other in others
    }


def test_an_empty_archive_is_a_package_of_registers(transactional_db: None, tmp_path: Path) -> None:
    package = export(tmp_path, originals=True)
    assert "speeches" not in tables(package)
    assert tables(package)["countries"]["rows"] > 100
    assert "foreignKeys" not in tables(package)["countries"]["schema"]

"""Importing hostile files: each gets a line with the reason, and the others are stored."""

import io
import zipfile
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from support.hostile_files import CASES

from statements.models import Speech, Transcript

pytestmark = pytest.mark.django_db

# the others are the same to the reader; these cost no time
QUICK = [name for name in CASES if not any(word in name for word in ("million", "gigabyte"))]


def ingest(*paths: Path) -> tuple[str, str]:
    out = StringIO()
    with pytest.raises(CommandError) as refused:
        call_command("ingest_transcripts", *map(str, paths), stdout=out, stderr=StringIO())
    return out.getvalue(), str(refused.value)


def test_each_hostile_file_has_a_line_with_its_reason(tmp_path: Path) -> None:
    paths = []
    for at, name in enumerate(QUICK):
        path = tmp_path / f"{at:02}-{CASES[name].file}"
        path.write_bytes(CASES[name].build())
        paths.append(path)
    good = tmp_path / "zz.txt"
    good.write_text("Mr. Abel (Malta): We sail.\n")
    out, failed = ingest(*paths, good)
    for path, name in zip(paths, QUICK, strict=True):
        line = next(line for line in out.splitlines() if line.startswith(path.name))
        assert ("kept: " if CASES[name].is_scan else "failed: ") in line
        assert CASES[name].said in line
    kept = [path.name for path, name in zip(paths, QUICK, strict=True) if CASES[name].is_scan]
    assert f"{len(QUICK) - len(kept)} of {len(QUICK) + 1} files could not be stored" in failed
    assert Speech.objects.count() == 1
    assert {each.name for each in Transcript.objects.all()} == {"zz.txt", *kept}


@pytest.mark.parametrize("damage", [0, 40], ids=["of no data set", "cut"])
def test_an_archive_that_cannot_be_used_stops_no_file(tmp_path: Path, damage: int) -> None:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        archive.writestr("a.txt", "Mr. Abel (Malta): We sail.\n")
    (tmp_path / "a.zip").write_bytes(data.getvalue()[: len(data.getvalue()) - damage])
    (tmp_path / "b.txt").write_text("Mr. Abel (Malta): We row.\n")
    out, _ = ingest(tmp_path / "a.zip", tmp_path / "b.txt")
    assert "archive" in next(line for line in out.splitlines() if line.startswith("a.zip"))
    assert Speech.objects.count() == 1

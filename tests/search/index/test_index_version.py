"""The files of an index, byte for byte: a change of them requires a new ``INDEX_VERSION``."""

import hashlib
import json
import zlib
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from support.factories import make_speech

from statements.models import Country, Speech
from statements.search.index import generations
from statements.search.index.schema import INDEX_VERSION, index_version

GOLDEN = Path(__file__).with_name("index_version.json")
# these name segments, which have random names, or say when the index was built
UNLIKE = {".json", ".sums", ".toc"}
# postings, and the table of where they stand, depend on how the library at hand compresses
if "ng" in zlib.ZLIB_RUNTIME_VERSION:
    UNLIKE |= {".pst", ".trm"}


@pytest.fixture
def speeches(db: None) -> list[Speech]:
    """Speeches whose keys, words and facets are the same in every run."""
    Country.objects.create(code="QQQ", short_name="Quay Islands", formal_name="The Quay Islands")
    texts: list[list[str | tuple[str, str]]] = [
        ["The river’s gauges are read twice daily.", ("narrative", "The meeting rose at noon.")],
        ["Die Brücke über den Fluß: 1,200 re-built piers.", "Naïve co-operation, U.N. style."],
        [" ".join(f"word{number % 37} of{number}" for number in range(400))],
        ["一 二 三 联合国 Ünïcödé e\u0301 ﬁnal"],
    ]
    for number, paragraphs in enumerate(texts, 1):
        make_speech(
            paragraphs,
            pk=900_000 + number,
            speaker=f"Lund {number}",
            country="QQQ" if number % 2 else "",
            affiliation="Quay Islands",
            on=date(2018, 1, number) if number < 4 else None,
            meeting=f"RIV/PV.{number // 2}",
            position=number,
            organ="River Council",
            topics=["Gauges and rivers", f"Bridge {number}"],
            role="President" if number == 3 else "",
            language="fr" if number == 2 else "",
        )
    return list(Speech.objects.order_by("pk"))


def digests() -> dict[str, str]:
    """A digest of the files of each kind in the generation in use."""
    generation = generations.in_use()
    assert generation is not None
    by_kind: dict[str, list[bytes]] = {}
    for path in generation.path.iterdir():
        kind = path.suffix
        if kind and kind not in UNLIKE and path.is_file():
            by_kind.setdefault(kind, []).append(hashlib.sha256(path.read_bytes()).digest())
    return {
        kind: hashlib.sha256(b"".join(sorted(values))).hexdigest()[:16]
        for kind, values in sorted(by_kind.items())
    }


def test_an_index_of_a_version_has_the_bytes_of_that_version(
    speeches: list[Speech], archive_index: Callable[[], int]
) -> None:
    built = digests()
    speeches[1].role = "Rapporteur"
    speeches[1].save()
    assert archive_index() == 1
    golden = {"version": INDEX_VERSION, "built": built, "after an edit": digests()}
    recorded = json.loads(GOLDEN.read_text("utf-8"))
    if recorded["version"] < INDEX_VERSION:
        GOLDEN.write_text(json.dumps(golden, indent=1) + "\n", "utf-8")
        pytest.fail(f"{GOLDEN.name} was written anew for version {INDEX_VERSION}: commit it")
    for state in ("built", "after an edit"):
        recorded[state] = {kind: one for kind, one in recorded[state].items() if kind not in UNLIKE}
    assert golden == recorded, (
        "An index is written differently: raise the INDEX_VERSION of the schema, "
        "run this test twice, and commit the recorded file. Where only the order of equal things "
        "changed, mend that instead."
    )


def test_an_index_of_another_version_is_not_read(
    speeches: list[Speech], archive_index: Callable[[], int], monkeypatch: pytest.MonkeyPatch
) -> None:
    generation = generations.in_use()
    assert generation is not None
    assert generation.record()["schema"] == index_version()
    monkeypatch.setattr("statements.search.index.schema.INDEX_VERSION", INDEX_VERSION + 1)
    with pytest.raises(generations.IndexDamaged, match="built by another version"):
        generation.record()

"""Names of files as metadata: "2031-05-06_Odile_Rill_Norway.txt"."""

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from statements.ingest.intake.name_patterns import NamePattern, UnknownName
from statements.models import Speech

WORDS = "We thank the delegation for the report.\n\nIt is low.\n"


@pytest.mark.parametrize(
    ("pattern", "name", "expected"),
    [
        (
            "{date}_{speaker}_{affiliation}",
            "2031-05-06_Odile_van_Rill_Norway.txt",
            {"speaker": "Odile van Rill", "affiliation": "Norway", "date": "2031-05-06"},
        ),
        (
            "{year}_BUDGET_{position}_{speaker}_{organ}",
            "2031_BUDGET_09_Odile_Rill_Council.txt",
            {"speaker": "Odile Rill", "organ": "Council", "position": 9},
        ),
        ("{country_code}_*", "no_en.txt", {"country": "NOR"}),
        ("{day}-{month}-{year} {topic}", "6-5-2031 Low water.md", {"date": "2031-05-06"}),
        ("{date}*", "20310506 check against delivery.pdf", {"date": "2031-05-06"}),
        (
            "{country_code}_{session}_{year}",
            "NOR_12_2031.txt",
            {"country": "NOR", "session": 12, "year": 2031, "date": "None"},
        ),
        ("{symbol}_{position}", "S_PV.12_3.txt", {"symbol": "S/PV.12", "position": 3}),
    ],
)
def test_parts_of_names(pattern: str, name: str, expected: dict[str, object]) -> None:
    metadata = NamePattern.parse(pattern).metadata_of(Path("folder") / name)
    for field, value in expected.items():
        found = getattr(metadata, field)
        assert (str(found) if field == "date" else found) == value


@pytest.mark.parametrize("pattern", ["plain", "{colour}", "{date}_{date}", "{date", "date}"])
def test_patterns_that_are_none(pattern: str) -> None:
    with pytest.raises(ValueError, match="field"):
        NamePattern.parse(pattern)


@pytest.mark.parametrize("name", ["notes.txt", "2031-13-41_Odile_Rill.txt", "soon_Odile Rill.txt"])
def test_names_of_another_form_are_refused(name: str) -> None:
    with pytest.raises(UnknownName, match="form"):
        NamePattern.parse("{date}_{speaker}").metadata_of(Path(name))


@pytest.mark.django_db
def test_the_command_takes_what_names_say(tmp_path: Path) -> None:
    (tmp_path / "2021-05-06_Odile_Rill_Norway.txt").write_text(WORDS)
    (tmp_path / "notes.txt").write_text(f"Mr. Weir (Chad): {WORDS}")
    report = StringIO()
    with pytest.raises(CommandError):
        call_command(
            "ingest_transcripts",
            str(tmp_path),
            "--names={date}_{speaker}_{affiliation}",
            stdout=report,
            stderr=StringIO(),
        )
    speech = Speech.objects.get()
    assert (speech.speaker_printed, speech.affiliation) == ("Odile Rill", "Norway")
    assert str(speech.date) == "2021-05-06"
    assert "does not have the form" in report.getvalue()


@pytest.mark.django_db
def test_a_wrong_pattern_is_explained() -> None:
    with pytest.raises(CommandError, match="fields are"):
        call_command("ingest_transcripts", "a.txt", "--names={colour}")

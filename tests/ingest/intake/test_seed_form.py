"""Real speeches of nine records: every speaker line becomes the right speaker and country, or an
explicit unknown. Skipped if the corpora are not next to the checkout."""

import csv
import re
import subprocess
import sys
import zipfile
from collections import Counter
from dataclasses import replace
from io import BytesIO, StringIO
from pathlib import Path

import pytest
from django.core.management import call_command

from statements import ingest as accession
from statements.ingest import Metadata
from statements.ingest.intake.metadata_table import MetadataTable
from statements.models import IndexOutbox, Meeting, Paragraph, Speaker, Speech, Transcript

ROOT = Path(__file__).resolve().parents[3]
SHARED = ROOT.parent / "shared"
TABLE = SHARED / "corpora" / "seed-form.tsv"
FILES = SHARED / "corpora" / "seed-form"

pytestmark = [
    pytest.mark.long,
    pytest.mark.django_db,
    pytest.mark.skipif(not TABLE.exists(), reason="the corpora are not beside this checkout"),
]

# who is meant, written by hand: neither the reader nor the table of countries has a say here
COUNTRIES = {
    "AFG": "Afghanistan", "ALB": "Albania", "ARE": "United Arab Emirates", "ARG": "Argentina",
    "ARM": "Armenia", "AUS": "Australia", "AUT": "Austria", "AZE": "Azerbaijan",
    "BEL": "Belgium", "BGD": "Bangladesh", "BGR": "Bulgaria", "BHR": "Bahrain",
    "BLR": "Belarus", "BRA": "Brazil", "CAF": "Central African Republic", "CAN": "Canada",
    "CHE": "Switzerland", "CHN": "China", "CRI": "Costa Rica", "CUB": "Cuba", "CYP": "Cyprus",
    "CZE": "Czech Republic", "DEU": "Germany", "DOM": "Dominican Republic", "ECU": "Ecuador",
    "EGY": "Egypt", "ESP": "Spain", "EST": "Estonia", "ETH": "Ethiopia", "EU": "European Union",
    "FIN": "Finland", "FJI": "Fiji", "FRA": "France", "GBR": "United Kingdom", "GEO": "Georgia",
    "GRC": "Greece", "GTM": "Guatemala", "HRV": "Croatia", "HTI": "Haiti", "HUN": "Hungary",
    "IDN": "Indonesia", "IND": "India", "IRL": "Ireland", "IRN": "Islamic Republic of Iran",
    "IRQ": "Iraq", "ISR": "Israel", "ITA": "Italy", "JOR": "Jordan", "JPN": "Japan",
    "KAZ": "Kazakhstan", "KEN": "Kenya", "KHM": "Cambodia", "KOR": "Republic of Korea",
    "KWT": "Kuwait", "LBN": "Lebanon", "LIE": "Liechtenstein", "LKA": "Sri Lanka",
    "LTU": "Lithuania", "LVA": "Latvia", "MAR": "Morocco", "MDV": "Maldives", "MEX": "Mexico",
    "MLI": "Mali", "MMR": "Myanmar", "MNG": "Mongolia", "MYS": "Malaysia", "NER": "Niger",
    "NGA": "Nigeria", "NIC": "Nicaragua", "NLD": "Netherlands", "NOR": "Norway",
    "NZL": "New Zealand", "OMN": "Oman", "PAK": "Pakistan", "PAN": "Panama", "PER": "Peru",
    "PHL": "Philippines", "POL": "Poland", "PRK": "Democratic People’s Republic of Korea",
    "PRT": "Portugal", "QAT": "Qatar", "ROU": "Romania", "RUS": "Russian Federation",
    "RWA": "Rwanda", "SAU": "Saudi Arabia", "SDN": "Sudan", "SGP": "Singapore",
    "SLV": "El Salvador", "SVK": "Slovakia", "SVN": "Slovenia", "SWE": "Sweden",
    "SYR": "Syrian Arab Republic", "THA": "Thailand", "TJK": "Tajikistan",
    "TLS": "Timor-Leste", "TTO": "Trinidad and Tobago", "TUN": "Tunisia", "TUR": "Turkey",
    "UKR": "Ukraine", "URY": "Uruguay", "USA": "United States of America",
    "UZB": "Uzbekistan", "VAT": "Holy See", "VCT": "Saint Vincent and the Grenadines",
    "VEN": "Bolivarian Republic of Venezuela", "YEM": "Yemen", "ZAF": "South Africa",
    "DGACM": "Department for General Assembly and Conference Management",
}  # fmt: skip
CODE_OF = {name: code for code, name in COUNTRIES.items()}
# briefers, and one man whose delegation the record does not print
WITHOUT_A_COUNTRY = {
    "Abdelaziz", "Lacroix", "Lowcock", "Mardini", "Raz", "Robinson", "Skoog"
}  # fmt: skip
TITLES = ("Mr.", "Mrs.", "Ms.", "Sir", "Monsignor")
UNKNOWN = {
    "The President", "The PRESIDENT", "The Acting President", "The Secretary-General"
}  # fmt: skip
NOTE = re.compile(r" \((?:spoke in|interpretation from) [A-Z][a-z]+\)")


def expected() -> dict[str, tuple[str, str | None, str | None]]:
    """File -> speaker line, name without title or None, code or None, from the table alone."""
    meant = {}
    with TABLE.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE):
            line = row["speaker_line"]
            bare = NOTE.sub("", line)
            name, _, affiliation = bare.partition(" (")
            if bare in UNKNOWN:
                meant[row["file"]] = (line, None, None)
                continue
            title, _, surname = name.partition(" ")
            assert title in TITLES, line
            code = CODE_OF[affiliation.rstrip(")")] if affiliation else None
            assert code or surname in WITHOUT_A_COUNTRY, line
            meant[row["file"]] = (line, surname, code)
    return meant


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("table") / "seed-form.csv"
    script = ROOT / "benchmarks" / "seed_form_metadata.py"
    subprocess.run([sys.executable, "-W", "ignore", script, "--out", path], check=True, timeout=120)
    return path


def ingest(*arguments: object) -> str:
    out = StringIO()
    call_command("ingest_transcripts", *map(str, arguments), stdout=out, stderr=StringIO())
    return out.getvalue()


def test_real_statements_are_stored_right_and_once(table: Path) -> None:
    out = ingest(SHARED / "seeds", FILES, "--metadata", table)
    assert "395 files: 395 stored" in out
    assert "0 failed" in out
    assert_each_speaker_line_became_who_is_meant_or_unknown(table)
    assert_the_archive_is_sound()
    models = (Speech, Paragraph, Speaker, Meeting, Transcript, IndexOutbox)
    before = [list(model.objects.order_by("pk").values()) for model in models]
    assert "Nothing changed." in ingest(SHARED / "seeds", FILES, "--metadata", table)
    assert [list(model.objects.order_by("pk").values()) for model in models] == before


def assert_each_speaker_line_became_who_is_meant_or_unknown(table: Path) -> None:
    meant = expected()
    assert len(meant) == 393
    with table.open(encoding="utf-8", newline="") as lines:
        places = {row["file"]: (row["symbol"], row["position"]) for row in csv.DictReader(lines)}
    stored = {
        (speech.meeting.slug, speech.position): speech
        for speech in Speech.objects.filter(meeting__isnull=False).select_related(
            "meeting", "speaker"
        )
        if speech.meeting
    }
    wrong = []
    for file, (line, name, code) in meant.items():
        symbol, position = places[file]
        slug = re.sub(r"[^a-z0-9]+", "-", symbol.lower()).strip("-")
        speech = stored[slug.replace("resumption1", "resumption-1"), int(position)]
        became = (
            " ".join(speech.speaker_line.split()),
            speech.speaker.name if speech.speaker else None,
            speech.country_id,
        )
        # two records print one person in capitals; the first form that came in names the person
        if (became[0], (became[1] or "").casefold(), became[2]) != (
            line,
            (name or "").casefold(),
            code,
        ):
            wrong.append((file, became))
        if speech.speaker and speech.speaker.country_id != code:
            wrong.append((file, became))
    assert wrong == []
    unknown = Counter(
        speech.speaker_printed for speech in stored.values() if speech.speaker is None
    )
    assert unknown == {
        "The President": 135,  # one of them stands inside another file
        "The PRESIDENT": 10,
        "The Acting President": 24,
        "The Secretary-General": 1,
    }


def assert_the_archive_is_sound() -> None:
    assert Meeting.objects.count() == 9
    assert Meeting.objects.filter(date=None).count() == 0
    assert Speech.objects.undated().count() == 2  # the seeds state no date
    umarov = Speech.objects.get(transcript__name__startswith="004_", country="KAZ")
    assert str(umarov.speaker) == "Mr. Umarov"
    assert not Speaker.objects.filter(country="GIN").exists()
    for transcript in Transcript.objects.filter(name__startswith="S_PV.870").iterator():
        assert bytes(transcript.content) == (FILES / transcript.name).read_bytes()


def test_guinea_is_not_equatorial_guinea(tmp_path: Path) -> None:
    for number, name in enumerate(("Guinea", "Equatorial Guinea", "Guinea-Bissau"), start=1):
        words = f"Ms. Lima ({name}): The floods came early this year, as we said in {number}.\n"
        (tmp_path / f"{number}.txt").write_text(words)
    ingest(tmp_path)
    assert list(Speech.objects.order_by("transcript__name").values_list("country", flat=True)) == [
        "GIN",
        "GNQ",
        "GNB",
    ]
    assert Speaker.objects.count() == 3


def test_the_browser_stores_what_the_command_stores(table: Path) -> None:
    ingest(FILES, "--metadata", table)
    by_command = stored_speeches()
    assert len(by_command["S/PV.8706 (Resumption 1)"]) == 63
    Speech.objects.all().delete()
    Transcript.objects.all().delete()
    Meeting.objects.all().delete()
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for path in sorted(FILES.iterdir(), reverse=True):
            archive.write(path, path.name)
    known = MetadataTable.read(table)
    delivery = accession.deliver(
        replace(file, metadata=known.of(Path(file.name)) or Metadata())
        for file in accession.unpack("seed-form.zip", packed)
    )
    accession.read_delivered()
    assert delivery.files.exclude(outcome="read").count() == 0
    for transcript in Transcript.objects.waiting().without_their_content().order_by("pk"):
        accession.publish(transcript, accession.draft_waiting(transcript))
    assert stored_speeches() == by_command


def stored_speeches() -> dict[str, list[tuple[object, ...]]]:
    found: dict[str, list[tuple[object, ...]]] = {}
    rows = Speech.objects.order_by("meeting__symbol", "position").values_list(
        "meeting__symbol", "position", "date", "speaker_line", "speaker__folded", "country"
    )
    for symbol, *rest in rows:
        found.setdefault(symbol, []).append(tuple(rest))
    return found

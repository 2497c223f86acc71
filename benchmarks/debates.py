"""The UN General Debate Corpus as an archive of its own: a throw-away PostgreSQL and index.

Rows are copied straight into the tables, without the reading and the look that accession takes:
what is measured is what comes after it.
"""

import csv
import hashlib
import os
import re
import sys
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
PARAGRAPH = 90  # words, near which a longer paragraph is cut at the end of a sentence

_NAME = re.compile(r"(?P<country>[A-Z]{3})_(?P<session>\d+)_(?P<year>\d{4})\.txt$")
_SENTENCE = re.compile(r"(?<=[.!?])\s+")


@dataclass(frozen=True, slots=True)
class Debate:
    country: str
    session: int
    year: int
    paragraphs: list[str]

    @property
    def name(self) -> str:
        return f"{self.country}_{self.session}_{self.year}"


def debates(archive: Path, part: int) -> Iterator[Debate]:
    """Every ``part``-th statement of the archive, by a hash of its name."""
    with tarfile.open(archive) as tar:
        for member in tar:
            match = _NAME.match(Path(member.name).name)
            if match is None or not member.isfile():
                continue
            if int(hashlib.sha256(match[0].encode()).hexdigest()[:8], 16) % part:
                continue
            stream = tar.extractfile(member)
            assert stream is not None  # noqa: S101
            data = stream.read()
            try:
                text = data.decode("utf-8-sig")
            except UnicodeDecodeError:
                text = data.decode("cp1252", errors="replace")
            yield Debate(
                match["country"], int(match["session"]), int(match["year"]), paragraphs(text)
            )


def paragraphs(text: str) -> list[str]:
    """Blocks between blank lines, long ones cut."""
    cut = []
    for block in re.split(r"\n\s*\n", text.replace("\r\n", "\n").replace("\x00", "")):
        held: list[str] = []
        for sentence in _SENTENCE.split(" ".join(block.split())):
            held += sentence.split()
            if len(held) >= PARAGRAPH:
                cut.append(" ".join(held))
                held = []
        if held:
            cut.append(" ".join(held))
    return cut


def speakers(table: Path) -> dict[tuple[str, int], str]:
    """Who spoke for a country in a year."""
    if not table.exists():
        return {}
    with table.open(encoding="utf-8-sig", newline="") as file:
        return {
            (row["ISO Code"].strip(), int(row["Year"])): row["Name of Person Speaking"].strip()
            for row in csv.DictReader(file)
        }


def open_archive(state: Path) -> None:
    """Have Django, and an archive of its own in a folder."""
    os.environ.pop("DATABASE_URL", None)
    os.environ |= {"STATE_DIR": str(state), "INDEX_DIR": str(state / "index")}
    os.environ["DJANGO_SETTINGS_MODULE"] = "archive.settings"
    sys.path.insert(0, str(PROJECT))
    import django

    from archive import localpg

    localpg.hold()
    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)


def load(archive: Path, part: int) -> None:
    """Copy the statements into the tables."""
    from django.db import connection, transaction
    from django.utils.text import slugify

    from statements.models import Country, Meeting, Paragraph, Speaker, Speech, Topic, Transcript
    from statements.transcripts.names import fold, sort_form

    known = set(Country.objects.values_list("pk", flat=True))
    named = speakers(archive.with_name("ungdc-speakers.csv"))
    people: dict[tuple[str, str], Speaker] = {}
    with transaction.atomic():
        topic = Topic.objects.create(
            slug="general-debate", title="General debate", folded="general debate"
        )
        meetings: dict[int, Meeting] = {}
        for number, debate in enumerate(debates(archive, part), 1):
            if debate.session not in meetings:
                meetings[debate.session] = Meeting.objects.create(
                    symbol=f"A/{debate.session}/GD",
                    slug=f"a-{debate.session}-gd",
                    organ="General Assembly",
                    date=date(debate.year, 9, 20),
                )
            content = debate.name.encode()
            transcript = Transcript.objects.create(
                sha256=hashlib.sha256(content).hexdigest(),
                content=content,
                size=len(content),
                name=f"{debate.name}.txt",
                state=Transcript.State.PUBLISHED,
            )
            country = debate.country if debate.country in known else None
            name = named.get((debate.country, debate.year), "")
            speaker = people.get((fold(name), debate.country))
            if name and speaker is None:
                speaker = people[fold(name), debate.country] = Speaker.objects.create(
                    slug=slugify(f"{name[:80]} {debate.country} {len(people)}"),
                    name=name,
                    sort_name=sort_form(name),
                    folded=fold(name),
                    country_id=country,
                )
            speech = Speech.objects.create(
                public_id=debate.name.lower().replace("_", "-"),
                transcript=transcript,
                transcript_position=1,
                meeting=meetings[debate.session],
                position=number,
                speaker=speaker,
                speaker_printed=name,
                country_id=country,
                affiliation=debate.country,
                date=date(debate.year, 9, 20),
            )
            speech.topics.add(topic)
            with connection.cursor() as cursor:
                table = Paragraph._meta.db_table
                statement = f"COPY {table} (speech_id, position, kind, text) FROM STDIN"
                with cursor.copy(statement) as copy:
                    for position, text in enumerate(debate.paragraphs, 1):
                        copy.write_row((speech.pk, position, "speech", text))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")

"""The UN General Debate Corpus as an archive of its own: a throw-away PostgreSQL and index.

Rows are copied directly into the tables, without reading or checks, because the benchmarks measure
what comes after those.
"""

import csv
import hashlib
import os
import re
import sys
import tarfile
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from itertools import batched
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).resolve().parent.parent
PARAGRAPH = 90  # words that a paragraph has at most, unless one sentence has more

_NAME = re.compile(r"(?P<country>[A-Z]{3})_(?P<session>\d+)_(?P<year>\d{4})\.txt$")
_SENTENCE = re.compile(r"(?<=[.!?])\s+")


@dataclass(frozen=True, slots=True)
class Debate:
    country: str
    session: int
    year: int
    speaker: str
    paragraphs: list[str]

    @property
    def name(self) -> str:
        return f"{self.country}_{self.session}_{self.year}"


def debates(archive: Path, part: int) -> Iterator[Debate]:
    """Every ``part``-th statement of the archive, by a hash of its name."""
    named = speakers(archive.with_name("ungdc-speakers.csv"))
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
            country, year = match["country"], int(match["year"])
            speaker = named.get((country, year), "")
            yield Debate(country, int(match["session"]), year, speaker, paragraphs(text))


def paragraphs(text: str) -> list[str]:
    """Blocks between blank lines; a longer one is divided between sentences, so that no piece has
    more words than a paragraph may have."""
    cut = []
    for block in re.split(r"\n\s*\n", text.replace("\r\n", "\n").replace("\x00", "")):
        held: list[str] = []
        for sentence in _SENTENCE.split(" ".join(block.split())):
            words = sentence.split()
            if held and len(held) + len(words) > PARAGRAPH:
                cut.append(" ".join(held))
                held = []
            held += words
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


@contextmanager
def folder(kept: Path | None) -> Iterator[Path]:
    """A folder for an archive: the named one, which is kept for the next run, or one for this run
    only."""
    if kept:
        kept.mkdir(parents=True, exist_ok=True)
        yield kept
        return
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as made:
        Path(made).chmod(0o755)  # PostgreSQL does not run as root, and must reach it
        yield Path(made)


_opened: list[Path] = []


def open_archive(state: Path) -> None:
    """Set up Django with an archive of its own in a folder; further calls do nothing."""
    if state in _opened:
        return
    assert not _opened  # noqa: S101 (Django has one database for good)
    os.environ.pop("DATABASE_URL", None)
    os.environ |= {"STATE_DIR": str(state), "INDEX_DIR": str(state / "index")}
    os.environ["DJANGO_SETTINGS_MODULE"] = "archive.settings"
    sys.path.insert(0, str(PROJECT))
    import django

    from archive.firstrun import private_postgres

    private_postgres.hold()
    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    _opened.append(state)


def load(spoken: Iterable[Debate]) -> None:
    """Copy statements into the tables; the key of each speech is its number, from 1."""
    from django.db import connection, transaction

    with transaction.atomic():
        loader = _Loader()
        for chosen in batched(enumerate(spoken, 1), 500):
            loader.store(chosen)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


class _Loader:
    """Stores statements; remembers the meetings and people that it has stored."""

    def __init__(self) -> None:
        from statements.models import Country, Topic

        self.known = set(Country.objects.values_list("pk", flat=True))
        self.people: dict[tuple[str, str | None], Any] = {}
        self.meetings: dict[int, Any] = {}
        self.topic = Topic.objects.create(
            slug="general-debate", title="General debate", folded="general debate"
        )

    def store(self, chosen: Sequence[tuple[int, Debate]]) -> None:
        from django.db import connection

        from statements.models import Paragraph, Speech, Transcript

        transcripts = Transcript.objects.bulk_create(
            Transcript(
                sha256=hashlib.sha256(content := f"{number} {debate.name}".encode()).hexdigest(),
                content=content,
                size=len(content),
                name=f"{debate.name}.txt",
                state=Transcript.State.PUBLISHED,
            )
            for number, debate in chosen
        )
        Speech.objects.bulk_create(
            Speech(
                pk=number,
                public_id=f"{debate.name.lower().replace('_', '-')}-{number}",
                transcript=transcript,
                transcript_position=1,
                meeting=self._meeting(debate),
                position=number,
                speaker=self._speaker(debate),
                speaker_printed=debate.speaker,
                country_id=self._country(debate),
                affiliation=debate.country,
                date=date(debate.year, 9, 20),
            )
            for (number, debate), transcript in zip(chosen, transcripts, strict=True)
        )
        of_topic = Speech.topics.through
        of_topic.objects.bulk_create(
            of_topic(speech_id=number, topic_id=self.topic.pk) for number, _ in chosen
        )
        table = Paragraph._meta.db_table
        statement = f"COPY {table} (speech_id, position, kind, text, turn_line) FROM STDIN"
        with connection.cursor() as cursor, cursor.copy(statement) as copy:
            for number, debate in chosen:
                for position, text in enumerate(debate.paragraphs, 1):
                    copy.write_row((number, position, "speech", text, ""))

    def _country(self, debate: Debate) -> str | None:
        return debate.country if debate.country in self.known else None

    def _meeting(self, debate: Debate) -> Any:
        from statements.ingest.publishing.organs import get_or_create_organ
        from statements.models import Meeting

        if debate.session not in self.meetings:
            self.meetings[debate.session] = Meeting.objects.create(
                symbol=f"A/{debate.session}/GD",
                slug=f"a-{debate.session}-gd",
                organ=get_or_create_organ("General Assembly"),
                date=date(debate.year, 9, 20),
            )
        return self.meetings[debate.session]

    def _speaker(self, debate: Debate) -> Any:
        from django.utils.text import slugify

        from statements.models import Speaker
        from statements.transcripts.languages.names import fold, sort_form

        if not debate.speaker:
            return None
        key = fold(debate.speaker), self._country(debate)
        if key not in self.people:
            self.people[key] = Speaker.objects.create(
                slug=slugify(f"{debate.speaker[:80]} {debate.country} {len(self.people)}"),
                name=debate.speaker,
                sort_name=sort_form(debate.speaker),
                folded=key[0],
                country_id=key[1],
            )
        return self.people[key]

"""Rows of an archive, created directly in the database for tests that read them."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import count
from typing import Any

from django.utils.text import slugify

from statements.ingest import annotate_again
from statements.models import (
    Affiliation,
    Country,
    Meeting,
    Member,
    Organ,
    Paragraph,
    Presidency,
    Series,
    Session,
    Speaker,
    Speech,
    Topic,
    Transcript,
)
from statements.transcripts.languages.names import fold, sort_form
from statements.transcripts.values.symbols import Symbol

_numbers = count(1)


def transcript(content: bytes | None = None, **fields: Any) -> Transcript:
    content = f"transcript {next(_numbers)}".encode() if content is None else content
    fields = {"name": "a.txt", "state": Transcript.State.PUBLISHED} | fields
    digest = hashlib.sha256(content).hexdigest()
    return Transcript.objects.create(content=content, sha256=digest, size=len(content), **fields)


def series(title: str, **fields: Any) -> Series:
    return Series.objects.create(title=title, **fields)


def country(code: str, **fields: Any) -> Country:
    """The country of a code; the table of countries knows the real ones."""
    fields = {"short_name": code.title()} | fields
    made, _ = Country.objects.get_or_create(code=code, defaults=fields)
    return made


def speaker(name: str, **fields: Any) -> Speaker:
    fields = {
        "slug": f"speaker-{next(_numbers)}",
        "honorific": "Ms.",
        "sort_name": sort_form(name),
        "folded": fold(name),
    } | fields
    return Speaker.objects.create(name=name, **fields)


def topic(title: str, **fields: Any) -> Topic:
    fields = {"slug": f"topic-{next(_numbers)}", "folded": fold(title)} | fields
    return Topic.objects.create(title=title, **fields)


def organ(name: str = "Rivers Council", **fields: Any) -> Organ:
    """The organ of a name, created if it is new."""
    fields = {
        "slug": slugify(name)[:100] or f"organ-{next(_numbers)}",
        "folded": fold(name),
    } | fields
    return Organ.objects.get_or_create(name=name, defaults=fields)[0]


def meeting(symbol: str = "RIV/PV.7", **fields: Any) -> Meeting:
    parsed = Symbol.parse(symbol)
    fields = {
        "slug": parsed.slug,
        "organ": "Rivers Council",
        "number": parsed.number,
        "resumption": parsed.resumption,
        "date": date(2020, 1, 9),
    } | fields
    return Meeting.objects.create(symbol=symbol, **fields | {"organ": _organ(fields["organ"])})


def session(number: int = 12, **fields: Any) -> Session:
    fields = {"organ": "Rivers Council", "debate": "General debate", "year": 2008 + number} | fields
    slug = f"rivers-council-{number}-general-debate"
    fields = {"slug": slug} | fields | {"organ": _organ(fields["organ"])}
    return Session.objects.create(number=number, **fields)


def _organ(named: Organ | str | None) -> Organ | None:
    return organ(named) if isinstance(named, str) and named else named or None  # type: ignore[return-value]


def affiliation(name: str, kind: str = "party") -> Affiliation:
    slug = slugify(name)
    return Affiliation.objects.create(name=name, kind=kind, slug=slug, folded=fold(name))


def presidency(of: Meeting, **fields: Any) -> Presidency:
    fields = {"position": 1, "name_printed": "Ms. Brook"} | fields
    return Presidency.objects.create(meeting=of, **fields)


def speech(
    *paragraphs: str,
    narrative: Sequence[int] = (),
    topics: Sequence[Topic] = (),
    **fields: Any,
) -> Speech:
    """A published speech of these paragraphs; those of the positions given are narrative."""
    number = next(_numbers)
    source = fields.pop("transcript", None) or transcript()
    fields = {
        "public_id": f"speech-{number}",
        "transcript_position": number,
        "position": number,
        "speaker_printed": "Ms. Brook",
        "date": date(2020, 1, 9),
    } | fields
    made = Speech.objects.create(transcript=source, **fields)
    Paragraph.objects.bulk_create(
        Paragraph(
            speech=made,
            position=position,
            text=text,
            kind=Paragraph.Kind.NARRATIVE if position in narrative else Paragraph.Kind.SPEECH,
        )
        for position, text in enumerate(paragraphs or ("The river is calm.",), start=1)
    )
    made.topics.set(topics)
    return made


@dataclass(frozen=True)
class SmallArchive:
    country: Country
    speaker: Speaker
    topic: Topic
    meeting: Meeting
    transcript: Transcript
    speech: Speech
    undated: Speech


def small_archive() -> SmallArchive:
    """One small archive with everything a page can show."""
    kazakhstan = country("KAZ")
    umarov = speaker("Umarov", honorific="Mr.", country=kazakhstan, slug="umarov")
    floods = topic("Floods and early warning", slug="floods")
    sitting = meeting("RIV/PV.7", place="Ghent", first_page="Rivers Council\nRIV/PV.7")
    Member.objects.create(
        meeting=sitting, position=1, affiliation="Kazakhstan", name="Umarov", country=kazakhstan
    )
    Member.objects.create(meeting=sitting, position=2, affiliation="Lower Estuary")
    sitting.agenda_items.add(floods)
    presidency(sitting, speaker=umarov, country=kazakhstan)
    source = transcript(
        b"Mr. Umarov: The river rose.\n",
        name="RIV_PV.7.txt",
        encoding="utf-8",
        problems=[
            {"code": "hyphen-guess", "message": "A hyphen.", "severity": "warning", "line": 3}
        ],
    )
    spoken = speech(
        "The river rose by a metre.",
        "The meeting was suspended at noon.",
        "It fell again.",
        narrative=[2],
        public_id="riv-pv-7-001",
        transcript=source,
        meeting=sitting,
        session=session(12),
        position=1,
        transcript_position=1,
        speaker=umarov,
        country=kazakhstan,
        speaker_line="Mr. Umarov (Kazakhstan) (spoke in French)",
        speaker_printed="Mr. Umarov",
        affiliation="Kazakhstan",
        on_behalf_of="Central Asian States",
        language="fr",
        language_printed="spoke in French",
        topics=[floods],
        date=date(2020, 1, 9),
    )
    voted = speech(
        "Floods and early warning",
        "I put the draft to the vote, as resolution 1325 (2000) and S/PV8628 ask.",
        "In favour: Kazakhstan, Lower Estuary",
        "Against: None",
        "(spoke in French) Draft resolution II was adopted by 3 votes to none. I thank you, in my "
        "national capacity.",
        "Other matters",
        meeting=sitting,
        position=2,
        transcript_position=2,
        transcript=source,
        narrative=[1, 3, 4, 6],
        public_id="riv-pv-7-002",
    )
    voted.paragraphs.filter(position=2).update(number=19)
    annotate_again(Speech.objects.filter(pk=voted.pk))
    undated = speech(date=None, public_id="undated-1")
    undated.affiliations.add(affiliation("Greens"))
    return SmallArchive(kazakhstan, umarov, floods, sitting, source, spoken, undated)

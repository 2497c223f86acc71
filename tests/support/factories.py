"""Small archives of invented speeches."""

import hashlib
import itertools
from collections.abc import Iterable, Sequence
from datetime import date

from django.utils.text import slugify

from statements.models import Meeting, Paragraph, Speaker, Speech, Topic, Transcript
from statements.transcripts.languages.names import fold
from support import rows

_numbers = itertools.count(1)


def make_speech(
    paragraphs: Sequence[str | tuple[str, str]],
    *,
    speaker: str = "",
    country: str = "",
    affiliation: str = "",
    on: date | None = None,
    meeting: str = "",
    position: int | None = None,
    organ: str = "",
    topics: Iterable[str] = (),
    role: str = "",
    language: str = "",
    pk: int | None = None,
) -> Speech:
    """Store a speech; a paragraph is its text, or kind and text."""
    number = next(_numbers)
    content = f"speech {number}".encode()
    transcript = Transcript.objects.create(
        sha256=hashlib.sha256(content).hexdigest(),
        content=content,
        size=len(content),
        name=f"{number}.txt",
        state=Transcript.State.PUBLISHED,
    )
    sitting = None
    if meeting:
        sitting, _ = Meeting.objects.get_or_create(
            symbol=meeting,
            defaults={
                "slug": slug(meeting),
                "organ": rows.organ(organ) if organ else None,
                "date": on,
            },
        )
    person = None
    if speaker:
        person, _ = Speaker.objects.get_or_create(
            folded=fold(speaker),
            country_id=country or None,
            defaults={"slug": slug(f"{speaker} {country}"), "name": speaker, "sort_name": speaker},
        )
    speech = Speech.objects.create(
        pk=pk,
        public_id=f"speech-{number}",
        transcript=transcript,
        transcript_position=1,
        meeting=sitting,
        position=position or number,
        speaker=person,
        speaker_printed=f"Mr. {speaker}" if speaker else "",
        country_id=country or None,
        affiliation=affiliation,
        role=role,
        language=language,
        date=on,
    )
    Paragraph.objects.bulk_create(
        Paragraph(
            speech=speech,
            position=place,
            kind="speech" if isinstance(text, str) else text[0],
            text=text if isinstance(text, str) else text[1],
        )
        for place, text in enumerate(paragraphs, 1)
    )
    for title in topics:
        topic, _ = Topic.objects.get_or_create(
            folded=fold(title), defaults={"slug": slug(title), "title": title}
        )
        speech.topics.add(topic)
    return speech


def slug(name: str) -> str:
    return slugify(name.replace("/", "-").replace(".", "-"))

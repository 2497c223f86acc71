"""Reads what is written of a meeting or a speech: first who takes part and what was voted on, which
stands at the head of a document, then the texts, in batches."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any

from archive.languages import in_default_language
from statements.exports.layout import Turn, turns
from statements.exports.meetings.voting import Balloting, ballotings
from statements.exports.texts import speeches_by_key
from statements.models import (
    Affiliation,
    Country,
    Meeting,
    Organ,
    Paragraph,
    RecordedVote,
    Session,
    Speaker,
    Speech,
    Topic,
)
from statements.transcripts.languages.identification import identify_language_by_pack
from statements.transcripts.record.speaking_capacity import Capacity

BATCH = 25  # speeches whose texts are read at once
_SAMPLE = 40  # paragraphs, by which the language of a document is identified

PARTS = {
    Capacity.CHAIR: "chair",
    Capacity.CHAIR_NATIONAL: "chair",
    Capacity.NATIONAL: "regular",
    Capacity.BEHALF: "regular",
    Capacity.SECRETARIAT: "guest",
    Capacity.GUEST: "guest",
}  # of speakers in a debate, in the terms of ParlaMint


@dataclass(frozen=True)
class Debate:
    """Speeches to be written as one document."""

    key: str  # slug of the meeting, public id of the speech, or what else names the file
    title: str
    path: str  # of the page
    origin: str  # the beginning of absolute addresses; "" if it is not known
    speeches: Sequence[Speech]  # in order, with related objects and without texts
    sitting: Meeting | Session | None = None  # where they were made, if that is one place
    is_speech: bool = False  # whether it is one speech, not a meeting

    def turns(self) -> Iterator[Turn]:
        """Read the texts. Speeches that were withdrawn meanwhile are left out."""
        keys = [speech.pk for speech in self.speeches]
        for start in range(0, len(keys), BATCH):
            yield from turns(speeches_by_key(keys[start : start + BATCH]))

    def address(self, path: str) -> str:
        """Return the absolute address of a path."""
        return f"{self.origin}{path}"

    def speech_id(self, public_id: str) -> str:
        """Return the identifier of a speech in the document."""
        return identifier("speech", public_id)

    def paragraph_id(self, public_id: str, anchor: str) -> str:
        """Return the identifier of a paragraph: its anchor, after that of the speech in a document
        of several."""
        return anchor if self.is_speech else f"{self.speech_id(public_id)}.{anchor}"

    @cached_property
    def language(self) -> str:
        """The ISO 639 code of the language of most of the text, or ""."""
        keys = [speech.pk for speech in self.speeches]
        spoken = Paragraph.objects.filter(speech__in=keys, kind=Paragraph.Kind.SPEECH)
        texts = spoken.order_by("speech__position", "speech_id", "position").values_list(
            "text", flat=True
        )
        return identify_language_by_pack(" ".join(texts[:_SAMPLE]))

    def other_language(self, turn: Turn) -> str | None:
        """Return the language of the words of a speech; None if it is that of the document or not
        known."""
        language = turn.language
        return language if language and language != self.language else None

    @cached_property
    def ballotings(self) -> list[Balloting]:
        """The recorded votes in the speeches, in order."""
        places = {speech.public_id: place for place, speech in enumerate(self.speeches)}
        keys = [speech.pk for speech in self.speeches]
        votes = RecordedVote.objects.filter(paragraph__speech__in=keys).values_list("pk", flat=True)
        taken = ballotings(votes).values()
        known = [balloting for balloting in taken if balloting.public_id in places]
        return sorted(known, key=lambda vote: (places[vote.public_id], vote.position))

    # -- who and what stands at the head -------------------------------------------------------

    @property
    def meeting(self) -> Meeting | None:
        return self.sitting if isinstance(self.sitting, Meeting) else None

    @property
    def organ(self) -> Organ | None:
        return self.sitting.organ if self.sitting else None

    @property
    def day(self) -> date | None:
        """The day of the meeting or of the first speech that has one."""
        days = [speech.date for speech in self.speeches if speech.date]
        return (self.meeting.date if self.meeting else None) or min(days, default=None)

    @property
    def year(self) -> int | None:
        """The year, where the day is not known."""
        return min((speech.year for speech in self.speeches if speech.year), default=None)

    @property
    def changed_at(self) -> datetime | None:
        """When a speech was changed last."""
        return max((speech.updated_at for speech in self.speeches), default=None)

    @property
    def rights(self) -> list[str]:
        """The statements of rights of the sources, each once."""
        stated = (speech.transcript.rights_statement for speech in self.speeches)
        return list(dict.fromkeys(filter(None, stated)))

    @property
    def speakers(self) -> list[Speaker]:
        return _once(speech.speaker for speech in self.speeches)

    @property
    def countries(self) -> list[Country]:
        return _once(speech.country for speech in self.speeches)

    @property
    def affiliations(self) -> list[Affiliation]:
        return _once(stated for speech in self.speeches for stated in speech.affiliations.all())

    @property
    def topics(self) -> list[Topic]:
        return _once(topic for speech in self.speeches for topic in speech.topics.all())

    @property
    def roles(self) -> list[str]:
        """The offices of speakers, as printed."""
        return list(dict.fromkeys(speech.role for speech in self.speeches if speech.role))


def _once[Row](rows: Iterable[Row | None]) -> list[Row]:
    return list(dict.fromkeys(row for row in rows if row is not None))


def identifier(kind: str, key: str) -> str:
    """Return a name (NCName) for a row of the archive, which a key need not be.

    >>> identifier("speech", "1946-usa")
    'speech.1946-usa'
    """
    return f"{kind}.{key}"


_RELATED = ("meeting__organ", "session__organ", "transcript__series")


@in_default_language
def meeting_document(meeting: Meeting, origin: str = "") -> Debate:
    """Return the public speeches of a meeting as a document; it may have none."""
    title = f"{meeting.organ_id}, {meeting.symbol}" if meeting.organ_id else meeting.symbol
    path = meeting.get_absolute_url()
    return Debate(meeting.slug, title, path, origin, _read(meeting=meeting), meeting)


@in_default_language
def speech_document(public_id: str, origin: str = "") -> Debate | None:
    """Return a public speech as a document, or None if there is none with this id."""
    return next((_of_speech(speech, origin) for speech in _read(public_id=public_id)), None)


@in_default_language
def speech_documents(keys: Iterable[int], origin: str = "") -> dict[int, Debate]:
    """Return the public ones of speeches as documents, by their primary keys."""
    return {speech.pk: _of_speech(speech, origin) for speech in _read(pk__in=keys)}


def _of_speech(speech: Speech, origin: str) -> Debate:
    title, path = speech.heading.title, speech.get_absolute_url()
    return Debate(speech.public_id, title, path, origin, [speech], speech.sitting, is_speech=True)


@in_default_language
def selection_document(title: str, path: str, keys: Sequence[int], origin: str = "") -> Debate:
    """Return public speeches in the order of their primary keys, as a page at a path lists them."""
    by_key = {speech.pk: speech for speech in _read(pk__in=keys)}
    speeches = [by_key[key] for key in keys if key in by_key]
    return Debate(path, title, path, origin, speeches)


def _read(**conditions: Any) -> list[Speech]:
    listed = Speech.objects.for_citation().filter(**conditions).order_by("position", "pk")
    return list(listed.select_related(*_RELATED).prefetch_related("topics", "affiliations"))


def stated_line(speech: Speech) -> str:
    """Return the line that names the speaker: as printed, or else the name with the delegation."""
    if speech.speaker_line:
        return speech.speaker_line
    country = speech.country.short_name if speech.country else ""
    printed, delegation = speech.speaker_printed, speech.affiliation or country
    return f"{printed} ({delegation})" if printed and delegation else printed or delegation

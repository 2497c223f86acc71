"""Descriptions of a file: its paths, and the metadata sent with each.

The same bytes can come under several paths, each at a place of its own in the record ("I now give
the floor to ..."), and metadata can be sent again. So a transcript keeps its descriptions, and its
draft is composed of all of them; corrections by a person are carried over.
"""

import datetime
from collections.abc import Sequence
from copy import deepcopy
from dataclasses import asdict, dataclass, fields, replace
from pathlib import PurePath
from typing import Any, Self

from django.utils.translation import gettext as _

from statements.ingest.drafts.building import build_draft, is_solved, resolve
from statements.ingest.drafts.draft import (
    RECORD_FIELDS,
    SPEECH_FIELDS,
    Draft,
    DraftPlace,
    DraftSpeech,
    Metadata,
)
from statements.ingest.drafts.sessions import states_session_alone
from statements.ingest.matching import Matcher
from statements.models import Speech, Transcript
from statements.transcripts.values.parsed import ParsedTranscript
from statements.transcripts.values.symbols import Symbol

Place = tuple[str, int]  # symbol of the meeting, position in it


@dataclass(frozen=True, slots=True)
class Description:
    """The metadata that were sent with a file under one path."""

    path: str
    metadata: Metadata
    encoding: str | None = None
    is_stored: bool = False  # whether the speeches at this place are public

    def to_json(self) -> dict[str, Any]:
        return {
            "path": self.path,
            "metadata": metadata_to_json(self.metadata),
            "encoding": self.encoding,
            "is_stored": self.is_stored,
        }

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Self:
        return cls(**{**data, "metadata": metadata_from_json(data["metadata"])})

    @property
    def place(self) -> Place | None:
        """The place of the first speech; None unless symbol and position are known."""
        symbol, position = self.metadata.symbol, self.metadata.position
        return (symbol, position) if symbol and position is not None else None

    def matches(self, path: str) -> bool:
        """Return whether a path names the same file; one of the two may lack folders."""
        own_parts, parts = PurePath(self.path).parts, PurePath(path).parts
        length = min(len(own_parts), len(parts))
        return length > 0 and own_parts[-length:] == parts[-length:]


def metadata_to_json(metadata: Metadata) -> dict[str, Any]:
    day = metadata.date.isoformat() if metadata.date else None
    return {**asdict(metadata), "date": day, "topics": list(metadata.topics)}


def metadata_from_json(data: dict[str, Any]) -> Metadata:
    if not data:
        return Metadata()
    day = datetime.date.fromisoformat(data["date"]) if data["date"] else None
    return Metadata(**{**data, "date": day, "topics": tuple(data["topics"])})


def descriptions_of(transcript: Transcript) -> list[Description]:
    """Return the descriptions of a transcript; without any, one with its name only."""
    descriptions = [Description.from_json(data) for data in transcript.descriptions]
    return descriptions or [
        Description(transcript.name, Metadata(), is_stored=transcript.is_published)
    ]


def waiting_descriptions(descriptions: Sequence[Description]) -> list[Description]:
    return [description for description in descriptions if not description.is_stored]


def merge_metadata(former: Metadata, latter: Metadata) -> Metadata:
    """Return the later metadata, with blank values taken from the former."""
    values = {
        metadata_field.name: value
        for metadata_field in fields(latter)
        if (value := getattr(latter, metadata_field.name))
    }
    if latter.date:
        values["date_printed"] = latter.date_printed
    return replace(former, **values)


def is_at_another_place(transcript: Transcript, path: str, metadata: Metadata) -> bool:
    """Return whether a file with the same bytes as a transcript belongs at another place.

    Such a file has another name, and its metadata gives a symbol and position at which the
    transcript has no speech.
    """
    place = Description(path, metadata).place
    if place is None:
        return False
    descriptions = descriptions_of(transcript)
    if any(description.matches(path) or description.place == place for description in descriptions):
        return False
    symbol, position = place
    speeches = Speech.all_objects.filter(meeting__symbol=symbol, position=position)
    return not speeches.filter(transcript=transcript).exists()


def compose(
    parsed: ParsedTranscript, descriptions: Sequence[Description], matcher: Matcher
) -> Draft:
    """Return the draft of a file, with its speeches at each place in the descriptions.

    The first description applies to the draft as a whole; the speeches of the others follow,
    each with its own place. Raises ValueError as ``build_draft`` does.
    """
    draft, *further_drafts = [
        build_draft(parsed, description.metadata, matcher=matcher) for description in descriptions
    ]
    if not further_drafts:
        return draft
    shared_topics = [
        topic
        for topic in draft.topics
        if all(topic in further.topics for further in further_drafts)
    ]
    own_topics = [topic for topic in draft.topics if topic not in shared_topics]
    for speech in draft.speeches:
        place = speech.place or DraftPlace()
        if own_topics and states_session_alone(place):
            speech.place = replace(place, topics=own_topics.copy())
    draft.topics = shared_topics
    step = max((speech.position for speech in draft.speeches), default=0)
    for number, further in enumerate(further_drafts, start=1):
        draft.problems += [
            {**problem, "speech": problem["speech"] + number * step}
            for problem in further.problems
            if problem.get("speech") is not None
        ]
        for index, speech in enumerate(further.speeches):
            speech.position += number * step
            own = speech.place or DraftPlace()
            if states_session_alone(own):
                place = _place(further, index, shared_topics)
                place.year, place.session, place.debate = own.year, own.session, own.debate
                speech.place = place
            draft.speeches.append(speech)
    return draft


def _place(draft: Draft, index: int, shared_topics: Sequence[str]) -> DraftPlace:
    return DraftPlace(
        date=draft.date,
        symbol=draft.symbol,
        position=None if draft.first_position is None else draft.first_position + index,
        organ=draft.organ,
        topics=[topic for topic in draft.topics if topic not in shared_topics],
    )


class SpeechesDiffer(Exception):
    """The file is no longer read as before, so corrections cannot be assigned to speeches."""


def with_corrections(
    before: Draft, corrected: Draft, after: Draft, matcher: Matcher
) -> tuple[Draft, list[str]]:
    """Return ``after`` with the values that differ between ``before`` and ``corrected``.

    Also returns a sentence for each correction that replaces a new value. Raises SpeechesDiffer
    if the drafts do not have the same speeches.
    """
    draft = deepcopy(after)
    current = {speech.position: speech for speech in draft.speeches}
    former = {speech.position: speech for speech in before.speeches}
    if {speech.position for speech in corrected.speeches} != former.keys() or not (
        former.keys() <= current.keys()
    ):
        raise SpeechesDiffer
    names = [name for name in RECORD_FIELDS if getattr(corrected, name) != getattr(before, name)]
    conflicts = []
    for name in names:
        conflicts += _conflict(name, before, corrected, after)
        setattr(draft, name, getattr(corrected, name))
    if "symbol" in names:
        draft.symbol_printed = ""
        draft.number = Symbol.parse(draft.symbol).number if draft.symbol else None
    if "date" in names:
        draft.date_printed = ""
    if {"symbol", "date"} & set(names):
        resolve(draft, matcher=matcher)
    for speech in corrected.speeches:
        old, new = former[speech.position], current[speech.position]
        for name in SPEECH_FIELDS:
            if getattr(speech, name) != getattr(old, name):
                conflicts += _conflict(name, old, speech, new)
                setattr(new, name, getattr(speech, name))
    draft.problems = [problem for problem in draft.problems if not is_solved(problem, draft)]
    return draft, conflicts


def _conflict(
    name: str,
    before: Draft | DraftSpeech,
    corrected: Draft | DraftSpeech,
    after: Draft | DraftSpeech,
) -> list[str]:
    new_value = getattr(after, name)
    corrected_value = getattr(corrected, name)
    if new_value in (getattr(before, name), corrected_value):
        return []
    values = {
        "field": name.replace("_", " "),
        "corrected": _display(corrected_value),
        "new": _display(new_value),
    }
    if isinstance(corrected, DraftSpeech):
        message = _(
            "The %(field)s of speech %(position)d stays “%(corrected)s”, as corrected by a person; "
            "the new value is “%(new)s”."
        )
        return [message % (values | {"position": corrected.position})]
    message = _(
        "The %(field)s stays “%(corrected)s”, as corrected by a person; the new value is “%(new)s”."
    )
    return [message % values]


def _display(value: Any) -> str:
    if isinstance(value, (list, tuple)):
        return "; ".join(map(str, value)) or _("empty")
    return _("empty") if value in (None, "") else str(value)

"""Why a speech is found by its head: the names of its speaker, country, topics, meeting and role
that have what is sought, with it marked.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from django.utils.safestring import SafeString

from statements.models import Speech
from statements.search.extracts import Marker
from statements.search.query import In, Sought
from statements.search.schema import HEAD_FIELDS

TOPIC = "topic"


class Name(NamedTuple):
    kind: str  # as a query names the field: "speaker", "country", "topic", "meeting", "role"
    html: SafeString  # escaped, what is sought in ``<mark>``


class Namer:
    """Marks the names of speeches by what one query seeks anywhere, or in that field alone."""

    def __init__(self, leaves: Sequence[Sought], named: Sequence[In]) -> None:
        anywhere = Marker(leaves)
        self._markers = {
            _kind(field): Marker([*leaves, *own]) if own else anywhere
            for field in HEAD_FIELDS
            for own in [[one.sought for one in named if one.field == field]]
        }
        self._idle = not leaves and not named

    def names(self, speech: Speech, *, by_text: bool) -> list[Name]:
        """Those that match. If its text does, its topics alone: what a list prints of a speech
        anyhow is told only where nothing else says why it is found."""
        if self._idle:
            return []
        found = []
        for kind, printed in _topics(speech) if by_text else _printed(speech):
            marker = self._markers[kind]
            if marker.marks(printed):
                found.append(Name(kind, marker.extract(printed)))
        return found


def _kind(field: str) -> str:
    return field.removesuffix("_words")


def _printed(speech: Speech) -> Iterator[tuple[str, str]]:
    yield "speaker", speech.speaker_printed
    yield "country", speech.country.short_name if speech.country else speech.affiliation
    yield "role", speech.role
    yield "meeting", speech.meeting.symbol if speech.meeting else ""
    yield from _topics(speech)


def _topics(speech: Speech) -> Iterator[tuple[str, str]]:
    for topic in speech.topics.all():
        yield TOPIC, topic.title

"""Why a speech is found by its head: the names of its speaker, country, topics, meeting and role
that have what is sought, with it marked.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from django.utils.safestring import SafeString

from statements.models import Speech
from statements.search.features.highlighting import Marker
from statements.search.fields import HEAD_FIELDS
from statements.search.query import In, Sought
from statements.search.rows import listed_topics

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
        # speeches of one page have topics, speakers and meetings in common
        self._known: dict[tuple[str, str], Name | None] = {}

    def names(self, speech: Speech, *, by_text: bool) -> list[Name]:
        """Those that match. If its text does, its topics alone: what a list prints of a speech
        anyhow is told only where nothing else says why it is found."""
        if self._idle:
            return []
        names = map(self._name, _topics(speech) if by_text else _printed(speech))
        return [name for name in names if name]

    def _name(self, printed: tuple[str, str]) -> Name | None:
        """A name by its kind and as printed, with what matches in it marked; None where nothing
        does."""
        try:
            return self._known[printed]
        except KeyError:
            kind, text = printed
            marker = self._markers[kind]
            name = Name(kind, marker.extract(text)) if marker.marks(text) else None
            self._known[printed] = name
            return name


def _kind(field: str) -> str:
    return field.removesuffix("_words")


def _printed(speech: Speech) -> Iterator[tuple[str, str]]:
    yield "speaker", speech.speaker_printed
    yield "country", speech.country.short_name if speech.country else speech.affiliation
    yield "role", speech.role
    yield "meeting", speech.meeting.symbol if speech.meeting else ""
    yield from _topics(speech)


def _topics(speech: Speech) -> Iterator[tuple[str, str]]:
    for topic in listed_topics(speech):
        yield TOPIC, topic.title

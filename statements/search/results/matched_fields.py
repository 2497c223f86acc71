"""Highlights the head of a speech that matches: the names of its speaker, country, topics, meeting
and role.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from django.utils.safestring import SafeString

from statements.models import Speech
from statements.search.fields import HEAD_FIELDS
from statements.search.query import FieldMatch, Leaf
from statements.search.results.highlighting import Highlighter
from statements.search.results.rows import listed_topics

TOPIC = "topic"


class Name(NamedTuple):
    kind: str  # "speaker", "country", "topic", "meeting" or "role"
    html: SafeString  # escaped, with matches in ``<mark>``


class FieldHighlighter:
    """Highlights the names of speeches by the words of one query, and those of a field alone."""

    def __init__(
        self, anywhere: Highlighter, leaves: Sequence[Leaf], field_matches: Sequence[FieldMatch]
    ) -> None:
        """``anywhere`` highlights the leaves, which all fields may match."""
        self._highlighters = {
            _kind(field): Highlighter([*leaves, *own]) if own else anywhere
            for field in HEAD_FIELDS
            for own in [[match.leaf for match in field_matches if match.field == field]]
        }
        self._is_idle = not leaves and not field_matches
        # speeches of one page have topics, speakers and meetings in common
        self._cache: dict[tuple[str, str], Name | None] = {}

    def names(self, speech: Speech, *, by_text: bool) -> list[Name]:
        """Return the names that match. If the text matches, only topics: a list shows the other
        names anyway, and repeats them only if nothing else says why a speech is found."""
        if self._is_idle:
            return []
        names = map(self._name, _topics(speech) if by_text else _names(speech))
        return [name for name in names if name]

    def _name(self, kind_and_text: tuple[str, str]) -> Name | None:
        """Return a name with its matches highlighted; None if it does not match."""
        try:
            return self._cache[kind_and_text]
        except KeyError:
            kind, text = kind_and_text
            highlighter = self._highlighters[kind]
            name = Name(kind, highlighter.extract(text)) if highlighter.marks(text) else None
            self._cache[kind_and_text] = name
            return name


def _kind(field: str) -> str:
    return field.removesuffix("_words")


def _names(speech: Speech) -> Iterator[tuple[str, str]]:
    yield "speaker", speech.speaker_printed
    country = speech.country.short_name if speech.country else ""
    yield "country", country or speech.affiliation or speech.first_affiliation
    yield "role", speech.role
    yield "meeting", speech.meeting.symbol if speech.meeting else ""
    yield from _topics(speech)


def _topics(speech: Speech) -> Iterator[tuple[str, str]]:
    for topic in listed_topics(speech):
        yield TOPIC, topic.title

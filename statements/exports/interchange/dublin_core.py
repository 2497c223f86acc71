"""Speeches as simple Dublin Core: the fifteen elements of DCMES 1.1 (ISO 15836-1), without words of
the speeches themselves.
"""

from collections.abc import Iterator

from statements.exports.bibliographies.embedded import dublin_core
from statements.exports.bibliography import bibliography_item
from statements.models import Speech


def elements(speech: Speech, origin: str) -> Iterator[tuple[str, str]]:
    """Yield names and values of elements, without those not known.

    Fetch the speech with ``for_citation`` and its topics. ``origin`` is the beginning of absolute
    addresses.
    """
    item = bibliography_item(speech, f"{origin}{speech.get_absolute_url()}")
    yield from dublin_core(item)
    yield "type", "Text"
    if speech.language:
        yield "language", speech.language
    for topic in speech.topics.all():
        yield "subject", topic.title
    if speech.country:
        yield "coverage", speech.country.short_name
    if speech.sitting:
        yield "relation", f"{origin}{speech.sitting.get_absolute_url()}"
    if rights := speech.transcript.rights_statement:
        yield "rights", rights

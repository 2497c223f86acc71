"""What search engines and catalogues read on pages: JSON-LD in the terms of https://schema.org."""

import json
from collections.abc import Mapping
from typing import Any

from django.conf import settings

from archive.languages import permanent
from statements.addresses import file_address, page_address
from statements.exports.bibliographies.bibtex import iso_day
from statements.exports.bibliography import Item
from statements.exports.tables.files import TABLES
from statements.models import Country, Meeting, Speaker, Speech

Node = dict[str, Any]

# within a script element, these would end it or begin a comment (HTML, section 4.12.1.3)
_ESCAPES = {ord("<"): "\\u003c", ord(">"): "\\u003e", ord("&"): "\\u0026"}


def written(node: Node) -> str:
    """Return a node as JSON-LD that may stand in a script element; fields that are not known are
    left out."""
    known = {"@context": "https://schema.org", **_known(node)}
    return json.dumps(known, ensure_ascii=False).translate(_ESCAPES)


def speech_node(speech: Speech, origin: str, item: Item, language: str) -> Node:
    """Return a speech, of which ``item`` is the item of a bibliography; ``origin`` begins absolute
    addresses, here and below."""
    address = item["URL"]
    return {
        "@type": "CreativeWork",
        "@id": address,
        "url": address,
        "genre": "Speech",
        "name": speech.heading.title,
        "identifier": speech.public_id,
        "inLanguage": language,
        "dateCreated": iso_day(item["issued"]["date-parts"][0]) if "issued" in item else "",
        "author": _person(speech, origin),
        "contributor": _country(speech.country, origin),
        "recordedAt": meeting_node(speech.meeting, origin) if speech.meeting else None,
        "usageInfo": speech.transcript.rights_statement,
        "isBasedOn": _absolute(speech.transcript.get_absolute_url(), origin),
        "isPartOf": _site(origin),
        "encoding": _files(speech.get_absolute_url(), origin, "MediaObject"),
    }


def meeting_node(meeting: Meeting, origin: str) -> Node:
    """Return a meeting."""
    address = _absolute(meeting.get_absolute_url(), origin)
    return {
        "@type": "Event",
        "@id": address,
        "url": address,
        "name": ", ".join(filter(None, (meeting.organ_id, meeting.symbol))),
        "identifier": meeting.symbol,
        "startDate": meeting.date.isoformat() if meeting.date else "",
        "organizer": {"@type": "Organization", "name": meeting.organ_id or ""},
        "location": {"@type": "Place", "name": meeting.place},
    }


def country_node(country: Country, origin: str) -> Node:
    """Return a country, or a body that stands in its place."""
    address = _absolute(country.get_absolute_url(), origin)
    is_state = country.kind != Country.Kind.ORGANIZATION
    return {
        "@type": "Country" if is_state else "Organization",
        "@id": address,
        "url": address,
        "name": country.short_name,
        "alternateName": country.formal_name,
        "identifier": country.code,
        "subjectOf": _files(country.get_absolute_url(), origin, "DataDownload"),
    }


def speaker_node(speaker: Speaker, origin: str) -> Node:
    """Return a person."""
    address = _absolute(speaker.get_absolute_url(), origin)
    return {
        "@type": "Person",
        "@id": address,
        "url": address,
        "name": str(speaker),
        "honorificPrefix": speaker.honorific,
        "nationality": _country(speaker.country, origin),
        "subjectOf": _files(speaker.get_absolute_url(), origin, "DataDownload"),
    }


def archive_node(totals: Mapping[str, int | None], origin: str, description: str) -> Node:
    """Return the whole archive as a data set."""
    years = [totals[name] for name in ("first_year", "last_year")]
    return {
        "@type": "Dataset",
        **_site(origin),
        "description": description,
        "size": f"{totals['speeches']} speeches",
        "temporalCoverage": "/".join(f"{year:04d}" for year in years if year),
        "isAccessibleForFree": True,
        "distribution": _files(page_address("search"), origin, "DataDownload"),
    }


def _absolute(path: str, origin: str) -> str:
    """Return the address of a page that is the same in all languages."""
    return f"{origin}{permanent(path)}"


def _site(origin: str) -> Node:
    address = _absolute(page_address("home"), origin)
    return {"@type": "Dataset", "@id": address, "url": address, "name": settings.SITE_NAME}


def _person(speech: Speech, origin: str) -> Node:
    speaker = speech.speaker
    return {
        "@type": "Person",
        "@id": _absolute(speaker.get_absolute_url(), origin) if speaker else "",
        "name": str(speaker) if speaker else speech.speaker_printed,
        "jobTitle": speech.role,
    }


def _country(country: Country | None, origin: str) -> Node | None:
    if country is None:
        return None
    is_state = country.kind != Country.Kind.ORGANIZATION
    return {
        "@type": "Country" if is_state else "Organization",
        "@id": _absolute(country.get_absolute_url(), origin),
        "name": country.short_name,
    }


def _files(page: str, origin: str, kind: str) -> list[Node]:
    return [
        {
            "@type": kind,
            "contentUrl": f"{origin}{file_address(page, each.suffix)}",
            "encodingFormat": each.media_type,
        }
        for each in TABLES.values()
    ]


def _known(node: Node) -> Node:
    """Return a node without empty fields, and without others that say only what kind they are."""
    known: Node = {}
    for name, value in node.items():
        if isinstance(value, dict):
            inner = _known(value)
            if inner.keys() - {"@type"}:
                known[name] = inner
        elif value not in (None, "", []):
            known[name] = value
    return known

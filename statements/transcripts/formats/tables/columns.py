"""Recognises the columns of a table by their headers."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from statements.transcripts.values.parsed import UnreadableTranscript

# Headers of each field, the most specific first; compared without case, with "_" for spaces.
HEADERS: dict[str, tuple[str, ...]] = {
    "text": ("content", "text", "full_text", "speech_text", "body", "paragraphs", "speech"),
    "date": ("date", "meeting_date", "speech_date", "day_date"),
    "year": ("year",),
    "month": ("month",),
    "day": ("day",),
    "symbol": ("symbol", "meeting_symbol", "spv", "document_symbol", "meeting", "record"),
    "position": ("position", "speech_number", "speech_no", "speech", "order", "number"),
    "organ": ("organ", "council", "chamber"),
    "session": ("session_number", "session_no", "session"),
    "debate": ("debate", "debate_title"),
    "topic": ("topic", "topics", "subject", "agenda_item", "agenda"),
    "speaker": ("speaker", "speaker_name", "name_of_person_speaking", "name", "person", "who"),
    "affiliation": ("affiliation", "country", "speaker_country", "country_org", "delegation"),
    "party": ("party", "political_party", "party_name", "faction", "parliamentary_group"),
    "ministry": ("ministry",),
    "ward": ("ward", "constituency", "electorate", "electoral_district", "riding"),
    "code": tuple(
        "country_code iso_code iso3 iso code iso2 alpha_3 alpha3 iso_a3 iso_alpha3 alpha_2 alpha2 "
        "iso_a2 iso_alpha2 iso_numeric m49 country_iso country_iso3 country_iso2 iso_3166 iso3166 "
        "speaker_country_code".split()
    ),
    "role": ("role", "post", "capacity", "role_in_un", "participanttype"),
    "language": ("language", "lang"),
    "body": ("body",),  # if the text is in another column
}


@dataclass(frozen=True, slots=True)
class Columns:
    """Maps the fields of HEADERS to the headers of a table, as it writes them."""

    headers: Mapping[str, str]

    @classmethod
    def recognise(
        cls, headers: Iterable[str], explicit: Mapping[str, str] | None = None
    ) -> "Columns":
        """Assign fields to the headers of a table, those in ``explicit`` (field -> header) first.

        Raises UnreadableTranscript if such a header is missing, or no column contains the text.
        """
        available = {normalize_header(header): header for header in headers if header}
        assigned: dict[str, str] = {}
        for field, header in (explicit or {}).items():
            if field not in HEADERS:
                raise UnreadableTranscript(
                    "unknown-column",
                    f"“{field}” is not a known field. Choose one of {', '.join(HEADERS)}.",
                )
            if normalize_header(header) not in available:
                raise UnreadableTranscript(
                    "unknown-column",
                    f"The table has no column “{header}”. It has {', '.join(available)}.",
                )
            assigned[field] = available[normalize_header(header)]
        for field, names in HEADERS.items():
            candidates = [
                available[name]
                for name in names
                if name in available and available[name] not in assigned.values()
            ]
            if field not in assigned and candidates:
                assigned[field] = candidates[0]
        if "text" not in assigned:
            raise UnreadableTranscript(
                "no-text-column",
                "No column of the table is recognised as the text. Name it: text=…",
            )
        return cls(assigned)


def normalize_header(header: str) -> str:
    """Return a header as HEADERS has it: "Country code" is "country_code"."""
    return re.sub(r"[\W_]+", "_", header.strip().casefold()).strip("_")

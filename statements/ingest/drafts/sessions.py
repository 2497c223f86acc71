"""The sessions of speeches, from the metadata of their file or from its name."""

from dataclasses import replace

from django.utils.translation import gettext as _

from statements.ingest.drafts.draft import Draft, DraftPlace, Metadata
from statements.ingest.drafts.file_names import name_problem
from statements.transcripts.datasets import GeneralDebate
from statements.transcripts.formats.metadata import attach_metadata
from statements.transcripts.values.parsed import ParsedTranscript, Problem, SourceMetadata


def read_named_statement(
    parsed: ParsedTranscript, metadata: Metadata
) -> tuple[ParsedTranscript, Problem | None]:
    """Attach what the name of a file says if it is one of the General Debate, "KAZ_52_1997.txt".

    A file that came alone thus gets what the import of the data set gives it. Returns a problem
    that asks to check the values. Nothing is attached to records of meetings, to speeches that
    have metadata of their own, and where ``metadata`` contradict the name.
    """
    named = GeneralDebate().source_metadata(parsed.name)
    if (
        named is None
        or parsed.meeting.symbol
        or any(speech.source_metadata for speech in parsed.speeches)
        or _contradicts(metadata, named)
    ):
        return parsed, None
    value = _("%(country)s, session %(session)s, %(year)s") % {
        "country": named.country,
        "session": named.session,
        "year": named.year,
    }
    source = _("The name of the file")
    return attach_metadata(parsed, replace(named, source=source)), name_problem(value)


def _contradicts(metadata: Metadata, named: SourceMetadata) -> bool:
    year = metadata.date.year if metadata.date else metadata.year
    return (
        bool(metadata.symbol and not metadata.symbol.startswith("A/"))
        or metadata.organ not in ("", named.organ)
        or metadata.session not in (None, named.session)
        or metadata.country not in ("", named.country)
        or year not in (None, named.year)
    )


def place_in_session(draft: Draft, metadata: Metadata) -> None:
    """Set session and year of the speeches that state none themselves."""
    if not (metadata.session or metadata.year):
        return
    for speech in draft.speeches:
        place = speech.place or DraftPlace()
        place.year = place.year or metadata.year
        if not place.session:
            place.session, place.debate = metadata.session, metadata.debate
        speech.place = place


def states_session_alone(place: DraftPlace) -> bool:
    """Return whether a place has no more than a session and a year."""
    return place == DraftPlace(year=place.year, session=place.session, debate=place.debate)

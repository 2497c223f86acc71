"""Fills gaps of a statement with what the name of its file says, to be checked by a person."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from statements.ingest.drafts.draft import Draft, Metadata
from statements.ingest.matching import Matcher
from statements.transcripts.languages.identification import likeliest_pack
from statements.transcripts.record.file_names import read_file_name
from statements.transcripts.values.dates import doubt_of_date
from statements.transcripts.values.parsed import ParsedTranscript, Problem

CODE = "read-from-file-name"
_PARAGRAPHS = 20  # that show the language of a statement


def fill_from_file_name(
    draft: Draft, parsed: ParsedTranscript, metadata: Metadata, matcher: Matcher
) -> Iterator[Problem]:
    """Fill what neither the text nor the metadata say; yield a problem for each value."""
    if parsed.form != "statement" or len(draft.speeches) != 1:
        return
    [speech] = draft.speeches
    if speech.place or speech.source_metadata:
        return  # a data set has names of its own
    text = " ".join(paragraph.text for paragraph in speech.paragraphs[:_PARAGRAPHS])
    named = read_file_name(parsed.name, likeliest_pack(text).code)
    if named.date and not draft.date and not doubt_of_date(named.date):
        draft.date = named.date
        yield name_problem(named.date.isoformat())
    if speech.speaker_line or metadata.speaker or metadata.affiliation or metadata.country:
        return
    if named.speaker and not (speech.speaker or speech.role or speech.affiliation):
        speech.speaker = named.speaker
        draft.problems = [one for one in draft.problems if one["code"] != "no-speaker"]
        yield name_problem(named.speaker)
    if speech.affiliation or speech.country:
        return
    country = matcher.country_by_code(named.country, named.affiliation, draft.date)
    if named.affiliation:
        speech.affiliation = named.affiliation
        yield name_problem(named.affiliation)
    elif country:
        speech.country = country.code
        yield name_problem(country.short_name)


def name_problem(value: str) -> Problem:
    """Return the problem that asks to check a value from the name of a file."""
    message = _("“%(value)s” was read from the name of the file. Please check it.")
    return Problem(CODE, message % {"value": value})

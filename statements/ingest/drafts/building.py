"""Parsed values become a draft: countries, presidents and given metadata are filled in.

What a record prints stays as printed; what it leaves open stays open.
"""

import datetime
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from statements.ingest.drafts.draft import (
    Draft,
    DraftMember,
    DraftParagraph,
    DraftPresident,
    DraftSpeech,
)
from statements.ingest.drafts.metadata import DIFFERS, fill, place_of, who_of
from statements.ingest.drafts.presiding import UNKNOWN, name_presidents
from statements.ingest.matching import Matcher
from statements.models import Country, Meeting
from statements.transcripts.names import misread_forms
from statements.transcripts.parsed import (
    ParsedSpeech,
    ParsedTranscript,
    Problem,
    Severity,
)
from statements.transcripts.symbols import Symbol

MAX_PRINTED = 300  # characters of a printed name that the archive keeps
ORGANS = {
    "S": "Security Council",
    "A": "General Assembly",
    "E": "Economic and Social Council",
    "T": "Trusteeship Council",
    "A/C.1": "First Committee",
    "A/C.2": "Second Committee",
    "A/C.3": "Third Committee",
    "A/C.4": "Fourth Committee",
    "A/C.5": "Fifth Committee",
    "A/C.6": "Sixth Committee",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Metadata:
    """What is known of a transcript beside its text; what is given here counts before what was
    read, but a speaker given here is only for a speech that prints none."""

    date: datetime.date | None = None
    date_printed: str = ""
    symbol: str = ""
    position: int | None = None  # in the meeting, of the first speech
    topics: tuple[str, ...] = ()
    organ: str = ""
    speaker: str = ""
    affiliation: str = ""


def organ_of(symbol: Symbol) -> str:
    """The organ that a symbol's series belongs to, "" where it is none we know."""
    parts = symbol.series.split("/")
    if len(parts) > 1 and parts[1].startswith("C."):
        return ORGANS.get("/".join(parts[:2]), "")
    return ORGANS.get(parts[0], "")


def draft_of(
    parsed: ParsedTranscript, metadata: Metadata | None = None, *, matcher: Matcher | None = None
) -> Draft:
    """The draft of what was read. Raises ValueError where the metadata's symbol is none."""
    metadata = metadata or Metadata()
    matcher = matcher or Matcher()
    meeting = parsed.meeting
    symbol = Symbol.parse(metadata.symbol) if metadata.symbol else meeting.symbol
    draft = Draft(
        speeches=[_speech(speech) for speech in parsed.speeches],
        date=metadata.date or meeting.date,
        date_printed=metadata.date_printed or ("" if metadata.date else meeting.date_printed),
        symbol=str(symbol) if symbol else "",
        symbol_printed="" if metadata.symbol else meeting.symbol_printed,
        first_position=metadata.position or (1 if parsed.form == "record" and symbol else None),
        organ=metadata.organ or meeting.organ or (organ_of(symbol) if symbol else ""),
        number=meeting.number or (symbol.number if symbol else None),
        place=meeting.place,
        presidents=[
            DraftPresident(president.name, president.honorific, president.affiliation)
            for president in meeting.presidents
        ],
        members=[
            DraftMember(member.affiliation, member.name, member.honorific)
            for member in meeting.members
            # what is longer is none; the first page has it as printed
            if max(len(member.affiliation), len(member.name)) <= MAX_PRINTED
        ],
        first_page=list(meeting.first_page),
        agenda_items=list(meeting.agenda_items),
        topics=list(metadata.topics),
        problems=[
            problem_to_json(problem, page=parsed.page_of(problem.line))
            for problem in parsed.problems
        ],
        dropped=_dropped(parsed),
    )
    for parsed_speech in parsed.speeches:
        draft.problems += [
            problem_to_json(
                problem, speech=parsed_speech.position, page=parsed.page_of(problem.line)
            )
            for problem in parsed_speech.problems
        ]
    places = [speech.place for speech in draft.speeches]
    given = set()
    if draft.date or (places and all(place and (place.date or place.year) for place in places)):
        given.add("no-date")
    # what a table places in time lacks no symbol by oversight
    if draft.symbol or any(
        place and (place.symbol or place.date or place.year) for place in places
    ):
        given.add("no-symbol")
    draft.problems = [item for item in draft.problems if item["code"] not in given]
    _fill_given_speaker(draft, metadata)
    _part_places(draft)
    resolve(draft, matcher=matcher)
    known = {speech.position for speech in draft.speeches if speech.given and speech.speaker}
    draft.problems = [
        item
        for item in draft.problems
        if item["code"] != "no-speaker" or item["speech"] not in known
    ]
    return draft


def resolve(draft: Draft, *, matcher: Matcher | None = None) -> None:
    """Fill in countries that are still open, and who "The President" is; to be called again
    when a librarian corrected the date, the symbol or an affiliation."""
    matcher = matcher or Matcher()
    on = draft.date or _date_of_meeting(draft.symbol)
    problems = []
    for speech in draft.speeches:
        there = (speech.place.date or speech.place.around) if speech.place else None
        if not speech.country and speech.affiliation:
            country = matcher.country(speech.affiliation, there or on)
            if country is None and (country := _misread(speech, there or on, matcher)):
                problems.append(_misread_affiliation(speech, country))
            speech.country = country.code if country else ""
        if differs := fill(speech, matcher):
            problems.append(problem_to_json(differs, speech=speech.position))
        if matcher.is_out_of_time(speech.affiliation, speech.country, there or on):
            problems.append(_name_out_of_time(speech, there or on, matcher))
        if speech.affiliation and not speech.country:
            problems.append(_unknown_affiliation(speech))
    draft.problems = [item for item in draft.problems if item["code"] not in _RESOLVING]
    draft.problems += problems
    draft.problems += [
        problem_to_json(problem, speech=speech.position)
        for problem, speech in name_presidents(draft, on, matcher)
    ]


def is_solved(problem: Mapping[str, Any], draft: Draft) -> bool:
    """Whether what a problem asks for has been given."""
    match problem["code"]:
        case "no-date":
            return draft.date is not None
        case "no-symbol":
            return bool(draft.symbol)
        case "unknown-affiliation":
            place = problem.get("speech")
            return any(speech.country for speech in draft.speeches if speech.position == place)
    return False


def problem_to_json(
    problem: Problem, *, speech: int | None = None, page: int | None = None
) -> dict[str, Any]:
    """A problem as drafts keep it, with the position of the speech that it is about, and the page
    where the form has pages."""
    return {
        "code": problem.code,
        "message": problem.message,
        "severity": problem.severity.value,
        "line": problem.line,
        **_on_page(page),
        "speech": speech,
    }


def _dropped(parsed: ParsedTranscript) -> list[dict[str, Any]]:
    in_rows = (dropped for speech in parsed.speeches for dropped in speech.dropped)
    return [
        asdict(dropped) | _on_page(parsed.page_of(dropped.line))
        for dropped in (*parsed.dropped, *in_rows)
    ]


def _on_page(page: int | None) -> dict[str, int]:
    return {} if page is None else {"page": page}


_RESOLVING = {"unknown-affiliation", "misread-affiliation", "name-out-of-time", UNKNOWN} | DIFFERS


def _speech(parsed: ParsedSpeech) -> DraftSpeech:
    return DraftSpeech(
        position=parsed.position,
        speaker_line=parsed.speaker_line,
        speaker=parsed.speaker,
        honorific=parsed.honorific,
        affiliation=parsed.affiliation,
        role=parsed.role,
        language=parsed.language,
        language_printed=parsed.language_printed,
        on_behalf_of=parsed.on_behalf_of,
        paragraphs=[
            DraftParagraph(paragraph.text, paragraph.kind.value, paragraph.line, paragraph.number)
            for paragraph in parsed.paragraphs
        ],
        place=place_of(parsed.source_metadata) if parsed.source_metadata else None,
        given=who_of(parsed.source_metadata) if parsed.source_metadata else {},
    )


def _part_places(draft: Draft) -> None:
    """No two speeches of a table can stand at one place: the later one gets the next free."""
    taken: set[tuple[str, int]] = set()
    for speech in draft.speeches:
        place = speech.place
        if place is None or place.position is None:
            continue
        if (place.symbol, place.position) in taken:
            message = f"Another row has position {place.position} of {place.symbol} too."
            draft.problems.append(
                problem_to_json(Problem("place-taken", message), speech=speech.position)
            )
            place.position = None
        else:
            taken.add((place.symbol, place.position))


def _fill_given_speaker(draft: Draft, metadata: Metadata) -> None:
    for speech in draft.speeches:
        if not (speech.speaker or speech.role or speech.speaker_line):
            speech.speaker = metadata.speaker
            speech.affiliation = speech.affiliation or metadata.affiliation


def _misread(speech: DraftSpeech, on: datetime.date | None, matcher: Matcher) -> Country | None:
    """The country of a name with digits that were letters: "C6te d'Ivoire"."""
    forms = misread_forms(speech.affiliation)
    found = {country.code: country for form in forms if (country := matcher.country(form, on))}
    return found.popitem()[1] if len(found) == 1 else None


def _misread_affiliation(speech: DraftSpeech, country: Country) -> dict[str, Any]:
    message = (
        f"“{speech.affiliation}” is probably a misread “{country.short_name}”; it was taken for "
        "that, please check it."
    )
    return problem_to_json(Problem("misread-affiliation", message), speech=speech.position)


def _name_out_of_time(
    speech: DraftSpeech, on: datetime.date | None, matcher: Matcher
) -> dict[str, Any]:
    message = (
        f"“{speech.affiliation}” was not a name of {matcher.countries[speech.country].short_name} "
        f"in {on.year if on else ''}; it was taken for that, please check the date and the country."
    )
    problem = Problem("name-out-of-time", message, Severity.NOTE)
    return problem_to_json(problem, speech=speech.position)


def _unknown_affiliation(speech: DraftSpeech) -> dict[str, Any]:
    message = (
        f"“{speech.affiliation}” is the name of no country or body in the archive on this date; "
        "the country stays unknown unless you choose one."
    )
    return problem_to_json(Problem("unknown-affiliation", message), speech=speech.position)


def _date_of_meeting(symbol: str) -> datetime.date | None:
    if not symbol:
        return None
    return Meeting.objects.filter(symbol=symbol).values_list("date", flat=True).first()

"""Builds a draft from parsed values; fills in countries, presidents and metadata.

Printed values stay as printed, and unknown values stay unknown.
"""

import datetime
from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import asdict
from typing import Any

from django.utils.translation import gettext as _

from statements.ingest.drafts.doubts import (
    IMPOSSIBLE_DATE,
    date_doubts,
    differences,
    shorten_long_values,
)
from statements.ingest.drafts.draft import (
    Draft,
    DraftMember,
    DraftParagraph,
    DraftPresident,
    DraftSpeech,
    Metadata,
)
from statements.ingest.drafts.file_names import fill_from_file_name
from statements.ingest.drafts.metadata import (
    DIFFERENCE_CODES,
    fill_from_source,
    placement,
    speaker_metadata,
    unknown_code,
)
from statements.ingest.drafts.organs import organ_of
from statements.ingest.drafts.presiding import UNKNOWN_PRESIDENT, name_presidents
from statements.ingest.drafts.sessions import place_in_session, read_named_statement
from statements.ingest.drafts.unbroken_texts import divide_unbroken
from statements.ingest.drafts.validation import MAX_AFFILIATION, SPEECH_LIMITS, shorten
from statements.ingest.matching import Matcher
from statements.models import Country, Meeting
from statements.transcripts.languages.names import fold, misread_forms
from statements.transcripts.values.affiliations import (
    ParsedAffiliation,
    format_affiliations,
    parse_affiliations,
)
from statements.transcripts.values.parsed import (
    ParsedMeeting,
    ParsedSpeech,
    ParsedTranscript,
    Problem,
    Severity,
)
from statements.transcripts.values.symbols import Symbol

MAX_PRINTED = 300  # characters of a printed name that can be stored


def build_draft(
    parsed: ParsedTranscript, metadata: Metadata | None = None, *, matcher: Matcher | None = None
) -> Draft:
    """Return the draft of a parsed transcript.

    Raises ValueError if the symbol in the metadata is invalid.
    """
    metadata = metadata or Metadata()
    parsed, of_name = read_named_statement(parsed, metadata)
    meeting = parsed.meeting
    symbol = Symbol.parse(metadata.symbol) if metadata.symbol else meeting.symbol
    draft = Draft(
        speeches=[_draft_speech(speech, parsed) for speech in parsed.speeches],
        date=metadata.date or meeting.date,
        date_printed=metadata.date_printed or ("" if metadata.date else meeting.date_printed),
        symbol=str(symbol) if symbol else "",
        symbol_printed="" if metadata.symbol else meeting.symbol_printed,
        first_position=metadata.position or (1 if parsed.form == "record" and symbol else None),
        organ=metadata.organ or _organ(meeting, symbol, is_given=bool(metadata.symbol)),
        number=meeting.number or (symbol.number if symbol else None),
        place=meeting.place,
        presidents=[
            DraftPresident(president.name, president.honorific, president.affiliation)
            for president in meeting.presidents
        ],
        members=[
            DraftMember(member.affiliation, member.name, member.honorific)
            for member in meeting.members
            # a longer line is no member; the first page keeps it as printed
            if max(len(member.affiliation), len(member.name)) <= MAX_PRINTED
        ],
        first_page=list(meeting.first_page),
        agenda_items=list(meeting.agenda_items),
        topics=list(metadata.topics),
        labels=[
            {
                "text": label.text,
                "use": label.use.value,
                "count": label.count,
                "line": label.line,
                "page": parsed.page_of(label.line),
            }
            for label in parsed.labels
        ],
        column_languages=list(parsed.column_languages),
        column=parsed.column.value,
        problems=_problems(parsed),
        dropped=_dropped_texts(parsed),
    )
    divide_unbroken(draft.speeches)
    matcher = matcher or Matcher()
    named = [*fill_from_file_name(draft, parsed, metadata, matcher)]
    named += [of_name] if of_name else []
    draft.problems += [problem_to_json(problem) for problem in named]
    place_in_session(draft, metadata)
    _remove_problems(draft, _codes_solved_by_metadata(draft))
    draft.problems += [problem_to_json(problem) for problem in differences(parsed, metadata)]
    draft.problems += _fill_speaker(draft, metadata, matcher)
    draft.problems += [
        problem_to_json(problem, speech=position)
        for problem, position in shorten_long_values(draft)
    ]
    _clear_duplicate_positions(draft)
    resolve(draft, matcher=matcher)
    named_positions = {
        speech.position for speech in draft.speeches if speech.source_metadata and speech.speaker
    }
    _remove_problems(draft, {"no-speaker"}, speeches=named_positions)
    return draft


def _organ(meeting: ParsedMeeting, symbol: Symbol | None, *, is_given: bool) -> str:
    """Return the organ of a meeting; a symbol that a person has given goes before the text."""
    by_symbol = organ_of(symbol) if symbol else ""
    return (by_symbol if is_given else "") or meeting.organ or by_symbol


def _problems(parsed: ParsedTranscript) -> list[dict[str, Any]]:
    problems = [
        problem_to_json(problem, page=parsed.page_of(problem.line)) for problem in parsed.problems
    ]
    return problems + [
        problem_to_json(problem, speech=speech.position, page=parsed.page_of(problem.line))
        for speech in parsed.speeches
        for problem in speech.problems
    ]


def _codes_solved_by_metadata(draft: Draft) -> set[str]:
    """Return the codes of problems that the metadata solves for the draft as a whole."""
    places = [speech.place for speech in draft.speeches]
    codes = set()
    if draft.date or (places and all(place and (place.date or place.year) for place in places)):
        codes.add("no-date")
    # a table that dates its speeches does not lack symbols by mistake
    if draft.symbol or any(
        place and (place.symbol or place.date or place.year) for place in places
    ):
        codes.add("no-symbol")
    return codes


def _remove_problems(
    draft: Draft, codes: Container[str], speeches: Container[int] | None = None
) -> None:
    """Remove the problems with some codes; with ``speeches``, only theirs, by position."""
    draft.problems = [
        problem
        for problem in draft.problems
        if problem["code"] not in codes
        or (speeches is not None and problem["speech"] not in speeches)
    ]


def resolve(draft: Draft, *, matcher: Matcher | None = None) -> None:
    """Fill in missing countries, and who "The President" is.

    Call it again after a correction of the date, the symbol or an affiliation.
    """
    matcher = matcher or Matcher()
    meeting_day = draft.date or _date_of_meeting(draft.symbol)
    problems = []
    for speech in draft.speeches:
        place = speech.place
        day = ((place.date or place.around) if place else None) or meeting_day
        if not speech.country and speech.affiliation:
            country = matcher.country(speech.affiliation, day)
            if country is None and (country := _misread_country(speech, day, matcher)):
                problems.append(_misread_affiliation(speech, country))
            speech.country = country.code if country else ""
        if difference := fill_from_source(speech, matcher):
            problems.append(problem_to_json(difference, speech=speech.position))
        if matcher.is_out_of_time(speech.affiliation, speech.country, day):
            problems.append(_name_out_of_time(speech, day, matcher))
        if speech.affiliation and not speech.country and not _is_stated(speech, matcher):
            problems.append(_unknown_affiliation(speech))
    _remove_problems(draft, _RESOLVE_CODES)
    draft.problems += [problem for problem in problems if problem not in draft.problems]
    _check_dates(draft)
    draft.problems += [
        problem_to_json(problem, speech=speech.position)
        for problem, speech in name_presidents(draft, meeting_day, matcher)
    ]


def _check_dates(draft: Draft) -> None:
    """Report impossible dates, in place of the reports on earlier values."""
    known = {
        speech.position
        for speech in draft.speeches
        if speech.place and (speech.place.date or speech.place.year)
    }
    draft.problems = [
        problem
        for problem in draft.problems
        if problem["code"] != IMPOSSIBLE_DATE
        or not (problem["speech"] in known or (draft.date and problem["speech"] is None))
    ]
    for doubt, position in date_doubts(draft):
        problem = Problem(IMPOSSIBLE_DATE, doubt, Severity.ERROR)
        draft.problems.append(problem_to_json(problem, speech=position))


def is_solved(problem: Mapping[str, Any], draft: Draft) -> bool:
    """Return whether the draft now has the value that a problem reports as missing."""
    match problem["code"]:
        case "no-date":
            return draft.date is not None
        case "no-symbol":
            return bool(draft.symbol)
        case "unknown-affiliation":
            position = problem.get("speech")
            return any(speech.country for speech in draft.speeches if speech.position == position)
    return False


def problem_to_json(
    problem: Problem, *, speech: int | None = None, page: int | None = None
) -> dict[str, Any]:
    """Return a problem as drafts keep it.

    ``speech`` is the position of the speech that it is about; ``page`` is the page of the file,
    for formats with pages.
    """
    return {
        "code": problem.code,
        "message": problem.message,
        "severity": problem.severity.value,
        "line": problem.line,
        **_page_field(page),
        "speech": speech,
    }


def _dropped_texts(parsed: ParsedTranscript) -> list[dict[str, Any]]:
    in_rows = (dropped for speech in parsed.speeches for dropped in speech.dropped)
    return [
        asdict(dropped) | _page_field(parsed.page_of(dropped.line))
        for dropped in (*parsed.dropped, *in_rows)
    ]


def _page_field(page: int | None) -> dict[str, int]:
    return {} if page is None else {"page": page}


# the problems that ``resolve`` replaces
_RESOLVE_CODES = DIFFERENCE_CODES | {
    "unknown-affiliation",
    "misread-affiliation",
    "name-out-of-time",
    UNKNOWN_PRESIDENT,
}


def _draft_speech(speech: ParsedSpeech, parsed: ParsedTranscript) -> DraftSpeech:
    metadata = speech.source_metadata
    return DraftSpeech(
        position=speech.position,
        speaker_line=speech.speaker_line,
        speaker=speech.speaker,
        honorific=speech.honorific,
        affiliation=speech.affiliation,
        affiliations=format_affiliations(_storable(metadata.affiliations)) if metadata else "",
        role=speech.role,
        language=speech.language,
        language_printed=speech.language_printed,
        on_behalf_of=speech.on_behalf_of,
        paragraphs=[
            DraftParagraph(
                paragraph.text,
                paragraph.kind.value,
                paragraph.line,
                paragraph.number,
                paragraph.time_s,
                shorten(paragraph.turn_line, SPEECH_LIMITS["speaker_line"]),
                parsed.page_of(paragraph.line),
                list(paragraph.uncertain_words),
            )
            for paragraph in speech.paragraphs
        ],
        place=placement(metadata) if metadata else None,
        source_metadata=speaker_metadata(metadata) if metadata else {},
    )


def _storable(affiliations: Iterable[ParsedAffiliation]) -> Iterator[ParsedAffiliation]:
    """Yield those whose names can be stored; a longer one is no name."""
    return (each for each in affiliations if fold(each.name) and len(each.name) <= MAX_AFFILIATION)


def _clear_duplicate_positions(draft: Draft) -> None:
    """Give the later of two speeches of a table at one position the next free position."""
    used: set[tuple[str, int]] = set()
    for speech in draft.speeches:
        place = speech.place
        if place is None or place.position is None:
            continue
        if (place.symbol, place.position) in used:
            message = _("Another row also has position %(position)d of %(symbol)s.") % {
                "position": place.position,
                "symbol": place.symbol,
            }
            draft.problems.append(
                problem_to_json(Problem("place-taken", message), speech=speech.position)
            )
            place.position = None
        else:
            used.add((place.symbol, place.position))


def _fill_speaker(draft: Draft, metadata: Metadata, matcher: Matcher) -> list[dict[str, Any]]:
    """Name the speaker of speeches that print none; return a problem if the code is unknown."""
    country = matcher.country_by_code(metadata.country, metadata.affiliation, draft.date)
    for speech in draft.speeches:
        if not (speech.speaker or speech.role or speech.speaker_line):
            speech.speaker = metadata.speaker
            speech.affiliation = speech.affiliation or metadata.affiliation
            speech.country = speech.country or (country.code if country else "")
    if not metadata.country or country:
        return []
    return [problem_to_json(unknown_code(metadata.country))]


def _is_stated(speech: DraftSpeech, matcher: Matcher) -> bool:
    """Return whether the printed affiliation is a party or body that the source states or that the
    archive knows."""
    names = {fold(stated.name) for stated in parse_affiliations(speech.affiliations)}
    return fold(speech.affiliation) in names or bool(matcher.affiliation(speech.affiliation))


def _misread_country(
    speech: DraftSpeech, day: datetime.date | None, matcher: Matcher
) -> Country | None:
    """Return the country of a name with digits in place of letters: "C6te d'Ivoire"."""
    forms = misread_forms(speech.affiliation)
    countries = {country.code: country for form in forms if (country := matcher.country(form, day))}
    return countries.popitem()[1] if len(countries) == 1 else None


def _misread_affiliation(speech: DraftSpeech, country: Country) -> dict[str, Any]:
    message = _(
        "“%(affiliation)s” is probably a misreading of “%(country)s”, which was assumed. "
        "Please check it."
    ) % {"affiliation": speech.affiliation, "country": country.short_name}
    return problem_to_json(Problem("misread-affiliation", message), speech=speech.position)


def _name_out_of_time(
    speech: DraftSpeech, day: datetime.date | None, matcher: Matcher
) -> dict[str, Any]:
    message = _(
        "“%(affiliation)s” was not a name of %(country)s in %(year)s, but that country was "
        "assumed. Please check the date and the country."
    ) % {
        "affiliation": speech.affiliation,
        "country": matcher.countries[speech.country].short_name,
        "year": day.year if day else "",
    }
    problem = Problem("name-out-of-time", message, Severity.NOTE)
    return problem_to_json(problem, speech=speech.position)


def _unknown_affiliation(speech: DraftSpeech) -> dict[str, Any]:
    message = _(
        "The archive has no country or body named “%(affiliation)s” on this date. The country "
        "stays unknown unless you choose one."
    ) % {"affiliation": speech.affiliation}
    return problem_to_json(Problem("unknown-affiliation", message), speech=speech.position)


def _date_of_meeting(symbol: str) -> datetime.date | None:
    if not symbol:
        return None
    return Meeting.objects.filter(symbol=symbol).values_list("date", flat=True).first()

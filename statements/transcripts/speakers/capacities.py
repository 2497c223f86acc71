"""The capacity in which somebody speaks, as named in the President's invitation or in the title
before the name."""

import re
from collections.abc import Iterable
from dataclasses import replace

from statements.transcripts.languages.states import is_state
from statements.transcripts.languages.titles import OFFICE, office_in
from statements.transcripts.speakers.pack_phrases import (
    INVITATION_MENTIONS,
    find_guests,
    name_words,
)
from statements.transcripts.values.parsed import ParsedSpeech, Problem, Severity

_INVITES = re.compile(
    r"\b(?:rule 39|I (?:now )?invite|to participate in this meeting|"
    r"hear an? (?:address|statement) by|to invite (?:him|her) to address)\b"
)
# each invitation contains at least one of these
INVITATION_WORDS = (
    "rule 39",
    "invite",
    "participate in this meeting",
    "hear a",
    *INVITATION_MENTIONS,
)
_TITLES = (
    r"(?:Mr|Mrs|Ms|Miss|Mx|Sir|Dame|Dr|Prof|Judge|Professor|Ambassador|General|Bishop|Archbishop|"
    r"President|Prince|Princess|Sheikh|Lord|Lady|Baroness)\b\.?"
)
_GUEST = re.compile(
    rf"\b{_TITLES}\s"
    r"(?P<name>[^\W\d_a-z][^,;:()]{1,60}?),\s"
    r"(?:the\s)?(?P<capacity>[^\W\d_a-z][^;:]{4,240}?)"
    r"(?=;|(?<!\bM[rs])(?<!\bMrs)(?<!\bDr)(?<!\bSt)\.(?:\s|$)|"
    r",?\s(?:(?:and\s)?to\s(?:participate|take|brief|make|address|join|invite)|who\s|(?:on|in)\sbehalf|"
    r"(?:was|were|is|are|has|have)\s)|"
    r",?\sand\s(?:Mr|Mrs|Ms|Dr|Sir|Judge|Professor|Ambassador|General)\b|$)"
)
# after a comma, these end a capacity: another person, or the next clause of the sentence
_PERSON = re.compile(rf"(?:and\s)?{_TITLES}\s[^\W\d_a-z].*", re.DOTALL)
_TITLED_PERSON = re.compile(r"(?:and\s)?(?:Mr|Mrs|Ms|Miss|Mx|Dr|Prof)\b")
_OFFICE_OF = re.compile(r"\b(?:of|for|to)\s")
_CLAUSE = re.compile(
    r"(?:and\s)?(?:I|we|he|she|they|for|who|whom|whose|which|as|to|from|with|in\saccordance|"
    r"(?:on|in)\sbehalf)\s"
)
Invitations = dict[tuple[str, ...], str]  # the words of a name, folded -> the capacity

_LONGEST = 300  # characters; a longer role cannot be stored


def add_capacities(speeches: Iterable[ParsedSpeech]) -> list[ParsedSpeech]:
    """Return the speeches of a meeting with roles added from invitations and titles.

    A guest is identified by the end of the name ("Ms. DiCarlo" was invited as "Ms. Rosemary
    DiCarlo"), and only if nobody else was invited by that name. A printed role or affiliation
    takes precedence. Otherwise "President Abbas" and "King Philippe" have the role of their title.
    """
    invitations: Invitations = {}
    result: list[ParsedSpeech] = []
    for speech in speeches:
        if speech.role and not speech.speaker:
            invitations |= find_invitations(paragraph.text for paragraph in speech.paragraphs)
        elif speech.speaker and not speech.role:
            speech = _with_capacity(speech, invitations)
        result.append(speech)
    return result


def _with_capacity(speech: ParsedSpeech, invitations: Invitations) -> ParsedSpeech:
    capacity = "" if speech.affiliation else invited_capacity(speech.speaker, invitations)
    if capacity:
        problems = (*speech.problems, _capacity_problem(speech, capacity))
        return replace(speech, role=capacity, problems=problems)
    return replace(speech, role=office_in(speech.honorific))


def _capacity_problem(speech: ParsedSpeech, capacity: str) -> Problem:
    return Problem(
        "capacity-from-invitation",
        f"{speech.speaker_line[:120]} speaks as “{capacity}”, according to the President's "
        "invitation.",
        Severity.NOTE,
        speech.line,
    )


def find_invitations(paragraphs: Iterable[str]) -> Invitations:
    """Return the guests whom the President invites in these paragraphs, with their capacities."""
    invitations: Invitations = {}
    for text in paragraphs:
        invitations.update(find_guests(text))
        if _INVITES.search(text) is None:
            continue
        position = 0
        while match := _GUEST.search(text, position):
            printed = _trim_capacity(match["capacity"])
            capacity = " ".join(printed.split()).strip(" ,")
            # the name of a State on its own is an affiliation
            if capacity and len(capacity) <= _LONGEST and not is_state(capacity):
                invitations[name_words(match["name"])] = capacity
            position = match.start("capacity") + len(printed)
    return invitations


def _trim_capacity(printed: str) -> str:
    """Cut a capacity where another guest is named or the sentence continues.

    >>> _trim_capacity("Keeper of Weirs, for being here")
    'Keeper of Weirs'
    """
    end = 0
    for piece in printed.split(","):
        words = piece.strip()
        office = OFFICE.fullmatch(words) or _OFFICE_OF.search(words)
        titled = _TITLED_PERSON.match(words)
        person = _PERSON.fullmatch(words) and not office
        if titled or person or _CLAUSE.match(f"{words} "):
            break
        end += len(piece) + 1
    return printed[: max(0, end - 1)]


def invited_capacity(name: str, invitations: Invitations) -> str:
    """Return the capacity in which a person was invited; "" if the name does not identify one.

    ``name`` may be only the end of the name in the invitation.
    """
    surname = name_words(name)
    if not surname:
        return ""
    capacities = {
        capacity
        for full_name, capacity in invitations.items()
        if full_name[-len(surname) :] == surname
    }
    return capacities.pop() if len(capacities) == 1 else ""

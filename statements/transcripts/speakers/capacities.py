"""In what capacity somebody speaks: as the President's invitation names it, or as the title
before the name does."""

import re
from collections.abc import Iterable
from dataclasses import replace

from statements.transcripts.names import fold
from statements.transcripts.parsed import ParsedSpeech, Problem, Severity
from statements.transcripts.states import is_state
from statements.transcripts.titles import OFFICE, office_in

_INVITES = re.compile(
    r"\b(?:rule 39|I (?:now )?invite|to participate in this meeting|"
    r"hear an? (?:address|statement) by|to invite (?:him|her) to address)\b"
)
INVITING = ("rule 39", "invite", "participate in this meeting", "hear a")  # one is in each
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
# what follows a comma and is no part of a capacity: somebody else, or what the sentence goes on to
_PERSON = re.compile(rf"(?:and\s)?{_TITLES}\s[^\W\d_a-z].*", re.DOTALL)
_SURE_PERSON = re.compile(r"(?:and\s)?(?:Mr|Mrs|Ms|Miss|Mx|Dr|Prof)\b")
_OFFICE_OF = re.compile(r"\b(?:of|for|to)\s")
_CLAUSE = re.compile(
    r"(?:and\s)?(?:I|we|he|she|they|for|who|whom|whose|which|as|to|from|with|in\saccordance|"
    r"(?:on|in)\sbehalf)\s"
)
Invited = dict[tuple[str, ...], str]  # the words of a name, folded -> the capacity

_LONGEST = 300  # characters of a role that can be kept


def with_capacities(speeches: Iterable[ParsedSpeech]) -> list[ParsedSpeech]:
    """The speeches of one meeting, each guest's with the capacity named in the invitation.

    A guest is known by the end of the name ("Ms. DiCarlo" was invited as "Ms. Rosemary DiCarlo")
    and only where no other was invited by that name; a printed capacity or affiliation stays.
    "President Abbas" and "King Philippe" speak as what their title says, where nothing says more.
    """
    invited: Invited = {}
    shown: list[ParsedSpeech] = []
    for speech in speeches:
        if speech.role and not speech.speaker:
            invited |= invited_in(paragraph.text for paragraph in speech.paragraphs)
            shown.append(speech)
            continue
        if speech.speaker and not speech.role:
            guest = "" if speech.affiliation else capacity_of(speech.speaker, invited)
            capacity = guest or office_in(speech.honorific)
            if guest:
                speech = replace(speech, problems=(*speech.problems, _told(speech, guest)))
            speech = replace(speech, role=capacity) if capacity else speech
        shown.append(speech)
    return shown


def _told(speech: ParsedSpeech, capacity: str) -> Problem:
    return Problem(
        "capacity-from-invitation",
        f"{speech.speaker_line[:120]} speaks as “{capacity}”: so the President's invitation says.",
        Severity.NOTE,
        speech.line,
    )


def invited_in(paragraphs: Iterable[str]) -> Invited:
    """Whom the President invites in these paragraphs, and in what capacity."""
    found = {}
    for text in paragraphs:
        if _INVITES.search(text) is None:
            continue
        at = 0
        while match := _GUEST.search(text, at):
            printed = _own_part(match["capacity"])
            capacity = " ".join(printed.split()).strip(" ,")
            # a State alone is where somebody comes from
            if capacity and len(capacity) <= _LONGEST and not is_state(capacity):
                found[tuple(fold(match["name"]).split())] = capacity
            at = match.start("capacity") + len(printed)
    return found


def _own_part(printed: str) -> str:
    """A capacity up to where another guest is named or the sentence goes on.

    >>> _own_part("Keeper of Weirs, for being here")
    'Keeper of Weirs'
    """
    end = 0
    for piece in printed.split(","):
        words = piece.strip()
        office = OFFICE.fullmatch(words) or _OFFICE_OF.search(words)
        titled = _SURE_PERSON.match(words)
        person = _PERSON.fullmatch(words) and not office
        if titled or person or _CLAUSE.match(f"{words} "):
            break
        end += len(piece) + 1
    return printed[: max(0, end - 1)]


def capacity_of(name: str, invited: Invited) -> str:
    """The capacity in which somebody was invited, by the end of the name; "" where none was, or
    more than one."""
    end = tuple(fold(name).split())
    if not end:
        return ""
    found = {capacity for full, capacity in invited.items() if full[-len(end) :] == end}
    return found.pop() if len(found) == 1 else ""

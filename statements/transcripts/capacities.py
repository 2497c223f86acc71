"""In what capacity somebody speaks: as the President's invitation names it, or as the title
before the name does."""

import re
from collections.abc import Iterable
from dataclasses import replace

from statements.transcripts.names import fold
from statements.transcripts.parsed import ParsedSpeech
from statements.transcripts.titles import office_in

_INVITES = re.compile(
    r"\b(?:rule 39|I (?:now )?invite|to participate in this meeting|"
    r"hear an? (?:address|statement) by|to invite (?:him|her) to address)\b"
)
INVITING = ("rule 39", "invite", "participate in this meeting", "hear a")  # one is in each
_GUEST = re.compile(
    r"\b(?:Mr|Mrs|Ms|Miss|Mx|Sir|Dame|Dr|Prof|Judge|Professor|Ambassador|General|Bishop|Archbishop|"
    r"President|Prince|Princess|Sheikh|Lord|Lady|Baroness)\.?\s"
    r"(?P<name>[^\W\d_a-z][^,;:()]{1,60}?),\s"
    r"(?:the\s)?(?P<capacity>[^\W\d_a-z][^;.:]{4,240}?)"
    r"(?=;|\.(?:\s|$)|,?\s(?:(?:and\s)?to\s(?:participate|take|brief|make|address|join|invite)|who\s|(?:on|in)\sbehalf|"
    r"(?:was|were|is|are|has|have)\s)|"
    r",?\sand\s(?:Mr|Mrs|Ms|Dr|Sir|Judge|Professor|Ambassador|General)\b|$)"
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
            speech = replace(speech, role=capacity) if capacity else speech
        shown.append(speech)
    return shown


def invited_in(paragraphs: Iterable[str]) -> Invited:
    """Whom the President invites in these paragraphs, and in what capacity."""
    found = {}
    for text in paragraphs:
        if _INVITES.search(text) is None:
            continue
        for match in _GUEST.finditer(text):
            capacity = " ".join(match["capacity"].split()).strip(" ,")
            if len(capacity) <= _LONGEST:
                found[tuple(fold(match["name"]).split())] = capacity
    return found


def capacity_of(name: str, invited: Invited) -> str:
    """The capacity in which somebody was invited, by the end of the name; "" where none was, or
    more than one."""
    end = tuple(fold(name).split())
    if not end:
        return ""
    found = {capacity for full, capacity in invited.items() if full[-len(end) :] == end}
    return found.pop() if len(found) == 1 else ""

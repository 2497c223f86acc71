"""What lists, titles and feeds say of a speech: country or body, speaker, role, sitting, date.

``Speech.heading`` makes the parts, so that all places name a speech alike and no part twice.
"""

from typing import NamedTuple

from django.utils.translation import gettext, gettext_noop

from archive.languages import localized
from statements.transcripts.languages.letter_case import usual_case

UNKNOWN_SPEAKER = gettext_noop("Unknown speaker")


class Who(NamedTuple):
    """The speaker of a speech; each part is empty if it is not known."""

    delegation: str  # the country; or the body as printed, or else as the source states it
    speaker: str  # the person, or else the office as printed
    role: str

    @property
    def name(self) -> str:
        """Delegation and speaker in one line: "Kazakhstan, Mr. Umarov"."""
        return ", ".join(filter(None, (self.delegation, self.speaker)))


class Heading(NamedTuple):
    """The parts of the line that stands for a speech, in their order."""

    who: Who
    body: str  # the organ
    sitting: str  # the symbol of the meeting, or else the session
    day: str  # the date, or the year alone

    @property
    def title(self) -> str:
        """All parts in one line: "Kazakhstan, Mr. Umarov, Security Council, S/PV.8699, 2020"."""
        return ", ".join(filter(None, (*self.who, self.body, self.sitting, self.day)))

    @property
    def short_title(self) -> str:
        """Who and when, for shared links: "Kazakhstan, Mr. Umarov, 2020"."""
        return ", ".join(filter(None, (self.who.name, self.day)))


def who_spoke(
    *, country: str, affiliation: str, stated: str, speaker: str, printed: str, role: str
) -> Who:
    """Return the parts of a speaker's line from the names of the country and the person, and
    what is printed of both; "" for what is not known. ``stated`` is the body, party or ward that
    the source states without printing it with the name."""
    name = speaker or usual_case(printed) or gettext(UNKNOWN_SPEAKER)
    delegation = country or ("" if affiliation == role else affiliation) or stated
    if delegation == name:
        delegation = ""
    is_repeated = role in name or role == delegation
    shown = localized(country, "country") if country and delegation else delegation
    return Who(shown, name, "" if is_repeated else role)

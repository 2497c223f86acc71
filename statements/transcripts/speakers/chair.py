"""Follows who is in the chair during a meeting, to find out who "The President" is."""

import re
from collections.abc import Iterable, Sequence

from statements.transcripts.languages.names import fold
from statements.transcripts.speakers.attribution import read_attribution
from statements.transcripts.values.parsed import ParsedPresident

PRESIDING_OFFICES = frozenset({"President", "Chair", "Chairman", "Chairperson", "Chairwoman"})
# substitutes, whom the first page does not name
ACTING_OFFICES = frozenset(
    f"{prefix} {office}" for prefix in ("Acting", "Temporary") for office in PRESIDING_OFFICES
)
CHAIR_MENTION = "the chair"  # in every sentence that reports a change, in upper or lower case
_CHANGE = re.compile(
    r"(?:In the absence of the [^,]{1,60}, )?(?P<who>.{1,200}?),? (?:then |again )?"
    r"(?P<does>took|resumed|returned to|in|left|vacated) the [Cc]hair\.?"
)


def changes_chair(text: str) -> bool:
    """Return whether the sentence says that the chair changes hands.

    >>> changes_chair("Ms. Abara (Chad), Vice-President, in the Chair.")
    True
    """
    return _CHANGE.fullmatch(text) is not None


class Chair:
    """The holder of the chair, updated by the narrative of a meeting in its order.

    >>> chair = Chair([ParsedPresident("Wei", "Mr.", "China")])
    >>> chair.follow(["Ms. Abara (Chad), Vice-President, took the Chair."])
    >>> chair.holder
    ParsedPresident(name='Abara', honorific='Ms.', affiliation='Chad')
    """

    def __init__(self, presidents: Sequence[ParsedPresident]) -> None:
        self._presidents = tuple(presidents)
        self._first = presidents[0] if len(presidents) == 1 else None
        self.holder = self._first  # None if unknown
        self.change = ""  # the sentence that reported the last change

    def follow(self, narrative: Iterable[str]) -> None:
        """Update the holder by sentences of narrative; those about other events are ignored."""
        for text in narrative:
            if change := _CHANGE.fullmatch(text):
                self.change = text
                self.holder = self._new_holder(change)

    @property
    def presidents(self) -> int:
        """The number of presidents on the first page."""
        return len(self._presidents)

    @property
    def is_first(self) -> bool:
        """Whether the only President of the first page presides."""
        return self.holder is not None and self.holder is self._first

    def _new_holder(self, change: re.Match[str]) -> ParsedPresident | None:
        if change["does"] in {"left", "vacated"}:
            return None
        attribution = read_attribution(f"{change['who']}:")
        if attribution is None:
            return None
        if not attribution.speaker:
            return self._first if attribution.role in PRESIDING_OFFICES else None
        surname = fold(attribution.speaker).split()
        matches = [
            president
            for president in self._presidents
            if fold(president.name).split()[-len(surname) :] == surname
        ]
        if len(matches) == 1 and attribution.affiliation in {"", matches[0].affiliation}:
            return matches[0]
        return ParsedPresident(attribution.speaker, attribution.honorific, attribution.affiliation)

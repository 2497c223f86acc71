"""Who sits in the chair, followed through a meeting: "The President" is whoever holds it then."""

import re
from collections.abc import Iterable, Sequence

from statements.transcripts.names import fold
from statements.transcripts.parsed import ParsedPresident
from statements.transcripts.speakers.attribution import read_attribution

PRESIDING = frozenset({"President", "Chair", "Chairman", "Chairperson", "Chairwoman"})
# in another's place: whom the first page does not name
ACTING = frozenset(f"{how} {office}" for how in ("Acting", "Temporary") for office in PRESIDING)
MENTION = "the chair"  # without regard to case, in every sentence that tells of a change
_CHANGE = re.compile(
    r"(?:In the absence of the [^,]{1,60}, )?(?P<who>.{1,200}?),? (?:then |again )?"
    r"(?P<does>took|resumed|returned to|in|left|vacated) the [Cc]hair\.?"
)


def changes_chair(text: str) -> bool:
    """After this, "The President" may be another person.

    >>> changes_chair("Ms. Abara (Chad), Vice-President, in the Chair.")
    True
    """
    return _CHANGE.fullmatch(text) is not None


class Chair:
    """The holder of the chair, while the sentences that tell of it are heard in their order.

    >>> chair = Chair([ParsedPresident("Wei", "Mr.", "China")])
    >>> chair.hear(["Ms. Abara (Chad), Vice-President, took the Chair."])
    >>> chair.holder
    ParsedPresident(name='Abara', honorific='Ms.', affiliation='Chad')
    """

    def __init__(self, presidents: Sequence[ParsedPresident]) -> None:
        self._presidents = tuple(presidents)
        self._first = presidents[0] if len(presidents) == 1 else None
        self.holder = self._first  # None where it is not known
        self.change = ""  # the sentence that told of the last change

    def hear(self, narrative: Iterable[str]) -> None:
        for text in narrative:
            if change := _CHANGE.fullmatch(text):
                self.change = text
                self.holder = self._named(change)

    @property
    def presidents(self) -> int:
        """How many the first page names."""
        return len(self._presidents)

    @property
    def is_first(self) -> bool:
        """Whether the one President of the first page presides."""
        return self.holder is not None and self.holder is self._first

    def _named(self, change: re.Match[str]) -> ParsedPresident | None:
        if change["does"] in {"left", "vacated"}:
            return None
        found = read_attribution(f"{change['who']}:")
        if found is None:
            return None
        if not found.speaker:
            return self._first if found.role in PRESIDING else None
        end = fold(found.speaker).split()
        known = [each for each in self._presidents if fold(each.name).split()[-len(end) :] == end]
        if len(known) == 1 and found.affiliation in {"", known[0].affiliation}:
            return known[0]
        return ParsedPresident(found.speaker, found.honorific, found.affiliation)

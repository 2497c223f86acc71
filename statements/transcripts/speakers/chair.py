"""Follows who is in the chair during a meeting, to find out who "The President" is."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache

from statements.transcripts.languages.names import fold
from statements.transcripts.languages.pack import (
    PACKS,
    LanguagePack,
    packs_of,
    plain_punctuation,
)
from statements.transcripts.speakers.attribution import read_attribution
from statements.transcripts.values.parsed import ParsedPresident

PRESIDING_OFFICES = frozenset(office for pack in PACKS for office in pack.offices.presiding)
# substitutes, whom the first page does not name
ACTING_OFFICES = frozenset(office for pack in PACKS for office in pack.offices.acting)
# one of them is in every sentence that reports a change, in upper or lower case
CHAIR_MENTIONS = tuple(words for pack in PACKS for words in pack.narrative.chair_mentions)
_CHANGE = re.compile(
    r"(?:In the absence of the [^,]{1,60}, )?(?P<who>.{1,200}?),? (?:then |again )?"
    r"(?P<does>took|resumed|returned to|in|left|vacated) the [Cc]hair\.?"
)


@dataclass(frozen=True, slots=True)
class _ChangeOfChair:
    who: str
    leaves: bool


def _find_change(text: str) -> _ChangeOfChair | None:
    """Return what a sentence says about the chair, in the language of any pack."""
    if match := _CHANGE.fullmatch(text):
        return _ChangeOfChair(match["who"], match["does"] in {"left", "vacated"})
    plain = plain_punctuation(text)
    for pack in packs_of(text):
        if match := _change(pack).fullmatch(plain):
            groups = match.groupdict()
            who = next(filter(None, (groups.get("who"), groups.get("who_first"))))
            # in mid-sentence, "г-жа" begins in lower case
            return _ChangeOfChair(who[:1].upper() + who[1:], bool(groups.get("leaves")))
    return None


@cache
def _change(pack: LanguagePack) -> re.Pattern[str]:
    return re.compile(pack.narrative.chair.replace("\n", "").replace("'", "['’]"))


def changes_chair(text: str) -> bool:
    """Return whether the sentence says that the chair changes hands.

    >>> changes_chair("Ms. Abara (Chad), Vice-President, in the Chair.")
    True
    """
    return _find_change(text) is not None


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
            if change := _find_change(text):
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

    def _new_holder(self, change: _ChangeOfChair) -> ParsedPresident | None:
        if change.leaves:
            return None
        attribution = read_attribution(f"{change.who}:")
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

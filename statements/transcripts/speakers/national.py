"""Statements that somebody in the chair makes for the own country, as announced by themselves."""

import re
from collections.abc import Iterable

_NATIONAL = re.compile(
    r"\b(?:I\s(?:shall|will|would\slike\sto|should\slike\sto|wish\sto|am\sgoing\sto)\s(?:now\s)?"
    r"(?:make|deliver|give|read\sout|speak)|Speaking|I\s(?:now\s)?speak)\b[^.;:]{0,80}?"
    r"\bin\smy\s(?:national\scapacity|capacity\sas\s[^.;:,]{0,80}?"
    r"\b(?:representative|Minister|President|Prime\sMinister|Secretary)\b[^.;:,]{0,120})"
)


def is_national(spoken: Iterable[str]) -> bool:
    """Whether these paragraphs announce a statement "in my national capacity", or "in my
    capacity as the representative of" a country."""
    return any("my" in text and _NATIONAL.search(text) for text in spoken)

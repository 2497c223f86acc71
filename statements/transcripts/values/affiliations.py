"""What speakers belong to besides a country, as files state it, and how a person writes it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum


class AffiliationKind(StrEnum):
    # in alphabetical order, which is that of lists: the first one stands for a speaker
    BODY = "body"
    MINISTRY = "ministry"
    PARTY = "party"
    WARD = "ward"  # or constituency


@dataclass(frozen=True, slots=True)
class ParsedAffiliation:
    kind: AffiliationKind
    name: str  # as the source has it


def stated_affiliations(values: Mapping[str, str]) -> tuple[ParsedAffiliation, ...]:
    """Return the affiliations in values by kind; several names of a kind are separated by ";".

    >>> stated_affiliations({"party": "Greens; Labour", "ward": ""})[1].name
    'Labour'
    """
    return tuple(
        dict.fromkeys(
            ParsedAffiliation(kind, name)
            for kind in AffiliationKind
            for printed in values.get(kind, "").split(";")
            if (name := " ".join(printed.split()))
        )
    )


def format_affiliations(affiliations: Iterable[ParsedAffiliation]) -> str:
    """Return affiliations as ``parse_affiliations`` reads them."""
    return "; ".join(f"{affiliation.kind}: {affiliation.name}" for affiliation in affiliations)


def parse_affiliations(text: str) -> tuple[ParsedAffiliation, ...]:
    """Read affiliations with their kinds; a name without a kind has that of the name before it.

    Raises ValueError for a name without a known kind.

    >>> format_affiliations(parse_affiliations("ward: North ; party:Greens; Labour"))
    'ward: North; party: Greens; party: Labour'
    """
    found: dict[ParsedAffiliation, None] = {}
    kind: AffiliationKind | None = None
    for part in filter(None, map(str.strip, text.split(";"))):
        label, colon, name = part.partition(":")
        if colon and label.strip().casefold() in list(AffiliationKind):
            kind, part = AffiliationKind(label.strip().casefold()), name
        if kind is None:
            raise ValueError(part)
        if name := " ".join(part.split()):
            found[ParsedAffiliation(kind, name)] = None
    return tuple(found)

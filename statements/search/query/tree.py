"""The tree into which a query is read: conditions on speeches, of frozen values that compare equal
where they ask the same."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Every:
    """All speeches."""


@dataclass(frozen=True, slots=True)
class Word:
    """Speeches with the word, in any of its forms, in a paragraph, or among the words of speaker,
    country, topics or meeting."""

    term: str


@dataclass(frozen=True, slots=True)
class Kin:
    """As the word; or, less well, with one of its relatives."""

    term: str
    relatives: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Phrase:
    """Speeches with exactly these words side by side, in one paragraph or in one name."""

    terms: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Near:
    """Speeches with exactly these words in any order and at most ``distance`` others among them,
    in one paragraph or in one name."""

    terms: tuple[str, ...]
    distance: int


@dataclass(frozen=True, slots=True)
class Prefix:
    """Speeches with a word that begins so."""

    letters: str  # folded


Sought = Word | Kin | Phrase | Near | Prefix


@dataclass(frozen=True, slots=True)
class In:
    """Speeches with words in one field of their head alone, such as the names of the speaker."""

    field: str
    sought: Sought


@dataclass(frozen=True, slots=True)
class Among:
    """Speeches with one of the values in a facet's column."""

    field: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Between:
    """Speeches with a number from ``low`` to ``high`` in a column; 0, for unknown, never is."""

    field: str
    low: int | None
    high: int | None


@dataclass(frozen=True, slots=True)
class And:
    parts: "tuple[Node, ...]"


@dataclass(frozen=True, slots=True)
class Or:
    parts: "tuple[Node, ...]"


@dataclass(frozen=True, slots=True)
class Most:
    """Speeches that have at least so many of these."""

    parts: tuple[Sought, ...]
    least: int


@dataclass(frozen=True, slots=True)
class Not:
    part: "Node"


@dataclass(frozen=True, slots=True)
class Together:
    """Speeches with a spoken paragraph of which all of a condition is true; what the head says is
    true of every paragraph."""

    part: "Node"


@dataclass(frozen=True, slots=True)
class Favour:
    """All speeches; those where words stand so are ranked higher."""

    beside: Phrase | Near


Condition = Word | Kin | Phrase | Near | Prefix | In | Among | Between | Every | Favour
Node = Condition | And | Or | Most | Not | Together


def conjunction(parts: Iterable[Node]) -> Node:
    """All of some conditions, each once, exclusions last."""
    flat = dict.fromkeys(
        part for given in parts for part in (given.parts if isinstance(given, And) else (given,))
    )
    ordered = sorted(flat, key=lambda part: isinstance(part, Not))
    return ordered[0] if len(ordered) == 1 else And(tuple(ordered))


def disjunction(parts: Iterable[Node]) -> Node:
    """Any of some conditions, each once."""
    flat = dict.fromkeys(
        part for given in parts for part in (given.parts if isinstance(given, Or) else (given,))
    )
    return next(iter(flat)) if len(flat) == 1 else Or(tuple(flat))


def negation(part: Node) -> Node:
    return part.part if isinstance(part, Not) else Not(part)


def prefixes(node: Node) -> list[tuple[Prefix, str]]:
    """Every prefix of a query, with the field that it is sought in, "" for all."""
    match node:
        case Prefix():
            return [(node, "")]
        case In(field, Prefix() as prefix):
            return [(prefix, field)]
        case And(parts) | Or(parts):
            return [found for part in parts for found in prefixes(part)]
        case Not(part) | Together(part):
            return prefixes(part)
        case _:
            return []


def wanted_words(node: Node) -> list[Sought]:
    """Words and phrases that a match may have: what is marked in extracts."""
    match node:
        case Word() | Kin() | Phrase() | Near() | Prefix():
            return [node]
        case And(parts) | Or(parts):
            return list(dict.fromkeys(sought for part in parts for sought in wanted_words(part)))
        case Together(part):
            return wanted_words(part)
        case Most(parts):
            return list(parts)
        case _:
            return []


def named_words(node: Node) -> list[In]:
    """Words of one field that a match may have."""
    match node:
        case In():
            return [node]
        case And(parts) | Or(parts):
            return list(dict.fromkeys(found for part in parts for found in named_words(part)))
        case Together(part):
            return named_words(part)
        case _:
            return []


def favoured(node: Node) -> list[Phrase | Near]:
    """What ranks a match higher."""
    match node:
        case Favour(beside):
            return [beside]
        case And(parts):
            return list(dict.fromkeys(found for part in parts for found in favoured(part)))
        case _:
            return []


def bare_words(node: Node) -> list[Word]:
    """The words that a query consists of, none where it has anything else."""
    parts = node.parts if isinstance(node, And) else (node,)
    demanded = [part for part in parts if not isinstance(part, Favour)]
    words = [part for part in demanded if isinstance(part, Word)]
    return words if len(words) == len(demanded) else []

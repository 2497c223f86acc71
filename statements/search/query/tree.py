"""The query tree: conditions on speeches, as frozen values that compare equal if they state the
same."""

from collections.abc import Iterable
from dataclasses import dataclass

from statements.transcripts.text.edit_distance import edit_distance


@dataclass(frozen=True, slots=True)
class MatchAll:
    """Matches every speech."""


@dataclass(frozen=True, slots=True)
class Word:
    """Matches the word in any of its forms, in a paragraph or in the names of speaker, country,
    topics, meeting or role."""

    term: str


@dataclass(frozen=True, slots=True)
class StemExpansion:
    """Matches the word, or with a lower score one of its variants."""

    term: str
    variants: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Phrase:
    """Matches exactly these words next to each other, in one paragraph or in one name."""

    terms: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Proximity:
    """Matches exactly these words in any order with at most ``distance`` other words between them,
    in one paragraph or in one name."""

    terms: tuple[str, ...]
    distance: int


class Pattern:
    """Matches those words of the archive that the index finds."""

    __slots__ = ()

    @property
    def start(self) -> str:
        """Letters with which all of these words begin."""
        raise NotImplementedError

    def matches(self, term: str) -> bool:
        """Return whether a word matches, given folded."""
        raise NotImplementedError


@dataclass(frozen=True, slots=True)
class Prefix(Pattern):
    """Matches words that start with these letters."""

    letters: str  # folded

    @property
    def start(self) -> str:
        return self.letters

    def matches(self, term: str) -> bool:
        return term.startswith(self.letters)

    def __str__(self) -> str:
        return f"{self.letters}*"


@dataclass(frozen=True, slots=True)
class Wildcard(Pattern):
    """Matches words of this shape, in which each question mark stands for one character."""

    shape: str  # folded

    @property
    def start(self) -> str:
        return self.shape.partition("?")[0]

    def matches(self, term: str) -> bool:
        return len(term) == len(self.shape) and all(
            sign in ("?", letter) for sign, letter in zip(self.shape, term, strict=True)
        )

    def __str__(self) -> str:
        return self.shape


@dataclass(frozen=True, slots=True)
class Fuzzy(Pattern):
    """Matches words that are at most so many edits away and have the same first letter."""

    term: str
    edits: int

    @property
    def start(self) -> str:
        return self.term[:1]

    def matches(self, term: str) -> bool:
        return term.startswith(self.start) and (
            edit_distance(term, self.term, self.edits) <= self.edits
        )

    def __str__(self) -> str:
        return f"{self.term}~{self.edits}"


Leaf = Word | StemExpansion | Phrase | Proximity | Pattern


@dataclass(frozen=True, slots=True)
class FieldMatch:
    """Matches words in one head field only, such as the name of the speaker."""

    field: str
    leaf: Leaf


@dataclass(frozen=True, slots=True)
class Terms:
    """Matches speeches that have one of these values of a facet."""

    field: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Range:
    """Matches speeches whose number is from ``low`` to ``high``. Unknown numbers, stored as 0,
    never match."""

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
class Not:
    part: "Node"


@dataclass(frozen=True, slots=True)
class SameParagraph:
    """Matches speeches with a spoken paragraph that meets the whole condition. The words of the
    head count as words of every paragraph."""

    part: "Node"


@dataclass(frozen=True, slots=True)
class Boost:
    """Matches every speech; those that match the phrase score higher."""

    phrase: Phrase | Proximity


Condition = (
    Word
    | StemExpansion
    | Phrase
    | Proximity
    | Pattern
    | FieldMatch
    | Terms
    | Range
    | MatchAll
    | Boost
)
Node = Condition | And | Or | Not | SameParagraph


def conjunction(parts: Iterable[Node]) -> Node:
    """Join conditions by AND, each once, exclusions last."""
    flat = dict.fromkeys(
        part for group in parts for part in (group.parts if isinstance(group, And) else (group,))
    )
    ordered = sorted(flat, key=lambda part: isinstance(part, Not))
    return ordered[0] if len(ordered) == 1 else And(tuple(ordered))


def disjunction(parts: Iterable[Node]) -> Node:
    """Join conditions by OR, each once."""
    flat = dict.fromkeys(
        part for group in parts for part in (group.parts if isinstance(group, Or) else (group,))
    )
    return next(iter(flat)) if len(flat) == 1 else Or(tuple(flat))


def negation(part: Node) -> Node:
    return part.part if isinstance(part, Not) else Not(part)


def patterns(node: Node) -> list[tuple[Pattern, str]]:
    """Return every pattern of a query, with the field that it is searched in, "" for all."""
    match node:
        case Pattern():
            return [(node, "")]
        case FieldMatch(field, Pattern() as pattern):
            return [(pattern, field)]
        case And(parts) | Or(parts):
            return [pair for part in parts for pair in patterns(part)]
        case Not(part) | SameParagraph(part):
            return patterns(part)
        case _:
            return []


def positive_leaves(node: Node) -> list[Leaf]:
    """Return the words and phrases that a match may have and that extracts highlight."""
    match node:
        case Word() | StemExpansion() | Phrase() | Proximity() | Pattern():
            return [node]
        case And(parts) | Or(parts):
            return list(dict.fromkeys(leaf for part in parts for leaf in positive_leaves(part)))
        case SameParagraph(part):
            return positive_leaves(part)
        case _:
            return []


def field_matches(node: Node) -> list[FieldMatch]:
    """Return the conditions on head fields that a match may meet."""
    match node:
        case FieldMatch():
            return [node]
        case And(parts) | Or(parts):
            return list(dict.fromkeys(leaf for part in parts for leaf in field_matches(part)))
        case SameParagraph(part):
            return field_matches(part)
        case _:
            return []


def boosted_phrases(node: Node) -> list[Phrase | Proximity]:
    """Return the phrases that make a match score higher."""
    match node:
        case Boost(phrase):
            return [phrase]
        case And(parts):
            return list(dict.fromkeys(phrase for part in parts for phrase in boosted_phrases(part)))
        case _:
            return []


def plain_words(node: Node) -> list[Word]:
    """Return the words of a query that consists of words alone; none for any other query."""
    parts = node.parts if isinstance(node, And) else (node,)
    required = [part for part in parts if not isinstance(part, Boost)]
    words = [part for part in required if isinstance(part, Word)]
    return words if len(words) == len(required) else []

"""What a reader types, read into a small tree of conditions on speeches.

Words are all required, ``"a phrase"`` is exact, a leading ``-`` excludes; everything else is
literal: there is no way to name a field, a wildcard or a range. Limits hold before anything runs.

>>> parse('ceasefire -"special envoy"')
And(parts=(Word(term='ceasefir'), Not(part=Phrase(terms=('special', 'envoi')))))
"""

import re
from dataclasses import dataclass

from statements.search import analysis
from statements.search.parameters import MAX_QUERY_CHARACTERS

MAX_TERMS = 32
MAX_TOKEN = 64
MAX_PHRASE = 16

_PART = re.compile(r'(?P<minus>-+)?(?:"(?P<phrase>[^"]*)"?|(?P<word>[^\s"]+))|-+(?=\s|$)')
_QUOTES = str.maketrans("“”„‟«»", '""""""')


class QueryError(ValueError):
    """A query that cannot be run as typed; the message says in plain words what to do."""


class QueryTooLong(QueryError):
    """More characters, words or phrase words than one query may have."""


class NothingToSearch(QueryError):
    """A query of stop words or signs only."""


@dataclass(frozen=True, slots=True)
class Every:
    """All speeches."""


@dataclass(frozen=True, slots=True)
class Word:
    """Speeches with the term in a paragraph, or among the words of speaker, country, topics or
    meeting."""

    term: str


@dataclass(frozen=True, slots=True)
class Phrase:
    """Speeches with the terms side by side, in one paragraph or in one name."""

    terms: tuple[str, ...]


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
class Not:
    part: "Node"


Node = Every | Word | Phrase | Among | Between | And | Or | Not


def parse(text: str) -> Node:
    """Read a query. Raises QueryError, in plain words, for one that cannot be run."""
    if len(text) > MAX_QUERY_CHARACTERS:
        raise QueryTooLong(
            f"A query may have {MAX_QUERY_CHARACTERS} characters; this one has {len(text)}."
        )
    if not text.strip():
        return Every()
    required: list[Node] = []
    excluded: list[Node] = []
    stopped: list[str] = []
    for match in _PART.finditer(text.translate(_QUOTES)):
        quoted = match["phrase"] is not None
        printed = (match["phrase"] if quoted else match["word"]) or ""
        # a sign between words is no exclusion: "-" alone, or "--"
        terms = _terms(printed, quoted=quoted)
        if not terms:
            continue
        node = Word(terms[0]) if len(terms) == 1 else Phrase(terms)
        if match["minus"]:
            excluded.append(Not(node))
        elif not quoted and analysis.is_stop_word(printed.strip(".,;:!?()[]'*~")):
            stopped.append(printed)
        elif node not in required:
            required.append(node)
    if _count(required) + _count(excluded) > MAX_TERMS:
        raise QueryTooLong(f"A query may have {MAX_TERMS} words; leave some out.")
    if not required and not excluded:
        raise NothingToSearch(_hint(stopped))
    return conjunction([*required, *excluded])


def exact(text: str) -> Node:
    """A phrase, as if it stood in quotes; every speech where it has no word."""
    terms = _terms(text, quoted=True)
    if not terms:
        return Every()
    return Word(terms[0]) if len(terms) == 1 else Phrase(terms)


def conjunction(parts: list[Node]) -> Node:
    return parts[0] if len(parts) == 1 else And(tuple(parts))


def _terms(printed: str, *, quoted: bool) -> tuple[str, ...]:
    terms = []
    for word in analysis.words(printed):
        if word.end - word.start > MAX_TOKEN:
            beginning = printed[word.start : word.start + 20]
            raise QueryTooLong(
                f"“{beginning}…” is longer than the {MAX_TOKEN} letters that a word may have."
            )
        if word.term != analysis.NAME_BREAK:
            terms.append(word.term)
    if len(terms) > MAX_PHRASE:
        raise QueryTooLong(
            f"A phrase may have {MAX_PHRASE} words; “{printed[:30]}…” has {len(terms)}."
        )
    return tuple(terms)


def _count(nodes: list[Node]) -> int:
    count = 0
    for node in nodes:
        inner = node.part if isinstance(node, Not) else node
        count += len(inner.terms) if isinstance(inner, Phrase) else 1
    return count


def _hint(stopped: list[str]) -> str:
    if stopped:
        shown = " ".join(stopped[:5])
        return (
            f"“{shown}” stands in nearly every speech. Add a word that says more, or search for "
            f'exactly these words by quotes: "{shown}".'
        )
    return "Type at least one word or number to search for."

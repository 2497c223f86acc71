"""Completes what a reader types: words of the texts, and the names of speakers, countries, topics
and meetings that have speeches, each as the whole query.

    autocomplete("dam speaker:uma")  # offers dam speaker:"Umarov"

Only the end of the query is completed. A name is found by any of its words, and letters are
compared folded (``names``).
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from heapq import nsmallest

from statements.search.analysis import tokenizer
from statements.search.backends import search_backend
from statements.search.protocol import IndexState
from statements.search.query.lexer import DASHES
from statements.search.query.limits import MAX_QUERY_CHARACTERS
from statements.search.results.completion.names import FACETS, current_names
from statements.transcripts.languages.names import fold

MAX_COMPLETIONS = 10
MAX_NAMES = 5  # if words are offered too
MAX_WORDS_OF_NAME = 5  # typed words that may be the start of a name
MIN_LETTERS = 2
KINDS = tuple(FACETS)

# a last word with a field, and a field whose quotation marks are still open
_IN_FIELD = re.compile(rf"[{DASHES}]*\(*(?P<field>[A-Za-z]+):(?P<typed>[^\"():]*)$")
_IN_QUOTES = re.compile(rf'(?<![^\s({DASHES}])(?P<field>[A-Za-z]+):"(?P<typed>[^"]*)$')


@dataclass(frozen=True, slots=True)
class Completion:
    kind: str  # "word", or one of ``KINDS``
    label: str  # what a reader selects
    q: str  # the whole query with it


@dataclass(frozen=True, slots=True)
class Completions:
    completions: Sequence[Completion]
    index: IndexState


# -- completions ------------------------------------------------------------------------------


def autocomplete(q: str, limit: int = MAX_COMPLETIONS) -> Completions:
    """Return at most so many completions of a query, names first, the most frequent of each first.
    Raises SearchUnavailable."""
    word = _last_word(q)
    terms = search_backend().prefix_terms(word, limit)
    completions: dict[tuple[str, str], Completion] = {}
    for completion in _candidates(q, word, limit, terms.terms, terms.version):
        if len(completion.q) <= MAX_QUERY_CHARACTERS:
            # the completion that replaces the most words comes first
            completions.setdefault((completion.kind, completion.label), completion)
    return Completions(list(completions.values())[:limit], terms.index)


def _candidates(
    q: str, word: str, limit: int, terms: Sequence[str], version: str
) -> Iterator[Completion]:
    is_quoted = _is_quoted(q)
    if field := _open_field(q):
        kind = field["field"].lower()
        if kind in KINDS:
            before = q[: field.start("field")]
            yield from _complete_name(before, field["typed"], (kind,), limit, version)
        return
    for start in [] if is_quoted else _starts_of_last_words(q):
        yield from _complete_name(q[:start], q[start:], KINDS, MAX_NAMES, version)
    before = q[: len(q) - len(_LAST_WORD.search(q)[0])] if word else q  # type: ignore[index]
    for term in terms:
        yield Completion("word", term, f"{before}{term}")


def _is_quoted(q: str) -> bool:
    return q.count('"') % 2 == 1


def _open_field(q: str) -> re.Match[str] | None:
    """Return the field whose value is being typed."""
    return _IN_QUOTES.search(q) if _is_quoted(q) else _IN_FIELD.match(q, q.rfind(" ") + 1)


def _starts_of_last_words(q: str) -> list[int]:
    """Return where the last words start that may be a name together, the most words first."""
    starts: list[int] = []
    for match in reversed(list(re.finditer(r"\S+", q))):
        if len(starts) == MAX_WORDS_OF_NAME or re.search(rf'[":()*]|^[{DASHES}]', match[0]):
            break
        starts.append(match.start())
    return starts[::-1]


_LAST_WORD = re.compile(r"""[^\s"():-]+$""")


def _last_word(q: str) -> str:
    """Return the last word, folded, if the texts may have words that start with it; else ""."""
    last = None if _open_field(q) else _LAST_WORD.search(q)
    words = list(tokenizer.words(last[0])) if last else []
    if last is None or len(words) != 1 or words[0].end - words[0].start != len(last[0]):
        return ""
    folded = fold(last[0])
    return folded if len(folded) >= MIN_LETTERS else ""


def _complete_name(
    before: str, typed: str, kinds: Sequence[str], limit: int, version: str
) -> list[Completion]:
    folded = fold(typed)
    if len(folded) < MIN_LETTERS:
        return []
    names = current_names(version)
    candidates = [name for name in names.starting_with(folded) if name.kind in kinds]
    if candidates and names.version != version:
        # names may have lost their last speech since they were counted
        counts = search_backend().value_counts([FACETS[kind] for kind in kinds])
        candidates = [
            name for name in candidates if name.q or name.key in counts[FACETS[name.kind]]
        ]
    best = nsmallest(limit, set(candidates), key=lambda name: (-name.speeches, name.label))
    return [Completion(name.kind, name.label, f"{before}{name.typed}") for name in best]

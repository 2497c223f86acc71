"""Completes what a reader types: words of the texts, and the names of speakers, countries, topics
and meetings that have speeches, each as the whole query.

    autocomplete("dam speaker:uma")  # offers dam speaker:"Umarov"

Only the end of the query is completed. A name is found by any of its words, and letters are
compared folded. Names come from the database and may be ``NAMES_FOR_S`` old; how many speeches have
them is counted in the index.
"""

import re
import threading
import time
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from heapq import nsmallest

from statements.models import Country, CountryName, Meeting, Speaker, SpeakerName, Topic
from statements.models.speakers import shown_name
from statements.search.analysis import tokenizer
from statements.search.backends import search_backend
from statements.search.protocol import IndexState
from statements.search.query.lexer import DASHES
from statements.search.query.limits import MAX_PHRASE, MAX_QUERY_CHARACTERS
from statements.transcripts.languages.names import fold

MAX_COMPLETIONS = 10
MAX_NAMES = 5  # if words are offered too
MAX_PAGES_OF_PERSON = 6  # that a completion names
MAX_WORDS_OF_NAME = 5  # typed words that may be the start of a name
MIN_LETTERS = 2
NAMES_FOR_S = 60.0
_FACETS = {"country": "country", "speaker": "speaker", "topic": "topic", "symbol": "meeting"}
KINDS = tuple(_FACETS)

_LAST = chr(0x10FFFF)
_WITHOUT_QUOTES = {ord(quote): None for quote in '"“”„‟«»'}
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


@dataclass(frozen=True, slots=True)
class _Name:
    kind: str
    label: str
    value: str
    speeches: int
    key: str  # in the facet of its kind
    others: tuple[str, ...] = ()  # other names that are perhaps of the same person

    @property
    def typed(self) -> str:
        """The name in a query; any of the names if there are several."""
        typed = list(dict.fromkeys(map(self._typed, (self.value, *self.others))))
        return f"({' OR '.join(typed)})" if len(typed) > 1 else typed[0]

    def _typed(self, name: str) -> str:
        """Return a name in quotation marks if it has several words, and no longer than a phrase
        may be."""
        words = list(tokenizer.words(name))
        cut = words[MAX_PHRASE - 1].end if len(words) > MAX_PHRASE else None
        value = name[:cut].translate(_WITHOUT_QUOTES)
        return f'{self.kind}:"{value}"' if re.search(r"[\s()]", value) else f"{self.kind}:{value}"


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
    names = _names(version)
    candidates = [name for name in names.starting_with(folded) if name.kind in kinds]
    if candidates and names.version != version:
        # names may have lost their last speech since they were counted
        counts = search_backend().value_counts([_FACETS[kind] for kind in kinds])
        candidates = [name for name in candidates if name.key in counts[_FACETS[name.kind]]]
    best = nsmallest(limit, set(candidates), key=lambda name: (-name.speeches, name.label))
    return [Completion(name.kind, name.label, f"{before}{name.typed}") for name in best]


# -- names --------------------------------------------------------------------------------------


class _Names:
    """Names by each of their words: ``_starts[i]`` is a name folded, from one of its words on."""

    def __init__(self, names: Iterable[tuple[_Name, Sequence[str]]], version: str) -> None:
        self.version = version  # of the index in which they were counted
        self.read_at = time.monotonic()
        with_forms = list(names)
        entries = sorted(
            (folded[word.start() :], number)
            for number, (_, forms) in enumerate(with_forms)
            for form in forms
            for folded in (fold(form),)
            for word in re.finditer(r"(?<!\w)\w", folded)
        )
        self._starts = [start for start, _ in entries]
        self._names = [with_forms[number][0] for _, number in entries]

    def starting_with(self, letters: str) -> Sequence[_Name]:
        low = bisect_left(self._starts, letters)
        return self._names[low : bisect_left(self._starts, letters + _LAST, low)]


_lock = threading.Lock()
_cache: _Names | None = None


def forget_names() -> None:
    """Make the next call read the names again."""
    global _cache
    _cache = None


def _names(version: str) -> _Names:
    """Return the names, read again if the index has changed and they are old. While one thread
    reads them, the others get the old ones."""
    global _cache
    cache = _cache
    if cache and (cache.version == version or time.monotonic() - cache.read_at < NAMES_FOR_S):
        return cache
    if not _lock.acquire(blocking=cache is None):
        assert cache  # noqa: S101
        return cache
    try:
        if _cache is None or _cache is cache:
            _cache = _Names(_read_names(), version)
        return _cache
    finally:
        _lock.release()


def _read_names() -> Iterator[tuple[_Name, Sequence[str]]]:
    """Yield each name that has speeches, with its forms."""
    counts = search_backend().value_counts(list(_FACETS.values()))
    countries, speakers, topics, meetings = (counts[facet] for facet in _FACETS.values())
    forms: dict[str, list[str]] = {}
    for code, form in CountryName.objects.values_list("country", "name"):
        forms.setdefault(code, []).append(form)
    for code, label in Country.objects.values_list("code", "short_name"):
        if code in countries:
            name = _Name("country", label, code, countries[code], code)
            yield name, [label, *forms.get(code, ())]
    yield from _read_people(speakers)
    for slug, title in Topic.objects.values_list("slug", "title"):
        if slug in topics:
            yield _Name("topic", title, title, topics[slug], slug), [title]
    for symbol in Meeting.objects.values_list("symbol", flat=True):
        if symbol in meetings:
            yield _Name("symbol", symbol, symbol, meetings[symbol], symbol), [symbol]


def _read_people(speeches: Mapping[str, int]) -> Iterator[tuple[_Name, Sequence[str]]]:
    """Yield the people who have speeches; pages that are perhaps of one person are one name."""
    forms: dict[int, list[str]] = {}
    for speaker, form in SpeakerName.objects.values_list("speaker", "name"):
        forms.setdefault(speaker, []).append(form)
    pages: dict[tuple[bool, int], list[tuple[_Name, Sequence[str]]]] = {}
    rows = Speaker.objects.values_list(
        "pk", "slug", "honorific", "name", "country__short_name", "proposal__number"
    )
    for pk, slug, honorific, person, country, number in rows:
        if slug in speeches:
            shown = shown_name(honorific, person)
            label = f"{shown} ({country})" if country else shown
            page = _Name("speaker", label, person, speeches[slug], slug)
            of_person = pages.setdefault((bool(number), number or pk), [])
            of_person.append((page, [person, *forms.get(pk, ())]))
    for of_person in pages.values():
        of_person.sort(key=lambda page: (-page[0].speeches, page[0].key))
        first = of_person[0][0]
        others = [page.value for page, _ in of_person[1:MAX_PAGES_OF_PERSON]]
        count = sum(page.speeches for page, _ in of_person)
        names = [name for _, of_page in of_person for name in of_page]
        yield replace(first, speeches=count, others=tuple(others)), names

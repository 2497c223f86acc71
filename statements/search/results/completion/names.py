"""The names that completions offer: of speakers, countries, topics and meetings that have speeches,
and of people whose office speeches print without their name.

They come from the database and may be ``NAMES_FOR_S`` old; how many speeches have them is counted
in the index. Terms of office that are confirmed are offered after the next change of the index.
"""

import re
import threading
import time
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from statements.models import Country, CountryName, Meeting, Speaker, SpeakerName, Topic
from statements.models.speakers import shown_name
from statements.search.analysis import tokenizer
from statements.search.backends import search_backend
from statements.search.query.limits import MAX_PHRASE
from statements.search.results.offers.offices import all_office_searches
from statements.transcripts.languages.names import fold

MAX_PAGES_OF_PERSON = 6  # that a completion names
NAMES_FOR_S = 60.0
FACETS = {"country": "country", "speaker": "speaker", "topic": "topic", "symbol": "meeting"}

_LAST = chr(0x10FFFF)
_WITHOUT_QUOTES = {ord(quote): None for quote in '"“”„‟«»'}


@dataclass(frozen=True, slots=True)
class Name:
    kind: str
    label: str
    value: str
    speeches: int
    key: str  # in the facet of its kind
    others: tuple[str, ...] = ()  # other names that are perhaps of the same person
    q: str = ""  # the query of a name that is no value of a field

    @property
    def typed(self) -> str:
        """The name in a query; any of the names if there are several."""
        if self.q:
            return self.q
        typed = list(dict.fromkeys(map(self._typed, (self.value, *self.others))))
        return f"({' OR '.join(typed)})" if len(typed) > 1 else typed[0]

    def _typed(self, name: str) -> str:
        """Return a name in quotation marks if it has several words, and no longer than a phrase
        may be."""
        words = list(tokenizer.words(name))
        cut = words[MAX_PHRASE - 1].end if len(words) > MAX_PHRASE else None
        value = name[:cut].translate(_WITHOUT_QUOTES)
        return f'{self.kind}:"{value}"' if re.search(r"[\s()]", value) else f"{self.kind}:{value}"


class Names:
    """Names by each of their words: ``_starts[i]`` is a name folded, from one of its words on."""

    def __init__(self, names: Iterable[tuple[Name, Sequence[str]]], version: str) -> None:
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

    def starting_with(self, letters: str) -> Sequence[Name]:
        low = bisect_left(self._starts, letters)
        return self._names[low : bisect_left(self._starts, letters + _LAST, low)]


_lock = threading.Lock()
_cache: Names | None = None


def forget_names() -> None:
    """Make the next call read the names again."""
    global _cache
    _cache = None


def current_names(version: str) -> Names:
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
            _cache = Names(_read_names(), version)
        return _cache
    finally:
        _lock.release()


def _read_names() -> Iterator[tuple[Name, Sequence[str]]]:
    """Yield each name that has speeches, with its forms."""
    counts = search_backend().value_counts(list(FACETS.values()))
    countries, speakers, topics, meetings = (counts[facet] for facet in FACETS.values())
    forms: dict[str, list[str]] = {}
    for code, form in CountryName.objects.values_list("country", "name"):
        forms.setdefault(code, []).append(form)
    for code, label in Country.objects.values_list("code", "short_name"):
        if code in countries:
            name = Name("country", label, code, countries[code], code)
            yield name, [label, *forms.get(code, ())]
    yield from _read_people(speakers)
    yield from _read_office_holders()
    for slug, title in Topic.objects.values_list("slug", "title"):
        if slug in topics:
            yield Name("topic", title, title, topics[slug], slug), [title]
    for symbol in Meeting.objects.values_list("symbol", flat=True):
        if symbol in meetings:
            yield Name("symbol", symbol, symbol, meetings[symbol], symbol), [symbol]


def _read_people(speeches: Mapping[str, int]) -> Iterator[tuple[Name, Sequence[str]]]:
    """Yield the people who have speeches; pages that are perhaps of one person are one name."""
    forms: dict[int, list[str]] = {}
    for speaker, form in SpeakerName.objects.values_list("speaker", "name"):
        forms.setdefault(speaker, []).append(form)
    pages: dict[tuple[bool, int], list[tuple[Name, Sequence[str]]]] = {}
    rows = Speaker.objects.values_list(
        "pk", "slug", "honorific", "name", "country__short_name", "proposal__number"
    )
    for pk, slug, honorific, person, country, number in rows:
        if slug in speeches:
            shown = shown_name(honorific, person)
            label = f"{shown} ({country})" if country else shown
            page = Name("speaker", label, person, speeches[slug], slug)
            of_person = pages.setdefault((bool(number), number or pk), [])
            of_person.append((page, [person, *forms.get(pk, ())]))
    for of_person in pages.values():
        of_person.sort(key=lambda page: (-page[0].speeches, page[0].key))
        first = of_person[0][0]
        others = [page.value for page, _ in of_person[1:MAX_PAGES_OF_PERSON]]
        count = sum(page.speeches for page, _ in of_person)
        names = [name for _, of_page in of_person for name in of_page]
        yield replace(first, speeches=count, others=tuple(others)), names


def _read_office_holders() -> Iterator[tuple[Name, Sequence[str]]]:
    """Yield the people whose office speeches print without their name, if years tell their speeches
    from those of other holders."""
    for office in all_office_searches():
        first, last = office.parameters.date_from, office.parameters.date_to
        assert first is not None  # noqa: S101 - every term has a first day
        if (first.month, first.day) != (1, 1) or (last and (last.month, last.day) != (12, 31)):
            continue
        last_year = last.year if last else ""
        label = f"{office.holder} ({office.office}, {first.year}–{last_year})"
        q = f"{office.parameters.q} year:{first.year}..{last_year}"
        yield Name("speaker", label, office.holder, office.speeches, "", q=q), [office.holder]

"""What a reader may be typing: words of the texts, and the names of speakers, countries, topics and
meetings that have speeches, each as the whole query that it completes.

    completions(snapshot, "dam speaker:uma")  # speaker:"Umarov" in the place of speaker:uma

Only the end of what is typed is completed. A name is found by any of its words; letters are
compared folded. Names come from the database and may be as old as ``NAMES_FOR_S``; how many
speeches have them is counted in the index.
"""

import re
import threading
import time
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from heapq import nsmallest
from itertools import islice

import numpy as np

from statements.models import Country, CountryName, Meeting, Speaker, Topic
from statements.search.analysis import tokenizer
from statements.search.fields import MANY_VALUED, TEXT_FIELD
from statements.search.index.snapshot import Mask, Snapshot
from statements.search.matching.columns import column
from statements.search.query.lexer import DASHES
from statements.search.query.limits import MAX_PHRASE, MAX_QUERY_CHARACTERS
from statements.transcripts.names import fold

MOST = 10
MOST_NAMES = 5  # where words are offered too
MOST_OF_A_NAME = 5  # words typed that a name is sought by
SHORTEST = 2  # letters
NAMES_FOR_S = 60.0
_FACETS = {"country": "country", "speaker": "speaker", "topic": MANY_VALUED, "symbol": "meeting"}
KINDS = tuple(_FACETS)

_LAST = chr(0x10FFFF)
_WITHOUT_QUOTES = {ord(quote): None for quote in '"“”„‟«»'}
# a last word with a field, and a field whose quotation marks are still open
_IN_FIELD = re.compile(rf"[{DASHES}]*\(*(?P<field>[A-Za-z]+):(?P<typed>[^\"():]*)$")
_IN_QUOTES = re.compile(rf'(?<![^\s({DASHES}])(?P<field>[A-Za-z]+):"(?P<typed>[^"]*)$')


@dataclass(frozen=True, slots=True)
class Completion:
    kind: str  # "word", or one of ``KINDS``
    label: str  # what a reader chooses
    q: str  # the whole query with it


@dataclass(frozen=True, slots=True)
class _Name:
    kind: str
    label: str
    value: str
    speeches: int
    key: str  # in the facet of its kind

    @property
    def typed(self) -> str:
        """As it stands in a query: in quotes where it has several words, and no longer than a
        phrase may be."""
        words = list(tokenizer.words(self.value))
        cut = words[MAX_PHRASE - 1].end if len(words) > MAX_PHRASE else None
        value = self.value[:cut].translate(_WITHOUT_QUOTES)
        return f'{self.kind}:"{value}"' if re.search(r"[\s()]", value) else f"{self.kind}:{value}"


# -- what is offered --------------------------------------------------------------------------


def completions(
    snapshot: Snapshot, typed: str, most: int = MOST, living: Mask | None = None
) -> list[Completion]:
    """At most so many, names first, the most frequent of each first. ``living``, bool[H], are the
    speeches whose words and names may be offered, where not all of the index's are."""
    offered: dict[tuple[str, str], Completion] = {}
    for completion in _offers(snapshot, typed, most, living):
        if len(completion.q) <= MAX_QUERY_CHARACTERS:
            # a name stands for as many of the words typed as it can
            offered.setdefault((completion.kind, completion.label), completion)
    return list(offered.values())[:most]


def _offers(snapshot: Snapshot, typed: str, most: int, living: Mask | None) -> Iterator[Completion]:
    quoted = typed.count('"') % 2 == 1
    if quoted:
        field = _IN_QUOTES.search(typed)
    else:
        field = _IN_FIELD.match(typed, typed.rfind(" ") + 1)
    if field:
        kind = field["field"].lower()
        if kind in KINDS:
            before = typed[: field.start("field")]
            yield from _named(snapshot, before, field["typed"], (kind,), most, living)
        return
    for begin in [] if quoted else _ends(typed):
        yield from _named(snapshot, typed[:begin], typed[begin:], KINDS, MOST_NAMES, living)
    yield from _words(snapshot, typed, most, living)


def _ends(typed: str) -> list[int]:
    """Where the last words begin that may be a name together, the most words first."""
    begins: list[int] = []
    for match in reversed(list(re.finditer(r"\S+", typed))):
        if len(begins) == MOST_OF_A_NAME or re.search(rf'[":()*]|^[{DASHES}]', match[0]):
            break
        begins.append(match.start())
    return begins[::-1]


def _named(
    snapshot: Snapshot,
    before: str,
    typed: str,
    kinds: Sequence[str],
    most: int,
    living: Mask | None,
) -> list[Completion]:
    begun = fold(typed)
    if len(begun) < SHORTEST:
        return []
    fitting = [name for name in _names(snapshot).beginning(begun) if name.kind in kinds]
    if fitting and (living is not None or not _is_current(snapshot)):
        alive = snapshot.alive if living is None else living
        heard = {kind: _counts(snapshot, _FACETS[kind], alive) for kind in kinds}
        fitting = [name for name in fitting if name.key in heard[name.kind]]
    best = nsmallest(most, set(fitting), key=lambda name: (-name.speeches, name.label))
    return [Completion(name.kind, name.label, f"{before}{name.typed}") for name in best]


def _words(snapshot: Snapshot, typed: str, most: int, living: Mask | None) -> Iterator[Completion]:
    """The last word, where it is one that can be gone on with."""
    last = re.search(r"""[^\s"():-]+$""", typed)
    words = list(tokenizer.words(last[0])) if last else []
    if last is None or len(words) != 1 or words[0].end - words[0].start != len(last[0]):
        return
    begun = fold(last[0])
    if len(begun) < SHORTEST:
        return
    frequencies: dict[str, int] = {}
    for segment in snapshot.segments:
        for word, frequency in segment.most_frequent(TEXT_FIELD, begun, 2 * most):
            frequencies[word] = frequencies.get(word, 0) + frequency
    frequencies.pop(begun, None)
    alive = snapshot.alive if living is None else living
    # a segment also has the words of speeches that were deleted, until it is merged
    dead = np.count_nonzero(~alive[snapshot.speech_of]) if not alive.all() else 0
    ordered = sorted(frequencies, key=lambda word: (-frequencies[word], word))
    stands = (
        word
        for word in ordered
        if frequencies[word] > dead or alive[snapshot.rolled(TEXT_FIELD, word).speeches].any()
    )
    for word in islice(stands, most):
        yield Completion("word", word, f"{typed[: last.start()]}{word}")


# -- names --------------------------------------------------------------------------------------


class _Names:
    """Names by each of their words: ``begins[i]`` is a name folded, from one of its words on."""

    def __init__(self, names: Iterable[tuple[_Name, Sequence[str]]]) -> None:
        given = list(names)
        entries = sorted(
            (folded[word.start() :], number)
            for number, (_, forms) in enumerate(given)
            for form in forms
            for folded in (fold(form),)
            for word in re.finditer(r"(?<!\w)\w", folded)
        )
        self._begins = [begin for begin, _ in entries]
        self._names = [given[number][0] for _, number in entries]

    def beginning(self, letters: str) -> Sequence[_Name]:
        low = bisect_left(self._begins, letters)
        return self._names[low : bisect_left(self._begins, letters + _LAST, low)]


_lock = threading.Lock()
_kept: tuple[str, float, _Names] | None = None


def _names(snapshot: Snapshot) -> _Names:
    """Read anew where the index has changed and the names are old; who asks meanwhile is given
    the old ones."""
    global _kept
    kept = _kept
    if kept and (kept[0] == snapshot.name or time.monotonic() - kept[1] < NAMES_FOR_S):
        return kept[2]
    if not _lock.acquire(blocking=kept is None):
        assert kept  # noqa: S101
        return kept[2]
    try:
        if _kept is None or _kept is kept:
            _kept = (snapshot.name, time.monotonic(), _Names(_read(snapshot)))
        return _kept[2]
    finally:
        _lock.release()


def _is_current(snapshot: Snapshot) -> bool:
    """Whether the names that are kept were counted in this very index."""
    return _kept is not None and _kept[0] == snapshot.name


def _read(snapshot: Snapshot) -> Iterator[tuple[_Name, Sequence[str]]]:
    """Each name that has speeches, with its printed forms."""
    counts = _counts(snapshot, "country")
    forms: dict[str, list[str]] = {}
    for code, form in CountryName.objects.values_list("country", "name"):
        forms.setdefault(code, []).append(form)
    for code, label in Country.objects.values_list("code", "short_name"):
        if code in counts:
            name = _Name("country", label, code, counts[code], code)
            yield name, [label, *forms.get(code, ())]
    counts = _counts(snapshot, "speaker")
    people = Speaker.objects.values_list("slug", "honorific", "name", "country__short_name")
    for slug, honorific, person, country in people:
        if slug in counts:
            label = " ".join(filter(None, (honorific, person, f"({country})" if country else "")))
            yield _Name("speaker", label, person, counts[slug], slug), [person]
    counts = _counts(snapshot, MANY_VALUED)
    for slug, title in Topic.objects.values_list("slug", "title"):
        if slug in counts:
            yield _Name("topic", title, title, counts[slug], slug), [title]
    counts = _counts(snapshot, "meeting")
    for symbol in Meeting.objects.values_list("symbol", flat=True):
        if symbol in counts:
            yield _Name("symbol", symbol, symbol, counts[symbol], symbol), [symbol]


def _counts(snapshot: Snapshot, facet: str, living: Mask | None = None) -> dict[str, int]:
    found = column(snapshot, facet).within(snapshot.alive if living is None else living)
    return {
        value: count
        for value, count in zip(found.values, found.counts().tolist(), strict=True)
        if count
    }

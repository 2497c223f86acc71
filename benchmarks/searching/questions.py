"""Questions of each kind, drawn from a corpus by a fixed seed; no two of a kind are the same."""

import json
import random
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass
from itertools import islice, pairwise
from pathlib import Path

from benchmarks.searching.corpus import Corpus

SEED = 20
YEARS = 10  # of a range
KINDS = (
    "rare", "common", "and", "or", "phrase", "prefix", "word+country", "word+years", "browse",
)  # fmt: skip
# every engine must do these; browsing is one question, and is kept out of sums
SUMMED = KINDS[:-1]
LOOKED_AT = 60_000  # paragraphs from which words are drawn

# of how many paragraphs, as parts of all
RARE = (1e-4, 1e-3)
COMMON = (0.05, 0.25)
PHRASE = (1e-3, 0.03)
PREFIX = (0.005, 0.10)
PREFIX_LETTERS = (5, 7)
PREFIX_WORDS = (3, 100)
# left out of all questions: engines differ in what they do with such
_SHORT = 3
_COMMON_AND_EMPTY = frozenset(
    "about after again against also because been before being between both cannot could does "
    "doing down during each even from further have having here hers himself into itself more "
    "most must only other ours over same shall should some such than that their theirs them then "
    "there these they this those through under until very were what when where which while whom "
    "will with within without would your yours".split()
)


@dataclass(frozen=True, slots=True)
class Question:
    words: tuple[str, ...] = ()
    how: str = "all"  # "all", "any", "phrase", "prefix"
    country: str = ""
    years: tuple[int, int] | None = None

    @property
    def typed(self) -> str:
        """As a reader of ours types it, but for the filters."""
        match self.how:
            case "phrase":
                return f'"{" ".join(self.words)}"'
            case "any":
                return " OR ".join(self.words)
            case "prefix":
                return f"{self.words[0]}*"
            case _:
                return " ".join(self.words)


Questions = dict[str, list[Question]]


def drawn(corpus: Corpus, count: int) -> Questions:
    """That many of each kind, or as many as there are; stored with the corpus."""
    kept = corpus.folder / f"questions-{count}.json"
    if not kept.exists():
        found = _draw(corpus, count)
        rows = {kind: [asdict(question) for question in found[kind]] for kind in KINDS}
        kept.write_text(json.dumps(rows))
    return _read(kept)


def _read(kept: Path) -> Questions:
    return {
        kind: [
            Question(
                tuple(row["words"]),
                row["how"],
                row["country"],
                tuple(row["years"]) if row["years"] else None,
            )
            for row in rows
        ]
        for kind, rows in json.loads(kept.read_text()).items()
    }


class _Statistics:
    """How many of the paragraphs looked at have a word, a pair of words, or a beginning."""

    def __init__(self, corpus: Corpus) -> None:
        self.words: Counter[str] = Counter()
        self.pairs: Counter[tuple[str, str]] = Counter()
        self.together: list[list[str]] = []
        self.countries: set[str] = set()
        self.years: set[int] = set()
        passages = sum(1 for _ in corpus.passages())
        step = max(1, passages // LOOKED_AT)
        self.looked_at = 0
        for number, passage in enumerate(corpus.passages()):
            self.countries.add(passage.country)
            self.years.add(passage.year)
            if number % step:
                continue
            self.looked_at += 1
            printed = passage.text.lower().split()
            self.words.update({word for word in printed if _plain(word)})
            self.pairs.update(
                {pair for pair in pairwise(printed) if _plain(pair[0]) and _plain(pair[1])}
            )
            self.together.append([word for word in printed if _plain(word)])

    def beginnings(self) -> Iterator[str]:
        """Beginnings of words that match neither too many words nor too few."""
        for letters in range(PREFIX_LETTERS[0], PREFIX_LETTERS[1] + 1):
            paragraphs: Counter[str] = Counter()
            words: Counter[str] = Counter()
            for word, seen in self.words.items():
                if len(word) > letters:
                    paragraphs[word[:letters]] += seen
                    words[word[:letters]] += 1
            for beginning in self.within(paragraphs, PREFIX):
                if PREFIX_WORDS[0] <= words[beginning] <= PREFIX_WORDS[1]:
                    yield beginning

    def within[Item: (str, tuple[str, str])](
        self, counts: Counter[Item], parts: tuple[float, float]
    ) -> list[Item]:
        low, high = parts
        return sorted(item for item, n in counts.items() if low <= n / self.looked_at <= high)


def is_stop_word(word: str) -> bool:
    return len(word) <= _SHORT or word in _COMMON_AND_EMPTY


def _plain(word: str) -> bool:
    return word.isascii() and word.isalpha() and not is_stop_word(word)


def _draw(corpus: Corpus, count: int) -> Questions:
    statistics = _Statistics(corpus)
    chance = random.Random(SEED)  # noqa: S311
    # a word of a small sample can be rarer than the rarest that is asked for
    rare = statistics.within(statistics.words, (max(RARE[0], 3 / statistics.looked_at), RARE[1]))
    common = statistics.within(statistics.words, COMMON)
    is_common = set(common)
    countries, years = sorted(statistics.countries), sorted(statistics.years)

    def pairs() -> Iterator[tuple[str, ...]]:
        """Two common words of one paragraph."""
        while True:
            here = sorted(is_common.intersection(chance.choice(statistics.together)))
            if len(here) > 1:
                yield tuple(chance.sample(here, 2))

    def some[Item](items: Iterable[Item]) -> list[Item]:
        pool = list(items)
        return chance.sample(pool, min(count, len(pool)))

    def filtered(make: Callable[[str], Question]) -> list[Question]:
        asked = (make(chance.choice(common)) for _ in range(50 * count if common else 0))
        return _distinct(asked, count)

    def decade(word: str) -> Question:
        first = chance.choice(years)
        return Question((word,), years=(first, first + YEARS - 1))

    def pairs_asked(how: str) -> list[Question]:
        if len(common) < 4:
            return []
        return _distinct((Question(words, how) for words in islice(pairs(), 50 * count)), count)

    return {
        "rare": [Question((word,)) for word in some(rare)],
        "common": [Question((word,)) for word in some(common)],
        "and": pairs_asked("all"),
        "or": pairs_asked("any"),
        "phrase": [
            Question(pair, "phrase") for pair in some(statistics.within(statistics.pairs, PHRASE))
        ],
        "prefix": [Question((letters,), "prefix") for letters in some(statistics.beginnings())],
        "word+country": filtered(lambda word: Question((word,), country=chance.choice(countries))),
        "word+years": filtered(decade),
        "browse": [Question()],
    }


def _distinct(questions: Iterable[Question], count: int) -> list[Question]:
    chosen: dict[Question, None] = {}
    for question in questions:
        chosen[question] = None
        if len(chosen) == count:
            break
    return list(chosen)

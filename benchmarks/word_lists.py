"""Recompute key words and collocates from texts, and measure what they cost.

    python benchmarks/word_lists.py --state FOLDER [--drawn 12] [--words 20] [--calls 30]

FOLDER is the state folder of an archive with an index (``benchmarks/pages.py`` makes one).

1. So many searches of each kind are drawn by a fixed seed: words, phrases and countries, with other
   searches, countries and periods to compare them with. Of each list so many words are drawn, and
   every figure is recomputed from the texts in the database by plain Python
   (``tests/support/search/plain_word_lists.py``), which shares no code with the engine but the
   tokenizer. A speech is found by reading it, not by the index. Figures that differ are printed,
   and the exit status says whether there are any.
2. Each call is made for other words and countries; printed are processor milliseconds of this
   process, of the first call, the median and the greatest.
"""

import argparse
import random
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from math import isclose
from pathlib import Path
from statistics import median
from typing import Any

PROJECT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(PROJECT), str(PROJECT / "tests")]

from benchmarks import debates  # noqa: E402

SEED = 31
PERIODS = ((1946, 1969), (1970, 1990), (1991, 2005), (2006, 2024))


@dataclass(frozen=True, slots=True)
class Text:
    country: str
    year: int
    paragraphs: list[list[str]]


class Archive:
    """All speeches, read from the database as words."""

    def __init__(self) -> None:
        from statements.models import Paragraph, Speech
        from statements.search.analysis.tokenizer import words

        self.texts = {
            pk: Text(country or "", year or 0, [])
            for pk, country, year in Speech.objects.values_list("pk", "country__code", "year")
        }
        spoken = Paragraph.objects.filter(kind=Paragraph.Kind.SPEECH).order_by("speech", "position")
        interned: dict[str, str] = {}
        for pk, text in spoken.values_list("speech", "text").iterator(2000):
            terms = [interned.setdefault(word.term, word.term) for word in words(text)]
            self.texts[pk].paragraphs.append(terms)

    @cached_property
    def countries(self) -> list[str]:
        return sorted({text.country for text in self.texts.values()} - {""})


@dataclass(frozen=True, slots=True)
class Drawn:
    """A search as typed, and as a plain reading decides it."""

    q: str
    country: str
    years: tuple[int, int] | None
    phrase: tuple[str, ...]

    def address(self, prefix: str = "") -> str:
        from urllib.parse import urlencode

        pairs = {"q": self.q, "country": self.country}
        if self.years:
            pairs |= {"from": str(self.years[0]), "to": str(self.years[1])}
        return urlencode({f"{prefix}{name}": value for name, value in pairs.items() if value})

    def passes(self, text: Text) -> bool:
        in_years = not self.years or self.years[0] <= text.year <= self.years[1]
        return in_years and (not self.country or text.country == self.country)

    def occurs(self, words: Sequence[str], place: int) -> int:
        size = len(self.phrase)
        return size if size and tuple(words[place : place + size]) == self.phrase else 0

    def matches(self, text: Text) -> bool:
        return self.passes(text) and (
            not self.phrase
            or any(
                self.occurs(words, place)
                for words in text.paragraphs
                if self.phrase[0] in words
                for place in range(len(words))
            )
        )


def drawn(archive: Archive, chance: random.Random, kinds: str) -> Drawn:
    """Draw a search that has the kinds named: w for a word, p for a phrase of two, c for a country,
    y for a period. Words are such that only texts have, and have in one spelling."""
    from statements.search.backends import search_backend
    from statements.search.index.snapshot import current

    phrase: tuple[str, ...] = ()
    while "w" in kinds or "p" in kinds:
        text = archive.texts[chance.choice(list(archive.texts))]
        words = chance.choice(text.paragraphs or [[]])
        size = 2 if "p" in kinds else 1
        if len(words) < 20:
            continue
        place = chance.randrange(len(words) - size)
        phrase = tuple(words[place : place + size])
        forms = [form for word in phrase for form in search_backend().forms(word)]
        if (
            all(word.isascii() and word.isalpha() and len(word) > 3 for word in phrase)
            and not any("-" in form for form in forms)
            and not any(current().fields_of_head(word) for word in phrase)
        ):
            break
    return Drawn(
        f'"{" ".join(phrase)}"' if phrase else "",
        chance.choice(archive.countries) if "c" in kinds else "",
        chance.choice(PERIODS) if "y" in kinds else None,
        phrase,
    )


# -- recomputing -----------------------------------------------------------------------------------


def differences(row: Mapping[str, Any], plain: Any) -> Iterator[str]:
    for name, expected in vars(plain).items():
        if not isclose(row[name], expected, rel_tol=1e-6, abs_tol=1e-4):
            yield f"{row['word']}: {name} is {expected}, and the engine says {row[name]}"


def check_keyness(archive: Archive, chance: random.Random, words: int) -> tuple[int, list[str]]:
    from django.http import QueryDict
    from support.search.plain_word_lists import count, key_words

    from statements.search import word_lists

    search = drawn(archive, chance, chance.choice(["w", "p", "c", "cy", "wc"]))
    reference = drawn(archive, chance, chance.choice(["", "w", "c", "y"]))
    address = f"{search.address()}&{reference.address('ref_')}&function_words=show&limit=200"
    address += f"&side={chance.choice(list(word_lists.Side))}"
    address += f"&measure={chance.choice(list(word_lists.KeynessMeasure))}"
    answer = word_lists.keyness(word_lists.KeynessParameters.from_query(QueryDict(address))).answer
    inside = {pk for pk, text in archive.texts.items() if search.matches(text)}
    outside = [
        text.paragraphs
        for pk, text in archive.texts.items()
        if pk not in inside and reference.matches(text)
    ]
    found = [archive.texts[pk].paragraphs for pk in inside]
    plain = key_words(found, outside)
    sizes = [(len(side), count(side).total()) for side in (found, outside)]
    told = [(side.speeches, side.words) for side in (answer.search, answer.reference)]
    errors = [f"{address}: sizes are {sizes}, not {told}"] if sizes != told else []
    rows = chance.sample(list(answer.words), min(words, len(answer.words)))
    for row in rows:
        errors += [f"{address}: {each}" for each in differences(asdict(row), plain[row.word])]
    return len(rows), errors


def check_collocates(archive: Archive, chance: random.Random, words: int) -> tuple[int, list[str]]:
    from django.http import QueryDict
    from support.search.plain_word_lists import collocates

    from statements.search import word_lists

    search = drawn(archive, chance, chance.choice(["w", "p", "wc", "wy"]))
    window = chance.randint(1, 10)
    address = f"{search.address()}&window={window}&function_words=show&limit=200"
    address += f"&measure={chance.choice(list(word_lists.CollocateMeasure))}"
    parameters = word_lists.CollocateParameters.from_query(QueryDict(address))
    answer = word_lists.collocates(parameters).answer
    filtered = [text for text in archive.texts.values() if search.passes(text)]
    matching = {id(text) for text in filtered if search.matches(text)}
    plain = collocates(
        [text.paragraphs for text in filtered if id(text) in matching],
        [text.paragraphs for text in filtered if id(text) not in matching],
        search.occurs,
        window,
    )
    sizes = plain.occurrences, plain.window_words
    told = answer.occurrences, answer.window_words
    errors = [f"{address}: sizes are {sizes}, not {told}"] if sizes != told else []
    rows = chance.sample(list(answer.words), min(words, len(answer.words)))
    for row in rows:
        errors += [f"{address}: {each}" for each in differences(asdict(row), plain.words[row.word])]
    return len(rows), errors


# -- measuring -------------------------------------------------------------------------------------


def measured(calls: Sequence[Callable[[], Any]]) -> list[float]:
    times = []
    for call in calls:
        begun = time.process_time()
        call()
        times.append((time.process_time() - begun) * 1000)
    return times


def calls(countries: Sequence[str], count: int) -> dict[str, list[Callable[[], Any]]]:
    from django.http import QueryDict

    from benchmarks.finding import words
    from statements.search import word_lists

    common, rare = words(count)

    def key(address: str) -> Callable[[], Any]:
        parameters = word_lists.KeynessParameters.from_query(QueryDict(address))
        return lambda: word_lists.keyness(parameters)

    def beside(address: str) -> Callable[[], Any]:
        parameters = word_lists.CollocateParameters.from_query(QueryDict(address))
        return lambda: word_lists.collocates(parameters)

    chance = random.Random(SEED)  # noqa: S311
    pairs = [tuple(chance.sample(countries, 2)) for _ in range(count)]
    return {
        "key words, common word against the rest": [key(f"q={word}") for word in common],
        "key words, common word, by log ratio": [
            key(f"q={word}&measure=log-ratio") for word in common
        ],
        "key words, common word, less than the rest": [
            key(f"q={word}&side=less") for word in common
        ],
        "key words, rare word against the rest": [key(f"q={word}") for word in rare],
        "key words, country against the rest": [key(f"country={one}") for one, _ in pairs],
        "key words, country against another": [
            key(f"country={one}&ref_country={other}") for one, other in pairs
        ],
        "key words, half of the years against the others": [
            key(f"from={year}") for year in range(1985, 1985 + count)
        ],
        "collocates, common word, 5": [beside(f"q={word}") for word in common],
        "collocates, common word, 10, function words": [
            beside(f"q={word}&window=10&function_words=show&measure=t-score") for word in common
        ],
        "collocates, rare word, 5": [beside(f"q={word}") for word in rare],
        "collocates, common word of a country": [
            beside(f"q={word}&country={one}") for word, (one, _) in zip(common, pairs, strict=False)
        ],
        'collocates, "united nations", 10': [
            beside('q="united nations"&window=10') for _ in range(3)
        ],
    }


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--state", type=Path, required=True)
    parser.add_argument("--drawn", type=int, default=12, help="lists of each kind")
    parser.add_argument("--words", type=int, default=20, help="of each list")
    parser.add_argument("--calls", type=int, default=30)
    options = parser.parse_args()
    debates.open_archive(options.state)
    from statements.models import Country

    countries = sorted(
        Country.objects.filter(speeches__isnull=False).distinct().values_list("code", flat=True)
    )
    print("| call | first | median | greatest |\n|---|---|---|---|")
    for name, made in calls(countries, options.calls).items():
        first, *others = measured(made)
        print(f"| {name} | {first:.0f} | {median(others):.0f} | {max(others):.0f} |")
    if not options.drawn:
        return 0
    archive = Archive()
    chance = random.Random(SEED)  # noqa: S311
    errors: list[str] = []
    for name, check in (("key words", check_keyness), ("collocates", check_collocates)):
        checked = 0
        for _ in range(options.drawn):
            count, wrong = check(archive, chance, options.words)
            checked += count
            errors += wrong
        print(f"{name}: {checked} words of {options.drawn} lists recomputed")
    for error in errors:
        print(error)
    print(f"{len(errors)} figures differ")
    return bool(errors)


if __name__ == "__main__":
    sys.exit(main())

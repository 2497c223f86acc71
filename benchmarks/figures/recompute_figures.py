"""The figures of trends, first uses and tables, counted again from the texts in the database.

    python benchmarks/figures/recompute_figures.py --state FOLDER [--phrases 12] [--cells 200]

FOLDER is the state folder of an archive, see ``benchmarks/pages.py``. Nothing of the search takes
part in the count: paragraphs are read from the database, cut into words by a regular expression of
this script, and counted one by one. Words and phrases are drawn from the texts and asked for in
quotation marks, so that no other form of a word counts, except in two parts, if it is anywhere
printed with a hyphen between these. Compared are, for the whole archive and two drawn countries:

1. mentions, speeches, and all words of each year and decade, as the API and the page state them;
2. the first use: its speech, and the first paragraph of it; of the earliest ones any will do;
3. drawn cells of the tables of countries by years and of languages by decades.

Speeches are those that a search finds, by names and titles too; mentions are of the text.

Prints how many figures agree, and those that do not. Exits with 1 if any does not.
"""

import argparse
import html
import random
import re
import sys
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from benchmarks import debates

# letters, digits and the accents and points that follow them
WORD = re.compile(r"(?:\w|[\u0300-\u036f\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7])+|[&%]")
SIGNS = {"&": "and", "%": "percent"}  # that stand for words
HYPHENS = "-\u2010\u2011"
PLAIN = re.compile(r"[a-z]{3,20}")
MOST_WORDS = 3  # of a phrase
# of names and titles, in which a search finds words too; a speech has each of them apart
HEADS = (
    "speaker_printed", "role", "affiliation", "on_behalf_of", "speaker__name",
    "speaker__names__name", "country__short_name", "country__formal_name", "country__names__name",
    "affiliations__name", "affiliations__names__name", "topics__title", "meeting__symbol",
)  # fmt: skip


# how a word is divided, if it stands with a hyphen anywhere: ("coun", "tries")
Divisions = dict[str, set[tuple[str, str]]]


@dataclass(frozen=True, slots=True)
class Spoken:
    """One speech: the words of its paragraphs by position, and of what names it."""

    public_id: str
    year: int | None
    day: date | None
    country: str
    language: str
    paragraphs: dict[int, list[str]]
    divisions: Divisions
    heads: list[list[str]]  # words of names and titles

    def count(self, phrase: Sequence[str], position: int) -> int:
        """Return how often a phrase stands in a paragraph, words divided or not."""
        words = self.paragraphs[position]
        pairs = {pair: word for word in phrase for pair in self.divisions.get(word, ())}
        if any(first in words for first, _ in pairs):
            wholes = {
                place: pairs[pair] for place, pair in enumerate(pairwise(words)) if pair in pairs
            }
            words = [
                wholes.get(place, word)
                for place, word in enumerate(words)
                if place - 1 not in wholes
            ]
        return count(words, phrase)

    def count_all(self, phrase: Sequence[str]) -> int:
        return sum(self.count(phrase, position) for position in self.paragraphs)

    def is_named(self, phrase: Sequence[str]) -> bool:
        """Return whether a phrase stands in a name or title."""
        return any(count(head, phrase) for head in self.heads)

    @property
    def decade(self) -> str:
        return f"{self.year // 10 * 10}s" if self.year else ""

    @property
    def time(self) -> tuple[int, int]:
        """Its place in time: a year alone comes before the days of this year, none comes last."""
        return self.year or 9999, self.day.toordinal() if self.day else 0

    @property
    def length(self) -> int:
        return sum(map(len, self.paragraphs.values()))


def read() -> list[Spoken]:
    """Read all public speeches."""
    from django.db import connection

    from statements.models import Speech

    speeches: dict[int, Spoken] = {}
    divisions: Divisions = {}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, public_id, year, date, coalesce(country_id, ''), language"
            " FROM statements_speech WHERE withdrawal_id IS NULL"
        )
        for key, *row in cursor.fetchall():
            speeches[key] = Spoken(*row, paragraphs={}, divisions=divisions, heads=[])
        cursor.execute(
            "SELECT speech_id, position, text FROM statements_paragraph WHERE kind = 'speech'"
            " ORDER BY speech_id, position"
        )
        while rows := cursor.fetchmany(5_000):
            for key, position, text in rows:
                if key in speeches:
                    speeches[key].paragraphs[position] = words_of(text)
                    for pair in divided_words(text):
                        divisions.setdefault("".join(pair), set()).add(pair)
    for field in HEADS:
        named = Speech.objects.exclude(**{f"{field.split('__')[0]}__isnull": True})
        for key, words in named.values_list("pk", field).distinct():
            if key in speeches and words:
                speeches[key].heads.append(words_of(words))
    return list(speeches.values())


def words_of(text: str) -> list[str]:
    if text.isascii():
        folded = WORD.findall(text.lower())
    else:
        # folded after the text was cut: of some signs, folding makes several words. An accent that
        # stands alone is no word
        folded = [word for word in map(fold, WORD.findall(text)) if word]
    return [SIGNS.get(word) or sys.intern(word) for word in folded]


def divided_words(text: str) -> Iterator[tuple[str, str]]:
    """Yield two words with a hyphen between them."""
    matches = list(WORD.finditer(text)) if any(sign in text for sign in HYPHENS) else []
    for first, second in pairwise(matches):
        if second.start() == first.end() + 1 and text[first.end()] in HYPHENS:
            yield fold(first[0]), fold(second[0])


def fold(word: str) -> str:
    """Lower case without accents."""
    if word.isascii():
        return word.lower()
    decomposed = unicodedata.normalize("NFKD", word).casefold()
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))


def count(words: Sequence[str], phrase: Sequence[str]) -> int:
    """Return how often a phrase stands in a paragraph."""
    first, size = phrase[0], len(phrase)
    if size == 1 or first not in words:
        return words.count(first)
    return sum(
        word == first and list(words[place : place + size]) == list(phrase)
        for place, word in enumerate(words)
    )


def draw(speeches: Sequence[Spoken], size: int, chance: random.Random) -> list[list[str]]:
    """Return phrases of one to three words from drawn paragraphs, with plain letters alone."""
    phrases: list[list[str]] = []
    while len(phrases) < size:
        speech = chance.choice(speeches)
        if not speech.paragraphs:
            continue
        words = chance.choice(list(speech.paragraphs.values()))
        length = 1 + len(phrases) % MOST_WORDS
        begin = chance.randrange(max(len(words) - length, 1))
        phrase = words[begin : begin + length]
        if len(phrase) == length and all(map(PLAIN.fullmatch, phrase)):
            phrases.append(phrase)
    return phrases


class Tally:
    """How many figures agree."""

    def __init__(self) -> None:
        self.equal = 0
        self.different: list[str] = []

    def compare(self, name: str, stated: object, counted: object) -> None:
        if stated == counted:
            self.equal += 1
        else:
            self.different.append(f"{name}: the archive says {stated!r}, the texts {counted!r}")

    def report(self, kind: str) -> None:
        print(f"{kind:<40}{self.equal:>8,} agree {len(self.different):>6,} differ", flush=True)
        for line in self.different[:20]:
            print(f"    {line}")


def ask(path: str, **query: Any) -> Any:
    from django.test import Client

    response = Client().get(path, {**query, "procedure": "show"})
    assert response.status_code == 200, (path, query, response.content[:300])  # noqa: S101
    return response.json() if "/api/" in path else html.unescape(response.content.decode())


def check_trends(
    speeches: Sequence[Spoken], phrase: Sequence[str], country: str
) -> Iterator[Tally]:
    """Compare the figures of a phrase over time, and its first use."""
    population = [speech for speech in speeches if country in ("", speech.country)]
    often = {speech.public_id: speech.count_all(phrase) for speech in population}
    q, filters = f'"{" ".join(phrase)}"', {"country": country} if country else {}
    tally, places = Tally(), (("year", lambda one: str(one.year or "")), ("decade", _decade))
    for period, label in places:
        answer = ask("/api/v1/trends", q=q, period=period, **filters)
        [trend] = answer["trends"]
        mentions, matching, words, all_speeches = Counter(), Counter(), Counter(), Counter()
        for speech in population:
            mentions[label(speech)] += often[speech.public_id]
            matching[label(speech)] += often[speech.public_id] > 0 or speech.is_named(phrase)
            words[label(speech)] += speech.length
            all_speeches[label(speech)] += 1
        for place, name in enumerate(answer["periods"]):
            for kind, counted in (
                ("mentions", mentions), ("speeches", matching),
                ("of_words", words), ("of_speeches", all_speeches),
            ):  # fmt: skip
                tally.compare(f"{q} {country} {name} {kind}", trend[kind][place], counted[name])
    yield tally
    points = ask("/search/", q=q, view="time", measure="mentions", **filters)
    titles = re.findall(r"<title>(.*?)</title><circle", points)
    on_page = Tally()
    by_year = Counter[str]()
    for speech in population:
        by_year[str(speech.year or "")] += often[speech.public_id]
    for title in titles:  # 1997, "a phrase": 1,204
        name, figure = title[:4], int(title.rpartition(": ")[2].replace(",", ""))
        on_page.compare(f"{q} {country} {name} on the page", figure, by_year[name])
    yield on_page
    yield _check_first(population, often, phrase, trend["first"], q)


def _decade(speech: Spoken) -> str:
    return speech.decade


def _check_first(
    population: Sequence[Spoken],
    often: dict[str, int],
    phrase: Sequence[str],
    stated: dict[str, Any] | None,
    q: str,
) -> Tally:
    tally = Tally()
    matching = {speech.public_id: speech for speech in population if often[speech.public_id]}
    if stated is None:
        tally.compare(f"{q} first use", None, next(iter(matching), None))
        return tally
    earliest = min(speech.time for speech in matching.values())
    _, _, public_id, anchor = stated["url"].split("/")
    speech = matching.get(public_id)
    tally.compare(f"{q} time of first use", speech and speech.time, earliest)
    paragraphs = speech.paragraphs if speech else {}
    places = (place for place in paragraphs if speech and speech.count(phrase, place))
    first = next(places, 0)
    tally.compare(f"{q} paragraph", re.match(r"#p(\d+)", anchor)[1], str(first))  # type: ignore[index]
    return tally


def check_cells(
    speeches: Sequence[Spoken], phrase: Sequence[str], cells: int, chance: random.Random
) -> Iterator[Tally]:
    """Compare drawn cells of two tables."""
    matching = [
        speech for speech in speeches if speech.count_all(phrase) or speech.is_named(phrase)
    ]
    q = f'"{" ".join(phrase)}"'
    for rows, columns, key in (
        ("country", "year", lambda one: (one.country, str(one.year))),
        ("language", "decade", lambda one: (one.language, one.decade)),
    ):
        table, counted, tally = (
            ask("/api/v1/matrix", q=q, rows=rows, columns=columns),
            Counter(map(key, matching)),
            Tally(),
        )
        places = [(i, j) for i in range(len(table["rows"])) for j in range(len(table["columns"]))]
        for i, j in chance.sample(places, min(cells, len(places))):
            value = table["rows"][i], table["columns"][j]
            tally.compare(f"{q} {value}", table["counts"][i][j], counted[value])
        yield tally


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--state", type=Path, required=True)
    parser.add_argument("--phrases", type=int, default=12)
    parser.add_argument("--cells", type=int, default=200, help="of each table")
    parser.add_argument("--seed", type=int, default=12)
    options = parser.parse_args(arguments)
    debates.open_archive(options.state)
    from django.conf import settings

    settings.ALLOWED_HOSTS.append("testserver")
    chance = random.Random(options.seed)  # noqa: S311
    speeches = read()
    print(f"{len(speeches):,} speeches, {sum(one.length for one in speeches):,} words", flush=True)
    countries = sorted({speech.country for speech in speeches} - {""})
    kinds: dict[str, Tally] = {}
    for phrase in draw(speeches, options.phrases, chance):
        for country in ("", *chance.sample(countries, 2)):
            names = ("trends (API)", "points of the chart (page)", "first uses")
            _add(kinds, zip(names, check_trends(speeches, phrase, country), strict=True))
        names = ("cells, country × year", "cells, language × decade")
        _add(kinds, zip(names, check_cells(speeches, phrase, options.cells, chance), strict=True))
    for kind, tally in kinds.items():
        tally.report(kind)
    return int(any(tally.different for tally in kinds.values()))


def _add(kinds: dict[str, Tally], tallies: Any) -> None:
    for kind, tally in tallies:
        whole = kinds.setdefault(kind, Tally())
        whole.equal += tally.equal
        whole.different += tally.different


if __name__ == "__main__":
    sys.exit(main())

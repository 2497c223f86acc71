"""A small archive drawn by a fixed seed, and plain readings of it to compare answers with."""

import random
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

import numpy as np

from statements.models import Speech
from statements.search import query
from statements.search.analysis.tokenizer import words
from statements.search.index.snapshot import Mask, Snapshot, current
from statements.search.matching.evaluator import Evaluator, Match
from support.factories import make_speech

WORDS = (
    "river dam peace water treaty border flood harvest glacier council vote election elections "
    "the of and to"
).split()
COUNTRIES = ["KAZ", "FRA", "CIV", "KOR", ""]
SPEAKERS = ["Umarov", "Ñandú", "O'Brien", "Diallo", ""]
TOPICS = ["Peace and security", "Water, rivers and seas", "Other matters"]
MEETINGS = [("S/PV.9", "Security Council"), ("S/PV.10", "Security Council"), ("A/70/PV.3", "GA")]
DATES = [date(1946, 1, 17), date(1999, 12, 31), date(2014, 2, 1), date(2014, 2, 28)]
DATES += [date(2014, 3, 1), None]


@dataclass(frozen=True)
class Drawn:
    """One speech as it was drawn, with the stored row."""

    stored: Speech
    paragraphs: list[str]
    country: str
    speaker: str
    topics: list[str]
    meeting: str
    on: date | None

    @property
    def terms(self) -> list[list[str]]:
        """The terms of each paragraph."""
        return [[word.term for word in words(text)] for text in self.paragraphs]


def draw(count: int, seed: int = 7, vocabulary: Iterable[str] = WORDS) -> list[Drawn]:
    chance = random.Random(seed)  # noqa: S311
    vocabulary = list(vocabulary)
    drawn = []
    for _ in range(count):
        paragraphs = [
            " ".join(chance.choices(vocabulary, k=chance.randint(3, 12)))
            for _ in range(chance.randint(1, 4))
        ]
        country, speaker = chance.choice(COUNTRIES), chance.choice(SPEAKERS)
        topics = chance.sample(TOPICS, chance.randint(0, 3))
        symbol, organ = chance.choice([*MEETINGS, ("", "")])
        on = chance.choice(DATES)
        stored = make_speech(
            paragraphs,
            speaker=speaker,
            country=country,
            on=on,
            meeting=symbol,
            organ=organ,
            topics=topics,
        )
        stored.refresh_from_db()
        drawn.append(Drawn(stored, paragraphs, country, speaker, topics, symbol, on))
    return drawn


@dataclass(frozen=True)
class Asked:
    """A query asked of the index as it is now."""

    snapshot: Snapshot
    evaluator: Evaluator
    match: Match

    @property
    def found(self) -> Mask:
        return self.match.matched

    def ids(self, numbers: Iterable[int]) -> list[int]:
        """Speeches by their numbers in the snapshot."""
        return [int(one) for one in self.snapshot.numbers["speech"][np.array(list(numbers), int)]]


def ask(typed: str) -> Asked:
    snapshot = current()
    evaluator = Evaluator(snapshot)
    return Asked(snapshot, evaluator, evaluator.match(query.parse(typed)))


def those_with(drawn: Iterable[Drawn], has: Callable[[Drawn], bool]) -> dict[int, Drawn]:
    return {one.stored.pk: one for one in drawn if has(one)}

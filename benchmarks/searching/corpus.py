"""Corpora of several sizes, made from the UN General Debate Corpus and kept in a work folder.

A size is a part of the archive ("1/8"), all of it ("1"), or more than it is ("8", "100k"). What is
more is resampled: each further speech takes country, year and speaker from a real one, and each of
its paragraphs is the first half of one real paragraph of that year and the second half of another,
so that the statistics of common words, and most of their neighbours, are real. Sometimes an
invented word is inserted between the halves, so that the vocabulary keeps growing.
"""

import json
import os
import random
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from benchmarks import debates
from benchmarks.debates import Debate

SEED = 8
INVENTED = 0.12  # of paragraphs have an invented word
# of "100k", as many documents a speech as make 1.3 million of them
SPEECHES_OF_100K = 100_000
PARAGRAPHS_OF_100K = (4, 23)


@dataclass(frozen=True, slots=True)
class Passage:
    """A paragraph, as every engine but ours is given it."""

    speech: int
    country: str
    year: int
    speaker: str
    text: str


@dataclass(frozen=True, slots=True)
class Corpus:
    """One size of the corpus in a folder of its own."""

    size: str
    folder: Path

    @property
    def state(self) -> Path:
        return self.folder / "state"

    @property
    def _passages(self) -> Path:
        return self.folder / "passages.jsonl"

    def prepare(self, archive: Path) -> None:
        """Write the passages, unless they are there."""
        self.folder.mkdir(parents=True, exist_ok=True)
        if self._passages.exists():
            return
        unfinished = self._passages.with_suffix(".unfinished")
        with unfinished.open("w", encoding="utf-8") as file:
            for number, debate in enumerate(of_size(archive, self.size), 1):
                for text in debate.paragraphs:
                    row = [number, debate.country, debate.year, debate.speaker, text]
                    file.write(json.dumps(row, ensure_ascii=False) + "\n")
        os.replace(unfinished, self._passages)

    def passages(self) -> Iterator[Passage]:
        with self._passages.open(encoding="utf-8") as file:
            for line in file:
                yield Passage(*json.loads(line))

    def debates(self) -> Iterator[Debate]:
        """The passages as statements again."""
        number, debate = 0, None
        for passage in self.passages():
            if passage.speech != number or debate is None:
                if debate is not None:
                    yield debate
                number = passage.speech
                # the assembly has met once a year since 1946
                session = passage.year - 1945
                debate = Debate(passage.country, session, passage.year, passage.speaker, [])
            debate.paragraphs.append(passage.text)
        if debate is not None:
            yield debate


def of_size(archive: Path, size: str) -> Iterator[Debate]:
    chance = random.Random(SEED)  # noqa: S311
    if size == "100k":
        real = list(debates.debates(archive, 1))
        yield from resampled(real, SPEECHES_OF_100K, chance, PARAGRAPHS_OF_100K)
        return
    part = Fraction(size)
    if part <= 1:
        yield from debates.debates(archive, part.denominator)
        return
    real = list(debates.debates(archive, 1))
    yield from real
    yield from resampled(real, int(len(real) * (part - 1)), chance)


def resampled(
    real: list[Debate], speeches: int, chance: random.Random, length: tuple[int, int] | None = None
) -> Iterator[Debate]:
    """Speeches spliced from real ones, as long as these or of so many paragraphs."""
    of_year: dict[int, list[str]] = defaultdict(list)
    for debate in real:
        of_year[debate.year] += debate.paragraphs
    made = 0
    for _ in range(speeches):
        like = chance.choice(real)
        texts = []
        for _ in range(chance.randint(*length) if length else len(like.paragraphs)):
            first = chance.choice(of_year[like.year]).split()
            second = chance.choice(of_year[like.year]).split()
            between = []
            if chance.random() < INVENTED:
                made += 1
                # the newest most often, and none often
                between = [_invented(int(made * chance.random() ** 0.5))]
            texts.append(
                " ".join([*first[: len(first) // 2], *between, *second[len(second) // 2 :]])
            )
        yield Debate(like.country, like.session, like.year, like.speaker, [t for t in texts if t])


def _invented(number: int) -> str:
    """A word that no text has."""
    letters = ""
    while number:
        number, rest = divmod(number, 20)
        letters += "bcdfghjklmnpqrstvwxz"[rest]
    return f"qu{letters}o"

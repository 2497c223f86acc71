"""Known-item search on the UN General Debate Corpus: is the speech found that the words come from?

    python benchmarks/relevance.py ARCHIVE.tar.xz --work FOLDER [--size 1/8] [--items 100]
        [--engines ours tantivy …]

Draws sentences from speeches by a fixed seed and makes of each a query of three to eight words: its
words as they are; without stop words; with one word inflected differently; with one word that only
shares its stem (Porter's, which several of the engines index); with one misspelt. The target is the
speech. Prints the mean reciprocal rank (of the first 50) and how often the target is among the
first 10. Each engine is asked for every word and for any word; which of the two it takes bare words
for is marked. Engines that find paragraphs are credited with the speech of each; the results of
ours are read from the top of its page, including the speeches offered beside the list. Indexes are
shared with benchmarks/search.py through the work folder.
"""

import argparse
import os
import random
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.searching import measuring, tables
from benchmarks.searching.corpus import Corpus, Passage
from benchmarks.searching.engines import ENGINES, engine, is_installed
from benchmarks.searching.measuring import database_of, in_a_process
from benchmarks.searching.questions import is_stop_word
from benchmarks.searching.tables import say

SEED = 51  # another than the one with which ranking was tuned
DEPTH = 50
FIRST = 10
WORDS = (3, 8)
MISSPELT_LETTERS = 6  # that a word has at least which somebody misspells
KINDS = ("exact words", "no stop words", "inflected", "same stem", "one misspelt")
_ENDINGS = ("", "s", "es", "d", "ed", "ing")
# which of the two an engine takes bare words for
BARE_IS_EVERY = {
    "ours": True, "tantivy": False, "xapian": False, "fts5": True, "postgresql": True,
    "whoosh": True,
}  # fmt: skip

_SENTENCE = re.compile(r"(?<=[.!?])\s+")
_WORD = re.compile(r"[A-Za-z]+")


@dataclass(frozen=True, slots=True)
class Item:
    """A query, and the speech that it is from."""

    words: tuple[str, ...]
    speech: int


Items = dict[str, list[Item]]


class _Vocabulary:
    """Words of the corpus, by their stems."""

    def __init__(self) -> None:
        self.seen: Counter[str] = Counter()
        self._forms: dict[str, list[str]] | None = None

    def add(self, text: str) -> None:
        self.seen.update(word.lower() for word in _WORD.findall(text))

    def inflections(self, word: str) -> list[str]:
        """Other forms that differ by an ending of number or tense alone."""
        bases = {word.removesuffix(ending) for ending in _ENDINGS}
        forms = {base + ending for base in bases if len(base) > 2 for ending in _ENDINGS}
        return sorted(forms.intersection(self.of_stem(word)))

    def of_stem(self, word: str) -> list[str]:
        from whoosh.lang.porter import stem

        if self._forms is None:
            self._forms = defaultdict(list)
            for one, count in self.seen.items():
                if count > 2:
                    self._forms[stem(one)].append(one)
        return sorted(set(self._forms.get(stem(word), ())) - {word})


def items(corpus: Corpus, count: int, seed: int = SEED) -> Items:
    """So many of each kind; the kinds of one item are of the same sentence."""
    chance = random.Random(seed)  # noqa: S311
    vocabulary = _Vocabulary()
    total = 0
    for passage in corpus.passages():
        vocabulary.add(passage.text)
        total += 1
    chosen = set(chance.sample(range(total), min(total, 8 * count)))
    drawn = [one for number, one in enumerate(corpus.passages()) if number in chosen]
    chance.shuffle(drawn)
    found: Items = {kind: [] for kind in KINDS}
    for passage in drawn:
        made = _of_passage(passage, vocabulary, chance)
        if made and len(found[KINDS[0]]) < count:
            for kind, words in zip(KINDS, made, strict=True):
                found[kind].append(Item(tuple(words), passage.speech))
    return found


def _of_passage(
    passage: Passage, vocabulary: _Vocabulary, chance: random.Random
) -> tuple[list[str], ...] | None:
    """The queries of one of its sentences, if that has words enough."""
    words = [one.lower() for one in _WORD.findall(chance.choice(_SENTENCE.split(passage.text)))]
    count = chance.randint(*WORDS)
    telling = [word for word in words if not is_stop_word(word)]
    if len(telling) < count:
        return None
    start = chance.randrange(len(words) - count + 1)
    exact = words[start : start + count]
    start = chance.randrange(len(telling) - count + 1)
    without = telling[start : start + count]
    inflected = _with_another(without, vocabulary.inflections, chance)
    of_stem = _with_another(without, vocabulary.of_stem, chance)
    long = [place for place, word in enumerate(without) if len(word) >= MISSPELT_LETTERS]
    if inflected is None or of_stem is None or not long:
        return None
    misspelt = list(without)
    place = chance.choice(long)
    misspelt[place] = _misspelt(without[place], vocabulary.seen, chance)
    return exact, without, inflected, of_stem, misspelt


def _with_another(
    words: Sequence[str], others: Callable[[str], list[str]], chance: random.Random
) -> list[str] | None:
    """The words with one replaced, if any can be."""
    places = [place for place, word in enumerate(words) if others(word)]
    if not places:
        return None
    place = chance.choice(places)
    return [*words[:place], chance.choice(others(words[place])), *words[place + 1 :]]


def _misspelt(word: str, known: Mapping[str, int], chance: random.Random) -> str:
    """A word with one typing error that does not produce another word."""
    while True:
        place = chance.randrange(1, len(word) - 1)
        before, letter, after = word[:place], word[place], word[place + 1 :]
        slip = chance.choice(
            [
                before + after,
                before + letter + letter + after,
                before + after[0] + letter + after[1:],
                before + chance.choice("abcdefghijklmnopqrstuvwxyz") + after,
            ]
        )
        if slip not in known:
            return slip


@dataclass(frozen=True, slots=True)
class Found:
    reciprocal_rank: float
    recall: float
    empty: float  # part of the queries that found nothing at all


def ask(name: str, corpus: Corpus, asked: Items, every: bool) -> dict[str, Found]:
    subject = engine(name, corpus)
    subject.prepare()
    subject.open()
    return {kind: _judged(subject, asked[kind], every) for kind in KINDS}


def _judged(subject: object, asked: Sequence[Item], every: bool) -> Found:
    reciprocal = recalled = empty = 0.0
    for item in asked:
        speeches = subject.relevant(item.words, DEPTH, every=every)
        empty += not speeches
        if item.speech in speeches:
            rank = speeches.index(item.speech) + 1
            reciprocal += 1 / rank
            recalled += rank <= FIRST
    return Found(reciprocal / len(asked), recalled / len(asked), empty / len(asked))


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("archive", type=Path)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--size", default="1/8")
    parser.add_argument("--items", type=int, default=100, help="of each kind")
    parser.add_argument("--engines", nargs="+", choices=BARE_IS_EVERY, default=list(BARE_IS_EVERY))
    parser.add_argument("--seed", type=int, default=SEED)
    options = parser.parse_args()
    corpus = Corpus(options.size, options.work.absolute() / options.size.replace("/", "-of-"))
    in_a_process(corpus.prepare, options.archive.absolute())
    asked = items(corpus, options.items, options.seed)
    say(f"Size {options.size}: {len(asked[KINDS[0]])} queries of each kind.\n")
    rows = []
    with database_of(corpus):
        for name in options.engines:
            if not is_installed(name):
                say(f"Not measured, for it is not installed: {tables.title(name)}.")
                continue
            measuring.build(name, corpus)
            for every in (True, False):
                found = in_a_process(ask, name, corpus, asked, every)
                rows.append(_row(name, every, found))
    say(tables.table(["MRR / recall@10 / empty", "words", *KINDS], rows))
    say("Empty: the part of the queries for which nothing at all was found.\n")
    say(f"Load average {os.getloadavg()[0]:.1f}.")


def _row(name: str, every: bool, found: Mapping[str, Found]) -> list[str]:
    bare = ", as bare words" if every == BARE_IS_EVERY[name] else ""
    cells = [
        f"{one.reciprocal_rank:.3f} / {one.recall:.0%} / {one.empty:.0%}"
        for one in (found[kind] for kind in KINDS)
    ]
    return [ENGINES[name].title.partition(",")[0], ("all" if every else "any") + bare, *cells]


if __name__ == "__main__":
    main()

"""Sentences as people type them: is the speech found that they remember?

    python benchmarks/searching/remembered.py --state FOLDER [--queries 100] [--seed 12]

FOLDER is the state folder of an archive, which is not changed. A person remembers that something
was said, not how: of a sentence of the archive two words are right, one of them perhaps in another
form of the same stem, and four are other words, drawn from other sentences as often as the archive
uses them. No query has stop words. A second set has two more words of the sentence itself.

Printed for both: how many queries have fewer than five speeches with all words; for how many the
speech is among the first ten of the list alone, and of the page with everything that is offered
beside the list; and the processor time of each, database not included.
"""

import argparse
import os
import random
import re
import statistics
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from benchmarks import debates
from benchmarks.searching import tables
from benchmarks.searching.tables import say

OWN, FOREIGN, MORE = 2, 4, 2  # words of a query
FIRST = 10
FEW = 5  # speeches
DRAWN = 20  # paragraphs for each query, most of which lend a word to another or are too short

_SENTENCE = re.compile(r"(?<=[.!?])\s+")
_WORD = re.compile(r"[A-Za-z]{4,}")


@dataclass(frozen=True, slots=True)
class Remembered:
    speech: int
    words: tuple[str, ...]
    more: tuple[str, ...]  # further words of the same sentence


def telling_words(text: str, chance: random.Random) -> list[str]:
    """The distinct words of a sentence of a text that are no stop words."""
    from statements.search.analysis.tokenizer import is_stop_word

    words = _WORD.findall(chance.choice(_SENTENCE.split(text)))
    return list(dict.fromkeys(word.lower() for word in words if not is_stop_word(word)))


def remember(queries: int, seed: int) -> list[Remembered]:
    """Draw queries from the texts of an archive; the same ones from the same texts."""
    from statements.models import Paragraph

    chance = random.Random(seed)  # noqa: S311
    keys = list(
        Paragraph.objects.filter(kind=Paragraph.Kind.SPEECH)
        .order_by("pk")
        .values_list("pk", flat=True)
    )
    drawn = chance.sample(keys, min(len(keys), DRAWN * queries))
    rows = Paragraph.objects.in_bulk(drawn)
    sentences = [(rows[key].speech_id, telling_words(rows[key].text, chance)) for key in drawn]
    half = len(sentences) // 2
    others = [word for _, words in sentences[half:] for word in words]
    remembered: list[Remembered] = []
    for speech, words in sentences[:half]:
        if len(words) < OWN + MORE or len(remembered) == queries:
            continue
        own = chance.sample(words, OWN + MORE)
        typed = [another_form(own[0], chance), *own[1:OWN], *chance.sample(others, FOREIGN)]
        chance.shuffle(typed)
        remembered.append(Remembered(speech, tuple(typed), tuple(own[OWN:])))
    return remembered


def another_form(word: str, chance: random.Random) -> str:
    """Another word of the archive with the same stem, if there is one."""
    from statements.search.features.related_forms import stem_variants
    from statements.search.index.snapshot import current
    from statements.search.query import Word

    variants = stem_variants(current(), Word(word))
    return chance.choice(variants) if variants else word


def find(words: Sequence[str], *, alternatives: bool) -> tuple[Any, float]:
    """Return the first page of a search, and how many milliseconds of processor time it took."""
    from statements.search import SearchParameters
    from statements.search import find as find_speeches

    begun = time.process_time()
    page = find_speeches(SearchParameters(q=" ".join(words)), alternatives=alternatives)
    return page, 1000 * (time.process_time() - begun)


def speeches_on(page: Any) -> list[int]:
    """The speeches of a page from its top."""
    beside = page.related_forms.hits if page.related_forms else []
    below = page.partial_matches.hits if page.partial_matches else []
    return [hit.speech.pk for hit in (*beside, *page.hits, *below)]


def judge(asked: Sequence[tuple[int, Sequence[str]]]) -> tuple[list[str], list[str]]:
    """Return the rows of the list alone and of the whole page."""
    found, few = [0, 0], 0
    times: tuple[list[float], list[float]] = ([], [])
    for speech, words in asked:
        for alternatives in (False, True):
            page, took = find(words, alternatives=alternatives)
            found[alternatives] += speech in speeches_on(page)[:FIRST]
            times[alternatives].append(took)
        few += page.total < FEW
    cells = []
    for number, spent in zip(found, times, strict=True):
        middle, late = statistics.median(spent), statistics.quantiles(spent, n=20)[-1]
        cells.append([f"{number}", f"{middle:.1f} ms", f"{late:.1f} ms", f"{few}"])
    return cells[0], cells[1]


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--state", type=Path, required=True)
    parser.add_argument("--queries", type=int, default=100)
    parser.add_argument("--seed", type=int, default=12)
    options = parser.parse_args()
    debates.open_archive(options.state.absolute())
    remembered = remember(options.queries, options.seed)
    sets = {
        "two words right": [(each.speech, each.words) for each in remembered],
        "four words right": [(each.speech, (*each.words, *each.more)) for each in remembered],
    }
    find(("peace",), alternatives=True)  # what the first search of a process costs
    rows = []
    for name, asked in sets.items():
        alone, whole = judge(asked)
        rows += [[name, "all words", *alone], [name, "whole page", *whole]]
    heads = ["queries", "list", "in the first ten", "median CPU", "95th percentile"]
    say(tables.table([*heads, f"fewer than {FEW} speeches"], rows))
    say(f"{len(remembered)} queries of each kind. Load average {os.getloadavg()[0]:.1f}.")


if __name__ == "__main__":
    main()

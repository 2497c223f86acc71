"""Compare results and their order with those of Whoosh's own unlimited search.

    python benchmarks/exactness.py ARCHIVE.tar.xz [--part 100] [--queries 1000]

Loads a part of the UN General Debate Corpus and, apart from it, invented speeches, into archives of
their own; builds the index in several segments, with deletions; then runs that many queries on
each, drawn by a fixed seed, with our evaluator and ``tests/support/search/reference_engine.py``,
and prints every difference. Ends with status 1 if there is one.
"""

import argparse
import random
import subprocess
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks import debates

SEED = 4
INVENTED = 120  # speeches
CORPORA = ("debates", "invented")

sys.path.insert(0, str(debates.PROJECT / "tests"))


def load_invented() -> None:
    """Speeches of words as frequent as in a language, some with hyphens, in a few countries."""
    from support.factories import make_speech

    from statements.models import Country

    chance = random.Random(SEED)  # noqa: S311
    syllables = [a + b for a in "bdfglmnprst" for b in ("a", "e", "i", "o", "an", "er", "ist")]
    words = ["".join(chance.choices(syllables, k=chance.randint(1, 3))) for _ in range(3000)]
    words += [f"{word}s" for word in words[:400]] + [f"{word}-{words[7]}" for word in words[:30]]
    weights = [1 / (rank + 2) for rank in range(len(words))]
    countries = sorted(Country.objects.values_list("pk", flat=True))[:12]
    for _ in range(INVENTED):
        paragraphs = [
            " ".join(chance.choices(words, weights, k=chance.randint(5, 120)))
            for _ in range(chance.randint(1, 12))
        ]
        make_speech(
            paragraphs, country=chance.choice(countries), topics=[chance.choice(words[:40])]
        )


def compare(queries: int) -> int:
    """Ask; yields the number of differences."""
    from support.search.random_queries import differs, drawn_queries
    from support.search.reference_engine import Reference

    from statements.models import Paragraph, Speech
    from statements.search.index import generations
    from statements.search.index.snapshot import current
    from statements.search.indexing import sync

    sync.rebuild()
    pks = list(Speech.objects.order_by("pk").values_list("pk", flat=True))
    for some in (pks[::5], pks[1::7]):  # written again, in segments after the first
        sync.update(some)
    Speech.objects.filter(pk__in=pks[::11]).delete()
    sync.drain()
    generation = generations.in_use()
    assert generation is not None  # noqa: S101
    reference = Reference(generation.path)
    texts = list(Paragraph.objects.order_by("pk").values_list("text", flat=True))
    chance = random.Random(SEED)  # noqa: S311
    refused = different = found = 0
    asked: dict[str, None] = {}
    drawn = drawn_queries(reference.words, texts, chance)
    begun = time.process_time()
    while len(asked) - refused < queries:
        typed = next(drawn)
        if typed in asked:
            continue
        asked[typed] = None
        told = differs(current(), reference, typed)
        refused += told == "refused"
        found += not told
        if told not in ("", "refused"):
            different += 1
            print(f"  {typed}: {told}", flush=True)
    print(
        f"{Speech.objects.count():,} speeches, {len(texts):,} paragraphs, "
        f"{len(current().segments)} segments: {found:,} queries alike, {different} different, "
        f"{refused} refused; {time.process_time() - begun:.0f} s CPU",
        flush=True,
    )
    reference.close()
    return different


def run(options: argparse.Namespace) -> int:
    """One corpus; yields the number of differences."""
    debates.open_archive(options.state)
    if options.corpus == "debates":
        debates.load(debates.debates(options.archive, options.part))
    else:
        load_invented()
    return compare(options.queries)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("archive", type=Path)
    parser.add_argument("--part", type=int, default=100, help="use one of so many statements")
    parser.add_argument("--queries", type=int, default=1000, help="of each corpus")
    parser.add_argument("--corpus", choices=CORPORA, help="only this one, in --state")
    parser.add_argument("--state", type=Path, help="an empty folder")
    options = parser.parse_args()
    if options.corpus:
        sys.exit(run(options) > 0)
    failed = False
    for corpus in CORPORA:
        print(corpus, flush=True)
        with debates.folder(None) as folder:
            command = [sys.executable, *sys.argv, "--corpus", corpus, "--state", str(folder)]
            failed |= subprocess.run(command, check=False).returncode != 0
    sys.exit(failed)


if __name__ == "__main__":
    main()

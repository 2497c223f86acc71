"""Related terms: what learning them costs, and a sample to judge by eye.

    python benchmarks/searching/related_terms.py --index FOLDER [--pairs 150] [--seed 7]

FOLDER is the index folder of an archive, which is only read. Printed: processor time and the size
of the file; then pairs of a word and one of the terms that its search page suggests. The words are
drawn among the ``FREQUENT`` most frequent that have suggestions, each as likely as any other; of
the suggestions of a word, each is as likely as the others.
"""

import argparse
import os
import random
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

FREQUENT = 6_000  # terms


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--index", type=Path, required=True)
    parser.add_argument("--pairs", type=int, default=150)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("words", nargs="*", help="whose suggestions are printed, too")
    options = parser.parse_args()
    os.environ["INDEX_DIR"] = str(options.index.absolute())
    os.environ["DJANGO_SETTINGS_MODULE"] = "archive.settings"
    import django

    django.setup()
    from statements.search.index import related_terms
    from statements.search.index.snapshot import current
    from statements.search.results.page import MAX_RELATED_TERMS

    begun = time.process_time()
    learned = related_terms.learn(current(), lambda: None)
    assert learned is not None  # noqa: S101
    took = time.process_time() - begun
    with tempfile.TemporaryDirectory() as folder:
        related_terms.save(Path(folder), learned)
        size = sum(path.stat().st_size for path in Path(folder).iterdir())
    print(f"{len(learned.terms):,} terms, {took:.0f} s of CPU, {size / 1e6:.1f} MB\n")
    for word in options.words:
        print(f"{word}: {', '.join(learned.near([word], MAX_RELATED_TERMS))}")
    chance = random.Random(options.seed)  # noqa: S311
    drawn = [term for term in learned.terms[:FREQUENT] if learned.near([term], 1)]
    for word in chance.sample(drawn, min(options.pairs, len(drawn))):
        print(f"{word} -> {chance.choice(learned.near([word], MAX_RELATED_TERMS))}")


if __name__ == "__main__":
    main()

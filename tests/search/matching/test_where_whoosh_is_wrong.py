"""Queries for which Whoosh's own search gives wrong answers, and why."""

import random
from itertools import permutations

from whoosh import query as wq
from whoosh.fields import NUMERIC, TEXT, Schema
from whoosh.filedb.filestore import RamStorage

WORDS = "river dam peace water treaty border".split()


def test_the_greatest_of_scores_is_taken_from_other_documents_too() -> None:
    chance = random.Random(3)  # noqa: S311
    texts = [" ".join(chance.choices(WORDS, k=6)) for _ in range(60)]
    index = RamStorage().create_index(Schema(id=NUMERIC(stored=True), text=TEXT))
    writer = index.writer()
    for number, text in enumerate(texts):
        writer.add_document(id=number, text=text)
    writer.commit()
    wrong = 0
    with index.searcher() as searcher:

        def scores(asked: wq.Query) -> dict[int, float]:
            return {hit["id"]: hit.score for hit in searcher.search(asked, limit=None)}

        of_word = {word: scores(wq.Term("text", word)) for word in WORDS}
        for one, other in permutations(WORDS, 2):
            told = scores(wq.DisjunctionMax([wq.Term("text", one), wq.Term("text", other)]))
            assert sorted(told) == [
                n for n, text in enumerate(texts) if one in text or other in text
            ]
            right = {n: max(of_word[one].get(n, 0), of_word[other].get(n, 0)) for n in told}
            wrong += any(told[n] > right[n] + 1e-6 for n in told)
    assert wrong

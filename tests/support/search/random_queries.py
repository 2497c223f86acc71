"""Queries drawn at random from the words of an archive, and our answers compared with Whoosh's."""

import random
from collections.abc import Iterator, Sequence
from itertools import pairwise

import numpy as np

from statements.search import query
from statements.search.analysis import tokenizer
from statements.search.index.snapshot import Snapshot
from statements.search.matching.evaluator import Evaluator
from statements.search.matching.ranking import rank
from statements.search.parameters import Sort
from support.search.reference_engine import Reference

COUNTRIES = ("KAZ", "FRA", "CIV", "KOR", "USA", "BRA", "IND")


def drawn_queries(
    words: Sequence[str], texts: Sequence[str], chance: random.Random
) -> Iterator[str]:
    """Endless. Words with a hyphen have spellings that Whoosh does not know of."""
    joined = {word.replace("-", "") for word in words if "-" in word}
    plain = [one for one in words if one.isalpha() and one not in joined and one not in "andornot"]
    plain = [one for one in plain if not tokenizer.is_stop_word(one)]

    def phrase() -> str:
        while True:
            found = [word.term for word in tokenizer.words(chance.choice(texts))]
            begin, length = chance.randrange(len(found)), chance.choice([1, 2, 2, 3, 5])
            terms = found[begin : begin + length]
            if joined.isdisjoint(terms):
                return f'"{" ".join(terms)}"'

    def word() -> str:
        found = [one.term for one in tokenizer.words(chance.choice(texts))]
        fitting = [one for one in found if one.isalpha() and one not in joined]
        fitting = [one for one in fitting if not tokenizer.is_stop_word(one)]
        return chance.choice(fitting or plain)

    def leaf() -> str:
        kind = chance.random()
        if kind < 0.5:
            return word()
        if kind < 0.7:
            return phrase()
        if kind < 0.8:
            return f"{chance.choice([one for one in plain if len(one) > 5])[:5]}*"
        if kind < 0.9:
            first = chance.randint(1946, 2020)
            return f"year:{first}..{first + chance.randint(0, 30)}"
        return chance.choice([f"country:{chance.choice(COUNTRIES)}", f"topic:{word()}"])

    def query_of(depth: int) -> str:
        kind = chance.random()
        if not depth or kind < 0.3:
            return leaf()
        some = [query_of(depth - 1) for _ in range(chance.choice([2, 2, 3]))]
        if kind < 0.6:
            return f"({' '.join(some)})"
        if kind < 0.8:
            return f"({' OR '.join(some)})"
        if kind < 0.9:
            return f"({some[0]} NOT {some[1]})"
        return f"(same:paragraph {' '.join(some)})"

    while True:
        yield query_of(chance.choice([0, 1, 1, 2, 3]))


def differs(snapshot: Snapshot, reference: Reference, typed: str) -> str:
    """How our answer differs from Whoosh's, "" where it does not."""
    try:
        tree = query.parse_query(typed).boosted_tree
        match = Evaluator(snapshot).match(tree)
    except query.QueryError:
        return "refused"
    pks = snapshot.numbers["speech"]
    ours = pks[np.flatnonzero(match.matched)].tolist()
    theirs, score_of = reference.ranked(tree)
    if set(ours) != theirs or len(ours) != len(theirs):
        return f"{len(ours)} found, by Whoosh {len(theirs)}: {sorted(set(ours) ^ theirs)[:5]}"
    whole = rank(snapshot, match, match.matched, Sort.RELEVANCE, 0, len(ours)).tolist()
    for start, size in ((0, 1), (0, 20), (20, 20), (len(ours) // 2, 7)):
        page = rank(snapshot, match, match.matched, Sort.RELEVANCE, start, start + size).tolist()
        if page != whole[start : start + size]:
            return f"from {start} on {page[:5]} stand, in the whole {whole[start : start + 5]}"
    order = pks[whole].tolist()
    for one, next_ in pairwise(order):
        score, less = score_of(one), score_of(next_)
        # equal scores may stand in either order, and ours are of fewer digits
        if score < less * (1 - 1e-5):
            return f"{one} ({score}) before {next_} ({less})"
    return ""

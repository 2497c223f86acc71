"""What is told beside what was asked for. Where no speech has all words of a query, it is
*relaxed*: found are those that have the most of them. Where some have all, but none in one
paragraph, *kindred* speeches are told of: those that have them so by other words of the same
stem, such as "nations" for "national".

Only words typed bare are looked for so, and only of a query that has nothing else: who writes signs
means them. Filters have no part in the decision, so that choosing one never changes what is sought,
and counts beside facets stay what a click finds.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from whoosh.lang.porter import stem

from statements.search.fields import TEXT_FIELD
from statements.search.index.snapshot import Mask, Snapshot
from statements.search.matching.evaluator import Evaluator, Match
from statements.search.query import (
    Favour,
    Kin,
    Most,
    Node,
    Phrase,
    QueryError,
    Together,
    Word,
    bare_words,
    conjunction,
    favoured,
    parse,
)

SHORTEST_STEM = 4  # letters; shorter ones join what has nothing in common
MOST_LOOKED_AT = 1000  # words of a segment that begin alike


@dataclass(frozen=True, slots=True)
class Relaxed:
    """A query in the place of one that finds nothing."""

    tree: Node
    words: tuple[str, ...]  # that were typed
    known: tuple[Word | Kin, ...]  # of these, those that any speech has
    least: int  # how many of them every speech has that is found
    unknown: tuple[str, ...]  # that no speech has


def relaxed(evaluator: Evaluator, tree: Node, living: Mask) -> Relaxed | None:
    """None where there is nothing to give up, or no word is known. ``living``, bool[H], are the
    speeches that may be found."""
    words = bare_words(tree)
    kin = [_with_relatives(evaluator.snapshot, word) for word in words]
    had = [evaluator.leaf(one).had & living for one in kin]
    known = [one for one, mask in zip(kin, had, strict=True) if mask.any()]
    if not known:
        return None
    least = int(np.sum(had, axis=0, dtype=np.uint8).max())
    return Relaxed(
        conjunction([Most(tuple(known), least), *map(Favour, favoured(tree))]),
        tuple(word.term for word in words),
        tuple(known),
        least,
        tuple(one.term for one in kin if one not in known),
    )


@dataclass(frozen=True, slots=True)
class Kindred:
    """What says a query in one paragraph by other words of its families."""

    match: Match
    words: tuple[Word | Kin, ...]


def kindred(evaluator: Evaluator, tree: Node, found: Mask, shown: Mask) -> Kindred | None:
    """None where one of the speeches found, bool[H], has all words in one paragraph, or no other
    words could stand for them. Those ``shown``, bool[H], are looked at first: where any speech
    has them so, one of the best mostly has."""
    words = bare_words(tree)
    if len(words) < 2 or _at_once(evaluator, words, shown).any():
        return None
    if (evaluator.match(Together(conjunction(words))).matched & found).any():
        return None
    kin = tuple(_with_relatives(evaluator.snapshot, word) for word in words)
    if kin == tuple(words):
        return None
    together = Together(conjunction(kin))
    match = evaluator.match(conjunction([together, *map(Favour, favoured(tree))]))
    return Kindred(match, kin)


def standing(evaluator: Evaluator, found: Kindred, speeches: Mask) -> dict[str, list[str]]:
    """For each word typed the relatives that stand in its place in some speeches, bool[H]."""
    snapshot = evaluator.snapshot
    whole = _at_once(evaluator, found.words, speeches)
    stand: dict[str, list[str]] = {}
    for one in found.words:
        for relative in one.relatives if isinstance(one, Kin) else ():
            said = snapshot.postings(TEXT_FIELD, relative, within=speeches).documents
            named = evaluator.leaf(Phrase((relative,))).named
            if whole[said].any() or (named & speeches).any():
                stand.setdefault(one.term, []).append(relative)
    return stand


def outright(words: Sequence[Word | Kin], stand: Mapping[str, Sequence[str]]) -> str | None:
    """The query that asks for these words in one paragraph, None where it would be too long."""
    typed = " ".join(
        f"({' OR '.join([one.term, *(f'"{other}"' for other in stand[one.term])])})"
        if one.term in stand
        else one.term
        for one in words
    )
    try:
        parse(f"{typed} same:paragraph")
    except QueryError:
        return None
    return f"{typed} same:paragraph"


def _at_once(evaluator: Evaluator, words: Sequence[Word | Kin], speeches: Mask) -> Mask:
    """bool[D]: the paragraphs of some speeches, bool[H], that have all words; what the head has,
    each has."""
    snapshot = evaluator.snapshot
    every = np.ones(snapshot.size, bool)
    for word in words:
        leaf = evaluator.leaf(word)
        having = np.zeros(snapshot.size, bool)
        having[leaf.within(speeches)[0]] = True
        if (named := leaf.named & speeches).any():
            having |= named[snapshot.speech_of]
        every &= having
    return every


def _with_relatives(snapshot: Snapshot, word: Word) -> Word | Kin:
    others = relatives(snapshot, word)
    return Kin(word.term, others) if others else word


def relatives(snapshot: Snapshot, word: Word) -> tuple[str, ...]:
    """The words of a stem by all steps of Porter's algorithm, as far as they occur and are no
    forms of the word: of "national" also "nations" and "nationality"."""
    of_word = stem(word.term)
    if len(of_word) < SHORTEST_STEM or not of_word.isalpha() or not of_word.isascii():
        return ()
    # its last letter may be another in the word itself: "happi" of "happy"
    begun = snapshot.terms(TEXT_FIELD, of_word[:-1], MOST_LOOKED_AT)
    forms = {word.term, *snapshot.forms(word.term)}
    return tuple(sorted(term for term in begun - forms if stem(term) == of_word))

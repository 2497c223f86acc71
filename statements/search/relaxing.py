"""What is found in the place of nothing: where no speech has all words of a query, those speeches
that have the most of them. A word is then had also where another word of its stem stands.

Only words typed bare are given up, and only by a query that has nothing else: who writes signs
means them. Filters have no part in the decision, so that choosing one never changes what is sought,
and counts beside facets stay what a click finds.
"""

from dataclasses import dataclass

import numpy as np
from whoosh.lang.porter import stem

from statements.search.evaluate import Evaluator
from statements.search.query import Favour, Kin, Most, Node, Word, bare_words, conjunction, favoured
from statements.search.schema import TEXT_FIELD
from statements.search.snapshot import Mask, Snapshot

SHORTEST_STEM = 4  # letters; shorter ones join what has nothing in common
MOST_LOOKED_AT = 1000  # words of a segment that begin alike


@dataclass(frozen=True, slots=True)
class Relaxed:
    """A query in the place of one that finds nothing."""

    tree: Node
    words: tuple[str, ...]  # that were typed
    known: tuple[Kin, ...]  # of these, those that any speech has
    least: int  # how many of them every speech has that is found
    unknown: tuple[str, ...]  # that no speech has


def relaxed(evaluator: Evaluator, tree: Node, living: Mask) -> Relaxed | None:
    """None where there is nothing to give up, or no word is known. ``living``, bool[H], are the
    speeches that may be found."""
    words = bare_words(tree)
    kin = [Kin(word.term, relatives(evaluator.snapshot, word)) for word in words]
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

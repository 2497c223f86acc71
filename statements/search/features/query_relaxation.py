"""Query relaxation and related word forms.

If no speech matches all words of a query, it is *relaxed*: the speeches with most of the words
match. If speeches match, but none has all words in one paragraph, speeches that have them in one
paragraph with words of the same stem are offered, such as "nations" for "national".

Both apply only to queries of plain words, since a reader who types operators means them. Filters
play no part in the decision: selecting one never changes what is searched, and the counts of facets
stay what a click finds.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from whoosh.lang.porter import stem

from statements.search.fields import TEXT_FIELD
from statements.search.index.snapshot import Mask, Snapshot
from statements.search.matching.evaluator import Evaluator, Match
from statements.search.protocol import RelaxedQuery
from statements.search.query import (
    Boost,
    MinShouldMatch,
    Node,
    Phrase,
    SameParagraph,
    StemExpansion,
    Word,
    boosted_phrases,
    conjunction,
    plain_words,
)

MIN_STEM = 4  # letters; words with shorter stems have nothing in common
MAX_TERMS = 1000  # of a segment that start alike


def relax_query(evaluator: Evaluator, tree: Node, live_mask: Mask) -> RelaxedQuery | None:
    """Return a query that matches most of the words; None if it would be the same query, or no word
    occurs. ``live_mask``, bool[H], are the speeches that may match."""
    words = plain_words(tree)
    leaves = [_expand_stem(evaluator.snapshot, word) for word in words]
    masks = [evaluator.leaf(leaf).matches & live_mask for leaf in leaves]
    occurring = [leaf for leaf, mask in zip(leaves, masks, strict=True) if mask.any()]
    if not occurring:
        return None
    least = int(np.sum(masks, axis=0, dtype=np.uint8).max())
    return RelaxedQuery(
        conjunction([MinShouldMatch(tuple(occurring), least), *map(Boost, boosted_phrases(tree))]),
        tuple(word.term for word in words),
        tuple(occurring),
        least,
        tuple(leaf.term for leaf in leaves if leaf not in occurring),
    )


@dataclass(frozen=True, slots=True)
class RelatedForms:
    """A match of speeches that have all words, or related forms, in one paragraph."""

    match: Match
    leaves: tuple[Word | StemExpansion, ...]


def match_related_forms(
    evaluator: Evaluator, tree: Node, matched: Mask, shown: Mask
) -> RelatedForms | None:
    """Return None if a matching speech, bool[H], has all words in one paragraph, or no word has
    related forms. Speeches ``shown``, bool[H], are looked at first: if any speech has all words in
    one paragraph, one of the best usually has."""
    words = plain_words(tree)
    if len(words) < 2 or _paragraphs_with_all(evaluator, words, shown).any():
        return None
    if (evaluator.match(SameParagraph(conjunction(words))).matched & matched).any():
        return None
    leaves = tuple(_expand_stem(evaluator.snapshot, word) for word in words)
    if leaves == tuple(words):
        return None
    condition = SameParagraph(conjunction(leaves))
    match = evaluator.match(conjunction([condition, *map(Boost, boosted_phrases(tree))]))
    return RelatedForms(match, leaves)


def matched_variants(
    evaluator: Evaluator, leaves: Sequence[Word | StemExpansion], speeches: Mask
) -> dict[str, list[str]]:
    """Return for each word the variants that occur in its place in some speeches, bool[H]."""
    snapshot = evaluator.snapshot
    has_all = _paragraphs_with_all(evaluator, leaves, speeches)
    variants: dict[str, list[str]] = {}
    for leaf in leaves:
        for variant in leaf.variants if isinstance(leaf, StemExpansion) else ():
            documents = snapshot.postings(TEXT_FIELD, variant, within=speeches).documents
            in_head = evaluator.leaf(Phrase((variant,))).head_matches
            if has_all[documents].any() or (in_head & speeches).any():
                variants.setdefault(leaf.term, []).append(variant)
    return variants


def _paragraphs_with_all(
    evaluator: Evaluator, leaves: Sequence[Word | StemExpansion], speeches: Mask
) -> Mask:
    """bool[D]: the paragraphs of some speeches, bool[H], that have all words; the words of the head
    count for every paragraph."""
    snapshot = evaluator.snapshot
    has_all = np.ones(snapshot.size, bool)
    for leaf in leaves:
        leaf_match = evaluator.leaf(leaf)
        has_word = np.zeros(snapshot.size, bool)
        has_word[leaf_match.paragraphs(speeches)[0]] = True
        if (in_head := leaf_match.head_matches & speeches).any():
            has_word |= in_head[snapshot.speech_of]
        has_all &= has_word
    return has_all


def _expand_stem(snapshot: Snapshot, word: Word) -> Word | StemExpansion:
    variants = stem_variants(snapshot, word)
    return StemExpansion(word.term, variants) if variants else word


def stem_variants(snapshot: Snapshot, word: Word) -> tuple[str, ...]:
    """Return the words with the same stem that occur and are not forms of the word: for "national"
    also "nations" and "nationality". Stems are those of Porter, "An algorithm for suffix
    stripping", 1980."""
    word_stem = stem(word.term)
    if len(word_stem) < MIN_STEM or not word_stem.isalpha() or not word_stem.isascii():
        return ()
    # the last letter of a stem may differ from the word's: "happi" of "happy"
    candidates = snapshot.terms(TEXT_FIELD, word_stem[:-1], MAX_TERMS)
    forms = {word.term, *snapshot.forms(word.term)}
    return tuple(sorted(term for term in candidates - forms if stem(term) == word_stem))

"""Related word forms: words of the same stem, such as "nations" for "national".

If speeches match, but none has all words in one paragraph, speeches that have them in one paragraph
in related forms are offered. This applies only to queries of plain words, since a reader who types
operators means them. Filters play no part in the decision.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import lru_cache

import numpy as np
from whoosh.lang import porter

from statements.search.fields import TEXT_FIELD
from statements.search.index.snapshot import Mask, Snapshot
from statements.search.matching.best_paragraphs import speech_hits
from statements.search.matching.evaluator import Evaluator
from statements.search.matching.ranking import rank
from statements.search.matching.selection import Selection
from statements.search.protocol import RelatedHits
from statements.search.query import (
    Boost,
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


def related_hits(selection: Selection, shown: Sequence[int]) -> RelatedHits | None:
    """Return speeches that have all words, or related forms of them, in one paragraph; None if a
    speech that matches has all words in one, none matches, or there are none.

    Speeches ``shown``, given by their numbers, are looked at first: if any speech has all words in
    one paragraph, one of the best usually has.
    """
    question, evaluator, matched = selection.question, selection.evaluator, selection.match.matched
    words = plain_words(question.tree)
    shown_mask = np.zeros_like(matched)
    shown_mask[shown] = True
    if (
        len(words) < 2
        or not matched.any()
        or _paragraphs_with_all(evaluator, words, shown_mask).any()
    ):
        return None
    if (evaluator.match(SameParagraph(conjunction(words))).matched & matched).any():
        return None
    leaves = tuple(expand_stem(evaluator.snapshot, word) for word in words)
    if leaves == tuple(words):
        return None
    boosts = map(Boost, boosted_phrases(question.tree))
    match = evaluator.match(conjunction([SameParagraph(conjunction(leaves)), *boosts]))
    others = replace(match, matched=match.matched & ~matched)
    selected = Selection(evaluator, question, selection.live_mask, match=others)
    if not selected.total:
        return None
    variants = _matched_variants(evaluator, leaves, selected.mask)
    order = rank(evaluator.snapshot, match, selected.mask, question.sort, 0, question.related)
    # the best paragraph has all words
    hits = speech_hits(evaluator, order.tolist(), leaves, min(question.paragraphs, 1))
    return RelatedHits(leaves, variants, selected.total, hits)


def _matched_variants(
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


def expand_stem(snapshot: Snapshot, word: Word) -> Word | StemExpansion:
    """Return a leaf that also matches, with a lower score, the related forms of a word."""
    variants = stem_variants(snapshot, word)
    return StemExpansion(word.term, variants) if variants else word


def stem_variants(snapshot: Snapshot, word: Word) -> tuple[str, ...]:
    """Return the words with the same stem that occur and are not forms of the word: for "national"
    also "nations" and "nationality"."""
    if not (start := stem_start(word.term)):
        return ()
    candidates = snapshot.terms(TEXT_FIELD, start, MAX_TERMS)
    return same_stem(word.term, candidates - {word.term, *snapshot.forms(word.term)})


def stem_start(term: str) -> str:
    """Return letters with which all words of the same stem begin; "" if none is related. Stems are
    those of Porter, "An algorithm for suffix stripping", 1980."""
    word_stem = _stem(term)
    if len(word_stem) < MIN_STEM or not word_stem.isalpha() or not word_stem.isascii():
        return ""
    return word_stem[:-1]  # its last letter may differ from the word's: "happi" of "happy"


def same_stem(term: str, candidates: Iterable[str]) -> tuple[str, ...]:
    """Return the candidates that have the same stem as a term, in alphabetical order."""
    word_stem = _stem(term)
    return tuple(sorted(candidate for candidate in candidates if _stem(candidate) == word_stem))


@lru_cache(maxsize=1 << 15)
def _stem(term: str) -> str:
    stem: str = porter.stem(term)
    return stem

"""Speeches offered beside the list of results: with related word forms, or with some of the words.
None of them is in the list or in its counts.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from statements.search.protocol import PartialHits, RelatedHits
from statements.search.query import QueryError, StemExpansion, Word, parse
from statements.search.results.hits import Hit


@dataclass(frozen=True, slots=True)
class RelatedForms:
    """Speeches that have all words in one paragraph, some of them as other words of the same stem.
    Offered where no speech found has all words in one paragraph."""

    words: Mapping[str, Sequence[str]]  # for each word typed, the words found in its place
    total: int  # under the same filters
    hits: Sequence[Hit]  # the best of them
    q: str | None  # the query that names these words


@dataclass(frozen=True, slots=True)
class PartialMatches:
    """Speeches with some of the words, or related forms of them. Offered where few have all."""

    words: Sequence[str]  # as typed, folded
    unknown: Sequence[str]  # those that no speech has in any form
    hits: Sequence[Hit]  # the best, each with the words that it does not have


def related_forms(related: RelatedHits, hits: Sequence[Hit]) -> RelatedForms:
    q = explicit_query(related.leaves, related.variants)
    return RelatedForms(related.variants, related.total, hits, q)


def partial_matches(partial: PartialHits, hits: Sequence[Hit]) -> PartialMatches:
    return PartialMatches(partial.words, partial.unknown, hits)


def explicit_query(
    leaves: Sequence[Word | StemExpansion], variants: Mapping[str, Sequence[str]]
) -> str | None:
    """Return the query that asks for words or their variants in one paragraph; None if it would be
    too long."""
    typed = " ".join(
        f"({' OR '.join([leaf.term, *(f'"{variant}"' for variant in variants[leaf.term])])})"
        if leaf.term in variants
        else leaf.term
        for leaf in leaves
    )
    try:
        parse(f"{typed} same:paragraph")
    except QueryError:
        return None
    return f"{typed} same:paragraph"

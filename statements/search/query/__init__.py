"""The query language: parses what readers type into a bounded tree of conditions, or refuses it
with an explanation and a repaired query.

``lexer`` splits a query into tokens, ``terms`` reads words and field values, ``parser`` combines
them, ``rewriting`` offers other queries, ``tree`` defines the conditions, ``limits`` bounds the
cost of one query, and ``errors`` says why a query is refused.
"""

from statements.search.query.errors import QueryError, TooManyExpansions, TooManyExpansionsOfQuery
from statements.search.query.limits import MAX_EXPANSIONS, MAX_EXPANSIONS_OF_QUERY
from statements.search.query.parser import (
    ParsedQuery,
    exact,
    literal,
    parse,
    parse_query,
    repair,
)
from statements.search.query.rewriting import (
    FieldValue,
    field_values,
    ignores_most_words,
    in_quotes,
    with_dashes_bound,
    with_or_operators,
    with_value,
    without_quotes,
    without_wildcards,
)
from statements.search.query.terms import restrict_to_field
from statements.search.query.tree import (
    And,
    Boost,
    FieldMatch,
    Leaf,
    MatchAll,
    MinShouldMatch,
    Node,
    Not,
    Or,
    Phrase,
    Prefix,
    Proximity,
    Range,
    SameParagraph,
    StemExpansion,
    Terms,
    Word,
    boosted_phrases,
    conjunction,
    field_matches,
    plain_words,
    positive_leaves,
    prefixes,
)

__all__ = [
    "MAX_EXPANSIONS", "MAX_EXPANSIONS_OF_QUERY", "And", "Boost", "FieldMatch", "FieldValue", "Leaf",
    "MatchAll", "MinShouldMatch", "Node", "Not", "Or", "ParsedQuery", "Phrase", "Prefix",
    "Proximity", "QueryError", "Range", "SameParagraph", "StemExpansion", "Terms",
    "TooManyExpansions", "TooManyExpansionsOfQuery", "Word", "boosted_phrases", "conjunction",
    "exact", "field_matches", "field_values", "ignores_most_words", "in_quotes", "literal", "parse",
    "parse_query", "plain_words", "positive_leaves", "prefixes", "repair", "restrict_to_field",
    "with_dashes_bound", "with_or_operators", "with_value", "without_quotes", "without_wildcards",
]  # fmt: skip

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
    plain_tokens,
    with_any_value,
    with_dashes_bound,
    with_or_operators,
    with_query,
    with_united_states,
    with_value,
    without_pattern,
    without_quotes,
)
from statements.search.query.terms import restrict_to_field
from statements.search.query.tree import (
    And,
    Boost,
    FieldMatch,
    Fuzzy,
    Leaf,
    MatchAll,
    Node,
    Not,
    Or,
    Pattern,
    Phrase,
    Prefix,
    Proximity,
    Range,
    SameParagraph,
    StemExpansion,
    Terms,
    Wildcard,
    Word,
    boosted_phrases,
    conjunction,
    disjunction,
    field_matches,
    patterns,
    plain_words,
    positive_leaves,
)

__all__ = [
    "MAX_EXPANSIONS", "MAX_EXPANSIONS_OF_QUERY", "And", "Boost", "FieldMatch", "FieldValue",
    "Fuzzy", "Leaf", "MatchAll", "Node", "Not", "Or", "ParsedQuery", "Pattern", "Phrase", "Prefix",
    "Proximity", "QueryError", "Range", "SameParagraph", "StemExpansion", "Terms",
    "TooManyExpansions", "TooManyExpansionsOfQuery", "Wildcard", "Word", "boosted_phrases",
    "conjunction", "disjunction", "exact", "field_matches", "field_values", "ignores_most_words",
    "in_quotes", "literal", "parse", "parse_query", "patterns", "plain_tokens", "plain_words",
    "positive_leaves", "repair", "restrict_to_field", "with_any_value", "with_dashes_bound",
    "with_or_operators", "with_query", "with_united_states", "with_value", "without_pattern",
    "without_quotes",
]  # fmt: skip

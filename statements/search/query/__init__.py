"""The query language: what readers type, as a bounded tree of conditions, or as an error in plain
words with the query repaired.

``tree`` has the conditions, ``lexer`` the signs, ``terms`` words and values of fields, ``parser``
what binds them, ``limits`` how much one query may ask, ``errors`` why it is refused.
"""

from statements.search.query.errors import QueryError, TooManyExpansions
from statements.search.query.limits import MAX_EXPANSIONS, MAX_EXPANSIONS_OF_QUERY
from statements.search.query.parser import (
    asked,
    exact,
    literal,
    parse,
    passed_over,
    runnable,
    without_star,
)
from statements.search.query.terms import in_field
from statements.search.query.tree import (
    Among,
    And,
    Between,
    Every,
    Favour,
    In,
    Kin,
    Most,
    Near,
    Node,
    Not,
    Or,
    Phrase,
    Prefix,
    Sought,
    Together,
    Word,
    bare_words,
    conjunction,
    favoured,
    named_words,
    prefixes,
    wanted_words,
)

__all__ = [
    "MAX_EXPANSIONS", "MAX_EXPANSIONS_OF_QUERY", "Among", "And", "Between", "Every", "Favour",
    "In", "Kin", "Most", "Near", "Node", "Not", "Or", "Phrase", "Prefix", "QueryError",
    "Sought", "Together", "TooManyExpansions", "Word", "asked", "bare_words", "conjunction",
    "exact", "favoured", "in_field", "literal", "named_words", "parse", "passed_over", "prefixes",
    "runnable", "wanted_words", "without_star",
]  # fmt: skip

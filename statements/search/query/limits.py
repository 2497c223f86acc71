"""Limits on one query, so that no query costs more than a page is worth."""

from statements.search.parameters import (
    MAX_PAGE,
    MAX_QUERY_CHARACTERS,
    MAX_VALUES_PER_FACET,
)
from statements.search.presentation import MAX_SERIES

__all__ = ["MAX_PAGE", "MAX_QUERY_CHARACTERS", "MAX_VALUES_PER_FACET"]

MAX_TERMS = 32  # words, including those of phrases
MAX_CLAUSES = 64  # conditions and pairs of brackets
MAX_DEPTH = 8  # of brackets
MAX_WORD = 64  # letters
MAX_PHRASE = 16  # words
MAX_DISTANCE = 99  # other words between those of a proximity
MIN_PREFIX = 3  # letters
MIN_FUZZY = 4  # letters of a word with a tilde
MIN_FUZZY_TWICE = 6  # letters of a word of which two may differ unless a number is given
MAX_EDITS = 2
MAX_EXPANSIONS = 256  # words that one pattern matches
MAX_EXPANSIONS_OF_QUERY = 512
MAX_QUERIES = MAX_SERIES  # compared with one another over time

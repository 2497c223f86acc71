"""How much one query may ask, so that no query costs more than a page is worth."""

from statements.search.parameters import MAX_QUERY_CHARACTERS

__all__ = ["MAX_QUERY_CHARACTERS"]

MAX_TERMS = 32  # words, those of phrases counted
MAX_CLAUSES = 64  # conditions and pairs of brackets
MAX_DEPTH = 8  # of brackets
MAX_WORD = 64  # letters
MAX_PHRASE = 16  # words
MAX_DISTANCE = 99  # other words among those of a proximity
MIN_PREFIX = 3  # letters
MAX_EXPANSIONS = 256  # words that one prefix stands for
MAX_EXPANSIONS_OF_QUERY = 512

"""Why a query cannot be run: a class for each reason, whose message says in plain words what to
do, and where that can be told, the same query repaired.
"""

from statements.search.query.tree import Prefix


class QueryError(ValueError):
    """A query that cannot be run as typed."""

    def __init__(self, message: str, repaired: str | None = None) -> None:
        super().__init__(message)
        self.repaired = repaired


class QueryTooLong(QueryError):
    """More characters than a query may have."""


class TooManyTerms(QueryError):
    """More words than a query may have."""


class TooManyClauses(QueryError):
    """More conditions and brackets than a query may have."""


class TooDeep(QueryError):
    """Brackets within brackets within brackets."""


class WordTooLong(QueryError):
    """A word of more letters than any word has."""


class PhraseTooLong(QueryError):
    """More words in one pair of quotation marks than a phrase may have."""


class NothingToSearch(QueryError):
    """A query of stop words or signs only."""


class UnbalancedBrackets(QueryError):
    """A bracket without its partner."""


class MissingOperand(QueryError):
    """AND, OR or NOT with nothing to join or to exclude."""


class DisallowedWildcard(QueryError):
    """A star elsewhere than at the end of one word."""


class WildcardTooShort(QueryError):
    """A star after so few letters that too much begins with them."""


class TooManyExpansions(QueryError):
    """A star after letters with which too many words of the archive begin. Known only by the
    index, where the typed query is not: who has it repairs it."""

    def __init__(self, message: str, prefix: Prefix) -> None:
        super().__init__(message)
        self.prefix = prefix


class BadProximity(QueryError):
    """A distance between words that is none."""


class BadRange(QueryError):
    """Years that are none, or in the wrong order."""


class UnknownField(QueryError):
    """A field that the archive knows by another name."""


class MissingValue(QueryError):
    """A field with nothing after its colon."""


class MisplacedMinus(QueryError):
    """A minus between a field and its value."""


class UnknownLanguage(QueryError):
    """A language that has no code and is on no list."""


class UnknownScope(QueryError):
    """``same:`` with something that is not a paragraph."""

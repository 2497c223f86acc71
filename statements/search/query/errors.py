"""Why a query cannot be run: one class for each reason. The message says what to do; ``repaired``
is the corrected query, if there is one.
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
    """Brackets nested too deep."""


class WordTooLong(QueryError):
    """A word of more letters than any real word has."""


class PhraseTooLong(QueryError):
    """More words in quotation marks than a phrase may have."""


class NothingToSearch(QueryError):
    """A query of stop words or signs alone."""


class UnbalancedBrackets(QueryError):
    """A bracket without its partner."""


class MissingOperand(QueryError):
    """AND, OR or NOT with nothing to join or to exclude."""


class DisallowedWildcard(QueryError):
    """A star anywhere but at the end of a word."""


class WildcardTooShort(QueryError):
    """A star after too few letters."""


class TooManyExpansions(QueryError):
    """A prefix that matches too many words of the archive. The search backend raises it, which does
    not have the query as typed; the caller does, and repairs it."""

    def __init__(self, message: str, prefix: Prefix) -> None:
        super().__init__(message)
        self.prefix = prefix


class BadProximity(QueryError):
    """A distance between words that makes no sense."""


class BadRange(QueryError):
    """Years that are not years, or in the wrong order."""


class UnknownField(QueryError):
    """A field that has another name here."""


class MissingValue(QueryError):
    """A field with nothing after its colon."""


class MisplacedMinus(QueryError):
    """A minus between a field and its value."""


class UnknownLanguage(QueryError):
    """An unknown language."""


class UnknownScope(QueryError):
    """``same:`` with another value than paragraph."""

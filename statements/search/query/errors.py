"""Why a query cannot be run: one class for each sentence that readers see.

A sentence says what to do. ``repaired`` is the corrected query, if there is one.
"""

from typing import ClassVar

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from statements.search.query.tree import Pattern


class QueryError(ValueError):
    """A query that cannot be run as typed. ``facts`` fill the placeholders of the sentence."""

    sentence: ClassVar[str | Promise] = ""

    def __init__(self, repaired: str | None = None, **facts: object) -> None:
        super().__init__(str(self.sentence) % facts)
        self.repaired = repaired


# -- length and number -------------------------------------------------------------------------


class QueryTooLong(QueryError):
    """More characters than a query may have."""

    sentence = _("A query can have at most %(limit)s characters; this one has %(count)s.")


class TooManyTerms(QueryError):
    """More words than a query may have."""

    sentence = _("A query can have at most %(limit)s words.")


class TooManyClauses(QueryError):
    """More conditions and brackets than a query may have."""

    sentence = _("A query can have at most %(limit)s conditions and brackets.")


class TooDeep(QueryError):
    """Brackets nested too deep."""

    sentence = _("Brackets can be nested %(limit)s levels deep. Remove the innermost brackets.")


class WordTooLong(QueryError):
    """A word with more letters than any real word has."""

    sentence = _("“%(word)s…” is longer than %(limit)s letters.")


class PhraseTooLong(QueryError):
    """More words in quotation marks than a phrase may have."""

    sentence = _("A phrase can have at most %(limit)s words; “%(phrase)s…” has %(count)s.")


# -- words -------------------------------------------------------------------------------------


class NothingToSearch(QueryError):
    """A query without words."""

    sentence = _("Enter at least one word or number.")


class OnlyStopWords(NothingToSearch):
    """A query of stop words alone."""

    sentence = _(
        "“%(words)s” occurs in nearly every speech. Add a more specific word, or put the words "
        'in quotation marks to search for exactly these: "%(words)s".'
    )


# -- brackets and operators --------------------------------------------------------------------


class UnopenedBracket(QueryError):
    """A closing bracket without its partner."""

    sentence = _("A closing bracket has no opening bracket.")


class UnclosedBracket(QueryError):
    """An opening bracket without its partner."""

    sentence = _("A bracket is not closed.")


class MissingOperand(QueryError):
    """AND or OR with nothing to join."""

    sentence = _(
        '%(operator)s in capitals must come between two words. For the word, write "%(word)s".'
    )


class UnsupportedOperator(QueryError):
    """XOR between two words, which other search engines know."""

    sentence = _(
        "XOR is not supported. Use OR for either word, and NOT (a b) to leave out speeches that "
        'have both. For the word, write "xor".'
    )


class NothingExcluded(MissingOperand):
    """NOT with nothing to exclude."""

    sentence = _('NOT in capitals must come before a word. For the word, write "not".')


# -- wildcards and distances -------------------------------------------------------------------


class DisallowedWildcard(QueryError):
    """An asterisk anywhere but at the end of a word."""

    sentence = _("An asterisk is only allowed at the end of a single word, as in climat*.")


class WildcardInQuotes(DisallowedWildcard):
    """An asterisk in quotation marks."""

    sentence = _(
        "An asterisk has no meaning in quotation marks, which search for exact words. Use it "
        "without them, as in climat*."
    )


class WildcardTooShort(QueryError):
    """A wildcard after too few letters."""

    sentence = _(
        "At least %(limit)s letters are needed before an asterisk or question mark, as in climat* "
        "or wom?n."
    )


class FuzzyWord(QueryError):
    """A tilde after something else than one word of some length."""

    sentence = _(
        "A tilde finds similar spellings of a single word of at least %(limit)s letters, as in "
        "climate~."
    )


class TooManyEdits(QueryError):
    """A tilde with a number of edits that is not offered."""

    sentence = _("A similar spelling can have 1 or 2 other letters, as in climate~1 or climate~2.")


class TooManyExpansions(QueryError):
    """A pattern that matches too many words of the archive.

    The search backend raises it, which does not have the query as typed; the caller has it, and
    repairs it.
    """

    sentence = _("More than %(limit)s words match “%(pattern)s”. Type more letters.")

    def __init__(self, pattern: Pattern, limit: int) -> None:
        super().__init__(limit=limit, pattern=pattern)
        self.pattern = pattern


class TooManyExpansionsOfQuery(TooManyExpansions):
    """Patterns that together match too many words; ``pattern`` is the one that exceeds the
    limit."""

    sentence = _(
        "More than %(limit)s words match the wildcards and tildes together. Type more letters, or "
        "use fewer of them."
    )


class DistanceTooGreat(QueryError):
    """More words between those of a phrase than the query language allows."""

    sentence = _(
        "At most %(limit)s other words can be between the words of a phrase. Use "
        "“same:paragraph” to find words anywhere in one paragraph."
    )


class ProximityOfStopWords(QueryError):
    """Stop words near each other, which nearly every speech contains."""

    sentence = _("“%(words)s” occur together in nearly every speech. Add a more specific word.")


# -- fields ------------------------------------------------------------------------------------


class UnknownField(QueryError):
    """A field under a name that it does not have here."""

    sentence = _(
        "There is no field “%(typed)s:”. Did you mean “%(field)s:”? To search for the "
        'word itself, put it in quotation marks: "%(typed)s".'
    )


class MisplacedMinus(QueryError):
    """A minus between a field and its value."""

    sentence = _("Put the minus sign before the field, as in -%(field)s:…, not after it.")


class SpaceBeforeValue(QueryError):
    """A field with a space, or nothing, after its colon."""

    sentence = _("Enter a value directly after “%(field)s:”, without a space.")


class MissingValue(QueryError):
    """A field whose value has no words."""

    sentence = _("“%(text)s” has no value. Enter one directly after “%(field)s:”.")


class InvalidYears(QueryError):
    """A value of ``year:`` that is neither a year nor a range."""

    sentence = _(
        "“%(text)s” is neither a year nor a range of years. Use year:2014, "
        "year:2010..2014, year:2010.. or year:..2014."
    )


class ReversedYears(QueryError):
    """A range that ends before it begins."""

    sentence = _("The year %(first)s comes after %(last)s. Put the earlier year first.")


class UnknownLanguage(QueryError):
    """A value of ``lang:`` that names no language."""

    sentence = _(
        "“%(text)s” is not a known language. Use its English name or its two-letter code, such "
        "as lang:french or lang:fr."
    )


class UnknownCapacity(QueryError):
    """A value of ``capacity:`` that is none."""

    sentence = _("“%(text)s” is not a capacity. Use one of: %(capacities)s.")


class UnknownScope(QueryError):
    """A value of ``same:`` other than paragraph."""

    sentence = _("“%(text)s” is not supported. Only “same:paragraph” is.")


class ExcludedScope(QueryError):
    """``same:paragraph`` with a minus or NOT."""

    sentence = _("“same:paragraph” cannot be excluded. Remove the minus sign or NOT before it.")

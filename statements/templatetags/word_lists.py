"""Template tags of lists of words: rows of figures, each with a link to the lines of its word."""

from collections.abc import Iterable, Sequence
from typing import Any

from django import template
from django.contrib.humanize.templatetags.humanize import intcomma
from django.utils.formats import number_format
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from statements.templatetags.escaping import escape, join

register = template.Library()

_WORD = '<tr><th scope="row"><a href="{}"><bdi>{}</bdi></a></th>'


@register.simple_tag
def key_word_rows(key: Any, urls: Sequence[str]) -> SafeString:
    """Return the rows of a ``word_lists.KeynessList``, given the address of the lines of each."""
    here, there = key.answer.search.words, key.answer.reference.words
    return join(
        _row(
            row.figures.word,
            url,
            (
                intcomma(row.figures.occurrences),
                _per_million(row.figures.occurrences, here),
                intcomma(row.figures.reference_occurrences),
                _per_million(row.figures.reference_occurrences, there),
                _times(row.figures),
                number_format(row.figures.log_ratio, 2),
                number_format(row.figures.log_likelihood, 1, force_grouping=True),
                intcomma(row.figures.speeches),
            ),
        )
        for row, url in zip(key.rows, urls, strict=True)
    )


@register.simple_tag
def collocate_rows(beside: Any, urls: Sequence[str]) -> SafeString:
    """Return the rows of a ``word_lists.CollocateList``, given the address of the lines of each."""
    return join(
        _row(
            row.figures.word,
            url,
            (
                intcomma(row.figures.beside),
                number_format(row.figures.expected, 1, force_grouping=True),
                intcomma(row.figures.occurrences),
                intcomma(row.figures.speeches),
                number_format(row.figures.log_dice, 2),
                number_format(row.figures.log_likelihood, 1, force_grouping=True),
                number_format(row.figures.log_ratio, 2),
                number_format(row.figures.mutual_information, 2),
                number_format(row.figures.t_score, 2),
            ),
        )
        for row, url in zip(beside.rows, urls, strict=True)
    )


def _row(word: str, url: str, figures: Iterable[str]) -> str:
    cells = "".join(f"<td>{figure}</td>" for figure in figures)  # digits and signs alone
    return f"{_WORD.format(escape(url), escape(word))}{cells}</tr>"


def _per_million(occurrences: int, words: int) -> str:
    share = 1e6 * occurrences / words
    return number_format(share, 1 if share < 100 else 0, force_grouping=True)


def _times(figures: Any) -> str:
    """Return how many times as often a word is used here; a word of one side is named so."""
    if not figures.reference_occurrences:
        return escape(gettext("only here"))
    if not figures.occurrences:
        return escape(gettext("only there"))
    times = 2**figures.log_ratio
    digits = 0 if times >= 100 else 1 if times >= 1 else 2
    return number_format(times, digits, force_grouping=True)

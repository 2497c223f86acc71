"""Titles before a name in any language, where the grammar of one language does not know them."""

from collections.abc import Sequence

from statements.transcripts.languages.label_words import (
    courtesy_titles,
    fold_label,
    label_words,
)
from statements.transcripts.languages.titles import OFFICE


def count_courtesies(words: Sequence[str]) -> int:
    """Return the number of titles at the beginning of a name that state no office.

    An article before a title counts; alone it may be part of the name: "Le Pen".

    >>> count_courtesies(["El", "señor", "Lund"]), count_courtesies(["Le", "Pen"])
    (2, 0)
    """
    titles = courtesy_titles()
    count = 0
    while count < len(words) - 1:
        word = fold_label(words[count])
        after = fold_label(words[count + 1]) if count + 2 < len(words) else ""
        is_article = word in label_words().articles and after in titles
        if not (is_article or word in titles):
            break
        if word == "deputy" and OFFICE.fullmatch(" ".join(words[count + 1 :])):
            break  # "Deputy Speaker"
        count += 1
    return count


def is_title_of_labels(word: str) -> bool:
    """Return whether a word is a title before a name in the labels of any house."""
    return fold_label(word) in label_words().titles

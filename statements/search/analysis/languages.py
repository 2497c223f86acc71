"""Detects the language of texts by their function words, for the few languages other than English
whose word forms are known. Posting lists suffice, the texts themselves are not needed.
"""

import numpy as np
import numpy.typing as npt

from statements.search.analysis.inflection import ENGLISH, ENOUGH, LANGUAGES, LISTENED_FOR

Numbers = npt.NDArray[np.integer]
Mask = npt.NDArray[np.bool_]


class Languages:
    """Counts the words of ``LISTENED_FOR`` in D texts."""

    def __init__(self, documents: int) -> None:
        self._heard = {language: np.zeros(documents, np.int32) for language in LANGUAGES}

    def hear(self, word: str, documents: Numbers, frequencies: Numbers) -> None:
        self._heard[LISTENED_FOR[word]][documents] += frequencies.astype(np.int32)

    def texts(self) -> dict[str, Mask]:
        """Return the mask of the texts in each language except English that has any, bool[D]."""
        english = self._heard[ENGLISH]
        masks = {
            language: (heard >= ENOUGH) & (heard > 2 * english)
            for language, heard in self._heard.items()
            if language != ENGLISH
        }
        return {language: mask for language, mask in masks.items() if mask.any()}

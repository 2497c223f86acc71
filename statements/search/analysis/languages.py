"""In which language a text is, told by its function words: for the few languages other than
English whose forms of words are known. Of D texts the language is told from posting lists alone.
"""

import numpy as np
import numpy.typing as npt

from statements.search.analysis.inflection import ENGLISH, ENOUGH, LANGUAGES, LISTENED_FOR

Numbers = npt.NDArray[np.integer]
Mask = npt.NDArray[np.bool_]


class Languages:
    """Tell it where the words of ``LISTENED_FOR`` stand; then it knows the languages."""

    def __init__(self, documents: int) -> None:
        self._heard = {language: np.zeros(documents, np.int32) for language in LANGUAGES}

    def hear(self, word: str, documents: Numbers, frequencies: Numbers) -> None:
        self._heard[LISTENED_FOR[word]][documents] += frequencies.astype(np.int32)

    def texts(self) -> dict[str, Mask]:
        """The texts of each language but English that has any: bool[D]."""
        english = self._heard[ENGLISH]
        masks = {
            language: (heard >= ENOUGH) & (heard > 2 * english)
            for language, heard in self._heard.items()
            if language != ENGLISH
        }
        return {language: mask for language, mask in masks.items() if mask.any()}

"""The measures of lists of words, and their bounds: key words, which a search uses more than other
speeches do, and collocates, which stand beside the words of its query.
"""

from enum import StrEnum

MAX_LISTED = 200
MAX_WINDOW = 10  # words to either side
WINDOW = 5
# rarer words are withheld: their figures would say more about chance, or about one speaker
LEAST_KEY_OCCURRENCES, LEAST_KEY_SPEECHES = 5, 3
LEAST_BESIDE_OCCURRENCES, LEAST_BESIDE_SPEECHES = 3, 2


class KeynessMeasure(StrEnum):
    LOG_LIKELIHOOD = "log-likelihood"  # how sure it is that there is a difference
    LOG_RATIO = "log-ratio"  # how great it is


class CollocateMeasure(StrEnum):
    LOG_DICE = "log-dice"
    LOG_LIKELIHOOD = "log-likelihood"
    LOG_RATIO = "log-ratio"
    MUTUAL_INFORMATION = "mutual-information"
    T_SCORE = "t-score"

"""Keyness and collocates by a plain reading of texts, word by word, to compare the engine with.

A speech is a list of paragraphs, each a list of words. Nothing of the engine is used, nor its
formulas: log-likelihood is written here as a sum of x ln x.
"""

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from math import log, log2, sqrt

Paragraph = Sequence[str]
Speech = Sequence[Paragraph]
# how many words the occurrence has that begins at a place of a paragraph; 0 where none does
Occurs = Callable[[Paragraph, int], int]


def x_ln_x(*numbers: float) -> float:
    return sum(number * log(number) for number in numbers if number)


def log_likelihood(inside: int, outside: int, inside_words: int, outside_words: int) -> float:
    cells = inside, outside, inside_words - inside, outside_words - outside
    total = inside_words + outside_words
    of_word = inside + outside
    margins = inside_words, outside_words, of_word, total - of_word
    return 2 * (x_ln_x(*cells) - x_ln_x(*margins) + x_ln_x(total))


def log_ratio(inside: int, outside: int, inside_words: int, outside_words: int) -> float:
    return log2(((inside or 0.5) / inside_words) / ((outside or 0.5) / outside_words))


def count(speeches: Collection[Speech]) -> Counter[str]:
    return Counter(word for speech in speeches for paragraph in speech for word in paragraph)


def speeches_with(speeches: Collection[Speech]) -> Counter[str]:
    """In how many speeches each word occurs."""
    return Counter(
        word for speech in speeches for word in {word for paragraph in speech for word in paragraph}
    )


@dataclass(frozen=True)
class PlainKeyWord:
    occurrences: int
    speeches: int
    reference_occurrences: int
    reference_speeches: int
    log_likelihood: float
    log_ratio: float


def key_words(
    search: Collection[Speech], reference: Collection[Speech]
) -> Mapping[str, PlainKeyWord]:
    """Every word of a search with its figures, none if one side has no words."""
    inside, outside = count(search), count(reference)
    sizes = inside.total(), outside.total()
    if not min(sizes):
        return {}
    having, others = speeches_with(search), speeches_with(reference)
    return {
        word: PlainKeyWord(
            inside[word],
            having[word],
            outside[word],
            others[word],
            log_likelihood(inside[word], outside[word], *sizes),
            log_ratio(inside[word], outside[word], *sizes),
        )
        for word in inside.keys() | outside.keys()
    }


@dataclass(frozen=True)
class PlainCollocate:
    beside: int
    speeches: int
    occurrences: int
    expected: float
    log_dice: float
    log_likelihood: float
    log_ratio: float
    mutual_information: float
    t_score: float


@dataclass(frozen=True)
class PlainCollocates:
    occurrences: int
    window_words: int
    words: Mapping[str, PlainCollocate]


def collocates(
    found: Collection[Speech], others: Collection[Speech], occurs: Occurs, window: int
) -> PlainCollocates:
    """Every word beside those of a query in the speeches found, compared with all words of these
    and of the other speeches under the filters."""
    beside: Counter[str] = Counter()
    having: Counter[str] = Counter()
    own: Counter[str] = Counter()
    occurrences = 0
    for speech in found:
        of_speech: set[str] = set()
        for words in speech:
            lengths = [occurs(words, place) for place in range(len(words))]
            occurrences += sum(map(bool, lengths))
            inside: set[int] = set()
            around: set[int] = set()
            for place, length in enumerate(lengths):
                if length:
                    inside.update(range(place, place + length))
                    around.update(range(place - window, place + length + window))
            around &= set(range(len(words)))
            own.update(words[place] for place in inside)
            around -= inside
            beside.update(words[place] for place in around)
            of_speech.update(words[place] for place in around)
        having.update(of_speech)
    everything = count([*found, *others]) - own
    size, total = beside.total(), everything.total()
    return PlainCollocates(
        occurrences,
        size,
        {
            word: _collocate(often, having[word], everything[word], size, total, occurrences)
            for word, often in beside.items()
        },
    )


def _collocate(
    beside: int, speeches: int, of_word: int, size: int, total: int, occurrences: int
) -> PlainCollocate:
    outside = of_word - beside, total - size
    expected = size * of_word / total
    return PlainCollocate(
        beside,
        speeches,
        of_word,
        expected,
        14 + log2(2 * beside / (of_word + occurrences)),
        log_likelihood(beside, outside[0], size, outside[1]),
        log_ratio(beside, outside[0], size, outside[1]) if outside[1] else 0.0,
        log2(beside / expected),
        (beside - expected) / sqrt(beside),
    )

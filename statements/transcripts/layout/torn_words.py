"""Joins words that were torn into parts: by kerning ("coopera tion"), or letter by letter as in a
spaced heading ("R E P O R T").

The gap in a torn word is narrow beside the other gaps of its line. A gap of doubtful width tears a
word only if the parts together are a word while one of them is none.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from statements.transcripts.layout.words import Word, median
from statements.transcripts.text.hyphens import corpus_count, is_short_word, is_whole_word

_NARROW_BOX = 0.27  # of the letter size; a wider gap between the ink of two words is a space
_WIDEST = 2.0  # of the letter size; a wider gap is not between two words of one line
_CLEARLY_NARROW = 0.55  # of the usual gap of the line,
_WIDEST_TEAR = 0.2  # and of the letter size
_NARROW = 0.72  # of the usual gap of the line
_ALIKE = 1.25  # of the usual gap of the line; a gap that is no wider may be within a word
_SAME_LINE = 0.5  # points between baselines
_LEAST_GAP = 0.1  # points
_USUAL = 0.25  # of the letter size
_FEWEST_GAPS = 3  # that show the usual gap of a line
_MOST_PARTS = 5  # of one word
_COMMON = 20  # occurrences in the corpus of a word that parts may form
_FEWEST_LETTERS = 4  # on their own, one after another
_FEWEST_UNKNOWN = 6  # letters on their own that need not form a word that is known
_WORD_GAP = 1.5  # of the gap between spaced letters; a wider one separates words
_VOWELS = frozenset("aeiouáàâäéèêëíìîïóòôöúùûüаеёиоуыэюя")


@dataclass(frozen=True, slots=True)
class Gap:
    """The gap before a word."""

    width: float  # points, beyond the width of the letter before it
    is_drawn: bool  # the file itself has a space there


GapBefore = Callable[[int], Gap]


def join_torn(words: Sequence[Word], gap_before: GapBefore) -> list[Word]:
    """Return the words of a page in the order of drawing, with torn words joined.

    ``gap_before`` measures the gap between the word at an index and the one before it. It is only
    asked where words may be torn.
    """
    torn = {*_torn_by_kerning(words, gap_before), *_torn_into_letters(words, gap_before)}
    if not torn:
        return list(words)
    joined: list[Word] = []
    for index, word in enumerate(words):
        if index in torn:
            joined[-1] = _join(joined[-1], word)
        else:
            joined.append(word)
    return joined


def _join(left: Word, right: Word) -> Word:
    longer = max(left, right, key=lambda word: len(word.text))
    return replace(
        left, text=left.text + right.text, right=right.right, bold=longer.bold, italic=longer.italic
    )


class _Gaps:
    """Measures the gaps of a page, each once."""

    def __init__(self, words: Sequence[Word], gap_before: GapBefore) -> None:
        self._words = words
        self._gap_before = gap_before
        self._gaps: dict[int, Gap] = {}

    def before(self, index: int) -> Gap:
        """Return the gap between the word at an index and the one before it."""
        if index not in self._gaps:
            self._gaps[index] = self._gap_before(index)
        return self._gaps[index]

    def others(self, index: int) -> list[Gap]:
        """Return the other gaps of a line: the clear spaces, if it has some."""
        words = self._words
        line = [at for at in self._line(index) if at != index and words[at].spaced]
        wide = [at for at in line if not _stands_close(words[at - 1], words[at])]
        return [self.before(at) for at in (wide if len(wide) >= _FEWEST_GAPS else line)]

    def usual(self, index: int) -> float:
        """Return the usual gap of a line in points; that of its type, if it has few gaps."""
        widths = [gap.width for gap in self.others(index)]
        if len(widths) < _FEWEST_GAPS:
            return _USUAL * self._words[index].size  # the last line of a paragraph is not spread
        return max(median(widths), _LEAST_GAP)

    def _line(self, index: int) -> range:
        start = end = index
        words = self._words
        while start > 1 and _are_on_one_line(words[start - 2], words[start - 1]):
            start -= 1
        while end + 1 < len(words) and _are_on_one_line(words[end], words[end + 1]):
            end += 1
        return range(start, end + 1)


def _stands_close(left: Word, right: Word) -> bool:
    return right.left - left.right < _NARROW_BOX * right.size


def _are_on_one_line(left: Word, right: Word) -> bool:
    return (
        abs(left.base - right.base) < _SAME_LINE
        and left.turn == right.turn
        and left.left < right.left
        and right.left - left.right < _WIDEST * right.size
    )


def _torn_by_kerning(words: Sequence[Word], gap_before: GapBefore) -> Iterator[int]:
    """Yield the indices of words that continue the one before them."""
    gaps = _Gaps(words, gap_before)
    end = 0  # of what was joined already
    for index in _doubtful_places(words):
        if index < end:
            continue
        # the longest word that begins with the part before the gap
        last = min(index + _MOST_PARTS - 1, len(words))
        for stop in range(last, index, -1):
            if _is_torn(words[index - 1 : stop], gaps, range(index, stop)):
                yield from range(index, stop)
                end = stop
                break


def _doubtful_places(words: Sequence[Word]) -> Iterator[int]:
    """Yield the indices of words that may continue the one before them on their line."""
    checked = 0
    for index, word in enumerate(words):
        if is_whole_word(word.text.lower()):
            continue  # two whole words are not torn
        for place in range(max(index, checked + 1), min(index + 2, len(words))):
            checked = place
            if _may_continue(words[place - 1], words[place]):
                yield place


def _may_continue(left: Word, right: Word) -> bool:
    return (
        right.spaced
        and _may_be_parts(left.text, right.text)
        and (_stands_close(left, right) or _form_word(left.text, right.text))
        and _are_on_one_line(left, right)
    )


def _form_word(left: str, right: str) -> bool:
    return _is_common(_letters_at_end(left) + _letters_at_start(right))


def _may_be_parts(left: str, right: str) -> bool:
    """Return whether two parts may be of one word: "coopera", "tion", but not "the", "Ferry"."""
    first = right[0]
    if not (first.isalpha() and left[-1].isalpha()):
        return False
    return not first.isupper() or (left.isupper() and right[:2].isupper())


def _is_torn(parts: Sequence[Word], gaps: _Gaps, places: range) -> bool:
    """Return whether parts are one word, by the gaps before all but the first of them."""
    if not all(
        right.spaced and _may_be_parts(left.text, right.text) and _are_on_one_line(left, right)
        for left, right in pairwise(parts)
    ):
        return False
    letters = [_letters_at_end(parts[0].text), *(part.text.lower() for part in parts[1:-1])]
    letters.append(_letters_at_start(parts[-1].text))
    is_known = _is_common("".join(letters))
    whole = [is_whole_word(part.lower()) for part in letters]
    if all(whole) and not is_known:
        return False
    widths = [gaps.before(place).width / gaps.usual(place) for place in places]
    narrowest = min(part.size for part in parts) * _WIDEST_TEAR
    if all(
        width < _CLEARLY_NARROW and gaps.before(place).width < narrowest
        for place, width in zip(places, widths, strict=True)
    ):
        is_drawn = any(gaps.before(place).is_drawn for place in places)
        return is_known or not (is_drawn or any(map(is_short_word, map(str.lower, letters))))
    return (
        is_known
        and not all(whole)
        and all(
            width < (_ALIKE if _is_unlike_others(gaps, place) else _NARROW)
            for place, width in zip(places, widths, strict=True)
        )
    )


def _is_unlike_others(gaps: _Gaps, place: int) -> bool:
    """Return whether the file has no space at a place, but draws those of the same line."""
    others = gaps.others(place)
    drawn = sum(gap.is_drawn for gap in others)
    return not gaps.before(place).is_drawn and 2 * drawn > len(others)


def _is_common(word: str) -> bool:
    return corpus_count(word) >= _COMMON


def _letters_at_end(text: str) -> str:
    start = next((at for at in range(len(text), 0, -1) if not text[at - 1].isalpha()), 0)
    return text[start:]


def _letters_at_start(text: str) -> str:
    end = next((at for at, letter in enumerate(text) if not letter.isalpha()), len(text))
    return text[:end]


def _torn_into_letters(words: Sequence[Word], gap_before: GapBefore) -> Iterator[int]:
    """Yield the indices of letters that continue a word of a heading in spaced letters."""
    for start, end in _runs_of_letters(words):
        gaps = [gap_before(index).width for index in range(start + 1, end)]
        widest = _WORD_GAP * median(gaps)
        within = [
            index for index, gap in zip(range(start + 1, end), gaps, strict=True) if gap < widest
        ]
        text = words[start].text
        for index in range(start + 1, end):
            text += words[index].text if index in within else f" {words[index].text}"
        if _are_spaced_words(text.split(), end - start):
            yield from within


def _runs_of_letters(words: Sequence[Word]) -> Iterator[tuple[int, int]]:
    """Yield start and end of the words of one letter that stand together on a line."""
    start = end = -1
    for index in (index for index, word in enumerate(words) if _is_letter(word.text)):
        if index == end and _are_on_one_line(words[index - 1], words[index]):
            end += 1
            continue
        if end - start >= _FEWEST_LETTERS:
            yield start, end
        start, end = index, index + 1
    if end - start >= _FEWEST_LETTERS:
        yield start, end


def _is_letter(text: str) -> bool:
    """Return whether a word is one letter, perhaps with a sign: "R", "(R", "T:"."""
    return len(text) <= 2 and sum(map(str.isalpha, text)) == 1


def _are_spaced_words(parts: Sequence[str], count: int) -> bool:
    """Return whether parts that spaced letters form are words, and no list such as "A B C D"."""
    bare = ["".join(filter(str.isalpha, part)).lower() for part in parts]
    if any(map(_is_common, bare)):
        return True
    is_list = any(
        len(part) > 2 and all(ord(second) == ord(first) + 1 for first, second in pairwise(part))
        for part in bare
    )
    have_vowels = all(not _VOWELS.isdisjoint(part) for part in bare)
    return count >= _FEWEST_UNKNOWN and have_vowels and not is_list

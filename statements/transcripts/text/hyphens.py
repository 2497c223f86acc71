"""Hyphens at line ends: is "conflict-/free" one word or two, is "capac-/ity" a compound?

The evidence is weighed in this order: a capital after the break; the unbroken form elsewhere in the
same text; how often each form occurs unbroken in the General Debate corpus (``hyphens.txt``, counts
only), together with the habit of the text in other words that are printed both ways. Where none of
these decides, the result is a guess from the parts and is marked as one.
"""

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import pairwise
from math import log

from statements.transcripts.text.hyphen_habit import habit_of, words_printed_both_ways

HYPHENS = "-\u2010\u2011"
SOFT_HYPHEN = "\u00ad"

_BREAKS = tuple(HYPHENS + SOFT_HYPHEN)
_WORD = re.compile(r"[^\W\d_]+(?:[-\u2010\u2011][^\W\d_]+)*")
# matches only from the start of a word, or every part of a chain would be tried as a start
_LEFT = re.compile(
    r"(?<![\w’'])(?<![\w’'][-\u2010\u2011])(?P<word>[\w’']+(?:[-\u2010\u2011][\w’']+)*)[-\u2010\u2011\u00ad]$"
)
_RIGHT = re.compile(r"[\w]+(?:[-\u2010\u2011][\w]+)*")
# "short- and long-term": the hyphen stands for a later part, and the word ends here.
_CONJUNCTIONS = frozenset({"and", "or", "to", "as", "nor", "versus", "but"})
_PREFIXES = frozenset(
    "non self ex vice anti pro pre post co inter intra multi semi mid all cross quasi well ill high"
    " low long short large small full half one two three four five six seven eight nine ten twenty"
    " thirty forty fifty sixty seventy eighty ninety north south east west trans pan afro euro"
    " micro macro mini neo counter cease so decision policy law peace pseudo ethno".split()
)
# words too short for the table
_SHORT_WORDS = frozenset(
    "a all an and any are as at be but by can due few for had has he her his how i if in is it its"
    " may new no not now of off on one or our out own she so ten the to too two up us was we who"
    " why yet you".split()
)
# other words that are too short for the table, and begin compounds: "oil-/rich"
_NOUNS_AND_ADJECTIVES = frozenset(
    "aid air arm bad big day dry far gas hot ice job key law low man men new oil old pay poor raw"
    " red sea sky sun tax war web wet".split()
)
_STEM = 4  # letters after the break that related words share: "co-op|eration"
_FEWEST_BREAKS = 3  # line ends in a hyphen that show whether a text breaks words
_ADDRESS_HYPHENS = 4  # within a part; only addresses of web pages have so many
_COMMON = 300  # occurrences in the corpus of a word that is hardly a name
_COMMON_PART = 20  # occurrences in the corpus of a part that is a word of its own
# Weights of the evidence for a hyphen, as logarithms of odds. They were chosen on twentieths of the
# corpus other than the one that ``benchmarks/hyphens.py`` judges.
_HABIT_WEIGHT = 0.5  # for each standard deviation
_AT_HYPHEN = 0.7  # a line ends at a hyphen that a word has; a word without is broken elsewhere too
_CLEAR_RATIO = 4  # a form this many times more frequent than the other leaves no doubt


@dataclass(frozen=True, slots=True)
class Joint:
    """How to join the two halves of a broken word."""

    joiner: str  # "", "-" or "- "
    certain: bool


class Evidence:
    """Word frequencies of one text and of the corpus, counted on first use."""

    def __init__(self, text: str, table: Mapping[str, int] | None = None) -> None:
        self.text = text
        self._counts: Counter[str] | None = None
        self._forms: list[str] | None = None
        self._styles: dict[str, str | None] = {}
        self._table = table
        self._breaks_words: bool | None = None
        self._has_habit = False  # it was counted
        self._habit: float | None = None

    @property
    def breaks_words(self) -> bool:
        """Whether the text breaks words at line ends, as far as its own line ends show.

        A text that ends several lines in a hyphen, and none within a word, prints true hyphens
        there: it breaks no word.
        """
        if self._breaks_words is None:
            self._breaks_words = _breaks_words(self)
        return self._breaks_words

    @property
    def table(self) -> Mapping[str, int]:
        """Map each form to its number of unbroken occurrences in the corpus."""
        if self._table is None:
            self._table = corpus_table()
        return self._table

    def count(self, form: str) -> int:
        """Return how often the text contains a form, given in lower case."""
        return self._word_counts()[form]

    def count_prefix(self, prefix: str) -> int:
        """Return how often the text contains words with a prefix: "co-oper", "co-operate"."""
        if self._forms is None:
            self._forms = sorted(self._word_counts())
        first = bisect_left(self._forms, prefix)
        last = bisect_left(self._forms, f"{prefix}\U0010ffff")
        return sum(map(self._word_counts().__getitem__, self._forms[first:last]))

    def prefix_style(self, prefix: str) -> str | None:
        """Return the joiner that this text uses after a prefix, or None if it has no preference.

        Only words that the corpus has in both forms count: a text that prints "co-ordinate"
        prints "co-operation" too.
        """
        if prefix not in self._styles:
            if self._forms is None:
                self._forms = sorted(self._word_counts())
            first = bisect_left(self._forms, prefix)
            last = bisect_left(self._forms, f"{prefix}\U0010ffff")
            joined = hyphened = 0
            for form in self._forms[first:last]:
                rest = form[len(prefix) :]
                if rest.startswith("-") and prefix + rest[1:] in self.table:
                    hyphened += self.count(form)
                elif f"{prefix}-{rest}" in self.table:
                    joined += self.count(form)
            self._styles[prefix] = _compare(joined, hyphened)
        return self._styles[prefix]

    @property
    def habit(self) -> float | None:
        """How much more often than the corpus the text writes hyphens in words that are printed
        both ways ("world-wide"), in standard deviations; None if it has no such words.
        """
        if not self._has_habit:
            self._has_habit = True
            of_corpus = self.table is corpus_table()
            words = _words_of_corpus() if of_corpus else words_printed_both_ways(self.table)
            self._habit = habit_of(self._word_counts(), self.table, words)
        return self._habit

    def _word_counts(self) -> Counter[str]:
        if self._counts is None:
            self._counts = count_unbroken(self.text)
        return self._counts


def _breaks_words(evidence: Evidence) -> bool:
    breaks = [
        (left["word"].lower(), right[0].lower())
        for above, below in pairwise(evidence.text.splitlines())
        if (left := _LEFT.search(above.rstrip()[-120:])) and (right := _RIGHT.match(below.strip()))
    ]
    if len(breaks) < _FEWEST_BREAKS:
        return True
    return any(_is_within_word(left, right, evidence) for left, right in breaks)


def _is_within_word(left: str, right: str, evidence: Evidence) -> bool:
    """Return whether a break is certainly within a word: "govern-/ment"."""
    joined, hyphened = left + right, f"{left}-{right}"
    if evidence.count(hyphened) or evidence.table.get(hyphened, 0):
        return False
    known = bool(evidence.table.get(joined, 0) or evidence.count(joined))
    table = evidence.table
    return known and not (is_whole_word(left, table) and is_whole_word(right, table))


def is_whole_word(part: str, table: Mapping[str, int] | None = None) -> bool:
    """Return whether a part, in lower case, is a word of its own: "led", but not "ment".

    ``table`` replaces the one of the corpus.
    """
    counts = corpus_table() if table is None else table
    return part in _SHORT_WORDS or counts.get(part, 0) >= _COMMON_PART


def is_short_word(part: str) -> bool:
    """Return whether a part, in lower case, is a word that is too short for the table: "of"."""
    return part in _SHORT_WORDS


def count_unbroken(text: str) -> Counter[str]:
    """Count the words and compounds that are unbroken within a line, in lower case."""
    counts: Counter[str] = Counter()
    for line in text.lower().replace("\u2010", "-").replace("\u2011", "-").splitlines():
        words = _WORD.findall(line)
        if words and line.rstrip().endswith(("-", SOFT_HYPHEN)):
            words.pop()  # the first half of a broken word
        counts.update(words)
    return counts


@cache
def corpus_table() -> Mapping[str, int]:
    """Return the table of the corpus: form in lower case -> number of unbroken occurrences."""
    path = files("statements.transcripts.text").joinpath("hyphens.txt")
    pairs = (line.split(" ") for line in path.read_text("utf-8").splitlines())
    return {form: int(count) for form, count in pairs}


@cache
def _words_of_corpus() -> list[tuple[str, str]]:
    return words_printed_both_ways(corpus_table())


def corpus_count(word: str) -> int:
    """Return how often the corpus contains a word, ignoring case."""
    return corpus_table().get(word.lower(), 0)


def is_common_word(word: str) -> bool:
    """Return whether a word is so common that it is hardly a name: "groups", but not "groves"."""
    return corpus_count(word) >= _COMMON


def ends_in_hyphen(line: str) -> bool:
    """Return whether a line ends in the first half of a broken word, not in a dash."""
    return line[-1:] in _BREAKS and _LEFT.search(line[-120:]) is not None


def join_broken(left_line: str, right_line: str, evidence: Evidence) -> Joint:
    """Decide how to join the last word of one line and the first of the next."""
    left_match = _LEFT.search(left_line[-120:])
    right_match = _RIGHT.match(right_line[:120])
    if left_match is None or right_match is None:
        return Joint("-", certain=True)
    if left_line.endswith(SOFT_HYPHEN):
        return Joint("", certain=True)
    left, right = left_match["word"], right_match[0]
    if right in _CONJUNCTIONS and f"{left}{right}".lower() not in evidence.table:
        return Joint("- ", certain=True)
    is_address = left.count("-") >= _ADDRESS_HYPHENS or "/" in left_line.rsplit(None, 1)[-1]
    if is_address or not left[-1].isalpha() or not right[0].isalpha():
        return Joint("-", certain=True)
    capitals = left.isupper() and len(left) > 1
    if right[0].isupper() and not (capitals and right.isupper()):
        return Joint("-", certain=True)
    if not evidence.breaks_words:
        return Joint("-", certain=True)
    return _by_evidence(_normalize(left), _normalize(right), evidence, capitals=capitals)


def _normalize(word: str) -> str:
    return word.lower().replace("\u2010", "-").replace("\u2011", "-")


def _by_evidence(left: str, right: str, evidence: Evidence, *, capitals: bool) -> Joint:
    joined, hyphened = left + right, f"{left}-{right}"
    in_text = _compare(evidence.count(joined), evidence.count(hyphened))
    if in_text is not None:
        return Joint(in_text, certain=True)
    if len(right) > _STEM:
        stem = right[:_STEM]
        by_stem = _compare(
            evidence.count_prefix(left + stem), evidence.count_prefix(f"{left}-{stem}")
        )
        if by_stem is not None and not capitals:
            return Joint(by_stem, certain=True)
    table = evidence.table
    joined_count, hyphened_count = table.get(joined, 0), table.get(hyphened, 0)
    by_table = _compare(joined_count, hyphened_count)
    if joined_count and hyphened_count and not _is_clear(joined_count, hyphened_count):
        style = evidence.prefix_style(left)
        if style is not None:
            return Joint(style, certain=False)
    if joined_count and hyphened_count and (habit := evidence.habit) is not None:
        weight = log(hyphened_count / joined_count) + _HABIT_WEIGHT * habit + _AT_HYPHEN
        return Joint("-" if weight > 0 else "", certain=abs(weight) >= log(_CLEAR_RATIO))
    if by_table is not None:
        return Joint(by_table, certain=_is_clear(joined_count, hyphened_count))
    if "-" in left or "-" in right:
        # "state-of-/the-art": decide by the two words that meet at the break
        first, last = left.rsplit("-", 1)[-1], right.split("-", 1)[0]
        if first != left and first in _PREFIXES:
            return Joint("-", certain=False)  # "non-self-/amortizing"
        inner = _by_evidence(first, last, evidence, capitals=capitals)
        return Joint(inner.joiner, certain=inner.certain)
    return _by_parts(left, right, evidence.table, capitals=capitals)


def _compare(joined: int, hyphened: int) -> str | None:
    """Return the joiner of the more frequent form; None if both are equally frequent."""
    if joined == hyphened:
        return None
    return "" if joined > hyphened else "-"


def _is_clear(joined: int, hyphened: int) -> bool:
    return max(joined, hyphened) >= _CLEAR_RATIO * max(min(joined, hyphened), 1)


def _by_parts(left: str, right: str, table: Mapping[str, int], *, capitals: bool) -> Joint:
    """Guess for forms that occur nowhere: two complete words keep their hyphen."""
    if capitals:
        return Joint("-", certain=False)  # usually a name such as AL-KIDWA
    is_whole = left in _SHORT_WORDS or left in _NOUNS_AND_ADJECTIVES
    if (left in _PREFIXES or is_whole) and table.get(right, 0):
        return Joint("-", certain=False)
    if right in _SHORT_WORDS and (table.get(left, 0) or left in _SHORT_WORDS):
        return Joint("-", certain=False)  # a hyphen for a dash: "a landmark-/not the last"
    two_words = len(left) > 2 and len(right) > 2 and table.get(left, 0) and table.get(right, 0)
    return Joint("-" if two_words else "", certain=False)

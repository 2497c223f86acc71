"""Hyphens at line ends: is "conflict-/free" one word or two, "capac-/ity" a cut or a compound?

Decided by evidence, in this order: a capital after the break; the unbroken form elsewhere in the
same text; how often each form stands unbroken in the General Debate corpus (``hyphens.txt``,
counts only). What is left is a guess from the parts, and says so.
"""

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

HYPHENS = "-\u2010\u2011"
SOFT_HYPHEN = "\u00ad"

_BREAKS = tuple(HYPHENS + SOFT_HYPHEN)
_WORD = re.compile(r"[^\W\d_]+(?:[-\u2010\u2011][^\W\d_]+)*")
# begun only where a word begins, or every part of a chain would be tried as a beginning
_LEFT = re.compile(
    r"(?<![\w’'])(?<![\w’'][-\u2010\u2011])(?P<word>[\w’']+(?:[-\u2010\u2011][\w’']+)*)[-\u2010\u2011\u00ad]$"
)
_RIGHT = re.compile(r"[\w]+(?:[-\u2010\u2011][\w]+)*")
# "short- and long-term": the hyphen stands for what follows later, the word ends here.
_SUSPENDED = frozenset({"and", "or", "to", "as", "nor", "versus", "but"})
_PREFIXES = frozenset(
    "non self ex vice anti pro pre post co inter intra multi semi mid all cross quasi well ill high"
    " low long short large small full half one two three four five six seven eight nine ten twenty"
    " thirty forty fifty sixty seventy eighty ninety north south east west trans pan afro euro"
    " micro macro mini neo counter cease so decision policy law peace".split()
)
# words too short for the table
_SHORT_WORDS = frozenset(
    "a all an and any are as at be but by can due few for had has he her his how i if in is it its"
    " may new no not now of off on one or our out own she so ten the to too two up us was we who"
    " why yet you".split()
)
_STEM = 4  # letters after the break by which kindred words are known: "co-op|eration"
_CLEARLY = 4  # how many times oftener one form must stand than the other to leave no doubt


@dataclass(frozen=True, slots=True)
class Joint:
    """How two halves of a broken word are written together."""

    between: str  # "", "-" or "- "
    certain: bool


class Evidence:
    """What one text, and the corpus, show of words; counted only when first asked."""

    def __init__(self, text: str, table: Mapping[str, int] | None = None) -> None:
        self.text = text
        self._counts: Counter[str] | None = None
        self._forms: list[str] | None = None
        self._habits: dict[str, str | None] = {}
        self._table = table

    @property
    def table(self) -> Mapping[str, int]:
        """Form -> how often it stands unbroken in the corpus."""
        if self._table is None:
            self._table = corpus_table()
        return self._table

    def seen(self, form: str) -> int:
        return self._seen()[form]

    def begun(self, stem: str) -> int:
        """How often the text holds words that begin so: "co-oper" counts "co-operate" too."""
        if self._forms is None:
            self._forms = sorted(self._seen())
        first = bisect_left(self._forms, stem)
        last = bisect_left(self._forms, f"{stem}\U0010ffff")
        return sum(map(self._seen().__getitem__, self._forms[first:last]))

    def habit(self, prefix: str) -> str | None:
        """How this text writes a prefix in words that the corpus knows both ways: one that
        prints "co-ordinate" prints "co-operation" too."""
        if prefix not in self._habits:
            if self._forms is None:
                self._forms = sorted(self._seen())
            first = bisect_left(self._forms, prefix)
            last = bisect_left(self._forms, f"{prefix}\U0010ffff")
            joined = hyphened = 0
            for form in self._forms[first:last]:
                rest = form[len(prefix) :]
                if rest.startswith("-") and prefix + rest[1:] in self.table:
                    hyphened += self.seen(form)
                elif f"{prefix}-{rest}" in self.table:
                    joined += self.seen(form)
            self._habits[prefix] = _compare(joined, hyphened)
        return self._habits[prefix]

    def _seen(self) -> Counter[str]:
        if self._counts is None:
            self._counts = count_unbroken(self.text)
        return self._counts


def count_unbroken(text: str) -> Counter[str]:
    """Words and compounds standing whole inside a line, in lower case."""
    counts: Counter[str] = Counter()
    for line in text.lower().replace("\u2010", "-").replace("\u2011", "-").splitlines():
        words = _WORD.findall(line)
        if words and line.rstrip().endswith(("-", SOFT_HYPHEN)):
            words.pop()  # the first half of a broken word
        counts.update(words)
    return counts


@cache
def corpus_table() -> Mapping[str, int]:
    """Form -> how often it stands unbroken in the General Debate, in lower case."""
    path = files("statements.transcripts").joinpath("hyphens.txt")
    pairs = (line.split(" ") for line in path.read_text("utf-8").splitlines())
    return {form: int(seen) for form, seen in pairs}


def corpus_count(word: str) -> int:
    """How often a word stands in the corpus the table was counted from, whatever its case."""
    return corpus_table().get(word.lower(), 0)


def ends_in_hyphen(line: str) -> bool:
    """Whether a line ends in the first half of a broken word (a dash does not)."""
    return line[-1:] in _BREAKS and _LEFT.search(line[-120:]) is not None


def join_broken(left_line: str, right_line: str, evidence: Evidence) -> Joint:
    """How the last word of one line and the first of the next belong together."""
    left_match = _LEFT.search(left_line[-120:])
    right_match = _RIGHT.match(right_line[:120])
    if left_match is None or right_match is None:
        return Joint("-", certain=True)
    if left_line.endswith(SOFT_HYPHEN):
        return Joint("", certain=True)
    left, right = left_match["word"], right_match[0]
    if right in _SUSPENDED and f"{left}{right}".lower() not in evidence.table:
        return Joint("- ", certain=True)
    if not left[-1].isalpha() or not right[0].isalpha():
        return Joint("-", certain=True)
    capitals = left.isupper() and len(left) > 1
    if right[0].isupper() and not (capitals and right.isupper()):
        return Joint("-", certain=True)
    return _by_evidence(_plain(left), _plain(right), evidence, capitals=capitals)


def _plain(word: str) -> str:
    return word.lower().replace("\u2010", "-").replace("\u2011", "-")


def _by_evidence(left: str, right: str, evidence: Evidence, *, capitals: bool) -> Joint:
    joined, hyphened = left + right, f"{left}-{right}"
    in_text = _compare(evidence.seen(joined), evidence.seen(hyphened))
    if in_text is not None:
        return Joint(in_text, certain=True)
    if len(right) > _STEM:
        stem = right[:_STEM]
        kin = _compare(evidence.begun(left + stem), evidence.begun(f"{left}-{stem}"))
        if kin is not None and not capitals:
            return Joint(kin, certain=True)
    table = evidence.table
    whole, parted = table.get(joined, 0), table.get(hyphened, 0)
    by_table = _compare(whole, parted)
    if whole and parted and not _clear(whole, parted):
        habit = evidence.habit(left)
        if habit is not None:
            return Joint(habit, certain=False)
    if by_table is not None:
        return Joint(by_table, certain=_clear(whole, parted))
    if "-" in left or "-" in right:
        # "state-of-/the-art": ask for the two words that meet at the break
        first, last = left.rsplit("-", 1)[-1], right.split("-", 1)[0]
        inner = _by_evidence(first, last, evidence, capitals=capitals)
        return Joint(inner.between, certain=inner.certain)
    return _by_parts(left, right, evidence.table, capitals=capitals)


def _compare(joined: int, hyphened: int) -> str | None:
    if joined == hyphened:
        return None
    return "" if joined > hyphened else "-"


def _clear(one: int, other: int) -> bool:
    return max(one, other) >= _CLEARLY * max(min(one, other), 1)


def _by_parts(left: str, right: str, table: Mapping[str, int], *, capitals: bool) -> Joint:
    """A guess where nobody has seen either form: two whole words keep their hyphen."""
    if capitals:
        return Joint("-", certain=False)  # a name such as AL-KIDWA more often than not
    if left in _PREFIXES and table.get(right, 0):
        return Joint("-", certain=False)
    if right in _SHORT_WORDS and (table.get(left, 0) or left in _SHORT_WORDS):
        return Joint("-", certain=False)  # a hyphen for a dash: "a landmark-/not the last"
    two_words = len(left) > 2 and len(right) > 2 and table.get(left, 0) and table.get(right, 0)
    return Joint("-" if two_words else "", certain=False)

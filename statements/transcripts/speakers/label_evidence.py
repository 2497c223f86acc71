"""Weighs which forms of labels explain a file: those whose labels recur with others between them,
or name offices, titles and voices that are known."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from statements.transcripts.speakers.label_forms import Label, find_label
from statements.transcripts.speakers.label_names import Kind, Naming, read_naming
from statements.transcripts.speakers.label_styles import Style

FEWEST_SPEAKER_LINES = 2  # that make a file a debate, in which one label more is likely
_FEWEST_STOPPED = 4  # labels such as "Mr. Lund. Yes", which prose has too
_SHARE_STOPPED = 0.1  # of all paragraphs
_NO_TURNS = {Kind.CHORUS, Kind.ADDRESS, Kind.LISTENERS, Kind.RECORD}


@dataclass(frozen=True, slots=True)
class Head:
    """The beginning of a paragraph."""

    text: str  # its first line as printed
    is_read: bool = False  # the grammar of speaker lines has read it
    is_alone: bool = False  # the line may hold nothing but a name
    is_whole: bool = True  # the paragraph has no other lines


@dataclass(frozen=True, slots=True)
class Candidate:
    """A paragraph that begins like a turn."""

    index: int
    label: Label
    naming: Naming

    @property
    def kind(self) -> Kind:
        return self.naming.kind


@dataclass(slots=True)
class Form:
    """All labels of one form in a file."""

    style: Style
    separator: str
    candidates: list[Candidate] = field(default_factory=list)

    def keys(self, least: Kind = Kind.OTHER) -> list[str]:
        """Return the key of each label that is at least of a kind."""
        return [each.label.key for each in self.candidates if each.kind >= least]

    def count(self, *kinds: Kind) -> int:
        return sum(candidate.kind in kinds for candidate in self.candidates)


class FileEvidence:
    """The beginnings of the paragraphs of one file, and what is counted over all of them."""

    def __init__(self, heads: Sequence[Head], marked: Mapping[int, object]) -> None:
        """``marked`` has the indices of speaker lines that were read behind a mark."""
        self._size = len(heads)
        self._read_lines = [index for index, head in enumerate(heads) if head.is_read]
        self._marked = list(marked)
        self.candidates = [
            Candidate(index, label, read_naming(label))
            for index, head in enumerate(heads)
            if not head.is_read and index not in marked
            if (label := find_label(head.text, is_alone=head.is_alone)) is not None
        ]
        self.is_debate = len(self._read_lines) + len(marked) >= FEWEST_SPEAKER_LINES
        self.prints_capitals = _print_capitals(heads, self._read_lines)
        self.recurring = self._recurring(heads)

    def forms(self) -> Iterable[Form]:
        forms: dict[tuple[str, Style], Form] = {}
        for candidate in self.candidates:
            label = candidate.label
            form = forms.setdefault(label.form, Form(label.style, label.separator))
            form.candidates.append(candidate)
        return forms.values()

    def explains(self, form: Form) -> bool:
        """Return whether the labels of a form begin the turns of the file."""
        opening = sum(candidate.label.opens_speech for candidate in form.candidates)
        if opening * 5 < len(form.candidates) * 4:
            return False
        if form.separator == ".":
            return self._stops_explain(form)
        keys = set(form.keys())
        recurring = self.recurring & keys
        known = form.count(Kind.WORDS)
        like_names = known + form.count(Kind.NAME)
        labels = len(keys) + len(self._read_lines) + len(self._marked)
        if form.separator == "line":
            return len(recurring) > 1 and like_names * 5 >= len(form.candidates) * 4
        if form.separator == ".-":
            return len(keys) > 1
        if form.separator == "gap":
            return labels > 1 or len(form.candidates) > 1
        if form.style is Style.CAPITALS:
            known += form.count(Kind.ADDRESS) if self.prints_capitals else 0
            known += len(recurring.intersection(form.keys(Kind.NAME)))
            # one heading alone may recur
            return (known > 0 or len(recurring) > 1) and len(form.candidates) + len(
                self._read_lines
            ) > 1
        if form.style is Style.UNCASED:
            grouped = sum(bool(candidate.label.groups) for candidate in form.candidates)
            several = self.is_debate and len(keys) > 1
            return labels > 1 and (bool(recurring) or grouped > 1 or known > 1 or several)
        if labels < 2 or like_names * 10 < len(form.candidates) * 6:
            return False
        return bool(recurring) or (known > 1 and (len(keys) > 1 or self.is_debate))

    def _stops_explain(self, form: Form) -> bool:
        """Return whether labels that end in a full stop begin turns: "Ms. AMBERLEY. I object"."""
        least = Kind.NAME if form.style is Style.CAPITALS else Kind.WORDS
        keys, known = form.keys(least), form.keys(Kind.WORDS)
        if form.style is Style.CAPITALS and len(set(known)) > 1:
            return True
        is_frequent = len(keys) >= max(_FEWEST_STOPPED, _SHARE_STOPPED * self._size)
        return is_frequent and len(set(keys)) > 1 and bool(self.recurring.intersection(keys))

    def _recurring(self, heads: Sequence[Head]) -> frozenset[str]:
        """Return the keys of labels that occur again after another label or speaker line.

        A line that is the same each time, such as an address in print, is none.
        """
        turns = [(index, "") for index in (*self._read_lines, *self._marked)]
        lines: dict[str, set[str]] = defaultdict(set)
        addresses: set[str] = set()
        for candidate in self.candidates:
            key = candidate.label.key
            head = heads[candidate.index]
            lines[key].add(str(candidate.index) if head.is_alone else head.text.strip())
            if candidate.kind is Kind.ADDRESS:
                addresses.add(key)
        keyed = [
            (candidate.index, candidate.label.key)
            for candidate in self.candidates
            if candidate.kind not in _NO_TURNS
        ]
        addressed = [
            (candidate.index, candidate.label.key)
            for candidate in self.candidates
            if candidate.kind is Kind.ADDRESS
        ]
        keys = _returning([*turns, *keyed])
        keys |= _returning([*turns, *keyed, *addressed]) & addresses
        return frozenset(key for key in keys if len(lines[key]) > 1)


def _returning(turns: Iterable[tuple[int, str]]) -> set[str]:
    """Return the keys that come back after another one, in the order of the indices."""
    runs = Counter(
        after
        for (_, before), (_, after) in pairwise([(-1, ""), *sorted(turns)])
        if after and after != before
    )
    return {key for key, count in runs.items() if count > 1}


def _print_capitals(heads: Sequence[Head], read_lines: Sequence[int]) -> bool:
    """Return whether most speaker lines that the grammar has read are in capitals."""
    labels = [label for index in read_lines if (label := find_label(heads[index].text))]
    capitals = sum(label.style is Style.CAPITALS for label in labels)
    return capitals >= FEWEST_SPEAKER_LINES and 2 * capitals > len(labels)

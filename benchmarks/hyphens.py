"""Measure how often a hyphen at a line end is decided correctly.

Unwrapped statements of the General Debate are wrapped to a narrow column and their words broken as
a typesetter breaks them: at their own hyphens, else between syllables. Reading them must restore
the words. The statements that are tested do not count in the table used for them: it is computed
from all the others.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from zlib import crc32

from benchmarks.count_hyphens import kept, texts, unbroken
from statements.transcripts.text.hyphens import Evidence, join_broken

EVERY = 20  # one statement in so many is judged
WIDTH = 55
LONG_LINE = 300  # a text whose usual line is longer than this was never wrapped
SYLLABLES = re.compile(
    r"(?<=[aeiouy])(?=[bcdfghjklmnpqrstvwxz][aeiouy])|(?<=[aeiouy][^aeiouy\W])(?=[^aeiouy\W][aeiouy])"
)
WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")


@dataclass(frozen=True, slots=True)
class Break:
    """One word at a line end: its original form and its context."""

    left_line: str
    right_line: str
    truth: str


def break_point(word: str, room: int) -> tuple[str, str, str] | None:
    """Left half with its hyphen, right half, and the original text between them."""
    hyphens = [at for at, sign in enumerate(word) if sign == "-" and 1 < at < room]
    if hyphens and hyphens[-1] + 2 < len(word):
        at = hyphens[-1]
        return word[: at + 1], word[at + 1 :], "-"
    letters = WORD.match(word)
    if letters is None or len(letters[0]) < 6:
        return None
    points = [
        match.start()
        for match in SYLLABLES.finditer(letters[0].lower())
        if 2 < match.start() < min(room, len(letters[0]) - 2)
        and "-" not in letters[0][match.start() - 2 : match.start() + 3]
    ]
    if not points:
        return None
    return f"{word[: points[-1]]}-", word[points[-1] :], ""


def wrap(text: str) -> tuple[str, list[Break]]:
    """The text in a narrow column, and every break of a word in it."""
    lines, truths, line = [], [], ""
    for word in text.split():
        if len(line) + len(word) <= WIDTH:
            line += f"{word} "
            continue
        broken = break_point(word, WIDTH - len(line))
        if broken:
            left, right, truth = broken
            truths.append((len(lines), truth))
            lines.append(line + left)
            line = f"{right} "
        else:
            lines.append(line.rstrip())
            line = f"{word} "
    lines.append(line.rstrip())
    return "\n".join(lines), [Break(lines[at], lines[at + 1], truth) for at, truth in truths]


def judged(name: str, every: int) -> bool:
    return crc32(name.encode()) % every == 0


def unwrapped(text: str) -> bool:
    lines = sorted(map(len, filter(None, text.splitlines())))
    return bool(lines) and lines[len(lines) // 2] > LONG_LINE


def table_without(archive: Path, every: int) -> tuple[dict[str, int], list[tuple[str, str]]]:
    counts: Counter[str] = Counter()
    held_out = []
    for name, text in texts(archive):
        if judged(name, every):
            if unwrapped(text):
                held_out.append((name, text))
        else:
            counts.update(unbroken(text))
    return {form: counts[form] for form in kept(counts)}, held_out


def outcomes(
    table: dict[str, int], statements: list[tuple[str, str]]
) -> Iterator[tuple[str, Break, str, bool]]:
    for name, text in statements:
        wrapped, breaks = wrap(text)
        evidence = Evidence(wrapped, table)
        for each in breaks:
            joint = join_broken(each.left_line, each.right_line, evidence)
            yield name, each, joint.joiner, joint.certain


def measure(archive: Path, *, failures: bool) -> None:
    table, statements = table_without(archive, EVERY)
    tally: Counter[tuple[str, bool, bool]] = Counter()
    for name, each, decided, certain in outcomes(table, statements):
        right = decided == each.truth
        tally[each.truth, certain, right] += 1
        if failures and not right:
            broken = f"{each.left_line.split()[-1]}|{each.right_line.split()[0]}"
            print(f"{name}\t{broken}\t{'certain' if certain else 'guess'}")
    total = tally.total()
    print(f"statements {len(statements)}, forms in the table {len(table)}, breaks {total}")
    for label, truth in (("at a hyphen", "-"), ("within a word", "")):
        these = {key: seen for key, seen in tally.items() if key[0] == truth}
        _print(label, sum(seen for key, seen in these.items() if key[2]), sum(these.values()))
    _print("all", sum(seen for key, seen in tally.items() if key[2]), total)
    guesses = {key: seen for key, seen in tally.items() if not key[1]}
    _print("flagged as a guess", sum(guesses.values()), total)
    _print("guesses right", sum(n for key, n in guesses.items() if key[2]), sum(guesses.values()))
    sure_wrong = sum(n for key, n in tally.items() if key[1] and not key[2])
    _print("certain yet wrong", sure_wrong, total)


def _print(label: str, part: int, whole: int) -> None:
    print(f"{label:20} {part:8} of {whole:8}  {100 * part / max(whole, 1):7.3f} %")

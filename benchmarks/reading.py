"""How well whole records are read: python benchmarks/reading.py [--failures] [RECORD.pdf …].

Reads published PDF records from the corpora beside the checkout and compares them, speech by
speech, with two independent readings of the same meetings: a published data set (2020) and the
speeches of ``seed-form``. Nothing of those texts is kept. Both cut a President's turn at a vote;
the archive does not, so turns of one speaker that follow each other count as one.
"""

import argparse
import csv
import gzip
import re
import resource
import sys
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from statements.transcripts import ParsedSpeech, ParsedTranscript, read  # noqa: E402
from statements.transcripts.accounting import all_text  # noqa: E402
from statements.transcripts.attribution import read_attribution  # noqa: E402
from statements.transcripts.parsed import ParagraphKind  # noqa: E402
from statements.transcripts.pdf_words import read_pages  # noqa: E402
from statements.transcripts.symbols import Symbol  # noqa: E402

CORPORA = ROOT.parent / "shared" / "corpora"
EDGE = 20  # letters of a speech's beginning and end that are compared
RUN = 6  # letters that must stand together
ALIKE = 0.75  # of the runs of letters of a speech: below it, another speech was found
LOOKED_AT = 12  # speeches ahead, when one was missed


@dataclass(slots=True)
class Expected:
    """A speech as another reading has it."""

    line: str  # its printed speaker line
    text: str
    president: str = ""  # who held the chair, where the data set says so
    runs: Counter[str] = field(default_factory=Counter)


@dataclass(slots=True)
class Score:
    """Counts of one comparison; failures are told in the order of the record."""

    right: Counter[str] = field(default_factory=Counter)
    asked: Counter[str] = field(default_factory=Counter)
    failures: list[str] = field(default_factory=list)

    def ask(self, question: str, right: bool, failure: str) -> None:
        self.asked[question] += 1
        self.right[question] += right
        if not right:
            self.failures.append(f"{question}: {failure}")

    def add(self, other: "Score") -> None:
        self.right += other.right
        self.asked += other.asked
        self.failures += other.failures


QUESTIONS = ("found", "in order", "first words", "last words", "speaker", "affiliation", "role")


def letters(text: str) -> str:
    """Letters and digits alone, without accents: what no reading of a page may differ in."""
    plain = unicodedata.normalize("NFKD", text).casefold()
    return "".join(char for char in plain if char.isalnum())


def shingles(text: str) -> Counter[str]:
    """A text as runs of letters, so that lost spaces and torn words do not count."""
    plain = letters(text)
    return Counter(plain[at : at + RUN] for at in range(max(len(plain) - RUN + 1, 1)))


def published() -> dict[str, list[Expected]]:
    """Meeting -> its speeches in the data set of 2020."""
    csv.field_size_limit(2**31 - 1)
    found: dict[str, list[Expected]] = {}
    with gzip.open(CORPORA / "unsc-2020.csv.gz", "rt", encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            try:
                symbol = str(Symbol.parse(f"S/PV.{row['spv']}"))
            except ValueError:
                continue  # a letter of the videoconference months, no meeting
            president = row["speaker"] if row["participanttype"] == "The President" else ""
            speech = _expected(row["content"])
            speech.president = president
            found.setdefault(symbol, []).append(speech)
    return found


def seed_form() -> dict[str, list[Expected]]:
    """Meeting -> its speeches as cut from the same PDF files by another program."""
    found: dict[str, list[Expected]] = {}
    with (CORPORA / "seed-form.tsv").open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE):
            text = (CORPORA / "seed-form" / row["file"]).read_text("utf-8")
            symbol = str(Symbol.parse(row["meeting"]))
            found.setdefault(symbol, []).append(_expected(text, row["speaker_line"]))
    return found


def _expected(text: str, line: str = "") -> Expected:
    joined = " ".join(text.split())
    attribution = read_attribution(joined)
    end = attribution.end if attribution else joined.find(":") + 1
    return Expected(line or joined[:end].rstrip(": "), joined[end:].strip())


def in_turns(speeches: Sequence[Expected]) -> list[Expected]:
    """Consecutive turns of one speaker as one."""
    turns: list[Expected] = []
    for speech in speeches:
        if turns and letters(turns[-1].line) == letters(speech.line):
            before = turns[-1]
            turns[-1] = Expected(before.line, f"{before.text} {speech.text}", before.president)
        else:
            turns.append(speech)
    for turn in turns:
        turn.runs = shingles(turn.text)
    return turns


def spoken(speech: ParsedSpeech) -> str:
    return " ".join(each.text for each in speech.paragraphs if each.kind is ParagraphKind.SPEECH)


def compare(parsed: ParsedTranscript, expected: Sequence[Expected]) -> Score:
    score = Score()
    texts = [spoken(speech) for speech in parsed.speeches]
    # both readings leave some narrative in the turns, such as lists of votes
    whole = [" ".join(each.text for each in speech.paragraphs) for speech in parsed.speeches]
    counts = [(shingles(text), shingles(full)) for text, full in zip(texts, whole, strict=True)]
    taken: dict[int, int] = {}
    after = 0
    for number, wanted in enumerate(expected, start=1):
        at = _find(wanted, counts, after)
        label = f"speech {number} “{wanted.line[:60]}”"
        score.ask("found", at is not None, label)
        if at is None:
            continue
        score.ask("in order", at >= after and at not in taken, label)
        taken[at] = number
        after = at + 1
        _compare_speech(parsed, parsed.speeches[at], (texts[at], whole[at]), wanted, score, label)
    score.asked["merged"] = _merged(expected, taken, texts, score)
    return score


def _merged(
    expected: Sequence[Expected], taken: dict[int, int], texts: Sequence[str], score: Score
) -> int:
    """How many speeches were not found because they stand within another one."""
    found = set(taken.values())
    plain = [letters(text) for text in texts]
    merged = 0
    for number, wanted in enumerate(expected, start=1):
        beginning = letters(wanted.text)[:60]
        holders = [at + 1 for at, text in enumerate(plain) if beginning and beginning in text]
        if number not in found and holders:
            merged += 1
            score.failures.append(f"merged: speech {number} “{wanted.line[:60]}” in {holders}")
    return merged


def _find(
    wanted: Expected, counts: Sequence[tuple[Counter[str], Counter[str]]], after: int
) -> int | None:
    """The speech that says the same: what it says is wanted, and what is wanted stands in it."""
    places = [*range(after, min(after + LOOKED_AT, len(counts))), *range(after)]
    for at in places:
        said, full = counts[at]
        if (said & wanted.runs).total() >= ALIKE * said.total() and (
            full & wanted.runs
        ).total() >= ALIKE * wanted.runs.total():
            return at
    return None


def _compare_speech(
    parsed: ParsedTranscript,
    speech: ParsedSpeech,
    texts: tuple[str, str],
    wanted: Expected,
    score: Score,
    label: str,
) -> None:
    theirs = letters(wanted.text)
    begins = any(letters(text)[:EDGE] == theirs[:EDGE] for text in texts)
    score.ask("first words", begins, f"{label}: {texts[0][:40]!r} {wanted.text[:40]!r}")
    ends = any(letters(text)[-EDGE:] == theirs[-EDGE:] for text in texts)
    score.ask("last words", ends, f"{label}: {texts[0][-40:]!r} {wanted.text[-40:]!r}")
    affiliation, name = _printed(wanted.line)
    if wanted.president:
        name = wanted.president
        printed = "/".join(
            f"{each.honorific} {each.name}".strip() for each in parsed.meeting.presidents
        )
        score.ask("role", speech.role.endswith("President"), f"{label}: {speech.role!r}")
    else:
        printed = f"{speech.honorific} {speech.speaker}".strip() or f"The {speech.role}"
        held = name.lower().startswith("the ")
        score.ask("role", bool(speech.role) == held, f"{label}: {speech.role!r}")
    score.ask("speaker", letters(printed) == letters(name), f"{label}: {printed!r} {name!r}")
    score.ask(
        "affiliation",
        letters(speech.affiliation) == letters(affiliation),
        f"{label}: {speech.affiliation!r} {affiliation!r}",
    )


def _printed(line: str) -> tuple[str, str]:
    """Affiliation and name of a printed speaker line, told apart by its parentheses alone."""
    plain = re.sub(r"\(\s*(?:spoke|interpretation|translated)[^)]*\)", "", line).strip()
    name, _, rest = plain.partition("(")
    return rest.rpartition(")")[0], name.strip()


def kept(data: bytes, parsed: ParsedTranscript) -> tuple[int, int, list[str]]:
    """Letters on the pages, how many of them reading kept, and which words have gone."""
    printed: Counter[str] = Counter()
    for page in read_pages(data):
        for word in page.words:
            printed.update(letters(word.text))
    found: Counter[str] = Counter()
    for piece in all_text(parsed):
        found.update(letters(piece))
    lost = printed - found
    added = found - printed
    notes = [f"letters lost: {dict(lost)}"] if lost else []
    notes += [f"letters from nowhere: {dict(added)}"] if added else []
    return printed.total(), (printed & found).total(), notes


def main(arguments: list[str] | None = None) -> int:
    options = _options(arguments)
    records = options.records or sorted((CORPORA / "records").glob("*.pdf"))
    truths = {"published data set": published(), "seed form": seed_form()}
    totals = {name: Score() for name in truths}
    printed = saved = pages = 0
    seconds = 0.0
    notes: list[str] = []
    for path in records:
        data = path.read_bytes()
        before = _children()
        parsed = read(path.name, data)
        spent = _children() - before
        seconds += spent
        count = sum(1 for _ in read_pages(data))
        pages += count
        symbol = str(parsed.meeting.symbol)
        all_letters, kept_letters, lost = kept(data, parsed)
        printed, saved = printed + all_letters, saved + kept_letters
        notes += [f"{path.name}: {note}" for note in lost]
        print(f"{symbol:28}{count:4} pages{len(parsed.speeches):5} speeches{spent:7.2f} s")
        for name, truth in truths.items():
            if symbol in truth:
                score = compare(parsed, in_turns(truth[symbol]))
                score.failures = [f"{symbol} ({name}): {each}" for each in score.failures]
                totals[name].add(score)
    for name, score in totals.items():
        print(f"\nagainst the {name}: {score.asked['found']} speeches expected")
        for question in QUESTIONS:
            asked, right = score.asked[question], score.right[question]
            if asked:
                print(f"  {question:14}{right:6} of {asked:6}   {right / asked:8.2%}")
        print(f"  {'merged':14}{score.asked['merged']:6}")
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    print(f"\nletters kept {saved:,} of {printed:,}   {saved / max(printed, 1):.4%}")
    print(f"{100 * seconds / max(pages, 1):.2f} CPU seconds per 100 pages, peak {peak:.0f} MB")
    if options.failures:
        for failure in [*notes, *(each for score in totals.values() for each in score.failures)]:
            print(failure)
    return 0


def _children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("records", nargs="*", type=Path, metavar="RECORD.pdf")
    parser.add_argument("--failures", action="store_true", help="list everything that is not right")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())

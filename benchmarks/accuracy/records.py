"""Measure how accurately whole records are read: published PDF records are compared, speech by
speech, with two independent readings of the same meetings, a published data set (2020) and the
speeches of ``seed-form``. Both divide a President's turn at a vote; the archive does not, so
consecutive turns of one speaker count as one.
"""

import csv
import gzip
import re
import resource
import tempfile
import time
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from zlib import crc32

import pypdfium2

from statements.transcripts import (
    ParsedSpeech,
    ParsedTranscript,
    UnreadableTranscript,
    read,
)
from statements.transcripts.checks.completeness import all_text
from statements.transcripts.layout.pdf_words import read_pages
from statements.transcripts.speakers.attribution import read_attribution
from statements.transcripts.values.parsed import ParagraphKind
from statements.transcripts.values.symbols import Symbol

EDGE = 20  # letters of a speech's beginning and end that are compared
RUN = 6  # letters that must stand together
ALIKE = 0.75  # of the runs of letters of a speech: below it, another speech was found
LOOKED_AT = 12  # speeches ahead, when one was missed


# Where the other reading is wrong, compared with the printed page, and what is right there: a
# name, or the mark of the words (see ``mark``). Speeches are counted in turns. Any other answer
# of ours at such a place counts as our own failure.
_OCR = "a letter was misread in recognition"
_COLUMNS = "lines of two columns run together"
_TAIL = "the closing line or the page's foot is taken for speech"
_CHAIR = "the first page of the resumption names Mr. Pham alone"
_SWALLOWED = "it runs on through the speech of Ethiopia"
FAULTS = {
    **{
        (f"S/PV.8699 (Resumption 1) speech {turn}", "speaker"): (_CHAIR, "Mr. Pham")
        for turn in range(1, 68, 2)
    },
    ("S/PV.8699 (Resumption 1) speech 33", "last words"): (_COLUMNS, "2ac68b79"),
    ("S/PV.8699 (Resumption 1) speech 50", "last words"): (_OCR, "265a54d4"),
    ("S/PV.8699 (Resumption 1) speech 54", "speaker"): (_OCR, "Mr. Šimonović"),
    ("S/PV.8699 speech 5", "first words"): (_COLUMNS, "c74373c5"),
    ("S/PV.8699 speech 10", "speaker"): (_OCR, "Ms. Müntefering"),
    ("S/PV.8699 speech 19", "first words"): (_OCR, "563262aa"),
    ("S/PV.8699 speech 27", "first words"): (_OCR, "0f745460"),
    ("S/PV.8699 speech 49", "speaker"): (_OCR, "Mr. Pildegovičs"),
    ("S/PV.8699 speech 61", "found"): (_SWALLOWED, "930ca9b9"),
    ("S/PV.8699 speech 61", "merged"): (_SWALLOWED, "930ca9b9"),
    ("S/PV.8699 speech 93", "first words"): (_OCR, "c53d98dd"),
    ("S/PV.8703 speech 5", "first words"): (_OCR, "cae71b83"),
    ("S/PV.8703 speech 12", "speaker"): (_OCR, "Mr. Jürgenson"),
    ("S/PV.8703 speech 17", "last words"): (_COLUMNS, "7209837f"),
    ("S/PV.8703 speech 18", "found"): (_COLUMNS, "4c998790"),
    ("S/PV.8706 (Resumption 1) speech 1", "last words"): (_COLUMNS, "fd247527"),
    ("S/PV.8706 (Resumption 1) speech 23", "last words"): (_COLUMNS, "925c223a"),
    ("S/PV.8706 (Resumption 1) speech 29", "last words"): (_COLUMNS, "6dd9c1dc"),
    ("S/PV.8706 (Resumption 1) speech 36", "speaker"): (_OCR, "Mr. León González"),
    ("S/PV.8706 (Resumption 1) speech 52", "first words"): (_OCR, "66184831"),
    ("S/PV.8706 (Resumption 1) speech 63", "last words"): (_TAIL, "fcd1ed95"),
    ("S/PV.8707 speech 3", "first words"): (_COLUMNS, "dc35e4f9"),
    ("S/PV.8707 speech 12", "speaker"): (_OCR, "Mr. Jürgenson"),
    ("S/PV.8707 speech 18", "last words"): (_TAIL, "08dbf7fb"),
}


@dataclass(slots=True)
class Expected:
    """A speech as another reading has it."""

    line: str  # its printed speaker line
    text: str
    president: str = ""  # who held the chair, where the data set says so
    runs: Counter[str] = field(default_factory=Counter)


@dataclass(slots=True)
class Score:
    """Counts of one comparison; failures are listed in the order of the record."""

    right: Counter[str] = field(default_factory=Counter)
    asked: Counter[str] = field(default_factory=Counter)
    at_fault: Counter[str] = field(default_factory=Counter)  # the other reading, not ours
    failures: list[str] = field(default_factory=list)

    def ask(self, question: str, right: bool, place: str, detail: str = "", ours: str = "") -> None:
        self.asked[question] += 1
        self.right[question] += right
        if not right:
            self.fail(question, place, detail, ours)

    def fail(self, question: str, place: str, detail: str = "", ours: str = "") -> None:
        fault, right = FAULTS.get((place, question), ("", ""))
        if ours != right:
            fault = ""
        self.at_fault[question] += bool(fault)
        note = f" — at fault itself: {fault}" if fault else ""
        self.failures.append(f"{place}, {question}{detail}{note}")

    def add(self, other: "Score") -> None:
        self.right += other.right
        self.asked += other.asked
        self.at_fault += other.at_fault
        self.failures += other.failures


QUESTIONS = ("found", "in order", "first words", "last words", "speaker", "affiliation", "role")


def letters(text: str) -> str:
    """Letters and digits alone, without accents: all readings of a page must agree on these."""
    plain = unicodedata.normalize("NFKD", text).casefold()
    return "".join(char for char in plain if char.isalnum())


def mark(text: str, *, last: bool = False) -> str:
    """A short number for the first or last letters of a text, which need not be written here."""
    edge = letters(text)[-EDGE:] if last else letters(text)[:EDGE]
    return f"{crc32(edge.encode()):08x}"


def shingles(text: str) -> Counter[str]:
    """A text as runs of letters, so that lost spaces and torn words do not count."""
    plain = letters(text)
    return Counter(plain[at : at + RUN] for at in range(max(len(plain) - RUN + 1, 1)))


def published(corpora: Path) -> dict[str, list[Expected]]:
    """Meeting -> its speeches in the data set of 2020."""
    csv.field_size_limit(2**31 - 1)
    found: dict[str, list[Expected]] = {}
    with gzip.open(corpora / "unsc-2020.csv.gz", "rt", encoding="utf-8", newline="") as lines:
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


def seed_form(corpora: Path) -> dict[str, list[Expected]]:
    """Meeting -> its speeches as cut from the same PDF files by another program."""
    found: dict[str, list[Expected]] = {}
    with (corpora / "seed-form.tsv").open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE):
            text = (corpora / "seed-form" / row["file"]).read_text("utf-8")
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
        label = f"{parsed.meeting.symbol} speech {number}"
        there = texts[number - 1] if number <= len(texts) else ""
        score.ask("found", at is not None, label, ours=mark(there))
        if at is None:
            continue
        score.ask("in order", at >= after and at not in taken, label)
        taken[at] = number
        after = at + 1
        _compare_speech(parsed, parsed.speeches[at], (texts[at], whole[at]), wanted, score, label)
    score.asked["merged"] = _merged(parsed, expected, taken, texts, score)
    return score


def _merged(
    parsed: ParsedTranscript,
    expected: Sequence[Expected],
    taken: dict[int, int],
    texts: Sequence[str],
    score: Score,
) -> int:
    """The number of speeches not found because they are within another one."""
    found = set(taken.values())
    plain = [letters(text) for text in texts]
    merged = 0
    for number, wanted in enumerate(expected, start=1):
        beginning = letters(wanted.text)[:60]
        holders = [at + 1 for at, text in enumerate(plain) if beginning and beginning in text]
        if number not in found and holders:
            merged += 1
            place = f"{parsed.meeting.symbol} speech {number}"
            score.fail("merged", place, f" into {holders}", mark(texts[number - 1]))
    return merged


def _find(
    wanted: Expected, counts: Sequence[tuple[Counter[str], Counter[str]]], after: int
) -> int | None:
    """Return the speech with the same text: it contains the expected one, and the reverse."""
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
    begun = f": {texts[0][:40]!r} {wanted.text[:40]!r}"
    score.ask("first words", begins, label, begun, mark(texts[0]))
    ends = any(letters(text)[-EDGE:] == theirs[-EDGE:] for text in texts)
    ended = f": {texts[0][-40:]!r} {wanted.text[-40:]!r}"
    score.ask("last words", ends, label, ended, mark(texts[0], last=True))
    affiliation, name = _printed(wanted.line)
    if wanted.president:
        name = wanted.president
        printed = "/".join(
            f"{each.honorific} {each.name}".strip() for each in parsed.meeting.presidents
        )
        score.ask("role", speech.role.endswith("President"), label, f": {speech.role!r}")
    else:
        printed = f"{speech.honorific} {speech.speaker}".strip() or f"The {speech.role}"
        held = name.lower().startswith("the ")
        office = bool(speech.role and not speech.speaker)
        score.ask("role", office == held, label, f": {speech.role!r}")
    same = letters(printed) == letters(name)
    score.ask("speaker", same, label, f": {printed!r} {name!r}", printed)
    score.ask(
        "affiliation",
        letters(speech.affiliation) == letters(affiliation),
        label,
        f": {speech.affiliation!r} {affiliation!r}",
    )


def _printed(line: str) -> tuple[str, str]:
    """Affiliation and name of a printed speaker line, distinguished by its parentheses alone."""
    plain = re.sub(r"\(\s*(?:spoke|interpretation|translated)[^)]*\)", "", line).strip()
    name, _, rest = plain.partition("(")
    return rest.rpartition(")")[0], name.strip()


def kept(data: bytes, parsed: ParsedTranscript) -> tuple[int, int, list[str]]:
    """The letters on the pages, how many of them reading kept, and which words are missing."""
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


@dataclass(slots=True)
class Reading:
    """The reading of one record: its cost, and the result for its letters."""

    parsed: ParsedTranscript
    pages: int
    seconds: float
    printed: int
    kept: int
    notes: list[str]

    @property
    def symbol(self) -> str:
        return str(self.parsed.meeting.symbol)


def read_record(path: Path) -> Reading:
    data = path.read_bytes()
    before = _children()
    parsed = read(path.name, data)
    seconds = _children() - before
    printed, saved, notes = kept(data, parsed)
    return Reading(parsed, len(parsed.page_starts), seconds, printed, saved, notes)


def report(name: str, score: Score) -> None:
    print(f"\nagainst the {name}: {score.asked['found']} speeches expected")
    for question in QUESTIONS:
        asked, right, fault = (
            count[question] for count in (score.asked, score.right, score.at_fault)
        )
        if asked:
            fair = (
                f"{(right + fault) / asked:9.2%} but for {fault} faults of its own" if fault else ""
            )
            print(f"  {question:14}{right:6} of {asked:6}{right / asked:9.2%}{fair}")
    merged, fault = score.asked["merged"], score.at_fault["merged"]
    print(
        f"  {'merged':14}{merged:6}"
        + (f", {merged - fault} but for its own faults" if fault else "")
    )


def measure(corpora: Path, *, failures: bool, records: Sequence[Path] = ()) -> None:
    readings: list[Reading] = []
    refused: list[str] = []
    # first of all, so that the peak is a reader's and not that of the tables below
    for path in records or sorted((corpora / "records").glob("*.pdf")):
        try:
            each = read_record(path)
        except UnreadableTranscript as error:
            refused.append(f"{path.name}: {error.code}")
            continue
        readings.append(each)
        print(
            f"{each.symbol:28}{each.pages:4} pages{len(each.parsed.speeches):5} speeches"
            f"{each.seconds:7.2f} s"
        )
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    truths = {"published data set": published(corpora), "seed form": seed_form(corpora)}
    totals = {name: Score() for name in truths}
    for each in readings:
        for name, truth in truths.items():
            if each.symbol in truth:
                totals[name].add(compare(each.parsed, in_turns(truth[each.symbol])))
    for name, score in totals.items():
        report(name, score)
    printed, saved = sum(each.printed for each in readings), sum(each.kept for each in readings)
    seconds, pages = sum(each.seconds for each in readings), sum(each.pages for each in readings)
    print(f"\nrecords refused {len(refused)} {' '.join(refused)}")
    print(f"letters kept {saved:,} of {printed:,}   {saved / max(printed, 1):.4%}")
    print(f"{100 * seconds / max(pages, 1):.2f} CPU seconds per 100 pages, peak {peak:.0f} MB")
    if failures:
        for name, score in totals.items():
            for failure in score.failures:
                print(f"{name}: {failure}")
        for each in readings:
            for note in each.notes:
                print(f"{each.symbol}: {note}")


def speed(corpora: Path, pages: int = 100) -> None:
    """One record of that many pages, assembled from published ones, in a temporary folder."""
    whole = pypdfium2.PdfDocument.new()
    for path in sorted((corpora / "records").glob("*.pdf")):
        with pypdfium2.PdfDocument(path) as record:
            left = pages - len(whole)
            if left > 0:
                whole.import_pages(record, list(range(min(left, len(record)))))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "pages.pdf"
        whole.save(path)
        began = time.perf_counter()
        each = read_record(path)
        whole_time = time.perf_counter() - began
    print(
        f"{each.pages} pages, {len(each.parsed.speeches)} speeches: {each.seconds:.1f} s of "
        f"processor time in the reading process ({whole_time:.1f} s with the proof of letters)"
    )


def _children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime

"""How well labels of turns are learnt, measured on press briefings and on files without labels.

The truth of the briefings is an expression that knows nothing of the reader: a line that begins
with words in capitals and a colon, or with "Q". Files of debates at the United Nations, cut into
statements, show what is flagged although nothing is there to be flagged.
"""

import re
import tarfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from statements.transcripts import ParagraphKind, ParsedTranscript, UnreadableTranscript, read

FLAG = "unread-turns"
_DRAWN = 100
_SEED = 20150223
_LABEL = re.compile(
    r"(?:Q(?=\s)|A(?=\s{2,})|[QA](?=\s*:))"
    r"|(?!END\b)[^\W\d_a-zà-öø-ÿ][^\Wa-zß-öø-ÿ]*(?:[\s.'’&,/-]+[^\Wa-zß-öø-ÿ]+)*"
    r"(?:\s?\([^()]{1,60}\))?(?=:\s)"
)
# a line that says when it began or ended is nobody's
_END = re.compile(
    r"END\s+\d{1,2}:\d\d\b|\d{1,2}:\d\d\s[AP]\.M\.(?:\s[A-Z]{2,5})?\s*$|(?:END|#{2,5})$"
)
_MARKS = re.compile(r"[*\\]")
_WORD = re.compile(r"[^\W_]+")


@dataclass(slots=True)
class _Turn:
    label: str  # "" before the first and after the last
    words: list[str] = field(default_factory=list)


@dataclass(slots=True)
class _Tally:
    counts: Counter[str] = field(default_factory=Counter)
    failures: list[str] = field(default_factory=list)


def measure(corpora: Path, *, failures: bool) -> None:
    tally = _Tally()
    paths = sorted((corpora / "press-briefings").rglob("*.md"))
    for path in paths:
        data = path.read_bytes()
        for form, content in (("Markdown", data), ("text", _body(data).encode())):
            _measure_file(path.name, form, content, _turns(data), tally)
    for form in ("Markdown", "text"):
        _print_turns(form, len(paths), tally.counts)
    if failures:
        print("\n".join(tally.failures))
    _print_flags("seed-form", _seed_form(corpora), failures=failures)
    _print_flags(f"{_DRAWN} of the General Debate", _general_debate(corpora), failures=failures)


def _body(data: bytes) -> str:
    text = data.decode("utf-8")
    return text.split("\n---\n", 1)[1] if text.startswith("---\n") else text


def _turns(data: bytes) -> list[_Turn]:
    turns = [_Turn("")]
    for raw in _body(data).split("\n"):
        line = _MARKS.sub("", raw).strip()
        if match := _LABEL.match(line):
            turns.append(_Turn(_key(match[0])))
            line = line[match.end() :]
        elif _END.match(line):
            turns.append(_Turn(""))
        turns[-1].words += _WORD.findall(line)
    return turns


def _key(label: str) -> str:
    return "".join(_WORD.findall(label)).casefold()


def _measure_file(name: str, form: str, data: bytes, truth: list[_Turn], tally: _Tally) -> None:
    try:
        parsed = read(name, data)
    except UnreadableTranscript as error:
        tally.failures.append(f"{form} {name}: {error}")
        parsed = ParsedTranscript(name, "statement", "", ())
    expected = Counter((turn.label, *turn.words[:5]) for turn in truth if turn.label)
    found = Counter(_found_turns(parsed))
    counts = tally.counts
    counts[f"{form} expected"] += expected.total()
    counts[f"{form} found"] += found.total()
    counts[f"{form} right"] += (expected & found).total()
    counts[f"{form} flags"] += sum(problem.code == FLAG for problem in parsed.problems)
    for turn in (expected - found).elements():
        tally.failures.append(f"{form} {name}: not found: {' '.join(turn)}")
    for turn in (found - expected).elements():
        tally.failures.append(f"{form} {name}: from nowhere: {' '.join(turn)}")
    _compare_words(name, form, parsed, truth, tally)


def _found_turns(parsed: ParsedTranscript) -> Iterator[tuple[str, ...]]:
    """Yield label and first words of each turn, also of joined ones and of interjections."""
    for speech in parsed.speeches:
        label, is_due = _key(speech.speaker_line), bool(speech.speaker_line)
        words: list[str] = []
        for paragraph in speech.paragraphs:
            is_narrative = paragraph.kind is ParagraphKind.NARRATIVE
            interjection = _LABEL.match(paragraph.text) if is_narrative else None
            if is_due and words and (paragraph.turn_line or interjection):
                yield (label, *words[:5])
                is_due, words = False, []
            if paragraph.turn_line:
                label, is_due = _key(paragraph.turn_line), True
            if interjection:
                words_after = _WORD.findall(paragraph.text[interjection.end() :])
                yield (_key(interjection[0]), *words_after[:5])
            elif is_due and not _END.match(paragraph.text):
                words += _WORD.findall(paragraph.text)
        if is_due:
            yield (label, *words[:5])


def _compare_words(
    name: str, form: str, parsed: ParsedTranscript, truth: list[_Turn], tally: _Tally
) -> None:
    """Count the words that stand under another's name, without doubt told, or under nobody's."""
    owners = [(word, turn.label) for turn in truth for word in turn.words]
    position = 0
    wrong: Counter[str] = Counter()
    for speech in parsed.speeches:
        label = _key(speech.speaker_line)
        for paragraph in speech.paragraphs:
            for word in _WORD.findall(paragraph.text):
                start = position
                while position < len(owners) and owners[position][0] != word:
                    position += 1
                if position == len(owners):
                    position = start  # words of a label
                    continue
                owner = owners[position][1]
                position += 1
                tally.counts[f"{form} words"] += 1
                if paragraph.kind is ParagraphKind.NARRATIVE or not label:
                    tally.counts[f"{form} nobody's words"] += bool(owner)
                elif owner != label:
                    wrong[f"{owner or 'nobody'} under {label}"] += 1
    tally.counts[f"{form} wrong words"] += wrong.total()
    tally.failures += [f"{form} {name}: {count} words of {who}" for who, count in wrong.items()]


def _print_turns(form: str, files: int, counts: Counter[str]) -> None:
    right, found, expected = (counts[f"{form} {key}"] for key in ("right", "found", "expected"))
    precision, recall = right / max(found, 1), right / max(expected, 1)
    f1 = 2 * precision * recall / max(precision + recall, 1e-9)
    words, wrong = counts[f"{form} words"], counts[f"{form} wrong words"]
    print(f"{files} press briefings as {form}: {expected:,} turns, {found:,} found")
    print(f"  precision {precision:.2%}, recall {recall:.2%}, F1 {f1:.2%}")
    print(f"  words under another's name {wrong / max(words, 1) * 10_000:.2f} in 10,000 ({wrong})")
    print(f"  words under nobody's name {counts[f"{form} nobody's words"]:,} of {words:,}")
    print(f"  flags {counts[f'{form} flags']}")


def _print_flags(what: str, files: Iterator[tuple[str, bytes]], *, failures: bool) -> None:
    count, flags = 0, []
    for name, data in files:
        count += 1
        parsed = read(name, data)
        flags += [
            f"{name}: {problem.message}" for problem in parsed.problems if problem.code == FLAG
        ]
    print(f"{what}: {len(flags)} flags in {count} files")
    if failures:
        print("\n".join(flags))


def _seed_form(corpora: Path) -> Iterator[tuple[str, bytes]]:
    for path in sorted((corpora / "seed-form").glob("*.txt")):
        yield path.name, path.read_bytes()


def _general_debate(corpora: Path) -> Iterator[tuple[str, bytes]]:
    """Yield files of the General Debate, drawn evenly over its years."""
    draw = Random(_SEED)  # noqa: S311 - a sample, not a secret
    with tarfile.open(corpora / "ungdc-1946-2024.tar.xz") as archive:
        members = [member for member in archive if member.isfile() and member.name.endswith(".txt")]
        chosen = {member.name for member in draw.sample(members, _DRAWN)}
        for member in members:
            stream = archive.extractfile(member) if member.name in chosen else None
            if stream is not None:
                yield member.name, stream.read()

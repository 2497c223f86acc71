"""Measure how accurately debates in XML are read; the expected values are counted in the files by
regular expressions.

The expressions are independent of the reader: they take the text between ``<speech …>`` and
``</speech>``, and the words that remain without tags.
"""

import html
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from statements.transcripts import (
    ParagraphKind,
    ParsedSpeech,
    ParsedTranscript,
    SourceMetadata,
    UnreadableTranscript,
    read,
)

_SPEECH = re.compile(r"<speech\b([^>]*)>(.*?)</speech>", re.DOTALL)
_ATTRIBUTE = re.compile(r'([\w-]+)="([^"]*)"')
_PARAGRAPH = re.compile(r"<p\b[^>]*>(.*?)</p>", re.DOTALL)
_TAG = re.compile(r"<[^>]*>")
_BREAK = re.compile(r"</?(?:p|br|td|tr|table|tbody|ul|li|citation|place-holder)\b[^>]*>")


@dataclass(slots=True)
class Turn:
    identifier: str
    person: str
    name: str
    words: list[str]
    paragraphs: int


@dataclass(slots=True)
class Tally:
    """What was expected and what was read right."""

    expected: Counter[str] = field(default_factory=Counter)
    right: Counter[str] = field(default_factory=Counter)
    failures: list[str] = field(default_factory=list)

    def add(self, question: str, *, expected: int, right: int, note: str = "") -> None:
        self.expected[question] += expected
        self.right[question] += right
        if right != expected and note:
            self.failures.append(f"{question}: {note}")


def measure(corpora: Path, *, failures: bool) -> None:
    tally = Tally()
    paths = sorted((corpora / "hansard-xml").rglob("*.xml"))
    for path in paths:
        data = path.read_bytes()
        try:
            parsed = read(path.name, data)
        except UnreadableTranscript as error:
            tally.add("files", expected=1, right=0, note=f"{path.name}: {error}")
            continue
        tally.add("files", expected=1, right=1)
        _compare(path.name, list(_turns(data)), parsed, tally)
        _compare_words(path.name, data, parsed, tally)
    print(f"{len(paths)} files of parlparse")
    for question, expected in tally.expected.items():
        share = tally.right[question] / max(expected, 1)
        print(f"  {question:28}{tally.right[question]:9,} of {expected:9,}{share:10.3%}")
    if failures:
        print("\n".join(tally.failures))


def _turns(data: bytes) -> Iterator[Turn]:
    """Yield the turns that somebody is named for."""
    for attributes, content in _SPEECH.findall(_decoded(data)):
        values = {key: html.unescape(value) for key, value in _ATTRIBUTE.findall(attributes)}
        if "speakername" in values:
            yield Turn(
                values["id"],
                values.get("speakerid", ""),
                values["speakername"],
                _words(content),
                len([text for text in _PARAGRAPH.findall(content) if _words(text)]),
            )


def _decoded(data: bytes) -> str:
    encoding = re.search(rb'encoding="([\w-]+)"', data[:200])
    return data.decode(encoding[1].decode() if encoding else "utf-8")


def _words(markup: str) -> list[str]:
    return html.unescape(_TAG.sub("", _BREAK.sub(" ", markup))).replace("\u00ad", "").split()


def _compare(name: str, truth: list[Turn], parsed: ParsedTranscript, tally: Tally) -> None:
    identifiers = [_metadata(speech).identifier for speech in parsed.speeches]
    expected = [turn.identifier for turn in truth]
    speeches = dict(zip(identifiers, parsed.speeches, strict=True))
    tally.add("turns", expected=len(truth), right=sum(key in speeches for key in expected))
    extra = len(parsed.speeches) - len(truth)
    tally.add("turns from nowhere", expected=0, right=max(extra, 0), note=f"{name}: {extra}")
    tally.add("files in order", expected=1, right=identifiers == expected, note=name)
    for turn in truth:
        if speech := speeches.get(turn.identifier):
            _compare_turn(turn, speech, tally)
        else:
            tally.failures.append(f"{name}: no turn {turn.identifier}")


def _count_words(texts: list[str]) -> Counter[str]:
    return Counter(word for text in texts for word in text.split())


def _compare_turn(turn: Turn, speech: ParsedSpeech, tally: Tally) -> None:
    note = f"{turn.identifier} {turn.name!r}"
    known = turn.person not in {"", "unknown"}
    person = known and _metadata(speech).person == turn.person
    tally.add("identifiers of persons", expected=known, right=person, note=note)
    tally.add("printed names", expected=1, right=speech.speaker_line == turn.name, note=note)
    # a note in brackets is nobody's words; it stands within the turn or before it
    said = [
        paragraph.text
        for paragraph in speech.paragraphs
        if paragraph.kind is ParagraphKind.SPEECH or _is_note(paragraph.text)
    ]
    expected = Counter(turn.words)
    right = (_count_words(said) & expected).total()
    spoken = [
        paragraph.text for paragraph in speech.paragraphs if paragraph.kind is ParagraphKind.SPEECH
    ]
    wrong = (_count_words(spoken) - expected).total()
    tally.add("words under their speaker", expected=len(turn.words), right=right, note=note)
    tally.add("words under a wrong speaker", expected=0, right=wrong, note=f"{note}: {wrong}")
    count = f"{note}: {len(said)} for {turn.paragraphs}"
    right = min(len(said), turn.paragraphs)
    tally.add("paragraphs", expected=turn.paragraphs, right=right, note=count)


def _metadata(speech: ParsedSpeech) -> SourceMetadata:
    return speech.source_metadata or SourceMetadata()


def _is_note(text: str) -> bool:
    return text.startswith("[") and text.endswith("]")


def _compare_words(name: str, data: bytes, parsed: ParsedTranscript, tally: Tally) -> None:
    """Compare all words of a file, whoever spoke them, with all words that were kept."""
    body = _decoded(data).partition("<publicwhip")[2].partition(">")[2]
    expected = Counter(_letters(html.unescape(_TAG.sub(" ", body))))
    kept: Counter[str] = Counter()
    for speech in parsed.speeches:
        for paragraph in speech.paragraphs:
            kept.update(_letters(paragraph.text))
    for dropped in parsed.dropped:
        kept.update(_letters(dropped.text))
    right = (expected & kept).total()
    tally.add("letters kept", expected=expected.total(), right=right, note=name)


def _letters(text: str) -> str:
    return "".join(text.split()).replace("\u00ad", "")

"""How well debates in XML are read: the truth is counted in the files by expressions alone.

The expressions know nothing of the reader: they take the text between ``<speech …>`` and
``</speech>``, and the words that remain when the tags are gone.
"""

import html
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from statements.transcripts import ParagraphKind, ParsedTranscript, UnreadableTranscript, read

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
    return html.unescape(_TAG.sub("", _BREAK.sub(" ", markup))).split()


def _compare(name: str, truth: list[Turn], parsed: ParsedTranscript, tally: Tally) -> None:
    spoken = {
        speech.source_metadata.identifier: speech
        for speech in parsed.speeches
        if speech.source_metadata and speech.source_metadata.identifier
    }
    tally.add("turns", expected=len(truth), right=sum(turn.identifier in spoken for turn in truth))
    extra = len(parsed.speeches) - len(truth)
    tally.add("turns from nowhere", expected=0, right=max(extra, 0), note=f"{name}: {extra}")
    order = [
        speech.source_metadata.identifier for speech in parsed.speeches if speech.source_metadata
    ]
    expected_order = [turn.identifier for turn in truth]
    tally.add("files in order", expected=1, right=order == expected_order, note=name)
    for turn in truth:
        speech = spoken.get(turn.identifier)
        if speech is None:
            tally.failures.append(f"{name}: no turn {turn.identifier}")
            continue
        note = f"{turn.identifier} {turn.name!r}"
        metadata = speech.source_metadata
        known = turn.person not in {"", "unknown"}
        person = metadata.person if metadata else ""
        tally.add(
            "identifiers of persons",
            expected=known,
            right=known and person == turn.person,
            note=note,
        )
        tally.add("printed names", expected=1, right=speech.speaker_line == turn.name, note=note)
        words = [
            word
            for paragraph in speech.paragraphs
            if paragraph.kind is ParagraphKind.SPEECH
            for word in paragraph.text.split()
        ]
        count = sum((Counter(words) & Counter(turn.words)).values())
        wrong = sum((Counter(words) - Counter(turn.words)).values())
        tally.add("words under their speaker", expected=len(turn.words), right=count, note=note)
        tally.add("words under a wrong speaker", expected=0, right=wrong, note=f"{note}: {wrong}")
        paragraphs = sum(item.kind is ParagraphKind.SPEECH for item in speech.paragraphs)
        tally.add(
            "paragraphs",
            expected=turn.paragraphs,
            right=min(paragraphs, turn.paragraphs),
            note=f"{note}: {paragraphs} for {turn.paragraphs}",
        )


def _compare_words(name: str, data: bytes, parsed: ParsedTranscript, tally: Tally) -> None:
    """Compare all words of a file, whoever says them, with all that was kept."""
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

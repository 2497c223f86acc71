"""Measure whether debates read the same in every form: each is written in it, and read again.

The truth are the turns of debates in XML, whose speakers and paragraphs the files mark. What a form
cannot say is left out: captions have no headings, and no form but a table has identifiers.
"""

import json
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from html import escape
from itertools import groupby
from pathlib import Path

from statements.transcripts import ParagraphKind, ParsedTranscript, UnreadableTranscript, read

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "tests"))
from support.documents import docx, epub, odt

_CUE_WORDS = 9  # of a caption
_AGREEING = 5  # words that show where in a text one is
_NEAR = 3_000  # words
_SECONDS = 3.0  # of a caption, and of the pause after a paragraph


@dataclass(frozen=True, slots=True)
class Turn:
    speaker: str
    paragraphs: tuple[str, ...]

    @property
    def words(self) -> list[str]:
        return " ".join(self.paragraphs).split()


@dataclass(frozen=True, slots=True)
class Cue:
    start_s: float
    speaker: str
    text: str
    begins_turn: bool


def measure(corpora: Path, *, failures: bool) -> None:
    debates = [
        turns
        for path in sorted((corpora / "hansard-xml").rglob("*.xml"))
        if (turns := turns_of(read(path.name, path.read_bytes())))
    ]
    print(f"{len(debates)} debates, {sum(map(len, debates)):,} turns")
    print(f"{'form':20}{'turns':>8}{'found':>8}{'wrong words':>14}{'lost words':>12}")
    for name, write in FORMS.items():
        found = wrong = lost = 0
        for turns in debates:
            again = _read_again(name, write(turns))
            found += _common_turns(turns, again)
            wrong += _wrong_words(turns, again, name if failures else "")
            lost += abs(sum(len(t.words) for t in turns) - sum(len(t.words) for t in again))
        expected = sum(map(len, debates))
        print(f"{name:20}{expected:8,}{found:8,}{wrong:14,}{lost:12,}")


def turns_of(parsed: ParsedTranscript) -> list[Turn]:
    """Return the turns of known speakers; what follows another of the same speaker joins it."""
    spoken = [
        (speech.speaker, paragraph.text)
        for speech in parsed.speeches
        if speech.speaker
        for paragraph in speech.paragraphs
        if paragraph.kind is ParagraphKind.SPEECH
    ]
    return [
        Turn(speaker, tuple(text for _, text in group))
        for speaker, group in groupby(spoken, key=lambda each: each[0])
    ]


def _read_again(name: str, data: bytes) -> list[Turn]:
    try:
        return turns_of(read(name, data))
    except UnreadableTranscript as error:
        print(f"{name}: {error}")
        return []


def _common_turns(expected: list[Turn], found: list[Turn]) -> int:
    """Return how many turns are read with their speaker, words and place, from the beginning on
    and from the end back around the first difference."""
    keys = [
        [(turn.speaker.casefold(), turn.words) for turn in turns] for turns in (expected, found)
    ]
    return sum(key in keys[1] for key in keys[0])


def _wrong_words(expected: list[Turn], found: list[Turn], shown: str) -> int:
    """Count words that stand under another name than theirs, walking through both texts at once.

    Where words are missing, the walk goes on at the next place where five of them agree.
    """
    owners = [(word, turn.speaker) for turn in expected for word in turn.words]
    words = [word for word, _ in owners]
    position = wrong = 0
    for turn in found:
        said = turn.words
        for index, word in enumerate(said):
            if words[position : position + 1] != [word]:
                position = _next_place(words, position, said[index : index + _AGREEING])
            if words[position : position + 1] != [word]:
                continue
            if owners[position][1].casefold() != turn.speaker.casefold():
                wrong += 1
                if shown:
                    print(f"  {shown}: “{word}” of {owners[position][1]} under {turn.speaker}")
            position += 1
    return wrong


def _next_place(words: list[str], position: int, sought: list[str]) -> int:
    """Return where the words stand next; where the search began, if nowhere near."""
    near = range(position, min(position + _NEAR, len(words)))
    size = len(sought)
    return next((at for at in near if words[at : at + size] == sought), position)


def cues_of(turns: list[Turn]) -> Iterator[Cue]:
    time = 0.0
    for turn in turns:
        begins = True
        for paragraph in turn.paragraphs:
            words = paragraph.split()
            for start in range(0, len(words), _CUE_WORDS):
                text = " ".join(words[start : start + _CUE_WORDS])
                yield Cue(time, turn.speaker, text, begins)
                time += _SECONDS
                begins = False
            time += _SECONDS


def _clock(time: float, point: str) -> str:
    minutes, seconds = divmod(int(time), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02}:{minutes:02}:{seconds:02}{point}000"


def webvtt(turns: list[Turn]) -> bytes:
    cues = (
        f"{_clock(cue.start_s, '.')} --> {_clock(cue.start_s + _SECONDS, '.')}\n"
        f"<v {cue.speaker}>{escape(cue.text, quote=False)}"
        for cue in cues_of(turns)
    )
    return ("WEBVTT\n\n" + "\n\n".join(cues)).encode()


def subrip(turns: list[Turn]) -> bytes:
    cues = (
        f"{number}\n{_clock(cue.start_s, ',')} --> {_clock(cue.start_s + _SECONDS, ',')}\n"
        f"{f'>> {cue.speaker}: ' if cue.begins_turn else ''}{cue.text}"
        for number, cue in enumerate(cues_of(turns), start=1)
    )
    return "\n\n".join(cues).encode()


def segments(turns: list[Turn]) -> bytes:
    listed = [
        {
            "start": cue.start_s,
            "end": cue.start_s + _SECONDS,
            "text": f" {cue.text}",
            "speaker": cue.speaker,
        }
        for cue in cues_of(turns)
    ]
    return json.dumps({"segments": listed}).encode()


def parliament_tv(turns: list[Turn]) -> bytes:
    bodies = [
        [{"type": "speech", "speaker": turn.speaker, "text": text} for text in turn.paragraphs]
        for turn in turns
    ]
    items = [{"textContents": [{"type": "proceedings", "textBody": body}]} for body in bodies]
    return json.dumps({"data": items}).encode()


def _html(turns: list[Turn]) -> str:
    paragraphs = (
        f"<p>{f'<b>{escape(turn.speaker)}:</b> ' if index == 0 else ''}{escape(text)}</p>"
        for turn in turns
        for index, text in enumerate(turn.paragraphs)
    )
    return f"<html><body>{''.join(paragraphs)}</body></html>"


def _word(turns: list[Turn]) -> bytes:
    bold = "<r><rPr><b/></rPr><t>{}:</t></r>"
    return docx(
        "".join(
            f"<p>{bold.format(escape(turn.speaker)) if index == 0 else ''}"
            f'<r><t xml:space="preserve"> {escape(text)}</t></r></p>'
            for turn in turns
            for index, text in enumerate(turn.paragraphs)
        )
    )


def _open_document(turns: list[Turn]) -> bytes:
    bold = '<text:span text:style-name="B">{}:</text:span> '
    return odt(
        "".join(
            f"<text:p>{bold.format(escape(turn.speaker)) if index == 0 else ''}{escape(text)}"
            "</text:p>"
            for turn in turns
            for index, text in enumerate(turn.paragraphs)
        )
    )


def _rtf(turns: list[Turn]) -> bytes:
    paragraphs = (
        rf"{rf'{{\b {_coded(turn.speaker)}:}} ' if index == 0 else ''}{_coded(text)}\par "
        for turn in turns
        for index, text in enumerate(turn.paragraphs)
    )
    return (r"{\rtf1\ansi " + "".join(paragraphs) + "}").encode("ascii")


def _coded(text: str) -> str:
    """Return a text in RTF, with characters outside ASCII as UTF-16."""
    plain = text.replace("\\", r"\\").replace("{", r"\{").replace("}", r"\}")
    units = plain.encode("utf-16-le")
    numbers = (int.from_bytes(units[at : at + 2], "little") for at in range(0, len(units), 2))
    return "".join(chr(n) if n < 128 else rf"\u{n - 65536 if n > 32767 else n}?" for n in numbers)


FORMS: dict[str, Callable[[list[Turn]], bytes]] = {
    "WebVTT": webvtt,
    "SubRip with >>": subrip,
    "segments": segments,
    "Open Parliament TV": parliament_tv,
    "web page": lambda turns: _html(turns).encode(),
    "EPUB": lambda turns: epub({"a.xhtml": _html(turns)}),
    "Word": _word,
    "OpenDocument": _open_document,
    "RTF": _rtf,
}

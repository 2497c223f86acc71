"""Print turns of press briefings, drawn at random, to be judged by eye:
python -m benchmarks.drawn_turns.

For each turn: the file and the line on which it begins, who speaks as it was read, its first and
last words, and the source: the line above, the line itself, and the line with which the next turn
begins. The texts are read in place from a folder of corpora next to the checkout.
"""

import argparse
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from statements.transcripts import ParagraphKind, ParsedSpeech, read

CORPORA = Path(__file__).resolve().parents[2] / "shared" / "corpora"
_SEED = 20261129
_WIDTH = 150  # characters of a line of the source
_FIRST, _LAST = 14, 10  # words


@dataclass(slots=True)
class _Turn:
    speaker: str
    line: int
    words: list[str]


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.drawn_turns", description=__doc__)
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--seed", type=int, default=_SEED)
    parser.add_argument("--corpora", type=Path, default=CORPORA)
    options = parser.parse_args()
    turns = [
        (path, turn, after)
        for path in sorted((options.corpora / "press-briefings").rglob("*.md"))
        for turn, after in _with_next(_turns(path))
    ]
    drawn = Random(options.seed).sample(range(len(turns)), options.count)  # noqa: S311 - a sample
    print(f"{options.count} of {len(turns)} turns, seed {options.seed}")
    for number, index in enumerate(sorted(drawn), start=1):
        _print_turn(number, *turns[index])


def _turns(path: Path) -> Iterator[_Turn]:
    """Yield the turns of a file, those that continue a speech apart."""
    for speech in read(path.name, path.read_bytes()).speeches:
        turn: _Turn | None = None
        for paragraph in speech.paragraphs:
            if paragraph.kind is ParagraphKind.NARRATIVE:
                continue
            if turn is None or paragraph.turn_line:
                if turn:
                    yield turn
                turn = _Turn(_who(speech), paragraph.line or 0, [])
            turn.words += paragraph.text.split()
        if turn:
            yield turn


def _who(speech: ParsedSpeech) -> str:
    name = " ".join(filter(None, (speech.honorific, speech.speaker)))
    return f"{name or '(nobody)'} | {speech.role} | printed {speech.speaker_line!r}"


def _with_next(turns: Iterator[_Turn]) -> Iterator[tuple[_Turn, _Turn | None]]:
    all_turns = list(turns)
    return zip(all_turns, [*all_turns[1:], None], strict=True)


def _print_turn(number: int, path: Path, turn: _Turn, after: _Turn | None) -> None:
    source = path.read_text("utf-8").split("\n")
    above = next((line for line in reversed(source[: turn.line - 1]) if line.strip()), "")
    print(f"\n{number}. {path.stem[:50]}:{turn.line}  {turn.speaker}")
    print(f"   words: {' '.join(turn.words[:_FIRST])} … {' '.join(turn.words[-_LAST:])}")
    print(f"   above: …{above[-_WIDTH:]}")
    print(f"   line:  {source[turn.line - 1][:_WIDTH]}")
    if after:
        print(f"   next:  {source[after.line - 1][:_WIDTH]}")


if __name__ == "__main__":
    main()

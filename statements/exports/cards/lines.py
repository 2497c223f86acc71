"""Breaks a text into lines: as large as fits, and of nearly equal length."""

import re
from collections.abc import Callable, Sequence
from typing import NamedTuple

# in scripts without spaces a line may end after any letter, but does not begin with a full stop
_TOKENS = re.compile(
    "[\u2e80-\u9fff\uac00-\ud7ff\uf900-\ufaff][\u3001-\u3003\u3009\u300b\u300d\u300f\uff01-\uff1f\u2019\u201d…]*"
    "|[^\\s\u2e80-\u9fff\uac00-\ud7ff\uf900-\ufaff]+"
)

type Measure = Callable[[str], float]  # the width of a text in pixels


class Setting(NamedTuple):
    """A text as it is set: the size of the face, and the lines."""

    size: int
    lines: tuple[str, ...]


class _Token(NamedTuple):
    text: str
    space: float  # before it, unless it begins a line
    width: float


def fit(
    text: str,
    sizes: Sequence[int],
    width: float,
    height: float,
    leading: float,
    measure: Callable[[int], Measure],
) -> Setting:
    """Set a text in the largest of ``sizes`` (ascending) in which it fits into a box; if it fits in
    none, in the smallest, and its lines may be too many.

    ``leading`` is the distance of lines as a multiple of the size.
    """
    low, high = 0, len(sizes) - 1
    while low < high:
        middle = (low + high + 1) // 2
        size = sizes[middle]
        lines = _wrap(_tokens(text, measure(size)), width)
        if len(lines) * size * leading <= height:
            low = middle
        else:
            high = middle - 1
    size = sizes[low]
    return Setting(size, _balanced(_tokens(text, measure(size)), width))


def _tokens(text: str, measure: Measure) -> list[_Token]:
    space = measure(" ")
    tokens = []
    end = 0
    for match in _TOKENS.finditer(text):
        before = space if match.start() > end else 0.0
        tokens.append(_Token(match[0], before, measure(match[0])))
        end = match.end()
    return tokens


def _wrap(tokens: Sequence[_Token], width: float) -> list[list[_Token]]:
    lines: list[list[_Token]] = []
    room = 0.0
    for token in tokens:
        if not lines or token.space + token.width > room:
            lines.append([token])
            room = width - token.width
        else:
            lines[-1].append(token)
            room -= token.space + token.width
    return lines


def _balanced(tokens: Sequence[_Token], width: float) -> tuple[str, ...]:
    """Return the lines of a text in the narrowest column that needs no more of them."""
    lines = _wrap(tokens, width)
    narrow, wide = 0.0, width
    for _ in range(8):
        middle = (narrow + wide) / 2
        narrower = _wrap(tokens, middle)
        if len(narrower) > len(lines) or max(map(_width, narrower)) > middle:
            narrow = middle
        else:
            wide, lines = middle, narrower
    return tuple(map(_text, lines))


def _width(line: Sequence[_Token]) -> float:
    return sum(token.width + token.space for token in line) - line[0].space


def _text(line: Sequence[_Token]) -> str:
    return "".join(f" {token.text}" if token.space else token.text for token in line).strip()

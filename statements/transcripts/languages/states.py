"""Names of States as records print them after a speaker: evidence that a line is a speaker line.

They serve only that purpose. ``statements.ingest`` knows which country a name means, and when.
"""

import re
from dataclasses import dataclass
from functools import cache

from statements.transcripts.languages.names import fold
from statements.transcripts.languages.pack import ENGLISH, OTHERS

_LONGEST_NAME = 80  # characters

_DISPLAY_NAMES = {fold(name): name for names in ENGLISH.states.values() for name in names}
_CODES = {
    fold(name): code for pack in OTHERS for code, names in pack.states.items() for name in names
}


def is_state(printed: str) -> bool:
    """Return whether the text is the name of a present or former State, and nothing else."""
    if len(printed) > _LONGEST_NAME:
        return False
    folded = fold(printed)
    return folded in _DISPLAY_NAMES or folded in _CODES


def code_of_state(printed: str) -> str:
    """Return the code of the State that has this name in another language than English; or "".

    >>> code_of_state("Norvège"), code_of_state("Норвегия"), code_of_state("Norway")
    ('NOR', 'NOR', '')
    """
    return _CODES.get(fold(printed), "") if len(printed) <= _LONGEST_NAME else ""


@dataclass(frozen=True, slots=True)
class NamedState:
    """A name of a State within a text."""

    name: str  # as the table has it, without accents
    start: int
    end: int


def find_states(text: str) -> list[NamedState]:
    """Return the names of States in an English text, the longest at each place: never "Guinea" in
    "Guinea-Bissau". Texts whose letters do not fold one by one have none.
    """
    folded = "".join(_fold_letter(letter) for letter in text)
    return [
        NamedState(_DISPLAY_NAMES[match[0]], match.start(), match.end())
        for match in _any_state().finditer(folded)
    ]


def _fold_letter(letter: str) -> str:
    """Fold a letter to one letter, so that positions stay."""
    return (fold(letter) or letter)[0] if letter.isalpha() or letter in "’‘" else letter


@cache
def _any_state() -> re.Pattern[str]:
    names = "|".join(map(re.escape, sorted(_DISPLAY_NAMES, key=len, reverse=True)))
    return re.compile(rf"(?<![\w-])(?:{names})(?![\w-])")

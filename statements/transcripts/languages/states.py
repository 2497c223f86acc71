"""Names of States as records print them after a speaker: evidence that a line is a speaker line.

They serve only that purpose. ``statements.ingest`` knows which country a name means, and when.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache

from statements.transcripts.languages.names import fold, fold_letters
from statements.transcripts.languages.pack import ENGLISH, OTHERS, LanguagePack

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
    return [
        NamedState(_DISPLAY_NAMES[match[0]], match.start(), match.end())
        for match in _any_state().finditer(fold_letters(text))
    ]


def find_states_of(pack: LanguagePack, text: str) -> list[NamedState]:
    """Return the names of States in a text in the language of a pack, also where they are declined,
    as the pack has them."""
    names, pattern = _declined_states(pack)
    return [
        NamedState(names[match[0]], match.start(), match.end())
        for match in pattern.finditer(fold_letters(text))
    ]


@cache
def _declined_states(pack: LanguagePack) -> tuple[dict[str, str], re.Pattern[str]]:
    """Return the names of States by their folded forms, and the pattern of all forms."""
    names: dict[str, str] = {}
    for printed in (name for names_of_state in pack.states.values() for name in names_of_state):
        names[fold_letters(printed)] = printed
    endings = [fold_letters(pair) for pair in pack.title_block.state_endings]
    for folded, printed in list(names.items()):
        names.setdefault(decline(folded, endings), printed)
    return names, _pattern_of(names, unspaced=not pack.titles.before)


def decline(name: str, endings: Sequence[str]) -> str:
    """Return a name with the ending of each word replaced by the first pair that fits.

    >>> decline("российская федерация", ["ская ской", "ия ии"])
    'российской федерации'
    """
    pairs = [pair.split() for pair in endings]
    return " ".join(
        next((word.removesuffix(old) + new for old, new in pairs if word.endswith(old)), word)
        for word in name.split()
    )


def listed_office(office: str, pack: LanguagePack) -> str:
    """Return an office in the form that lists have; "" if that is not certain.

    >>> from statements.transcripts.languages.pack import read_pack
    >>> listed_office("Первого заместителя министра", read_pack("russian"))
    'Первый заместитель министра'
    """
    title = pack.title_block
    nouns, adjectives = (
        dict(map(str.split, pairs)) for pairs in (title.office_forms, title.office_adjectives)
    )
    if not nouns or not office:
        return office
    words = office.split()
    for index, word in enumerate(words):
        if listed := adjectives.get(word.casefold()):
            words[index] = listed
        elif listed := nouns.get(word.casefold()):
            words[index] = listed
            listed_words = " ".join(words)
            return listed_words[:1].upper() + listed_words[1:]
        else:
            break
    return ""


@cache
def _any_state() -> re.Pattern[str]:
    return _pattern_of(_DISPLAY_NAMES)


def _pattern_of(names: Iterable[str], *, unspaced: bool = False) -> re.Pattern[str]:
    alternatives = "|".join(map(re.escape, sorted(names, key=len, reverse=True)))
    return re.compile(alternatives if unspaced else rf"(?<![\w-])(?:{alternatives})(?![\w-])")

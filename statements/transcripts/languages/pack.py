"""Language packs: the words that records in one language use, as data.

A pack is a TOML file in ``packs``; ``docs/transcript-formats.md`` says how to add one. English is
read by a grammar of its own, which knows damaged and rare forms; every other language is read by
its pack alone. A record in one language quotes others, so no pack is chosen for a whole file where
a line shows which one fits: by its script, and among packs of one script by its words.
"""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import cache
from importlib.resources import files
from typing import Any

from statements.transcripts.languages.names import fold
from statements.transcripts.languages.pack_sections import (
    Behalf,
    FirstPage,
    Invitations,
    Labels,
    LanguageNotes,
    Narrative,
    Offices,
    TitleBlocks,
    Titles,
    Votes,
)

_FOLDER = files("statements.transcripts.languages").joinpath("packs")
_OTHER_NAMES = ("french", "spanish", "russian", "chinese", "arabic")  # besides English
# packs of languages in which there are no records of the United Nations
_NAMES_OF_LABEL_PACKS = ("german", "italian", "portuguese")

# first letters of blocks of Unicode, and of which script they are
_SCRIPTS = (
    (0x0041, 0x024F, "latin"),
    (0x1E00, 0x1EFF, "latin"),
    (0x0400, 0x052F, "cyrillic"),
    (0x0600, 0x077F, "arabic"),
    (0xFB50, 0xFDFF, "arabic"),
    (0xFE70, 0xFEFE, "arabic"),
    (0x3400, 0x9FFF, "han"),
    (0xF900, 0xFAFF, "han"),
)
_BEGINNING = 240  # characters of a paragraph that show its language
# words of other languages that stand in English texts too, on their own or in names
_ALSO_ENGLISH = frozenset("a c d de he in j l me n no on plus s si son un y".split())
_LETTER = re.compile(r"[^\W\d_]")
# full-width signs, one for one
_FULL_WIDTH = re.compile("[（）：；，［］]")
_PUNCTUATION = str.maketrans("：（）；，［］", ":();,[]")
_SYNTAX = re.compile(r"\\.|\(\?P?<\w*>?|\{\w+\}|[^\\({]+|.", re.DOTALL)


@dataclass(frozen=True, slots=True)
class LanguagePack:
    """All that is known of one language."""

    code: str  # ISO 639-1
    name: str  # in English
    script: str
    titles: Titles
    offices: Offices
    labels: Labels
    language_notes: LanguageNotes
    stage_notes: str
    narrative: Narrative
    votes: Votes
    first_page: FirstPage
    title_block: TitleBlocks
    behalf: Behalf
    invitations: Invitations
    states: Mapping[str, tuple[str, ...]]  # code of three letters -> names
    common_words: frozenset[str]
    least_share: float  # of common words in a text of this language

    def __hash__(self) -> int:
        return hash(self.code)


def read_pack(name: str) -> LanguagePack:
    """Read the pack of a language, given its English name; raises FileNotFoundError without one.

    >>> read_pack("french").states["NOR"]
    ('Norvège',)
    """
    data = _load(name)
    first_page = data["first_page"]
    return LanguagePack(
        code=data["code"],
        name=data["name"],
        script=data["script"],
        titles=read_section(Titles, data["titles"]),
        offices=read_section(Offices, data["offices"]),
        labels=read_section(Labels, data["labels"]),
        language_notes=read_section(LanguageNotes, data["language_notes"]),
        stage_notes=data["stage_notes"]["form"],
        narrative=read_section(Narrative, data["narrative"]),
        votes=read_section(Votes, data["votes"]),
        first_page=read_section(
            FirstPage,
            first_page | {key: tuple(first_page[key].split()) for key in ("months", "weekdays")},
        ),
        # sections for which English has a grammar of its own
        title_block=read_section(TitleBlocks, data.get("title_block", {})),
        behalf=read_section(Behalf, data.get("behalf", {})),
        invitations=read_section(Invitations, data.get("invitations", {})),
        states=_read_states(data["states"]["names"]),
        common_words=frozenset(data["words"]["common"].split()),
        least_share=data["words"]["least_share"],
    )


def _load(name: str) -> dict[str, Any]:
    return tomllib.loads(_FOLDER.joinpath(f"{name}.toml").read_text("utf-8"))


def read_section[Section](kind: type[Section], values: Mapping[str, Any]) -> Section:
    """Make a section of its values; words in a string and phrases in a list become a set.

    Raises ValueError if the section has no such key.
    """
    types = {entry.name: entry.type for entry in fields(kind)}  # type: ignore[arg-type]
    unknown = values.keys() - types.keys()
    if unknown:
        raise ValueError(f"a language pack has no {', '.join(sorted(unknown))}")
    return kind(
        **{key: _value(value, is_set=types[key] == frozenset[str]) for key, value in values.items()}
    )


def _value(value: Any, *, is_set: bool) -> Any:
    if is_set:
        return frozenset(value.split() if isinstance(value, str) else value)
    return tuple(value) if isinstance(value, list) else value


def _read_states(printed: str) -> dict[str, tuple[str, ...]]:
    """Read lines such as "NOR Norway|Kingdom of Norway"."""
    rows = (line.split(" ", 1) for line in printed.splitlines() if line.strip())
    return {code: tuple(names.split("|")) for code, names in rows}


ENGLISH = read_pack("english")
OTHERS = tuple(map(read_pack, _OTHER_NAMES))
PACKS = (ENGLISH, *OTHERS)
LABELS = (
    *(pack.labels for pack in PACKS),
    *(read_section(Labels, _load(name)["labels"]) for name in _NAMES_OF_LABEL_PACKS),
)


def script_of(text: str) -> str:
    """Return the script of the first letter of a text; "" if it is none that a pack has.

    >>> script_of("(Г-н Лунд)"), script_of("2015年")
    ('cyrillic', 'han')
    """
    letter = _LETTER.search(text)
    code = ord(letter[0]) if letter else 0
    return next((script for first, last, script in _SCRIPTS if first <= code <= last), "")


@cache
def _of_script(script: str) -> tuple[LanguagePack, ...]:
    return tuple(pack for pack in OTHERS if pack.script == script)


@cache
def _telling_words(pack: LanguagePack) -> frozenset[str]:
    """Return common words of a language that are not English ones as well."""
    words = (word for word in pack.common_words if word not in ENGLISH.common_words)
    return frozenset(word for word in words if word not in _ALSO_ENGLISH)


def packs_by_script(text: str) -> tuple[LanguagePack, ...]:
    """Return the packs, except English, in whose script a name or a note begins."""
    return _of_script(script_of(text[:60]))


def packs_of(text: str) -> tuple[LanguagePack, ...]:
    """Return the packs, except English, in whose language a paragraph may be.

    >>> [pack.code for pack in packs_of("L’ordre du jour est adopté.")]
    ['fr']
    >>> packs_of("The meeting rose at noon.")
    ()
    """
    packs = packs_by_script(text)
    if len(packs) < 2:
        return packs
    words = set(text[:_BEGINNING].lower().split())
    return tuple(pack for pack in packs if not words.isdisjoint(_telling_words(pack)))


def plain_punctuation(text: str) -> str:
    """Return a text with ASCII signs for full-width ones; every position stays.

    >>> plain_punctuation("隆德先生（挪威）：")
    '隆德先生(挪威):'
    """
    return text if _FULL_WIDTH.search(text) is None else text.translate(_PUNCTUATION)


def folded_pattern(pattern: str, flags: int = 0) -> re.Pattern[str]:
    """Compile a regular expression of a pack so that it matches folded text.

    Line breaks in it mean nothing.
    """
    parts = (
        part if part[0] in "\\({" else _fold_letters(part)
        for part in _SYNTAX.findall(_without_line_breaks(pattern))
    )
    return re.compile("".join(parts), flags)


def _without_line_breaks(pattern: str) -> str:
    """Join the lines of a pattern without the space around their breaks."""
    first, *others = pattern.split("\n")
    if not others:
        return first
    return "".join([first.rstrip(), *map(str.strip, others[:-1]), others[-1].lstrip()])


def _fold_letters(text: str) -> str:
    """Fold like ``names.fold``, with the spaces kept."""
    return "".join(letter if letter.isspace() else fold(letter) for letter in text)


def is_capital(letter: str) -> bool:
    """Return whether a letter may begin a name: a capital, or one of a script without capitals."""
    return letter.isupper() or (letter.isalpha() and letter.lower() == letter.upper())


def is_written_without_spaces(letter: str) -> bool:
    """Return whether words of this letter's script follow each other without a space."""
    return "\u3000" <= letter <= "\u9fff" or "\uf900" <= letter <= "\uffef"

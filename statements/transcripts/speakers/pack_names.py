"""The name at the start of a speaker line in another language than English, read by its pack.

M. Lund (Norvège) :        honorific and name, or an office: "Le Président :"
Г-жа Вела (Чили):          the same; offices have no article
隆德先生（挪威）：           the honorific follows the name
السيد لوند (النرويج):       a script without capitals
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from functools import cache

from statements.transcripts.languages.names import fold
from statements.transcripts.languages.notes import note_by_pack
from statements.transcripts.languages.pack import (
    LanguagePack,
    folded_pattern,
    is_capital,
    packs_by_script,
    plain_punctuation,
)

_WORD = re.compile(r"['’‘]?[^\W\d_][\w.'’‘`´\-]*|[^\W\d_]\.")
_UNSPACED_NAME = re.compile(r"[^\W\d_a-z][^\W\d_]*(?:[·•・‧][^\W\d_]+)*")
_MOST_WORDS = 9
_LONGEST_HEAD = 100  # characters up to the colon
_LONGEST_UNSPACED = 24  # letters of a name
_PREFIXES = ("d'", "d’", "l'", "l’", "al-", "аль-", "ан-", "ас-", "эль-", "де-")


class Refusal(Enum):
    """What a line is instead of a speaker line."""

    ADDRESS = "address"  # "Sr. Presidente: …" addresses somebody


@dataclass(frozen=True, slots=True)
class PackName:
    """The parts of a name, or an office without one."""

    honorific: str
    speaker: str
    role: str


def read_pack_name(name: str, groups: Sequence[str]) -> PackName | Refusal | None:
    """Read what stands before the parentheses or the colon; None if no pack knows its form.

    ``groups`` are the parentheses after it.

    >>> read_pack_name("Mme Vela Hoyos", ["Chili"])
    PackName(honorific='Mme', speaker='Vela Hoyos', role='')
    >>> read_pack_name("Le Président", [])
    PackName(honorific='', speaker='', role='Président')
    """
    for pack in packs_by_script(name):
        read = _read_office(name, groups, pack) or _read_titled(name, pack, has_groups=bool(groups))
        if read is not None:
            return read
    return None


def may_begin_pack_name(line: str) -> bool:
    """Return whether a line can begin a speaker line of a pack, by a quick look at its start."""
    for pack in packs_by_script(line):
        if pack.titles.after:
            if ":" in plain_punctuation(line[:_LONGEST_HEAD]):
                return True
            continue
        start = line[:_LONGEST_HEAD].lower().replace("’", "'")
        first = start.split(None, 1)[0]
        if first in pack.titles.before or first.rstrip(".,:") in pack.titles.before:
            return True
        if start.startswith(_articles(pack)) and _office(pack).match(fold(start)):
            return True
    return False


@cache
def _articles(pack: LanguagePack) -> tuple[str, ...]:
    return tuple(pack.offices.article.split("|")) if pack.offices.needs_article else ("",)


def is_office_of_pack(printed: str) -> bool:
    """Return whether a parenthesis is an office in another language: "Rapporteuse"."""
    return any(
        (match := _office(pack).fullmatch(fold(printed))) is not None and not match["article"]
        for pack in packs_by_script(printed)
    )


def split_pack_name(printed: str) -> tuple[str, str] | None:
    """Split a printed name into honorific and name; None if no pack knows its title."""
    for pack in packs_by_script(printed):
        read = _read_titled(printed[:1].upper() + printed[1:], pack, has_groups=True)
        if isinstance(read, PackName):
            return read.honorific, read.speaker
    return None


@cache
def _office(pack: LanguagePack) -> re.Pattern[str]:
    offices = pack.offices
    article = f"(?P<article>{offices.article})" + ("?" if offices.article else "")
    of = rf"(?P<of>\s{offices.of}[^:;()]{{2,120}})?" if offices.of else "(?P<of>)"
    names = offices.names.replace("\n", "")
    return folded_pattern(rf"{article}(?P<office>{names}){of}")


def _read_office(name: str, groups: Sequence[str], pack: LanguagePack) -> PackName | None:
    match = _office(pack).fullmatch(fold(name))
    if match is None or name[:4].casefold() == "the ":  # folding removes this article
        return None
    needs_note = pack.offices.needs_article and not match["article"]
    if needs_note and not any(note_by_pack(group, pack) for group in groups):
        return None
    printed = name.strip()
    if match["article"]:
        # folding keeps the first word one word
        printed = printed[2:] if printed[1:2] in "'’" else printed.split(None, 1)[1]
    return PackName("", "", printed[:1].upper() + printed[1:])


def _read_titled(name: str, pack: LanguagePack, *, has_groups: bool) -> PackName | Refusal | None:
    if pack.titles.after:
        return _read_title_after(name, pack)
    words = name.split()
    count = 0
    while count < len(words) - 1 and _is_title(words[count], pack):
        count += 1
    if not count:
        return None
    rest = words[count:]
    known = {word.casefold().strip(",") for word in rest} - pack.titles.particles
    if known and known <= pack.titles.never_names:
        return Refusal.ADDRESS
    if len(rest) > _MOST_WORDS or not _is_name(rest, pack, has_groups=has_groups):
        return None
    return PackName(" ".join(words[:count]), " ".join(rest), "")


def _read_title_after(name: str, pack: LanguagePack) -> PackName | Refusal | None:
    """Read a name without spaces whose title follows: "隆德先生", "穆罕默德·李女士"."""
    printed = name.replace(" ", "")
    title = next((title for title in _longest(pack) if printed.endswith(title)), "")
    bare = printed.removesuffix(title)
    if not title or not bare:
        return None
    if bare in pack.titles.never_names:
        return Refusal.ADDRESS
    if len(bare) > _LONGEST_UNSPACED or _UNSPACED_NAME.fullmatch(bare) is None:
        return None
    return PackName(title, bare, "")


@cache
def _longest(pack: LanguagePack) -> tuple[str, ...]:
    return tuple(sorted(pack.titles.after, key=len, reverse=True))


def _is_title(word: str, pack: LanguagePack) -> bool:
    title = word.casefold()
    known = title in pack.titles.before or (
        title.endswith(".") and title[:-1] in pack.titles.before
    )
    return known and is_capital(word[0])


def _is_name(words: list[str], pack: LanguagePack, *, has_groups: bool) -> bool:
    """Return whether the words are a name: capitals and particles, few without a parenthesis."""
    has_capitals = words[0][:1].lower() != words[0][:1].upper()
    if not has_capitals and len(words) > (6 if has_groups else 4):
        return False
    for word in words:
        bare = word.rstrip(",")
        if _WORD.fullmatch(bare) is None:
            return False
        begins_name = is_capital(bare.lstrip("'’‘")[0]) or bare.lower().startswith(_PREFIXES)
        if not begins_name and bare.casefold() not in pack.titles.particles:
            return False
    return is_capital(words[-1].lstrip("'’‘")[:1]) or words[-1].lower().startswith(_PREFIXES)

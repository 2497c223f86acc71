"""What speeches in other languages than English say, by their packs: on whose behalf they are made,
in which capacity, and whom a president invites.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from statements.transcripts.languages.names import fold, fold_letters
from statements.transcripts.languages.pack import (
    OTHERS,
    LanguagePack,
    folded_pattern,
    is_capital,
    packs_of,
    plain_punctuation,
)
from statements.transcripts.languages.states import find_states_of, is_state, listed_office

# in a speaker line: "M. Lund (Norvège), au nom des pays nordiques:"
BEHALF_PHRASES = tuple(pack.behalf.phrase for pack in OTHERS if pack.behalf.phrase)
INVITATION_MENTIONS = tuple(words for pack in OTHERS for words in pack.invitations.mentions)

_OPENING = 600  # characters
_SENTENCES = 3  # an address may be one
_SENTENCE_END = re.compile(r"(?<=[^\W\d_]{3}[.?!؟])\s|(?<=[。？！])")
_COMMA = re.compile(r"[,،，、]")
_LONGEST_ITEM = 8  # words of a delegation in a list
_MOST_FILLERS = 14  # words between the announcement and the phrase
_LONGEST_CAPACITY = 300  # characters; a longer role cannot be stored
_NAME_PARTS = re.compile(r"[\s·•・‧]+")


@dataclass(frozen=True, slots=True)
class _Phrases:
    announcement: re.Pattern[str]
    ends: re.Pattern[str]
    own: re.Pattern[str]
    national: re.Pattern[str]
    invites: re.Pattern[str]
    guest: re.Pattern[str]


@cache
def _phrases(pack: LanguagePack) -> _Phrases:
    behalf, invitations = pack.behalf, pack.invitations
    has_whom = "?P<whom>" in behalf.announcement
    tail = "" if has_whom else rf"\b{behalf.phrase}\s?(?P<whom>[^.;:()؛]{{3,400}})"
    return _Phrases(
        announcement=folded_pattern(behalf.announcement + tail),
        ends=folded_pattern(behalf.ends),
        own=folded_pattern(behalf.own),
        national=folded_pattern(behalf.national),
        invites=folded_pattern(invitations.invites),
        guest=folded_pattern(invitations.guest),
    )


def _folded(text: str) -> str:
    return fold_letters(plain_punctuation(text))


def find_behalf(opening: str, affiliation: str) -> str:
    """Return the delegations on whose behalf a speech is made, as its first sentences name them;
    "" if unsure, or if it is the speaker's own.

    >>> find_behalf("J’ai l’honneur de parler au nom du Groupe des îles pour dire ceci.", "Chili")
    'Groupe des îles'
    """
    beginning = opening[:_OPENING]
    for pack in packs_of(beginning):
        for sentence in _SENTENCE_END.split(beginning)[:_SENTENCES]:
            if delegations := _announced(sentence, pack):
                return "" if fold(delegations) == fold(affiliation) else delegations
    return ""


def _announced(sentence: str, pack: LanguagePack) -> str:
    phrases = _phrases(pack)
    match = phrases.announcement.search(_folded(sentence))
    if match is None or len(match["between"].split()) > _MOST_FILLERS:
        return ""
    whom = sentence[match.start("whom") : match.end("whom")]
    delegations = _leading_delegations(whom, pack).strip(" .")
    if not delegations or phrases.own.match(fold_letters(delegations)):
        return ""
    return delegations if any(is_capital(word[0]) for word in delegations.split()) else ""


def _leading_delegations(clause: str, pack: LanguagePack) -> str:
    """Return the part of a clause that names delegations: one group, or a list of States."""
    folded = _folded(clause)
    end = _phrases(pack).ends.search(folded)
    limit = end.start() if end else len(clause)
    first = _COMMA.search(clause)
    while first and first.start() < limit:
        following = _COMMA.search(clause, first.end())
        item = clause[first.end() : min(following.start() if following else limit, limit)]
        if len(item.split()) > _LONGEST_ITEM or not find_states_of(pack, item):
            limit = first.start()
            break
        first = following
    return clause[:limit].strip()


def announces_national_by_pack(text: str) -> bool:
    """Return whether a president announces a statement for the own country.

    >>> announces_national_by_pack("Je vais maintenant faire une déclaration à titre national.")
    True
    """
    return any(_phrases(pack).national.search(_folded(text)) for pack in packs_of(text))


def find_guests(text: str) -> Iterator[tuple[tuple[str, ...], str]]:
    """Yield the words of the names of the guests whom a president invites, and their capacities."""
    if not any(words in text for words in INVITATION_MENTIONS):
        return
    folded = _folded(text)
    for pack in packs_of(text):
        phrases = _phrases(pack)
        if phrases.invites.search(folded) is None:
            continue
        for match in phrases.guest.finditer(folded):
            name = text[match.start("name") : match.end("name")]
            printed = " ".join(text[match.start("capacity") : match.end("capacity")].split())
            capacity = listed_office(printed.strip(" ,،，"), pack)
            if is_capital(name.strip()[:1] or ".") and _is_capacity(capacity):
                yield name_words(name), capacity


def _is_capacity(printed: str) -> bool:
    return 0 < len(printed) <= _LONGEST_CAPACITY and not is_state(printed)


def name_words(name: str) -> tuple[str, ...]:
    """Return the words of a name, folded; the parts of a name without spaces are words."""
    return tuple(filter(None, _NAME_PARTS.split(fold(name))))

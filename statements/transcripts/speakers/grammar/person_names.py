"""The words of a printed name: titles before it, particles in it, and capitals.

>>> split_name("Mr. Wang Yi")
('Mr.', 'Wang Yi')
"""

import re

from statements.transcripts.languages.titles import (
    APOSTROPHES,
    HONORIFICS,
    NAME_LIKE_TITLES,
    OFFICE_WORDS,
    PARTICLES,
    STATE_TITLES,
    TITLE_MODIFIERS,
)
from statements.transcripts.speakers.grammar.parentheses import is_untitled_person
from statements.transcripts.speakers.pack_names import split_pack_name
from statements.transcripts.text.hyphens import corpus_count, is_common_word

_COMMON_IN_ORGANIZATIONS = 1000  # "New", "Forum"
_NAME_WORD = re.compile(rf"[{APOSTROPHES}]?[^\W\d_][\w.'’‘`´\-/]*,?|[^\W\d_]\.")
_DAMAGED_TITLE = re.compile(
    r"^(Mrs?|Ms|Dr) ?[.,]{1,2} ?(?=\S)|^(Mrs?|Ms|Dr) (?=[^\W\d_])", re.IGNORECASE
)
_PERSON_STATE = re.compile(
    r"(?P<name>[^(),]{2,80}?)(?:, ?(?P<after>[^()]{2,80})|\s?\((?P<inner>[^()]{2,80})\))?"
)


def split_name(printed: str) -> tuple[str, str]:
    """Split a printed name into honorific and name: ("Mr.", "Wang Yi")."""
    words = repair_title(" ".join(printed.split())).split()
    titles = count_titles(words)
    by_pack = None if titles else split_pack_name(" ".join(words))
    return by_pack or (" ".join(words[:titles]), " ".join(words[titles:]))


def split_person(printed: str) -> tuple[str, str, list[str]]:
    """Split what stands after an office into honorific, name and affiliations.

    "Ms. Hale" and "Ms. Hale, Canada" name the holder; "Canada" is an affiliation.
    """
    match = _PERSON_STATE.fullmatch(printed)
    if match is None:
        return "", "", [printed]
    affiliation = match["after"] or match["inner"]
    if by_pack := split_pack_name(match["name"].strip()):
        return *by_pack, [affiliation] if affiliation else []
    words = repair_title(match["name"].strip()).split()
    titles = count_titles(words)
    rest = words[titles:]
    is_untitled = is_untitled_person(match["name"]) and not any(
        corpus_count(word) >= _COMMON_IN_ORGANIZATIONS for word in rest
    )
    if not is_name(rest, max_words=7) or not (titles or is_untitled):
        return "", "", [printed]
    return " ".join(words[:titles]), " ".join(rest), [affiliation] if affiliation else []


def is_common(words: list[str]) -> bool:
    """Return whether all words are common, so that they are not a name."""
    return all(word in PARTICLES or is_common_word(word) for word in words)


def repair_title(printed: str) -> str:
    """Correct the title in "Mr . MBON", "Mr.LUND" and "Mr, LUND"; "Mr LUND" stays as it is."""
    return _DAMAGED_TITLE.sub(_repaired_title, printed)


def _repaired_title(match: re.Match[str]) -> str:
    return f"{match[1]}. " if match[1] else match[0]


def count_titles(words: list[str]) -> int:
    titles = 0
    while titles < len(words) - 1 and is_title(words, titles):
        titles += 1
    # "Special" alone is no title, as it is in "Special Envoy"
    while titles and words[titles - 1].lower() in TITLE_MODIFIERS - HONORIFICS - STATE_TITLES:
        titles -= 1
    return titles


def is_title(words: list[str], index: int) -> bool:
    word = words[index].lower()
    if not words[index][:1].isupper():
        return False
    if "-" in word and HONORIFICS.issuperset(word.split("-")):
        return True  # "Lieutenant-General"
    before_title = all(earlier.lower() in TITLE_MODIFIERS for earlier in words[:index])
    if index and before_title and word in OFFICE_WORDS:
        return True  # "Deputy Prime Minister", "Special Envoy"
    if before_title and word in TITLE_MODIFIERS - HONORIFICS:
        return words[index + 1].lower() in TITLE_MODIFIERS | OFFICE_WORDS
    if word in HONORIFICS:
        # "King" and "Prince" are also names: they are titles only in front, or after "Crown"
        before = words[index - 1].lower() if index else ""
        return (
            index == 0
            or word not in NAME_LIKE_TITLES
            or before in {"the", "crown", "highness", "majesty", "chief", "field", "grand"}
        )
    if index == 1 and words[0].lower() in {"prime", "vice", "foreign"}:
        return word in {"minister", "president"}
    return index == 0 and word in STATE_TITLES


def is_name(words: list[str], *, max_words: int) -> bool:
    if not words or len(words) > max_words:
        return False
    capitals = 0
    for word in words:
        bare = word.rstrip(",")
        if _NAME_WORD.fullmatch(word) is None:
            return False
        if bare[:1].isupper() or bare[1:2].isupper() or _has_prefix(bare):
            capitals += 1
        elif bare.lower() not in PARTICLES:
            return False
    return capitals > 0 and words[-1].lstrip(APOSTROPHES)[:1].isalpha()


def _has_prefix(word: str) -> bool:
    """Return whether a particle is attached to a name: "al-Kidwa", "d’Escoto", "el-Baradei"."""
    return any(
        mark in word and word.split(mark, 1)[1][:1].isupper() for mark in ("-", "'", "’", "‘", "`")
    )


def is_title_case(words: list[str]) -> bool:
    return all(
        word[:1].isupper() or word.lower().strip(",") in PARTICLES | {"and", "for", "on", "in"}
        for word in words
    ) and any(word[:1].isupper() for word in words)

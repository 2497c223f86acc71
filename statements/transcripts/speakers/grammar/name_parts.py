"""Splits what stands before the parentheses of a speaker line into honorific, speaker and role.

It may be a name ("Mr. Lund"), an office ("The President"), or both ("Mr. Lund, Rapporteur").
"""

import re
from dataclasses import astuple

from statements.transcripts.languages.notes import read_language_note
from statements.transcripts.languages.states import is_state
from statements.transcripts.languages.titles import (
    ADDRESS_WORDS,
    APOSTROPHES,
    COMMON_WORD_TITLES,
    NON_NAMES,
    OFFICE,
    PARTICLES,
    STATE_TITLES,
)
from statements.transcripts.speakers.grammar.person_names import (
    count_titles,
    is_common,
    is_name,
    is_title,
    is_title_case,
    repair_title,
    split_person,
)
from statements.transcripts.speakers.pack_names import PackName, is_office_of_pack, read_pack_name
from statements.transcripts.text.hyphens import corpus_count

_SPACES = re.compile(r"\s+")
_COMMON_IN_PORTFOLIOS = 20
LONGEST_NAME = 160
_MOST_OFFICE_WORDS = 14  # "Deputy First Minister and Cabinet Secretary for Health and Wellbeing"
# no part of a name: what stands before them is a mark, as in "A. Ms. Hale (Canada):"
_ABBREVIATED_TITLES = frozenset("mr mr. mrs mrs. ms ms. dr.".split())
_QUESTION_NUMBER = re.compile(r"[A-Z]\d{1,4}[.:)]?")  # "Q7" is no part of a name


def is_capacity(printed: str) -> bool:
    if is_office_of_pack(printed):
        return True
    office = OFFICE.fullmatch(_SPACES.sub(" ", printed))
    return office is not None and is_title_case((office["of"] or "Of").split())


def read_name(
    name: str, groups: tuple[str, ...], *, bold_name: bool
) -> tuple[str, str, str] | None:
    """Split into honorific, speaker and role; return None if it is not a name."""
    if not name or len(name) > LONGEST_NAME or "\t" in name:
        return None
    by_pack = read_pack_name(name, groups)
    if by_pack is not None:
        return astuple(by_pack) if isinstance(by_pack, PackName) else None
    office = OFFICE.fullmatch(name)
    if office is not None:
        name_parts = _read_office(office, groups)
        if name_parts or office["article"] or not office["of"]:
            return name_parts
    name = repair_title(name)
    words = name.split()
    titles = count_titles(words)
    if words[0].lower() == "the" and titles == 0:
        titles = count_titles(words[1:])
        if titles and words[titles + 1] != "of" and is_name(words[titles + 1 :], max_words=5):
            words = words[1:]  # "The Right Honourable Rosamund Tarn"
        else:
            return _read_peer(words) or _read_unlisted_office(name, groups)
    rest, role = _split_capacity(words[titles:])
    if titles and not role:
        rest, role = _split_portfolio(words[:titles], rest)
        if rest[0].lower() in {"of", "for"}:
            return None
    if not is_name(rest, max_words=9 if groups else 7):
        return None
    honorific, speaker = " ".join(words[:titles]), " ".join(rest)
    if titles:
        has_affiliation = any(not read_language_note(group) for group in groups)
        is_address = not has_affiliation and _is_address(rest)
        if is_address or rest[0].lower().rstrip(",") in NON_NAMES:
            # "Mr. President: allow me" is an address, "General Assembly:" a heading
            return _read_presiding(" ".join(rest), groups)
        if (
            not groups
            and titles == 1
            and honorific.lower() in COMMON_WORD_TITLES
            and is_common(rest)
        ):
            return None  # "Major Groups:", "Grand Total:"
        return honorific, speaker, role
    return ("", speaker, role) if bold_name or _is_name_by_groups(rest, groups) else None


def _is_address(words: list[str]) -> bool:
    """Return whether the words are only offices: "Mr. Foreign Minister:" addresses somebody."""
    return all(word.lower().rstrip(",") in STATE_TITLES | ADDRESS_WORDS for word in words)


def _read_presiding(name: str, groups: tuple[str, ...]) -> tuple[str, str, str] | None:
    """Parse "Mr. President (spoke in French):", a rare form of "The President"."""
    office = OFFICE.fullmatch(name)
    return _read_office(office, groups) if office else None


def _split_capacity(words: list[str]) -> tuple[list[str], str]:
    """Split "Andersen, Chairman of the Board" into name and capacity."""
    for index, word in enumerate(words[:-1], start=1):
        if word.endswith(",") and is_capacity(" ".join(words[index:])):
            return [*words[: index - 1], word.rstrip(",")], " ".join(words[index:])
    return words, ""


def _read_office(office: re.Match[str], groups: tuple[str, ...]) -> tuple[str, str, str] | None:
    body = (office["of"] or "").strip()
    has_note = any(read_language_note(group) or split_person(group)[1] for group in groups)
    if not office["article"] and not has_note:
        return None
    if body and not (has_note or is_title_case(body.split()[1:])):
        return None
    printed = _SPACES.sub(" ", office["office"]).strip()
    role = "-".join(part.capitalize() for part in printed.split("-")) if printed else ""
    role = " ".join(word[:1].upper() + word[1:] for word in role.split()).replace(" And ", " and ")
    if body.isupper():
        body = " ".join(
            word.lower() if word.lower() in {"of", "for", "to", "and", "the"} else word.capitalize()
            for word in body.split()
        )
    return "", "", f"{role} {body}".strip()


def _read_peer(words: list[str]) -> tuple[str, str, str] | None:
    """Parse a title used as a name: "The Earl of Listowel", "The Lord Bishop of Ripon"."""
    if len(words) < 3 or not is_title(words, 1) or not is_title_case(words[1:]):
        return None
    return ("", " ".join(words), "") if len(words) <= 8 and "of" in words else None


def _read_unlisted_office(name: str, groups: tuple[str, ...]) -> tuple[str, str, str] | None:
    """Parse an office on no list, shown by a State, a language or its holder: "The Ferry Keeper
    (Norway):", "The Ferry Keeper (Ms. Hale):"."""
    words = name.split()[1:]
    if not 1 <= len(words) <= _MOST_OFFICE_WORDS or not is_title_case(words):
        return None
    is_shown = any(
        is_state(group) or read_language_note(group) or split_person(group)[1] for group in groups
    )
    return ("", "", " ".join(words)) if is_shown else None


def _split_portfolio(titles: list[str], rest: list[str]) -> tuple[list[str], str]:
    """Split "of Ferries Tarn", after a title that is an office, into name and office.

    A portfolio consists of words that are common in debates, or is the name of a State.
    """
    is_long = len(rest) > 2 and rest[0].lower() in {"of", "for", "and"}
    if not is_long or titles[-1].lower() not in STATE_TITLES:
        return rest, ""
    start = len(rest) - 1  # of the name
    while start > 2 and not _may_end_portfolio(rest[start - 1]):
        start -= 1
    if rest[start - 1].lower() in {"of", "for", "and"}:
        start += 1  # an office needs its portfolio
    if start == len(rest):
        return rest, ""  # "Minister for Health and Wellbeing" names nobody
    if _may_end_portfolio(rest[start]):
        return rest, ""
    return rest[start:], " ".join([*titles, *rest[:start]])


def _may_end_portfolio(word: str) -> bool:
    return (
        word.lower() in PARTICLES
        or corpus_count(word.rstrip(",")) >= _COMMON_IN_PORTFOLIOS
        or is_state(word)
    )


def _is_name_by_groups(words: list[str], groups: tuple[str, ...]) -> bool:
    """Return whether a name without a title is followed by a language note or a State."""
    if (
        not groups
        or words[0].lower() in {"the", "a", "an"}
        or not words[0].lstrip(APOSTROPHES)[:1].isalpha()
        or _QUESTION_NUMBER.fullmatch(words[0])
        or any(word.lower().strip(APOSTROPHES) in _ABBREVIATED_TITLES for word in words)
    ):
        return False
    return any(read_language_note(group) or is_state(group) for group in groups)

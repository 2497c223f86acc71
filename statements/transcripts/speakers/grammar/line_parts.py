"""Splits a speaker line at its parentheses and its colon, and sorts what the parentheses say."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from statements.transcripts.languages.notes import LANGUAGE_NAMES, LanguageNote, read_language_note
from statements.transcripts.languages.states import is_state
from statements.transcripts.speakers.grammar.name_parts import is_capacity
from statements.transcripts.speakers.grammar.parentheses import is_office, is_stage_note
from statements.transcripts.speakers.pack_names import is_office_of_pack
from statements.transcripts.speakers.pack_phrases import BEHALF_PHRASES

_SPACES = re.compile(r"\s+")
_DELIMITER = re.compile(r"[:;()\[\]]")
# for text with single spaces
_BEHALF_PHRASES = "|".join(BEHALF_PHRASES).replace("'", "['’]")
_BEHALF = re.compile(
    rf",?\s?\b(?:(?:speaking\s)?on\sbehalf\sof\s|(?:{_BEHALF_PHRASES})(?:\s|(?<=['’表])))",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class LineHead:
    """What stands before the speech."""

    name: str
    groups: tuple[str, ...]
    end: int
    semicolon: bool
    capacity: str = ""  # "Mr. Lund (Norway), Rapporteur of the First Committee:"
    behalf: str = ""  # "Mr. Lund (Norway), speaking on behalf of the Nordic countries:"
    notes: tuple[str, ...] = ()  # "Mr. Lund (Norway) [by telephone], on a point of order:"


@dataclass(slots=True)
class LineGroups:
    """What the parentheses of one speaker line say."""

    behalf: str = ""
    affiliations: list[str] = field(default_factory=list)
    role: str = ""
    notes: list[str] = field(default_factory=list)
    language: str = ""
    note_printed: str = ""  # the language notes
    displaced: str = ""
    doubts: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _LineTail:
    """What stands between the last parenthesis and the colon."""

    stage_note: str = ""  # "Mr. Lund (Norway), on a point of order:"
    capacity: str = ""
    behalf: str = ""


def find_head_end(text: str, start: int) -> int:
    """Return the index of the first colon outside of parentheses; -1 if there is none."""
    depth = 0
    for mark in _DELIMITER.finditer(text, start):
        depth += (mark[0] in "([") - (mark[0] in ")]")
        if mark[0] == ":" and depth == 0:
            return mark.start()
    return -1


def sort_groups(groups: tuple[str, ...], *, behalf: str) -> LineGroups:
    parts = LineGroups(behalf=behalf)
    for group in _split_groups(groups):
        note = read_language_note(group)
        if note is None and parts.affiliations:
            note = _read_language_code(group)  # "Ms. Hale (Canada) [FR]:"
        if note is not None:
            _add_note(parts, group, note)
        elif behalf_of := _BEHALF.match(group):
            parts.behalf = parts.behalf or group[behalf_of.end() :].strip(" ,;")
        elif is_stage_note(group, after_affiliation=bool(parts.affiliations)):
            parts.notes.append(group)
        elif is_office(group) or is_office_of_pack(group):
            parts.role = parts.role or group
        else:
            affiliation, behalf_part = _split_behalf(group)
            parts.behalf = parts.behalf or behalf_part
            if affiliation:
                parts.affiliations.append(affiliation)
    return parts


def _read_language_code(printed: str) -> LanguageNote | None:
    """Return the language of which a parenthesis holds the code alone: "FR"."""
    is_code = len(printed) == 2 and printed.isupper() and printed.lower() in LANGUAGE_NAMES
    return LanguageNote((printed.lower(),)) if is_code else None


def _add_note(parts: LineGroups, group: str, note: LanguageNote) -> None:
    if not note.code:
        parts.doubts.append("unknown-language")
    parts.language = parts.language or note.code
    parts.note_printed = f"{parts.note_printed}; {group}" if parts.note_printed else group
    if note.displaced:
        parts.displaced = note.displaced
        parts.note_printed = _SPACES.sub(" ", group.replace(note.displaced, ""))
        parts.doubts.append("displaced-words")


def _split_groups(groups: tuple[str, ...]) -> Iterator[str]:
    """Split a parenthesis such as "Norway, spoke in French" into affiliation and note."""
    for group in groups:
        first, comma, second = group.partition(", ")
        is_whole = not comma or read_language_note(group) or is_stage_note(first)
        if not is_whole and (read_language_note(second) or is_stage_note(second)):
            yield from (first, second)
        elif not is_whole and (
            (is_state(first) and is_office(second)) or (is_office(first) and is_state(second))
        ):
            yield from (first, second)
        else:
            yield group


def _split_behalf(group: str) -> tuple[str, str]:
    match = _BEHALF.search(group)
    if match is None:
        return group, ""
    return group[: match.start()].strip(" ,;"), group[match.end() :].strip(" ,;")


def split_head(text: str, start: int) -> LineHead | None:
    """Split at the colon and the parentheses; return None if other text is between these."""
    groups: list[str] = []
    notes: list[str] = []  # in brackets
    name_end = -1
    depth = group_start = 0
    group_end = start  # only spaces may separate the last ")" from the colon
    for mark in _DELIMITER.finditer(text, start):
        position = mark.start()
        if mark[0] in "([":
            if depth == 0:
                if name_end < 0:
                    name_end = position
                elif text[group_end:position].strip(" ,\t\n"):
                    return None
                group_start = position + 1
            depth += 1
        elif mark[0] in ")]":
            depth -= 1
            if depth < 0:
                return None
            if depth == 0:
                group = _SPACES.sub(" ", text[group_start:position]).strip()
                is_aside = mark[0] == "]" and not _says_who(group, is_first=not groups)
                (notes if is_aside else groups).append(group)
                group_end = position + 1
        elif depth == 0:
            if name_end < 0:
                name_end = position
            tail = _read_tail(text[group_end:position]) if groups or notes else _LineTail()
            if tail is None:
                return None
            return LineHead(
                name=_SPACES.sub(" ", text[start:name_end]).strip(),
                groups=tuple(groups),
                end=position + 1,
                semicolon=mark[0] == ";",
                capacity=tail.capacity,
                behalf=tail.behalf,
                notes=(*notes, *([tail.stage_note] if tail.stage_note else [])),
            )
    return None


def _says_who(bracket: str, *, is_first: bool) -> bool:
    """Return whether a bracket says what a parenthesis would, and is no aside of the record.

    >>> _says_who("Norway", is_first=True), _says_who("via Zoom", is_first=False)
    (True, False)
    """
    if read_language_note(bracket) or is_state(bracket) or is_office(bracket):
        return True
    if _read_language_code(bracket):
        return not is_first  # alone it may be a State
    return is_first and not bracket[:1].islower()


def _read_tail(printed: str) -> _LineTail | None:
    """Parse the text between the last parenthesis and the colon; return None if it is prose."""
    tail = _SPACES.sub(" ", printed).strip(" .")
    if not tail:
        return _LineTail()
    if behalf := _BEHALF.match(tail):
        delegations = tail[behalf.end() :].strip(" ,")
        return _LineTail(behalf=delegations) if delegations and "." not in delegations else None
    if tail[0] == "," and is_capacity(tail[1:].strip()):
        return _LineTail(capacity=tail.strip(" ,"))
    note = tail.strip(" ,–—-")
    return _LineTail(stage_note=note) if tail[0] in ",–—-" and is_stage_note(note) else None

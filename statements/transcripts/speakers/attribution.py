"""The one grammar of attribution: "Mr. Levitte (France) (spoke in French):" and its kin.

Every reader asks here whether a line begins a speech, so a rule learnt from one form of record
serves all of them. What is not certainly a speaker line is prose.

>>> found = read_attribution("Mr. Levitte (France) (spoke in French): I thank you.")
>>> found.honorific, found.speaker, found.affiliation, found.language
('Mr.', 'Levitte', 'France', 'fr')
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from statements.transcripts.hyphens import corpus_count
from statements.transcripts.languages import read_note
from statements.transcripts.states import is_state
from statements.transcripts.titles import (
    ADDRESSES,
    ALSO_NAMES,
    ALSO_WORDS,
    FIRST_WORDS,
    HONORIFICS,
    NO_NAMES,
    OFFICE,
    PARTICLES,
    STATE_TITLES,
)

LONGEST_HEAD = 400  # no printed attribution is longer, so no more is ever looked at

_EVERYDAY = 300  # times in the General Debate: "groups" is, "groves" is not
_NUMBER = re.compile(r"\s*(?P<number>[1-9]\d{0,3})\s?\.[ \t]*(?=\S)")
_NAME_WORD = re.compile(r"[^\W\d_][\w.'’‘`´\-/]*,?|[^\W\d_]\.")
_FIRST_COLON = re.compile(r"[:;()]")
_SPACES = re.compile(r"\s+")
_LONGEST_NAME = 160
# the first parenthesis up to a comma or a parenthesis within, and those that follow it
_GROUPS = re.compile(
    r"\((?P<inner>[^()\[\],:;]{2,80})[^()\[\]]{0,120}(?:\) ?|(?=[(\[]))"
    r"(?:[(\[][^()\[\]]{1,120}[)\]] ?){0,4}"
)
_BEHALF = re.compile(r",?\s?\b(?:speaking\s)?on\sbehalf\sof\s", re.IGNORECASE)  # blanks are single
_DAMAGED_TITLE = re.compile(
    r"^(Mrs?|Ms|Dr) ?[.,]{1,2} ?(?=\S)|^(Mrs?|Ms|Dr) (?=[^\W\d_])", re.IGNORECASE
)
_OCR_IN_WORD = re.compile(r"[^\W\d_]\d[^\W\d_]|\|")


@dataclass(frozen=True, slots=True)
class Attribution:
    """A speaker line taken apart; ``end`` is where the speech begins in the text given."""

    printed: str
    speaker: str
    honorific: str
    affiliation: str
    role: str
    language: str
    language_printed: str
    on_behalf_of: str
    end: int
    number: int | None = None  # of a numbered paragraph
    displaced: str = ""  # words of the speech that stood inside a parenthesis
    doubts: tuple[str, ...] = ()  # codes of problems: "unknown-language", "semicolon-for-colon" …

    @property
    def unmistakable(self) -> bool:
        """Whether it is a speaker line even below an unfinished sentence, as prose never prints
        a language note, the name of a State and a colon, or "The" in mid-sentence."""
        office = self.printed.startswith(("The ", "THE ")) and bool(self.role)
        return bool(self.language_printed) or office or is_state(self.affiliation)


@dataclass(frozen=True, slots=True)
class _Head:
    name: str
    groups: tuple[str, ...]
    end: int
    semicolon: bool
    capacity: str = ""  # "Mr. Lund (Norway), Rapporteur of the First Committee:"
    behalf: str = ""  # "Mr. Lund (Norway), speaking on behalf of the Nordic countries:"


@dataclass(frozen=True, slots=True)
class _Tail:
    note: str = ""  # "Mr. Lund (Norway) [spoke in French]:"
    capacity: str = ""
    behalf: str = ""


def may_begin_attribution(line: str, below: str) -> bool:
    """Cheap test of a line's first word, so that prose is left alone quickly."""
    match = _NUMBER.match(line)
    start = line[match.end() :] if match else line.lstrip()
    if not start[:1].isupper():
        return False
    first = start.split(None, 1)[0].lower()
    known = first == "the" or first.rstrip(".,:") in FIRST_WORDS or first in HONORIFICS
    return known or "(" in start or below.lstrip().startswith("(")


def read_attribution(text: str, *, vouched: bool = False) -> Attribution | None:
    """The speaker line that begins ``text``, or None where it begins with prose.

    ``vouched`` says that print sets the name apart, so that one without a title is believed.
    """
    text = text[:LONGEST_HEAD]
    number = _NUMBER.match(text)
    start = number.end() if number else len(text) - len(text.lstrip())
    head = _split_head(text, start)
    if head is None:
        return None
    named = _read_name(head.name, head.groups, vouched=vouched)
    if named is None or (head.semicolon and not _sure_without_colon(head, named)):
        return None
    honorific, speaker, role = named
    role = role or head.capacity
    printed = _SPACES.sub(" ", text[start : head.end - 1]).strip()
    return _classify(head, printed, honorific, speaker, role, number)


def resembled_attribution(text: str) -> str:
    """How a paragraph begins that looks like a speaker line and cannot be read as one: a title, a
    name and a State, then something other than a colon. "" where it goes on as prose does.

    >>> resembled_attribution("Mr. Lund (Norway) - We thank you.")
    'Mr. Lund (Norway)'
    """
    text = text[:LONGEST_HEAD]
    number = _NUMBER.match(text)
    start = number.end() if number else 0
    groups = _GROUPS.match(text, text.find("(", start)) if "(" in text[start:] else None
    if groups is None or groups.start() - start > _LONGEST_NAME:
        return ""
    words = _DAMAGED_TITLE.sub(_repaired_title, text[start : groups.start()].strip()).split()
    titles = _count_titles(words)
    if not titles or not _is_name(words[titles:], most=9):
        return ""
    inner = groups["inner"].strip()
    if not (is_state(inner) or read_note(inner)) or text[groups.end() :][:1].islower():
        return ""
    return _SPACES.sub(" ", text[start : groups.end()]).strip()


def split_name(printed: str) -> tuple[str, str]:
    """Honorific and name of a person printed without a colon: ("Mr.", "Wang Yi")."""
    words = _DAMAGED_TITLE.sub(_repaired_title, " ".join(printed.split())).split()
    titles = _count_titles(words)
    return " ".join(words[:titles]), " ".join(words[titles:])


def _classify(
    head: _Head,
    printed: str,
    honorific: str,
    speaker: str,
    role: str,
    number: re.Match[str] | None,
) -> Attribution | None:
    affiliations: list[str] = []
    language = note_printed = displaced = ""
    behalf = head.behalf
    doubts: list[str] = []
    for group in _part_notes(head.groups):
        note = read_note(group)
        if note is None:
            affiliation, _, behalf_part = _cut_behalf(group)
            behalf = behalf or behalf_part
            if affiliation:
                affiliations.append(affiliation)
            continue
        if not note.code:
            doubts.append("unknown-language")
        language = language or note.code
        note_printed = f"{note_printed}; {group}" if note_printed else group
        if note.displaced:
            displaced = note.displaced
            clean = group.replace(displaced, "")
            note_printed = _SPACES.sub(" ", clean)
            printed = _SPACES.sub(" ", printed.replace(displaced, ""))
            doubts.append("displaced-words")
    if head.semicolon:
        doubts.append("semicolon-for-colon")
    affiliation = ", ".join(affiliations)
    if _OCR_IN_WORD.search(speaker) or _OCR_IN_WORD.search(affiliation):
        doubts.append("ocr-in-attribution")
    return Attribution(
        printed=printed,
        speaker=speaker,
        honorific=honorific,
        affiliation=affiliation,
        role=role,
        language=language,
        language_printed=note_printed,
        on_behalf_of=behalf,
        end=head.end,
        number=int(number["number"]) if number else None,
        displaced=displaced,
        doubts=tuple(doubts),
    )


def _part_notes(groups: tuple[str, ...]) -> Iterator[str]:
    """ "Norway, spoke in French" is an affiliation and a note."""
    for group in groups:
        affiliation, comma, note = group.partition(", ")
        if comma and not read_note(group) and read_note(note):
            yield affiliation
            yield note
        else:
            yield group


def _cut_behalf(group: str) -> tuple[str, str, str]:
    match = _BEHALF.search(group)
    if match is None:
        return group, "", ""
    return group[: match.start()].strip(" ,;"), match[0], group[match.end() :].strip(" ,;")


def _split_head(text: str, start: int) -> _Head | None:
    """Name, parentheses and the place of the colon; None where something else stands between."""
    groups: list[str] = []
    name_end = -1
    depth = opened = 0
    after = start  # nothing but spaces may stand between the last ")" and the colon
    for mark in _FIRST_COLON.finditer(text, start):
        at = mark.start()
        if mark[0] == "(":
            if depth == 0:
                if name_end < 0:
                    name_end = at
                elif text[after:at].strip():
                    return None
                opened = at + 1
            depth += 1
        elif mark[0] == ")":
            depth -= 1
            if depth < 0:
                return None
            if depth == 0:
                groups.append(_SPACES.sub(" ", text[opened:at]).strip())
                after = at + 1
        elif depth == 0:
            if name_end < 0:
                name_end = at
            tail = _read_tail(text[after:at]) if groups else _Tail()
            if tail is None:
                return None
            name = _SPACES.sub(" ", text[start:name_end]).strip()
            found = (*groups, tail.note) if tail.note else tuple(groups)
            return _Head(name, found, at + 1, mark[0] == ";", tail.capacity, tail.behalf)
    return None


def _read_tail(printed: str) -> _Tail | None:
    """What stands between the last parenthesis and the colon; None where it is prose."""
    tail = _SPACES.sub(" ", printed).strip(" .")
    if not tail:
        return _Tail()
    if tail[0] == "[" and tail[-1] == "]" and read_note(tail[1:-1]):
        return _Tail(note=tail[1:-1].strip())
    if behalf := _BEHALF.match(tail):
        whom = tail[behalf.end() :].strip(" ,")
        return _Tail(behalf=whom) if whom and "." not in whom else None
    if tail[0] == "," and _is_capacity(tail[1:].strip()):
        return _Tail(capacity=tail.strip(" ,"))
    return None


def _is_capacity(printed: str) -> bool:
    office = OFFICE.fullmatch(_SPACES.sub(" ", printed))
    return office is not None and _is_title_case((office["of"] or "Of").split())


def _sure_without_colon(head: _Head, named: tuple[str, str, str]) -> bool:
    """A semicolon is a misread colon only where everything else of a speaker line is there."""
    return bool(head.groups) and bool(named[0] or named[2])


def _read_name(name: str, groups: tuple[str, ...], *, vouched: bool) -> tuple[str, str, str] | None:
    """Honorific, speaker and role, or None where it is no name."""
    if not name or len(name) > _LONGEST_NAME or "\t" in name:
        return None
    office = OFFICE.fullmatch(name)
    if office is not None:
        return _read_office(office, groups)
    name = _DAMAGED_TITLE.sub(_repaired_title, name)
    words = name.split()
    titles = _count_titles(words)
    if words[0].lower() == "the" and titles == 0:
        return _read_peer(words)
    rest, role = _cut_capacity(words[titles:])
    if not _is_name(rest, most=9 if groups else 7):
        return None
    honorific, speaker = " ".join(words[:titles]), " ".join(rest)
    if titles:
        named = any(not read_note(group) for group in groups)
        if rest[0].lower().rstrip(",") in NO_NAMES or (not named and _is_address(rest)):
            # "Mr. President: allow me" greets, "General Assembly:" is a heading
            return _read_presiding(" ".join(rest), groups)
        if not groups and titles == 1 and honorific.lower() in ALSO_WORDS and _is_common(rest):
            return None  # "Major Groups:", "Grand Total:"
        return honorific, speaker, role
    return ("", speaker, role) if vouched or _vouched_for(rest, groups) else None


def _is_address(words: list[str]) -> bool:
    """ "Mr. Foreign Minister:", "Mr. Ambassador:" greet somebody; offices alone are no name."""
    return all(word.lower().rstrip(",") in STATE_TITLES | ADDRESSES for word in words)


def _is_common(words: list[str]) -> bool:
    """Whether these are words of everyday texts and no name."""
    return all(word in PARTICLES or corpus_count(word) >= _EVERYDAY for word in words)


def _repaired_title(match: re.Match[str]) -> str:
    """ "Mr . MBON", "Mr.LUND", "Mr, LUND": the title as it was meant; "Mr LUND" stays."""
    return f"{match[1]}. " if match[1] else match[0]


def _read_presiding(name: str, groups: tuple[str, ...]) -> tuple[str, str, str] | None:
    """ "Mr. President (spoke in French):" is printed now and then for "The President"."""
    office = OFFICE.fullmatch(name)
    return _read_office(office, groups) if office else None


def _cut_capacity(words: list[str]) -> tuple[list[str], str]:
    """Split "Andersen, Chairman of the Board" into the name and what the person speaks as."""
    for at, word in enumerate(words[:-1], start=1):
        if word.endswith(",") and _is_capacity(" ".join(words[at:])):
            return [*words[: at - 1], word.rstrip(",")], " ".join(words[at:])
    return words, ""


def _read_office(office: re.Match[str], groups: tuple[str, ...]) -> tuple[str, str, str] | None:
    of = (office["of"] or "").strip()
    noted = any(read_note(group) for group in groups)
    if not office["article"] and not noted:
        return None
    if of and not (noted or _is_title_case(of.split()[1:])):
        return None
    printed = _SPACES.sub(" ", office["office"]).strip()
    role = "-".join(part.capitalize() for part in printed.split("-")) if printed else ""
    role = " ".join(word[:1].upper() + word[1:] for word in role.split())
    return "", "", f"{role} {of}".strip()


def _read_peer(words: list[str]) -> tuple[str, str, str] | None:
    """ "The Earl of Listowel", "The Lord Bishop of Ripon": a title that stands for the name."""
    if len(words) < 3 or not _is_title(words, 1) or not _is_title_case(words[1:]):
        return None
    return ("", " ".join(words), "") if len(words) <= 8 and "of" in words else None


def _count_titles(words: list[str]) -> int:
    titles = 0
    while titles < len(words) - 1 and _is_title(words, titles):
        titles += 1
    return titles


def _is_title(words: list[str], at: int) -> bool:
    word = words[at].lower()
    if not words[at][:1].isupper():
        return False
    if word in HONORIFICS:
        # "King" and "Prince" are names too: titles only in front, or after "Crown"
        before = words[at - 1].lower() if at else ""
        return (
            at == 0 or word not in ALSO_NAMES or before in {"the", "crown", "highness", "majesty"}
        )
    if at == 1 and words[0].lower() in {"prime", "vice", "foreign"}:
        return word in {"minister", "president"}
    return at == 0 and word in STATE_TITLES


def _is_name(words: list[str], *, most: int) -> bool:
    if not words or len(words) > most:
        return False
    capitals = 0
    for word in words:
        bare = word.rstrip(",")
        if _NAME_WORD.fullmatch(word) is None:
            return False
        if bare[:1].isupper() or bare[1:2].isupper() or _prefixed(bare):
            capitals += 1
        elif bare.lower() not in PARTICLES:
            return False
    return capitals > 0 and words[-1][:1].isalpha()


def _prefixed(word: str) -> bool:
    """ "al-Kidwa", "d’Escoto", "el-Baradei": a particle grown together with a name."""
    return any(
        mark in word and word.split(mark, 1)[1][:1].isupper() for mark in ("-", "'", "’", "‘", "`")
    )


def _is_title_case(words: list[str]) -> bool:
    return all(
        word[:1].isupper() or word.lower().strip(",") in PARTICLES | {"and", "for", "on", "in"}
        for word in words
    ) and any(word[:1].isupper() for word in words)


def _vouched_for(words: list[str], groups: tuple[str, ...]) -> bool:
    """A name without a title counts only beside a language note or the name of a State."""
    if not groups or words[0].lower() in {"the", "a", "an"} or not words[0][:1].isalpha():
        return False
    return any(read_note(group) or is_state(group) for group in groups)

"""The grammar of speaker lines such as "Mr. Levitte (France) (spoke in French):".

All readers use it to decide whether a line begins a speech, so a rule added for one form of record
applies to all of them. Anything that is not certainly a speaker line is prose.

>>> attribution = read_attribution("Mr. Levitte (France) (spoke in French): I thank you.")
>>> attribution.honorific, attribution.speaker, attribution.affiliation, attribution.language
('Mr.', 'Levitte', 'France', 'fr')
"""

import re
from collections.abc import Iterator
from dataclasses import astuple, dataclass, field, replace

from statements.transcripts.languages.notes import (
    LANGUAGE_NAMES,
    LanguageNote,
    read_language_note,
)
from statements.transcripts.languages.pack import plain_punctuation
from statements.transcripts.languages.states import is_state
from statements.transcripts.languages.titles import (
    ADDRESS_WORDS,
    APOSTROPHES,
    COMMON_WORD_TITLES,
    FIRST_WORDS,
    HONORIFICS,
    NAME_LIKE_TITLES,
    NON_NAMES,
    OFFICE,
    OFFICE_WORDS,
    PARTICLES,
    STATE_TITLES,
    TITLE_MODIFIERS,
)
from statements.transcripts.speakers.pack_names import (
    PackName,
    is_office_of_pack,
    may_begin_pack_name,
    read_pack_name,
    split_pack_name,
)
from statements.transcripts.speakers.pack_phrases import BEHALF_PHRASES
from statements.transcripts.speakers.parentheses import (
    is_office,
    is_stage_note,
    is_untitled_person,
)
from statements.transcripts.text.hyphens import corpus_count, is_common_word

LONGEST_HEAD = 400  # characters; no printed attribution is longer, so the rest is never examined

_COMMON_IN_PORTFOLIOS = 20
_COMMON_IN_ORGANIZATIONS = 1000  # "New", "Forum"
_NUMBER = re.compile(r"\s*(?P<number>[1-9]\d{0,3})\s?\.[ \t]*(?=\S)")
_NAME_WORD = re.compile(rf"[{APOSTROPHES}]?[^\W\d_][\w.'’‘`´\-/]*,?|[^\W\d_]\.")
_DELIMITER = re.compile(r"[:;()\[\]]")
_SPACES = re.compile(r"\s+")
_LONGEST_NAME = 160
_MOST_OFFICE_WORDS = 14  # "Deputy First Minister and Cabinet Secretary for Health and Wellbeing"
# the first parenthesis, up to a comma or nested parenthesis, and those after it
_GROUPS = re.compile(
    r"\((?P<inner>[^()\[\],:;]{2,80})[^()\[\]]{0,120}(?:\) ?|(?=[(\[]))"
    r"(?:[(\[][^()\[\]]{1,120}[)\]] ?){0,4}"
)
# for text with single spaces
_BEHALF_PHRASES = "|".join(BEHALF_PHRASES).replace("'", "['’]")
_BEHALF = re.compile(
    rf",?\s?\b(?:(?:speaking\s)?on\sbehalf\sof\s|(?:{_BEHALF_PHRASES})(?:\s|(?<=['’表])))",
    re.IGNORECASE,
)
_DAMAGED_TITLE = re.compile(
    r"^(Mrs?|Ms|Dr) ?[.,]{1,2} ?(?=\S)|^(Mrs?|Ms|Dr) (?=[^\W\d_])", re.IGNORECASE
)
# "(FR)" before the first words: the language in which they were said
LANGUAGE_CODE = re.compile(r"\s*\((?P<code>[A-Z]{2})\)(?=\s)")
_PERSON_STATE = re.compile(
    r"(?P<name>[^(),]{2,80}?)(?:, ?(?P<after>[^()]{2,80})|\s?\((?P<inner>[^()]{2,80})\))?"
)
# "Mr. Lund (Norway) and Ms. Hale (Canada)": what separates people who speak together
_AND = re.compile(r"(?:,?\sand\s|\s?[&/;]\s?|,\s)(?=[^\W\d_])")
_LARGEST_GROUP = 6  # people in one speaker line
# no part of a name: what stands before them is a mark, as in "A. Ms. Hale (Canada):"
_ABBREVIATED_TITLES = frozenset("mr mr. mrs mrs. ms ms. dr.".split())
_QUESTION_NUMBER = re.compile(r"[A-Z]\d{1,4}[.:)]?")  # "Q7" is no part of a name
_OCR_IN_WORD = re.compile(r"[^\W\d_]\d[^\W\d_]|\|")


@dataclass(frozen=True, slots=True)
class Attribution:
    """The parts of a speaker line."""

    printed: str
    speaker: str
    honorific: str
    affiliation: str
    role: str
    language: str
    language_printed: str
    on_behalf_of: str
    end: int  # index in the text at which the speech begins
    number: int | None = None  # of a numbered paragraph
    displaced: str = ""  # words of the speech that were printed inside a parenthesis
    doubts: tuple[str, ...] = ()  # problem codes: "unknown-language", "semicolon-for-colon" …
    notes: tuple[str, ...] = ()  # "on a point of order", "via videoconference"

    @property
    def is_unmistakable(self) -> bool:
        """Whether this is a speaker line even after an unfinished sentence.

        Prose does not continue with a language note, with the name of a State and a colon, or
        with a capitalized "The".
        """
        office = self.printed.startswith(("The ", "THE ")) and bool(self.role)
        return bool(self.language_printed) or office or is_state(self.affiliation)


NOBODY = Attribution(
    printed="",
    speaker="",
    honorific="",
    affiliation="",
    role="",
    language="",
    language_printed="",
    on_behalf_of="",
    end=0,
)


@dataclass(frozen=True, slots=True)
class _Head:
    name: str
    groups: tuple[str, ...]
    end: int
    semicolon: bool
    capacity: str = ""  # "Mr. Lund (Norway), Rapporteur of the First Committee:"
    behalf: str = ""  # "Mr. Lund (Norway), speaking on behalf of the Nordic countries:"
    notes: tuple[str, ...] = ()  # "Mr. Lund (Norway) [by telephone], on a point of order:"


@dataclass(slots=True)
class _Groups:
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
class _Tail:
    stage_note: str = ""  # "Mr. Lund (Norway), on a point of order:"
    capacity: str = ""
    behalf: str = ""


def may_begin_attribution(line: str, below: str) -> bool:
    """Return whether a line can be the first of a speaker line, by a quick look at its first word.

    ``below`` is the next line, on which the parenthesis may begin.
    """
    match = _NUMBER.match(line)
    start = line[match.end() :] if match else line.lstrip()
    if may_begin_pack_name(start):
        return True
    if not start.lstrip(APOSTROPHES)[:1].isupper():
        return False
    first = start.split(None, 1)[0].lower()
    is_title = first == "the" or first.rstrip(".,:") in FIRST_WORDS or first in HONORIFICS
    if is_title or "(" in start or below.lstrip().startswith("("):
        return True
    # a name without a title may be wrapped as well: "Rosamund Elvira / Garza (Peru):"
    return "(" in below[:_LONGEST_NAME] and _is_name(start.split(), max_words=5)


def read_attribution(text: str, *, bold_name: bool = False) -> Attribution | None:
    """Parse the speaker line at the start of ``text``; return None if it starts with prose.

    ``bold_name`` says that the name is in bold type, so that a title is not required.
    """
    attribution = _read_line(text[:LONGEST_HEAD], bold_name=bold_name)
    if attribution is None or (not bold_name and _is_addressed(attribution, text)):
        return None
    return attribution


def read_bold_attribution(text: str) -> Attribution | None:
    """Parse a speaker line whose name is in bold type; return None for "Note:" and "Q:".

    Without a title, an office or a parenthesis, a name is not of common words alone, and what
    follows it does not begin in lower case.
    """
    attribution = read_attribution(text, bold_name=True)
    if attribution is None or attribution.honorific or attribution.role or attribution.affiliation:
        return attribution
    is_prose = (
        _is_addressed(attribution, text)
        or _is_common(attribution.speaker.split())
        or len(attribution.speaker) == 1  # "Q"
    )
    return None if is_prose and not attribution.language_printed else attribution


def attribute(
    printed: str, groups: tuple[str, ...], name_parts: tuple[str, str, str], end: int
) -> Attribution:
    """Return the parts of a label whose honorific, name and role are known.

    ``groups`` are what its parentheses hold; the speech begins at index ``end``.
    """
    head = _Head(name=printed, groups=groups, end=end, semicolon=False)
    return _classify(head, printed, name_parts, None)


def find_address(text: str) -> str:
    """Return the words before the colon if a paragraph addresses somebody by office and name.

    What follows begins in lower case, as it never does after a speaker line. Returns "" otherwise.

    >>> find_address("President Hale: we thank you.")
    'President Hale'
    """
    attribution = _read_line(text[:LONGEST_HEAD], bold_name=False)
    is_address = attribution is not None and _is_addressed(attribution, text)
    return attribution.printed if attribution and is_address else ""


def _is_addressed(attribution: Attribution, text: str) -> bool:
    if attribution.affiliation or attribution.language_printed or attribution.notes:
        return False
    if attribution.printed[:4].lower() == "the ":
        return False
    word = text[attribution.end : attribution.end + 40].lstrip(' \t\n“"‘(')[:2]
    # "l thank" is a misread "I", and "eSwatini" a name
    return len(word) == 2 and word[0].islower() and word[1].islower()


def _read_line(printed_text: str, *, bold_name: bool) -> Attribution | None:
    text = plain_punctuation(printed_text)
    number = _NUMBER.match(text)
    start = number.end() if number else len(text) - len(text.lstrip())
    head = _split_head(text, start)
    if head is None:
        return _read_joint_line(text, start, number)
    name_parts = _read_name(head.name, head.groups, bold_name=bold_name)
    if name_parts is None:
        return None if head.groups else _read_joint_line(text, start, number)
    honorific, speaker, role = name_parts
    if head.semicolon and not (head.groups and (honorific or role)):
        return None  # a semicolon is a misread colon only if all other parts are there
    printed = _SPACES.sub(" ", printed_text[start : head.end - 1]).strip()
    attribution = _classify(head, printed, (honorific, speaker, role or head.capacity), number)
    return _with_language_code(attribution, text)


def _with_language_code(attribution: Attribution, text: str) -> Attribution:
    """Add the language that stands before the first words: "Mr. Lund: (FR) Madam President"."""
    match = LANGUAGE_CODE.match(text, attribution.end)
    code = match["code"].lower() if match else ""
    if match is None or code not in LANGUAGE_NAMES:
        return attribution
    return replace(
        attribution,
        printed=f"{attribution.printed}: ({match['code']})",
        language=attribution.language or code,
        language_printed=attribution.language_printed or match["code"],
        end=match.end(),
    )


def _read_joint_line(text: str, start: int, number: re.Match[str] | None) -> Attribution | None:
    """Read a line that names several people: "Mr. Lund (Norway) and Ms. Hale (Canada):".

    Nobody is named as the speaker, since no one of them is; the printed line names them all.
    """
    end = _head_end(text, start)
    if end < 0:
        return None
    people = [part.strip() for part in _AND.split(text[start:end])]
    if not 2 <= len(people) <= _LARGEST_GROUP or not all(map(_is_titled_person, people)):
        return None
    return replace(
        NOBODY,
        printed=_SPACES.sub(" ", text[start:end]).strip(),
        end=end + 1,
        number=int(number["number"]) if number else None,
        doubts=("several-speakers",),
    )


def _is_titled_person(printed: str) -> bool:
    """Return whether this is a name with a title or a State: "Ms. Hale", "Lund (Norway)"."""
    head = _split_head(f"{printed}:", 0)
    name_parts = _read_name(head.name, head.groups, bold_name=False) if head else None
    return name_parts is not None and bool(name_parts[1])


def _head_end(text: str, start: int) -> int:
    """Return the index of the first colon outside of parentheses; -1 if there is none."""
    depth = 0
    for mark in _DELIMITER.finditer(text, start):
        depth += (mark[0] in "([") - (mark[0] in ")]")
        if mark[0] == ":" and depth == 0:
            return mark.start()
    return -1


def find_damaged_attribution(text: str) -> str:
    """Return the start of a paragraph if it looks like a speaker line but has no colon.

    That is a title, a name and a State or language note, not followed by a lower-case letter as in
    prose. Returns "" otherwise.

    >>> find_damaged_attribution("Mr. Lund (Norway) - We thank you.")
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
    if not titles or not _is_name(words[titles:], max_words=9):
        return ""
    inner = groups["inner"].strip()
    if not (is_state(inner) or read_language_note(inner)) or text[groups.end() :][:1].islower():
        return ""
    return _SPACES.sub(" ", text[start : groups.end()]).strip()


def split_name(printed: str) -> tuple[str, str]:
    """Split a printed name into honorific and name: ("Mr.", "Wang Yi")."""
    words = _DAMAGED_TITLE.sub(_repaired_title, " ".join(printed.split())).split()
    titles = _count_titles(words)
    by_pack = None if titles else split_pack_name(" ".join(words))
    return by_pack or (" ".join(words[:titles]), " ".join(words[titles:]))


def _classify(
    head: _Head,
    printed: str,
    name_parts: tuple[str, str, str],
    number: re.Match[str] | None,
) -> Attribution:
    """Sort the parentheses into affiliations, offices, language and other notes, and "on behalf
    of"."""
    honorific, speaker, role = name_parts
    parts = _sort_groups(head.groups, behalf=head.behalf)
    parts.notes += head.notes
    if role and not speaker and parts.affiliations:
        honorific, speaker, parts.affiliations[:1] = _holder(parts.affiliations[0])
    displaced = parts.displaced
    if displaced:
        printed = _SPACES.sub(" ", printed.replace(displaced, ""))
    if head.semicolon:
        parts.doubts.append("semicolon-for-colon")
    affiliation = ", ".join(parts.affiliations)
    if _OCR_IN_WORD.search(speaker) or _OCR_IN_WORD.search(affiliation):
        parts.doubts.append("ocr-in-attribution")
    return Attribution(
        printed=printed,
        speaker=speaker,
        honorific=honorific,
        affiliation=affiliation,
        role=role or parts.role,
        language=parts.language,
        language_printed=parts.note_printed,
        on_behalf_of=parts.behalf,
        end=head.end,
        number=int(number["number"]) if number else None,
        displaced=displaced,
        doubts=tuple(parts.doubts),
        notes=tuple(parts.notes),
    )


def _sort_groups(groups: tuple[str, ...], *, behalf: str) -> _Groups:
    parts = _Groups(behalf=behalf)
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


def _add_note(parts: _Groups, group: str, note: LanguageNote) -> None:
    if not note.code:
        parts.doubts.append("unknown-language")
    parts.language = parts.language or note.code
    parts.note_printed = f"{parts.note_printed}; {group}" if parts.note_printed else group
    if note.displaced:
        parts.displaced = note.displaced
        parts.note_printed = _SPACES.sub(" ", group.replace(note.displaced, ""))
        parts.doubts.append("displaced-words")


def _holder(printed: str) -> tuple[str, str, list[str]]:
    """Split what stands after an office into honorific, name and affiliations.

    "Ms. Hale" and "Ms. Hale, Canada" name the holder; "Canada" is an affiliation.
    """
    match = _PERSON_STATE.fullmatch(printed)
    if match is None:
        return "", "", [printed]
    affiliation = match["after"] or match["inner"]
    if by_pack := split_pack_name(match["name"].strip()):
        return *by_pack, [affiliation] if affiliation else []
    words = _DAMAGED_TITLE.sub(_repaired_title, match["name"].strip()).split()
    titles = _count_titles(words)
    rest = words[titles:]
    is_untitled = is_untitled_person(match["name"]) and not any(
        corpus_count(word) >= _COMMON_IN_ORGANIZATIONS for word in rest
    )
    if not _is_name(rest, max_words=7) or not (titles or is_untitled):
        return "", "", [printed]
    return " ".join(words[:titles]), " ".join(rest), [affiliation] if affiliation else []


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


def _split_head(text: str, start: int) -> _Head | None:
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
            tail = _read_tail(text[group_end:position]) if groups or notes else _Tail()
            if tail is None:
                return None
            return _Head(
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


def _read_tail(printed: str) -> _Tail | None:
    """Parse the text between the last parenthesis and the colon; return None if it is prose."""
    tail = _SPACES.sub(" ", printed).strip(" .")
    if not tail:
        return _Tail()
    if behalf := _BEHALF.match(tail):
        delegations = tail[behalf.end() :].strip(" ,")
        return _Tail(behalf=delegations) if delegations and "." not in delegations else None
    if tail[0] == "," and _is_capacity(tail[1:].strip()):
        return _Tail(capacity=tail.strip(" ,"))
    note = tail.strip(" ,–—-")
    return _Tail(stage_note=note) if tail[0] in ",–—-" and is_stage_note(note) else None


def _is_capacity(printed: str) -> bool:
    if is_office_of_pack(printed):
        return True
    office = OFFICE.fullmatch(_SPACES.sub(" ", printed))
    return office is not None and _is_title_case((office["of"] or "Of").split())


def _read_name(
    name: str, groups: tuple[str, ...], *, bold_name: bool
) -> tuple[str, str, str] | None:
    """Split into honorific, speaker and role; return None if it is not a name."""
    if not name or len(name) > _LONGEST_NAME or "\t" in name:
        return None
    by_pack = read_pack_name(name, groups)
    if by_pack is not None:
        return astuple(by_pack) if isinstance(by_pack, PackName) else None
    office = OFFICE.fullmatch(name)
    if office is not None:
        name_parts = _read_office(office, groups)
        if name_parts or office["article"] or not office["of"]:
            return name_parts
    name = _DAMAGED_TITLE.sub(_repaired_title, name)
    words = name.split()
    titles = _count_titles(words)
    if words[0].lower() == "the" and titles == 0:
        titles = _count_titles(words[1:])
        if titles and words[titles + 1] != "of" and _is_name(words[titles + 1 :], max_words=5):
            words = words[1:]  # "The Right Honourable Rosamund Tarn"
        else:
            return _read_peer(words) or _read_unlisted_office(name, groups)
    rest, role = _split_capacity(words[titles:])
    if titles and not role:
        rest, role = _split_portfolio(words[:titles], rest)
        if rest[0].lower() in {"of", "for"}:
            return None
    if not _is_name(rest, max_words=9 if groups else 7):
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
            and _is_common(rest)
        ):
            return None  # "Major Groups:", "Grand Total:"
        return honorific, speaker, role
    return ("", speaker, role) if bold_name or _is_name_by_groups(rest, groups) else None


def _is_address(words: list[str]) -> bool:
    """Return whether the words are only offices: "Mr. Foreign Minister:" addresses somebody."""
    return all(word.lower().rstrip(",") in STATE_TITLES | ADDRESS_WORDS for word in words)


def _is_common(words: list[str]) -> bool:
    """Return whether all words are common, so that they are not a name."""
    return all(word in PARTICLES or is_common_word(word) for word in words)


def _repaired_title(match: re.Match[str]) -> str:
    """Correct the title in "Mr . MBON", "Mr.LUND" and "Mr, LUND"; "Mr LUND" stays as it is."""
    return f"{match[1]}. " if match[1] else match[0]


def _read_presiding(name: str, groups: tuple[str, ...]) -> tuple[str, str, str] | None:
    """Parse "Mr. President (spoke in French):", a rare form of "The President"."""
    office = OFFICE.fullmatch(name)
    return _read_office(office, groups) if office else None


def _split_capacity(words: list[str]) -> tuple[list[str], str]:
    """Split "Andersen, Chairman of the Board" into name and capacity."""
    for index, word in enumerate(words[:-1], start=1):
        if word.endswith(",") and _is_capacity(" ".join(words[index:])):
            return [*words[: index - 1], word.rstrip(",")], " ".join(words[index:])
    return words, ""


def _read_office(office: re.Match[str], groups: tuple[str, ...]) -> tuple[str, str, str] | None:
    body = (office["of"] or "").strip()
    has_note = any(read_language_note(group) or _holder(group)[1] for group in groups)
    if not office["article"] and not has_note:
        return None
    if body and not (has_note or _is_title_case(body.split()[1:])):
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
    if len(words) < 3 or not _is_title(words, 1) or not _is_title_case(words[1:]):
        return None
    return ("", " ".join(words), "") if len(words) <= 8 and "of" in words else None


def _read_unlisted_office(name: str, groups: tuple[str, ...]) -> tuple[str, str, str] | None:
    """Parse an office on no list, shown by a State, a language or its holder: "The Ferry Keeper
    (Norway):", "The Ferry Keeper (Ms. Hale):"."""
    words = name.split()[1:]
    if not 1 <= len(words) <= _MOST_OFFICE_WORDS or not _is_title_case(words):
        return None
    is_shown = any(
        is_state(group) or read_language_note(group) or _holder(group)[1] for group in groups
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


def _count_titles(words: list[str]) -> int:
    titles = 0
    while titles < len(words) - 1 and _is_title(words, titles):
        titles += 1
    # "Special" alone is no title, as it is in "Special Envoy"
    while titles and words[titles - 1].lower() in TITLE_MODIFIERS - HONORIFICS - STATE_TITLES:
        titles -= 1
    return titles


def _is_title(words: list[str], index: int) -> bool:
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


def _is_name(words: list[str], *, max_words: int) -> bool:
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


def _is_title_case(words: list[str]) -> bool:
    return all(
        word[:1].isupper() or word.lower().strip(",") in PARTICLES | {"and", "for", "on", "in"}
        for word in words
    ) and any(word[:1].isupper() for word in words)


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

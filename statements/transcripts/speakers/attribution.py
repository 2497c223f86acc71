"""The grammar of speaker lines such as "Mr. Levitte (France) (spoke in French):".

All readers use it to decide whether a line begins a speech, so a rule added for one form of record
applies to all of them. Anything that is not certainly a speaker line is prose.

>>> attribution = read_attribution("Mr. Levitte (France) (spoke in French): I thank you.")
>>> attribution.honorific, attribution.speaker, attribution.affiliation, attribution.language
('Mr.', 'Levitte', 'France', 'fr')
"""

import re
from dataclasses import dataclass, replace

from statements.transcripts.languages.notes import LANGUAGE_NAMES, read_language_note
from statements.transcripts.languages.pack import plain_punctuation
from statements.transcripts.languages.states import is_state
from statements.transcripts.languages.titles import APOSTROPHES, FIRST_WORDS, HONORIFICS
from statements.transcripts.speakers.grammar.line_parts import (
    LineHead,
    find_head_end,
    sort_groups,
    split_head,
)
from statements.transcripts.speakers.grammar.name_parts import LONGEST_NAME, read_name
from statements.transcripts.speakers.grammar.person_names import (
    count_titles,
    is_common,
    is_name,
    repair_title,
    split_person,
)
from statements.transcripts.speakers.pack_names import may_begin_pack_name

LONGEST_HEAD = 400  # characters; no printed attribution is longer, so the rest is never examined
_NUMBER = re.compile(r"\s*(?P<number>[1-9]\d{0,3})\s?\.[ \t]*(?=\S)")
_SPACES = re.compile(r"\s+")
# the first parenthesis, up to a comma or nested parenthesis, and those after it
_GROUPS = re.compile(
    r"\((?P<inner>[^()\[\],:;]{2,80})[^()\[\]]{0,120}(?:\) ?|(?=[(\[]))"
    r"(?:[(\[][^()\[\]]{1,120}[)\]] ?){0,4}"
)
# "(FR)" before the first words: the language in which they were said
LANGUAGE_CODE = re.compile(r"\s*\((?P<code>[A-Z]{2})\)(?=\s)")
# "Mr. Lund (Norway) and Ms. Hale (Canada)": what separates people who speak together
_AND = re.compile(r"(?:,?\sand\s|\s?[&/;]\s?|,\s)(?=[^\W\d_])")
_LARGEST_GROUP = 6  # people in one speaker line
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
    return "(" in below[:LONGEST_NAME] and is_name(start.split(), max_words=5)


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
        or is_common(attribution.speaker.split())
        or len(attribution.speaker) == 1  # "Q"
    )
    return None if is_prose and not attribution.language_printed else attribution


def attribute(
    printed: str, groups: tuple[str, ...], name_parts: tuple[str, str, str], end: int
) -> Attribution:
    """Return the parts of a label whose honorific, name and role are known.

    ``groups`` are what its parentheses hold; the speech begins at index ``end``.
    """
    head = LineHead(name=printed, groups=groups, end=end, semicolon=False)
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
    head = split_head(text, start)
    if head is None:
        return _read_joint_line(text, start, number)
    name_parts = read_name(head.name, head.groups, bold_name=bold_name)
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
    end = find_head_end(text, start)
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
    head = split_head(f"{printed}:", 0)
    name_parts = read_name(head.name, head.groups, bold_name=False) if head else None
    return name_parts is not None and bool(name_parts[1])


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
    if groups is None or groups.start() - start > LONGEST_NAME:
        return ""
    words = repair_title(text[start : groups.start()].strip()).split()
    titles = count_titles(words)
    if not titles or not is_name(words[titles:], max_words=9):
        return ""
    inner = groups["inner"].strip()
    if not (is_state(inner) or read_language_note(inner)) or text[groups.end() :][:1].islower():
        return ""
    return _SPACES.sub(" ", text[start : groups.end()]).strip()


def _classify(
    head: LineHead,
    printed: str,
    name_parts: tuple[str, str, str],
    number: re.Match[str] | None,
) -> Attribution:
    """Sort the parentheses into affiliations, offices, language and other notes, and "on behalf
    of"."""
    honorific, speaker, role = name_parts
    parts = sort_groups(head.groups, behalf=head.behalf)
    parts.notes += head.notes
    if role and not speaker and parts.affiliations:
        honorific, speaker, parts.affiliations[:1] = split_person(parts.affiliations[0])
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

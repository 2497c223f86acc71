"""Languages of delivery, and the notes in a record that name them.

A note is "spoke in French", "interpretation from Arabic", "translated from Spanish" or a damaged
form of these ("interpretationfrom Arabic", "spoke in Rus- sian").
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache

from statements.transcripts.languages.names import fold
from statements.transcripts.languages.pack import (
    ENGLISH,
    OTHERS,
    LanguagePack,
    folded_pattern,
    packs_by_script,
    plain_punctuation,
)
from statements.transcripts.values.parsed import ParsedSpeech


def _read_names(printed: str) -> dict[str, str]:
    """Map each name in "fr French Gallic; …", in lower case, to its code."""
    entries = (entry.split() for entry in printed.replace("\n", " ").split(";"))
    return {name.lower(): code for code, *names in entries for name in names}


LANGUAGES: dict[str, str] = _read_names(ENGLISH.language_notes.names)

# the names of all packs, folded: "francais", "английски"
LANGUAGE_CODES: dict[str, str] = {
    fold(name): code
    for pack in OTHERS
    for name, code in _read_names(pack.language_notes.names).items()
} | LANGUAGES

_PRINTED_NAMES = {"ht": "Haitian Creole", "sh": "Serbo-Croatian"}  # of more than one word

# code -> name, in English
LANGUAGE_NAMES: dict[str, str] = {
    code: _PRINTED_NAMES.get(code, name.title()) for name, code in reversed(LANGUAGES.items())
}


def language_code(tag: str) -> str:
    """Return the code of a language tag such as "en-GB"; "" if the language is unknown."""
    primary = tag.replace("_", "-").split("-")[0].strip().lower()
    return primary if primary in LANGUAGE_NAMES else ""


# Notes are compared without spaces, hyphens and accents, so that damage between their letters
# does not hide them. "fron" is a frequent OCR error.
_VERB = re.compile(ENGLISH.language_notes.form.replace("\n", ""))
_VERBS = ENGLISH.language_notes.printed  # to recognise misread ones
_SHORTEST_VERB, _LONGEST_VERB = 5, 20  # letters
_LIKENESS = 0.8  # of a misread verb to a printed one
_AND = re.compile(r"^[,;&/]?(?:and)?(?:spokein|speakingin)?")
_SQUEEZE = re.compile(r"[\s\-\u00ad\u2010\u2011]+")
_ACCENTS = str.maketrans("éèêçà", "eeeca")
_LONGEST_NAME = max(map(len, LANGUAGES))
_LONGEST_NOTE = 80  # characters


@dataclass(frozen=True, slots=True)
class LanguageNote:
    codes: tuple[str, ...]  # of all languages named; empty if none is in LANGUAGES
    displaced: str = ""  # words of the speech that a bad scan moved into the note

    @property
    def code(self) -> str:
        """The first language named."""
        return self.codes[0] if self.codes else ""


def read_language_note(printed: str) -> LanguageNote | None:
    """Return the languages that a parenthesis names; None if it is not a language note."""
    squeezed = _SQUEEZE.sub("", printed).lower().translate(_ACCENTS)
    verb = _VERB.match(squeezed)
    if verb is not None:
        return LanguageNote(_codes(squeezed[verb.end() :]) or _code_among(printed))
    return (
        _bare_note(squeezed)
        or _misread_note(squeezed)
        or _interrupted_note(printed)
        or _note_by_any_pack(printed, bare=True)
    )


def _note_by_any_pack(printed: str, *, bare: bool) -> LanguageNote | None:
    notes = (note_by_pack(printed, pack, bare=bare) for pack in packs_by_script(printed))
    return next(filter(None, notes), None)


def note_by_pack(printed: str, pack: LanguagePack, *, bare: bool = False) -> LanguageNote | None:
    """Read a note in another language than English: "parle en anglais", "以英语发言".

    With ``bare``, the mere name of a language is one as well: "en anglais".
    """
    if len(printed) > _LONGEST_NOTE:
        return None
    squeezed = _SQUEEZE.sub("", fold(printed))
    patterns = _patterns(pack)
    if patterns.form.fullmatch(squeezed) or (bare and patterns.bare.fullmatch(squeezed)):
        found = patterns.name.findall(squeezed)
        return LanguageNote(tuple(dict.fromkeys(patterns.names[name] for name in found)))
    return LanguageNote(()) if patterns.any_language.fullmatch(squeezed) else None


@dataclass(frozen=True, slots=True)
class _Patterns:
    """The notes of one pack, for text without spaces, hyphens and accents."""

    names: dict[str, str]  # of languages, to their codes
    name: re.Pattern[str]  # any of them, the longest first
    form: re.Pattern[str]
    bare: re.Pattern[str]
    any_language: re.Pattern[str]  # the form with a language on no list


@cache
def _patterns(pack: LanguagePack) -> _Patterns:
    notes = pack.language_notes
    names = {_SQUEEZE.sub("", fold(name)): code for name, code in _read_names(notes.names).items()}
    name = f"(?:{'|'.join(map(re.escape, sorted(names, key=len, reverse=True)))})"
    return _Patterns(
        names=names,
        name=re.compile(name),
        form=folded_pattern(notes.form.replace("{language}", name)),
        bare=folded_pattern(notes.bare.replace("{language}", name)),
        any_language=folded_pattern(notes.form.replace("{language}", r"\w{3,24}")),
    )


def _bare_note(squeezed: str) -> LanguageNote | None:
    """Read a note without a verb: "in French"."""
    code = LANGUAGES.get(squeezed[2:]) if squeezed.startswith("in") else None
    return LanguageNote((code,)) if code else None


def _misread_note(squeezed: str) -> LanguageNote | None:
    """Read a note with misread letters before the language: "translated jrom Russian"."""
    if len(squeezed) > _LONGEST_VERB + _LONGEST_NAME:
        return None
    for start in range(_SHORTEST_VERB, len(squeezed) - 2):
        code = LANGUAGES.get(squeezed[start:])
        if code and get_close_matches(squeezed[:start], _VERBS, n=1, cutoff=_LIKENESS):
            return LanguageNote((code,))
    return None


def _codes(rest: str) -> tuple[str, ...]:
    """Return the languages at the start of ``rest``: Serbian alone in
    "serbian;englishtextprovided…", both in "englishandfrench"."""
    codes: list[str] = []
    while language := _first_language(rest):
        code, end = language
        codes.append(code)
        rest = _AND.sub("", rest[end:], count=1)
    return tuple(dict.fromkeys(codes))


def _first_language(rest: str) -> tuple[str, int] | None:
    for end in range(min(len(rest), _LONGEST_NAME), 1, -1):
        code = LANGUAGES.get(rest[:end])
        if code and (end == len(rest) or not rest[end].isalpha() or rest.startswith("and", end)):
            return code, end
    return None


def _code_among(printed: str) -> tuple[str, ...]:
    """Return the first language among the words, as in "spoke in Spanish via telephone"."""
    return tuple(filter(None, map(LANGUAGES.get, printed.lower().split())))[:1]


def _interrupted_note(printed: str) -> LanguageNote | None:
    """Read a note with a line of the speech inside: "spoke I thank you for that. in French"."""
    words = printed.split()
    if len(words) < 4 or words[0].lower() != "spoke" or words[-2].lower() != "in":
        return None
    code = LANGUAGES.get(words[-1].lower(), "")
    return LanguageNote((code,), " ".join(words[1:-2])) if code else None


@dataclass(frozen=True, slots=True)
class LanguageChange:
    """A note within a speech; from there on, the speech was delivered in another language."""

    paragraph: int  # 1-based, in the speech
    start: int  # the note's span in the paragraph's text
    end: int
    code: str
    printed: str


_CHANGE = re.compile(
    r"\((?:(?:spoke|speaking|continued|resumed)\s?in|interpretation\s?from)\s?[A-Z][\w\- ]{1,30}\)"
)


_PARENTHESIS = re.compile(r"\([^()]{3,60}\)")


def find_language_changes(paragraphs: Sequence[str]) -> tuple[LanguageChange, ...]:
    """Find notes such as "(spoke in French)" within paragraphs, alone or in a line of text."""
    return tuple(
        change
        for number, text in enumerate(paragraphs, start=1)
        if "(" in text or "（" in text
        for change in _changes(number, text)
    )


def _changes(number: int, text: str) -> Iterator[LanguageChange]:
    for match in _PARENTHESIS.finditer(plain_punctuation(text)):
        printed = match[0][1:-1]
        if _CHANGE.fullmatch(match[0]):
            note = read_language_note(printed)
        else:
            note = _note_by_any_pack(printed, bare=False)
            note = note if note and note.codes else None  # "(habla en serio)"
        if note is not None:
            yield LanguageChange(number, match.start(), match.end(), note.code, printed)


def speech_language_changes(speech: ParsedSpeech) -> tuple[LanguageChange, ...]:
    return find_language_changes([paragraph.text for paragraph in speech.paragraphs])


def delivery_languages(speech: ParsedSpeech) -> tuple[str, ...]:
    """Return the codes of all languages in which notes say the speech was delivered, in order.

    Those of the speaker line come first ("spoke in English and French" names two), then those of
    later changes.
    """
    note = read_language_note(speech.language_printed)
    noted_codes = note.codes if note else ()
    changed_codes = (change.code for change in speech_language_changes(speech))
    codes = (speech.language, *noted_codes, *changed_codes)
    return tuple(dict.fromkeys(filter(None, codes)))

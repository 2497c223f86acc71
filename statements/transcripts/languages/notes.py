"""Languages of delivery, and the notes in a record that name them.

A note is "spoke in French", "interpretation from Arabic", "translated from Spanish" or a damaged
form of these ("interpretationfrom Arabic", "spoke in Rus- sian").
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from statements.transcripts.values.parsed import ParsedSpeech

_CODES = """
af Afrikaans; am Amharic; ar Arabic; az Azerbaijani; be Belarusian Byelorussian; bg Bulgarian;
bi Bislama; bn Bengali Bangla; bs Bosnian; ca Catalan; cs Czech; cy Welsh; da Danish; de German;
dv Dhivehi Divehi Maldivian; dz Dzongkha; el Greek; en English Anglais; es Spanish Castilian
Espagnol; et Estonian; eu Basque; fa Persian Farsi Dari; fi Finnish; fj Fijian; fo Faroese;
fr French Francais; ga Irish Gaelic; gl Galician; gn Guarani; ha Hausa; he Hebrew; hi Hindi;
hr Croatian; ht HaitianCreole Creole; hu Hungarian; hy Armenian; id Indonesian BahasaIndonesia
Bahasa; ig Igbo; is Icelandic; it Italian; ja Japanese; ka Georgian; kk Kazakh; km Khmer
Cambodian; ko Korean; ku Kurdish; ky Kyrgyz Kirghiz; la Latin; lb Luxembourgish; ln Lingala;
lo Lao Laotian; lt Lithuanian; lv Latvian; mg Malagasy; mi Maori; mk Macedonian; mn Mongolian;
mr Marathi; ms Malay BahasaMalaysia; mt Maltese; my Burmese; na Nauruan; ne Nepali; nl Dutch
Flemish; no Norwegian; ny Chichewa; oc Occitan; pl Polish; ps Pashto Pushtu; pt Portuguese
Portugais; qu Quechua; rm Romansh; rn Kirundi; ro Romanian Moldovan Moldavian; ru Russian Russe;
rw Kinyarwanda; sg Sango; si Sinhala Sinhalese; sk Slovak; sl Slovene Slovenian; sm Samoan;
sn Shona; so Somali; sq Albanian; sr Serbian; sh SerboCroatian CroatoSerbian SerboCroat;
ss Siswati Swazi; st Sesotho; sv Swedish; sw Swahili Kiswahili; ta Tamil; te Telugu; tg Tajik;
th Thai; ti Tigrinya; tk Turkmen; tl Tagalog Filipino; tn Setswana Tswana; to Tongan; tr Turkish;
uk Ukrainian; ur Urdu; uz Uzbek; vi Vietnamese; wo Wolof; xh Xhosa; yo Yoruba; yue Cantonese;
zh Chinese Mandarin Putonghua Chinois; zu Zulu
"""

LANGUAGES: dict[str, str] = {
    name.lower(): entry.split()[0]
    for entry in _CODES.replace("\n", " ").split(";")
    for name in entry.split()[1:]
}

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
_VERB = re.compile(
    r"(?:spokein|spokenin|speakingin|speaksin|continuedin|resumedin"
    r"|(?:interpretation|interpreted|translation|translated)(?:from|fron|frm)"
    r"|(?:traduitde|interpretationde|interpretationdu|traduitdu|traductionde|parleen)(?:l['’])?)"
)
# as printed without damage, to recognise misread ones
_VERBS = (
    "spokein",
    "speakingin",
    "interpretationfrom",
    "interpretedfrom",
    "translationfrom",
    "translatedfrom",
)
_SHORTEST_VERB, _LONGEST_VERB = 5, 20  # letters
_LIKENESS = 0.8  # of a misread verb to a printed one
_AND = re.compile(r"^[,;&/]?(?:and)?(?:spokein|speakingin)?")
_SQUEEZE = re.compile(r"[\s\-\u00ad\u2010\u2011]+")
_ACCENTS = str.maketrans("éèêçà", "eeeca")
_LONGEST_NAME = max(map(len, LANGUAGES))


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
    return _bare_note(squeezed) or _misread_note(squeezed) or _interrupted_note(printed)


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


def find_language_changes(paragraphs: Sequence[str]) -> tuple[LanguageChange, ...]:
    """Find notes such as "(spoke in French)" within paragraphs, alone or in a line of text."""
    return tuple(
        LanguageChange(number, match.start(), match.end(), note.code, match[0][1:-1])
        for number, text in enumerate(paragraphs, start=1)
        if "(" in text
        for match in _CHANGE.finditer(text)
        if (note := read_language_note(match[0][1:-1])) is not None
    )


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

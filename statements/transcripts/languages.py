"""Languages of delivery as records name them, and the notes that name them.

A note is "spoke in French", "interpretation from Arabic", "translated from Spanish" or one of
their damaged forms ("interpretationfrom Arabic", "spoke in Rus- sian").
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

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
uk Ukrainian; ur Urdu; uz Uzbek; vi Vietnamese; wo Wolof; xh Xhosa; yo Yoruba; zh Chinese Mandarin
Chinois; zu Zulu
"""

LANGUAGES: dict[str, str] = {
    name.lower(): entry.split()[0]
    for entry in _CODES.replace("\n", " ").split(";")
    for name in entry.split()[1:]
}

# Compared without spaces, hyphens and accents, so that damage between the letters of a note
# does not hide it. "fron" is a frequent slip of character recognition.
_VERB = re.compile(
    r"(?:spokein|spokenin|speakingin|speaksin|continuedin|resumedin"
    r"|(?:interpretation|interpreted|translation|translated)(?:from|fron|frm)"
    r"|(?:traduitde|interpretationde|interpretationdu|traduitdu|traductionde|parleen)(?:l['’])?)"
)
_AND = re.compile(r"^[,;&/]?(?:and)?(?:spokein|speakingin)?")
_SQUEEZE = re.compile(r"[\s\-\u00ad\u2010\u2011]+")
_ACCENTS = str.maketrans("éèêçà", "eeeca")
_LONGEST_NAME = max(map(len, LANGUAGES))


@dataclass(frozen=True, slots=True)
class LanguageNote:
    codes: tuple[str, ...]  # of all languages named; empty where they are on no list
    displaced: str = ""  # words of the speech that a bad scan put inside the note

    @property
    def code(self) -> str:
        """The language named first."""
        return self.codes[0] if self.codes else ""


def read_note(printed: str) -> LanguageNote | None:
    """The language a parenthesis names, or None where it is no language note at all."""
    squeezed = _SQUEEZE.sub("", printed).lower().translate(_ACCENTS)
    verb = _VERB.match(squeezed)
    if verb is not None:
        return LanguageNote(_codes(squeezed[verb.end() :]) or _code_among(printed))
    return _torn_note(printed)


def _codes(rest: str) -> tuple[str, ...]:
    """The languages that begin ``rest``: "serbian;englishtextprovided…" is Serbian alone, and
    "englishandfrench" is both."""
    codes: list[str] = []
    while found := _first_language(rest):
        code, end = found
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
    """The first language among the words: "spoke in Spanish via telephone"."""
    return tuple(filter(None, map(LANGUAGES.get, printed.lower().split())))[:1]


def _torn_note(printed: str) -> LanguageNote | None:
    """A note with a line of the speech inside: "spoke I thank you for that. in French"."""
    words = printed.split()
    if len(words) < 4 or words[0].lower() != "spoke" or words[-2].lower() != "in":
        return None
    code = LANGUAGES.get(words[-1].lower(), "")
    return LanguageNote((code,), " ".join(words[1:-2])) if code else None


@dataclass(frozen=True, slots=True)
class LanguageChange:
    """A note within a speech, from where on it was delivered in another language."""

    paragraph: int  # 1-based, in the speech
    start: int  # the note's span in the paragraph's text
    end: int
    code: str
    printed: str


_CHANGE = re.compile(
    r"\((?:(?:spoke|speaking|continued|resumed)\s?in|interpretation\s?from)\s?[A-Z][\w\- ]{1,30}\)"
)


def find_changes(paragraphs: Sequence[str]) -> tuple[LanguageChange, ...]:
    """Where the language changes in mid-speech: "(spoke in French)", alone or within a line."""
    return tuple(
        LanguageChange(number, match.start(), match.end(), note.code, match[0][1:-1])
        for number, text in enumerate(paragraphs, start=1)
        if "(" in text
        for match in _CHANGE.finditer(text)
        if (note := read_note(match[0][1:-1])) is not None
    )

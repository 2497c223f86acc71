"""Words before and within names in English speaker lines, from the English language pack."""

import re

from statements.transcripts.languages.pack import ENGLISH

_TITLES = ENGLISH.titles
HONORIFICS = _TITLES.before
COMMON_WORD_TITLES = _TITLES.common_words
STATE_TITLES = _TITLES.state_titles
# Titles before a name that state the office in which the person speaks.
OFFICE_TITLES = STATE_TITLES | {"king", "queen", "emperor", "emir", "sultan", "pope"}
_HEIRS = frozenset({"crown", "prince", "princess"})  # a plain prince may be an ambassador
NAME_LIKE_TITLES = _TITLES.name_like
PLAIN_TITLES = _TITLES.plain
PARTICLES = _TITLES.particles
TITLE_MODIFIERS = _TITLES.modifiers
OFFICE_WORDS = STATE_TITLES | _TITLES.office_words
# Signs with which a name may begin: okina, ayin and hamza as typed, the Dutch ’t
APOSTROPHES = "'’‘`´ʻʼʾʿ"
# Words with which a speaker line may begin.
FIRST_WORDS = STATE_TITLES | TITLE_MODIFIERS | {word.rstrip(".") for word in HONORIFICS}
_OFFICES = ENGLISH.offices
_OFFICE_NAMES = _OFFICES.names.replace("\n", "")
OFFICE = re.compile(
    rf"(?P<article>{_OFFICES.article})?"
    rf"(?P<office>{_OFFICE_NAMES}(?:\s+and\s+{_OFFICE_NAMES})?)"
    rf"(?P<of>\s+{_OFFICES.of}\s+[^:;()]{{2,120}})?",
    re.IGNORECASE,
)
NON_NAMES = _TITLES.never_names
ADDRESS_WORDS = NON_NAMES | _TITLES.address_words


def office_in(honorific: str) -> str:
    """Return the office that the titles before a name state: "President" for "His Excellency
    President", also "Crown Prince" and "Prime Minister"; "" for "Mr.", "Judge", "Prince".

    >>> office_in("His Majesty KING")
    'King'
    """
    plain = honorific.casefold().replace("secretary general", "secretary-general")
    offices = OFFICE_TITLES | _HEIRS | TITLE_MODIFIERS | {"envoy", "representative"}
    words = [word for word in plain.split() if word in offices]
    if not OFFICE_TITLES.union({"crown", "envoy", "representative"}).intersection(words):
        return ""
    return " ".join("-".join(map(str.capitalize, word.split("-"))) for word in words)


_GENDERS = {
    "m": frozenset(
        "mr m messrs sr señor monsieur herr sir lord baron earl count viscount duke marquess "
        "prince sheikh sheik shaikh sayyid sayyed seyyed monsignor msgr father "
        "fr brother imam rabbi ayatollah archbishop bishop cardinal u".split()
    ),
    "f": frozenset(
        "mrs ms miss mme mlle sra señora madam madame frau mesdames dame lady baroness countess "
        "duchess princess sheikha shaikha sayyida sister daw".split()
    ),
}
# titles by which a name may be printed beside any other title of the same person
_STYLES = frozenset(
    "h.e. h.e his her their excellency majesty highness royal serene holiness eminence the right "
    "rt hon honourable honorable mx".split()
)

_MISTERS = frozenset("mr m messrs sr señor monsieur herr".split())
_MISSES = frozenset("mrs ms miss mme mlle sra señora madam madame frau mesdames".split())


def title_gender(title: str) -> str:
    """Return "m" or "f" if a title is of men or of women only, else ""."""
    return next((gender for gender, words in _GENDERS.items() if title in words), "")


def title_class(honorific: str) -> str:
    """Return what tells people of one name apart: "mr" or "mrs" for the common titles, the title
    itself for others, "" without one and for offices, which a person has only at times.

    >>> title_class("H.E. Mr."), title_class("Ms."), title_class("Dr."), title_class("President")
    ('mr', 'mrs', 'dr', '')
    """
    words = [word.strip(".") for word in honorific.casefold().split()]
    titles = [word for word in words if word not in _STYLES | OFFICE_TITLES | TITLE_MODIFIERS]
    if not titles:
        return ""
    if any(word in _MISTERS for word in titles):
        return "mr"
    if any(word in _MISSES for word in titles):
        return "mrs"
    return titles[0]

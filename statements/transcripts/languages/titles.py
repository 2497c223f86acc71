"""Words before and within names in speaker lines: titles, offices, particles.

There is one table of each kind, so that a title added for one record applies to all.
"""

import re

HONORIFICS = frozenset(
    """
    mr mr. mrs mrs. ms ms. miss mx. dr dr. prof. professor sir dame lord lady baron baroness earl
    count countess viscount duke duchess marquess king queen prince princess crown emperor emir
    sultan sheikh sheikha sheik shaikh shaikha sayyid sayyida sayyed seyyed nana chief paramount
    grand ratu dato dato’ dato' datuk tan sri tun tengku tunku pengiran raja rajah maharaja
    monsignor msgr. archbishop bishop cardinal father fr. rev. reverend pastor rabbi imam ayatollah
    mufti sister brother pope patriarch metropolitan judge justice general gen. lieutenant lt. major
    maj. colonel col. brigadier commodore admiral vice-admiral rear captain capt. commander sergeant
    marshal field ambassador senator governor comrade doctor m. mme mme. mlle mlle. sr. sra. h.e.
    hon. hon honourable honorable rt. messrs messrs. mesdames air wing squadron flight
    right his her their excellency majesty highness royal serene
    holiness eminence u daw haji al-haji alhaji
    """.split()
)
# Titles that are also common words, so that the words after them must look like a name.
COMMON_WORD_TITLES = frozenset(
    """
    grand right field major general paramount serene royal rear doctor chief count crown his her
    their father brother sister private secretary commissioner minister premier justice hon daw
    air wing squadron flight
    """.split()
)
# Titles that are also offices: "President Chiluba" is a name, "The President" an office.
STATE_TITLES = frozenset(
    "president vice-president chancellor premier minister prime vice foreign commissioner "
    "secretary secretary-general under-secretary-general".split()
)
# Titles before a name that state the office in which the person speaks.
OFFICE_TITLES = STATE_TITLES | {"king", "queen", "emperor", "emir", "sultan", "pope"}
_HEIRS = frozenset({"crown", "prince", "princess"})  # a plain prince may be an ambassador
# Titles that are also names.
NAME_LIKE_TITLES = frozenset(
    "u tan count king queen prince princess earl pope marshal major m.".split()
)
PARTICLES = frozenset(
    """
    de da do dos das del della delle di du des d la le les lo van von vom zu zur zum der den dem ten
    ter te af av of the bin ibn ben bint binti bte al el ul ud ur abu abd y e und et a i o ap o’ o'
    dit dite ole ould mint na wa 't ’t ‘t `t ʼt 's ’s 'n ’n
    """.split()
)
# Words before a title that are part of it: "Deputy Prime Minister", "Acting President".
TITLE_MODIFIERS = frozenset(
    "deputy acting interim first second former assistant vice prime foreign high special chief"
    " attorney permanent temporary honorary provisional".split()
)
# Offices that may follow one of these before a name.
OFFICE_WORDS = STATE_TITLES | frozenset(
    "envoy representative justice general chairman chair chairperson speaker governor mayor"
    " rapporteur adviser".split()
)
# Signs with which a name may begin: okina, ayin and hamza as typed, the Dutch ’t
APOSTROPHES = "'’‘`´ʻʼʾʿ"
# Words with which a speaker line may begin.
FIRST_WORDS = STATE_TITLES | TITLE_MODIFIERS | {word.rstrip(".") for word in HONORIFICS}
_OFFICE_WORDS = (
    r"(?:(?:acting|temporary|provisional|deputy|honorary|interim|outgoing|incoming|co-?|vice-?|"
    r"assistant|under-?|executive|first|second|special|permanent|senior|chief|house)\s*){0,3}"
    r"(?:president|chairman|chairperson|chairwoman|chair|secretary[-\s]\s?general|secretary|"
    r"director[-\s]\s?general|rapporteur|moderator|facilitator|speaker|presiding\s+officer|"
    r"high\s+commissioner|high\s+representative|commissioner-general|commissioner|registrar|"
    r"prosecutor|legal\s+counsel|clerk|legal\s+adviser|legal\s+advisor|general\s+secretary|director|"
    r"prime\s+minister|minister|premier|mediator|ombuds(?:man|woman|person)|administrator|"
    r"co-?ordinator|conven[eo]r|mayor|governor|chancellor|treasurer|comptroller|"
    r"(?:attorney|solicitor|advocate|auditor|surveyor|governor)[-\s]general|"
    r"dean|rector|provost|warden|envoy|ambassador|representative|observer|delegate|"
    r"spokes(?:man|woman|person)|justice|adviser|advisor|commander|usher|whip|"
    r"ser[gj]eant-at-arms|interpreter|chef\s+de\s+cabinet|leader(?=\s+of)|head(?=\s+of)|"
    r"member(?=\s+of))"
)
OFFICE = re.compile(
    r"(?P<article>the\s+)?"
    rf"(?P<office>{_OFFICE_WORDS}(?:\s+and\s+{_OFFICE_WORDS})?)"
    r"(?P<of>\s+(?:of|for|to)\s+[^:;()]{2,120})?",
    re.IGNORECASE,
)
# Words that follow a title without being a name: forms of address, organs ("General Assembly").
NON_NAMES = frozenset(
    """
    president chairman chairperson chairwoman chair madam secretary secretary-general speaker
    moderator colleagues excellency excellencies minister ministers prime assembly committee debate
    council conference agreement comments remarks statement recommendations principles observations
    executive debates background introduction provisions
    """.split()
)
# Offices used after "Mr." to address somebody, and never names; "Bishop" can be a name.
ADDRESS_WORDS = NON_NAMES | frozenset(
    """
    ambassador ambassadors governor senator director director-general deputy assistant acting
    permanent special envoy representative delegate commissioner-general co-chair vice-chair
    vice-chairman vice-chairperson rapporteur prosecutor registrar administrator coordinator
    deputy-secretary-general deputy-president under high state foreign
    executive principal attorney attorney-general speaker congressman congresswoman
    """.split()
)


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

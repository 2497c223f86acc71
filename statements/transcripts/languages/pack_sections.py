"""The sections of a language pack, as the TOML files have them."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Titles:
    """Words around names, in lower case."""

    before: frozenset[str]
    after: frozenset[str] = frozenset()  # "先生"
    particles: frozenset[str] = frozenset()
    never_names: frozenset[str] = frozenset()  # forms of address, which follow a title
    # of English
    plain: frozenset[str] = frozenset()  # of courtesy alone
    common_words: frozenset[str] = frozenset()
    state_titles: frozenset[str] = frozenset()
    name_like: frozenset[str] = frozenset()
    modifiers: frozenset[str] = frozenset()
    office_words: frozenset[str] = frozenset()
    address_words: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Offices:
    """Offices as regular expressions; those of the chair as printed."""

    names: str
    article: str = ""
    needs_article: bool = False
    of: str = ""
    presiding: tuple[str, ...] = ()
    acting: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Labels:
    """Words before turns in houses of every kind, besides titles and offices, without capitals."""

    articles: frozenset[str] = frozenset()  # before an office or a title
    titles: frozenset[str] = frozenset()  # further ones, kept as the honorific
    offices: frozenset[str] = frozenset()  # further ones, which become the role
    # people whom a record leaves nameless: each turn may be another person
    voices: frozenset[str] = frozenset()
    choruses: frozenset[str] = frozenset()  # many at once; a short line of theirs interrupts
    addresses: frozenset[str] = frozenset()  # of listeners: they begin a paragraph and are no label
    notes: frozenset[str] = frozenset()  # begin a note of a language, where ``form`` has none


@dataclass(frozen=True, slots=True)
class LanguageNotes:
    """How a record says in which language somebody speaks."""

    form: str
    names: str  # "fr French Gallic; …": a code of ISO 639, and the names of the language
    bare: str = ""
    printed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Narrative:
    """What a record says in its own voice, as regular expressions."""

    opening: str
    forms: str  # one a line, unless it is indented
    chair_mentions: tuple[str, ...]  # one is in every sentence that reports who takes the chair
    chair: str = ""  # who takes or leaves the chair: groups "who…" and "leaves"
    spoken: str = ""  # words that only a speaker uses


@dataclass(frozen=True, slots=True)
class Votes:
    """Heads of vote lists as printed, and the sentence with the totals as a regular expression."""

    in_favour: tuple[str, ...]
    against: tuple[str, ...]
    abstaining: tuple[str, ...]
    absent: tuple[str, ...]
    none: tuple[str, ...]
    conjunction: str
    result: str = ""
    subject: str = ""
    resolution: str = ""


@dataclass(frozen=True, slots=True)
class FirstPage:
    """Labels of a first page, as regular expressions."""

    number: str
    date: str
    chair: str
    members: str
    agenda: str
    after_agenda: str
    papers: str
    months: tuple[str, ...]  # from January, each with its variants: "juin/jun"
    weekdays: tuple[str, ...]  # from Monday
    organs: Mapping[str, str] = field(default_factory=dict)  # printed name -> name in English


@dataclass(frozen=True, slots=True)
class TitleBlocks:
    """How the title of a statement names its speaker, as regular expressions.

    English has a grammar of its own (``record/titles/english.py``). Endings are pairs such as
    "ия ии": of the form that a name has in a list, and of the form that it has in a title.
    """

    introduction: str = ""  # "Discours de": the speaker or the office follows
    honorifics: str = ""  # before a name
    offices: str = ""  # besides those of speaker lines
    after_speaker: str = ""  # what follows name and office: the occasion
    occasion: str = ""  # what only titles say, where none introduces the speaker
    salutation: str = ""  # with which the statement begins
    date: str = ""  # groups day, month, year
    form_of_state: str = ""  # "de la République du", between an office and a State
    mission: str = ""  # "auprès des Nations Unies", between an office and a name
    own_state: str = ""  # "de la Nación", after which a name may follow
    organs: Mapping[str, str] = field(default_factory=dict)  # name in English -> as titles have it
    other_meetings: str = ""  # with these, an organ is the subject or not the one that meets
    portfolios: str = ""  # words of offices, which are no names
    speaker: str = ""  # groups office, name, title: where words are not spaced
    name_endings: tuple[str, ...] = ()
    state_endings: tuple[str, ...] = ()
    office_forms: tuple[str, ...] = ()  # "президента президент"
    office_adjectives: tuple[str, ...] = ()  # "первого первый"


@dataclass(frozen=True, slots=True)
class Behalf:
    """How a speech says for whom it is made, as regular expressions."""

    phrase: str = ""  # "au nom de", before the delegations
    announcement: str = ""  # up to that phrase; a group "between", or "whom" for the delegations
    ends: str = ""  # what follows the delegations
    own: str = ""  # words with which the speaker's own side begins
    national: str = ""  # a president announces a statement for the own country


@dataclass(frozen=True, slots=True)
class Invitations:
    """How a president invites guests, as regular expressions."""

    mentions: tuple[str, ...] = ()  # as printed; each invitation has one of them
    invites: str = ""
    guest: str = ""  # groups name and capacity

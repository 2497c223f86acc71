"""Names and offices in the title of a statement in English."""

import re
from collections.abc import Sequence

from statements.transcripts.languages.names import fold
from statements.transcripts.languages.states import find_states
from statements.transcripts.languages.titles import HONORIFICS, PARTICLES, STATE_TITLES
from statements.transcripts.record.titles.parts import MOST_NAMES, lower_name, lower_word
from statements.transcripts.speakers.courtesy import is_title_of_labels
from statements.transcripts.text.hyphens import is_common_word

_OFFICE_WORDS = frozenset(
    """
    president vice-president prime minister deputy foreign king queen amir emir sultan secretary
    secretary-general chancellor premier permanent representative ambassador chargé d'affaires
    general attorney governor crown prince head state cabinet government captain regent co-prince
    chairperson chairman chairwoman chair speaker envoy special adviser under-secretary acting vice
    first second economy trade finance affairs counsellor delegate director commissioner state
    """.split()
)
_AFTER_AMBASSADOR = _OFFICE_WORDS | {"extraordinary", "of", "to", "for", "and", "at", "on"}
_AFTER_OFFICE = frozenset({"of", "for", "and", "to"})
# "Queen Sofia of Spain", but not "Minister Affairs of Chad"
_OFFICES_BEFORE_NAMES = frozenset(
    "king queen amir emir sultan president minister prince princess premier chancellor".split()
)
_TITLES_AND_DEGREES = frozenset({"mp", "sc", "mb", "phd", "kc", "qc", "ong", "esq", "mna"})
# of a name without an introduction, which stands at the beginning of its line
_NAME_WORDS = range(2, MOST_NAMES + 1)
# whom a statement addresses: "H.E. Mr. Idris Tarn, President of the General Assembly"
_ADDRESSEE = re.compile(
    r"secretary[\s-]general|\b(?:president|chair\w*)\s(?:of|for)\s(?:the\s)?"
    r"(?:(?!(?:at|to|before|during|republic|kingdom|state)\b)[\w’'\"-]+\s){0,7}(?:assembly|council|session|conference|committee|commission|unga)\b",
    re.IGNORECASE,
)
_FORM_OF_STATE = re.compile(
    r",?\s(?:of|for|to)\s(?:the\s)?(?:(?:(?:democratic|people['’]s|socialist|islamic|united|"
    r"federal|federated|plurinational|bolivarian|hashemite|eastern|independent|arab|co-?operative)\s){0,3}"
    r"(?:republic|kingdom|states?|commonwealth|principality|federation|union|sultanate|"
    r"grand\sduchy)\s(?:of\s)?(?:the\s)?)?$",
    re.IGNORECASE,
)
_NAME_WORD = re.compile(r"[^\W\d_][\w.'’‘`-]*")


def read_speaker(phrase: str) -> tuple[str, str, str]:
    """Return honorific, name and role; a part that is not certain is empty.

    >>> read_speaker("H.E. MS. INGRID LUND, MINISTER OF FERRIES OF THE KINGDOM OF NORWAY")
    ('H.E. MS.', 'Ingrid Lund', 'Minister of Ferries')
    >>> read_speaker("the President of the Republic of Chad Idris Tarn")
    ('', 'Idris Tarn', 'President')
    """
    honorific, rest = _split_honorifics(phrase)
    words = rest.split()
    if words and not _begins_office(words):
        name, after = _split_name_words(words)
        return (honorific, name, _role(after)) if name else ("", "", "")
    printed, name, role = _read_office_first(rest)
    return printed or (honorific if name else ""), name, role


def _read_office_first(phrase: str) -> tuple[str, str, str]:
    """Read "the President of the Republic of Chad, H.E. Mr. Idris Tarn"."""
    words = phrase.split()
    for index in range(1, len(words)):
        honorific, rest = _split_honorifics(" ".join(words[index:]))
        if honorific and rest and not _begins_office(rest.split()):
            name, _ = _split_name_words(rest.split())
            return honorific, name, _role(" ".join(words[:index]))
    office, _, after = phrase.partition(",")
    if after.strip():
        name, _ = _split_name_words(after.split())
        return "", name, _role(office)
    states = find_states(phrase)
    if states and (tail := phrase[states[-1].end :].split()):
        name, _ = _split_name_words(tail)
        if name:
            return "", name, _role(phrase[: states[-1].end])
    count = next((i for i, word in enumerate(words) if not is_office(word)), len(words))
    of = next((i for i, word in enumerate(words) if word.lower() in _AFTER_OFFICE), len(words))
    if 0 < count < of and (of == len(words) or words[count - 1].lower() in _OFFICES_BEFORE_NAMES):
        name, rest = _split_name_words(words[count:of])
        if name and not rest:
            return "", name, _role(" ".join(words[:count]))
    return "", "", _role(phrase)


def read_name_line(line: str, below: str) -> tuple[str, str, str]:
    """Return honorific, name and role of a line that is a titled name, and of the office after it.

    ``below`` is the rest of the title. Returns empty texts for other lines.

    >>> read_name_line("H.E. Ms. Ingrid Lund", "Minister of Ferries of Norway")
    ('H.E. Ms.', 'Ingrid Lund', 'Minister of Ferries')
    >>> read_name_line("H.E. Ms. Ingrid Lund,", "and all guests")
    ('', '', '')
    """
    honorific, rest = _split_honorifics(line)
    words = rest.split()
    count = _count_titles(words)
    name, after = _split_name_words(words[count:])
    if not (honorific or count) or len(name.split()) not in _NAME_WORDS:
        return "", "", ""
    if all(map(is_common_word, name.lower().split())):
        return "", "", ""
    is_named_office = not after and not count and _begins_office(below.split() or [""])
    office = after or (below if is_named_office else "")
    title = " ".join(words[:count])
    role = _role(title) or title or _role(office)
    is_open = line.rstrip().endswith((",", ";", ":")) and not is_named_office
    return ("", "", "") if is_open or (after and not role) else (honorific, name, role)


def is_addressee(printed: str) -> bool:
    """Return whether lines that begin with a name tell of somebody whom a statement addresses.

    >>> is_addressee("H.E. Mr. Mart Lund, President of the Tenth United Nations General Assembly")
    True
    >>> is_addressee("H.E. Ms. Adjoa Tarn President of the Republic of Chad at the tenth session")
    False
    """
    return _ADDRESSEE.search(printed) is not None


def _count_titles(words: Sequence[str]) -> int:
    """Return the number of words of an office, in English or in labels, that precede a name."""
    count = 0
    while count < len(words) - 1 and is_office(words[count]):
        count += 1
    if count and words[count - 1].lower() in _OFFICES_BEFORE_NAMES:
        return count
    return int(not count and len(words) > 1 and is_title_of_labels(words[0]))


def _split_honorifics(phrase: str) -> tuple[str, str]:
    spaced = re.sub(r"\b(H\.?\s?E)\.?(?=[\s,]|[A-Z])", "H.E. ", phrase, count=1)
    spaced = re.sub(r"\b(Rt|Hon|Amb|Dr|Mr|Ms|Mrs|Prof)\.(?=\S)", r"\1. ", spaced, flags=re.I)
    words = spaced.split()
    count = 0
    while count < len(words) - 1 and _is_honorific(words, count):
        count += 1
    return " ".join(words[:count]).rstrip(","), " ".join(words[count:])


def _is_honorific(words: Sequence[str], index: int) -> bool:
    word = words[index].lower().strip(",")
    if word in {"the", "of"}:
        return index + 1 < len(words) - 1 and words[index + 1].lower().startswith(("right", "hon"))
    if word.rstrip(".") in {"amb", "eng", "engr"}:
        return True
    if words[index].lower() == "ambassador":  # an office before a State or another office
        following = words[index + 1]
        return following[:1].isupper() and following.lower() not in _AFTER_AMBASSADOR
    is_title = word in HONORIFICS or word in STATE_TITLES
    return is_title and words[index][:1].isupper() and not is_office(word)


def _begins_office(words: Sequence[str]) -> bool:
    first = next((word for word in words if word.lower() != "the"), "")
    return words[0].lower() == "the" or is_office(first)


def is_office(word: str) -> bool:
    return word.lower().strip(",.:-—–") in _OFFICE_WORDS


def _split_name_words(words: Sequence[str]) -> tuple[str, str]:
    """Split the words at the end of a name; returns ("", …) if they do not begin with a name."""
    name: list[str] = []
    index = 0
    for index, word in enumerate(words):
        bare = word.strip(",")
        if is_office(bare) or word.startswith("(") or bare in {"—", "–", "-", "|"}:
            break
        if _NAME_WORD.fullmatch(bare) is None:
            return "", ""
        if not bare[0].isupper() and bare.lower() not in PARTICLES:
            return "", ""
        name.append(bare)
        if word.endswith(","):
            index += 1
            break
    else:
        index = len(words)
    if not 1 <= len(name) <= MOST_NAMES or (len(name) == 1 and len(name[0]) < 3):
        return "", ""
    rest = list(words[index:])
    while rest and fold(rest[0].strip(",()")).replace(".", "") in _TITLES_AND_DEGREES:
        rest.pop(0)
    if find_states(" ".join(name)):
        return "", ""
    return lower_name(name), " ".join(rest).strip(" ,—–-")


def _role(printed: str) -> str:
    """Return an office without the State that follows it, in title case.

    >>> _role("THE MINISTER FOR FOREIGN AFFAIRS OF THE REPUBLIC OF CHAD")
    'Minister for Foreign Affairs'
    """
    text = re.sub(r"\([^()]*\)", " ", printed)
    states = find_states(text)
    if states:
        text = text[: states[0].start]
        text = _FORM_OF_STATE.sub("", f"{text.rstrip()} ")
    words = text.strip(" ,;:—–-").split()
    if words and words[0].lower() == "the":
        words = words[1:]
    if not words or not any(map(is_office, words)) or len(words) > 20:
        return ""
    small = {"of", "for", "and", "the", "to", "in", "with"}
    return " ".join(word.lower() if word.lower() in small else lower_word(word) for word in words)

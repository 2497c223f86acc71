"""The title block of a statement as delegations distribute it: who speaks, in what office, for
which State, and when; in English, and in other languages by their packs.

    PERMANENT MISSION OF NORWAY TO THE UNITED NATIONS
    Statement by H.E. Ms. Ingrid Lund, Minister of Ferries
    New York, 23 September 2015

Only what is stated beyond doubt is read: a block that names two States names none, and words that
may be an office are not a name.
"""

import datetime
import re
from collections.abc import Iterator, Sequence
from contextlib import suppress

from statements.transcripts.languages.identification import likeliest_pack
from statements.transcripts.languages.names import fold
from statements.transcripts.languages.pack import ENGLISH
from statements.transcripts.languages.states import find_states
from statements.transcripts.languages.titles import HONORIFICS, PARTICLES, STATE_TITLES
from statements.transcripts.record.pack_title_block import (
    introduces_speaker,
    is_pack_salutation,
    pack_dates,
    read_pack_title_block,
)
from statements.transcripts.record.title_parts import (
    DATE_IN_FIGURES,
    LONGEST_PHRASE,
    MOST_NAMES,
    TitleBlock,
    is_town,
    join_title,
    lower_name,
    lower_word,
    mark_places,
    only_date,
)
from statements.transcripts.values.dates import MONTH_PATTERN, read_date

MAX_LINES = 45  # before the salutation, and no title block is longer
_FIRST_LINES = 6  # in which a title introduces the speaker, if nothing else shows where it ends
_LINES_TO_DATE = 14
_LONGEST_PLACE = 6  # words of a line that says where the statement was made

_SALUTATION = re.compile(
    r"""\W{0,4}(?:[e•]\s)?\W{0,3}(?:
        (?:mr|mrs|ms|madame?|mister|monsieur|se[nñ]ora?|honou?rable)\.?\s(?:le\s|la\s|acting\s|vice-?\s?|deputy\s)?
            (?:pr[eé]sident|presidente|chair\w*|speaker|secretary|moderator|prime\sminister)\b
      | your\s(?:excellenc|majest|highness|royal|eminence|holiness)
      | excellenc(?:y|ies|es)\b
      | (?:distinguished|esteemed|dear|fellow|honou?rable)\s
            (?:[\w.]+\s){0,2}(?:delegat|member|colleague|audience|friend|guest|head|leader|
            representativ|ladies|excellenc|president)
      | ladies\s(?:and|,)
      | president\sof\sthe\b[^.]{0,80}(?:assembly|council|conference)[,;]
      | (?:his|her)\sexcellency\b[^.]{0,60}\.?[^.]{0,40}
            (?:president|secretary[\s-]general)\sof\sthe\b[^.]{0,60}[,;]
      | in\sthe\sname\sof\sgod | bismillah | as-?salam | good\s(?:morning|afternoon|evening)\b
      | thank\syou\b | allow\sme\b | (?:i|it\sis)\s(?:am|have|would|wish|thank|my|a|an|with)\b
    )""",
    re.VERBOSE | re.IGNORECASE,
)
_INTRODUCTION = re.compile(
    r"\b(?:st\w{1,7}ment|address|speech|remarks|intervention)s?"  # "stalement" is a misreading
    r"(?:\s(?:made|given|read|presented|to\sbe\sdelivered|delivered))?"
    r"(?:\s?(?:by|of)\b:?\s|\s(?=h\.?\s?e\.|(?:his|her|their)\s(?:excellency|majesty|highness)))",
    re.IGNORECASE,
)
# a title says neither "I" nor "we" nor "me", and has no sentence after a sentence
_PROSE = re.compile(
    r"(?<![\w.])(?:I|we|We|our|Our|my|us|me|you|your)\s[a-z]|[a-z][a-z]\.\s[A-Z][a-z]{0,20}\s[a-z]{1,20}\s[a-z]"
)
_DELIVERY = re.compile(r"\b(?:delivered|read(?:\sout)?|presented)\sby:?\s", re.IGNORECASE)
# in English: names of States in other languages are not known
_OCCASION = re.compile(
    r"general\s(?:debate|assembly)|security\scouncil|check\sagainst\sdelivery|"
    r"permanent\smission\sof|\bunga\b",
    re.IGNORECASE,
)
# what follows the speaker's name and office
_AFTER_SPEAKER = re.compile(
    r"""(?:
        \b(?:at|to|during|before|in|on|for)\s(?:the|its|an?|un|unga|item|agenda)\b(?!\s(?:president|
            prime|minister|republic|kingdom))
      | \b(?:at|during)\s
      | \b(?:and\s)?(?:the\s)?(?:head|leader)\sof\s(?:the\s)?(?:\w+\s)?delegation
      | \bgeneral\sdebate\b | \bhigh[\s-]level\b | \bon\sbehalf\sof\b
      | \b\d{1,3}\W{0,3}(?:st|nd|rd|th)?\W{0,3}\s?(?:regular\s|special\s)?session
      | \b[\w-]{3,20}\s(?:regular\s|special\s)?session\b
      | ¶ | \bnew\syork\b | \bgeneva\b | \bvienna\b | \bunited\snations\b | \bcheck\sagainst\b
    )""",
    re.VERBOSE | re.IGNORECASE,
)
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
_TITLES_AND_DEGREES = frozenset({"mp", "sc", "mb", "phd", "ph.d", "kc", "qc", "ong", "esq", "mna"})
# between the office of a representative and the name
_TO_THE_UNITED_NATIONS = re.compile(
    r",?\s(?:to|at)\sthe\sunited\snations(?:\soffice)?(?:\s(?:in|at)\s(?:new\syork|geneva|vienna))?"
    r"(?=,?\s(?:h\.?\s?e\b|mrs?\b|ms\b|amb|dr\b|his\s|her\s|prof|sir\b|dame\b))",
    re.IGNORECASE,
)
_PLACE = re.compile(
    r"\bnew\syork,?(?:\sn\.?y\.?,?)?\s\(?(?:united\sstates(?:\sof\samerica)?|u\.?s\.?a?\.?)",
    re.IGNORECASE,
)
_FORM_OF_STATE = re.compile(
    r",?\s(?:of|for|to)\s(?:the\s)?(?:(?:(?:democratic|people['’]s|socialist|islamic|united|"
    r"federal|federated|plurinational|bolivarian|hashemite|eastern|independent|arab|co-?operative)\s){0,3}"
    r"(?:republic|kingdom|states?|commonwealth|principality|federation|union|sultanate|"
    r"grand\sduchy)\s(?:of\s)?(?:the\s)?)?$",
    re.IGNORECASE,
)
_DATES = (
    re.compile(
        rf"(?<!\d)(?P<day>\d{{1,2}})\W{{0,2}}(?:st|nd|rd|th|h|t)?\W{{0,2}}\s?(?:of\s)?"
        rf"{MONTH_PATTERN},?\s(?P<year>\d{{4}})(?!\d)",
        re.IGNORECASE,
    ),
    re.compile(
        rf"\b{MONTH_PATTERN}\s(?P<day>\d{{1,2}})\W{{0,2}}(?:st|nd|rd|th|h|t)?\W{{0,2}},?\s"
        rf"(?P<year>\d{{4}})(?!\d)",
        re.IGNORECASE,
    ),
)
_NAME_WORD = re.compile(r"[^\W\d_][\w.'’‘`-]*")


def find_title_block(lines: Sequence[str]) -> tuple[int, TitleBlock | None]:
    """Return how many of the first lines are the title block, and what it states.

    ``lines`` are the first lines of text, without blank ones. The statement begins with a
    salutation or, where that shows no title, below the date of a title that introduces its speaker.
    """
    for find_end in (_find_salutation, _find_date):
        count = find_end(lines)
        title = read_title_block(lines[:count], lines[count:]) if count else None
        if title is not None:
            return count, title
    return 0, None


def _find_salutation(lines: Sequence[str]) -> int:
    """Return the index of the line with which a statement begins; 0 if nothing precedes it."""
    lines = lines[:MAX_LINES]
    pack = likeliest_pack(" ".join(lines))
    for index, line in enumerate(lines):
        if _SALUTATION.match(line) or (pack is not ENGLISH and is_pack_salutation(line, pack)):
            return index
    return 0


def _find_date(lines: Sequence[str]) -> int:
    """Return the index of the line below the date of a title; 0 without such a title."""
    pack = likeliest_pack(" ".join(lines))
    first = " ".join(lines[:_FIRST_LINES])
    if not (
        _INTRODUCTION.search(first) or (pack is not ENGLISH and introduces_speaker(first, pack))
    ):
        return 0
    for index, line in enumerate(lines[:_LINES_TO_DATE]):
        if next(_dates(line), None) or (pack is not ENGLISH and next(pack_dates(line, pack), None)):
            return index + 1
    return 0


def read_title_block(lines: Sequence[str], below: Sequence[str] = ()) -> TitleBlock | None:
    """Read the lines before the salutation; return None if they are not a title block.

    ``below`` are the first lines of the statement, which help to tell the language.
    """
    pack = likeliest_pack(" ".join([*lines, *below]))
    title = None if pack is ENGLISH else read_pack_title_block(lines, pack)
    return title or _read_english(lines)


def _read_english(lines: Sequence[str]) -> TitleBlock | None:
    text = _TO_THE_UNITED_NATIONS.sub("", join_title(mark_places(lines, _is_place)))
    if not text or _PROSE.search(text):
        return None
    introduction = _INTRODUCTION.search(text)
    if introduction is None and _OCCASION.search(text) is None:
        return None
    delivery = _DELIVERY.search(text, introduction.end() if introduction else 0)
    start = delivery or introduction
    phrase = _speaker_phrase(text[start.end() :]) if start else ""
    honorific, speaker, role = _read_speaker(phrase)
    state = _only_state(phrase) or _only_state(text)
    date, date_printed = only_date(_dates(" ".join(lines)))
    if not (speaker or role or state or date):
        return None
    return TitleBlock(honorific, speaker, role, state, date, date_printed)


def _is_place(line: str) -> bool:
    """
    >>> _is_place("Baku, Azerbaijan, 12 November 2015"), _is_place("Minister of Weirs, Chad")
    (True, False)
    """
    rest = _PLACE.sub("", line)
    for _, printed in _dates(line):
        rest = rest.replace(printed, "")
    is_short = len(rest.split()) <= _LONGEST_PLACE and not any(map(_is_office, rest.split()))
    if not is_short or _INTRODUCTION.search(line) or any(map(_is_title, rest.split())):
        return False
    if rest != line:  # it has a date; what else it says may be the end of a name
        return not rest.strip(" .()") or "," in rest or _AFTER_SPEAKER.search(rest) is not None
    states = find_states(rest)
    return bool(states) and rest[: states[-1].start].rstrip().endswith(",")


def _is_title(word: str) -> bool:
    return word.lower().strip(",") in HONORIFICS


def _speaker_phrase(text: str) -> str:
    """Return the start of the text that names the speaker and the office."""
    ends = [match.start() for match in (_AFTER_SPEAKER.search(text),) if match]
    patterns = (*_DATES, DATE_IN_FIGURES)
    ends += [match.start() for pattern in patterns if (match := pattern.search(text))]
    return text[: min(ends, default=LONGEST_PHRASE)][:LONGEST_PHRASE].strip(" ,;:—–(-|")


def _read_speaker(phrase: str) -> tuple[str, str, str]:
    """Return honorific, name and role; a part that is not certain is empty.

    >>> _read_speaker("H.E. MS. INGRID LUND, MINISTER OF FERRIES OF THE KINGDOM OF NORWAY")
    ('H.E. MS.', 'Ingrid Lund', 'Minister of Ferries')
    >>> _read_speaker("the President of the Republic of Chad Idris Tarn")
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
    count = next((i for i, word in enumerate(words) if not _is_office(word)), len(words))
    of = next((i for i, word in enumerate(words) if word.lower() in _AFTER_OFFICE), len(words))
    if 0 < count < of and (of == len(words) or words[count - 1].lower() in _OFFICES_BEFORE_NAMES):
        name, rest = _split_name_words(words[count:of])
        if name and not rest:
            return "", name, _role(" ".join(words[:count]))
    return "", "", _role(phrase)


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
    return is_title and words[index][:1].isupper() and not _is_office(word)


def _begins_office(words: Sequence[str]) -> bool:
    first = next((word for word in words if word.lower() != "the"), "")
    return words[0].lower() == "the" or _is_office(first)


def _is_office(word: str) -> bool:
    return word.lower().strip(",.:-—–") in _OFFICE_WORDS


def _split_name_words(words: Sequence[str]) -> tuple[str, str]:
    """Split the words at the end of a name; returns ("", …) if they do not begin with a name."""
    name: list[str] = []
    index = 0
    for index, word in enumerate(words):
        bare = word.strip(",")
        if _is_office(bare) or word.startswith("(") or bare in {"—", "–", "-", "|"}:
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
    while rest and fold(rest[0].strip(",()")) in _TITLES_AND_DEGREES:
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
    if not words or not any(map(_is_office, words)) or len(words) > 20:
        return ""
    small = {"of", "for", "and", "the", "to", "in", "with"}
    return " ".join(word.lower() if word.lower() in small else lower_word(word) for word in words)


def _only_state(text: str) -> str:
    """Return the only State that a text names; a town may stand before others."""
    names = {
        state.name
        for state in find_states(text)
        if not is_town(text[: state.start], lambda before: any(map(_is_office, before.split())))
    }
    return names.pop() if len(names) == 1 else ""


def _dates(text: str) -> Iterator[tuple[datetime.date, str]]:
    for pattern in _DATES:
        for match in pattern.finditer(text):
            with suppress(ValueError):
                day = read_date(f"{match['day']} {match['month']} {match['year']}")
                yield day, match[0]
    for match in DATE_IN_FIGURES.finditer(text):
        with suppress(ValueError):
            yield read_date(match[0]), match[0]

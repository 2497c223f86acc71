"""The title block of a statement in English.

PERMANENT MISSION OF NORWAY TO THE UNITED NATIONS
Statement by H.E. Ms. Ingrid Lund, Minister of Ferries
New York, 23 September 2015
"""

import datetime
import re
from collections.abc import Iterator, Sequence
from contextlib import suppress

from statements.transcripts.languages.names import fold_letters
from statements.transcripts.languages.states import find_states
from statements.transcripts.languages.titles import HONORIFICS
from statements.transcripts.record.titles.english_names import (
    is_addressee,
    is_office,
    read_name_line,
    read_speaker,
)
from statements.transcripts.record.titles.organs import (
    ENGLISH_ORGANS,
    ENGLISH_OTHER_MEETINGS,
    find_organ,
)
from statements.transcripts.record.titles.parts import (
    LONGEST_PHRASE,
    PLACE,
    TitleBlock,
    dates_in_figures,
    find_figures,
    is_one_of_days,
    is_town,
    join_title,
    mark_places,
    only_date,
)
from statements.transcripts.values.dates import MONTH_PATTERN, read_date

_LINES_OF_ADDRESSEE = 4  # of a name with the office
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
_LETTERHEAD = re.compile(
    r"\W{0,4}(?:the\s)?(?:[\w’'-]{2,20}\s){0,3}(?:republic|kingdom|state|commonwealth|principality"
    r"|federation|union|sultanate)\sof\s(?:the\s)?",
    re.IGNORECASE,
)
# ordinals are misread: "27h", and "2774" for "27TH"
_DATES = (
    re.compile(
        rf"(?<!\d)(?P<day>\d{{1,2}})\W{{0,2}}(?:st|nd|rd|th|h|t|[71][4h])?\W{{0,2}}\s?(?:of\s)?"
        rf"{MONTH_PATTERN},?\s(?P<year>\d{{4}})(?!\d)",
        re.IGNORECASE,
    ),
    re.compile(
        rf"\b{MONTH_PATTERN}\s(?P<day>\d{{1,2}})\W{{0,2}}(?:st|nd|rd|th|h|t)?\W{{0,2}},?\s"
        rf"(?P<year>\d{{4}})(?!\d)",
        re.IGNORECASE,
    ),
)


def read_letterhead(line: str) -> str:
    """Return the State that a line names in full, and nothing else, as a letterhead does; or "".

    >>> read_letterhead("KINGDOM OF NORWAY"), read_letterhead("Norway")
    ('Norway', '')
    """
    states = find_states(line) if _LETTERHEAD.match(line) else []
    if len(states) != 1 or _LETTERHEAD.fullmatch(line[: states[0].start]) is None:
        return ""
    return "" if re.search(r"\w", line[states[0].end :]) else states[0].name


def is_english_salutation(line: str) -> bool:
    """Return whether a line begins the speech: "Mr. President,"."""
    return _SALUTATION.match(line) is not None


def introduces_english_speaker(line: str) -> bool:
    return _INTRODUCTION.search(line) is not None


def read_english_title_block(lines: Sequence[str]) -> TitleBlock | None:
    """Read the lines before the salutation; return None if they are no title in English."""
    text = _TO_THE_UNITED_NATIONS.sub("", join_title(mark_places(lines, _is_place)))
    if not text or _PROSE.search(text):
        return None
    introduction = _INTRODUCTION.search(text)
    if introduction:
        delivery = _DELIVERY.search(text, introduction.end())
        phrase = _speaker_phrase(text[(delivery or introduction).end() :])
        honorific, speaker, role = read_speaker(phrase)
    else:
        phrase, (honorific, speaker, role) = _read_lines(lines, text)
        if not speaker and _OCCASION.search(text) is None:
            return None
    state = _only_state(phrase) or _only_state(text)
    date, date_printed = only_date(english_dates(" ".join(lines)))
    if not (speaker or role or state or date):
        return None
    # a line with the place may name the organ as well
    occasion = fold_letters(join_title(lines).replace(phrase or PLACE, f" {PLACE} "))
    organ = find_organ(occasion, ENGLISH_ORGANS, ENGLISH_OTHER_MEETINGS)
    return TitleBlock(honorific, speaker, role, state, organ, date, date_printed)


def _read_lines(lines: Sequence[str], text: str) -> tuple[str, tuple[str, str, str]]:
    """Read a speaker whom nothing introduces: the only titled name that begins a line.

    Returns the phrase and honorific, name and role; empty texts if there is none, if one of the
    names is somebody whom the statement addresses, or if nothing else shows that this is the title
    of a statement.
    """
    if PLACE not in text and _OCCASION.search(text) is None:
        return "", ("", "", "")
    if delivery := _DELIVERY.search(text):
        phrase = _speaker_phrase(text[delivery.end() :])
        return phrase, read_speaker(phrase)
    named = []
    for index, line in enumerate(lines):
        below = _speaker_phrase(" ".join(mark_places(lines[index + 1 :], _is_place)))
        speaker = read_name_line(line, below)
        if speaker[1] and is_addressee(" ".join(lines[index : index + _LINES_OF_ADDRESSEE])):
            return "", ("", "", "")
        if speaker[1]:
            named.append((f"{line} {below}", speaker))
    return named[0] if len(named) == 1 else ("", ("", "", ""))


def _is_place(line: str) -> bool:
    """
    >>> _is_place("Baku, Azerbaijan, 12 November 2015"), _is_place("Minister of Weirs, Chad")
    (True, False)
    """
    rest = _PLACE.sub("", line)
    for _, printed in english_dates(line):
        rest = rest.replace(printed, "")
    is_short = len(rest.split()) <= _LONGEST_PLACE and not any(map(is_office, rest.split()))
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
    ends += [match.start() for pattern in _DATES if (match := pattern.search(text))]
    ends += [match.start() for match in (find_figures(text),) if match]
    return text[: min(ends, default=LONGEST_PHRASE)][:LONGEST_PHRASE].strip(" ,;:—–(-|")


def _only_state(text: str) -> str:
    """Return the only State that a text names; a town may stand before others."""
    names = {
        state.name
        for state in find_states(text)
        if not is_town(text[: state.start], lambda before: any(map(is_office, before.split())))
    }
    return names.pop() if len(names) == 1 else ""


def english_dates(text: str) -> Iterator[tuple[datetime.date, str]]:
    """Yield the dates in a text, with what is printed."""
    for pattern in _DATES:
        for match in pattern.finditer(text):
            if is_one_of_days(text, match.start(), match.end()):
                continue
            with suppress(ValueError):
                day = read_date(f"{match['day']} {match['month']} {match['year']}")
                yield day, match[0]
    yield from dates_in_figures(text)

"""The forms of labels: what a label before a turn looks like, whoever it names.

A label has an optional mark before it (a bullet, a time code, the number of a question), its words,
and a separator: "10:04 Mr. Rao:", "El señor PÉREZ.-", "Ms. AMBERLEY.", "Q   ". Nothing here decides
whether a paragraph that begins so is a turn; ``speakers.labels`` does, for a whole file.
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from statements.transcripts.languages.label_words import (
    fold_label,
    is_office_label,
    label_words,
)
from statements.transcripts.languages.titles import (
    APOSTROPHES,
    HONORIFICS,
    OFFICE,
    PARTICLES,
)
from statements.transcripts.values.choices import label_key

LONGEST_LABEL = 110  # characters, with parentheses
_MOST_WORDS = 9  # of a name
_MOST_WORDS_OF_OFFICE = 14  # "The Cabinet Secretary for Rural Affairs and the Environment"
_MOST_OFFICE_WORDS = 4  # at the beginning of what follows a name and a comma
_CLOCK = r"\d{1,2}[:.h]\d\d(?:[:.]\d\d(?:[.,]\d{1,3})?)?(?:\s?[aApP]\.?[mM]\b\.?)?"
_TIME = rf"[\[(<{{]?{_CLOCK}(?:\s?(?:[-–—]|-->)\s?{_CLOCK})?[\])>}}]?"
_BULLET = "[-–—•·∙*▪▫■□◦‣⁃●○◆◇♦❖►▶➢➤→⇒✓✔|+]"
_NUMBER = r"\d{1,4}(?:\.\d{1,3}){0,2}[a-z]?"
_MARK = re.compile(
    rf"(?:(?:{_TIME}(?:\s?[-–—|:,])?|{_BULLET}|>{{1,3}}|[*_#]{{1,4}}"
    rf"|(?:[QA]\.?|Anf\.|No\.|Nr\.|N[º°]|№|#|§|¶)\s?\d{{1,4}}[.:)]?"
    rf"|[\[({{](?:{_NUMBER}|[a-z]|[ivx]{{2,5}})[\])}}]|{_NUMBER}(?:[.):]|\s[-–—|])|[a-z]\)"
    # the lines of a deposition are numbered without a sign
    r"|\d{1,4}\s(?=[A-Z]{2}|(?:Mrs?|Ms|Dr)\b))\s?(?=\S)){1,3}"
)
_TIME_CODE = re.compile(r"(?:(?P<h>\d{1,2}):)?(?P<m>\d{1,2}):(?P<s>\d\d(?:[.,]\d{1,3})?)")
_NUMBERED_QUESTION = re.compile(r"(?P<name>[QA])\.?\s?\d{1,4}(?P<separator>[.:)])")
_QUESTION = re.compile(r"[QA](?P<gap>[.:：]\s*|\s{2,}|\t\s*|\s(?=[\"“‘'(A-Z—–]))(?P<next>\S)")
CAPTION_MARK = ">>"
PLAIN_NUMBER = re.compile(r"\d{1,4}\.")  # of a paragraph; the grammar of speaker lines reads it
_COLON = re.compile(r"\s?(?:(?<!\d):|:(?!\d)|：)")
_DASH = re.compile(r"[.:]?\s?[–—]{1,3}(?=\s)|\.\s?-{1,3}(?=\s|$)")
_STOP = re.compile(r"\.(?=\s|$)")
_WORD = rf"(?:[{APOSTROPHES}]?[^\W\d_][\w.'’‘`´\-/·]*|&|#?\d{{1,3}})"
_GROUPS = r"(?P<groups>(?:\s?[(（\[][^()（）\[\]]{1,80}[)）\]]){0,3})"
_NAMED = re.compile(
    rf"(?P<name>{_WORD}(?:\s{_WORD}){{0,{_MOST_WORDS_OF_OFFICE - 1}}}){_GROUPS}"
    r"(?:,\s(?P<office>[^\W\d_][^:.;()!?]{3,70}))?"
)
_OFFICE_LABEL = re.compile(rf"(?P<name>[^\W\d_][^()（）\[\]:.;!?]{{3,100}}?){_GROUPS}")
_TIME_BEHIND = re.compile(rf"\s(?P<time>{_TIME})$")  # "Anna Brook  0:03"
# "[Odile Rill]: …", "[Speaker 1] …"
_BRACKETED = re.compile(r"\[(?P<name>[^\[\]:]{2,60})\]\s?(?P<colon>[:：]?)\s{0,3}(?=\S)")
_UNNAMED = re.compile(r"(?:speaker|spk|voice|participant|person)[ _-]{0,2}\w{1,3}", re.IGNORECASE)
_GROUP = re.compile(r"[(（\[]([^()（）\[\]]+)[)）\]]")
_ENDED_SENTENCE = re.compile(r"[^\W\d_]{4}\.\s")
_PARTS = re.compile(rf"[{APOSTROPHES}-]")  # of "d'Escoto", "al-Kidwa"
_EMPHASIS = "*_"
_JOINING = PARTICLES | {"for", "in", "on", "to", "&"}
# names with a small letter inside, in capitals: "McTARN"
_PREFIXES = ("Mc", "Mac", "De", "Di", "La", "Le", "O’", "O'")


class Style(StrEnum):
    """How the words of a label are written."""

    CAPITALS = "capitals"
    NAMES = "names"  # each word begins with a capital
    UNCASED = "uncased"  # in a script without capitals


@dataclass(frozen=True, slots=True)
class Label:
    """A label at the beginning of a paragraph."""

    name: str  # its words, without mark, parentheses and separator
    groups: tuple[str, ...]  # what its parentheses hold
    text: str  # name and parentheses as printed
    mark: str
    separator: str  # ":", "-", ".-", ".", "]", "gap" or "line"
    style: Style
    end: int  # index in the paragraph, with single spaces, at which the speech begins
    opens_speech: bool = True  # what follows begins like a sentence, not with a figure
    office: str = ""  # after a comma: "Mme Brun, ministre des ports."

    @property
    def form(self) -> tuple[str, Style]:
        """What the labels of one file have in common."""
        return self.separator, self.style

    @property
    def key(self) -> str:
        """The label as it is counted and remembered."""
        return label_key(self.text)


def split_mark(text: str) -> tuple[str, str]:
    """Split what may stand before a label from the rest.

    >>> split_mark("10:04 Mr. Rao (India): We flew.")
    ('10:04', 'Mr. Rao (India): We flew.')
    """
    plain = " ".join(text.split())
    match = _MARK.match(plain)
    return (match[0].strip(), plain[match.end() :]) if match else ("", plain)


def time_of(mark: str) -> float | None:
    """Return the seconds of a time code, "[01:12]" or "00:01:12"; None for a time of day."""
    code, *_ = re.split(r"\s?(?:[-–—]|-->)\s?", mark.strip("[]<>{}() -–—|:,"), maxsplit=1)
    match = _TIME_CODE.fullmatch(code)
    if match is None or not (match["h"] or mark.startswith("[")):
        return None
    seconds = float(match["s"].replace(",", "."))
    return int(match["h"] or 0) * 3600 + int(match["m"]) * 60 + seconds


def is_unnamed(name: str) -> bool:
    """Return whether a label is the number of a voice that speech recognition told apart.

    >>> is_unnamed("SPEAKER_00"), is_unnamed("Speaker 2"), is_unnamed("Speaker of the House")
    (True, True, False)
    """
    return name.isdecimal() or _UNNAMED.fullmatch(name) is not None


def find_label(text: str, *, is_alone: bool = False, is_marked: bool = False) -> Label | None:
    """Return the label with which a paragraph seems to begin, if any.

    ``text`` is its first line as printed, since the width of a gap after "Q" counts. ``is_alone``
    says that the line may hold nothing but a name, ``is_marked`` that a mark such as ">>" before
    it begins a turn, so that less is needed to tell a label from prose.

    >>> label = find_label("Councilmember Amberley: I move.")
    >>> label.name, label.separator, label.style.value
    ('Councilmember Amberley', ':', 'names')
    """
    plain = " ".join(text[: 4 * LONGEST_LABEL].split())
    if question := _QUESTION.match(text.strip()):
        return _question(question, plain)
    if bracketed := _bracketed(plain):
        return bracketed
    mark, rest = split_mark(plain)
    start = len(plain) - len(rest)
    for separators, kind in ((_COLON, ":"), (_DASH, "-"), (_STOP, ".")):
        for separator in separators.finditer(rest, 0, LONGEST_LABEL + 4):
            head = rest[: separator.start()]
            if _is_open(head) or (kind == "." and _ends_in_abbreviation(head)):
                continue
            printed = ".-" if kind == "-" and separator[0][0] == "." else kind
            following = rest[separator.end() :].lstrip(_EMPHASIS + " ")
            span = start, len(plain) - len(following)
            label = _label(head, mark, printed, following, span, is_marked=is_marked)
            if label:
                return label
            break
    if (numbered := _NUMBERED_QUESTION.fullmatch(mark)) and not rest[:1].islower():
        name, separator = numbered["name"], numbered["separator"].replace(")", ".")
        return Label(name, (), mark[:-1], "", separator, Style.CAPITALS, start)
    if is_alone and len(rest) <= LONGEST_LABEL:
        behind = _TIME_BEHIND.search(rest)
        name = rest[: behind.start()] if behind else rest
        mark = mark or (behind["time"] if behind else "")
        return _label(name, mark, "line", "", (start, len(plain)), is_marked=False)
    return None


def _bracketed(plain: str) -> Label | None:
    match = _BRACKETED.match(plain)
    name = match["name"].strip() if match else ""
    if match is None or not (match["colon"] or is_unnamed(name)):
        return None
    style = style_of(name) or (Style.NAMES if is_unnamed(name) else None)
    return Label(name, (), name, "", "]", style, match.end()) if style else None


def _question(match: re.Match[str], plain: str) -> Label | None:
    gap, name = match["gap"], match[0][0]
    separator = gap.strip().replace("：", ":") or "gap"
    if match["next"].islower() or (separator == "gap" and name == "A" and gap == " "):
        return None  # "A Member State …"
    end = plain.index(match["next"], 1)
    return Label(name, (), name, "", separator, Style.CAPITALS, end)


def _label(
    head: str,
    mark: str,
    separator: str,
    following: str,
    span: tuple[int, int],  # of head and separator
    *,
    is_marked: bool,
) -> Label | None:
    words = head.strip(_EMPHASIS + " ")
    parts = _split_groups(words)
    continues = following[:1].islower() and not is_marked
    if parts is None or continues or span[1] - span[0] > LONGEST_LABEL + 8:
        return None
    name, groups, office = parts
    style = _style_of_office(name, is_marked=is_marked) or style_of(name)
    is_long = len(name.split()) > _MOST_WORDS and OFFICE.fullmatch(name) is None
    if style is None or _ENDED_SENTENCE.search(name) or (is_long and not is_marked):
        return None
    opens_speech = not following.lstrip("([+#")[:1].isdigit()
    return Label(name, groups, words, mark, separator, style, span[1], opens_speech, office)


def _split_groups(words: str) -> tuple[str, tuple[str, ...], str] | None:
    """Split the words of a label into name, parentheses, and office after a comma.

    An office may hold commas itself: "Minister for Ports, Locks and Weirs (Odile Rill)".
    """
    match = _NAMED.fullmatch(words)
    office = (match["office"] or "") if match else ""
    if match is None or (office and not names_office(office)):
        match, office = _OFFICE_LABEL.fullmatch(words), ""
        if match is None or OFFICE.fullmatch(match["name"]) is None:
            return None
    groups = tuple(" ".join(group.split()) for group in _GROUP.findall(match["groups"]))
    return match["name"], groups, office


def _is_open(head: str) -> bool:
    """Return whether a parenthesis is open, so that what follows does not end the label."""
    return head.count("(") + head.count("（") > head.count(")") + head.count("）")


def _ends_in_abbreviation(head: str) -> bool:
    """Return whether the stop after these words belongs to the last of them: "Mr.", "J."."""
    word = head.rsplit(" ", 1)[-1].lower()
    short = len(word.strip("().")) < 2
    return short or (word in HONORIFICS and len(word) < 5) or f"{word}." in HONORIFICS


def _style_of_office(name: str, *, is_marked: bool) -> Style | None:
    """Return the style of "Minister for Ports and Weirs"; after a mark also that of an office on
    no list, which has mostly capitals, first and last."""
    words = name.split()
    is_cased = words[0][:1].isupper() and words[-1][:1].isupper()
    if is_marked and is_cased and 2 * sum(word[:1].isupper() for word in words) > len(words):
        return style_of(" ".join(word for word in words if word[:1].isupper()))
    if is_cased and OFFICE.fullmatch(name):
        return style_of(" ".join(word for word in words if word != "and"))
    return None


def style_of(name: str) -> Style | None:
    """Return how the words are written; None if they are written like prose."""
    words = [word.strip(",." + APOSTROPHES) for word in name.split()]
    cased = [word for word in words if word.lower() != word.upper()]
    if not cased:
        return Style.UNCASED if any(map(str.isalpha, words)) else None
    lists = label_words()
    known = fold_label(name) in lists.voices | lists.choruses
    if not _is_capitalized(cased[0]):
        return None
    if not (known or all(_is_capitalized(word) or _may_be_small(word) for word in cased)):
        return None
    telling = [word for word in cased if not _connects(word) and len(word) > 1] or cased[-1:]
    return Style.CAPITALS if _in_capitals(telling[0]) and _are_mostly(telling) else Style.NAMES


def _connects(word: str) -> bool:
    """Return whether a word says nothing of the style of a label: "Mr.", "señor", "de"."""
    lists = label_words()
    small = word.lower() in _JOINING or word.lower() in HONORIFICS
    return small or fold_label(word) in lists.titles | lists.articles


def _may_be_small(word: str) -> bool:
    return _connects(word) or fold_label(word) in _words_of_offices() or is_office_label(word)


@cache
def _words_of_offices() -> frozenset[str]:
    return frozenset(word for office in label_words().offices for word in office.split())


def names_office(text: str) -> bool:
    """Return whether words after a name and a comma name an office: "ministre des ports"."""
    words = text.split()[:_MOST_OFFICE_WORDS]
    return any(
        is_office_label(" ".join(words[start:end]))
        for start in range(len(words))
        for end in range(start + 1, len(words) + 1)
    )


def _are_mostly(words: list[str]) -> bool:
    """Return whether half of the words or more are in capitals: "LUND of Vermont" are."""
    return 2 * sum(map(_in_capitals, words)) >= len(words)


def _is_capitalized(word: str) -> bool:
    return any(part[:1].isupper() for part in _PARTS.split(word))


def _in_capitals(word: str) -> bool:
    return word.isupper() or (word.startswith(_PREFIXES) and word[2:].lstrip("c").isupper())

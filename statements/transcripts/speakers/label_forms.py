"""The forms of labels: what a label before a turn looks like, whoever it names.

A label has an optional mark before it (a bullet, a time code, the number of a question), its words,
and a separator: "10:04 Mr. Rao:", "El señor PÉREZ.-", "Ms. AMBERLEY.", "Q   ". Nothing here decides
whether a paragraph that begins so is a turn; ``speakers.labels`` does, for a whole file.
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from statements.transcripts.languages.label_words import fold_label, label_words
from statements.transcripts.languages.titles import APOSTROPHES, HONORIFICS, PARTICLES
from statements.transcripts.values.choices import label_key

LONGEST_LABEL = 90  # characters, with parentheses
_MOST_WORDS = 9
_MOST_OFFICE_WORDS = 4  # at the beginning of what follows a name and a comma
_TIME = r"[\[(]?\d{1,2}[:.]\d\d(?:[:.]\d\d(?:[.,]\d{1,3})?)?(?:\s?[ap]\.?m\.?)?[\])]?"
_MARK = re.compile(
    rf"(?:(?:[-–—•·*▪◦‣●○]|>{{1,3}}|[*_#]{{1,4}}|{_TIME}(?:\s?[-–—|])?|Q\.?\s?\d{{1,4}}[.:)]?"
    r"|Anf\.\s\d{1,4}|[\[(]\d{1,4}[\])]|\d{1,4}[.)])\s?(?=\S)){1,3}"
)
_TIME_CODE = re.compile(r"\[?(?:(?P<h>\d{1,2}):)?(?P<m>\d{1,2}):(?P<s>\d\d(?:[.,]\d{1,3})?)\]?")
_QUESTION = re.compile(r"[QA](?P<gap>[.:：]\s*|\s{2,}|\t\s*|\s(?=[\"“‘'(A-Z—–]))(?P<next>\S)")
CAPTION_MARK = ">>"
PLAIN_NUMBER = re.compile(r"\d{1,4}\.")  # of a paragraph; the grammar of speaker lines reads it
_COLON = re.compile(r"\s?(?:(?<!\d):|:(?!\d)|：)")
_DASH = re.compile(r"[.:]?\s?[–—]{1,3}(?=\s)|\.\s?-{1,3}(?=\s|$)")
_STOP = re.compile(r"\.(?=\s|$)")
_WORD = rf"(?:[{APOSTROPHES}]?[^\W\d_][\w.'’‘`´\-/·]*|&|#?\d{{1,3}})"
_NAMED = re.compile(
    rf"(?P<name>{_WORD}(?:\s{_WORD}){{0,{_MOST_WORDS - 1}}})"
    r"(?P<groups>(?:\s?[(（\[][^()（）\[\]]{1,80}[)）\]]){0,3})"
    r"(?:,\s(?P<office>[^\W\d_][^:.;()!?]{3,70}))?"
)
_TIME_BEHIND = re.compile(rf"\s(?P<time>{_TIME})$")  # "Anna Brook  0:03"
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
    separator: str  # ":", "-", ".-", ".", "gap" or "line"
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
    match = _TIME_CODE.fullmatch(mark.strip(" -–—|"))
    if match is None or not (match["h"] or mark.startswith("[")):
        return None
    seconds = float(match["s"].replace(",", "."))
    return int(match["h"] or 0) * 3600 + int(match["m"]) * 60 + seconds


def find_label(text: str, *, is_alone: bool = False) -> Label | None:
    """Return the label with which a paragraph seems to begin, if any.

    ``text`` is its first line as printed, since the width of a gap after "Q" counts. ``is_alone``
    says that the line may hold nothing but a name.

    >>> label = find_label("Councilmember Amberley: I move.")
    >>> label.name, label.separator, label.style.value
    ('Councilmember Amberley', ':', 'names')
    """
    plain = " ".join(text[: 4 * LONGEST_LABEL].split())
    if question := _QUESTION.match(text.strip()):
        return _question(question, plain)
    mark, rest = split_mark(plain)
    start = len(plain) - len(rest)
    for separators, kind in ((_COLON, ":"), (_DASH, "-"), (_STOP, ".")):
        for separator in separators.finditer(rest, 0, LONGEST_LABEL + 4):
            head = rest[: separator.start()]
            if _is_open(head) or (kind == "." and _ends_in_abbreviation(head)):
                continue
            printed = ".-" if kind == "-" and separator[0][0] == "." else kind
            following = rest[separator.end() :].lstrip(_EMPHASIS + " ")
            label = _label(head, mark, printed, following, start, len(plain) - len(following))
            if label:
                return label
            break
    if is_alone and len(rest) <= LONGEST_LABEL:
        behind = _TIME_BEHIND.search(rest)
        name = rest[: behind.start()] if behind else rest
        return _label(
            name, mark or (behind["time"] if behind else ""), "line", "", start, len(plain)
        )
    return None


def _question(match: re.Match[str], plain: str) -> Label | None:
    gap, name = match["gap"], match[0][0]
    separator = gap.strip().replace("：", ":") or "gap"
    if match["next"].islower() or (separator == "gap" and name == "A" and gap == " "):
        return None  # "A Member State …"
    end = plain.index(match["next"], 1)
    return Label(name, (), name, "", separator, Style.CAPITALS, end)


def _label(
    head: str, mark: str, separator: str, following: str, start: int, end: int
) -> Label | None:
    match = _NAMED.fullmatch(head.strip(_EMPHASIS + " "))
    if match is None or following[:1].islower() or end - start > LONGEST_LABEL + 8:
        return None
    name, office = match["name"], match["office"] or ""
    if office and not names_office(office):
        return None
    style = style_of(name)
    if style is None or _ENDED_SENTENCE.search(name):
        return None
    groups = tuple(" ".join(group.split()) for group in _GROUP.findall(match["groups"]))
    opens_speech = not following.lstrip("([+#")[:1].isdigit()
    return Label(name, groups, match[0], mark, separator, style, end, opens_speech, office)


def _is_open(head: str) -> bool:
    """Return whether a parenthesis is open, so that what follows does not end the label."""
    return head.count("(") + head.count("（") > head.count(")") + head.count("）")


def _ends_in_abbreviation(head: str) -> bool:
    """Return whether the stop after these words belongs to the last of them: "Mr.", "J."."""
    word = head.rsplit(" ", 1)[-1].lower()
    short = len(word.strip("().")) < 2
    return short or (word in HONORIFICS and len(word) < 5) or f"{word}." in HONORIFICS


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
    return _connects(word) or fold_label(word) in _office_words()


@cache
def _office_words() -> frozenset[str]:
    return frozenset(word for office in label_words().offices for word in office.split())


def names_office(text: str) -> bool:
    """Return whether words after a name and a comma name an office: "ministre des ports"."""
    words = [fold_label(word) for word in text.split()[:_MOST_OFFICE_WORDS]]
    return any(
        " ".join(words[start:end]) in label_words().offices
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

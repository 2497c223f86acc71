"""The forms of labels: what a label before a turn looks like, whoever it names.

A label has an optional mark before it (a bullet, a time code, the number of a question), its words,
and a separator: "10:04 Mr. Rao:", "El señor PÉREZ.-", "Ms. AMBERLEY.", "Q   ". Nothing here decides
whether a paragraph that begins so is a turn; ``speakers.labels`` does, for a whole file.
"""

import re
from dataclasses import dataclass

from statements.transcripts.languages.label_words import is_office_label
from statements.transcripts.languages.titles import APOSTROPHES, HONORIFICS, OFFICE
from statements.transcripts.speakers.label_marks import (
    NUMBERED_QUESTION,
    TIME_BEHIND,
    split_mark,
)
from statements.transcripts.speakers.label_styles import Style, style_of, style_of_office
from statements.transcripts.values.choices import label_key

LONGEST_LABEL = 110  # characters, with parentheses
_MOST_WORDS = 9  # of a name
_MOST_WORDS_OF_OFFICE = 14  # "The Cabinet Secretary for Rural Affairs and the Environment"
_MOST_OFFICE_WORDS = 4  # at the beginning of what follows a name and a comma
_QUESTION = re.compile(r"[QA](?P<gap>[.:：]\s*|\s{2,}|\t\s*|\s(?=[\"“‘'(A-Z—–]))(?P<next>\S)")
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
# "[Odile Rill]: …", "[Speaker 1] …"
_BRACKETED = re.compile(r"\[(?P<name>[^\[\]:]{2,60})\]\s?(?P<colon>[:：]?)\s{0,3}(?=\S)")
_UNNAMED = re.compile(r"(?:speaker|spk|voice|participant|person)[ _-]{0,2}\w{1,3}", re.IGNORECASE)
_GROUP = re.compile(r"[(（\[]([^()（）\[\]]+)[)）\]]")
_ENDED_SENTENCE = re.compile(r"[^\W\d_]{4}\.\s")
_EMPHASIS = "*_"


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
    return _numbered(mark, rest, start) or (_on_a_line(mark, rest, start) if is_alone else None)


def _numbered(mark: str, rest: str, start: int) -> Label | None:
    """Return "Q7:" as a label, if nothing behind it is one."""
    match = NUMBERED_QUESTION.fullmatch(mark)
    if match is None or rest[:1].islower():
        return None
    separator = match["separator"].replace(")", ".")
    return Label(match["name"], (), mark[:-1], "", separator, Style.CAPITALS, start)


def _on_a_line(mark: str, rest: str, start: int) -> Label | None:
    """Return a line that is a name and nothing else, but for a time behind it."""
    if len(rest) > LONGEST_LABEL:
        return None
    behind = TIME_BEHIND.search(rest)
    name = rest[: behind.start()] if behind else rest
    mark = mark or (behind["time"] if behind else "")
    return _label(name, mark, "line", "", (start, start + len(rest)), is_marked=False)


def _bracketed(plain: str) -> Label | None:
    match = _BRACKETED.match(plain)
    name = match["name"].strip() if match else ""
    if match is None or not (match["colon"] or _UNNAMED.fullmatch(name)):
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
    style = style_of_office(name, is_marked=is_marked) or style_of(name)
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


def names_office(text: str) -> bool:
    """Return whether words after a name and a comma name an office: "ministre des ports"."""
    words = text.split()[:_MOST_OFFICE_WORDS]
    return any(
        is_office_label(" ".join(words[start:end]))
        for start in range(len(words))
        for end in range(start + 1, len(words) + 1)
    )

"""What a record says about a recorded vote around its lists: the sentence that puts a proposal to
the vote, the title of the proposal, and the outcome.
"""

import re
from collections.abc import Iterable, Sequence
from enum import StrEnum
from itertools import pairwise

from statements.transcripts.record.pack_votes import SYMBOL
from statements.transcripts.text.sentence_breaks import sentence_starts


class Outcome(StrEnum):
    ADOPTED = "adopted"
    REJECTED = "rejected"  # also printed as "not adopted"
    RETAINED = "retained"  # of a paragraph or phrase voted on separately
    DELETED = "deleted"


_PROPOSAL = r"(?:resolution|decision|amendment|proposal)"
_NUMERAL = r"(?:[IVX]{1,6}|[A-Z]|\d{1,3})"
_KEY = re.compile(rf"(?P<symbol>{SYMBOL})|\b{_PROPOSAL}s? (?P<numeral>{_NUMERAL})(?![\w/])")
_DRAFT = re.compile(
    rf"\b[Dd]raft {_PROPOSAL} (?P<key>{SYMBOL}|{_NUMERAL}(?![\w/]))"
    r"(?:(?:,| and|, and) (?:Add|Corr|Rev)\.\d)*"
)
# "A/70/L.9 and Corr.1, entitled “Tides”", "la résolution S/2015/990, intitulée « Marées »"
_ENTITLED = (
    r"(?:entitled|titled|intitulée?s?|titulad[oa]s?|озаглавленн\w{2,3}|المعنون(?:ة)?)"
    r"\s?[“\"«„]\s?(?P<title>[^”\"»“„]{3,400})[”\"»“]"
)
_TITLE_OF_KEY = re.compile(rf"(?:{_KEY.pattern})[^“\"«„;]{{0,80}}?\b{_ENTITLED}")
_TITLE = re.compile(rf"\bdraft {_PROPOSAL}[^“\"«„;]{{0,80}}?\b{_ENTITLED}", re.IGNORECASE)
# from the sentence that says what is voted on to the one that only announces a vote
_MOTIONS = (
    re.compile(
        r"\bput\b.{1,300}?\bto (?:the|a) vote\b|\bput(?:ting)? to (?:the|a) vote\b", re.DOTALL
    ),
    re.compile(r"\b(?:take (?:a decision|action)|vote|proceed to (?:the|a) vote) on\b"),
    re.compile(r"\bvote (?:has been|was) (?:requested|called for)|\bto (?:the|a) vote\b"),
)
_OUTCOME = re.compile(
    r"\b(?:was|were|is|are|(?:has|have)(?P<denied> not)? been)"
    r"(?P<negated> not)?(?: thus| therefore)?(?P<refused> not)? "
    r"(?P<verb>adopted|approved|carried|retained|rejected|deleted)\b",
    re.IGNORECASE,
)
_OUTCOMES = {
    "adopted": Outcome.ADOPTED,
    "approved": Outcome.ADOPTED,
    "carried": Outcome.ADOPTED,
    "retained": Outcome.RETAINED,
    "rejected": Outcome.REJECTED,
    "deleted": Outcome.DELETED,
}
_NEGATED = {Outcome.ADOPTED: Outcome.REJECTED, Outcome.RETAINED: Outcome.DELETED}


def names_proposal(subject: str) -> bool:
    """Return whether a subject names a draft or an amendment, and not only a paragraph of one.

    >>> names_proposal("draft resolution II"), names_proposal("operative paragraph 7")
    (True, False)
    """
    return _KEY.search(subject) is not None


def only_proposal(texts: Iterable[str]) -> str:
    """Return the proposal that paragraphs name, without a capital; "" if they name several, or
    none.

    >>> only_proposal(["Draft resolution A/70/L.9 is before us.", "We vote on paragraph 2."])
    'draft resolution A/70/L.9'
    """
    named = {
        match["key"].rstrip(".-"): match[0].rstrip(".-")
        for text in texts
        for match in _DRAFT.finditer(text)
    }
    if len(named) != 1:
        return ""
    (name,) = named.values()
    return name[0].lower() + name[1:]


def find_motion(texts: Sequence[str]) -> str:
    """Return the last sentence of paragraphs that puts something to the vote; "" if none does.

    >>> find_motion(["We have heard both. I shall now put the draft to the vote.", "So be it."])
    'I shall now put the draft to the vote.'
    """
    sentences = [sentence for text in texts for sentence in _sentences(text)]
    for motion in _MOTIONS:
        for sentence in reversed(sentences):
            if motion.search(sentence):
                return " ".join(sentence.split())
    return ""


def _sentences(text: str) -> list[str]:
    return [text[begin:end] for begin, end in pairwise([*sentence_starts(text), len(text)])]


def find_title(subject: str, texts: Iterable[str]) -> str:
    """Return the title that paragraphs give a proposal, as it is named in ``subject``; without a
    symbol or number there, the last title of any draft. "" if there is none.

    >>> find_title("draft resolution II", ["Draft resolution II is entitled “Tides”."])
    'Tides'
    """
    keys = [match["symbol"] or match["numeral"] for match in _KEY.finditer(subject)]
    if not keys:
        titles = [match["title"] for text in texts for match in _TITLE.finditer(text)]
        return _plain(titles[-1]) if titles else ""
    key = keys[-1].rstrip(".-")
    for text in texts:
        for match in _TITLE_OF_KEY.finditer(text):
            if (match["symbol"] or match["numeral"]).rstrip(".-") == key:
                return _plain(match["title"])
    return ""


def _plain(title: str) -> str:
    return " ".join(title.split()).rstrip(",.")


def find_outcome(texts: Iterable[str]) -> Outcome | None:
    """Return the first outcome that paragraphs report; None if they report none.

    >>> find_outcome(["The draft resolution has not been adopted."])
    <Outcome.REJECTED: 'rejected'>
    """
    for text in texts:
        if match := _OUTCOME.search(text):
            outcome = _OUTCOMES[match["verb"].lower()]
            is_negated = match["denied"] or match["negated"] or match["refused"]
            return _NEGATED.get(outcome, outcome) if is_negated else outcome
    return None

"""On whose behalf a speech is made, as its own words state: other delegations, or the speaker's
own country when the speaker is in the chair.
"""

import re
from collections.abc import Iterable

from statements.transcripts.speakers.pack_phrases import announces_national_by_pack, find_behalf
from statements.transcripts.values.parsed import ParagraphKind, ParsedSpeech

_ANNOUNCEMENT = re.compile(
    r"\b(?:I\s(?:have\sthe\s(?:honour|privilege|pleasure)\s(?:to|of)|am\s(?:honoured|pleased|privileged|"
    r"delighted|speaking|making|delivering|taking)|shall|will|would\slike\sto|should\slike\sto|wish\sto|"
    r"speak|deliver|make|take|also\sspeak)|It\sis\s(?:an?|my)\s(?:\w+\s)?(?:honour|privilege|pleasure)\s"
    r"(?:for\sme\s)?to|Kindly\sallow\sme\sto|Allow\sme\sto|Speaking)\b(?P<between>[^.;:()]{0,80}?)"
    r"\bon\sbehalf\sof\s(?P<whom>[^.;:()]{3,500})"
)
_FILLER_WORDS = frozenset(
    """
    to today also now speak speaking deliver delivering make making take taking address addressing
    present presenting read reading this the a statement following floor remarks council assembly
    general security committee here joint briefly in my capacity and
    """.split()
)
# "on behalf of my country", "of the people of Chad": the speaker's own side
_OWN_COUNTRY = re.compile(
    r"(?:my|our|his|her|its|all|the\s(?:people|Government|Governments|delegation|peoples|President|King|"
    r"Prime|citizens|nation|Republic|Kingdom|State\sof|families|victims|children|women|men))\b"
)
_CLAUSE_END = re.compile(
    r"\s[-—–]\s|(?<!\bbelonging)(?<!\b[Pp]arty)(?<!\b[Pp]arties)(?<!\b[Ss]ignatory)\sto\b|"
    r"(?<!\bassociated)(?<!\baligned)\swith\b|"
    r"\s(?:in\s(?:today|this|the|my|order|explanation|exercise|connection|relation|response|reply|"
    r"support|accordance|line|view|keeping|favour|respect|regard|addition|a|an|our)|on\s(?:this|the)|"
    r"at\s(?:this|the|today)|when|because|before|after|during|who|which|that|under|"
    r"regarding|concerning|as|today|and\s(?:to|I|in|of))\b"
)
# a delegation in a list: "the Czech Republic", "Chad and my own country"
_LIST_ITEM = re.compile(
    r"\s?(?:and\s)?(?:the\s)?[A-Z][\w’'.-]*(?:\s(?:[A-Z][\w’'.-]*|of|the|and|my|own|country)){0,12}"
)

_NATIONAL = re.compile(
    r"\b(?:I\s(?:shall|will|would\slike\sto|should\slike\sto|wish\sto|am\sgoing\sto)\s(?:now\s)?"
    r"(?:make|deliver|give|read\sout|speak)|Speaking|I\s(?:now\s)?speak)\b[^.;:]{0,80}?"
    r"\bin\smy\s(?:national\scapacity|capacity\sas\s[^.;:,]{0,80}?"
    r"\b(?:representative|Minister|President|Prime\sMinister|Secretary)\b[^.;:,]{0,120})"
)


def detect_on_behalf_of(opening: str, affiliation: str) -> str:
    """Return the delegations that the first two sentences name, as printed; "" if unsure.

    ``affiliation`` is the speaker's own; a speech on behalf of that alone does not count.
    """
    return _detect_in_english(opening, affiliation) or find_behalf(opening, affiliation)


def _detect_in_english(opening: str, affiliation: str) -> str:
    sentences = re.split(r"(?<=[a-z)][.?!])\s", opening[:900], maxsplit=2)[:2]
    match = next(filter(None, map(_ANNOUNCEMENT.search, sentences)), None)
    if match is None or not _FILLER_WORDS.issuperset(match["between"].lower().split()):
        return ""
    delegations = _leading_delegations(match["whom"])
    if not delegations or _OWN_COUNTRY.match(delegations):
        return ""
    if not any(word[:1].isupper() for word in delegations.split()):
        return ""
    own = affiliation.casefold().removeprefix("the ")
    return "" if own and delegations.casefold().removeprefix("the ") == own else delegations


def _leading_delegations(clause: str) -> str:
    """Return the part of the clause that names delegations: one group, or a list."""
    first, *rest = clause.split(",")
    end = _CLAUSE_END.search(first)
    if end:
        return first[: end.start()].strip()
    items = [first]
    for item in rest:
        if _LIST_ITEM.fullmatch(item.rstrip()) is None:
            break
        items.append(item)
    return ",".join(items).strip()


def announces_national_capacity(texts: Iterable[str]) -> bool:
    """Return whether a speaker in the chair announces a statement for their own country.

    ``texts`` are spoken paragraphs. The announcement reads "in my national capacity" or "in my
    capacity as the representative of" a country.
    """
    return any(
        ("my" in text and _NATIONAL.search(text)) or announces_national_by_pack(text)
        for text in texts
    )


def is_national(speech: ParsedSpeech) -> bool:
    """Return whether the speech announces a statement for the speaker's own country."""
    spoken_texts = (
        paragraph.text for paragraph in speech.paragraphs if paragraph.kind is ParagraphKind.SPEECH
    )
    return announces_national_capacity(spoken_texts)

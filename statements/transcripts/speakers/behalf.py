"""On whose behalf a speech is made, where its own first words say so beyond doubt."""

import re

_SAID = re.compile(
    r"\b(?:I\s(?:have\sthe\s(?:honour|privilege|pleasure)\s(?:to|of)|am\s(?:honoured|pleased|privileged|"
    r"delighted|speaking|making|delivering|taking)|shall|will|would\slike\sto|should\slike\sto|wish\sto|"
    r"speak|deliver|make|take|also\sspeak)|It\sis\s(?:an?|my)\s(?:\w+\s)?(?:honour|privilege|pleasure)\s"
    r"(?:for\sme\s)?to|Kindly\sallow\sme\sto|Allow\sme\sto|Speaking)\b(?P<between>[^.;:()]{0,80}?)"
    r"\bon\sbehalf\sof\s(?P<whom>[^.;:()]{3,500})"
)
_SPEAKING = frozenset(
    """
    to today also now speak speaking deliver delivering make making take taking address addressing
    present presenting read reading this the a statement following floor remarks council assembly
    general security committee here joint briefly in my capacity and
    """.split()
)
# "on behalf of my country", "of the people of Chad": the speaker's own, not others
_OWN = re.compile(
    r"(?:my|our|his|her|its|all|the\s(?:people|Government|Governments|delegation|peoples|President|King|"
    r"Prime|citizens|nation|Republic|Kingdom|State\sof|families|victims|children|women|men))\b"
)
_CUT = re.compile(
    r"\s[-—–]\s|\s(?:to|in\s(?:today|this|the|my)|on\s(?:this|the)|at\s(?:this|the|today)|with|"
    r"regarding|concerning|as|today|and\s(?:to|I|in|of))\b"
)
# a delegation in a list of them: "the Czech Republic", "Chad and my own country"
_LISTED = re.compile(
    r"\s?(?:and\s)?(?:the\s)?[A-Z][\w’'.-]*(?:\s(?:[A-Z][\w’'.-]*|of|the|and|my|own|country)){0,12}"
)


def on_behalf_of(opening: str, affiliation: str) -> str:
    """The delegations named in the first two sentences, as printed; "" where unsure."""
    sentences = re.split(r"(?<=[a-z)][.?!])\s", opening[:900], maxsplit=2)[:2]
    match = next(filter(None, map(_SAID.search, sentences)), None)
    if match is None or not _SPEAKING.issuperset(match["between"].lower().split()):
        return ""
    whom = _named(match["whom"])
    if not whom or _OWN.match(whom) or not any(word[:1].isupper() for word in whom.split()):
        return ""
    own = affiliation.casefold().removeprefix("the ")
    return "" if own and whom.casefold().removeprefix("the ") == own else whom


def _named(whom: str) -> str:
    """The clause up to where it stops naming: one group, or a list of delegations."""
    first, *others = whom.split(",")
    cut = _CUT.search(first)
    if cut:
        return first[: cut.start()].strip()
    listed = [first]
    for other in others:
        if _LISTED.fullmatch(other.rstrip()) is None:
            break
        listed.append(other)
    return ",".join(listed).strip()

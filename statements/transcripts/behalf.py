"""On whose behalf a speech is made, where its own first words say so beyond doubt."""

import re

_SAID = re.compile(
    r"\b(?:I\s(?:have\sthe\s(?:honour|privilege|pleasure)\s(?:to|of)|am\s(?:honoured|pleased|privileged|"
    r"delighted|speaking|making|delivering|taking)|shall|will|would\slike\sto|should\slike\sto|wish\sto|"
    r"speak|deliver|make|take|also\sspeak)|It\sis\s(?:an?|my)\s(?:\w+\s)?(?:honour|privilege|pleasure)\s"
    r"(?:for\sme\s)?to|Kindly\sallow\sme\sto|Allow\sme\sto|Speaking)\b(?P<between>[^.;:()]{0,80}?)"
    r"\bon\sbehalf\sof\s(?P<whom>[^.;:()]{3,160})"
)
_SPEAKING = re.compile(
    r"^\s*(?:to\s)?(?:today\s|also\s|now\s)?(?:speak(?:ing)?|deliver(?:ing)?|mak(?:e|ing)|tak(?:e|ing)|address"
    r"(?:ing)?|present(?:ing)?|read(?:ing)?|this|the|a|statement|following|floor|remarks|Council|"
    r"Assembly|General|Security|Committee|here|today|also|now|joint|briefly|in|my|capacity|and|,|\s)*$"
)
# "on behalf of my country", "of the people of Chad": the speaker's own, not others
_OWN = re.compile(
    r"(?:my|our|his|her|its|all|the\s(?:people|Government|Governments|delegation|peoples|President|King|"
    r"Prime|citizens|nation|Republic|Kingdom|State\sof|families|victims|children|women|men))\b"
)
_CUT = re.compile(
    r",\s|\s(?:to|in\s(?:today|this|the|my)|on\s(?:this|the)|at\s(?:this|the|today)|with\s|regarding|concerning|as\s|"
    r"—|–|today|and\s(?:to|I|my|in)\b)"
)


def on_behalf_of(opening: str, affiliation: str) -> str:
    """The delegations named in the first two sentences, as printed; "" where unsure."""
    sentences = re.split(r"(?<=[a-z)][.?!])\s", opening[:600], maxsplit=2)[:2]
    match = next(filter(None, map(_SAID.search, sentences)), None)
    if match is None or _SPEAKING.match(match["between"]) is None:
        return ""
    whom = match["whom"]
    cut = _CUT.search(whom)
    whom = whom[: cut.start()].strip() if cut else whom.strip()
    if not whom or _OWN.match(whom) or not any(word[:1].isupper() for word in whom.split()):
        return ""
    own = affiliation.casefold()
    return "" if own and whom.casefold().removeprefix("the ") == own.removeprefix("the ") else whom

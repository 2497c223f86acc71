"""The organ before which a statement was made, as its title says it."""

import re
from collections.abc import Iterable

# English names of organs, each with what a folded title says of it
Organs = Iterable[tuple[str, re.Pattern[str]]]

_NATIONS = r"(?:the\s)?(?:united\snations|u\.?n\.?)(?!\w)"
_BEFORE = (
    r"(?:^|[,.;:|(¶–—-]\s?"
    r"|\b(?:the|of|at|to|before|un|u\.n\.|nations|regular|\d{1,3}\W?\w{0,2}\W?)\s)"
)
# "General Assembly of the Organization of Weirs" is another one
_AFTER = rf"(?![\w-])(?!\s(?:of|for)\s(?!{_NATIONS}))"

ENGLISH_ORGANS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (name, re.compile(rf"{_BEFORE}(?:{'|'.join(forms)}){_AFTER}"))
    for name, forms in (
        ("General Assembly", (r"general\sassembly", r"unga(?:[\s-]?\d\d)?")),
        ("Security Council", (r"security\scouncil",)),
        ("Economic and Social Council", (r"economic\sand\ssocial\scouncil", "ecosoc")),
        ("Human Rights Council", (r"human\srights\scouncil",)),
        ("Trusteeship Council", (r"trusteeship\scouncil",)),
    )
)
# with these, an organ is the subject or not the one that meets
ENGLISH_OTHER_MEETINGS = re.compile(
    r"\b(?:(?:sub-?)?committees?|commissions?|resolutions?|reforms?|forum|conference|margins?"
    r"|sidelines?|side[\s-]event|reports?)\b"
)


def find_organ(title: str, organs: Organs, other_meetings: re.Pattern[str]) -> str:
    """Return the English name of the organ that a folded title names; "" if it is not certain.

    What names the speaker is no part of ``title``: a president of the Assembly may speak anywhere.

    >>> find_organ("statement at the security council", ENGLISH_ORGANS, ENGLISH_OTHER_MEETINGS)
    'Security Council'
    >>> find_organ("on security council reform", ENGLISH_ORGANS, ENGLISH_OTHER_MEETINGS)
    ''
    """
    if other_meetings.search(title):
        return ""
    names = {name for name, pattern in organs if pattern.search(title)}
    return names.pop() if len(names) == 1 else ""

"""What a parenthesis in a speaker line says that is neither a State nor a language.

That is how somebody takes part ("via videoconference"), what they rise for ("on a point of order"),
when ("15:05"), in which office ("Chair of the Group"), or who holds the office printed before it.
"""

import re

from statements.transcripts.languages.names import fold
from statements.transcripts.languages.titles import OFFICE

_NOTE = re.compile(
    r"""
    .*\b(?:point\ of\ (?:order|information|clarification|privilege|personal\ explanation)
        | right\ of\ reply | personal\ explanation | explanation\ of\ (?:vote|position)
        | video-?\s?(?:conference|conferencing|link|message|recording|call)
        | tele-?\s?(?:conference|conferencing|phone|link) | video\ tele-?conference
        | pre-?recorded | off-?\s?(?:mic|microphone|mike)
        | from\ the\ (?:floor|gallery|chair|podium) | name\ was\ called | right\ to\ reply )\b.*
    | (?:speaking|appearing|participating|attending|joining|connected|present)?\ ?
      (?:remotely|virtually|on-?line|in\ person|by\ (?:video|phone|audio|radio)
        | via\b(?!\ Campesina).{0,60})
    | (?:continuing|continued|resuming|interrupting|interjecting|interposing|interrupted|concluding
        | replying|responding|answering|rising|raising|reading|sitting|standing|seated)\b.{0,80}
    | (?:when|while|during|after|before|through|amid|as\ delivered|on\ a|to\ a|in\ reply
        | in\ response | for\ the\ (?:second|third)\ time|inaudible)\b.{0,80}
    | (?:at\ )?\d{1,2}[.:h]\d\d(?:[.:]\d\d)?(?:\ ?[ap]\.?\ ?m\.?)?
    | \d{1,2}\ ?[ap]\.?\ ?m\.?
    """,
    re.VERBOSE | re.IGNORECASE | re.DOTALL,
)
_LONGEST = 140  # characters
_ORGANIZATIONS = frozenset({"representative", "observer", "delegate"})


def is_stage_note(printed: str, *, after_affiliation: bool = False) -> bool:
    """Return whether a parenthesis is a note of the record.

    After the affiliation, everything that begins in lower case and names no office is one.

    >>> is_stage_note("via videoconference"), is_stage_note("the European Union")
    (True, False)
    """
    if len(printed) > _LONGEST:
        return False
    if _NOTE.fullmatch(printed):
        return True
    return after_affiliation and printed[:1].islower() and not is_office(printed)


def is_office(printed: str) -> bool:
    """Return whether a parenthesis states an office: "Chair of the Group", "Rapporteur"."""
    if len(printed) > _LONGEST:
        return False
    match = OFFICE.fullmatch(printed)
    return match is not None and fold(match["office"]) not in _ORGANIZATIONS

"""Narrative, the text of a record that nobody spoke: openings, pauses, votes, decisions, headings.

A paragraph is narrative only if all of it has such a form. What a President says about a vote
("The draft resolution received 13 votes in favour …") is speech.
"""

import re

from statements.transcripts.languages.states import is_state

_FORMS = r"""
    The meeting was (?:called to order|opened|declared open)
        (?: (?:at|on) [^?!]{1,80}
        | by the (?:Acting |Temporary )?(?:President|Chair)\b[^?!]{0,80})?\.?
    The meeting (?:was )?(?:suspended|resumed|adjourned|closed|continued|reconvened)
        (?: (?:at|for|until|and|on|in) [^?!]{1,80})?\.?
    The meeting rose(?: at [^?!]{1,40})?\.?
    (?:The )?(?:provisional )?[Aa]genda(?:, as .{1,40},)? was adopted\.?
    It (?:is|was) so (?:decided|agreed)(?: ?\([^()]{1,60}\))?\.?
    (?:A|The) (?:recorded |separate |roll-call )?vote was (?:then )?(?:taken|requested)\b.{0,120}
    Number of (?:ballot papers|invalid ballots|valid ballots|abstentions|members)\b.{0,80}
    Required (?:two-thirds )?majority\b.{0,60}
    Number of votes obtained\b.{0,60}
    (?:The )?(?:[Dd]raft )?(?:resolution|decision|amendment|motion|proposal)\b
        (?:[^.]|\.(?=\d)){0,120}\bwas (?:adopted|rejected|approved|carried|not adopted)
        (?: by (?:[^.]|\.(?=\d)){1,160}| unanimously| without a vote)?
        (?: ?\(resolution[^()]{1,40}\))?\.?
    (?:[\w-]{1,20} ){0,6}paragraphs? (?:[\w(), -]{1,60} )?(?:was|were)
         (?:retained|deleted|adopted|rejected|not retained) by \d[^.]{0,160}\.?
    \[?Subsequently, the (?:delegation|representative)s? of .{1,400}
        \bthe Secretariat\b.{0,200}
    At the invitation of the (?:Acting |Temporary )?(?:President|Chair(?:man|person)?), .{1,400}
        \b(?:(?:took|take) (?:a |his |her |their )?(?:seat|place)s?|sat|was escorted)\b.{0,120}
    The (?:members|representatives|Council|Assembly|Committee|Commission|Conference)\b.{0,80}
        \bobserved a minute of silen\w+\b.{0,80}
    (?:Mr|Mrs|Ms|Miss|Sir|Dame)\b.{1,120}
        \b(?:(?:took|resumed|returned to|in|left|vacated) the [Cc]hair|withdrew
        |was escorted\b.{1,80}
        |took (?:a|his|her|their) (?:seat|place)s?\b.{0,40}
        \b(?:table|rostrum|Chamber|reserved)\b.{0,60})\.?
    In the absence of the (?:President|Chair\w*),.{1,160}\btook the [Cc]hair\.?
    The (?:PRESIDENT|CHAIR\w*|(?:Acting |Temporary |Vice-){0,2}(?:President|Chair\w{0,6}))
        (?:,[^.]{0,80})? (?:then )?(?:took|resumed|returned to|in|left|vacated) the [Cc]hair\.?
    \((?:spoke|speaking|continued) in [A-Z][\w\-]{2,20}\)
"""
# one form per line; lines with deeper indentation continue the form above
_NARRATIVE = re.compile(
    "|".join(form.strip() for form in re.sub(r"\n {8}", "", _FORMS).split("\n") if form.strip())
)
_LIST_HEAD = re.compile(r"(?:In favour|Against|Abstaining|Abstentions?|Absent|Not voting)\s?:")
_LIST_ITEM = re.compile(
    r"(?:[A-ZÀ-Ý][\w.'’‘-]*+|of|the|d['’]\w++)(?: (?:[A-ZÀ-Ý][\w.'’‘-]*+|of|the|d['’]\w++)){0,9}"
    r"(?: ?\([^()]{1,40}\)?|[^()]{1,40}\))?"
)
_LIST_HEADS = re.compile(
    r"(?:^|(?<=[\s.;]))(?:In favour|Against|Abstaining|Abstentions?|Absent|Not voting)\s?:\s*"
)
_ADOPTION = re.compile(
    r"(?:The )?(?:draft |provisional )?(?:agenda|resolution|decision|amendment|motion|proposal)\b",
    re.IGNORECASE,
)
_COUNT = re.compile(r"\d{1,3}(?: votes?)?")
_BETWEEN_ITEMS = re.compile(r",|\band\b")
_HEADING = re.compile(r"[^\W\d_][^.!?]{0,160}")
_LONGEST = 700  # characters
_LONGEST_LIST = 6000  # characters


def is_narrative(text: str) -> bool:
    """Return whether the whole paragraph is narrative."""
    return len(text) <= 4 * _LONGEST and (
        holds_votes(text) or (len(text) <= _LONGEST and _NARRATIVE.fullmatch(text) is not None)
    )


def may_be_spoken(text: str) -> bool:
    """Return whether delegates use such words too: "The resolution was adopted unanimously."."""
    return _ADOPTION.match(text) is not None


def heads_vote_list(line: str) -> bool:
    """Return whether a line begins with "In favour:", "Against:" or a similar label."""
    return _LIST_HEAD.match(line.lstrip()) is not None


def holds_votes(text: str) -> bool:
    """Return whether a paragraph consists of labelled vote lists, which may be empty.

    "Against: those who deny us, we say no" does not.

    >>> holds_votes("In favour: Chad, Peru Against: None")
    True
    """
    if _LIST_HEAD.match(text) is None:
        return False
    lists = [part.strip(" .;") for part in _LIST_HEADS.split(text)[1:]]
    if all(not part or is_vote_list(part) for part in lists):
        return True
    items = [item.strip(" .;") for part in lists for item in _BETWEEN_ITEMS.split(part)]
    # the lists may be damaged, or have a sentence attached
    return 2 * sum(map(is_state, items)) >= len(items)


def is_vote_list(text: str) -> bool:
    """Return whether the text is a list of delegations, as after "Against:", or "None".

    The list may be cut off at the end of a page.
    """
    if text.strip(" .") == "None" or _COUNT.fullmatch(text):
        return True
    if len(text) > _LONGEST_LIST or text.endswith((".", "?", "!", ":")):
        return False
    items = [item.strip() for item in _BETWEEN_ITEMS.split(text)]
    return all(_LIST_ITEM.fullmatch(item) for item in items if item)


def may_be_heading(text: str) -> bool:
    """Return whether this is a short line without a full stop.

    It is a heading only if a speaker line or narrative follows.
    """
    words = text.split()
    return (
        0 < len(words) <= 24
        and len(text) <= 200
        and text[:1].isupper()
        and text[-1:] not in ".?!,;:”\"'’"
        and _HEADING.fullmatch(text) is not None
    )


def opens_meeting(line: str) -> bool:
    """Return whether this is the line with which the body of a record begins."""
    return (
        re.match(r"\s*The meeting (?:was )?(?:called to order|resumed|opened|reconvened)\b", line)
        is not None
    )

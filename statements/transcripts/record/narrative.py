"""Narrative, the text of a record that nobody spoke: openings, pauses, votes, decisions, headings.

A paragraph is narrative only if all of it has such a form. What a President says about a vote
("The draft resolution received 13 votes in favour …") is speech.
"""

import re

from statements.transcripts.record.vote_lists import holds_votes

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
_ADOPTION = re.compile(
    r"(?:The )?(?:draft |provisional )?(?:agenda|resolution|decision|amendment|motion|proposal)\b",
    re.IGNORECASE,
)
# a note in parentheses that stands alone is the record's; "(I mean it)" is not
_ALONE = re.compile(r"\([^()]{2,160}\)|\[[^\[\]]{2,160}\]")
_CITATION = re.compile(
    r"\b(?:[Rr]esolutions?|[Pp]ara|[Aa]rticle|[Aa]nnex|[Pp]aragraph|pp?)\b|[A-Z]/|\d/"
)
_PERSONAL = re.compile(
    r"\b(?:I|we|you|our|my|your|us|me|let)\b|\b(?:spoke|speaking|continued|resumed|interpretation"
    r"|translated) (?:in|from)\b",
    re.IGNORECASE,
)
_LONGEST_STAGE_NOTE = 20  # words
_THANKS = re.compile(
    r"(?:(?:and|so|once again,?) )?(?:(?:many|a thousand|my) thanks|thanks?\b|merci|gracias|"
    r"i thank)",
    re.IGNORECASE,
)
_PERSON_WORDS = re.compile(r"\b(?:I|we|us|me|you|your|yours|my|mine|ours?)\b")
_OPEN_ENDS = (":", ",", ";", "–", "—", "-", "…")
_HEADING = re.compile(r"[^\W\d_][^.!?]{0,160}")
_LONGEST = 700  # characters


def is_narrative(text: str) -> bool:
    """Return whether the whole paragraph is narrative."""
    return len(text) <= 4 * _LONGEST and (
        holds_votes(text)
        or is_stage_note(text)
        or (len(text) <= _LONGEST and _NARRATIVE.fullmatch(text) is not None)
    )


def may_be_spoken(text: str) -> bool:
    """Return whether delegates use such words too: "The resolution was adopted unanimously."."""
    return _ADOPTION.match(text) is not None


def is_stage_note(text: str) -> bool:
    """Return whether a paragraph is a note in parentheses about what happens: "(Applause)"."""
    return (
        _ALONE.fullmatch(text) is not None
        and len(text.split()) <= _LONGEST_STAGE_NOTE
        and _PERSONAL.search(text) is None
        and _CITATION.search(text) is None
    )


def is_spoken_line(text: str) -> bool:
    """Return whether a short line without full stop cannot be a heading: "Thank you very much"."""
    return _THANKS.match(text) is not None or _PERSON_WORDS.search(text) is not None


def leaves_open(text: str) -> bool:
    """Return whether a text announces more, so that short lines below it are spoken: verse after
    "The poet says:"."""
    return text.rstrip().endswith(_OPEN_ENDS)


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

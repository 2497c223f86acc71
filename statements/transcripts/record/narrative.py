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
# "In favour:", "AGAINST (3):"
VOTE_HEAD = (
    r"(?P<head>In favou?r|Against|Abstaining|Abstentions?|Absent|Not (?:voting|participating)"
    r"|IN FAVOU?R|AGAINST|ABSTAINING|ABSTENTIONS?|ABSENT|NOT VOTING)(?:\s?\(\d{1,3}\))?\s?:"
)
_LIST_HEAD = re.compile(VOTE_HEAD)
_LIST_ITEM = re.compile(
    r"(?:[A-ZÀ-Ý][\w.'’‘-]*+|of|the|d['’]\w++)(?: (?:[A-ZÀ-Ý][\w.'’‘-]*+|of|the|d['’]\w++)){0,9}"
    r"(?: ?\([^()]{1,40}\)?|[^()]{1,40}\))?"
)
_LIST_HEADS = re.compile(rf"(?:^|(?<=[\s.;])){VOTE_HEAD.replace('?P<head>', '?:')}\s*")
_ADOPTION = re.compile(
    r"(?:The )?(?:draft |provisional )?(?:agenda|resolution|decision|amendment|motion|proposal)\b",
    re.IGNORECASE,
)
_COUNT = re.compile(r"\d{1,3}(?: votes?)?")
_BETWEEN_ITEMS = re.compile(r"[,;]|\band\b")
_COMMAS = re.compile(r"[,;]")
NO_DELEGATIONS = frozenset({"none", "nobody", "nil", "-", "–", "—"})
# words of a sentence, which are in no name of a delegation
_SENTENCE_WORDS = re.compile(
    r"\b(?:I|we|you|he|she|they|is|are|was|were|be|have|has|had|will|shall|would|thank|thanks|"
    r"our|my|their|your|this|these|that|please|now|not)\b",
    re.IGNORECASE,
)
_LONGEST_ITEM = 10  # words
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
_LONGEST_LIST = 6000  # characters


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


def is_vote_list(text: str, *, below_head: bool = False) -> bool:
    """Return whether the text is a list of delegations, as after "Against:", or "None".

    The list may be cut off at the end of a page. It may end in a full stop if its names are known,
    or if it stands ``below_head``, a label on its own. A name that is not known never makes
    speech of it.
    """
    if text.strip(" .;").casefold() in NO_DELEGATIONS or _COUNT.fullmatch(text.rstrip(" .")):
        return True
    if len(text) > _LONGEST_LIST or text.endswith(("?", "!", ":")):
        return False
    if below_head or not text.endswith("."):
        items = [item.strip(" .") for item in _BETWEEN_ITEMS.split(text)]
        if all(_LIST_ITEM.fullmatch(item) for item in items if item):
            return True
    return names_states(text)


def names_states(text: str) -> bool:
    """Return whether a text is a list, half of whose items or more are States.

    >>> names_states("Chad, eSwatini; Norw@y."), names_states("Chad, Peru and we are glad.")
    (True, False)
    """
    items = list_items(text)
    others = [item for item in items if not is_state(item)]
    if len(items) < 2 * len(others) or not items:
        return False
    return not any(
        len(item.split()) > _LONGEST_ITEM or _SENTENCE_WORDS.search(item) for item in others
    )


def list_items(text: str) -> list[str]:
    """Return the names in a list; an "and" divides them only where it is not in a State's name."""
    items: list[str] = []
    for part in _COMMAS.split(text):
        name = part.strip(" .").removeprefix("and ").strip()
        if not name or is_state(name) or " and " not in name:
            items += [name] if name else []
            continue
        splits = [
            (name[: match.start()].strip(), name[match.end() :].strip())
            for match in re.finditer(r"\sand\s", name)
        ]
        known = next((split for split in splits if all(map(is_state, split))), None)
        items += known or splits[-1]
    return items


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

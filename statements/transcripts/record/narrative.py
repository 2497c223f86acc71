"""Narrative, the text of a record that nobody spoke: openings, pauses, votes, decisions, headings.

A paragraph is narrative only if all of it has such a form. What a President says about a vote
("The draft resolution received 13 votes in favour …") is speech.
"""

import re
from functools import cache

from statements.transcripts.languages.names import fold
from statements.transcripts.languages.pack import (
    ENGLISH,
    LanguagePack,
    folded_pattern,
    is_capital,
    packs_of,
    plain_punctuation,
)
from statements.transcripts.record.vote_lists import holds_votes


def forms_of(pack: LanguagePack) -> list[str]:
    """Return the forms of narrative in a pack; indented lines continue the form above."""
    joined = re.sub(r"\n {4}", "", pack.narrative.forms)
    return [form.strip() for form in joined.split("\n") if form.strip()]


_NARRATIVE = re.compile("|".join(forms_of(ENGLISH)))
_OPENING = re.compile(rf"\s*{ENGLISH.narrative.opening}")
_ADOPTION = re.compile(
    r"(?:The )?(?:draft |provisional )?(?:agenda|resolution|decision|amendment|motion|proposal)\b",
    re.IGNORECASE,
)
# a note in parentheses that stands alone is the record's; "(I mean it)" is not
_ALONE = re.compile(r"\([^()]{2,160}\)|\[[^\[\]]{2,160}\]")
_END = re.compile(
    r"(?:END[\s:]{1,3})?\d{1,2}[:.]\d\d\s?[AaPp]\.?\s?[Mm]\.?(?:,?\s\(?[A-Z]{2,5}\)?)?(?:\s{1,3}END)?"
    r"|[-–—*\s]{0,4}END[-–—*.\s]{0,4}|(?:#\s?){2,5}"
)
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
_OPEN_ENDS = (":", ",", ";", "–", "—", "-", "…", "：", "，", "；", "、", "،", "؛")
_SENTENCE_ENDS = ".?!,;:”\"'’»。？！，；：、؟،؛"
_HEADING = re.compile(r"[^\W\d_][^.!?]{0,160}")
_LONGEST = 700  # characters


def is_narrative(text: str) -> bool:
    """Return whether the whole paragraph is narrative."""
    return len(text) <= 4 * _LONGEST and (
        holds_votes(text)
        or is_stage_note(text)
        or (len(text) <= _LONGEST and _has_form_of_narrative(text))
    )


def _has_form_of_narrative(text: str) -> bool:
    if _NARRATIVE.fullmatch(text):
        return True
    packs = packs_of(text)
    folded = fold(text) if packs else ""
    return any(_forms_by_pack(pack).fullmatch(folded) for pack in packs)


@cache
def _forms_by_pack(pack: LanguagePack) -> re.Pattern[str]:
    return folded_pattern("|".join(forms_of(pack)))


@cache
def _opening_by_pack(pack: LanguagePack) -> re.Pattern[str]:
    return folded_pattern(pack.narrative.opening)


@cache
def _spoken_by_pack(pack: LanguagePack) -> re.Pattern[str]:
    return folded_pattern(pack.narrative.spoken)


def _is_personal(text: str) -> bool:
    """Return whether a text in another language than English has words of a speaker."""
    packs = packs_of(text)
    folded = fold(text) if packs else ""
    return any(_spoken_by_pack(pack).search(folded) for pack in packs)


def may_be_spoken(text: str) -> bool:
    """Return whether delegates use such words too: "The resolution was adopted unanimously."."""
    return _ADOPTION.match(text) is not None


def is_stage_note(text: str) -> bool:
    """Return whether a paragraph is a note in parentheses about what happens: "(Applause)", or when
    it ended: "4:58 P.M. EDT", "END".

    >>> is_stage_note("(Applause.)"), is_stage_note("END 4:58 P.M. EDT"), is_stage_note("The end")
    (True, True, False)
    """
    return _END.fullmatch(text) is not None or (
        _ALONE.fullmatch(plain_punctuation(text)) is not None
        and len(text.split()) <= _LONGEST_STAGE_NOTE
        and _PERSONAL.search(text) is None
        and _CITATION.search(text) is None
        and not _is_personal(text)
    )


def is_spoken_line(text: str) -> bool:
    """Return whether a short line without full stop cannot be a heading: "Thank you very much"."""
    return (
        _THANKS.match(text) is not None
        or _PERSON_WORDS.search(text) is not None
        or _is_personal(text)
    )


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
        and is_capital(text[0])
        and text[-1] not in _SENTENCE_ENDS
        and _HEADING.fullmatch(text) is not None
    )


def opens_meeting(line: str) -> bool:
    """Return whether this is the line with which the body of a record begins."""
    return find_opening(line) is not None


def find_opening(line: str) -> LanguagePack | None:
    """Return the pack of the language in which a line opens a meeting; None if it does not."""
    if _OPENING.match(line):
        return ENGLISH
    # most lines of a wrapped text begin within a sentence, and no opening does
    packs = packs_of(line) if is_capital(line.lstrip()[:1]) else ()
    folded = fold(line[:200]) if packs else ""
    return next((pack for pack in packs if _opening_by_pack(pack).match(folded)), None)

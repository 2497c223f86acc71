"""In what capacity a stored speech was made: for a State, from the chair, for the Secretariat or
another body, as a guest. Computed from what speeches store, in the terms of the rules of procedure
of the Security Council (rules 20, 21, 37 and 39).
"""

import re
from enum import StrEnum
from functools import lru_cache

from statements.transcripts.languages.names import fold
from statements.transcripts.languages.titles import OFFICE_TITLES


class Capacity(StrEnum):
    NATIONAL = "national"  # for a State, or another delegation
    BEHALF = "behalf"  # for several States, named by ``on_behalf_of``
    CHAIR = "chair"  # conducts the meeting
    CHAIR_NATIONAL = "chair-national"  # in the chair, for the own State
    SECRETARIAT = "secretariat"  # the Secretariat, and bodies and organizations
    GUEST = "guest"  # invited as a person


def _folded(words: str) -> frozenset[str]:
    return frozenset(map(fold, words.split()))


# words of the offices that conduct meetings, and those that modify them
_CHAIRS = _folded(
    """
    president chair chairman chairwoman chairperson cochair cochairman speaker moderator
    presidente presidenta vicepresident vicepresidente vicepresidenta präsident präsidentin
    vizepräsident vizepräsidentin alterspräsident alterspräsidentin
    председатель председательствующий председательница الرئيس الرئيسة 主席
    """
)
_MODIFIERS = _folded(
    """
    le la el il lo o a der die acting temporary provisional deputy interim outgoing incoming co
    vice first second honorary mr mrs ms m mme madam madame monsieur señor señora herr frau par
    provisoire temporaire temporal interino interina funciones исполняющий обязанности временный
    presiding officer
    """
)
_PRESIDING = ("presiding", "officer")
_BEFORE_NOTES = re.compile(r"[(:\[]")  # of a speaker line, after the name
_WORD = re.compile(r"[^\W\d_]+")
# offices and bodies of the United Nations and other organizations, in folded roles
_BODIES = re.compile(
    r"\b(?:secretar(?:y|ies)[- ]general|secretaire general|secretaria? general|"
    r"special (?:representative|envoy|coordinator|adviser|advisor|rapporteur)|"
    r"personal (?:envoy|representative)|high commissioner|commissioner[- ]general|"
    r"director[- ]general|executive (?:director|secretary)|force commander|"
    r"police (?:adviser|commissioner)|emergency relief coordinator|"
    r"resident coordinator|legal counsel|prosecutor|registrar|"
    r"united nations|nations unies|naciones unidas|secretariat|department|office (?:of|for)|"
    r"international (?:court|criminal|residual|tribunal|atomic)|tribunal|agency|programme|"
    r"(?:african|european) union|league of arab|organi[sz]ation|commission|council|committee|"
    r"general assembly|world (?:bank|health)|monetary fund)\b"
)


@lru_cache(maxsize=4096)
def is_chair(printed: str) -> bool:
    """Return whether a speaker line names the office that conducts the meeting, and nobody.

    >>> is_chair("The Acting President (spoke in French):"), is_chair("President Abbas")
    (True, False)
    """
    words = _WORD.findall(fold(_BEFORE_NOTES.split(printed, maxsplit=1)[0]))
    if not words or not _CHAIRS.union(_MODIFIERS).issuperset(words):
        return False
    return not _CHAIRS.isdisjoint(words) or all(word in words for word in _PRESIDING)


def speaking_capacity(
    *,
    speaker_line: str,
    speaker_printed: str,
    role: str,
    affiliation: str,
    on_behalf_of: str,
    is_national: bool,
    of_state: bool,
    of_organization: bool,
) -> Capacity | None:
    """Return the capacity in which a speech was made; None where nothing stored tells.

    ``of_state`` and ``of_organization`` say what the delegation of the speech was resolved to;
    both are false if it was not.
    """
    if is_chair(speaker_printed) or is_chair(speaker_line):
        return Capacity.CHAIR_NATIONAL if is_national else Capacity.CHAIR
    if on_behalf_of:
        return Capacity.BEHALF
    if of_state:
        return Capacity.NATIONAL
    described = fold(f"{role} {affiliation} {speaker_printed}")
    if of_organization or _BODIES.search(described):
        return Capacity.SECRETARIAT
    if not role:
        return None
    is_office_of_state = not OFFICE_TITLES.isdisjoint(_WORD.findall(fold(role)))
    return Capacity.NATIONAL if is_office_of_state else Capacity.GUEST

"""Corrections of a draft: what a person changed on the review page, applied to a copy of it.

A correction names only what was changed, so that two people who correct different things do
not undo each other's work.
"""

from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from statements import ingest
from statements.ingest.drafts.building import is_solved
from statements.ingest.drafts.draft import RECORD_FIELDS, SPEECH_FIELDS, Draft, DraftSpeech
from statements.transcripts.symbols import Symbol

__all__ = [
    "RECORD_FIELDS",
    "SCOPES",
    "SPEECH_FIELDS",
    "Correction",
    "Scope",
    "corrected",
    "speech_values",
]

_READ_ANEW = {"date", "symbol"}  # names are borne by other countries on other days


class Scope(StrEnum):
    ONE = "one"
    LINE = "line"
    ALL = "all"


SCOPES = [
    (Scope.ONE.value, "this speech"),
    (Scope.LINE.value, "every speech with this speaker line"),
    (Scope.ALL.value, "every speech in this file"),
]


@dataclass(frozen=True, slots=True)
class Correction:
    """What changed in one speech, and for which speeches beside it that goes too."""

    position: int
    changes: Mapping[str, str]
    scope: Scope = Scope.ONE


def corrected(draft: Draft, record: Mapping[str, Any], corrections: Sequence[Correction]) -> Draft:
    """A copy of the draft with the corrections in it; what was corrected in a speech itself
    counts before what another speech's correction would do to it."""
    draft = deepcopy(draft)
    for name, value in record.items():
        setattr(draft, name, value)
    if "symbol" in record:
        draft.symbol_printed = ""
        draft.number = Symbol.parse(draft.symbol).number if draft.symbol else None
    if "date" in record:
        draft.date_printed = ""
    by_position = {speech.position: speech for speech in draft.speeches}
    for correction in corrections:
        for speech in _targets(draft, by_position[correction.position], correction.scope):
            _apply(speech, correction.changes)
    for correction in corrections:
        _apply(by_position[correction.position], correction.changes)
    if _READ_ANEW & record.keys():
        ingest.resolve(draft)
    draft.problems = [item for item in draft.problems if not is_solved(item, draft)]
    return draft


def speech_values(speech: DraftSpeech) -> dict[str, str]:
    return {name: getattr(speech, name) for name in SPEECH_FIELDS}


def _targets(draft: Draft, speech: DraftSpeech, scope: Scope) -> list[DraftSpeech]:
    if scope is Scope.ALL:
        return draft.speeches
    if scope is Scope.LINE:
        return [other for other in draft.speeches if other.speaker_line == speech.speaker_line]
    return [speech]


def _apply(speech: DraftSpeech, changes: Mapping[str, str]) -> None:
    for name, value in changes.items():
        setattr(speech, name, value)

"""Corrections from the review page, applied to a copy of a draft.

A correction contains only the fields that were changed, so that two reviewers who correct
different fields do not overwrite each other's work.
"""

from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.utils.translation import gettext_lazy as _

from statements import ingest
from statements.ingest.drafts.building import is_solved
from statements.ingest.drafts.draft import RECORD_FIELDS, SPEECH_FIELDS, Draft, DraftSpeech
from statements.transcripts.values.symbols import Symbol

__all__ = [
    "RECORD_FIELDS",
    "SCOPES",
    "SPEECH_FIELDS",
    "Correction",
    "Scope",
    "apply_corrections",
    "speech_values",
]

# a country name belongs to different countries on different dates
_AFFECTS_MATCHING = {"date", "symbol"}


class Scope(StrEnum):
    ONE = "one"
    LINE = "line"
    ALL = "all"


SCOPES = [
    (Scope.ONE.value, _("This speech only")),
    (Scope.LINE.value, _("Every speech with this speaker line")),
    (Scope.ALL.value, _("Every speech in this file")),
]


@dataclass(frozen=True, slots=True)
class Correction:
    """The changed fields of one speech, and the scope of speeches they apply to."""

    position: int
    changes: Mapping[str, str]
    scope: Scope = Scope.ONE


def apply_corrections(
    draft: Draft, record: Mapping[str, Any], corrections: Sequence[Correction]
) -> Draft:
    """Return a copy of the draft with the changed record fields and corrections applied.

    A correction made to a speech itself takes precedence over one that reaches it by scope.
    """
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
    if _AFFECTS_MATCHING & record.keys():
        ingest.resolve(draft)
    draft.problems = [problem for problem in draft.problems if not is_solved(problem, draft)]
    return draft


def speech_values(speech: DraftSpeech) -> dict[str, str]:
    return {name: getattr(speech, name) for name in SPEECH_FIELDS}


def _targets(draft: Draft, speech: DraftSpeech, scope: Scope) -> list[DraftSpeech]:
    if scope is Scope.ALL:
        return draft.speeches
    if scope is Scope.LINE:
        line = speech.speaker_line
        return [candidate for candidate in draft.speeches if candidate.speaker_line == line]
    return [speech]


def _apply(speech: DraftSpeech, changes: Mapping[str, str]) -> None:
    for name, value in changes.items():
        setattr(speech, name, value)

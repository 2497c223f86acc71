"""Decisions about labels, remembered for the next files of the same series.

A series is what files have in common by which a label means the same in each: their data set, their
organ, or the series of their symbols. Files without any of these share nothing.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from statements.ingest.drafts.draft import Draft
from statements.models import LabelChoice, Transcript
from statements.transcripts.languages.names import fold
from statements.transcripts.values.choices import (
    LabelChoices,
    applied,
    current_choices,
    label_key,
)
from statements.transcripts.values.parsed import LabelUse, ParsedTranscript
from statements.transcripts.values.symbols import Symbol

_LONGEST_LABEL = 200  # characters that the database keeps
_USES = {True: LabelUse.SPEAKER, False: LabelUse.TEXT}


@dataclass(frozen=True, slots=True)
class LabelMemory:
    """What was decided about the labels of a series: for each key the use and the file."""

    decisions: Mapping[str, tuple[LabelUse, str]] = field(default_factory=dict)

    @property
    def choices(self) -> LabelChoices:
        accepted, rejected = (
            frozenset(key for key, (decided, _) in self.decisions.items() if decided is use)
            for use in (LabelUse.SPEAKER, LabelUse.TEXT)
        )
        return LabelChoices(accepted, rejected)

    def origin(self, key: str, use: str) -> str:
        """Return the name of the file on which this use was decided; "" if it was not."""
        decided, file_name = self.decisions.get(key, ("", ""))
        return file_name if decided == use else ""


def series_of(draft: Draft) -> str:
    """Return what a draft has in common with other files; "" if that is not known."""
    if draft.dataset:
        return f"dataset:{draft.dataset}"
    if draft.organ:
        return f"organ:{fold(draft.organ)}"
    if draft.symbol:
        symbol = Symbol.parse(draft.symbol)
        return f"symbol:{symbol.series}/{symbol.record_type}"
    return ""


def series_name(draft: Draft) -> str:
    """Return the name of the series of a draft as it is shown; "" if that is not known.

    >>> series_name(Draft([], symbol="X/PV.7"))
    'X/PV'
    """
    return draft.dataset or draft.organ or series_of(draft).partition(":")[2]


def recall(series: str) -> LabelMemory:
    """Return what was decided about the labels of a series."""
    choices = LabelChoice.objects.filter(series=series) if series else LabelChoice.objects.none()
    rows = choices.values_list("key", "begins_turns", "file_name")
    return LabelMemory({key: (_USES[begins], file_name) for key, begins, file_name in rows})


def draft_with_memory(
    read: Callable[[], ParsedTranscript],
    build: Callable[[ParsedTranscript], Draft],
    memory: LabelMemory | None = None,
) -> tuple[Draft, ParsedTranscript]:
    """Return the draft of a file, read under the choices that hold and those remembered.

    Without ``memory``, the file itself says of which series it is, so it is read again if anything
    was decided about the labels of that series.
    """
    given = current_choices()
    if memory is None:
        parsed = read()
        draft = build(parsed)
        memory = recall(series_of(draft))
        if not memory.decisions:
            return _with_decisions(draft, given, memory), parsed
    with applied(given.completed(memory.choices)):
        parsed = read()
    return _with_decisions(build(parsed), given, memory), parsed


def _with_decisions(draft: Draft, given: LabelChoices, memory: LabelMemory) -> Draft:
    """Note in a draft what was decided about each of its labels, and where."""
    decided = given.completed(memory.choices)
    for label in draft.labels:
        key = label_key(label["text"])
        if key in decided.accepted:
            draft.accepted_labels.append(label["text"])
        elif key in decided.rejected:
            draft.rejected_labels.append(label["text"])
        if key not in given.accepted | given.rejected:
            label["remembered_from"] = memory.origin(key, label["use"])
    return draft


def keep_origins(draft: Draft, former: Draft) -> None:
    """Note where the decisions of a former draft, which still hold, were made."""
    origins = {
        (label["text"], label["use"]): label.get("remembered_from", "") for label in former.labels
    }
    decided = {*draft.accepted_labels, *draft.rejected_labels}
    for label in draft.labels:
        is_kept = label["text"] in decided and not label.get("remembered_from")
        origin = origins.get((label["text"], label["use"]), "")
        label["remembered_from"] = origin if is_kept else label.get("remembered_from", "")


def remember_decisions(draft: Draft, transcript: Transcript) -> None:
    """Remember the choices under which a file was read."""
    decided = {*draft.accepted_labels, *draft.rejected_labels}
    uses = {label["text"]: label["use"] for label in draft.labels if label["text"] in decided}
    if uses:
        remember(series_of(draft), transcript, uses)


def remember(series: str, transcript: Transcript, uses: Mapping[str, str]) -> None:
    """Remember the uses of labels for a series, and forget labels without a decision.

    What was decided alike on an earlier file stays as it is. Without a series nothing is
    remembered.
    """
    if not series:
        return
    memory = recall(series)
    rows = {
        key: LabelChoice(
            series=series,
            key=key,
            label=label,
            begins_turns=use == LabelUse.SPEAKER,
            transcript=transcript,
            file_name=transcript.name,
        )
        for label, use in sorted(uses.items())
        if use != LabelUse.UNREAD
        and len(label) <= _LONGEST_LABEL
        and not memory.origin(key := label_key(label), use)
    }
    undecided = {label_key(label) for label, use in uses.items() if use == LabelUse.UNREAD}
    LabelChoice.objects.filter(series=series, key__in=undecided).delete()
    LabelChoice.objects.bulk_create(
        rows.values(),
        update_conflicts=True,
        unique_fields=["series", "key"],
        update_fields=["label", "begins_turns", "transcript", "file_name", "decided_at"],
    )

"""What was said of a file beside its text, and the draft that follows from it.

The same bytes can come under several paths, each with a place of its own in the record ("I now
give the floor to ..."), and a path can be described again. So a transcript keeps its descriptions,
and its draft is made from all of them; corrections made by hand are carried over.
"""

import datetime
from collections.abc import Sequence
from copy import deepcopy
from dataclasses import asdict, dataclass, fields, replace
from pathlib import PurePath
from typing import Any, Self

from statements.ingest.drafts.building import Metadata, draft_of, is_solved, resolve
from statements.ingest.drafts.draft import (
    RECORD_FIELDS,
    SPEECH_FIELDS,
    Draft,
    DraftPlace,
    DraftSpeech,
)
from statements.ingest.matching import Matcher
from statements.models import Speech, Transcript
from statements.transcripts.parsed import ParsedTranscript
from statements.transcripts.symbols import Symbol

Place = tuple[str, int]  # symbol of the meeting, position in it


@dataclass(frozen=True, slots=True)
class Description:
    """What was said of a file, under the path by which it came."""

    path: str
    metadata: Metadata
    encoding: str | None = None
    is_stored: bool = False  # whether its speeches are public

    def to_json(self) -> dict[str, Any]:
        return {
            "path": self.path,
            "metadata": metadata_to_json(self.metadata),
            "encoding": self.encoding,
            "is_stored": self.is_stored,
        }

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Self:
        return cls(**{**data, "metadata": metadata_from_json(data["metadata"])})

    @property
    def place(self) -> Place | None:
        """Where the file's first speech stands, as far as that was said in full."""
        symbol, position = self.metadata.symbol, self.metadata.position
        return (symbol, position) if symbol and position is not None else None

    def is_of(self, path: str) -> bool:
        """Whether a path names the same file: one may say less of the folders."""
        own, other = PurePath(self.path).parts, PurePath(path).parts
        shorter = min(len(own), len(other))
        return shorter > 0 and own[-shorter:] == other[-shorter:]


def metadata_to_json(metadata: Metadata) -> dict[str, Any]:
    day = metadata.date.isoformat() if metadata.date else None
    return {**asdict(metadata), "date": day, "topics": list(metadata.topics)}


def metadata_from_json(kept: dict[str, Any]) -> Metadata:
    if not kept:
        return Metadata()
    day = datetime.date.fromisoformat(kept["date"]) if kept["date"] else None
    return Metadata(**{**kept, "date": day, "topics": tuple(kept["topics"])})


def descriptions_of(transcript: Transcript) -> list[Description]:
    """How a transcript was described; one that a command received has its name alone."""
    kept = [Description.from_json(each) for each in transcript.descriptions]
    public = transcript.state in (Transcript.State.PUBLISHED, Transcript.State.ANOTHER)
    return kept or [Description(transcript.name, Metadata(), is_stored=public)]


def waiting_in(descriptions: Sequence[Description]) -> list[Description]:
    return [each for each in descriptions if not each.is_stored]


def with_more(former: Metadata, latter: Metadata) -> Metadata:
    """What was said last counts; what it leaves open is as it was said before."""
    said = {each.name: getattr(latter, each.name) for each in fields(latter)}
    said = {name: value for name, value in said.items() if value}
    if latter.date:
        said["date_printed"] = latter.date_printed
    return replace(former, **said)


def is_at_another_place(transcript: Transcript, path: str, metadata: Metadata) -> bool:
    """Whether a file with the bytes of a transcript is another one: it has another name, and what
    is said of it gives it a place of its own, where no speech of the transcript stands."""
    described = Description(path, metadata)
    if described.place is None:
        return False
    known = descriptions_of(transcript)
    if any(each.is_of(path) for each in known):
        return False
    if any(each.place == described.place for each in known):
        return False
    symbol, position = described.place
    standing = Speech.all_objects.filter(meeting__symbol=symbol, position=position)
    return not standing.filter(transcript=transcript).exists()


def compose(
    parsed: ParsedTranscript, descriptions: Sequence[Description], matcher: Matcher
) -> Draft:
    """The draft of a file with its speeches at each place that was said of it.

    The first description is of the draft as a whole; the speeches of the others follow, each with
    its own place. Raises ValueError as ``draft_of`` does.
    """
    drafts = [draft_of(parsed, each.metadata, matcher=matcher) for each in descriptions]
    draft, *others = drafts
    if not others:
        return draft
    shared = [topic for topic in draft.topics if all(topic in each.topics for each in others)]
    for speech in draft.speeches:
        own = [topic for topic in draft.topics if topic not in shared]
        if own and speech.place is None:
            speech.place = DraftPlace(topics=own)
    draft.topics = shared
    step = max((speech.position for speech in draft.speeches), default=0)
    for number, other in enumerate(others, start=1):
        draft.problems += [
            {**problem, "speech": problem["speech"] + number * step}
            for problem in other.problems
            if problem.get("speech") is not None
        ]
        for index, speech in enumerate(other.speeches):
            speech.position += number * step
            speech.place = speech.place or _place(other, index, shared)
            draft.speeches.append(speech)
    return draft


def _place(draft: Draft, index: int, shared: Sequence[str]) -> DraftPlace:
    return DraftPlace(
        date=draft.date,
        symbol=draft.symbol,
        position=None if draft.first_position is None else draft.first_position + index,
        organ=draft.organ,
        topics=[topic for topic in draft.topics if topic not in shared],
    )


class NotTheSame(Exception):
    """The file is not read as it was before, so that its corrections have no place."""


def with_corrections(
    before: Draft, corrected: Draft, after: Draft, matcher: Matcher
) -> tuple[Draft, list[str]]:
    """``after`` with everything in which ``corrected`` differs from ``before``.

    Also a sentence for each correction that differs from what was said since; the correction
    counts. Raises NotTheSame where the speeches of the three cannot be told to be the same.
    """
    draft = deepcopy(after)
    there = {speech.position: speech for speech in draft.speeches}
    former = {speech.position: speech for speech in before.speeches}
    if {speech.position for speech in corrected.speeches} != former.keys() or not (
        former.keys() <= there.keys()
    ):
        raise NotTheSame
    kept = [name for name in RECORD_FIELDS if getattr(corrected, name) != getattr(before, name)]
    conflicts = []
    for name in kept:
        conflicts += _conflict("", name, before, corrected, after)
        setattr(draft, name, getattr(corrected, name))
    if "symbol" in kept:
        draft.symbol_printed = ""
        draft.number = Symbol.parse(draft.symbol).number if draft.symbol else None
    if "date" in kept:
        draft.date_printed = ""
    if {"symbol", "date"} & set(kept):
        resolve(draft, matcher=matcher)
    for speech in corrected.speeches:
        old, new = former[speech.position], there[speech.position]
        where = f" of speech {speech.position}"
        for name in SPEECH_FIELDS:
            if getattr(speech, name) != getattr(old, name):
                conflicts += _conflict(where, name, old, speech, new)
                setattr(new, name, getattr(speech, name))
    draft.problems = [item for item in draft.problems if not is_solved(item, draft)]
    return draft, conflicts


def _conflict(
    where: str,
    name: str,
    before: Draft | DraftSpeech,
    corrected: Draft | DraftSpeech,
    after: Draft | DraftSpeech,
) -> list[str]:
    said = getattr(after, name)
    mine = getattr(corrected, name)
    if said in (getattr(before, name), mine):
        return []
    label = name.replace("_", " ") + where
    return [
        f"The {label} stays “{_shown(mine)}”, as somebody corrected it; what was said now is "
        f"“{_shown(said)}”."
    ]


def _shown(value: Any) -> str:
    if isinstance(value, (list, tuple)):
        return "; ".join(map(str, value)) or "empty"
    return "empty" if value in (None, "") else str(value)

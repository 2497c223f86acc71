"""What storing a draft would add, find unchanged, or collide with. Writes nothing."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import count
from typing import Any

from django.db.models import Max, Q

from statements.ingest.drafts.draft import Draft, DraftParagraph, DraftSpeech
from statements.ingest.drafts.placement import Part, parts_of
from statements.ingest.drafts.validation import faults_of, symbol_fault
from statements.ingest.matching import Matcher, SpeakerKey, speaker_key
from statements.models import Country, Meeting, Paragraph, Speaker, Speech, Transcript
from statements.transcripts.names import fold

# below this, two speeches may well have the same words: "I now give the floor to..."
_WORDS_OF_A_TWIN = 40


class Outcome(StrEnum):
    NEW = "new"
    SAME = "same"  # the very speech is there already
    CHANGED = "changed"  # the same speaker stands at this place, with other words
    COLLISION = "collision"  # another speech stands at this place
    WITHDRAWN = "withdrawn"  # the same or another stands there, and is withdrawn


@dataclass(frozen=True, slots=True)
class SpeechPreview:
    speech: DraftSpeech
    outcome: Outcome
    position: int  # in the meeting, or else in the transcript
    country: Country | None
    speaker: Speaker | None
    existing: Speech | None  # what is the same, changed or collided with
    problems: tuple[dict[str, Any], ...]
    index: int  # in the draft
    symbol: str
    date: datetime.date | None  # as it would be stored
    year: int | None  # where no day is known

    @property
    def is_taken(self) -> bool:
        """Whether another speech stands at this place."""
        return self.outcome in (Outcome.CHANGED, Outcome.COLLISION)

    @property
    def is_new_speaker(self) -> bool:
        return self.speaker is None and bool(self.speech.speaker)


@dataclass(frozen=True, slots=True)
class Preview:
    meeting: Meeting | None  # None without one symbol, or where storing would make it
    symbol: str
    date: datetime.date | None  # of the speeches as they would be stored, where it is one
    speeches: tuple[SpeechPreview, ...]
    problems: tuple[dict[str, Any], ...]
    faults: tuple[str, ...]  # sentences; while there is one, nothing can be published

    @property
    def is_new_meeting(self) -> bool:
        return bool(self.symbol) and self.meeting is None

    def count(self, *outcomes: Outcome) -> int:
        return sum(item.outcome in outcomes for item in self.speeches)

    @property
    def duplicates(self) -> tuple[SpeechPreview, ...]:
        return tuple(item for item in self.speeches if item.outcome is Outcome.SAME)

    @property
    def collisions(self) -> tuple[SpeechPreview, ...]:
        return tuple(item for item in self.speeches if item.is_taken)

    @property
    def unknown_speakers(self) -> int:
        return sum(not item.speech.speaker for item in self.speeches)

    @property
    def undated(self) -> int:
        return sum(item.date is None and item.year is None for item in self.speeches)

    @property
    def unknown_countries(self) -> int:
        return sum(item.country is None for item in self.speeches)


def preview(
    draft: Draft, transcript: Transcript | None = None, *, matcher: Matcher | None = None
) -> Preview:
    """Judge a draft against what the archive holds at this moment."""
    matcher = matcher or Matcher()
    faults = faults_of(draft, matcher.countries)
    problems = _by_speech(draft)
    items: list[SpeechPreview] = []
    told: list[dict[str, Any]] = []
    parts = list(parts_of(draft))
    for part in parts:
        meeting = _meeting(part.draft)
        found = _preview_part(part, meeting, problems, matcher)
        items += found
        told += _problems(part.draft, meeting, found)
    items.sort(key=lambda item: item.index)
    alone = len(parts) == 1
    days = {item.date for item in items} or {draft.date}
    return Preview(
        meeting=meeting if alone else None,
        symbol=_sound_symbol(parts[0].draft) if alone else "",
        date=days.pop() if len(days) == 1 else None,
        speeches=tuple(items),
        problems=(*draft.problems, *told),
        faults=tuple(faults),
    )


def _preview_part(
    part: Part,
    meeting: Meeting | None,
    problems: dict[int, list[dict[str, Any]]],
    matcher: Matcher,
) -> list[SpeechPreview]:
    """Judge the speeches of one meeting, or those of none."""
    draft = part.draft
    day = draft.date or (meeting.date if meeting else None)
    speakers = matcher.speakers(_key(speech) for speech in draft.speeches)
    placed = places_of(draft, meeting)
    there = {speech.position: speech for speech in _standing(meeting, placed)}
    twins = _Twins(draft, meeting, day, speakers)
    texts = _texts([*there.values()])
    items = []
    for index, position, speech in zip(part.indexes, placed, draft.speeches, strict=True):
        existing = there.get(position)
        if existing is not None:
            outcome = _compare(speech, existing, texts.get(existing.pk, []))
        elif _is_unplaced(speech, draft) and (twin := twins.of(speech)):
            existing, outcome = twin, Outcome.SAME
        else:
            outcome = Outcome.NEW
        if existing is not None and existing.withdrawal_id is not None:
            outcome = Outcome.WITHDRAWN
        spoken = (speech.place.date if speech.place else None) or day
        items.append(
            SpeechPreview(
                speech=speech,
                outcome=outcome,
                position=position,
                country=matcher.countries.get(speech.country),
                speaker=speakers.get(_key(speech)),
                existing=existing,
                problems=tuple(problems.get(speech.position, ())),
                index=index,
                symbol=_sound_symbol(draft),
                date=spoken,
                year=speech.place.year if speech.place and spoken is None else None,
            )
        )
    return items


def _sound_symbol(draft: Draft) -> str:
    return "" if symbol_fault(draft.symbol) else draft.symbol


def _meeting(draft: Draft) -> Meeting | None:
    symbol = _sound_symbol(draft)
    return Meeting.objects.filter(symbol=symbol).first() if symbol else None


def _by_speech(draft: Draft) -> dict[int, list[dict[str, Any]]]:
    problems: dict[int, list[dict[str, Any]]] = {}
    for item in draft.problems:
        if item.get("speech") is not None:
            problems.setdefault(item["speech"], []).append(item)
    return problems


def _is_unplaced(speech: DraftSpeech, draft: Draft) -> bool:
    """Whether nobody said where in the meeting the speech was made."""
    stated = speech.place.position if speech.place else None
    return draft.first_position is None and stated is None


def _key(speech: DraftSpeech) -> SpeakerKey:
    return speaker_key(speech.speaker, speech.country)


def places_of(draft: Draft, meeting: Meeting | None) -> list[int]:
    """Where each speech would stand: at its own position, after ``first_position``, or in the
    next free places."""
    stated = [speech.place.position if speech.place else None for speech in draft.speeches]
    if not draft.symbol:
        own = [speech.position for speech in draft.speeches]
        return [position or other for position, other in zip(stated, own, strict=True)]
    first = draft.first_position
    if first is None:
        last = _last_position(meeting) if meeting else None
        first = max([last or 0, *(position for position in stated if position)]) + 1
    free = count(first)
    return [position or next(free) for position in stated]


def _last_position(meeting: Meeting) -> int | None:
    there = Speech.all_objects.filter(meeting=meeting)  # a withdrawn speech keeps its place
    last: int | None = there.aggregate(last=Max("position"))["last"]
    return last


def _standing(meeting: Meeting | None, positions: Sequence[int]) -> Sequence[Speech]:
    if meeting is None:
        return []
    there = Speech.all_objects.filter(meeting=meeting, position__in=positions)
    return list(there.select_related("speaker", "country", "withdrawal"))


Texts = list[tuple[str, str]]  # kind and text of each paragraph


def _texts(speeches: Sequence[Speech]) -> dict[int, Texts]:
    texts: dict[int, Texts] = {speech.pk: [] for speech in speeches}
    rows = (
        Paragraph.objects.filter(speech__in=speeches).order_by("speech_id", "position")
        if speeches
        else Paragraph.objects.none()
    )
    for speech, kind, text in rows.values_list("speech_id", "kind", "text"):
        texts[speech].append((kind, text))
    return texts


def paragraphs_of(speech: DraftSpeech) -> list[DraftParagraph]:
    """The paragraphs that would be stored: those with a text."""
    return [
        replace(paragraph, text=paragraph.text.strip())
        for paragraph in speech.paragraphs
        if paragraph.text.strip()
    ]


def _wording(speech: DraftSpeech) -> Texts:
    """What makes two speeches the same: kinds and texts of the paragraphs."""
    return [(paragraph.kind, paragraph.text) for paragraph in paragraphs_of(speech)]


def _compare(speech: DraftSpeech, existing: Speech, texts: Texts) -> Outcome:
    same_line = speech.speaker_line == existing.speaker_line
    if same_line and _wording(speech) == texts:
        return Outcome.SAME
    same_speaker = fold(speech.speaker_line) == fold(existing.speaker_line)
    return Outcome.CHANGED if same_speaker else Outcome.COLLISION


class _Twins:
    """Finds speeches that were stored before from another file with the very same words."""

    def __init__(
        self,
        draft: Draft,
        meeting: Meeting | None,
        day: datetime.date | None,
        speakers: dict[SpeakerKey, Speaker],
    ) -> None:
        self._meeting = meeting
        self._has_symbol = bool(draft.symbol)
        self._day = day
        self._speakers = speakers
        self._used: set[int] = set()

    def of(self, speech: DraftSpeech) -> Speech | None:
        paragraphs = _wording(speech)
        if sum(len(text.split()) for _, text in paragraphs) < _WORDS_OF_A_TWIN:
            return None
        speaker = self._speakers.get(_key(speech))
        if self._meeting is not None:
            candidates = Speech.all_objects.filter(meeting=self._meeting)
        elif self._has_symbol or speaker is None:
            return None
        else:
            candidates = Speech.all_objects.filter(speaker=speaker)
        candidates = candidates.select_related("withdrawal")
        candidates = candidates.filter(
            speaker_line=speech.speaker_line,
            paragraphs__position=1,
            paragraphs__text=paragraphs[0][1],
        ).exclude(pk__in=self._used)
        if self._day is not None and self._meeting is None:
            candidates = candidates.filter(Q(date=self._day) | Q(date=None))
        found = list(candidates)
        texts = _texts(found)
        for candidate in found:
            if texts[candidate.pk] == paragraphs:
                self._used.add(candidate.pk)
                return candidate
        return None


def _problems(
    draft: Draft, meeting: Meeting | None, items: Sequence[SpeechPreview]
) -> list[dict[str, Any]]:
    problems = []
    undated = any(item.date is None and item.year is None for item in items)
    if undated and not any(item["code"] == "no-date" for item in draft.problems):
        problems.append(
            _problem(
                "no-date",
                "No date is known: the speeches would be listed as undated until one is given.",
            )
        )
    if meeting and meeting.date and draft.date and meeting.date != draft.date:
        problems.append(
            _problem(
                "date-differs",
                f"The archive dates {meeting} {meeting.date.isoformat()}, this transcript "
                f"{draft.date.isoformat()}. The meeting keeps its date.",
            )
        )
    return problems


def _problem(code: str, message: str) -> dict[str, Any]:
    return {"code": code, "message": message, "severity": "warning", "line": None, "speech": None}

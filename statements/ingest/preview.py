"""What storing a draft would add, find unchanged, or collide with. Writes nothing."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.db.models import Max, Q

from statements.ingest.draft import Draft, DraftSpeech
from statements.ingest.faults import faults_of, symbol_fault
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


@dataclass(frozen=True, slots=True)
class SpeechPreview:
    speech: DraftSpeech
    outcome: Outcome
    position: int  # in the meeting, or else in the transcript
    country: Country | None
    speaker: Speaker | None
    existing: Speech | None  # what is the same, changed or collided with
    problems: tuple[dict[str, Any], ...]

    @property
    def is_new_speaker(self) -> bool:
        return self.speaker is None and bool(self.speech.speaker)


@dataclass(frozen=True, slots=True)
class Preview:
    meeting: Meeting | None  # None without a symbol, or where storing would make it
    symbol: str
    date: datetime.date | None  # of the speeches as they would be stored
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
        return tuple(
            item for item in self.speeches if item.outcome in (Outcome.CHANGED, Outcome.COLLISION)
        )

    @property
    def unknown_speakers(self) -> int:
        return sum(not item.speech.speaker for item in self.speeches)

    @property
    def unknown_countries(self) -> int:
        return sum(item.country is None for item in self.speeches)


def preview(
    draft: Draft, transcript: Transcript | None = None, *, matcher: Matcher | None = None
) -> Preview:
    """Judge a draft against what the archive holds at this moment."""
    matcher = matcher or Matcher()
    faults = faults_of(draft, matcher.countries)
    symbol = draft.symbol if not symbol_fault(draft.symbol) else ""
    meeting = Meeting.objects.filter(symbol=symbol).first() if symbol else None
    day = draft.date or (meeting.date if meeting else None)
    speakers = matcher.speakers(_key(speech) for speech in draft.speeches)
    placed = _place(draft, meeting, transcript)
    there = {speech.position: speech for speech in _standing(meeting, placed)}
    twins = _Twins(draft, meeting, day, speakers)
    texts = _texts([*there.values()])
    items = []
    for position, speech in zip(placed, draft.speeches, strict=True):
        existing = there.get(position)
        if existing is not None:
            outcome = _compare(speech, existing, texts.get(existing.pk, []))
        elif draft.first_position is None and (twin := twins.of(speech)):
            existing, outcome = twin, Outcome.SAME
        else:
            outcome = Outcome.NEW
        items.append(
            SpeechPreview(
                speech=speech,
                outcome=outcome,
                position=position,
                country=matcher.countries.get(speech.country),
                speaker=speakers.get(_key(speech)),
                existing=existing,
                problems=tuple(
                    item for item in draft.problems if item.get("speech") == speech.position
                ),
            )
        )
    return Preview(
        meeting=meeting,
        symbol=symbol,
        date=day,
        speeches=tuple(items),
        problems=(*draft.problems, *_problems(draft, meeting, day)),
        faults=tuple(faults),
    )


def _key(speech: DraftSpeech) -> SpeakerKey:
    return speaker_key(speech.speaker, speech.country)


def _place(draft: Draft, meeting: Meeting | None, transcript: Transcript | None) -> list[int]:
    """Where each speech would stand: after ``first_position``, or in the next free places."""
    if not draft.symbol:
        return [speech.position for speech in draft.speeches]
    first = draft.first_position
    if first is None:
        last = meeting.speeches.aggregate(last=Max("position"))["last"] if meeting else None
        first = (last or 0) + 1
    return [first + index for index in range(len(draft.speeches))]


def _standing(meeting: Meeting | None, positions: Sequence[int]) -> Sequence[Speech]:
    if meeting is None:
        return []
    return list(
        meeting.speeches.filter(position__in=positions).select_related("speaker", "country")
    )


Texts = list[tuple[str, str]]  # kind and text of each paragraph


def _texts(speeches: Sequence[Speech]) -> dict[int, Texts]:
    texts: dict[int, Texts] = {speech.pk: [] for speech in speeches}
    rows = (
        Paragraph.objects.filter(speech__in=speeches).order_by("speech", "position")
        if speeches
        else Paragraph.objects.none()
    )
    for speech, kind, text in rows.values_list("speech_id", "kind", "text"):
        texts[speech].append((kind, text))
    return texts


def paragraphs_of(speech: DraftSpeech) -> Texts:
    """The paragraphs that would be stored: those with a text."""
    return [
        (paragraph.kind, paragraph.text.strip())
        for paragraph in speech.paragraphs
        if paragraph.text.strip()
    ]


def _compare(speech: DraftSpeech, existing: Speech, texts: Texts) -> Outcome:
    same_line = speech.speaker_line == existing.speaker_line
    if same_line and paragraphs_of(speech) == texts:
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
        paragraphs = paragraphs_of(speech)
        if sum(len(text.split()) for _, text in paragraphs) < _WORDS_OF_A_TWIN:
            return None
        speaker = self._speakers.get(_key(speech))
        if self._meeting is not None:
            candidates = self._meeting.speeches.all()
        elif self._has_symbol or speaker is None:
            return None
        else:
            candidates = speaker.speeches.all()
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
    draft: Draft, meeting: Meeting | None, day: datetime.date | None
) -> list[dict[str, Any]]:
    problems = []
    if day is None and not any(item["code"] == "no-date" for item in draft.problems):
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

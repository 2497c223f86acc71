"""Previews what storing a draft would add, leave unchanged, or collide with. Writes nothing."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import count
from typing import Any

from django.db.models import Max, Q
from django.utils.translation import gettext as _

from statements.ingest.drafts.draft import Draft, DraftParagraph, DraftSpeech
from statements.ingest.drafts.placement import MeetingPart, split_by_meeting
from statements.ingest.drafts.validation import find_faults, symbol_fault
from statements.ingest.matching import Matcher
from statements.ingest.namesakes import SpeakerKey, identify, speaker_key
from statements.ingest.publishing.same_words import (
    MIN_WORDS,
    find_same_words,
    same_words_problems,
)
from statements.models import Country, Meeting, Paragraph, Speaker, Speech, Transcript
from statements.transcripts.languages.names import fold


class Outcome(StrEnum):
    NEW = "new"
    SAME = "same"  # the speech is already stored
    CHANGED = "changed"  # the same speaker has this position, with other words
    COLLISION = "collision"  # another speech has this position
    WITHDRAWN = "withdrawn"  # the speech at this position, the same or another, is withdrawn


@dataclass(frozen=True, slots=True)
class SpeechPreview:
    speech: DraftSpeech
    outcome: Outcome
    position: int  # in the meeting; without a meeting, in the transcript
    country: Country | None
    speaker: Speaker | None
    existing: Speech | None  # the speech that is the same, changed or collided with
    problems: tuple[dict[str, Any], ...]
    index: int  # in the draft
    symbol: str
    date: datetime.date | None  # as it would be stored
    year: int | None  # if only the year is known

    @property
    def is_taken(self) -> bool:
        """Whether another speech has this position."""
        return self.outcome in (Outcome.CHANGED, Outcome.COLLISION)

    @property
    def is_addition(self) -> bool:
        """Whether the speech is not stored yet, even if its position is taken."""
        return self.outcome is Outcome.NEW or self.is_taken

    @property
    def is_new_speaker(self) -> bool:
        return self.speaker is None and bool(self.speech.speaker)


@dataclass(frozen=True, slots=True)
class Preview:
    meeting: Meeting | None  # None without a symbol, with several, or if the meeting is new
    symbol: str
    date: datetime.date | None  # the date of the speeches, if they share one
    speeches: tuple[SpeechPreview, ...]
    problems: tuple[dict[str, Any], ...]
    faults: tuple[str, ...]  # sentences; nothing can be published while there are any

    @property
    def is_new_meeting(self) -> bool:
        return bool(self.symbol) and self.meeting is None

    def count(self, *outcomes: Outcome) -> int:
        return sum(speech.outcome in outcomes for speech in self.speeches)

    @property
    def duplicates(self) -> tuple[SpeechPreview, ...]:
        return tuple(speech for speech in self.speeches if speech.outcome is Outcome.SAME)

    @property
    def collisions(self) -> tuple[SpeechPreview, ...]:
        return tuple(speech for speech in self.speeches if speech.is_taken)

    @property
    def unknown_speakers(self) -> int:
        return sum(not speech.speech.speaker for speech in self.speeches)

    @property
    def undated(self) -> int:
        return sum(speech.date is None and speech.year is None for speech in self.speeches)

    @property
    def unknown_countries(self) -> int:
        return sum(speech.country is None for speech in self.speeches)


def preview(
    draft: Draft, transcript: Transcript | None = None, *, matcher: Matcher | None = None
) -> Preview:
    """Compare a draft with what the archive has at this moment."""
    matcher = matcher or Matcher()
    faults = find_faults(draft, matcher.countries)
    problems = _problems_by_speech(draft)
    speeches: list[SpeechPreview] = []
    meeting_problems: list[dict[str, Any]] = []
    parts = list(split_by_meeting(draft))
    for part in parts:
        meeting = _existing_meeting(part.draft)
        part_speeches = _preview_part(part, meeting, problems, matcher)
        speeches += part_speeches
        meeting_problems += _meeting_problems(part.draft, meeting, part_speeches)
    speeches.sort(key=lambda speech: speech.index)
    same_words = find_same_words(speeches, transcript.pk if transcript else None)
    for match in same_words:
        speech = speeches[match.item.index]
        speeches[speech.index] = replace(speech, problems=(*speech.problems, match.problem()))
    is_one_part = len(parts) == 1
    days = {speech.date for speech in speeches} or {draft.date}
    return Preview(
        meeting=meeting if is_one_part else None,
        symbol=_valid_symbol(parts[0].draft) if is_one_part else "",
        date=days.pop() if len(days) == 1 else None,
        speeches=tuple(speeches),
        problems=(
            *draft.problems,
            *meeting_problems,
            *same_words_problems(same_words, len(speeches)),
        ),
        faults=tuple(faults),
    )


def _preview_part(
    part: MeetingPart,
    meeting: Meeting | None,
    problems: dict[int, list[dict[str, Any]]],
    matcher: Matcher,
) -> list[SpeechPreview]:
    """Preview the speeches of one meeting, or those without a meeting."""
    draft = part.draft
    meeting_day = draft.date or (meeting.date if meeting else None)
    keys = [key_of(speech, meeting_day) for speech in draft.speeches]
    people = identify(keys, in_meeting=bool(draft.symbol))
    speakers = {key: person.speaker for key, person in people.items() if person.speaker}
    positions = speech_positions(draft, meeting)
    stored = {speech.position: speech for speech in _speeches_at(meeting, positions)}
    twins = _Twins(draft, meeting, meeting_day)
    texts = _paragraph_texts([*stored.values()])
    speeches = []
    for index, position, speech, key in zip(
        part.indexes, positions, draft.speeches, keys, strict=True
    ):
        existing = stored.get(position)
        if existing is not None:
            outcome = _compare(speech, existing, texts.get(existing.pk, []))
        elif _is_unplaced(speech, draft) and (twin := twins.find(speech, speakers.get(key))):
            existing, outcome = twin, Outcome.SAME
        else:
            outcome = Outcome.NEW
        if existing is not None and existing.withdrawal_id is not None:
            outcome = Outcome.WITHDRAWN
        day = (speech.place.date if speech.place else None) or meeting_day
        speeches.append(
            SpeechPreview(
                speech=speech,
                outcome=outcome,
                position=position,
                country=matcher.countries.get(speech.country),
                speaker=speakers.get(key),
                existing=existing,
                problems=tuple(problems.get(speech.position, ())),
                index=index,
                symbol=_valid_symbol(draft),
                date=day,
                year=speech.place.year if speech.place and day is None else None,
            )
        )
    return speeches


def _valid_symbol(draft: Draft) -> str:
    return "" if symbol_fault(draft.symbol) else draft.symbol


def _existing_meeting(draft: Draft) -> Meeting | None:
    symbol = _valid_symbol(draft)
    return Meeting.objects.filter(symbol=symbol).first() if symbol else None


def _problems_by_speech(draft: Draft) -> dict[int, list[dict[str, Any]]]:
    problems: dict[int, list[dict[str, Any]]] = {}
    for problem in draft.problems:
        if problem.get("speech") is not None:
            problems.setdefault(problem["speech"], []).append(problem)
    return problems


def _is_unplaced(speech: DraftSpeech, draft: Draft) -> bool:
    """Return whether the position of the speech in the meeting is not known."""
    position = speech.place.position if speech.place else None
    return draft.first_position is None and position is None


def key_of(speech: DraftSpeech, meeting_day: datetime.date | None) -> SpeakerKey:
    """Return the key of the speaker of a speech, which may have no day of its own."""
    day = (speech.place.date if speech.place else None) or meeting_day
    year = day.year if day else speech.place.year if speech.place else None
    return speaker_key(speech.speaker, speech.country, speech.honorific, year, speech.role)


def speech_positions(draft: Draft, meeting: Meeting | None) -> list[int]:
    """Return the position of each speech: its own, one after ``first_position``, or a free one."""
    own_positions = [speech.place.position if speech.place else None for speech in draft.speeches]
    if not draft.symbol:
        return [
            position or speech.position
            for position, speech in zip(own_positions, draft.speeches, strict=True)
        ]
    first = draft.first_position
    if first is None:
        last = _last_position(meeting) if meeting else None
        first = max([last or 0, *(position for position in own_positions if position)]) + 1
    free_positions = count(first)
    return [position or next(free_positions) for position in own_positions]


def _last_position(meeting: Meeting) -> int | None:
    speeches = Speech.all_objects.filter(meeting=meeting)  # withdrawn speeches keep their positions
    last: int | None = speeches.aggregate(last=Max("position"))["last"]
    return last


def _speeches_at(meeting: Meeting | None, positions: Sequence[int]) -> Sequence[Speech]:
    if meeting is None:
        return []
    speeches = Speech.all_objects.filter(meeting=meeting, position__in=positions)
    return list(speeches.select_related("speaker", "country", "withdrawal"))


Texts = list[tuple[str, str]]  # kind and text of each paragraph


def _paragraph_texts(speeches: Sequence[Speech]) -> dict[int, Texts]:
    texts: dict[int, Texts] = {speech.pk: [] for speech in speeches}
    rows = (
        Paragraph.objects.filter(speech__in=speeches).order_by("speech_id", "position")
        if speeches
        else Paragraph.objects.none()
    )
    columns = "speech_id", "kind", "text", "is_divided"
    for speech, kind, text, is_divided in rows.values_list(*columns):
        _append(texts[speech], kind, text, is_divided=is_divided)
    return texts


def _append(texts: Texts, kind: str, text: str, *, is_divided: bool) -> None:
    """Add a paragraph; one that the archive began belongs to the one before, as in the source."""
    if is_divided and texts:
        texts[-1] = texts[-1][0], f"{texts[-1][1]} {text}"
    else:
        texts.append((kind, text))


def stored_paragraphs(speech: DraftSpeech) -> list[DraftParagraph]:
    """Return the paragraphs that would be stored: those with a text."""
    return [
        replace(paragraph, text=paragraph.text.strip())
        for paragraph in speech.paragraphs
        if paragraph.text.strip()
    ]


def _texts(speech: DraftSpeech) -> Texts:
    texts: Texts = []
    for paragraph in stored_paragraphs(speech):
        _append(texts, paragraph.kind, paragraph.text, is_divided=paragraph.is_divided)
    return texts


def _compare(speech: DraftSpeech, existing: Speech, texts: Texts) -> Outcome:
    same_line = speech.speaker_line == existing.speaker_line
    if same_line and _texts(speech) == texts:
        return Outcome.SAME
    same_speaker = fold(speech.speaker_line) == fold(existing.speaker_line)
    return Outcome.CHANGED if same_speaker else Outcome.COLLISION


class _Twins:
    """Finds speeches with the same words that were stored from another file."""

    def __init__(
        self,
        draft: Draft,
        meeting: Meeting | None,
        day: datetime.date | None,
    ) -> None:
        self._meeting = meeting
        self._has_symbol = bool(draft.symbol)
        self._day = day
        self._used: set[int] = set()

    def find(self, speech: DraftSpeech, speaker: Speaker | None) -> Speech | None:
        paragraphs = _texts(speech)
        if sum(len(text.split()) for _kind, text in paragraphs) < MIN_WORDS:
            return None
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
        stored = list(candidates)
        texts = _paragraph_texts(stored)
        for candidate in stored:
            if texts[candidate.pk] == paragraphs:
                self._used.add(candidate.pk)
                return candidate
        return None


def _meeting_problems(
    draft: Draft, meeting: Meeting | None, speeches: Sequence[SpeechPreview]
) -> list[dict[str, Any]]:
    problems = []
    is_undated = any(speech.date is None and speech.year is None for speech in speeches)
    if is_undated and not any(problem["code"] == "no-date" for problem in draft.problems):
        problems.append(
            _problem(
                "no-date",
                _("No date is known. Until you enter one, the speeches are listed as undated."),
            )
        )
    if meeting and meeting.date and draft.date and meeting.date != draft.date:
        message = _(
            "The date of %(meeting)s in the archive is %(stored)s, in this transcript "
            "%(printed)s. The meeting keeps its date."
        ) % {
            "meeting": meeting,
            "stored": meeting.date.isoformat(),
            "printed": draft.date.isoformat(),
        }
        problems.append(_problem("date-differs", message))
    return problems


def _problem(code: str, message: str) -> dict[str, Any]:
    return {"code": code, "message": message, "severity": "warning", "line": None, "speech": None}

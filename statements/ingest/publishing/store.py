"""The speeches of a draft become rows. The caller opens the transaction.

The row of each meeting is locked first, so that two writers into one meeting take turns. Database
triggers write the index outbox.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.db import IntegrityError, OperationalError, connection, transaction
from django.db.models import Max
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from psycopg.errors import DeadlockDetected

from statements.ingest.drafts.draft import Draft, DraftPresident, DraftSpeech
from statements.ingest.drafts.placement import MeetingPart, split_by_meeting
from statements.ingest.errors import Collision, EditConflict, InvalidDraft
from statements.ingest.locks import lock_authorities
from statements.ingest.matching import Matcher
from statements.ingest.namesakes import SpeakerKey, speaker_key
from statements.ingest.publishing.affiliations import add_affiliations, affiliations_of
from statements.ingest.publishing.annotations import annotate, announces_national
from statements.ingest.publishing.authorities import (
    assign_topics,
    free_slugs,
    get_or_create_speakers,
)
from statements.ingest.publishing.meeting_context import fill_from_meeting
from statements.ingest.publishing.meetings import (
    add_members,
    add_presidencies,
    get_or_create_meeting,
    new_presidents,
)
from statements.ingest.publishing.preview import (
    Outcome,
    Preview,
    SpeechPreview,
    preview,
    speech_positions,
    stored_paragraphs,
)
from statements.ingest.publishing.sessions import (
    get_or_create_sessions,
    session_key,
)
from statements.models import Meeting, Paragraph, Session, Speaker, Speech, Topic, Transcript
from statements.transcripts.text.sentence_breaks import sentence_starts

PARAGRAPHS_PER_INSERT = 2_000
_PARAGRAPH_NUMBER = re.compile(r"^\d{1,4}\.\s+")


class OnCollision(StrEnum):
    """What to do if another speech is already at the position of a new one."""

    SKIP = "skip"  # keep the stored speech
    REPLACE = "replace"  # store the new speech under the public id of the old one
    REFUSE = "refuse"  # store nothing


@dataclass(frozen=True, slots=True)
class SpeechSource:
    """The transcript that a speech comes from, and its position there."""

    transcript: Transcript
    position: int


@dataclass(frozen=True, slots=True)
class StoredSpeeches:
    preview: Preview  # taken just before storing
    added: tuple[int, ...]  # indexes in the draft
    replaced: tuple[int, ...]  # indexes of the speeches that replaced another


@contextmanager
def store_transaction(name: str) -> Iterator[None]:
    """A transaction that stores speeches of the transcript ``name``.

    Raises EditConflict if a concurrent change made it fail.
    """
    try:
        with transaction.atomic():
            yield
            connection.check_constraints()  # so that deferred constraints fail here
    except (IntegrityError, OperationalError) as error:
        if isinstance(error, OperationalError) and not isinstance(
            error.__cause__, DeadlockDetected
        ):
            raise
        raise EditConflict(
            _(
                "Data that “%(name)s” depends on was changed at the same time. Nothing was "
                "stored; please try again."
            )
            % {"name": name}
        ) from error


def store_speeches(
    sources: Sequence[SpeechSource], draft: Draft, on_collision: OnCollision, matcher: Matcher
) -> StoredSpeeches:
    """Store the speeches of a draft inside a transaction; ``sources`` has one item per speech.

    Raises InvalidDraft, or Collision if ``on_collision`` is to refuse.
    """
    # locked in the order of their symbols, so that two transactions cannot deadlock
    parts = sorted(split_by_meeting(draft), key=lambda part: part.draft.symbol)
    meetings = [get_or_create_meeting(part.draft) for part in parts]
    replacing = on_collision is OnCollision.REPLACE
    if replacing:
        for part, meeting in zip(parts, meetings, strict=True):
            if meeting:
                _lock_stored_speeches(meeting, part.draft)
    current = preview(draft, matcher=matcher)
    if current.faults:
        raise InvalidDraft(current.faults)
    if current.collisions and on_collision is OnCollision.REFUSE:
        raise Collision(_collision_message(current))
    added: list[int] = []
    replaced: list[int] = []
    for part, meeting in zip(parts, meetings, strict=True):
        speeches = [current.speeches[index] for index in part.indexes]
        new = [speech for speech in speeches if speech.outcome is Outcome.NEW]
        replacements = [speech for speech in speeches if replacing and speech.is_taken]
        if new or replacements:
            _PartWriter.prepare(part, meeting, sources, [*new, *replacements], matcher).write(
                new, replacements
            )
            if meeting:
                fill_from_meeting(meeting)
        added += [speech.index for speech in new]
        replaced += [speech.index for speech in replacements]
    return StoredSpeeches(current, tuple(added), tuple(replaced))


def _lock_stored_speeches(meeting: Meeting, draft: Draft) -> None:
    """Wait for other editors of the speeches that may be replaced, and lock those speeches."""
    positions = speech_positions(draft, meeting)
    stored = Speech.all_objects.filter(meeting=meeting, position__in=positions)
    list(stored.locked().values_list("pk", flat=True))


def _collision_message(current: Preview) -> str:
    first = current.collisions[0]
    further = len(current.collisions) - 1
    values = {"position": first.position, "symbol": first.symbol, "speech": first.existing}
    if first.outcome is Outcome.CHANGED:
        message = _(
            "Position %(position)d of %(symbol)s already has this speech with different words "
            "(%(speech)s)."
        )
    else:
        message = _(
            "Position %(position)d of %(symbol)s is already taken by another speech (%(speech)s)."
        )
    sentences = [message % values]
    if further:
        sentences.append(
            ngettext(
                "%(count)d more position is taken.", "%(count)d more positions are taken.", further
            )
            % {"count": further}
        )
    sentences.append(_("Choose whether to skip or replace."))
    return " ".join(sentences)


def last_positions(transcripts: Iterable[int]) -> dict[int, int]:
    """Return the last position of a stored speech in each transcript that has any, by key."""
    speeches = Speech.all_objects.filter(transcript__in=list(transcripts)).order_by()
    rows = speeches.values("transcript_id").annotate(last=Max("transcript_position"))
    return {row["transcript_id"]: row["last"] for row in rows}


def printed_name(speech: DraftSpeech) -> str:
    """Return the speaker as printed, without affiliation and notes: "The President"."""
    line = _PARAGRAPH_NUMBER.sub("", speech.speaker_line).partition("(")[0].strip().rstrip(":")
    return (line or f"{speech.honorific} {speech.speaker}".strip() or speech.role)[:300]


@dataclass(frozen=True, slots=True)
class _PartWriter:
    """Writes the speeches of one part of a draft, with the rows that they refer to."""

    meeting: Meeting | None
    sources: Sequence[SpeechSource]  # by index in the draft
    topics: dict[int, list[Topic]]  # by index in the draft
    affiliations: dict[int, set[int]]  # keys, by index in the draft
    speakers: dict[SpeakerKey, Speaker]
    sessions: dict[int, Session]  # by index in the draft
    matcher: Matcher

    @classmethod
    def prepare(
        cls,
        part: MeetingPart,
        meeting: Meeting | None,
        sources: Sequence[SpeechSource],
        speeches: Sequence[SpeechPreview],
        matcher: Matcher,
    ) -> "_PartWriter":
        """Create the speakers, topics, sessions, presidents and members that are missing."""
        lock_authorities()
        topics = dict(zip(part.indexes, assign_topics(part.draft, meeting), strict=True))
        stated = affiliations_of([item.speech for item in speeches], matcher)
        affiliations = dict(zip((item.index for item in speeches), stated, strict=True))
        presidents = new_presidents(part.draft, meeting, matcher)
        names = _speaker_names(speeches, presidents)
        speakers = get_or_create_speakers(names, matcher, in_meeting=meeting is not None)
        if meeting:
            add_presidencies(meeting, presidents, speakers)
            add_members(part.draft, meeting, matcher)
        organ = part.draft.organ or (meeting.organ_id if meeting else "") or ""
        keys = {item.index: key for item in speeches if (key := session_key(item, organ))}
        by_key = get_or_create_sessions(keys.values())
        sessions = {index: by_key[key] for index, key in keys.items()}
        return cls(meeting, sources, topics, affiliations, speakers, sessions, matcher)

    def write(self, new: Sequence[SpeechPreview], replacements: Sequence[SpeechPreview]) -> None:
        self._add(new)
        self._replace(replacements)

    def _add(self, items: Sequence[SpeechPreview]) -> None:
        public_ids = free_slugs(
            Speech, "public_id", {item.index: self._public_id(item) for item in items}
        )
        speeches = Speech.objects.bulk_create(
            Speech(
                public_id=public_ids[item.index],
                meeting=self.meeting,
                position=item.position,
                **self._fields(item),
            )
            for item in items
        )
        self._add_text(speeches, items)

    def _replace(self, items: Sequence[SpeechPreview]) -> None:
        """Replace stored speeches; their addresses stay, and emptied transcripts are marked."""
        speeches = [item.existing for item in items if item.existing is not None]
        if not speeches:
            return
        former_transcripts = {speech.transcript_id for speech in speeches}
        Paragraph.objects.filter(speech__in=speeches).delete()
        for relation in (Speech.topics, Speech.affiliations):
            relation.through.objects.filter(speech__in=speeches).delete()
        _add_former_transcripts(speeches)
        for speech, item in zip(speeches, items, strict=True):
            for name, value in self._fields(item).items():
                setattr(speech, name, value)
            speech.save()
        self._add_text(speeches, items)
        transcripts = {self.sources[item.index].transcript.pk for item in items}
        Transcript.objects.filter(
            pk__in=former_transcripts - transcripts, speeches__isnull=True
        ).update(state=Transcript.State.REPLACED)

    def _public_id(self, item: SpeechPreview) -> str:
        transcript = self.sources[item.index].transcript
        prefix = self.meeting.slug if self.meeting else f"t-{transcript.sha256[:10]}"
        return f"{prefix}-{item.position:03}"

    def _fields(self, item: SpeechPreview) -> dict[str, Any]:
        speech, source = item.speech, self.sources[item.index]
        session = self.sessions.get(item.index)
        return {
            # a speech that is replaced keeps its session if the new file states none
            **({"session": session} if session else {}),
            "transcript": source.transcript,
            "transcript_position": source.position,
            "speaker": self.speakers.get(_key(item)),
            "country": item.country,
            "speaker_line": speech.speaker_line,
            "speaker_printed": printed_name(speech),
            "affiliation": speech.affiliation,
            "role": speech.role,
            "on_behalf_of": speech.on_behalf_of,
            "language": speech.language,
            "language_printed": speech.language_printed,
            "is_national": announces_national(stored_paragraphs(speech)),
            "date": item.date,
            "year_stated": item.year,
        }

    def _add_text(self, speeches: Sequence[Speech], items: Sequence[SpeechPreview]) -> None:
        """Store the paragraphs, topics and affiliations of speeches whose rows are stored."""
        batch: list[tuple[Speech, list[Paragraph]]] = []
        for speech, item in zip(speeches, items, strict=True):
            paragraphs = [
                Paragraph(
                    speech=speech,
                    position=position,
                    kind=paragraph.kind,
                    number=paragraph.number,
                    time_s=paragraph.time_s,
                    text=paragraph.text,
                    turn_line=paragraph.turn_line,
                    page=paragraph.page,
                    is_divided=paragraph.is_divided,
                    sentence_starts=sentence_starts(paragraph.text),
                )
                for position, paragraph in enumerate(stored_paragraphs(item.speech), start=1)
            ]
            batch.append((speech, paragraphs))
            if sum(len(texts) for _speech, texts in batch) >= PARAGRAPHS_PER_INSERT:
                self._add_paragraphs(batch)
                batch = []
        self._add_paragraphs(batch)
        through = Speech.topics.through
        through.objects.bulk_create(
            through(speech=speech, topic=topic)
            for speech, item in zip(speeches, items, strict=True)
            for topic in self.topics[item.index]
        )

        add_affiliations(
            {
                speech.pk: self.affiliations[item.index]
                for speech, item in zip(speeches, items, strict=True)
            }
        )

    def _add_paragraphs(self, batch: Sequence[tuple[Speech, list[Paragraph]]]) -> None:
        Paragraph.objects.bulk_create(
            [paragraph for _speech, paragraphs in batch for paragraph in paragraphs],
            batch_size=PARAGRAPHS_PER_INSERT,
        )
        annotate(batch, self.matcher)


def _speaker_names(
    items: Sequence[SpeechPreview], presidents: dict[SpeakerKey, DraftPresident]
) -> dict[SpeakerKey, tuple[str, str]]:
    """Return name and honorific, as first printed, of every speaker to store."""
    names = {key: (president.name, president.honorific) for key, president in presidents.items()}
    printed: dict[SpeakerKey, tuple[str, str]] = {}
    for item in items:
        if item.speech.speaker.strip():
            printed.setdefault(_key(item), (item.speech.speaker, item.speech.honorific))
    return names | printed


def _key(item: SpeechPreview) -> SpeakerKey:
    speech, year = item.speech, item.date.year if item.date else item.year
    return speaker_key(speech.speaker, speech.country, speech.honorific, year, speech.role)


def _add_former_transcripts(speeches: Iterable[Speech]) -> None:
    """Record which files have the words that are replaced.

    If such a speech is withdrawn later, those files must not be given out either.
    """
    through = Speech.former_transcripts.through
    through.objects.bulk_create(
        [through(speech_id=speech.pk, transcript_id=speech.transcript_id) for speech in speeches],
        ignore_conflicts=True,
    )

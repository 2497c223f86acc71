"""A draft becomes rows, in one transaction: all of it or nothing.

The meeting's row is locked first, so that two who publish into one meeting take turns; the
database's own triggers write the index outbox.
"""

import datetime
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import IntegrityError, OperationalError, connection, transaction
from django.db.models import Max
from django.utils import timezone
from psycopg.errors import DeadlockDetected

from statements.ingest.drafts.draft import Draft, DraftPresident, DraftSpeech
from statements.ingest.drafts.placement import Part, parts_of
from statements.ingest.errors import Collision, EditConflict, InvalidDraft, NotWaiting
from statements.ingest.intake.receiving import check_waiting
from statements.ingest.matching import Matcher, SpeakerKey, speaker_key
from statements.ingest.publishing.annotations import annotate, announces_national
from statements.ingest.publishing.authorities import (
    free_addresses,
    speakers_of,
    take_turns,
    topics_of_speeches,
)
from statements.ingest.publishing.meeting_context import explain
from statements.ingest.publishing.meetings import (
    add_members,
    add_presidencies,
    meeting_of,
    presidents_to_add,
)
from statements.ingest.publishing.preview import (
    Outcome,
    Preview,
    SpeechPreview,
    paragraphs_of,
    places_of,
    preview,
)
from statements.models import Meeting, Paragraph, Speaker, Speech, Topic, Transcript

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser

PARAGRAPHS_AT_ONCE = 2_000
NOTHING_STORED = "nothing-stored"  # the problem of a file whose places were all taken
_PARAGRAPH_NUMBER = re.compile(r"^\d{1,4}\.\s+")


class OnCollision(StrEnum):
    SKIP = "skip"  # keep what is there
    REPLACE = "replace"  # replace it with the new speech, under its public id
    REFUSE = "refuse"  # store nothing


@dataclass(frozen=True, slots=True)
class Published:
    transcript: Transcript
    preview: Preview  # as it was found when storing
    stored: int  # speeches added
    replaced: int  # speeches put in the place of another
    kept: int  # speeches not stored, because they or others are there

    @property
    def changed_nothing(self) -> bool:
        return not (self.stored or self.replaced)


def publish(
    transcript: Transcript,
    draft: Draft,
    *,
    by: "AbstractBaseUser | None" = None,
    on_collision: OnCollision | str = OnCollision.REFUSE,
    matcher: Matcher | None = None,
) -> Published:
    """Store a draft's speeches and make them public.

    A speech that is there already, word for word, is left as it is. A transcript of which
    nothing was stored is discarded, with a note. Raises Collision, InvalidDraft, NotWaiting, or
    EditConflict where the draft was corrected since ``transcript`` was loaded; then nothing is
    changed.
    """
    return _in_one_transaction(_publish, transcript, draft, by, on_collision, matcher)


def publish_again(
    transcript: Transcript,
    draft: Draft,
    *,
    by: "AbstractBaseUser | None" = None,
    on_collision: OnCollision | str = OnCollision.REFUSE,
    matcher: Matcher | None = None,
) -> Published:
    """Store the speeches of a published transcript at one more place.

    The very same words are said in many meetings ("I now give the floor to..."), so that two
    files can have the same bytes. The draft must name the place: its symbol and position.
    Raises as ``publish`` does.
    """
    if not draft.symbol or draft.first_position is None:
        raise InvalidDraft(["Name the meeting and the position of the other place."])
    return _in_one_transaction(_publish_again, transcript, draft, by, on_collision, matcher)


def _in_one_transaction(
    store: Callable[[Transcript, Draft, OnCollision, Matcher], Published],
    transcript: Transcript,
    draft: Draft,
    by: "AbstractBaseUser | None",
    on_collision: OnCollision | str,
    matcher: Matcher | None,
) -> Published:
    try:
        with transaction.atomic():
            published = store(transcript, draft, OnCollision(on_collision), matcher or Matcher())
            if by is not None:
                _log(transcript, by, f"Published: {published.stored + published.replaced} speeches")
            connection.check_constraints()  # what is deferred fails here, where it can be named
    except (IntegrityError, OperationalError) as error:
        if isinstance(error, OperationalError) and not isinstance(
            error.__cause__, DeadlockDetected
        ):
            raise
        raise EditConflict(
            f"Something that “{transcript.name}” needs was changed at the same moment. "
            "Nothing was stored; please publish it again."
        ) from error
    transcript.refresh_from_db(fields=["state", "published_at", "problems", "draft", "revision"])
    return published


# not read, and kept all the same: a person may discard them
WITHOUT_DRAFT = frozenset({Transcript.State.SCAN, Transcript.State.ASIDE})


def discard(transcript: Transcript, by: "AbstractBaseUser | None" = None) -> None:
    """Set a transcript aside; its bytes are kept, and receiving them again reopens it. One that is
    public and waits for one more place stays as it was before that was said."""
    with transaction.atomic():
        current = Transcript.objects.select_for_update().get(pk=transcript.pk)
        if current.state not in WITHOUT_DRAFT:
            check_waiting(current)
        _close(current, _set_aside(current))
        if by is not None:
            _log(transcript, by, "Discarded")
    transcript.refresh_from_db(fields=["state", "draft", "revision"])


def _publish(
    transcript: Transcript, draft: Draft, on_collision: OnCollision, matcher: Matcher
) -> Published:
    current = _lock(transcript)
    if current.revision != transcript.revision:
        raise EditConflict(
            f"Someone else has corrected “{transcript.name}”. "
            "Look at the current version before you publish."
        )
    if current.state == Transcript.State.ANOTHER:
        published = _store(transcript, _after_the_others(current, draft), on_collision, matcher)
    else:
        published = _store(transcript, draft, on_collision, matcher)
    if published.changed_nothing:
        _note_nothing_stored(transcript)
        _close(current, _set_aside(current))
    else:
        _close(current, Transcript.State.PUBLISHED, is_stored=True)
        _make_scan_public(current)
    return published


def _set_aside(transcript: Transcript) -> Transcript.State:
    public = transcript.state == Transcript.State.ANOTHER
    return Transcript.State.PUBLISHED if public else Transcript.State.DISCARDED


def _make_scan_public(transcript: Transcript) -> None:
    """The scan of a text is public with it."""
    Transcript.objects.filter(pk=transcript.scan_id, state=Transcript.State.SCAN).update(
        state=Transcript.State.PUBLISHED, published_at=timezone.now()
    )


def _publish_again(
    transcript: Transcript, draft: Draft, on_collision: OnCollision, matcher: Matcher
) -> Published:
    current = Transcript.objects.select_for_update().get(pk=transcript.pk)
    if current.state not in (Transcript.State.PUBLISHED, Transcript.State.ANOTHER):
        raise NotWaiting(f"“{transcript.name}” is not published.")
    return _store(transcript, _after_the_others(current, draft), on_collision, matcher)


def _after_the_others(transcript: Transcript, draft: Draft) -> Draft:
    """A draft whose speeches follow those that are stored of the transcript already."""
    there = Speech.all_objects.filter(transcript=transcript)
    last = there.aggregate(last=Max("transcript_position"))["last"] or 0
    speeches = [replace(speech, position=speech.position + last) for speech in draft.speeches]
    problems = [
        problem if problem.get("speech") is None else problem | {"speech": problem["speech"] + last}
        for problem in draft.problems
    ]
    return replace(draft, speeches=speeches, problems=problems)


def _store(
    transcript: Transcript, draft: Draft, on_collision: OnCollision, matcher: Matcher
) -> Published:
    sources = [Source(transcript, speech.position) for speech in draft.speeches]
    found, stored, replaced = store_speeches(sources, draft, on_collision, matcher)
    return Published(
        transcript, found, len(stored), len(replaced), len(sources) - len(stored) - len(replaced)
    )


@dataclass(frozen=True, slots=True)
class Source:
    """The transcript that a speech comes from, and where it stands in it."""

    transcript: Transcript
    position: int


def store_speeches(
    sources: Sequence[Source], draft: Draft, on_collision: OnCollision, matcher: Matcher
) -> tuple[Preview, list[int], list[int]]:
    """Store the speeches of a draft, each with its source, inside a transaction.

    Returns what was found there before, and the places in the draft of the speeches that were
    added and of those that were put in the place of others. Raises InvalidDraft or Collision.
    """
    # in the order of their symbols, so that two transactions never wait for each other in a ring
    parts = sorted(parts_of(draft), key=lambda part: part.draft.symbol)
    meetings = [meeting_of(part.draft) for part in parts]
    if on_collision is OnCollision.REPLACE:
        for part, meeting in zip(parts, meetings, strict=True):
            if meeting:
                _hold_standing(meeting, part.draft)
    found = preview(draft, matcher=matcher)
    if found.faults:
        raise InvalidDraft(found.faults)
    if found.collisions and on_collision is OnCollision.REFUSE:
        raise Collision(_collision_sentence(found))
    replacing = on_collision is OnCollision.REPLACE
    added: list[int] = []
    replaced: list[int] = []
    for part, meeting in zip(parts, meetings, strict=True):
        items = [found.speeches[index] for index in part.indexes]
        new = [item for item in items if item.outcome is Outcome.NEW]
        others = [item for item in items if item.is_taken and replacing]
        if new or others:
            _store_part(sources, part, meeting, new, others, matcher)
            if meeting:
                explain(meeting)
        added += [item.index for item in new]
        replaced += [item.index for item in others]
    return found, added, replaced


def _store_part(
    sources: Sequence[Source],
    part: Part,
    meeting: Meeting | None,
    new: list[SpeechPreview],
    replaced: list[SpeechPreview],
    matcher: Matcher,
) -> None:
    take_turns()
    topics = dict(zip(part.indexes, topics_of_speeches(part.draft, meeting), strict=True))
    presidents = presidents_to_add(part.draft, meeting, matcher)
    speakers = speakers_of(_named([*new, *replaced], presidents), matcher)
    if meeting:
        add_presidencies(meeting, presidents, speakers)
        add_members(part.draft, meeting, matcher)
    _add(sources, meeting, new, speakers, topics, matcher)
    _replace(sources, replaced, speakers, topics, matcher)


def _hold_standing(meeting: Meeting, draft: Draft) -> None:
    """Wait for whoever edits a speech that may be replaced, and let nobody edit it meanwhile."""
    there = Speech.all_objects.filter(meeting=meeting, position__in=places_of(draft, meeting))
    list(there.locked().values_list("pk", flat=True))


def _named(
    items: Sequence[SpeechPreview], presidents: dict[SpeakerKey, DraftPresident]
) -> dict[SpeakerKey, tuple[str, str]]:
    """Name and honorific, as first printed, of everybody whom storing needs."""
    speeches = [item.speech for item in items if item.speech.speaker.strip()]
    named = {
        speaker_key(speech.speaker, speech.country): (speech.speaker, speech.honorific)
        for speech in reversed(speeches)
    }
    return {key: (each.name, each.honorific) for key, each in presidents.items()} | named


def _lock(transcript: Transcript) -> Transcript:
    """The transcript's current row, held until the transaction ends."""
    current: Transcript = Transcript.objects.select_for_update().get(pk=transcript.pk)
    check_waiting(current)
    return current


def _close(transcript: Transcript, state: Transcript.State, *, is_stored: bool = False) -> None:
    """End the waiting of a transcript, as its row is held: nothing of its draft is left."""
    published_at: datetime.datetime | None
    if is_stored:
        published_at = transcript.published_at or timezone.now()
        descriptions = [each | {"is_stored": True} for each in transcript.descriptions]
    else:
        public = state == Transcript.State.PUBLISHED
        published_at = transcript.published_at if public else None
        descriptions = [each for each in transcript.descriptions if each["is_stored"]]
    Transcript.objects.filter(pk=transcript.pk).update(
        state=state,
        published_at=published_at,
        draft=None,
        summary=None,
        doubts=None,
        descriptions=descriptions,
    )


def _note_nothing_stored(transcript: Transcript) -> None:
    current = Transcript.objects.only("problems").get(pk=transcript.pk)
    current.problems = [
        *current.problems,
        {
            "code": NOTHING_STORED,
            "message": "Every speech of this file had its place taken, so none was stored.",
            "severity": "note",
            "line": None,
            "speech": None,
        },
    ]
    current.save(update_fields=["problems"])


def _log(transcript: Transcript, by: "AbstractBaseUser", message: str) -> None:
    LogEntry.objects.create(
        user_id=by.pk,
        content_type=ContentType.objects.get_for_model(Transcript),
        object_id=str(transcript.pk),
        object_repr=transcript.name[:200],
        action_flag=CHANGE,
        change_message=message,
    )


def _collision_sentence(found: Preview) -> str:
    first = found.collisions[0]
    where = f"position {first.position} of {first.symbol}"
    more = len(found.collisions) - 1
    others = f", and so do {more} more" if more > 1 else ", and so does one more" if more else ""
    if first.outcome is Outcome.CHANGED:
        what = "with other words"
    else:
        what = "by somebody else"
    return (
        f"At {where} stands a speech {what} ({first.existing}){others}. "
        "Keep what is there (skip), or put this in its place (replace)."
    )


def _fields(
    source: Source, item: SpeechPreview, speakers: dict[SpeakerKey, Speaker]
) -> dict[str, object]:
    speech = item.speech
    return {
        "transcript": source.transcript,
        "transcript_position": source.position,
        "speaker": speakers.get(speaker_key(speech.speaker, speech.country)),
        "country": item.country,
        "speaker_line": speech.speaker_line,
        "speaker_printed": printed_name(speech),
        "affiliation": speech.affiliation,
        "role": speech.role,
        "on_behalf_of": speech.on_behalf_of,
        "language": speech.language,
        "language_printed": speech.language_printed,
        "is_national": announces_national(paragraphs_of(speech)),
        "date": item.date,
        "year_stated": item.year,
    }


def printed_name(speech: DraftSpeech) -> str:
    """Who speaks as the record prints it, without affiliation and notes: "The President"."""
    line = _PARAGRAPH_NUMBER.sub("", speech.speaker_line).partition("(")[0].strip().rstrip(":")
    return (line or f"{speech.honorific} {speech.speaker}".strip() or speech.role)[:300]


def _add(
    sources: Sequence[Source],
    meeting: Meeting | None,
    items: Sequence[SpeechPreview],
    speakers: dict[SpeakerKey, Speaker],
    topics: dict[int, list[Topic]],
    matcher: Matcher,
) -> None:
    public_ids = free_addresses(
        Speech,
        "public_id",
        {item.index: _public_id(sources[item.index], meeting, item) for item in items},
    )
    speeches = Speech.objects.bulk_create(
        Speech(
            public_id=public_ids[item.index],
            meeting=meeting,
            position=item.position,
            **_fields(sources[item.index], item, speakers),
        )
        for item in items
    )
    _store_paragraphs(zip(speeches, items, strict=True), matcher)
    _store_topics(zip(speeches, items, strict=True), topics)


def _public_id(source: Source, meeting: Meeting | None, item: SpeechPreview) -> str:
    prefix = meeting.slug if meeting else f"t-{source.transcript.sha256[:10]}"
    return f"{prefix}-{item.position:03}"


def _replace(
    sources: Sequence[Source],
    items: Sequence[SpeechPreview],
    speakers: dict[SpeakerKey, Speaker],
    topics: dict[int, list[Topic]],
    matcher: Matcher,
) -> None:
    """Put speeches in the place of others; addresses stay, a transcript left empty is marked."""
    speeches = [item.existing for item in items if item.existing is not None]
    if not speeches:
        return
    former = {speech.transcript_id for speech in speeches}
    Paragraph.objects.filter(speech__in=speeches).delete()
    Speech.topics.through.objects.filter(speech__in=speeches).delete()
    _note_former_transcripts(speeches)
    for speech, item in zip(speeches, items, strict=True):
        for name, value in _fields(sources[item.index], item, speakers).items():
            setattr(speech, name, value)
        speech.save()
    _store_paragraphs(zip(speeches, items, strict=True), matcher)
    _store_topics(zip(speeches, items, strict=True), topics)
    latter = {sources[item.index].transcript.pk for item in items}
    Transcript.objects.filter(pk__in=former - latter, speeches__isnull=True).update(
        state=Transcript.State.REPLACED
    )


def _note_former_transcripts(speeches: Sequence[Speech]) -> None:
    """Keep in mind which files have words of these: should one of the speeches be withdrawn, no
    such file is given out."""
    through = Speech.former_transcripts.through
    through.objects.bulk_create(
        [through(speech_id=each.pk, transcript_id=each.transcript_id) for each in speeches],
        ignore_conflicts=True,
    )


def _store_paragraphs(pairs: Iterable[tuple[Speech, SpeechPreview]], matcher: Matcher) -> None:
    batch: list[tuple[Speech, list[Paragraph]]] = []
    for speech, item in pairs:
        paragraphs = [
            Paragraph(
                speech=speech,
                position=position,
                kind=paragraph.kind,
                number=paragraph.number,
                text=paragraph.text,
            )
            for position, paragraph in enumerate(paragraphs_of(item.speech), start=1)
        ]
        batch.append((speech, paragraphs))
        if sum(len(there) for _, there in batch) >= PARAGRAPHS_AT_ONCE:
            _store_batch(batch, matcher)
            batch = []
    _store_batch(batch, matcher)


def _store_batch(batch: Sequence[tuple[Speech, list[Paragraph]]], matcher: Matcher) -> None:
    Paragraph.objects.bulk_create(
        [paragraph for _, paragraphs in batch for paragraph in paragraphs],
        batch_size=PARAGRAPHS_AT_ONCE,
    )
    annotate(batch, matcher)


def _store_topics(
    pairs: Iterable[tuple[Speech, SpeechPreview]], topics: dict[int, list[Topic]]
) -> None:
    through = Speech.topics.through
    through.objects.bulk_create(
        through(speech=speech, topic=topic)
        for speech, item in pairs
        for topic in topics[item.index]
    )

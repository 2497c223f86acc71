"""A draft becomes rows, in one transaction: all of it or nothing.

The meeting's row is locked first, so that two who publish into one meeting take turns; the
database's own triggers write the index outbox.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import islice
from typing import TYPE_CHECKING

from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import IntegrityError, connection, transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.text import slugify

from statements.ingest.draft import Draft, DraftPresident, DraftSpeech
from statements.ingest.errors import Collision, EditConflict, InvalidDraft, NotWaiting
from statements.ingest.matching import Matcher, speaker_key
from statements.ingest.preview import Outcome, Preview, SpeechPreview, paragraphs_of, preview
from statements.ingest.receiving import check_waiting
from statements.models import (
    Country,
    Meeting,
    Paragraph,
    Presidency,
    Speaker,
    Speech,
    Topic,
    Transcript,
)
from statements.transcripts.names import fold, sort_form
from statements.transcripts.symbols import Symbol

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser

PARAGRAPHS_AT_ONCE = 2_000
_NAMES_LOCK = 0x526F7374  # any number, the same for everybody who makes speakers and topics
_PARAGRAPH_NUMBER = re.compile(r"^\d{1,4}\.\s+")


class OnCollision(StrEnum):
    SKIP = "skip"  # keep what is there
    REPLACE = "replace"  # put the new speech in its place, under its public id
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
    except IntegrityError as error:
        raise EditConflict(
            f"Something that “{transcript.name}” needs was changed at the same moment. "
            "Nothing was stored; please publish it again."
        ) from error
    transcript.refresh_from_db(fields=["state", "published_at", "problems", "draft", "revision"])
    return published


def discard(transcript: Transcript, by: "AbstractBaseUser | None" = None) -> None:
    """Set a transcript aside; its bytes are kept, and receiving them again reopens it."""
    with transaction.atomic():
        _lock(transcript)
        _close(transcript, Transcript.State.DISCARDED)
        if by is not None:
            _log(transcript, by, "Discarded")
    transcript.refresh_from_db(fields=["state", "draft", "revision"])


def _publish(
    transcript: Transcript, draft: Draft, on_collision: OnCollision, matcher: Matcher
) -> Published:
    current = _lock(transcript)
    if current.revision != transcript.revision:
        raise EditConflict(
            f"Somebody else corrected “{transcript.name}” meanwhile. "
            "Look at the current version before you publish."
        )
    published = _store(transcript, draft, on_collision, matcher)
    if published.changed_nothing:
        _note_nothing_stored(transcript)
        _close(transcript, Transcript.State.DISCARDED)
    else:
        _close(transcript, Transcript.State.PUBLISHED)
    return published


def _publish_again(
    transcript: Transcript, draft: Draft, on_collision: OnCollision, matcher: Matcher
) -> Published:
    current = Transcript.objects.select_for_update().get(pk=transcript.pk)
    if current.state != Transcript.State.PUBLISHED:
        raise NotWaiting(f"“{transcript.name}” is not published.")
    last = transcript.speeches.aggregate(last=Max("transcript_position"))["last"] or 0
    speeches = [replace(speech, position=speech.position + last) for speech in draft.speeches]
    return _store(transcript, replace(draft, speeches=speeches), on_collision, matcher)


def _store(
    transcript: Transcript, draft: Draft, on_collision: OnCollision, matcher: Matcher
) -> Published:
    meeting = _meeting(draft, matcher)
    found = preview(draft, transcript, matcher=matcher)
    if found.faults:
        raise InvalidDraft(found.faults)
    if found.collisions and on_collision is OnCollision.REFUSE:
        raise Collision(_collision_sentence(found))
    new = [item for item in found.speeches if item.outcome is Outcome.NEW]
    replaced = list(found.collisions) if on_collision is OnCollision.REPLACE else []
    if new or replaced:
        _names_lock()
        topics = _topics(draft, meeting)
        speakers = _speakers([*new, *replaced], draft, meeting, matcher)
        _add(transcript, meeting, found, new, speakers, topics)
        _replace(transcript, found, replaced, speakers, topics)
    kept = len(found.speeches) - len(new) - len(replaced)
    return Published(transcript, found, len(new), len(replaced), kept)


def _lock(transcript: Transcript) -> Transcript:
    """The transcript's current row, held until the transaction ends."""
    current: Transcript = Transcript.objects.select_for_update().get(pk=transcript.pk)
    check_waiting(current)
    return current


def _close(transcript: Transcript, state: Transcript.State) -> None:
    published_at = timezone.now() if state == Transcript.State.PUBLISHED else None
    Transcript.objects.filter(pk=transcript.pk).update(
        state=state, published_at=published_at, draft=None
    )


def _note_nothing_stored(transcript: Transcript) -> None:
    current = Transcript.objects.only("problems").get(pk=transcript.pk)
    current.problems = [
        *current.problems,
        {
            "code": "nothing-stored",
            "message": "Every speech of this file had its place taken, so none was stored.",
            "severity": "note",
            "line": None,
            "speech": None,
        },
    ]
    current.save(update_fields=["problems"])


def _names_lock() -> None:
    """Let only one transaction at a time make speakers and topics: the later one finds them."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_NAMES_LOCK])


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
    where = f"position {first.position} of {found.symbol}"
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


# -- the meeting ----------------------------------------------------------------------------------


def _meeting(draft: Draft, matcher: Matcher) -> Meeting | None:
    """The draft's meeting, made where it is new, completed where it was blank, and locked."""
    try:
        symbol = Symbol.parse(draft.symbol)
    except ValueError:
        return None  # none, or a fault that the preview names
    if str(symbol) != draft.symbol:
        return None
    known = {
        "symbol_printed": draft.symbol_printed,
        "organ": draft.organ,
        "number": draft.number or symbol.number,
        "date": draft.date,
        "date_printed": draft.date_printed,
        "place": draft.place,
    }
    Meeting.objects.get_or_create(
        symbol=draft.symbol,
        defaults=known | {"slug": symbol.slug, "resumption": symbol.resumption},
    )
    meeting = Meeting.objects.select_for_update().get(symbol=draft.symbol)
    filled = [name for name, value in known.items() if value and not getattr(meeting, name)]
    for name in filled:
        setattr(meeting, name, known[name])
    if filled:  # saving for nothing would have every speech of the meeting indexed again
        meeting.save(update_fields=filled)
    return meeting


def _presidencies(
    draft: Draft, meeting: Meeting, speakers: dict[tuple[str, str], Speaker], matcher: Matcher
) -> None:
    if not draft.presidents or meeting.presidencies.exists():
        return
    rows = []
    for position, president in enumerate(draft.presidents, start=1):
        country = _country_of(president, draft, meeting, matcher)
        rows.append(
            Presidency(
                meeting=meeting,
                position=position,
                name_printed=f"{president.honorific} {president.name}".strip(),
                affiliation=president.affiliation,
                country=country,
                speaker=speakers[speaker_key(president.name, country.code if country else "")],
            )
        )
    Presidency.objects.bulk_create(rows)


def _country_of(
    president: DraftPresident, draft: Draft, meeting: Meeting, matcher: Matcher
) -> Country | None:
    if not president.affiliation:
        return None
    return matcher.country(president.affiliation, draft.date or meeting.date)


# -- speakers and topics --------------------------------------------------------------------------


def _speakers(
    items: Sequence[SpeechPreview], draft: Draft, meeting: Meeting | None, matcher: Matcher
) -> dict[tuple[str, str], Speaker]:
    """Every speaker of these speeches, those the archive did not know among them."""
    named = {
        speaker_key(item.speech.speaker, item.speech.country): (
            item.speech.speaker,
            item.speech.honorific,
        )
        for item in reversed(items)
        if item.speech.speaker.strip()
    }
    if meeting:
        for president in draft.presidents:
            country = _country_of(president, draft, meeting, matcher)
            key = speaker_key(president.name, country.code if country else "")
            named.setdefault(key, (president.name, president.honorific))
    speakers = matcher.speakers(named)
    missing = {key: names for key, names in named.items() if key not in speakers}
    bases = {
        key: _speaker_base(name, _short_name(key[1], matcher)) for key, (name, _) in missing.items()
    }
    slugs = _free(Speaker, "slug", bases)
    made = Speaker.objects.bulk_create(
        Speaker(
            slug=slugs[key],
            name=name.strip(),
            honorific=honorific,
            sort_name=sort_form(name)[:200],
            folded=key[0][:200],
            country_id=key[1] or None,
        )
        for key, (name, honorific) in missing.items()
    )
    speakers |= dict(zip(missing, made, strict=True))
    if meeting:
        _presidencies(draft, meeting, speakers, matcher)
    return speakers


def _short_name(code: str, matcher: Matcher) -> str:
    return fold(matcher.countries[code].short_name) if code else ""


def _topics(draft: Draft, meeting: Meeting | None) -> list[Topic]:
    """The topics of these speeches: the meeting's agenda, and what a person gave."""
    titles: dict[str, tuple[str, Topic.Kind]] = {}
    for kind, given in (
        (Topic.Kind.AGENDA_ITEM, draft.agenda_items),
        (Topic.Kind.SUBJECT, draft.topics),
    ):
        for title in given:
            title = _shortened(" ".join(title.split()))
            if title:
                titles.setdefault(fold(title)[:500], (title, kind))
    topics = {topic.folded: topic for topic in Topic.objects.filter(folded__in=titles)}
    missing = {folded: titles[folded] for folded in titles if folded not in topics}
    slugs = _free(Topic, "slug", {folded: _topic_base(folded) for folded in missing})
    made = Topic.objects.bulk_create(
        Topic(slug=slugs[folded], title=title, folded=folded, kind=kind)
        for folded, (title, kind) in missing.items()
    )
    topics |= dict(zip(missing, made, strict=True))
    ordered = [topics[folded] for folded in titles]
    if meeting is None:
        return ordered
    agenda = [topic for topic in ordered if titles[topic.folded][1] == Topic.Kind.AGENDA_ITEM]
    if agenda:
        meeting.agenda_items.add(*agenda)
        return ordered
    return list(dict.fromkeys([*meeting.agenda_items.all(), *ordered]))


def _shortened(title: str) -> str:
    """A title as long as a topic may have; the whole of it stands in the transcript."""
    return title if len(title) <= 500 else f"{title[:499].rsplit(' ', 1)[0]}…"


def free_speaker_slug(name: str, country: Country | None) -> str:
    """A slug that no speaker has, for one who is entered by hand."""
    base = _speaker_base(name, fold(country.short_name) if country else "")
    return _free(Speaker, "slug", {"new": base})["new"]


def free_topic_slug(title: str) -> str:
    """A slug that no topic has, for one that is entered by hand."""
    return _free(Topic, "slug", {"new": _topic_base(fold(title))})["new"]


def _speaker_base(name: str, country: str) -> str:
    return slugify(f"{fold(name)} {country}")[:130] or "speaker"


def _topic_base(folded: str) -> str:
    return slugify(folded)[:130] or "topic"


def _free[Key](
    model: type[Speaker | Topic | Speech], field: str, bases: dict[Key, str]
) -> dict[Key, str]:
    """For each wanted name one that nobody has: itself, or with "-2", "-3" behind it."""
    if not bases:
        return {}
    taken = set(
        model._default_manager.filter(**{f"{field}__in": set(bases.values())}).values_list(
            field, flat=True
        )
    )
    free = {}
    for key, base in bases.items():
        name, number = base, 1
        while name in taken or (
            number > 1 and model._default_manager.filter(**{field: name}).exists()
        ):
            number += 1
            name = f"{base}-{number}"
        taken.add(name)
        free[key] = name
    return free


# -- speeches -------------------------------------------------------------------------------------


def _fields(
    transcript: Transcript,
    found: Preview,
    item: SpeechPreview,
    speakers: dict[tuple[str, str], Speaker],
) -> dict[str, object]:
    speech = item.speech
    return {
        "transcript": transcript,
        "transcript_position": speech.position,
        "speaker": speakers.get(speaker_key(speech.speaker, speech.country)),
        "country": item.country,
        "speaker_line": speech.speaker_line,
        "speaker_printed": printed_name(speech),
        "affiliation": speech.affiliation,
        "role": speech.role,
        "on_behalf_of": speech.on_behalf_of,
        "language": speech.language,
        "language_printed": speech.language_printed,
        "date": found.date,
    }


def printed_name(speech: DraftSpeech) -> str:
    """Who speaks as the record prints it, without affiliation and notes: "The President"."""
    line = _PARAGRAPH_NUMBER.sub("", speech.speaker_line).partition("(")[0].strip().rstrip(":")
    return (line or f"{speech.honorific} {speech.speaker}".strip() or speech.role)[:300]


def _add(
    transcript: Transcript,
    meeting: Meeting | None,
    found: Preview,
    items: Sequence[SpeechPreview],
    speakers: dict[tuple[str, str], Speaker],
    topics: Sequence[Topic],
) -> None:
    prefix = meeting.slug if meeting else f"t-{transcript.sha256[:10]}"
    public_ids = _free(
        Speech, "public_id", {item.position: f"{prefix}-{item.position:03}" for item in items}
    )
    speeches = Speech.objects.bulk_create(
        Speech(
            public_id=public_ids[item.position],
            meeting=meeting,
            position=item.position,
            **_fields(transcript, found, item, speakers),
        )
        for item in items
    )
    _store_paragraphs(zip(speeches, items, strict=True))
    _store_topics(speeches, topics)


def _replace(
    transcript: Transcript,
    found: Preview,
    items: Sequence[SpeechPreview],
    speakers: dict[tuple[str, str], Speaker],
    topics: Sequence[Topic],
) -> None:
    """Put speeches in the place of others; addresses stay, a transcript left empty is marked."""
    speeches = [item.existing for item in items if item.existing is not None]
    if not speeches:
        return
    former = {speech.transcript_id for speech in speeches}
    Paragraph.objects.filter(speech__in=speeches).delete()
    Speech.topics.through.objects.filter(speech__in=speeches).delete()
    for speech, item in zip(speeches, items, strict=True):
        for name, value in _fields(transcript, found, item, speakers).items():
            setattr(speech, name, value)
        speech.save()
    _store_paragraphs(zip(speeches, items, strict=True))
    _store_topics(speeches, topics)
    Transcript.objects.filter(pk__in=former - {transcript.pk}, speeches__isnull=True).update(
        state=Transcript.State.REPLACED
    )


def _store_paragraphs(pairs: Iterable[tuple[Speech, SpeechPreview]]) -> None:
    rows = (
        Paragraph(speech=speech, position=position, kind=kind, text=text)
        for speech, item in pairs
        for position, (kind, text) in enumerate(paragraphs_of(item.speech), start=1)
    )
    while batch := list(islice(rows, PARAGRAPHS_AT_ONCE)):
        Paragraph.objects.bulk_create(batch)


def _store_topics(speeches: Sequence[Speech], topics: Sequence[Topic]) -> None:
    through = Speech.topics.through
    through.objects.bulk_create(
        through(speech=speech, topic=topic) for speech in speeches for topic in topics
    )

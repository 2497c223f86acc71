"""Reviewing one transcript: what was read is shown and corrected, then published or discarded.

All of a page is one form, so that nothing typed is lost by pressing the wrong button. It sends
the revision it was made from; where somebody else was faster, nothing is stored and both are
shown.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.contrib import messages
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.core.paginator import Paginator
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET, require_http_methods

from statements import ingest
from statements.admin import unsaved
from statements.admin.corrections import RECORD_FIELDS, Correction, corrected, speech_values
from statements.admin.desk import PUBLISH, UPLOAD, VIEW, WITHDRAW, needs, page, person, posted_from
from statements.admin.forms import DraftSpeechForm, PartialForm, RecordForm
from statements.ingest import Draft, IngestError, Matcher, OnCollision, SpeechPreview
from statements.ingest.waiting.summaries import confidence
from statements.models import Paragraph, Speech, Transcript

PER_PAGE = 25


@dataclass(frozen=True, slots=True)
class Card:
    """One speech on the page: as read, as judged, and the form to correct it."""

    item: SpeechPreview
    form: DraftSpeechForm
    standing: str
    why: str
    there: list[Paragraph]  # of the stored speech it meets

    @property
    def words(self) -> int:
        return sum(len(paragraph.text.split()) for paragraph in self.item.speech.paragraphs)


@dataclass(frozen=True, slots=True)
class Clash:
    """A field of a stale form: what it was, what somebody made of it, what this person typed."""

    where: str
    label: str
    before: str
    stored: str
    typed: str
    hidden: list[tuple[str, str]]  # to send it again, on top of what is stored now


class Sheet:
    """The forms of a review page, from a draft and, where something was sent, from that."""

    def __init__(self, transcript: Transcript, posted: Any = None) -> None:
        self.transcript = transcript
        self.posted = posted
        self.matcher = Matcher()

    @cached_property
    def draft(self) -> Draft:
        return ingest.draft_waiting(self.transcript)

    @cached_property
    def record(self) -> RecordForm:
        values = {name: getattr(self.draft, name) for name in RECORD_FIELDS}
        return RecordForm(self.posted, initial=values, prefix="record", matcher=self.matcher)

    @cached_property
    def sent(self) -> dict[int, DraftSpeechForm]:
        """The forms of the speeches that were on the page that was sent."""
        if self.posted is None:
            return {}
        positions = set(self.posted.getlist("speech"))
        return {
            speech.position: self.form_of(speech.position)
            for speech in self.draft.speeches
            if str(speech.position) in positions
        }

    def form_of(self, position: int) -> DraftSpeechForm:
        speech = next(item for item in self.draft.speeches if item.position == position)
        return DraftSpeechForm(
            self.posted,
            initial=speech_values(speech),
            prefix=f"s{position}",
            matcher=self.matcher,
        )

    @property
    def is_current(self) -> bool:
        return bool(self.posted.get("revision") == str(self.transcript.revision))

    def is_valid(self) -> bool:
        return all([self.record.is_valid(), *(form.is_valid() for form in self.sent.values())])

    @property
    def corrections(self) -> list[Correction]:
        found = (form.correction(position) for position, form in self.sent.items())
        return [correction for correction in found if correction]

    def save(self) -> bool:
        """Keep what was changed; False where nothing was."""
        if not (self.record.changes or self.corrections):
            return False
        draft = corrected(self.draft, self.record.changes, self.corrections)
        ingest.update_draft(self.transcript, draft, self.transcript.revision)
        self.transcript.draft = draft.to_json()
        self.__dict__.pop("draft", None)
        return True

    def clashes(self) -> Iterator[Clash]:
        yield from _clashes("The meeting", self.record)
        for position, form in self.sent.items():
            yield from _clashes(f"Speech {position}", form)


def _clashes(where: str, form: PartialForm) -> Iterator[Clash]:
    form.is_valid()
    for name in form.changed_data:
        if name not in form.initial:
            continue
        bound, key = form[name], form.add_prefix(name)
        stored = form.fields[name].prepare_value(form.initial[name])
        hidden = [(key, form.data[key]), (form.add_initial_prefix(name), stored)]
        if "scope" in form.fields:
            hidden.append((form.add_prefix("scope"), form.data[form.add_prefix("scope")]))
        yield Clash(
            where=where,
            label=str(bound.label),
            before=_shown(form.data[form.add_initial_prefix(name)]),
            stored=_shown(stored),
            typed=_shown(form.data[key]),
            hidden=[(key, "" if value is None else str(value)) for key, value in hidden],
        )


def _shown(value: Any) -> str:
    return "(empty)" if value in (None, "") else str(value)


def _transcript(pk: int) -> Transcript:
    transcript: Transcript = get_object_or_404(
        Transcript.objects.defer(None).defer("content"), pk=pk
    )
    return transcript


def address(transcript: Transcript, number: Any = None) -> str:
    base = reverse("admin:statements_transcript_review", args=[transcript.pk])
    is_number = re.fullmatch("[0-9]{1,9}", str(number or ""))
    return f"{base}?page={number}" if is_number and number != "1" else base


@require_http_methods(["GET", "HEAD", "POST"])
@needs(UPLOAD, PUBLISH, VIEW)
def review(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a transcript; a POST keeps corrections."""
    transcript = _transcript(pk)
    if request.method != "POST":
        fields = unsaved.restored(request)
        return _show_again(request, transcript, fields) if fields else _show(request, transcript)
    return _save(request, pk)


@needs(UPLOAD, PUBLISH)
def _show_again(request: HttpRequest, transcript: Transcript, fields: QueryDict) -> HttpResponse:
    """The form with what was typed and could not be taken; nothing of it is stored now."""
    unsaved.show_as_posted(request, fields)
    sheet = Sheet(transcript, fields)
    if not (transcript.is_waiting and sheet.is_current):
        return _conflict(request, transcript.pk)
    messages.warning(request, "Not saved yet. Check what you typed, then save it.")
    return _show(request, transcript, sheet=sheet)


@needs(UPLOAD)
def _save(request: HttpRequest, pk: int) -> HttpResponse:
    transcript = _transcript(pk)
    sheet = Sheet(transcript, request.POST)
    try:
        if answer := _objection(request, sheet):
            return answer
        if sheet.save():
            messages.success(request, "Your corrections are saved. Nothing is public yet.")
        else:
            messages.info(request, "There was nothing to save: no field was changed.")
    except IngestError:
        return _conflict(request, transcript.pk)
    return _saved(request, transcript, address(transcript, request.POST.get("page")))


def _saved(request: HttpRequest, transcript: Transcript, leads_to: str) -> HttpResponse:
    form = address(transcript, request.POST.get("page"))
    return unsaved.saved(request, HttpResponseRedirect(leads_to), form)


@posted_from(lambda request, pk: reverse("admin:statements_transcript_review", args=[pk]))
@needs(PUBLISH)
def publish(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep the corrections of the page, then store its speeches; both or neither."""
    transcript = _transcript(pk)
    if transcript.state == Transcript.State.PUBLISHED and _own_doing(request, transcript):
        messages.info(request, f"“{transcript.name}” is already published.")
        return HttpResponseRedirect(address(transcript))
    sheet = Sheet(transcript, request.POST)
    word = request.POST.get("on_collision", OnCollision.REFUSE)
    on_collision = OnCollision(word) if word in set(OnCollision) else OnCollision.REFUSE
    try:
        if answer := _objection(request, sheet):
            return answer
        with transaction.atomic():
            if request.user.has_perm(UPLOAD):
                sheet.save()
            published = ingest.publish(
                transcript, sheet.draft, by=person(request), on_collision=on_collision
            )
    except (ingest.Collision, ingest.InvalidDraft) as error:
        messages.error(request, f"Nothing was published. {error}")
        return _show(request, _transcript(pk), sheet=Sheet(_transcript(pk), request.POST))
    except ingest.NotWaiting:
        if not _own_doing(request, _transcript(pk)):
            return _conflict(request, pk)
        messages.info(request, f"“{transcript.name}” is already published or discarded.")
        return HttpResponseRedirect(address(transcript))
    except IngestError:
        return _conflict(request, pk)
    messages.success(request, _what_was_done(published))
    return _saved(request, transcript, address(transcript))


def _own_doing(request: HttpRequest, transcript: Transcript) -> bool:
    """Whether nothing of what was sent is lost: nothing was typed, or this very form was sent
    twice, as a double click does."""
    typed = bool(_typed(request))
    by_same = LogEntry.objects.filter(
        user=person(request),
        object_id=str(transcript.pk),
        content_type=ContentType.objects.get_for_model(Transcript),
    )
    sent_before = request.POST.get("revision") == str(transcript.revision - 1)
    return not typed or (sent_before and by_same.exists())


def _what_was_done(published: ingest.Published) -> str:
    if published.changed_nothing:
        return (
            "Nothing was stored, because the place of every speech is taken. The file is discarded."
        )
    parts = [f"Published: {published.stored} new"]
    if published.replaced:
        parts.append(f"{published.replaced} replaced others")
    if published.skipped:
        parts.append(f"{published.skipped} not stored, because their places are taken")
    return ", ".join(parts) + "."


@posted_from(lambda request, pk: reverse("admin:statements_transcript_review", args=[pk]))
@needs(PUBLISH)
def discard(request: HttpRequest, pk: int) -> HttpResponse:
    transcript = _transcript(pk)
    if not transcript.is_waiting and transcript.state not in ingest.WITHOUT_DRAFT:
        messages.info(request, f"“{transcript.name}” is no longer waiting.")
        return HttpResponseRedirect(address(transcript))
    if request.POST.get("revision") != str(transcript.revision):
        return _conflict(request, pk)
    try:
        ingest.discard(transcript, by=person(request))
    except IngestError as error:
        messages.info(request, str(error))
    else:
        messages.success(
            request, f"“{transcript.name}” is discarded. Uploading it again reopens it."
        )
    return _saved(request, transcript, reverse("admin:statements_transcript_waiting"))


@posted_from(lambda request, pk: reverse("admin:statements_transcript_review", args=[pk]))
@needs(WITHDRAW)
def reinstate(request: HttpRequest, pk: int) -> HttpResponse:
    """Make the withdrawn speeches of a file public again, all of them."""
    transcript = get_object_or_404(Transcript, pk=pk)
    if count := ingest.reinstate_all_of(transcript, by=person(request)):
        noun = "speech is" if count == 1 else "speeches are"
        messages.success(request, f"{count} {noun} public again, at the same address as before.")
    else:
        messages.info(request, "None of its speeches is withdrawn.")
    return HttpResponseRedirect(address(transcript))


@require_GET
@needs(UPLOAD, PUBLISH, VIEW)
def original(request: HttpRequest, pk: int) -> HttpResponse:
    """The file as received, to look at beside what was read; never shown as a page."""
    transcript = get_object_or_404(Transcript.objects.defer(None).defer("draft", "dropped"), pk=pk)
    return HttpResponse(
        bytes(transcript.content),
        content_type="application/octet-stream",
        headers={
            "Content-Disposition": content_disposition_header(True, transcript.name) or "",
            "X-Content-Type-Options": "nosniff",
        },
    )


def _objection(request: HttpRequest, sheet: Sheet) -> HttpResponse | None:
    """Why what was sent cannot be stored: somebody else was faster, or a field is wrong."""
    waits = sheet.transcript.is_waiting
    if not (waits and sheet.is_current):
        return _conflict(request, sheet.transcript.pk)
    if not sheet.is_valid():
        messages.error(request, "Nothing was saved yet. Please correct the fields marked below.")
        return _show(request, sheet.transcript, sheet=sheet)
    return None


def _conflict(request: HttpRequest, pk: int) -> HttpResponse:
    transcript = _transcript(pk)
    waits = transcript.is_waiting
    return page(
        request,
        "conflict",
        "Someone else has changed this transcript",
        status=409,
        transcript=transcript,
        waits=waits,
        clashes=list(Sheet(transcript, request.POST).clashes()) if waits else _typed(request),
        positions=request.POST.getlist("speech"),
        page_number=request.POST.get("page", ""),
        back=address(transcript, request.POST.get("page")),
        note=_note(request, transcript, request.POST.get("page")),
    )


def _note(request: HttpRequest, transcript: Transcript, number: Any) -> unsaved.Note:
    return unsaved.note_of(request, transcript.name, address(transcript, number))


def _typed(request: HttpRequest) -> list[Clash]:
    """What a person typed for a transcript that no longer waits, so that it can be copied."""
    found = []
    for key, value in request.POST.items():
        prefix, _, name = key.rpartition("-")
        before = request.POST.get(f"initial-{key}")
        if before is not None and not key.startswith("initial-") and before != value:
            where = "The meeting" if prefix == "record" else f"Speech {prefix.removeprefix('s')}"
            label = name.replace("_", " ").capitalize()
            found.append(Clash(where, label, _shown(before), "", _shown(value), []))
    return found


def _show(
    request: HttpRequest, transcript: Transcript, *, sheet: Sheet | None = None
) -> HttpResponse:
    if not transcript.is_waiting:
        return page(
            request,
            "reviewed",
            transcript.name,
            transcript=transcript,
            speeches=Speech.all_objects.filter(transcript=transcript)
            .for_listing()
            .select_related("withdrawal")
            .order_by("transcript_position"),
            absent=ingest.absent_of(transcript),
            may_withdraw=request.user.has_perm(WITHDRAW),
            texts=transcript.texts.order_by("pk"),
        )
    sheet = sheet or Sheet(transcript)
    look = ingest.preview(sheet.draft, transcript, matcher=sheet.matcher)
    number = request.POST.get("page") if request.method == "POST" else request.GET.get("page")
    shown = Paginator(look.speeches, PER_PAGE).get_page(number)
    cards = [_card(item, sheet) for item in shown]
    counts = {"recognised": 0, "guessed": 0, "unknown": 0}
    for item in look.speeches:
        counts[confidence(item)[0]] += 1
    return page(
        request,
        "review",
        transcript.name,
        transcript=transcript,
        draft=sheet.draft,
        look=look,
        shown=shown,
        cards=cards,
        counts=counts,
        note=_note(request, transcript, str(shown.number)),
        record=sheet.record,
        countries=sorted(country.short_name for country in sheet.matcher.countries.values()),
    )


def _card(item: SpeechPreview, sheet: Sheet) -> Card:
    position = item.speech.position
    form = sheet.sent.get(position) or sheet.form_of(position)
    there = list(item.existing.paragraphs.order_by("position")) if item.existing else []
    return Card(item, form, *confidence(item), there)

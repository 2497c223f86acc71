"""The review page of one transcript: correct the draft, then publish or discard it.

The whole page is one form, so pressing any button submits everything that was typed. The form
submits the revision it was rendered from; if someone else has saved in the meantime, nothing is
stored and both versions are shown.
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
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods

from statements import ingest
from statements.admin import unsaved_input
from statements.admin.corrections import RECORD_FIELDS, Correction, apply_corrections, speech_values
from statements.admin.forms import DraftSpeechForm, PartialForm, RecordForm
from statements.admin.labels import unread_first
from statements.admin.review_site import (
    PUBLISH,
    UPLOAD,
    VIEW,
    WITHDRAW,
    current_user,
    render_page,
    require_post_from,
    requires_permission,
)
from statements.admin.scans import (
    missing_pages,
    pages_of,
    picture_type,
    recognition_status,
)
from statements.ingest import Draft, IngestError, Matcher, OnCollision, SpeechPreview
from statements.ingest.waiting.summaries import confidence
from statements.models import Paragraph, Speech, Transcript

PER_PAGE = 25


@dataclass(frozen=True, slots=True)
class SpeechRow:
    """One speech on the page: its preview, how confident the reading is, and its form."""

    preview: SpeechPreview
    form: DraftSpeechForm
    confidence: str
    explanation: str
    existing_paragraphs: list[Paragraph]  # of the stored speech at the same position
    scan_pages: list[int]  # of the scan, if the file is the text of one

    @property
    def words(self) -> int:
        return sum(len(paragraph.text.split()) for paragraph in self.preview.speech.paragraphs)


@dataclass(frozen=True, slots=True)
class FieldConflict:
    """A field of an outdated form: its original, stored and submitted values."""

    section: str
    label: str
    before: str
    stored: str
    typed: str
    hidden: list[tuple[str, str]]  # form data to submit the value on top of the stored one


class ReviewForms:
    """The forms of a review page, bound to the submitted data if there is any."""

    def __init__(self, transcript: Transcript, posted: Any = None) -> None:
        self.transcript = transcript
        self.posted = posted
        self.matcher = Matcher()

    @cached_property
    def draft(self) -> Draft:
        return ingest.draft_waiting(self.transcript)

    @cached_property
    def has_pictures(self) -> bool:
        """Whether the pages of a scan can be shown beside its text."""
        scan = self.transcript.scan_id
        return scan is not None and bool(picture_type(scan))

    @cached_property
    def record(self) -> RecordForm:
        values = {name: getattr(self.draft, name) for name in RECORD_FIELDS}
        return RecordForm(self.posted, initial=values, prefix="record", matcher=self.matcher)

    @cached_property
    def submitted(self) -> dict[int, DraftSpeechForm]:
        """The forms of the speeches on the submitted page, by position."""
        if self.posted is None:
            return {}
        positions = set(self.posted.getlist("speech"))
        return {
            speech.position: self.form_for(speech.position)
            for speech in self.draft.speeches
            if str(speech.position) in positions
        }

    def form_for(self, position: int) -> DraftSpeechForm:
        speech = next(speech for speech in self.draft.speeches if speech.position == position)
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
        return all([self.record.is_valid(), *(form.is_valid() for form in self.submitted.values())])

    @property
    def corrections(self) -> list[Correction]:
        corrections = (form.correction(position) for position, form in self.submitted.items())
        return [correction for correction in corrections if correction]

    def save(self) -> bool:
        """Store the changed fields; return False if nothing was changed."""
        if not (self.record.changes or self.corrections):
            return False
        draft = apply_corrections(self.draft, self.record.changes, self.corrections)
        ingest.update_draft(self.transcript, draft, self.transcript.revision)
        self.transcript.draft = draft.to_json()
        self.__dict__.pop("draft", None)
        return True

    def conflicts(self) -> Iterator[FieldConflict]:
        yield from _form_conflicts(_("Meeting"), self.record)
        for position, form in self.submitted.items():
            yield from _form_conflicts(_speech_label(position), form)


def _form_conflicts(section: str, form: PartialForm) -> Iterator[FieldConflict]:
    form.is_valid()
    for name in form.changed_data:
        if name not in form.initial:
            continue
        bound, key = form[name], form.add_prefix(name)
        stored = form.fields[name].prepare_value(form.initial[name])
        hidden = [(key, form.data[key]), (form.add_initial_prefix(name), stored)]
        if "scope" in form.fields:
            hidden.append((form.add_prefix("scope"), form.data[form.add_prefix("scope")]))
        yield FieldConflict(
            section=section,
            label=str(bound.label),
            before=_display_value(form.data[form.add_initial_prefix(name)]),
            stored=_display_value(stored),
            typed=_display_value(form.data[key]),
            hidden=[(key, "" if value is None else str(value)) for key, value in hidden],
        )


def _display_value(value: Any) -> str:
    return _("(empty)") if value in (None, "") else str(value)


def _speech_label(position: int | str) -> str:
    return _("Speech %(position)s") % {"position": position}


def _transcript(pk: int) -> Transcript:
    transcript: Transcript = get_object_or_404(
        Transcript.objects.defer(None).defer("content"), pk=pk
    )
    return transcript


def review_url(transcript: Transcript, page_number: Any = None) -> str:
    base = reverse("admin:statements_transcript_review", args=[transcript.pk])
    is_number = re.fullmatch("[0-9]{1,9}", str(page_number or ""))
    return f"{base}?page={page_number}" if is_number and page_number != "1" else base


@require_http_methods(["GET", "HEAD", "POST"])
@requires_permission(UPLOAD, PUBLISH, VIEW)
def review(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a transcript; POST saves corrections."""
    transcript = _transcript(pk)
    if request.method != "POST":
        fields = unsaved_input.restored_fields(request)
        return (
            _render_restored(request, transcript, fields)
            if fields
            else _render(request, transcript)
        )
    return _save(request, pk)


@requires_permission(UPLOAD, PUBLISH)
def _render_restored(
    request: HttpRequest, transcript: Transcript, fields: QueryDict
) -> HttpResponse:
    """Show the form with restored input; nothing is saved."""
    unsaved_input.show_as_posted(request, fields)
    forms = ReviewForms(transcript, fields)
    if not (transcript.is_waiting and forms.is_current):
        return _conflict(request, transcript.pk)
    messages.warning(request, _("Your input has not been saved yet. Check it, then save it."))
    return _render(request, transcript, forms=forms)


@requires_permission(UPLOAD)
def _save(request: HttpRequest, pk: int) -> HttpResponse:
    transcript = _transcript(pk)
    forms = ReviewForms(transcript, request.POST)
    try:
        if response := _rejection(request, forms):
            return response
        if forms.save():
            messages.success(request, _("Your corrections were saved. Nothing is public yet."))
        else:
            messages.info(request, _("No changes to save."))
    except IngestError:
        return _conflict(request, transcript.pk)
    return _redirect_after_save(
        request, transcript, review_url(transcript, request.POST.get("page"))
    )


def _redirect_after_save(request: HttpRequest, transcript: Transcript, url: str) -> HttpResponse:
    form_path = review_url(transcript, request.POST.get("page"))
    return unsaved_input.mark_saved(request, HttpResponseRedirect(url), form_path)


@require_post_from(lambda request, pk: reverse("admin:statements_transcript_review", args=[pk]))
@requires_permission(PUBLISH)
def publish(request: HttpRequest, pk: int) -> HttpResponse:
    """Save the corrections of the page and publish the speeches in one transaction."""
    transcript = _transcript(pk)
    if transcript.state == Transcript.State.PUBLISHED and _is_resubmission(request, transcript):
        messages.info(request, _("“%(name)s” is already published.") % {"name": transcript.name})
        return HttpResponseRedirect(review_url(transcript))
    forms = ReviewForms(transcript, request.POST)
    value = request.POST.get("on_collision", OnCollision.REFUSE)
    on_collision = OnCollision(value) if value in set(OnCollision) else OnCollision.REFUSE
    try:
        if response := _rejection(request, forms):
            return response
        with transaction.atomic():
            if request.user.has_perm(UPLOAD):
                forms.save()
            published = ingest.publish(
                transcript, forms.draft, by=current_user(request), on_collision=on_collision
            )
    except (ingest.Collision, ingest.InvalidDraft) as error:
        messages.error(request, _("Nothing was published. %(reason)s") % {"reason": error})
        return _render(request, _transcript(pk), forms=ReviewForms(_transcript(pk), request.POST))
    except ingest.NotWaiting:
        if not _is_resubmission(request, _transcript(pk)):
            return _conflict(request, pk)
        messages.info(
            request,
            _("“%(name)s” is already published or discarded.") % {"name": transcript.name},
        )
        return HttpResponseRedirect(review_url(transcript))
    except IngestError:
        return _conflict(request, pk)
    messages.success(request, _publish_summary(published))
    return _redirect_after_save(request, transcript, review_url(transcript))


def _is_resubmission(request: HttpRequest, transcript: Transcript) -> bool:
    """Return True if the form contains no changes, or is the same form submitted twice.

    A double click submits a form twice.
    """
    has_changes = bool(_typed_changes(request))
    own_entries = LogEntry.objects.filter(
        user=current_user(request),
        object_id=str(transcript.pk),
        content_type=ContentType.objects.get_for_model(Transcript),
    )
    is_previous_revision = request.POST.get("revision") == str(transcript.revision - 1)
    return not has_changes or (is_previous_revision and own_entries.exists())


def _publish_summary(published: ingest.Published) -> str:
    new_count = published.stored
    if published.changed_nothing:
        return _(
            "Nothing was published, because every position is already taken. "
            "The file was discarded."
        )
    parts = [
        ngettext("Published %(count)d new speech", "Published %(count)d new speeches", new_count)
        % {"count": new_count}
    ]
    if replaced_count := published.replaced:
        parts.append(_("replaced %(count)d") % {"count": replaced_count})
    if skipped_count := published.skipped:
        parts.append(
            _("skipped %(count)d because their positions are taken") % {"count": skipped_count}
        )
    return ", ".join(parts) + "."


@require_post_from(lambda request, pk: reverse("admin:statements_transcript_review", args=[pk]))
@requires_permission(PUBLISH)
def discard(request: HttpRequest, pk: int) -> HttpResponse:
    transcript = _transcript(pk)
    if not transcript.is_waiting and transcript.state not in ingest.WITHOUT_DRAFT:
        messages.info(
            request, _("“%(name)s” is no longer waiting for review.") % {"name": transcript.name}
        )
        return HttpResponseRedirect(review_url(transcript))
    if request.POST.get("revision") != str(transcript.revision):
        return _conflict(request, pk)
    if "confirmed" not in request.POST and _has_corrections(request, transcript):
        return _confirm_discard(request, transcript)
    try:
        ingest.discard(transcript, by=current_user(request))
    except IngestError as error:
        messages.info(request, str(error))
    else:
        messages.success(
            request,
            _("“%(name)s” was discarded. You can reopen it on its page.")
            % {"name": transcript.name},
        )
    return _redirect_after_save(request, transcript, reverse("admin:statements_transcript_waiting"))


@require_post_from(lambda request, pk: reverse("admin:statements_transcript_review", args=[pk]))
@requires_permission(PUBLISH)
def reopen(request: HttpRequest, pk: int) -> HttpResponse:
    """Have a discarded transcript wait for review again."""
    transcript = _transcript(pk)
    if ingest.reopen(transcript, by=current_user(request)):
        messages.success(
            request,
            _("“%(name)s” is waiting for review again, with its corrections.")
            % {"name": transcript.name},
        )
    else:
        messages.info(request, _("“%(name)s” cannot be reopened.") % {"name": transcript.name})
    return HttpResponseRedirect(review_url(transcript))


def _has_corrections(request: HttpRequest, transcript: Transcript) -> bool:
    """Return whether a draft may have saved corrections, or the form has some that are not saved.

    A file that was reopened counts as corrected.
    """
    return transcript.draft is not None and bool(transcript.revision or _typed_changes(request))


def _confirm_discard(request: HttpRequest, transcript: Transcript) -> HttpResponse:
    """Ask for confirmation; changes that are not saved are kept, and Cancel shows them again."""
    page_number = request.POST.get("page", "")
    stored = unsaved_input.keep(request) if _typed_changes(request) else None
    fields: list[tuple[str, object]] = [("revision", transcript.revision), ("page", page_number)]
    if stored:
        fields.append((unsaved_input.RESTORED_KEY, stored.key))
    return render_page(
        request,
        "batch/confirm_discard",
        _("Discard this transcript?"),
        count=1,
        transcripts=[transcript],
        address=reverse("admin:statements_transcript_discard", args=[transcript.pk]),
        fields=fields,
        back=stored.get_absolute_url() if stored else review_url(transcript, page_number),
    )


@require_post_from(lambda request, pk: reverse("admin:statements_transcript_review", args=[pk]))
@requires_permission(WITHDRAW)
def reinstate(request: HttpRequest, pk: int) -> HttpResponse:
    """Make all withdrawn speeches of a file public again."""
    transcript = get_object_or_404(Transcript, pk=pk)
    if count := ingest.reinstate_all_of(transcript, by=current_user(request)):
        message = ngettext(
            "%(count)d speech was reinstated. It is public again at the same address.",
            "%(count)d speeches were reinstated. They are public again at the same addresses.",
            count,
        )
        messages.success(request, message % {"count": count})
    else:
        messages.info(request, _("This file has no withdrawn speeches."))
    return HttpResponseRedirect(review_url(transcript))


@require_GET
@requires_permission(UPLOAD, PUBLISH, VIEW)
def original(request: HttpRequest, pk: int) -> HttpResponse:
    """Download the original file. It is never rendered, whatever its content."""
    transcript = get_object_or_404(Transcript.objects.defer(None).defer("draft", "dropped"), pk=pk)
    return HttpResponse(
        bytes(transcript.content),
        content_type="application/octet-stream",
        headers={
            "Content-Disposition": content_disposition_header(True, transcript.name) or "",
            "X-Content-Type-Options": "nosniff",
        },
    )


def _rejection(request: HttpRequest, forms: ReviewForms) -> HttpResponse | None:
    """Return the response for an outdated or invalid form, or None if it can be saved."""
    if not (forms.transcript.is_waiting and forms.is_current):
        return _conflict(request, forms.transcript.pk)
    if not forms.is_valid():
        messages.error(request, _("Please correct the errors below."))
        return _render(request, forms.transcript, forms=forms)
    return None


def _conflict(request: HttpRequest, pk: int) -> HttpResponse:
    transcript = _transcript(pk)
    is_editable = transcript.is_waiting
    return render_page(
        request,
        "conflict",
        _("This transcript has changed since you opened it"),
        status=409,
        transcript=transcript,
        is_editable=is_editable,
        conflicts=list(ReviewForms(transcript, request.POST).conflicts())
        if is_editable
        else _typed_changes(request),
        positions=request.POST.getlist("speech"),
        page_number=request.POST.get("page", ""),
        back=review_url(transcript, request.POST.get("page")),
        note=_note(request, transcript, request.POST.get("page")),
    )


def _note(request: HttpRequest, transcript: Transcript, page_number: Any) -> unsaved_input.Note:
    return unsaved_input.form_note(request, transcript.name, review_url(transcript, page_number))


def _typed_changes(request: HttpRequest) -> list[FieldConflict]:
    """Return what was typed for a transcript that is no longer waiting, so it can be copied."""
    changes = []
    for key, value in request.POST.items():
        prefix, _dash, name = key.rpartition("-")
        before = request.POST.get(f"initial-{key}")
        if before is not None and not key.startswith("initial-") and before != value:
            is_record = prefix == "record"
            section = _("Meeting") if is_record else _speech_label(prefix.removeprefix("s"))
            label = name.replace("_", " ").capitalize()
            changes.append(
                FieldConflict(section, label, _display_value(before), "", _display_value(value), [])
            )
    return changes


def _render(
    request: HttpRequest, transcript: Transcript, *, forms: ReviewForms | None = None
) -> HttpResponse:
    if not transcript.is_waiting:
        return render_page(
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
            ocr=recognition_status(transcript),
        )
    forms = forms or ReviewForms(transcript)
    preview = ingest.preview(forms.draft, transcript, matcher=forms.matcher)
    data = request.POST if request.method == "POST" else request.GET
    shown = Paginator(preview.speeches, PER_PAGE).get_page(data.get("page"))
    counts = {"recognised": 0, "guessed": 0, "unknown": 0}
    for speech in preview.speeches:
        counts[confidence(speech)[0]] += 1
    return render_page(
        request,
        "review",
        transcript.name,
        transcript=transcript,
        draft=forms.draft,
        labels=unread_first(forms.draft),
        series=ingest.series_name(forms.draft),
        preview=preview,
        shown=shown,
        rows=[_speech_row(speech, forms) for speech in shown],
        counts=counts,
        missing_pages=missing_pages(transcript),
        has_pictures=forms.has_pictures,
        note=_note(request, transcript, str(shown.number)),
        record=forms.record,
        countries=sorted(country.short_name for country in forms.matcher.countries.values()),
    )


def _speech_row(preview: SpeechPreview, forms: ReviewForms) -> SpeechRow:
    position = preview.speech.position
    form = forms.submitted.get(position) or forms.form_for(position)
    existing = preview.existing
    paragraphs = list(existing.paragraphs.order_by("position")) if existing else []
    pages = pages_of(preview.speech, preview.problems) if forms.has_pictures else []
    return SpeechRow(preview, form, *confidence(preview), paragraphs, pages)

"""The admin for speeches: editing fields and text, with detection of concurrent edits."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.contrib.admin.utils import unquote
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.db import models
from django.forms import Script
from django.http import HttpRequest, HttpResponse, QueryDict
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import format_lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from statements import ingest
from statements.admin import paragraphs, unsaved_input
from statements.admin.forms import language_choices
from statements.admin.reference_data import UndatedFilter, undated_mark
from statements.admin.speeches.versions import EDITED_FIELDS, display_value, version_digest
from statements.admin.speeches.withdrawal import WithdrawalAdmin, WithdrawnFilter
from statements.ingest.drafts.validation import TOO_LONG, is_too_long
from statements.models import Speech

MAX_PARAGRAPHS = 10_000  # more would take a request longer than a browser waits

if TYPE_CHECKING:  # Django's class takes no type argument at run time
    ModelForm = forms.ModelForm[Speech]
else:
    ModelForm = forms.ModelForm


class SpeechForm(ModelForm):
    text = paragraphs.ParagraphsField(
        label=_("Paragraphs"),
        help_text=format_lazy(
            _(
                "Separate paragraphs with a blank line. Start a paragraph that is not spoken, such "
                "as a note by the reporters, with {mark}. If the record numbers its paragraphs, "
                "start each with its printed number, for example {number}. In transcripts with "
                "times, {time} keeps the time of the recording at which a paragraph begins. Where "
                "the speaker went on after an interruption, such as a vote, {turn} shows the "
                "speaker line that the record prints again."
            ),
            mark=paragraphs.MARK,
            time=paragraphs.TIME.format("1:02.5"),
            number=paragraphs.NUMBER.format(19),
            turn=paragraphs.TURN.format("The President"),
        ),
    )
    version = forms.CharField(widget=forms.HiddenInput, required=False)

    class Meta:
        model = Speech
        fields = EDITED_FIELDS
        labels = {
            "speaker_printed": _("Speaker, as printed"),
            "language_printed": _("Language, as printed"),
            "year_stated": _("Year"),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "language" in self.fields:  # absent for users with view permission only
            self.fields["language"] = forms.ChoiceField(
                label=_("Language of delivery"),
                choices=language_choices(self.instance.language),
                required=False,
            )
        if self.instance.pk:
            self.initial["text"] = paragraphs.as_text(paragraphs.of_speech(self.instance))
            self.initial["version"] = version_digest(self.instance)

    def clean_text(self) -> str:
        text: str = self.cleaned_data["text"]
        pieces = paragraphs.parse(text)
        if not pieces:
            raise ValidationError(
                _("A speech needs at least one paragraph. To remove the speech, withdraw it.")
            )
        most = max(MAX_PARAGRAPHS, self.instance.paragraphs.count() if self.instance.pk else 0)
        if len(pieces) > most:
            raise ValidationError(
                _("A speech can have at most %(limit)s paragraphs; this text has %(count)s.")
                % {"limit": f"{most:,}", "count": f"{len(pieces):,}"}
            )
        if is_too_long(piece.text for piece in pieces):
            raise ValidationError(f"The speech {TOO_LONG}")
        if "\x00" in text:
            raise ValidationError(_("Null characters are not allowed."))
        return text

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        meeting, position = cleaned.get("meeting"), cleaned.get("position")
        if position == 0:
            self.add_error("position", gettext("Positions start at 1."))
        if meeting and position:
            speeches = Speech.all_objects.filter(meeting=meeting, position=position)
            if conflict := speeches.exclude(pk=self.instance.pk).first():
                if conflict.withdrawal_id:
                    message = gettext(
                        "Position %(position)d of %(meeting)s is taken by a withdrawn speech: "
                        "%(speech)s."
                    )
                else:
                    message = gettext(
                        "Position %(position)d of %(meeting)s is already taken by another speech: "
                        "%(speech)s."
                    )
                values = {"position": position, "meeting": meeting, "speech": conflict.byline}
                self.add_error("position", message % values)
        return cleaned


class UnknownFilter(admin.SimpleListFilter):
    title = _("unknown data")
    parameter_name = "unknown"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("country", _("Country unknown")), ("speaker", _("Speaker unknown"))]

    def queryset(
        self, request: HttpRequest, queryset: "models.QuerySet[Any]"
    ) -> "models.QuerySet[Any]":
        if self.value() in ("country", "speaker"):
            return queryset.filter(**{f"{self.value()}__isnull": True})
        return queryset


@admin.register(Speech)
class SpeechAdmin(WithdrawalAdmin):
    form = SpeechForm
    list_display = [
        "byline",
        "date_or_mark",
        "meeting",
        "position",
        "speaker",
        "country",
        "role",
        "public_view",
    ]
    list_select_related = ["meeting", "speaker", "country", "withdrawal"]
    list_filter = [
        WithdrawnFilter,
        UndatedFilter,
        UnknownFilter,
        "meeting__organ",
        ("country", admin.RelatedOnlyFieldListFilter),
    ]
    list_per_page = 50
    search_fields = ["speaker_line", "speaker_printed", "affiliation", "meeting__symbol"]
    date_hierarchy = "date"
    autocomplete_fields = ["speaker", "country", "affiliations", "session", "meeting", "topics"]
    readonly_fields = [
        "public_id",
        "speaker_line",
        "transcript",
        "transcript_position",
        "is_national",
        "stored_at",
        "updated_at",
    ]
    fieldsets = [
        (None, {"fields": ["public_id", "speaker_line"]}),
        (
            _("Speaker"),
            {
                "fields": [
                    ("speaker_printed", "affiliation"),
                    ("speaker", "country"),
                    "affiliations",
                    ("role", "on_behalf_of"),
                    ("language", "language_printed"),
                    "is_national",
                ]
            },
        ),
        (
            _("Meeting and date"),
            {"fields": [("date", "year_stated"), "session", ("meeting", "position"), "topics"]},
        ),
        (_("Text"), {"fields": ["text", "version"]}),
        (
            _("Source"),
            {"fields": ["transcript", "transcript_position", "stored_at", "updated_at"]},
        ),
    ]

    class Media:
        js = [Script("js/drafts.js", defer=True)]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False  # speeches are added by uploading a transcript

    @admin.display(description=_("speaker line"), ordering="speaker_printed")
    def byline(self, speech: Speech) -> str:
        return speech.byline

    @admin.display(description=_("date"), ordering="year")
    def date_or_mark(self, speech: Speech) -> Any:
        return speech.date or speech.year or undated_mark()

    @admin.display(description=_("status"), ordering="withdrawal")
    def public_view(self, speech: Speech) -> str:
        if speech.withdrawal:
            return gettext("Withdrawn: %(reason)s") % {"reason": speech.withdrawal.reason}
        return gettext("Public")

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        extra = (extra_context or {}) | {
            "no_draft": False,
            "show_delete": False,  # the object tools offer it
            "may_withdraw": self.has_withdraw_permission(request),
            "may_erase": self.has_delete_permission(request),
        }
        return super().change_view(request, object_id, form_url, extra)

    def response_change(self, request: HttpRequest, obj: Speech) -> HttpResponse:
        return unsaved_input.mark_saved(
            request, super().response_change(request, obj), request.path
        )

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        if "text" in form.changed_data:
            paragraphs.save(form.instance, paragraphs.parse(form.cleaned_data["text"]))
        if {"text", "date"} & set(
            form.changed_data
        ):  # the names of voting countries depend on the date
            ingest.annotate_again(Speech.objects.filter(pk=form.instance.pk))

    def conflict(self, request: HttpRequest, object_id: str) -> HttpResponse | None:
        """Return the conflict page if the speech has changed since the form was rendered.

        Locks the speech, so that when two users save at once the second is compared with what the
        first has saved.
        """
        unlocked = self.get_object(request, unquote(object_id))
        if not self.has_change_permission(request, unlocked):
            return None  # Django rejects the request
        speeches = Speech.all_objects.filter(pk__in=[unlocked.pk] if unlocked else [])
        speech = speeches.locked().first()
        if speech is None:
            if "text" not in request.POST:
                return None
            return self._conflict_page(request, None, "")
        version = version_digest(speech)
        if request.POST.get("version") == version:
            return None
        return self._conflict_page(request, speech, version)

    def _conflict_page(
        self, request: HttpRequest, speech: Speech | None, version: str
    ) -> HttpResponse:
        posted = request.POST
        context = self.admin_site.each_context(request) | {
            "title": gettext("This speech has changed since you opened it")
            if speech
            else gettext("This speech has been erased since you opened it"),
            "changed_by": _last_change(request, speech) if speech else "",
            "opts": self.opts,
            "speech": speech,
            "differences": _field_differences(speech, posted) if speech else [],
            "withdrawn": speech.withdrawal.reason if speech and speech.withdrawal else "",
            "texts": _text_differences(speech, posted) if speech else [],
            "text": posted.get("text", ""),
            "version": version,
            "note": unsaved_input.form_note(request, str(speech), request.path),
            "posted": [
                (name, value)
                for name, values in posted.lists()
                if name not in {"csrfmiddlewaretoken", "version"} and not name.startswith("_")
                for value in values
            ],
        }
        return TemplateResponse(
            request, "admin/statements/speech/conflict.html", context, status=409
        )


def _last_change(request: HttpRequest, speech: Speech) -> str:
    """Return a sentence that says who changed a speech last, or "" if nothing was logged."""
    entries = LogEntry.objects.filter(
        content_type=ContentType.objects.get_for_model(Speech), object_id=str(speech.pk)
    )
    entry = entries.select_related("user").order_by("-action_time").first()
    if entry is None:
        return ""
    time = date_format(timezone.localtime(entry.action_time), "j F Y, H:i")
    if entry.user_id == request.user.pk:
        return gettext("You changed it last, on %(time)s.") % {"time": time}
    values = {"user": entry.user, "time": time}
    return gettext("%(user)s changed it last, on %(time)s.") % values


def _field_differences(speech: Speech, posted: QueryDict) -> list[tuple[str, str, str]]:
    """Return label, stored value and submitted value of each field that differs."""
    form = SpeechForm(posted, instance=Speech.all_objects.get(pk=speech.pk))
    rows = []
    for name in form.changed_data:
        if name not in EDITED_FIELDS:
            continue
        field = form.fields[name]
        try:
            submitted = field.clean(form[name].data)
        except ValidationError:
            submitted = form[name].data
        stored_value = display_value(getattr(speech, name))
        rows.append((str(form[name].label), stored_value, display_value(submitted)))
    return rows


def _text_differences(speech: Speech, posted: QueryDict) -> list[tuple[str, str]]:
    stored = [paragraphs.as_text([piece]) for piece in paragraphs.of_speech(speech)]
    submitted = [paragraphs.as_text([piece]) for piece in paragraphs.parse(posted.get("text", ""))]
    return paragraphs.differences(stored, submitted)

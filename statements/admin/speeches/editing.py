"""Editing a stored speech: its fields and its text, so that two editors notice each other."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.core.exceptions import ValidationError
from django.db import models
from django.forms import Script
from django.http import HttpRequest, HttpResponse, QueryDict
from django.template.response import TemplateResponse
from django.urls import URLPattern, path

from statements import ingest
from statements.admin import paragraphs, unsaved
from statements.admin.forms import language_choices
from statements.admin.holdings import NEEDS_DATE, NamedValuesFilter, UndatedFilter
from statements.admin.speeches.versions import EDITED, shown, version_of
from statements.admin.speeches.withdrawing import WithdrawingAdmin, WithdrawnFilter
from statements.ingest.drafts.validation import TOO_LONG, is_too_long
from statements.models import Speech

if TYPE_CHECKING:  # Django's class takes no type argument when it runs
    ModelForm = forms.ModelForm[Speech]
else:
    ModelForm = forms.ModelForm


class SpeechForm(ModelForm):
    text = paragraphs.ParagraphsField(
        label="Paragraphs",
        help_text=f"An empty line parts two paragraphs. Begin what nobody spoke with "
        f"{paragraphs.MARK}; where the record itself numbers its paragraphs, put the printed "
        f"number before the words, as {paragraphs.NUMBER.format(19)}.",
    )
    version = forms.CharField(widget=forms.HiddenInput, required=False)

    class Meta:
        model = Speech
        fields = EDITED

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "language" in self.fields:  # not where one may only look
            self.fields["language"] = forms.ChoiceField(
                label="Language of delivery",
                choices=language_choices(self.instance.language),
                required=False,
            )
        if self.instance.pk:
            self.initial["text"] = paragraphs.as_text(paragraphs.stored(self.instance))
            self.initial["version"] = version_of(self.instance)

    def clean_text(self) -> str:
        text: str = self.cleaned_data["text"]
        pieces = paragraphs.read(text)
        if not pieces:
            raise ValidationError(
                "A speech has at least one paragraph. To remove the speech, withdraw it."
            )
        if is_too_long(piece.text for piece in pieces):
            raise ValidationError(f"The speech {TOO_LONG}")
        if "\x00" in text:
            raise ValidationError("The text contains a character that cannot be stored.")
        return text

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if "_look" in self.data:
            raise ValidationError("Not saved yet. Check what you wrote, then save it.")
        meeting, position = cleaned.get("meeting"), cleaned.get("position")
        if position == 0:
            self.add_error("position", "Positions begin with 1.")
        if meeting and position:
            there = Speech.all_objects.filter(meeting=meeting, position=position)
            if other := there.exclude(pk=self.instance.pk).first():
                also = ", and is withdrawn" if other.withdrawal_id else ""
                self.add_error(
                    "position",
                    f"{other.byline} already has position {position} in {meeting}{also}.",
                )
        return cleaned


class UnknownFilter(admin.SimpleListFilter):
    title = "what is unknown"
    parameter_name = "unknown"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("country", "Country unknown"), ("speaker", "Speaker unknown")]

    def queryset(
        self, request: HttpRequest, queryset: "models.QuerySet[Any]"
    ) -> "models.QuerySet[Any]":
        if self.value() in ("country", "speaker"):
            return queryset.filter(**{f"{self.value()}__isnull": True})
        return queryset


@admin.register(Speech)
class SpeechAdmin(WithdrawingAdmin):
    form = SpeechForm
    list_display = [
        "byline",
        "date_or_need",
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
        ("meeting__organ", NamedValuesFilter),
        ("country", admin.RelatedOnlyFieldListFilter),
    ]
    list_per_page = 50
    search_fields = ["speaker_line", "speaker_printed", "affiliation", "meeting__symbol"]
    date_hierarchy = "date"
    autocomplete_fields = ["speaker", "country", "meeting", "topics"]
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
            "Who spoke",
            {
                "fields": [
                    ("speaker_printed", "affiliation"),
                    ("speaker", "country"),
                    ("role", "on_behalf_of"),
                    ("language", "language_printed"),
                    "is_national",
                ]
            },
        ),
        (
            "Where and when",
            {"fields": [("date", "year_stated"), ("meeting", "position"), "topics"]},
        ),
        ("What was said", {"fields": ["text", "version"]}),
        (
            "Where it comes from",
            {"fields": ["transcript", "transcript_position", "stored_at", "updated_at"]},
        ),
    ]

    class Media:
        js = [Script("js/drafts.js", defer=True)]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False  # a speech comes out of a transcript: upload one

    @admin.display(description="speaker line", ordering="speaker_printed")
    def byline(self, speech: Speech) -> str:
        return speech.byline

    @admin.display(description="date", ordering="date")
    def date_or_need(self, speech: Speech) -> Any:
        return speech.date or speech.year or NEEDS_DATE

    @admin.display(description="public view", ordering="withdrawal")
    def public_view(self, speech: Speech) -> str:
        return f"Withdrawn: {speech.withdrawal.reason}" if speech.withdrawal else "Public"

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        found = self.get_object(request, unquote(object_id))
        if found and (fields := unsaved.restored(request)):
            # shown again, in the form or beside what somebody stored meanwhile; never stored now
            fields["_look"] = "1"
            unsaved.show_as_posted(request, fields)
        title = str(found)
        extra = (extra_context or {}) | {
            "note": unsaved.note_of(request, title, request.path),
            "show_delete": False,  # below the form is the place of saving only
            "may_withdraw": self.has_withdraw_permission(request),
            "may_erase": self.has_delete_permission(request),
        }
        return super().change_view(request, object_id, form_url, extra)

    def response_change(self, request: HttpRequest, obj: Speech) -> HttpResponse:
        return unsaved.saved(request, super().response_change(request, obj), request.path)

    def get_urls(self) -> list[URLPattern]:
        change = path(
            "<path:object_id>/change/",
            unsaved.keeps_input(self.admin_site.admin_view(self.change_view)),
            name="statements_speech_change",
        )
        return [change, *super().get_urls()]

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        if "text" in form.changed_data:
            paragraphs.store(form.instance, paragraphs.read(form.cleaned_data["text"]))
        if {"text", "date"} & set(form.changed_data):  # who voted is known by the day's names
            ingest.annotate_again(Speech.objects.filter(pk=form.instance.pk))

    def conflict(self, request: HttpRequest, object_id: str) -> HttpResponse | None:
        """The conflict page, where the speech is no longer what the form was made from.

        Locks the speech, so that of two who save at once the second is compared with what the
        first has stored.
        """
        found = self.get_object(request, unquote(object_id))
        if not self.has_change_permission(request, found):
            return None  # refused by Django
        chosen = Speech.all_objects.filter(pk__in=[found.pk] if found else [])
        speech = chosen.locked().first()
        if speech is None:
            if "text" not in request.POST:
                return None
            return self._conflict_page(request, None, "")
        version = version_of(speech)
        if request.POST.get("version") == version:
            return None
        return self._conflict_page(request, speech, version)

    def _conflict_page(
        self, request: HttpRequest, speech: Speech | None, version: str
    ) -> HttpResponse:
        posted = request.POST
        context = self.admin_site.each_context(request) | {
            "title": "Someone else has changed this speech"
            if speech
            else "Someone else has erased this speech",
            "opts": self.opts,
            "speech": speech,
            "differences": _field_differences(speech, posted) if speech else [],
            "withdrawn": speech.withdrawal.reason if speech and speech.withdrawal else "",
            "texts": _text_differences(speech, posted) if speech else [],
            "text": posted.get("text", ""),
            "version": version,
            "note": unsaved.note_of(request, str(speech), request.path),
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


def _field_differences(speech: Speech, posted: QueryDict) -> list[tuple[str, str, str]]:
    """Label, stored value and posted value of each field that differs."""
    form = SpeechForm(posted, instance=Speech.all_objects.get(pk=speech.pk))
    rows = []
    for name in form.changed_data:
        if name not in EDITED:
            continue
        field = form.fields[name]
        try:
            mine = field.clean(form[name].data)
        except ValidationError:
            mine = form[name].data
        rows.append((str(form[name].label), shown(getattr(speech, name)), shown(mine)))
    return rows


def _text_differences(speech: Speech, posted: QueryDict) -> list[tuple[str, str]]:
    stored = [paragraphs.as_text([piece]) for piece in paragraphs.stored(speech)]
    mine = [paragraphs.as_text([piece]) for piece in paragraphs.read(posted.get("text", ""))]
    return paragraphs.differences(stored, mine)

"""Editing a stored speech: its fields and its text, so that two editors notice each other."""

import hashlib
import json
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.core.exceptions import ValidationError
from django.db import models
from django.http import HttpRequest, HttpResponse, QueryDict
from django.template.response import TemplateResponse

from statements import ingest
from statements.admin import paragraphs
from statements.admin.forms import language_choices
from statements.admin.guarded import GuardedAdmin
from statements.admin.holdings import NEEDS_DATE, UndatedFilter
from statements.models import Speech

if TYPE_CHECKING:  # Django's class takes no type argument when it runs
    ModelForm = forms.ModelForm[Speech]
else:
    ModelForm = forms.ModelForm

EDITED = [
    "speaker_printed",
    "affiliation",
    "speaker",
    "country",
    "role",
    "on_behalf_of",
    "language",
    "language_printed",
    "date",
    "year_stated",
    "meeting",
    "position",
    "topics",
]


def version_of(speech: Speech) -> str:
    """A digest of everything the form shows; another digest means that somebody changed it."""
    state = [
        [str(speech.serializable_value(name)) for name in EDITED if name != "topics"],
        sorted(speech.topics.values_list("pk", flat=True)),
        paragraphs.stored(speech),
    ]
    return hashlib.sha256(json.dumps(state).encode()).hexdigest()


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
        if not paragraphs.read(text):
            raise ValidationError("A speech has at least one paragraph; else delete the speech.")
        if "\x00" in text:
            raise ValidationError("There is a character in the text that cannot be stored.")
        return text

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if "_look" in self.data:
            raise ValidationError("Not saved yet: look through what you wrote, then save.")
        meeting, position = cleaned.get("meeting"), cleaned.get("position")
        if position == 0:
            self.add_error("position", "Positions begin with 1.")
        if meeting and position:
            there = Speech.objects.filter(meeting=meeting, position=position)
            if other := there.exclude(pk=self.instance.pk).first():
                self.add_error(
                    "position", f"{other.byline} already has position {position} in {meeting}."
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
class SpeechAdmin(GuardedAdmin):
    form = SpeechForm
    list_display = ["byline", "date_or_need", "meeting", "position", "speaker", "country", "role"]
    list_select_related = ["meeting", "speaker", "country"]
    list_filter = [
        UndatedFilter,
        UnknownFilter,
        "meeting__organ",
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
    delete_confirmation_template = "admin/statements/speech/delete_confirmation.html"

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False  # a speech comes out of a transcript: upload one

    @admin.display(description="speaker line", ordering="speaker_printed")
    def byline(self, speech: Speech) -> str:
        return speech.byline

    @admin.display(description="date", ordering="date")
    def date_or_need(self, speech: Speech) -> Any:
        return speech.date or speech.year or NEEDS_DATE

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        if "text" in form.changed_data:
            paragraphs.store(form.instance, paragraphs.read(form.cleaned_data["text"]))
        if {"text", "date"} & set(form.changed_data):  # who voted is known by the day's names
            ingest.annotate_again(Speech.objects.filter(pk=form.instance.pk))

    def delete_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        speech = self.get_object(request, unquote(object_id))
        if speech is None or not self.has_delete_permission(request, speech):
            return super().delete_view(request, object_id, extra_context)
        version = version_of(speech)
        if request.method == "POST" and request.POST.get("version") != version:
            context = self.admin_site.each_context(request) | {
                "title": "This speech has changed since you looked at it",
                "opts": self.opts,
                "speech": speech,
            }
            return TemplateResponse(
                request, "admin/statements/speech/changed_before_delete.html", context, status=409
            )
        extra = (extra_context or {}) | {"version": version}
        return super().delete_view(request, object_id, extra)

    def conflict(self, request: HttpRequest, object_id: str) -> HttpResponse | None:
        """The conflict page, where the speech is no longer what the form was made from.

        Locks the speech, so that of two who save at once the second is compared with what the
        first has stored.
        """
        speech = self.get_object(request, unquote(object_id))
        if not self.has_change_permission(request, speech):
            return None  # refused by Django
        if speech is None:
            if "text" not in request.POST:
                return None
            return self._conflict_page(request, None, "")
        Speech.objects.select_for_update().get(pk=speech.pk)
        speech.refresh_from_db()
        version = version_of(speech)
        if request.POST.get("version") == version:
            return None
        return self._conflict_page(request, speech, version)

    def _conflict_page(
        self, request: HttpRequest, speech: Speech | None, version: str
    ) -> HttpResponse:
        posted = request.POST
        context = self.admin_site.each_context(request) | {
            "title": "Somebody else changed this speech meanwhile"
            if speech
            else "Somebody else deleted this speech meanwhile",
            "opts": self.opts,
            "speech": speech,
            "differences": _field_differences(speech, posted) if speech else [],
            "texts": _text_differences(speech, posted) if speech else [],
            "text": posted.get("text", ""),
            "version": version,
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
    form = SpeechForm(posted, instance=Speech.objects.get(pk=speech.pk))
    rows = []
    for name in form.changed_data:
        if name not in EDITED:
            continue
        field = form.fields[name]
        try:
            mine = field.clean(form[name].data)
        except ValidationError:
            mine = form[name].data
        rows.append((str(form[name].label), _shown(getattr(speech, name)), _shown(mine)))
    return rows


def _shown(value: Any) -> str:
    if value is None or value == "":
        return "(empty)"
    if hasattr(value, "all"):
        value = list(value.all())
    if isinstance(value, list):
        return "; ".join(map(str, value)) or "(empty)"
    return str(value)


def _text_differences(speech: Speech, posted: QueryDict) -> list[tuple[str, str]]:
    stored = [paragraphs.as_text([piece]) for piece in paragraphs.stored(speech)]
    mine = [paragraphs.as_text([piece]) for piece in paragraphs.read(posted.get("text", ""))]
    return paragraphs.differences(stored, mine)

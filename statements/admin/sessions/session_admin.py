"""Editing a session: its days and symbols as a whole, and those of its speeches by a table."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from statements import ingest
from statements.admin.conflict_safe import ConflictSafeAdmin
from statements.models import Session

if TYPE_CHECKING:  # Django's class takes no type argument at run time
    ModelForm = forms.ModelForm[Session]
else:
    ModelForm = forms.ModelForm

MAX_TABLE_CHARACTERS = 200_000


class SessionForm(ModelForm):
    places = forms.CharField(
        label=_("Days and records of speeches"),
        required=False,
        max_length=MAX_TABLE_CHARACTERS,
        widget=forms.Textarea(attrs={"rows": 8, "spellcheck": "false"}),
        help_text=_(
            "A table whose first line names its columns, separated by commas or tabs: country "
            "(name or code), date, symbol, and if known position, for example: "
            "country,date,symbol,position. Name the speaker, or the id of the speech, if a "
            "country spoke more than once. The country * stands for all other speeches. Empty "
            "cells change nothing."
        ),
    )

    def clean_places(self) -> list[Any]:
        table: str = self.cleaned_data["places"]
        if not table.strip():
            return []
        if self.instance.pk is None:
            raise ValidationError(_("Save the session first; it has no speeches yet."))
        try:
            return list(ingest.read_places(self.instance, table))
        except ingest.UnusablePlaces as error:
            raise ValidationError(list(error.faults)) from error


@admin.register(Session)
class SessionAdmin(ConflictSafeAdmin):
    form = SessionForm
    list_display = ["title", "organ", "year", "first_day", "last_day", "symbols", "speech_count"]
    list_filter = ["organ", "debate"]
    list_select_related = ["organ"]
    search_fields = ["organ__name", "debate", "=number", "=year", "symbols"]
    fieldsets = [
        (None, {"fields": [("debate", "number"), ("organ", "year"), "slug"]}),
        (_("Days and records"), {"fields": [("first_day", "last_day"), "symbols", "places"]}),
    ]
    autocomplete_fields = ["organ"]
    readonly_fields = ["slug"]

    def get_queryset(self, request: HttpRequest) -> "models.QuerySet[Session]":
        sessions: models.QuerySet[Session] = super().get_queryset(request)
        return sessions.annotate(
            public_speeches=models.Count("speeches", filter=models.Q(speeches__withdrawal=None))
        )

    @admin.display(description=_("session"), ordering="number")
    def title(self, session: Session) -> str:
        return session.title

    @admin.display(description=_("speeches"), ordering="public_speeches")
    def speech_count(self, session: Any) -> int:
        return int(session.public_speeches)

    def save_model(self, request: HttpRequest, obj: Session, form: Any, change: bool) -> None:
        if not obj.slug:
            obj.slug = ingest.free_session_slug(obj)
        super().save_model(request, obj, form, change)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        if places := form.cleaned_data["places"]:
            changed = ingest.place_speeches(form.instance, places)
            sentence = ngettext(
                "%(count)d speech was given its day or record.",
                "%(count)d speeches were given their days or records.",
                changed,
            )
            messages.success(request, sentence % {"count": changed})

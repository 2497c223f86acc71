"""Admin classes for the data that speeches refer to: countries, speakers, meetings and topics.

Folded names, slugs and the parts of a symbol are computed on save; users never enter them.
"""

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db import models
from django.forms.models import BaseInlineFormSet
from django.http import HttpRequest
from django.urls import URLPattern, path
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from statements.admin.conflict_safe import ConflictSafeAdmin
from statements.admin.people import history, proposals
from statements.admin.people.country_names import country_names
from statements.ingest import (
    free_speaker_slug,
    free_topic_slug,
    next_namesake,
    propose_people,
)
from statements.models import (
    AgendaItem,
    Country,
    CountryName,
    Meeting,
    Member,
    Presidency,
    Speaker,
    SpeakerName,
    Speech,
    Topic,
)
from statements.transcripts.languages.letter_case import sorted_under
from statements.transcripts.languages.names import fold
from statements.transcripts.languages.titles import title_class
from statements.transcripts.values.symbols import Symbol

if TYPE_CHECKING:  # Django's classes take no type arguments at run time
    ModelForm = forms.ModelForm[Any]
    Inline = admin.TabularInline[Any, Any]
    InlineFormSet = BaseInlineFormSet[Any, Any, Any]
else:
    ModelForm, Inline, InlineFormSet = forms.ModelForm, admin.TabularInline, BaseInlineFormSet


class LabelledInline(Inline):
    """A tabular inline that names each field by its column heading, for screen readers."""

    def formfield_for_dbfield(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        field: Any = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field is not None and not field.widget.is_hidden:
            widget = getattr(
                field.widget, "widget", field.widget
            )  # the widget inside the related-object links
            widget.attrs.setdefault("aria-label", str(field.label or db_field.verbose_name))
        return field

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        formset: Any = super().get_formset(request, obj, **kwargs)

        class Labelled(formset):  # type: ignore[misc]
            def add_fields(self, form: Any, index: int | None) -> None:
                super().add_fields(form, index)
                if "DELETE" in form.fields:
                    form.fields["DELETE"].widget.attrs["aria-label"] = gettext("Delete")

        return Labelled


class NameForm(ModelForm):
    """A printed name; the folded form used for comparison is computed from it."""

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        self.instance.folded = fold(cleaned.get("name", ""))
        if cleaned.get("name") and not self.instance.folded:
            self.add_error("name", gettext("A name needs at least one letter or digit."))
        return cleaned


class NamesFormSet(InlineFormSet):
    """The names of one country or person, which must differ after folding."""

    def clean(self) -> None:
        super().clean()
        keys: set[tuple[str, Any]] = set()
        for form in self.forms:
            data = getattr(form, "cleaned_data", {})
            if not data.get("name") or data.get("DELETE"):
                continue
            key = (form.instance.folded, data.get("valid_from"))
            if key in keys:
                message = gettext("“%(name)s” is already in the list.") % {"name": data["name"]}
                form.add_error("name", message)
            keys.add(key)


class CountryNameInline(LabelledInline):
    model = CountryName
    form = NameForm
    formset = NamesFormSet
    fields = ["name", "valid_from", "valid_to"]
    extra = 1
    verbose_name = _("name")
    verbose_name_plural = _("names, as printed in records")


@admin.register(Country)
class CountryAdmin(ConflictSafeAdmin):
    list_display = ["short_name", "code", "kind", "valid_from", "valid_to"]
    list_filter = ["kind", ("valid_to", admin.EmptyFieldListFilter)]
    search_fields = ["short_name", "formal_name", "code", "names__name"]
    autocomplete_fields = ["successors"]
    inlines = [CountryNameInline]

    def get_urls(self) -> list[URLPattern]:
        names = self.admin_site.admin_view(country_names)
        return [path("names/", names, name="statements_country_names"), *super().get_urls()]

    def get_readonly_fields(self, request: HttpRequest, obj: Country | None = None) -> list[str]:
        return ["code"] if obj else []  # a different code would mean a different country


class SpeakerNameInline(LabelledInline):
    model = SpeakerName
    form = NameForm
    formset = NamesFormSet
    fields = ["name"]
    extra = 1
    verbose_name = _("other name")
    verbose_name_plural = _("other names, as printed in records")


class SpeakerForm(NameForm):
    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        namesakes = Speaker.objects.filter(
            folded=self.instance.folded, country=cleaned.get("country")
        )
        title = title_class(cleaned.get("honorific", ""))
        same = [
            namesake
            for namesake in namesakes.exclude(pk=self.instance.pk)
            if title_class(namesake.honorific) == title
        ]
        if same:
            namesake = same[0]
            if namesake.country:
                message = gettext("%(country)s already has a speaker named %(name)s.")
            else:
                message = gettext("There is already a speaker named %(name)s without a country.")
            values = {"name": str(namesake), "country": str(namesake.country)}
            self.add_error("name", message % values)
        return cleaned


@admin.register(Speaker)
class SpeakerAdmin(ConflictSafeAdmin):
    form = SpeakerForm
    list_display = ["sort_name", "honorific", "name", "country", "speech_count"]
    list_display_links = ["sort_name", "name"]
    list_select_related = ["country"]
    list_filter = [("country", admin.EmptyFieldListFilter), "country__kind"]
    search_fields = ["name", "sort_name", "names__name", "country__short_name"]
    autocomplete_fields = ["country"]
    fields = ["honorific", "name", "sort_name", "country", "slug"]
    readonly_fields = ["sort_name", "slug"]
    inlines = [SpeakerNameInline]

    def get_urls(self) -> list[URLPattern]:
        site = self.admin_site.admin_view
        own = [
            path("people/", site(proposals.proposals), name="statements_speaker_people"),
            path("people/preview/", site(proposals.preview), name="statements_speaker_preview"),
            path("people/apply/", site(proposals.apply), name="statements_speaker_apply"),
            path("decisions/", site(history.decisions), name="statements_speaker_decisions"),
            path("decisions/<int:pk>/undo/", site(history.undo), name="statements_speaker_undo"),
        ]
        return own + super().get_urls()

    def get_queryset(self, request: HttpRequest) -> "models.QuerySet[Speaker]":
        speakers: models.QuerySet[Speaker] = super().get_queryset(request)
        return speakers.filter(merged_into=None).annotate(
            public_speeches=models.Count("speeches", filter=models.Q(speeches__withdrawal=None))
        )

    @admin.display(description=_("speeches"), ordering="public_speeches")
    def speech_count(self, speaker: Any) -> int:
        return int(speaker.public_speeches)

    def save_model(self, request: HttpRequest, obj: Speaker, form: Any, change: bool) -> None:
        obj.sort_name = sorted_under(obj.name)
        if not obj.slug:
            obj.slug = free_speaker_slug(obj.name, obj.country)
        namesakes = Speaker.objects.filter(folded=obj.folded, country=obj.country)
        if namesakes.filter(namesake=obj.namesake).exclude(pk=obj.pk).exists():
            obj.namesake = next_namesake(obj.folded, obj.country)
        super().save_model(request, obj, form, change)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        propose_people({form.instance.country_id})  # another name may be of another page


class TopicForm(ModelForm):
    def clean_title(self) -> str:
        title: str = self.cleaned_data["title"]
        self.instance.folded = fold(title)
        namesakes = Topic.objects.filter(folded=self.instance.folded)
        if namesake := namesakes.exclude(pk=self.instance.pk).first():
            raise ValidationError(
                _("The topic “%(topic)s” already exists."), params={"topic": namesake}
            )
        return title


@admin.register(Topic)
class TopicAdmin(ConflictSafeAdmin):
    form = TopicForm
    list_display = ["title", "kind"]
    list_filter = ["kind"]
    search_fields = ["title"]
    fields = ["title", "kind", "slug"]
    readonly_fields = ["slug"]

    def save_model(self, request: HttpRequest, obj: Topic, form: Any, change: bool) -> None:
        if not obj.slug:
            obj.slug = free_topic_slug(obj.title)
        super().save_model(request, obj, form, change)


class PresidencyInline(LabelledInline):
    model = Presidency
    fields = ["position", "name_printed", "affiliation", "speaker", "country"]
    autocomplete_fields = ["speaker", "country"]
    extra = 0


class PartOfMeetingInline(LabelledInline):
    """Rows that belong to a meeting, for those who may change the meeting."""

    extra = 0

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm("statements.view_meeting")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm("statements.change_meeting")

    has_add_permission = has_delete_permission = has_change_permission


class MemberInline(PartOfMeetingInline):
    model = Member
    fields = ["position", "affiliation", "honorific", "name", "country"]
    autocomplete_fields = ["country"]


class AgendaItemInline(PartOfMeetingInline):
    model = AgendaItem
    fields = ["position", "number", "topic"]
    autocomplete_fields = ["topic"]


class MeetingForm(ModelForm):
    def clean_symbol(self) -> str:
        typed: str = self.cleaned_data["symbol"]
        try:
            symbol = Symbol.parse(typed)
        except ValueError as error:
            raise ValidationError(str(error)) from error
        meeting = self.instance
        meeting.slug, meeting.resumption = symbol.slug, symbol.resumption
        self._number = symbol.number
        meeting.symbol_printed = meeting.symbol_printed or typed
        return str(symbol)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if "symbol" in cleaned:
            cleaned["number"] = cleaned.get("number") or self._number
        return cleaned


class UndatedFilter(admin.SimpleListFilter):
    title = _("date")
    parameter_name = "dated"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("no", _("Undated")), ("yes", _("Dated"))]

    def queryset(
        self, request: HttpRequest, queryset: "models.QuerySet[Any]"
    ) -> "models.QuerySet[Any]":
        if self.value() in ("no", "yes"):
            # for some speeches only the year is known
            field = "year" if issubclass(queryset.model, Speech) else "date"
            return queryset.filter(**{f"{field}__isnull": self.value() == "no"})
        return queryset


@admin.register(Meeting)
class MeetingAdmin(ConflictSafeAdmin):
    form = MeetingForm
    list_display = ["symbol", "date_or_mark", "organ", "number", "resumption", "place"]
    list_filter = [UndatedFilter, "organ"]
    list_select_related = ["organ"]
    search_fields = ["symbol", "symbol_printed", "organ__name", "agenda_items__title"]
    date_hierarchy = "date"
    autocomplete_fields = ["organ"]
    fields = [
        "symbol",
        ("date", "date_printed"),
        ("organ", "number"),
        "place",
        ("slug", "resumption", "symbol_printed"),
        "first_page",
    ]
    readonly_fields = ["slug", "resumption", "symbol_printed", "first_page"]
    inlines = [AgendaItemInline, PresidencyInline, MemberInline]

    @admin.display(description=_("date"), ordering="date")
    def date_or_mark(self, meeting: Meeting) -> Any:
        return meeting.date or undated_mark()


def undated_mark() -> SafeString:
    """Return the mark shown instead of a date."""
    return format_html('<span class="mark mark-guessed">{}</span>', gettext("needs a date"))

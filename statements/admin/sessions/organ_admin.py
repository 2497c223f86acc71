"""Editing organs: their order, names and parts, and joining several spellings of one."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from statements import ingest
from statements.admin.reference_data import NameForm
from statements.admin.registers.lines import OtherNamesInline, RegisterAdmin
from statements.models import Organ, OrganName


class OrganForm(NameForm):
    joined: "forms.ModelMultipleChoiceField[Organ]" = forms.ModelMultipleChoiceField(
        label=_("Join to it"),
        queryset=Organ.objects.all(),
        required=False,
        help_text=_(
            "Organs that are other spellings of this one. It gets their meetings, sessions and "
            "names; their addresses lead to it. This cannot be undone."
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk is None:
            del self.fields["joined"]
            return
        others = Organ.objects.exclude(pk=self.instance.pk)
        for name in {"joined", "parent"} & self.fields.keys():
            self.fields[name].queryset = others  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        joined = list(cleaned.get("joined") or ())
        others = Organ.objects.named(self.instance.folded).exclude(pk=self.instance.pk)
        if other := others.exclude(pk__in=[organ.pk for organ in joined]).first():
            message = _("“%(organ)s” has this name already. You can join the two.")
            self.add_error("name", message % {"organ": other})
        if joined and (sessions := ingest.sessions_in_common([self.stored, *joined])):
            message = _("Two of them have this session: %(session)s.")
            self.add_error("joined", message % {"session": sessions[0].title})
        return cleaned

    @property
    def stored(self) -> Organ:
        """The organ as it is stored, with the name that sessions refer to."""
        return Organ.objects.get(pk=self.instance.pk)


class OrganNameInline(OtherNamesInline):
    of = "meeting"
    model = OrganName


class PositionForm(forms.ModelForm):  # type: ignore[type-arg]  # not generic at run time
    """A row of the list, whose field has no label but this."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        label = _("Position of %(organ)s") % {"organ": self.instance}
        self.fields["position"].widget.attrs["aria-label"] = label


@admin.register(Organ)
class OrganAdmin(RegisterAdmin):
    of = "meeting"
    form = OrganForm
    list_display = ["name", "position", "parent", "meeting_count", "session_count"]
    list_editable = ["position"]
    list_select_related = ["parent"]
    search_fields = ["name", "names__name"]
    autocomplete_fields = ["parent"]
    readonly_fields = ["slug"]
    inlines = [OrganNameInline]

    def get_fields(self, request: HttpRequest, obj: Organ | None = None) -> Any:
        joined = ["joined"] if obj and self.has_change_permission(request, obj) else []
        return ["name", "position", "parent", *joined, "slug"]

    def get_changelist_form(self, request: HttpRequest, **kwargs: Any) -> Any:
        return super().get_changelist_form(request, form=PositionForm, **kwargs)

    def get_queryset(self, request: HttpRequest) -> "models.QuerySet[Organ]":
        organs: models.QuerySet[Organ] = super().get_queryset(request)
        return organs.annotate(
            meeting_number=models.Count("meetings", distinct=True),
            session_number=models.Count("sessions", distinct=True),
        )

    @admin.display(description=_("meetings"), ordering="meeting_number")
    def meeting_count(self, organ: Organ) -> int:
        return int(organ.meeting_number)  # type: ignore[attr-defined]

    @admin.display(description=_("sessions"), ordering="session_number")
    def session_count(self, organ: Organ) -> int:
        return int(organ.session_number)  # type: ignore[attr-defined]

    def save_model(self, request: HttpRequest, obj: Organ, form: Any, change: bool) -> None:
        if not obj.slug:
            obj.slug = ingest.free_organ_slug(obj.name)
        super().save_model(request, obj, form, change)
        if change and "name" in form.changed_data:
            ingest.rename_organ(obj, form.initial["name"])

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        if joined := form.cleaned_data.get("joined"):
            count = len(joined)
            ingest.join_organs(form.instance, joined)
            sentence = ngettext(
                "%(count)d organ was joined to it.", "%(count)d organs were joined to it.", count
            )
            messages.success(request, sentence % {"count": count})

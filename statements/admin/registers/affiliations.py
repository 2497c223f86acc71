"""Admin classes of parties, wards, ministries and bodies, with their other names."""

from typing import Any

from django.contrib import admin, messages
from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from statements import ingest
from statements.admin.reference_data import NameForm
from statements.admin.registers.lines import OtherNamesInline, RegisterAdmin
from statements.models import Affiliation, AffiliationName


class AffiliationForm(NameForm):
    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        same = Affiliation.objects.filter(kind=cleaned.get("kind"), folded=self.instance.folded)
        if same.exclude(pk=self.instance.pk).exists():
            self.add_error("name", _("There already is an entry of this kind with this name."))
        return cleaned


class AffiliationNameInline(OtherNamesInline):
    of = "country"
    model = AffiliationName


@admin.register(Affiliation)
class AffiliationAdmin(RegisterAdmin):
    of = "country"
    form = AffiliationForm
    list_display = ["name", "kind", "speech_count"]
    list_filter = ["kind"]
    search_fields = ["name", "names__name"]
    fields = ["kind", "name", "slug"]
    readonly_fields = ["slug"]
    inlines = [AffiliationNameInline]

    def get_queryset(self, request: HttpRequest) -> "models.QuerySet[Affiliation]":
        affiliations: models.QuerySet[Affiliation] = super().get_queryset(request)
        return affiliations.annotate(
            public_speeches=models.Count("speeches", filter=models.Q(speeches__withdrawal=None))
        )

    @admin.display(description=_("speeches"), ordering="public_speeches")
    def speech_count(self, affiliation: Any) -> int:
        return int(affiliation.public_speeches)

    def save_model(self, request: HttpRequest, obj: Affiliation, form: Any, change: bool) -> None:
        if not obj.slug:
            obj.slug = ingest.free_affiliation_slugs({"new": obj.name})["new"]
        super().save_model(request, obj, form, change)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        if count := ingest.assign_affiliations():
            sentence = ngettext(
                "%(count)s speech that prints one of these names was assigned.",
                "%(count)s speeches that print one of these names were assigned.",
                count,
            )
            messages.success(request, sentence % {"count": f"{count:,}"})

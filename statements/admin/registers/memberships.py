"""Admin classes of groups of States: who may change them may change countries."""

from django.contrib import admin
from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from statements.admin.registers.lines import LinesAdmin, RegisterAdmin
from statements.models import CountryGroup, GroupMembership


@admin.register(CountryGroup)
class CountryGroupAdmin(RegisterAdmin):
    of = "country"
    list_display = ["name", "code", "verified_members", "unverified_members"]
    search_fields = ["name", "code"]

    def get_queryset(self, request: HttpRequest) -> "models.QuerySet[CountryGroup]":
        groups: models.QuerySet[CountryGroup] = super().get_queryset(request)
        is_verified = models.Q(memberships__verified=True)
        return groups.annotate(
            verified_count=models.Count("memberships", filter=is_verified),
            unverified_count=models.Count("memberships", filter=~is_verified),
        )

    def get_readonly_fields(
        self, request: HttpRequest, obj: CountryGroup | None = None
    ) -> list[str]:
        return ["code"] if obj else []  # addresses of searches have it

    @admin.display(description=_("verified lines"), ordering="verified_count")
    def verified_members(self, group: CountryGroup) -> int:
        return int(group.verified_count)  # type: ignore[attr-defined]

    @admin.display(description=_("lines to verify"), ordering="unverified_count")
    def unverified_members(self, group: CountryGroup) -> int:
        return int(group.unverified_count)  # type: ignore[attr-defined]


@admin.register(GroupMembership)
class GroupMembershipAdmin(LinesAdmin):
    of = "country"
    list_display = ["country", "group", "valid_from", "valid_to", "verified", "source"]
    list_select_related = ["country", "group"]
    list_filter = ["verified", "group"]
    search_fields = ["country__short_name", "country__code", "group__code", "group__name"]
    autocomplete_fields = ["country"]

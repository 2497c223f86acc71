"""Admin classes of groups of States. An archivist confirms lines whose source nobody has read."""

from django.contrib import admin, messages
from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from statements.admin.conflict_safe import ConflictSafeAdmin
from statements.models import CountryGroup, GroupMembership


class _AsCountries(ConflictSafeAdmin):
    """Has the permissions of countries."""

    def has_view_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return request.user.has_perm("statements.view_country")

    def has_change_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return request.user.has_perm("statements.change_country")

    has_delete_permission = has_change_permission

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self.has_change_permission(request)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)


@admin.register(CountryGroup)
class CountryGroupAdmin(_AsCountries):
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
class GroupMembershipAdmin(_AsCountries):
    list_display = ["country", "group", "valid_from", "valid_to", "verified", "source"]
    list_select_related = ["country", "group"]
    list_filter = ["verified", "group"]
    search_fields = ["country__short_name", "country__code", "group__code", "group__name"]
    autocomplete_fields = ["country"]
    actions = ["verify"]

    @admin.action(description=_("Confirm selected lines"), permissions=["change"])
    def verify(self, request: HttpRequest, queryset: "models.QuerySet[GroupMembership]") -> None:
        count = queryset.filter(verified=False).update(verified=True)
        message = ngettext(
            "Confirmed %(count)s line; searches follow within a minute.",
            "Confirmed %(count)s lines; searches follow within a minute.",
            count,
        )
        messages.success(request, message % {"count": f"{count:,}"})

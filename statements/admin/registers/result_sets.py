"""The admin class of result sets, which archivists who may withdraw speeches may withdraw, too."""

from typing import Any

from django.contrib import admin
from django.db import models
from django.forms import ModelForm
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from statements.admin.conflict_safe import ConflictSafeAdmin
from statements.admin.review_site import WITHDRAW
from statements.models import ResultSet


@admin.register(ResultSet)
class ResultSetAdmin(ConflictSafeAdmin):
    list_display = ["__str__", "public_id", "kept_at", "speech_count", "withdrawn_at"]
    list_filter = [("withdrawn_at", admin.EmptyFieldListFilter), "kept_at"]
    search_fields = ["public_id", "parameters"]
    readonly_fields = ["public_id", "search_pairs", "speech_count", "kept_at", "withdrawn_at"]
    fields = [*readonly_fields, "withdrawal_reason"]

    def get_queryset(self, request: HttpRequest) -> "models.QuerySet[ResultSet]":
        """Return result sets with the number of their speeches instead of the long lists."""
        rows: models.QuerySet[ResultSet] = super().get_queryset(request)
        return rows.defer("speeches", "digests").annotate(size=models.F("speeches__len"))

    @admin.display(description=_("speeches"))
    def speech_count(self, row: Any) -> int:
        return int(row.size)

    @admin.display(description=_("search"))
    def search_pairs(self, row: ResultSet) -> str:
        return "; ".join(f"{name}: {value}" for name, value in row.parameters)

    def has_view_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return request.user.has_perm(WITHDRAW)

    has_change_permission = has_view_permission

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Return False: readers keep results."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        """Return True for superusers, for what the law forbids to store."""
        return bool(request.user.is_active and getattr(request.user, "is_superuser", False))

    def save_model(
        self, request: HttpRequest, obj: ResultSet, form: "ModelForm[ResultSet]", change: bool
    ) -> None:
        if obj.withdrawal_reason and obj.withdrawn_at is None:
            obj.withdrawn_at = timezone.now()
        elif not obj.withdrawal_reason:
            obj.withdrawn_at = None
        obj.save(update_fields=["withdrawn_at", "withdrawal_reason"])

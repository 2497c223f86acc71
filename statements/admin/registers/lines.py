"""What the admin classes of registers have in common."""

from typing import Any, ClassVar

from django.contrib import admin, messages
from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from statements.admin.conflict_safe import ConflictSafeAdmin
from statements.admin.reference_data import LabelledInline, NameForm, NamesFormSet


class RegisterAdmin(ConflictSafeAdmin):
    """Has the permissions of another model, ``of``, by its name."""

    of: ClassVar[str]

    def has_view_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return request.user.has_perm(f"statements.view_{self.of}")

    def has_change_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return request.user.has_perm(f"statements.change_{self.of}")

    has_delete_permission = has_change_permission

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self.has_change_permission(request)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)


class OtherNamesInline(LabelledInline):
    """Other names of an entry, with the permissions of another model, ``of``, by its name."""

    of: ClassVar[str]
    form = NameForm
    formset = NamesFormSet
    fields = ["name"]
    extra = 1
    verbose_name = _("other name")
    verbose_name_plural = _("other names, as printed in records")

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm(f"statements.view_{self.of}")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Return True for users who may change the entry."""
        return request.user.has_perm(f"statements.change_{self.of}")

    has_add_permission = has_delete_permission = has_change_permission


class LinesAdmin(RegisterAdmin):
    """Lines with a source, of which an archivist confirms those whose source nobody has read."""

    actions = ["verify"]

    @admin.action(description=_("Confirm selected lines"), permissions=["change"])
    def verify(self, request: HttpRequest, queryset: "models.QuerySet[models.Model]") -> None:
        count = queryset.filter(verified=False).update(verified=True)
        message = ngettext(
            "Confirmed %(count)s line; searches follow within a minute.",
            "Confirmed %(count)s lines; searches follow within a minute.",
            count,
        )
        messages.success(request, message % {"count": f"{count:,}"})

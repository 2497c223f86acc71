"""Admin classes of offices and who held them: who may change them may change speakers."""

from django.contrib import admin
from django.contrib.postgres.fields import ArrayField
from django.http import HttpRequest

from statements.admin.registers.lines import LinesAdmin, RegisterAdmin
from statements.models import Office, OfficeTerm


@admin.register(Office)
class OfficeAdmin(RegisterAdmin):
    of = "speaker"
    list_display = ["name", "printed"]
    search_fields = ["name"]

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        """Refuse filters by lists of names: PostgreSQL would read their values as arrays."""
        lists = {field.name for field in Office._meta.fields if isinstance(field, ArrayField)}
        is_list = lookup.partition("__")[0] in lists
        return not is_list and super().lookup_allowed(lookup, value, request)


@admin.register(OfficeTerm)
class OfficeTermAdmin(LinesAdmin):
    of = "speaker"
    list_display = ["holder", "office", "valid_from", "valid_to", "verified", "source"]
    list_select_related = ["office"]
    list_filter = ["verified", "office"]
    search_fields = ["holder", "office__name"]

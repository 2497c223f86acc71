"""Admin classes of offices and who held them: who may change them may change speakers."""

from django.contrib import admin
from django.http import HttpRequest

from statements.admin.registers.lines import LinesAdmin, RegisterAdmin
from statements.models import Office, OfficeTerm


@admin.register(Office)
class OfficeAdmin(RegisterAdmin):
    of = "speaker"
    list_display = ["name", "printed"]
    search_fields = ["name"]

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        """Refuse a filter by printed forms: PostgreSQL would read its value as an array."""
        is_array = lookup.partition("__")[0] == "printed"
        return not is_array and super().lookup_allowed(lookup, value, request)


@admin.register(OfficeTerm)
class OfficeTermAdmin(LinesAdmin):
    of = "speaker"
    list_display = ["holder", "office", "valid_from", "valid_to", "verified", "source"]
    list_select_related = ["office"]
    list_filter = ["verified", "office"]
    search_fields = ["holder", "office__name"]

"""Admin classes of offices and who held them: who may change them may change speakers."""

from django.contrib import admin

from statements.admin.registers.lines import LinesAdmin, RegisterAdmin
from statements.models import Office, OfficeTerm


@admin.register(Office)
class OfficeAdmin(RegisterAdmin):
    of = "speaker"
    list_display = ["name", "printed"]
    search_fields = ["name"]


@admin.register(OfficeTerm)
class OfficeTermAdmin(LinesAdmin):
    of = "speaker"
    list_display = ["holder", "office", "valid_from", "valid_to", "verified", "source"]
    list_select_related = ["office"]
    list_filter = ["verified", "office"]
    search_fields = ["holder", "office__name"]

"""The admin class of the titles of cited documents: who may change topics may change them."""

from django.contrib import admin

from statements.admin.registers.lines import LinesAdmin
from statements.models import Document


@admin.register(Document)
class DocumentAdmin(LinesAdmin):
    of = "topic"
    list_display = ["symbol", "title", "verified", "source"]
    list_filter = ["verified"]
    search_fields = ["symbol", "title"]

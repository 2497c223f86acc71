"""The administration site for archivists: upload, review, publish and correct transcripts.

Reading, matching and storing transcripts belong to ``statements.ingest``; nothing here decides
what a transcript means.
"""

from django.conf import settings
from django.contrib import admin
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from statements.admin import reference_data, sessions, speeches, transcripts, users
from statements.admin.registers import affiliations, documents, memberships, offices, result_sets

__all__ = [
    "affiliations",
    "documents",
    "memberships",
    "offices",
    "reference_data",
    "result_sets",
    "sessions",
    "speeches",
    "transcripts",
    "users",
]

admin.site.site_title = admin.site.site_header = format_lazy(
    _("{site} administration"), site=settings.SITE_NAME
)

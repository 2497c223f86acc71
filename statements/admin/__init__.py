"""The face for archivists: what the archive holds, and the way of a file into it.

Decides nothing about transcripts: reading, matching and storing are accession's work.
"""

from django.conf import settings
from django.contrib import admin

from statements.admin import holdings, speeches, transcripts

__all__ = ["holdings", "speeches", "transcripts"]

admin.site.site_title = f"{settings.SITE_NAME} archive desk"
admin.site.site_header = f"{settings.SITE_NAME} archive desk"
admin.site.index_title = "The archive"

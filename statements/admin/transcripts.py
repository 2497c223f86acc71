"""The read-only list of transcripts, and the URLs for uploading and reviewing them."""

from typing import Any

from django.contrib import admin
from django.db import models
from django.http import HttpRequest
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from statements.admin import labels, review, scans, upload_views
from statements.admin.batches import decisions, deliveries, review_queue, without_text
from statements.admin.conflict_safe import ConflictSafeAdmin
from statements.admin.review_site import PUBLISH
from statements.admin.unsaved_input import preserves_input
from statements.admin.unsaved_input.views import discard
from statements.models import Series, Transcript

FIELDS: list[str] = [
    "review_link",
    "name",
    "state",
    "size",
    "sha256",
    "encoding",
    "uploader",
    "received_at",
    "published_at",
    "revision",
]


@admin.register(Series)
class SeriesAdmin(ConflictSafeAdmin):
    list_display = ["title", "position", "rights", "source_url"]
    search_fields = ["title", "rights"]


@admin.register(Transcript)
class TranscriptAdmin(ConflictSafeAdmin):
    """Files are added by upload and changed by review; here, only what is known about their origin
    is edited."""

    list_display = ["name", "state", "speech_count", "problem_count", "uploader", "received_at"]
    list_filter = ["state", "received_at", "series", "uploader"]
    list_select_related = ["uploader"]
    search_fields = ["name", "sha256"]
    date_hierarchy = "received_at"
    fields = [*FIELDS, "series", "rights", "source_url"]
    readonly_fields = FIELDS
    change_list_template = "admin/statements/transcript/change_list.html"

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Transcript | None = None) -> bool:
        return request.user.has_perm(PUBLISH)

    def get_queryset(self, request: HttpRequest) -> "models.QuerySet[Transcript]":
        transcripts: models.QuerySet[Transcript] = super().get_queryset(request)
        return transcripts.annotate(
            public_speeches=models.Count("speeches", filter=models.Q(speeches__withdrawal=None))
        )

    @admin.display(description=_("speeches"), ordering="public_speeches")
    def speech_count(self, transcript: Any) -> int:
        return int(transcript.public_speeches)

    @admin.display(description=_("problems"))
    def problem_count(self, transcript: Transcript) -> int:
        return sum(problem.get("severity") != "note" for problem in transcript.problems)

    @admin.display(description=_("review"))
    def review_link(self, transcript: Transcript) -> SafeString:
        url = reverse("admin:statements_transcript_review", args=[transcript.pk])
        return format_html('<a href="{}">{}</a>', url, gettext("Review page"))

    def get_urls(self) -> list[URLPattern]:
        site = self.admin_site.admin_view
        own = [
            path(
                "unsaved/<slug:key>/discard/",
                site(discard),
                name="statements_unsaved_discard",
            ),
            path("upload/", upload_views.upload, name="statements_transcript_upload"),
            path(
                "delivery/<int:pk>/",
                site(deliveries.delivery),
                name="statements_transcript_delivery",
            ),
            path("waiting/", site(review_queue.review_queue), name="statements_transcript_waiting"),
            path(
                "waiting/publish/",
                preserves_input(site(decisions.publish_many)),
                name="statements_transcript_publish_many",
            ),
            path(
                "waiting/discard/",
                preserves_input(site(decisions.discard_many)),
                name="statements_transcript_discard_many",
            ),
            path("job/<int:pk>/", site(decisions.job), name="statements_transcript_job"),
            path("kept/", site(without_text.files_without_text), name="statements_transcript_kept"),
            path("<int:pk>/retry/", site(without_text.retry), name="statements_transcript_retry"),
            path(
                "<int:pk>/recognize/",
                site(scans.recognize),
                name="statements_transcript_recognize",
            ),
            path(
                "<int:pk>/page/<int:number>/",
                site(scans.page_image),
                name="statements_transcript_page",
            ),
            path("<int:pk>/text/", upload_views.text, name="statements_transcript_text"),
            path(
                "<int:pk>/review/",
                preserves_input(site(review.review)),
                name="statements_transcript_review",
            ),
            path(
                "<int:pk>/publish/",
                preserves_input(site(review.publish)),
                name="statements_transcript_publish",
            ),
            path(
                "<int:pk>/discard/",
                preserves_input(site(review.discard)),
                name="statements_transcript_discard",
            ),
            path("<int:pk>/reopen/", site(review.reopen), name="statements_transcript_reopen"),
            path(
                "<int:pk>/labels/",
                site(labels.choose_labels),
                name="statements_transcript_labels",
            ),
            path(
                "<int:pk>/reinstate/",
                site(review.reinstate),
                name="statements_transcript_reinstate",
            ),
            path(
                "<int:pk>/original/", site(review.original), name="statements_transcript_original"
            ),
        ]
        return own + super().get_urls()

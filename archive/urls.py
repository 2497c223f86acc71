"""Root addresses: the administration, the archive's pages and API, health."""

from django.contrib import admin
from django.urls import include, path
from django.views.decorators.http import require_safe

from archive.edge.security_txt import security_txt
from archive.edge.staff_check import is_staff
from statements.health import healthz, metrics, readyz, status

urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("readyz", readyz, name="readyz"),
    path(".well-known/security.txt", require_safe(security_txt), name="security-txt"),
    path("status", status, name="status"),
    path("metrics", metrics, name="metrics"),
    path("is-staff", is_staff, name="is_staff"),
    path("admin/", admin.site.urls),
    path("", include("statements.urls")),
]

handler400 = "statements.views.error_pages.bad_request"
handler403 = "statements.views.error_pages.forbidden"
handler404 = "statements.views.error_pages.not_found"
handler500 = "archive.middleware.faults.server_error"

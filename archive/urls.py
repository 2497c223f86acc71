"""Root addresses: the administration, the archive's pages and API, health."""

from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.urls import include, path
from django.views.decorators.http import require_safe

from archive.edge.security_txt import security_txt
from archive.edge.staff_check import is_staff
from statements import urls
from statements.health import healthz, metrics, readyz, status

urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("readyz", readyz, name="readyz"),
    path(".well-known/security.txt", require_safe(security_txt), name="security-txt"),
    path("status", status, name="status"),
    path("metrics", metrics, name="metrics"),
    path("is-staff", is_staff, name="is_staff"),
    path("admin/", admin.site.urls),
    path("", include(urls)),
    # without a prefix in the default language; see archive.languages
    *i18n_patterns(*urls.pages, prefix_default_language=False),
]

handler400 = "statements.views.error_pages.bad_request"
handler403 = "statements.views.error_pages.forbidden"
handler404 = "statements.views.error_pages.not_found"
handler500 = "archive.middleware.faults.server_error"

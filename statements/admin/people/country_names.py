"""Applies names of countries that were added later, after a preview of how many speeches it is."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from statements import ingest
from statements.admin.review_site import current_user, desk_context, requires_permission

CHANGE_COUNTRY = "statements.change_country"


@requires_permission(CHANGE_COUNTRY)
def country_names(request: HttpRequest) -> HttpResponse:
    """List the names that published speeches print without a country; apply those selected."""
    if request.method == "POST":
        names = set(map(_parts, request.POST.getlist("name")))
        applied = ingest.apply_country_names(names, by=current_user(request))
        sentence = _("%(speeches)d published speeches and %(drafts)d waiting files were changed.")
        messages.success(request, sentence % applied._asdict())
        return HttpResponseRedirect(reverse("admin:statements_country_names"))
    names_unused = ingest.unused_names()
    context = desk_context(request, _("Names of countries to apply")) | {
        "names": names_unused,
        "speeches": sum(name.speeches for name in names_unused),
        "waiting": ingest.count_waiting(),
    }
    return TemplateResponse(request, "admin/statements/country/names.html", context)


def _parts(value: str) -> tuple[str, str]:
    """Return the printed name and the code of a country, given as the code, a colon, the name."""
    code, _colon, printed = value.partition(":")
    return printed, code

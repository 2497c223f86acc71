"""The decisions on people, each of which can be undone."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from statements import ingest
from statements.admin.people.proposals import CHANGE
from statements.admin.review_site import (
    current_user,
    desk_context,
    require_post_from,
    requires_permission,
)
from statements.models import DecidedSpeaker, PersonDecision

DECISIONS_ON_A_PAGE = 50


@require_safe
@requires_permission(CHANGE)
def decisions(request: HttpRequest) -> HttpResponse:
    """List the decisions, the latest first."""
    rows = PersonDecision.objects.select_related("decided_by", "undone_by")
    page = Paginator(rows, DECISIONS_ON_A_PAGE).get_page(request.GET.get("page"))
    members = DecidedSpeaker.objects.filter(decision__in=page.object_list)
    people: dict[int, dict[int, list[DecidedSpeaker]]] = {}
    for member in members.select_related("speaker__country"):
        of_decision = people.setdefault(member.decision_id, {})
        of_decision.setdefault(member.person, []).append(member)
    context = desk_context(request, _("Decisions on people")) | {
        "page": page,
        "decisions": [
            (decision, list(people.get(decision.pk, {}).values())) for decision in page.object_list
        ],
    }
    return TemplateResponse(request, "admin/statements/people/decisions.html", context)


def _history(request: HttpRequest, pk: int) -> str:
    return reverse("admin:statements_speaker_decisions")


@require_post_from(_history)
@requires_permission(CHANGE)
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Restore the pages of a decision."""
    decision = get_object_or_404(PersonDecision, pk=pk)
    try:
        ingest.undo_decision(decision, by=current_user(request))
    except ingest.IngestError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("The decision was undone. The pages are as they were."))
    return HttpResponseRedirect(_history(request, pk))

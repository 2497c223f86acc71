"""Proposals of people: each is accepted, rejected or divided, many at once, after a preview."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.contrib import messages
from django.contrib.postgres.aggregates import ArrayAgg
from django.core.paginator import Paginator
from django.db.models import Count, Max, Min, Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_safe

from statements import ingest
from statements.admin.review_site import (
    current_user,
    desk_context,
    require_post_from,
    requires_permission,
)
from statements.models import Speaker, SpeakerProposal

CHANGE = "statements.change_speaker"
PROPOSALS_ON_A_PAGE = 20
LATER, SAME, DIFFERENT, DIVIDED = "later", "same", "different", "divided"
DECISIONS = (
    (LATER, gettext_lazy("Decide later")),
    (SAME, gettext_lazy("One person")),
    (DIFFERENT, gettext_lazy("All different people")),
    (DIVIDED, gettext_lazy("People as numbered")),
)
type People = list[list[int]]  # the keys of the speakers of each person


@dataclass(frozen=True, slots=True)
class Proposal:
    """Speakers who are perhaps one person, with the evidence."""

    number: int
    members: Sequence[Any]  # speakers, annotated by ``_members``

    @property
    def persons(self) -> range:
        """The numbers that a person can have when the proposal is divided."""
        return range(1, len(self.members) + 1)


class Consequence(NamedTuple):
    """What a decision on some speakers will do."""

    joined: Sequence[Sequence[Any]]  # of each person with several pages: the one that stays first
    apart: Sequence[Any]  # one speaker of each person, if they are several
    speeches: int  # that move to another page


def _queue(request: HttpRequest) -> str:
    return reverse("admin:statements_speaker_people")


@require_safe
@requires_permission(CHANGE)
def proposals(request: HttpRequest) -> HttpResponse:
    """List the proposals, by country and name."""
    numbers = (
        SpeakerProposal.objects.values("number")
        .annotate(country=Min("speaker__country__short_name"), sort_name=Min("speaker__sort_name"))
        .order_by("country", "sort_name", "number")
    )
    page = Paginator(numbers, PROPOSALS_ON_A_PAGE).get_page(request.GET.get("page"))
    shown = [row["number"] for row in page.object_list]
    members: dict[int, list[Any]] = {number: [] for number in shown}
    for speaker in _members(Speaker.objects.filter(proposal__number__in=shown)):
        members[speaker.number].append(speaker)
    context = desk_context(request, _("People with several pages")) | {
        "page": page,
        "proposals": [Proposal(number, of_person) for number, of_person in members.items()],
        "decisions": DECISIONS,
    }
    return TemplateResponse(request, "admin/statements/people/proposals.html", context)


def _members(speakers: "QuerySet[Speaker]") -> Iterable[Any]:
    """Return speakers with their years, roles, and numbers of speeches and meetings."""
    return (
        speakers.select_related("country")
        .annotate(
            number=Max("proposal__number"),
            heard=Count("speeches"),
            first=Min("speeches__year"),
            last=Max("speeches__year"),
            meetings_heard=Count("speeches__meeting", distinct=True),
            roles=ArrayAgg(
                "speeches__role", distinct=True, filter=~Q(speeches__role=""), default=[]
            ),
        )
        .order_by("-heard", "pk")
    )


@require_post_from(_queue)
@requires_permission(CHANGE)
def preview(request: HttpRequest) -> HttpResponse:
    """Show what the decisions of the form would do."""
    chosen = _chosen(request)
    if not chosen:
        messages.info(request, _("No decision was made on this page."))
        return HttpResponseRedirect(_queue(request))
    keys = [key for people in chosen for person in people for key in person]
    speakers = {speaker.pk: speaker for speaker in _members(Speaker.objects.filter(pk__in=keys))}
    if len(speakers) < len(keys):
        messages.error(request, _("Some of these speakers no longer exist. Please decide again."))
        return HttpResponseRedirect(_queue(request))
    consequences = [_consequence(people, speakers) for people in chosen]
    context = desk_context(request, _("Preview")) | {
        "consequences": consequences,
        "speeches": sum(consequence.speeches for consequence in consequences),
        "pages": sum(
            len(person) - 1 for consequence in consequences for person in consequence.joined
        ),
        "people": json.dumps(chosen),
    }
    return TemplateResponse(request, "admin/statements/people/preview.html", context)


def _consequence(people: People, speakers: dict[int, Any]) -> Consequence:
    persons = [
        sorted((speakers[key] for key in person), key=lambda row: (-row.heard, row.pk))
        for person in people
    ]
    joined = [person for person in persons if len(person) > 1]
    moved = sum(row.heard for person in joined for row in person[1:])
    return Consequence(joined, [person[0] for person in persons] if len(persons) > 1 else [], moved)


def _chosen(request: HttpRequest) -> list[People]:
    """Return the people of each proposal that the form decides on."""
    everything = request.POST.get("all", "")
    chosen: list[People] = []
    for number in request.POST.getlist("proposal"):
        decision = request.POST.get(f"decision-{number}", LATER)
        keys = _numbers(request.POST.get(f"members-{number}", "").split(","))
        if decision == LATER:
            decision = everything
        if decision in (SAME, DIFFERENT, DIVIDED) and len(keys) > 1:
            persons: dict[str, list[int]] = {}
            for key in keys:
                own = {SAME: "1", DIFFERENT: str(key)}
                person = own.get(decision) or request.POST.get(f"person-{key}", "1")
                persons.setdefault(person, []).append(key)
            chosen.append(list(persons.values()))
    return chosen


def _numbers(texts: Iterable[str]) -> list[int]:
    digits = (text for text in texts if text.isascii() and text.isdigit() and len(text) < 19)
    return list(dict.fromkeys(map(int, digits)))


@require_post_from(_queue)
@requires_permission(CHANGE)
def apply(request: HttpRequest) -> HttpResponse:
    """Carry out the decisions that were previewed, each in a transaction of its own."""
    done = 0
    for people in _previewed(request.POST.get("people", "")):
        try:
            ingest.decide_people(people, by=current_user(request))
        except ingest.IngestError as error:
            messages.error(request, str(error))
        else:
            done += 1
    if done:
        sentence = ngettext(
            "%(count)d decision was carried out. It can be undone below.",
            "%(count)d decisions were carried out. They can be undone below.",
            done,
        )
        messages.success(request, sentence % {"count": done})
        return HttpResponseRedirect(reverse("admin:statements_speaker_decisions"))
    return HttpResponseRedirect(_queue(request))


def _previewed(text: str) -> list[People]:
    """Return the people of the hidden field of the preview; none if it was altered."""
    try:
        decisions = [
            [_numbers(map(str, person)) for person in people] for people in json.loads(text)
        ]
    except (ValueError, TypeError, RecursionError):
        return []
    return [people for people in decisions if people and all(people)]

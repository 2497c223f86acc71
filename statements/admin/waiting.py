"""The list of what waits for review, and publishing or discarding several of it at once."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from statements import ingest
from statements.admin.desk import PUBLISH, UPLOAD, VIEW, needs, page, person
from statements.ingest import Draft, IngestError, Matcher, OnCollision, Preview
from statements.models import Transcript

PER_PAGE = 50
NAMED = 10  # of many in one message


@dataclass(frozen=True, slots=True)
class Row:
    """One waiting transcript as the list shows it."""

    transcript: Transcript
    draft: Draft
    look: Preview

    @property
    def speakers(self) -> list[str]:
        """The first few speaker lines."""
        return [item.speech.speaker_line or "(no speaker line)" for item in self.look.speeches[:5]]

    @property
    def more(self) -> int:
        return max(0, len(self.look.speeches) - 5)

    @property
    def problems(self) -> int:
        return sum(item["severity"] != "note" for item in self.look.problems)


def row_of(transcript: Transcript, draft: Draft, matcher: Matcher) -> Row:
    return Row(transcript, draft, ingest.preview(draft, transcript, matcher=matcher))


@require_GET
@needs(UPLOAD, PUBLISH, VIEW)
def waiting(request: HttpRequest) -> HttpResponse:
    transcripts = Transcript.objects.waiting().defer(None).defer("content", "dropped")
    paginator = Paginator(transcripts.select_related("uploader"), PER_PAGE)
    shown = paginator.get_page(request.GET.get("page"))
    matcher = Matcher()
    rows = [row_of(item, ingest.draft_waiting(item), matcher) for item in shown]
    return page(request, "waiting", "Waiting for review", rows=rows, shown=shown)


@require_POST
@needs(PUBLISH)
def publish_many(request: HttpRequest) -> HttpResponse:
    word = request.POST.get("on_collision", OnCollision.REFUSE)
    on_collision = OnCollision(word) if word in set(OnCollision) else OnCollision.REFUSE
    matcher = Matcher()

    def publish(transcript: Transcript) -> None:
        ingest.publish(
            transcript,
            ingest.draft_waiting(transcript),
            by=person(request),
            on_collision=on_collision,
            matcher=matcher,
        )

    return _each(request, publish, "Published")


@require_POST
@needs(PUBLISH)
def discard_many(request: HttpRequest) -> HttpResponse:
    """Ask first; only a form that names what it is about to discard does it."""
    if "confirmed" not in request.POST:
        chosen = _chosen(request)
        if not chosen:
            return _each(request, lambda _: None, "Discarded")
        return page(request, "discarding", "Discard these transcripts?", chosen=chosen)
    return _each(
        request, lambda transcript: ingest.discard(transcript, by=person(request)), "Discarded"
    )


def _each(request: HttpRequest, act: Callable[[Transcript], None], done: str) -> HttpResponse:
    """Do it to each chosen transcript in a transaction of its own, and say what became of it.

    A choice is "id:revision", one field for a transcript: five hundred come with one upload.
    """
    seen = _seen(request)
    chosen = _chosen(request)
    succeeded = []
    for transcript in chosen:
        try:
            if seen.get(str(transcript.pk)) != str(transcript.revision):
                ingest.draft_waiting(transcript)
                raise ingest.EditConflict(
                    f"Somebody else corrected “{transcript.name}” meanwhile; please look again."
                )
            act(transcript)
            succeeded.append(transcript.name)
        except IngestError as error:
            messages.error(request, f"“{transcript.name}”: {error}")
    if succeeded:
        more = f" and {len(succeeded) - NAMED} more" if len(succeeded) > NAMED else ""
        messages.success(request, f"{done} {len(succeeded)}: {', '.join(succeeded[:NAMED])}{more}.")
    elif not chosen:
        messages.warning(request, "No transcript was chosen.")
    return HttpResponseRedirect(reverse("admin:statements_transcript_waiting"))


def _seen(request: HttpRequest) -> dict[str, str]:
    """The revision at which each chosen transcript was looked at."""
    return dict(value.split(":", 1) for value in request.POST.getlist("transcript") if ":" in value)


def _chosen(request: HttpRequest) -> list[Transcript]:
    ids = [int(pk) for pk in _seen(request) if re.fullmatch("[0-9]{1,18}", pk)]
    return list(Transcript.objects.filter(pk__in=ids).defer(None).defer("content", "dropped"))

"""What every registration shares: a refusal of the database becomes a sentence, not a 500."""

from typing import TYPE_CHECKING, Any

from django.contrib import admin, messages
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from statements.admin.unsaved import keep

if TYPE_CHECKING:  # Django's classes take no type arguments when they run
    Registration = admin.ModelAdmin[Any]
else:
    Registration = admin.ModelAdmin

# the name of a constraint -> what a person should know of it
_REFUSALS = {
    "country_name_once": "A country cannot have the same name twice from the same day.",
    "speaker_name_once": "A speaker cannot have the same name twice.",
    "speaker_once": "This country already has a speaker of that name.",
    "presidency_position": "Two presidencies of a meeting cannot have the same place in the order.",
    "speech_meeting_position": "Another speech of the meeting already has that position.",
    "paragraph_follows_its_previous": "Paragraphs must follow one another without gaps.",
}


class GuardedAdmin(Registration):
    """A ModelAdmin that answers a constraint met too late with a message.

    Forms check beforehand; this catches what two people do in the same moment, and what the
    database checks only when the transaction ends.
    """

    class Media:
        css = {"all": ["css/admin-archive.css"]}
        js = ["js/admin-labels.js"]

    def conflict(self, request: HttpRequest, object_id: str) -> HttpResponse | None:
        """What to answer where somebody else changed the object since the form was made;
        called in the transaction that stores."""
        return None

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        try:
            with transaction.atomic():
                if request.method == "POST" and object_id is not None:
                    if conflict := self.conflict(request, object_id):
                        return conflict
                return super().changeform_view(request, object_id, form_url, extra_context)
        except IntegrityError as error:
            messages.error(request, f"Nothing was saved. {_sentence(error)}")
            kept = keep(request)  # what was typed is shown again, where the form has its note
            return HttpResponseRedirect(
                kept.get_absolute_url() if kept else request.get_full_path()
            )


def _sentence(error: IntegrityError) -> str:
    for constraint, sentence in _REFUSALS.items():
        if constraint in str(error):
            return sentence
    return "Someone else has just stored something that conflicts with it. Please try again."

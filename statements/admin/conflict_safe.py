"""A ModelAdmin that turns violated database constraints into messages instead of a 500."""

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.contrib.postgres.fields import ArrayField
from django.db import IntegrityError, transaction
from django.forms import Script
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from statements.admin.unsaved_input import keep
from statements.admin.unsaved_input.model_admin import InputPreservingAdmin

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

# constraint name -> message
_CONSTRAINT_MESSAGES: "dict[str, _StrPromise]" = {
    "country_name_once": _("A country cannot have the same name twice from the same day."),
    "speaker_name_once": _("A speaker cannot have the same name twice."),
    "speaker_once": _("This country already has a speaker with this name."),
    "affiliation_once": _("There already is an entry of this kind with this name."),
    "affiliation_name_once": _("It cannot have the same name twice."),
    "agenda_item_once": _("An agenda cannot have the same topic twice."),
    "organ_name_once": _("An organ cannot have the same name twice."),
    "session_once": _("This session already has this debate."),
    "membership_once": _("This country already has a line of this group from the same day."),
    "term_once": _("This office already has a line of this person from the same day."),
    "presidency_position": _("Two presidents of a meeting cannot have the same position."),
    "speech_meeting_position": _("Another speech in this meeting already has this position."),
    "paragraph_follows_its_previous": _("Paragraphs must be numbered without gaps."),
}


class ConflictSafeAdmin(InputPreservingAdmin):
    """A ModelAdmin that reports constraint violations and concurrent changes as messages.

    Forms validate first. This class catches what validation cannot: two users who save at the
    same moment, and constraints that the database checks only on commit.
    """

    class Media:
        css = {"all": ["css/admin-archive.css"]}
        js = [Script("js/admin-labels.js", **{"data-original-heading": _("Saved entry")})]

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        """Refuse filters by lists: PostgreSQL would read their values as arrays."""
        lists = {field.name for field in self.model._meta.fields if isinstance(field, ArrayField)}
        is_list = lookup.partition("__")[0] in lists
        return not is_list and bool(super().lookup_allowed(lookup, value, request))

    def conflict(self, request: HttpRequest, object_id: str) -> HttpResponse | None:
        """Return a response if another user has changed the object since the form was rendered.

        Called inside the transaction that saves the form.
        """
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
            messages.error(
                request,
                gettext("Nothing was saved. %(reason)s") % {"reason": _constraint_message(error)},
            )
            unsaved = keep(request)  # so that the form can be shown again as it was submitted
            return HttpResponseRedirect(
                unsaved.get_absolute_url() if unsaved else request.get_full_path()
            )


def _constraint_message(error: IntegrityError) -> str:
    for constraint, message in _CONSTRAINT_MESSAGES.items():
        if constraint in str(error):
            return str(message)
    return gettext("Someone else has just saved a conflicting change. Please try again.")

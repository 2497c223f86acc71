"""Withdrawing and reinstating one or many speeches, and erasing a speech permanently.

Every page locks the speech before it compares the version the user saw with the stored one, as the
edit form does. An edit saved in the meantime is therefore detected, and locks are always taken in
the same order.
"""

import hashlib
from collections.abc import Callable
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.options import ActionLocation
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db import OperationalError, models, transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods
from psycopg.errors import DeadlockDetected

from statements import ingest
from statements.admin.conflict_safe import ConflictSafeAdmin
from statements.admin.review_site import (
    WITHDRAW,
    current_user,
    missing_permission,
    require_post_from,
)
from statements.admin.speeches.versions import changes_since, displayed_state, version_digest
from statements.admin.unsaved_input import (
    MAX_PATH_LENGTH,
    RESTORED_KEY,
    discard_saved,
    form_note,
    preserves_input,
    restored_fields,
    show_as_posted,
)
from statements.ingest import IngestError
from statements.ingest.publishing.withdrawal import MAX_REASON_CHARACTERS
from statements.models import Speech

LIST_LIMIT = 20
_ATTEMPTS = 3


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label=_("Reason"),
        max_length=MAX_REASON_CHARACTERS,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Shown to readers who follow a link to the speech."),
        error_messages={"required": _("Enter a reason. Readers will see it.")},
    )

    def clean_reason(self) -> str:
        try:
            return ingest.checked_reason(self.cleaned_data["reason"])
        except IngestError as error:
            raise forms.ValidationError(str(error)) from error


def retry_on_deadlock[Result](work: Callable[[], Result]) -> Result:
    """Run a function in a transaction, and again if the database reports a deadlock.

    Withdrawing many speeches can deadlock with publishing others in their positions.
    """
    for retries_left in reversed(range(_ATTEMPTS)):
        try:
            with transaction.atomic():
                return work()
        except OperationalError as error:
            if not (retries_left and isinstance(error.__cause__, DeadlockDetected)):
                raise
    raise AssertionError("unreachable")


class WithdrawnFilter(admin.SimpleListFilter):
    title = _("status")
    parameter_name = "withdrawn"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("no", _("Public")), ("yes", _("Withdrawn"))]

    def queryset(
        self, request: HttpRequest, queryset: "models.QuerySet[Any]"
    ) -> "models.QuerySet[Any]":
        if self.value() in ("yes", "no"):
            return queryset.filter(withdrawal__isnull=self.value() == "no")
        return queryset


class WithdrawalAdmin(ConflictSafeAdmin):
    """A ModelAdmin whose speeches are withdrawn rather than deleted."""

    actions = ["withdraw_selected", "reinstate_selected"]
    change_form_template = "admin/statements/speech/change_form.html"

    def get_queryset(self, request: HttpRequest) -> "models.QuerySet[Speech]":
        return Speech.all_objects.order_by(*self.get_ordering(request))

    def has_withdraw_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm(WITHDRAW)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Return True for superusers, the only users who may erase speeches."""
        return bool(request.user.is_active and getattr(request.user, "is_superuser", False))

    def get_actions(
        self, request: HttpRequest, action_location: Any = ActionLocation.CHANGE_LIST
    ) -> dict[str, Any]:
        actions: dict[str, Any] = super().get_actions(request, action_location)
        actions.pop("delete_selected", None)
        return actions

    def get_urls(self) -> list[URLPattern]:
        site = self.admin_site.admin_view
        own = [
            path(
                "<path:object_id>/withdraw/",
                preserves_input(
                    site(require_http_methods(["GET", "HEAD", "POST"])(self.withdraw_view))
                ),
                name="statements_speech_withdraw",
            ),
            path(
                "<path:object_id>/delete/",
                preserves_input(site(self.delete_view)),
                name="statements_speech_delete",
            ),
            path(
                "<path:object_id>/reinstate/",
                site(require_post_from(_change_page)(self.reinstate_view)),
                name="statements_speech_reinstate",
            ),
            path(
                "", preserves_input(site(self.changelist_view)), name="statements_speech_changelist"
            ),
        ]
        return own + super().get_urls()

    # -- one speech ----------------------------------------------------------------------------

    def withdraw_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        if not self.has_withdraw_permission(request):
            raise missing_permission(WITHDRAW)
        return self._decide(
            request, object_id, "withdraw", gettext("Withdraw this speech?"), self._withdraw
        )

    def delete_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        if not self.has_delete_permission(request):
            raise PermissionDenied
        return self._decide(
            request, object_id, "erase", gettext("Erase this speech permanently?"), self._erase
        )

    def _decide(
        self,
        request: HttpRequest,
        object_id: str,
        name: str,
        title: str,
        act: Callable[[HttpRequest, Speech, str], HttpResponse],
    ) -> HttpResponse:
        """Ask for a reason; given one, act unless the speech has changed in the meantime."""
        initial = restored_fields(request) or request.GET
        form = ReasonForm(
            request.POST if request.method == "POST" else None,
            initial={"reason": initial.get("reason", "")[:MAX_REASON_CHARACTERS]},
        )

        def decide() -> HttpResponse:
            speech = self._lock_speech(request, object_id)
            version = version_digest(speech)
            if request.method == "POST" and request.POST.get("version") != version:
                return self._changed_page(request, speech, name)
            if request.method == "POST" and form.is_valid():
                discard_saved(request)
                return act(request, speech, form.cleaned_data["reason"])
            return self._page(
                request,
                name,
                title,
                speech=speech,
                form=form,
                is_permanent=name == "erase",
                version=version,
                seen=displayed_state(speech),
                note=form_note(request, f"{title} {speech}", request.path),
            )

        response = retry_on_deadlock(decide)
        if isinstance(response, TemplateResponse):
            response.render()
        return response

    def _lock_speech(self, request: HttpRequest, object_id: str) -> Speech:
        unlocked = self.get_object(request, unquote(object_id))
        speeches = Speech.all_objects.filter(pk__in=[unlocked.pk] if unlocked else [])
        if request.method == "POST":
            speeches = speeches.locked()
        speech = speeches.first()
        if speech is None:
            raise Http404(gettext("This speech is no longer in the archive."))
        return speech

    def _withdraw(self, request: HttpRequest, speech: Speech, reason: str) -> HttpResponse:
        if ingest.withdraw([speech.pk], reason, by=current_user(request)):
            messages.success(
                request,
                gettext(
                    "“%(speech)s” was withdrawn. Only archivists can see it. "
                    "You can reinstate it at any time."
                )
                % {"speech": speech},
            )
        else:
            messages.info(
                request, gettext("“%(speech)s” is already withdrawn.") % {"speech": speech}
            )
        return HttpResponseRedirect(reverse("admin:statements_speech_change", args=[speech.pk]))

    def _erase(self, request: HttpRequest, speech: Speech, reason: str) -> HttpResponse:
        ingest.erase(speech.pk, reason, by=current_user(request))
        messages.success(
            request, gettext("“%(speech)s” was permanently erased.") % {"speech": speech}
        )
        return HttpResponseRedirect(reverse("admin:statements_speech_changelist"))

    def _changed_page(self, request: HttpRequest, speech: Speech, name: str) -> HttpResponse:
        rows, texts = changes_since(request.POST.get("seen", ""), speech)
        context = self.admin_site.each_context(request) | {
            "title": gettext("This speech has changed since you opened it"),
            "opts": self.opts,
            "speech": speech,
            "rows": rows,
            "texts": texts,
            "reason": request.POST.get("reason", ""),
            "continue_url": reverse(
                f"admin:statements_speech_{'delete' if name == 'erase' else name}",
                args=[speech.pk],
                query={"reason": request.POST.get("reason", "")[:MAX_REASON_CHARACTERS]},
            ),
        }
        template = "admin/statements/speech/changed_since.html"
        return TemplateResponse(request, template, context, status=409)

    def _page(
        self, request: HttpRequest, name: str, title: str, **context: Any
    ) -> TemplateResponse:
        context = self.admin_site.each_context(request) | {
            "title": title,
            "opts": self.opts,
            **context,
        }
        return TemplateResponse(request, f"admin/statements/speech/{name}.html", context)

    def reinstate_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        if not self.has_withdraw_permission(request):
            raise missing_permission(WITHDRAW)
        speech = self.get_object(request, unquote(object_id))
        if speech is None:
            raise Http404(gettext("This speech is no longer in the archive."))
        if retry_on_deadlock(lambda: ingest.reinstate([speech.pk], by=current_user(request))):
            message = gettext(
                "“%(speech)s” was reinstated. It is public again at the same address."
            )
            messages.success(request, message % {"speech": speech})
        else:
            messages.info(request, gettext("“%(speech)s” is not withdrawn.") % {"speech": speech})
        return HttpResponseRedirect(reverse("admin:statements_speech_change", args=[speech.pk]))

    # -- many ----------------------------------------------------------------------------------

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show the list, or the restored form for withdrawing many speeches."""
        fields = restored_fields(request)
        if RESTORED_KEY in request.GET:  # the change list would treat it as a filter
            query = request.GET.copy()
            query.pop(RESTORED_KEY)
            request.GET = query  # type: ignore[assignment]
            request.META["QUERY_STRING"] = query.urlencode()
        if fields and fields.get("action") == "withdraw_selected":
            fields["_look"] = "1"
            show_as_posted(request, fields)
        return super().changelist_view(request, extra_context)

    @admin.action(description=_("Withdraw selected speeches"), permissions=["withdraw"])
    def withdraw_selected(
        self, request: HttpRequest, queryset: "models.QuerySet[Speech]"
    ) -> HttpResponse | None:
        """Ask for one reason for all speeches; given one, withdraw them unless any has changed."""
        public = Speech.all_objects.filter(pk__in=queryset.order_by().values("pk"), withdrawal=None)
        is_submitted = "reason" in request.POST
        form = ReasonForm(request.POST if is_submitted else None)
        may_act = is_submitted and "_look" not in request.POST and form.is_valid()

        def decide() -> tuple[list[int], str, int]:
            speeches = public.locked() if may_act else public.order_by("pk")
            rows = list(speeches.values_list("pk", "updated_at"))
            keys, digest = [pk for pk, _updated_at in rows], _digest(rows)
            if not may_act or request.POST.get("digest") != digest:
                return keys, digest, 0
            reason = form.cleaned_data["reason"]
            return keys, digest, len(ingest.withdraw(keys, reason, by=current_user(request)))

        keys, digest, withdrawn_count = retry_on_deadlock(decide)
        if not keys:
            messages.info(request, gettext("All of these speeches are already withdrawn."))
            return None
        if withdrawn_count:
            discard_saved(request)
            message = ngettext(
                "Successfully withdrew %(count)s speech.",
                "Successfully withdrew %(count)s speeches.",
                withdrawn_count,
            )
            messages.success(request, message % {"count": f"{withdrawn_count:,}"})
            return None
        if is_submitted and request.POST.get("digest") != digest:
            messages.warning(
                request,
                gettext(
                    "The selected speeches have changed since you opened this page. "
                    "Please check them again."
                ),
            )
        title = ngettext(
            "Withdraw %(count)s speech?", "Withdraw %(count)s speeches?", len(keys)
        ) % {"count": f"{len(keys):,}"}
        address = request.get_full_path()
        return self._page(
            request,
            "withdraw_selected",
            title,
            form=form,
            count=len(keys),
            digest=digest,
            speeches=Speech.objects.for_listing().filter(pk__in=keys[:LIST_LIMIT]).order_by("pk"),
            hidden_count=max(0, len(keys) - LIST_LIMIT),
            selected=request.POST.getlist(ACTION_CHECKBOX_NAME),
            checkbox=ACTION_CHECKBOX_NAME,
            across=request.POST.get("select_across", "0"),
            address=address,
            note=form_note(request, title, address) if len(address) <= MAX_PATH_LENGTH else None,
        )

    @admin.action(description=_("Reinstate selected speeches"), permissions=["withdraw"])
    def reinstate_selected(
        self, request: HttpRequest, queryset: "models.QuerySet[Speech]"
    ) -> HttpResponse | None:
        keys = list(queryset.filter(withdrawal__isnull=False).values_list("pk", flat=True))
        reinstated = (
            retry_on_deadlock(lambda: ingest.reinstate(keys, by=current_user(request)))
            if keys
            else []
        )
        if reinstated:
            message = ngettext(
                "Successfully reinstated %(count)s speech.",
                "Successfully reinstated %(count)s speeches.",
                len(reinstated),
            )
            messages.success(request, message % {"count": f"{len(reinstated):,}"})
        else:
            messages.info(request, gettext("None of these speeches are withdrawn."))
        return None


def _digest(rows: list[tuple[int, datetime]]) -> str:
    """Return a digest of the selected speeches and when each was last changed."""
    return hashlib.sha256(repr([(pk, time.isoformat()) for pk, time in rows]).encode()).hexdigest()


def _change_page(request: HttpRequest, object_id: str) -> str:
    return reverse("admin:statements_speech_change", args=[object_id])

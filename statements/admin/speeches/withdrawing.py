"""Taking speeches out of public view and back, one or many, and erasing one for good.

Every page locks the speech before it compares what the person saw with what is stored, as the
editor does: an edit that is stored while somebody waits is noticed, and nobody waits in a ring.
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
from django.views.decorators.http import require_http_methods
from psycopg.errors import DeadlockDetected

from statements import ingest
from statements.admin.desk import WITHDRAW, person, posted_from
from statements.admin.guarded import GuardedAdmin
from statements.admin.speeches.versions import changes_since, seen, version_of
from statements.admin.unsaved import (
    KEPT,
    forget,
    keeps_input,
    note_of,
    restored,
    show_as_posted,
)
from statements.ingest import IngestError
from statements.ingest.publishing.withdrawal import MAX_REASON_CHARACTERS
from statements.models import Speech, UnsavedInput

LISTED = 20
_TRIES = 3
_LONGEST_ADDRESS = UnsavedInput._meta.get_field("path").max_length or 0


class ReasonForm(forms.Form):
    reason = forms.CharField(
        max_length=MAX_REASON_CHARACTERS,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Readers who follow a link to the speech see it.",
        error_messages={"required": "Give a reason. Readers will see it."},
    )

    def clean_reason(self) -> str:
        try:
            return ingest.checked_reason(self.cleaned_data["reason"])
        except IngestError as error:
            raise forms.ValidationError(str(error)) from error


def untangled[Answer](work: Callable[[], Answer]) -> Answer:
    """Do something in a transaction, again where the database ended it because two people waited
    for each other: who withdraws many speeches meets who publishes others in their places."""
    for left in reversed(range(_TRIES)):
        try:
            with transaction.atomic():
                return work()
        except OperationalError as error:
            if not (left and isinstance(error.__cause__, DeadlockDetected)):
                raise
    raise AssertionError("unreachable")


class WithdrawnFilter(admin.SimpleListFilter):
    title = "public view"
    parameter_name = "withdrawn"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("no", "Public"), ("yes", "Withdrawn")]

    def queryset(
        self, request: HttpRequest, queryset: "models.QuerySet[Any]"
    ) -> "models.QuerySet[Any]":
        if self.value() in ("yes", "no"):
            return queryset.filter(withdrawal__isnull=self.value() == "no")
        return queryset


class WithdrawingAdmin(GuardedAdmin):
    """A ModelAdmin of speeches that are withdrawn rather than deleted."""

    actions = ["withdraw_selected", "reinstate_selected"]
    change_form_template = "admin/statements/speech/change_form.html"

    def get_queryset(self, request: HttpRequest) -> "models.QuerySet[Speech]":
        return Speech.all_objects.order_by(*self.get_ordering(request))

    def has_withdraw_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm(WITHDRAW)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Erasing for good is left to administrators."""
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
                keeps_input(
                    site(require_http_methods(["GET", "HEAD", "POST"])(self.withdraw_view))
                ),
                name="statements_speech_withdraw",
            ),
            path(
                "<path:object_id>/reinstate/",
                site(posted_from(_change_page)(self.reinstate_view)),
                name="statements_speech_reinstate",
            ),
            path("", keeps_input(site(self.changelist_view)), name="statements_speech_changelist"),
        ]
        return own + super().get_urls()

    # -- one speech ----------------------------------------------------------------------------

    def withdraw_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        if not self.has_withdraw_permission(request):
            raise PermissionDenied
        return self._decide(request, object_id, "withdraw", "Withdraw this speech?", self._withdraw)

    def delete_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        if not self.has_delete_permission(request):
            raise PermissionDenied
        return self._decide(request, object_id, "erase", "Erase this speech for good?", self._erase)

    def _decide(
        self,
        request: HttpRequest,
        object_id: str,
        name: str,
        title: str,
        act: Callable[[HttpRequest, Speech, str], HttpResponse],
    ) -> HttpResponse:
        """Ask for a reason; with one, do it unless the speech has changed since."""
        typed = restored(request) or request.GET
        form = ReasonForm(
            request.POST if request.method == "POST" else None,
            initial={"reason": typed.get("reason", "")[:MAX_REASON_CHARACTERS]},
        )

        def decide() -> HttpResponse:
            speech = self._locked(request, object_id)
            version = version_of(speech)
            if request.method == "POST" and request.POST.get("version") != version:
                return self._changed_page(request, speech, name)
            if request.method == "POST" and form.is_valid():
                forget(request)
                return act(request, speech, form.cleaned_data["reason"])
            return self._page(
                request,
                name,
                title,
                speech=speech,
                form=form,
                is_for_good=name == "erase",
                version=version,
                seen=seen(speech),
                note=note_of(request, f"{title} {speech}", request.path),
            )

        response = untangled(decide)
        if isinstance(response, TemplateResponse):
            response.render()
        return response

    def _locked(self, request: HttpRequest, object_id: str) -> Speech:
        found = self.get_object(request, unquote(object_id))
        chosen = Speech.all_objects.filter(pk__in=[found.pk] if found else [])
        locked = chosen.locked() if request.method == "POST" else chosen
        speech = locked.first()
        if speech is None:
            raise Http404("This speech is no longer in the archive.")
        return speech

    def _withdraw(self, request: HttpRequest, speech: Speech, reason: str) -> HttpResponse:
        if ingest.withdraw([speech.pk], reason, by=person(request)):
            messages.success(
                request,
                f"“{speech}” is withdrawn. Only archivists can see it. You can reinstate it with "
                "one click.",
            )
        else:
            messages.info(request, f"“{speech}” was already withdrawn.")
        return HttpResponseRedirect(reverse("admin:statements_speech_change", args=[speech.pk]))

    def _erase(self, request: HttpRequest, speech: Speech, reason: str) -> HttpResponse:
        ingest.erase(speech.pk, reason, by=person(request))
        messages.success(request, f"“{speech}” is erased for good.")
        return HttpResponseRedirect(reverse("admin:statements_speech_changelist"))

    def _changed_page(self, request: HttpRequest, speech: Speech, name: str) -> HttpResponse:
        rows, texts = changes_since(request.POST.get("seen", ""), speech)
        context = self.admin_site.each_context(request) | {
            "title": "This speech has changed since you opened it",
            "opts": self.opts,
            "speech": speech,
            "rows": rows,
            "texts": texts,
            "reason": request.POST.get("reason", ""),
            "again": reverse(
                f"admin:statements_speech_{'delete' if name == 'erase' else name}",
                args=[speech.pk],
                query={"reason": request.POST.get("reason", "")[:MAX_REASON_CHARACTERS]},
            ),
        }
        template = "admin/statements/speech/changed_meanwhile.html"
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
            raise PermissionDenied
        found = self.get_object(request, unquote(object_id))
        if found is None:
            raise Http404("This speech is no longer in the archive.")
        if untangled(lambda: ingest.reinstate([found.pk], by=person(request))):
            messages.success(request, f"“{found}” is public again, at the same address as before.")
        else:
            messages.info(request, f"“{found}” is not withdrawn.")
        return HttpResponseRedirect(reverse("admin:statements_speech_change", args=[found.pk]))

    # -- many ----------------------------------------------------------------------------------

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show the list, or a reason for withdrawing many that could not be taken before."""
        fields = restored(request)
        if KEPT in request.GET:  # which the list would take for a filter
            query = request.GET.copy()
            query.pop(KEPT)
            request.GET = query  # type: ignore[assignment]
            request.META["QUERY_STRING"] = query.urlencode()
        if fields and fields.get("action") == "withdraw_selected":
            fields["_look"] = "1"
            show_as_posted(request, fields)
        return super().changelist_view(request, extra_context)

    @admin.action(description="Withdraw selected speeches", permissions=["withdraw"])
    def withdraw_selected(
        self, request: HttpRequest, queryset: "models.QuerySet[Speech]"
    ) -> HttpResponse | None:
        """Ask for one reason for all first; with it, withdraw them unless any has changed."""
        public = Speech.all_objects.filter(pk__in=queryset.order_by().values("pk"), withdrawal=None)
        is_answer = "reason" in request.POST
        form = ReasonForm(request.POST if is_answer else None)
        may_act = is_answer and "_look" not in request.POST and form.is_valid()

        def decide() -> tuple[list[int], str, int]:
            chosen = public.locked() if may_act else public.order_by("pk")
            rows = list(chosen.values_list("pk", "updated_at"))
            keys, digest = [pk for pk, _ in rows], _digest(rows)
            if not may_act or request.POST.get("digest") != digest:
                return keys, digest, 0
            reason = form.cleaned_data["reason"]
            return keys, digest, len(ingest.withdraw(keys, reason, by=person(request)))

        keys, digest, done = untangled(decide)
        if not keys:
            messages.info(request, "All of these speeches are already withdrawn.")
            return None
        if done:
            forget(request)
            messages.success(request, f"Withdrawn: {_counted(done)}.")
            return None
        if is_answer and request.POST.get("digest") != digest:
            messages.warning(
                request,
                "The selection has changed since you opened this page. Please check it again.",
            )
        title = f"Withdraw {_counted(len(keys))}?"
        address = request.get_full_path()
        return self._page(
            request,
            "withdraw_selected",
            title,
            form=form,
            count=len(keys),
            digest=digest,
            speeches=Speech.objects.for_listing().filter(pk__in=keys[:LISTED]).order_by("pk"),
            more=max(0, len(keys) - LISTED),
            chosen=request.POST.getlist(ACTION_CHECKBOX_NAME),
            checkbox=ACTION_CHECKBOX_NAME,
            across=request.POST.get("select_across", "0"),
            address=address,
            note=note_of(request, title, address) if len(address) <= _LONGEST_ADDRESS else None,
        )

    @admin.action(description="Reinstate selected speeches", permissions=["withdraw"])
    def reinstate_selected(
        self, request: HttpRequest, queryset: "models.QuerySet[Speech]"
    ) -> HttpResponse | None:
        keys = list(queryset.filter(withdrawal__isnull=False).values_list("pk", flat=True))
        done = untangled(lambda: ingest.reinstate(keys, by=person(request))) if keys else []
        if done:
            messages.success(request, f"Reinstated: {_counted(len(done))}.")
        else:
            messages.info(request, "None of these speeches is withdrawn.")
        return None


def _digest(rows: list[tuple[int, datetime]]) -> str:
    """A digest of which speeches were chosen, and when each was last changed."""
    return hashlib.sha256(repr([(pk, time.isoformat()) for pk, time in rows]).encode()).hexdigest()


def _change_page(request: HttpRequest, object_id: str) -> str:
    return reverse("admin:statements_speech_change", args=[object_id])


def _counted(count: int) -> str:
    return f"{count:,} speech{'' if count == 1 else 'es'}"

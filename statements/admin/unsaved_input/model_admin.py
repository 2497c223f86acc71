"""A ModelAdmin whose forms keep their input when they cannot be saved."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.options import IS_POPUP_VAR, SOURCE_MODEL_VAR, TO_FIELD_VAR
from django.contrib.admin.utils import unquote
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern
from django.utils.translation import gettext

from statements.admin.unsaved_input.storage import (
    MAX_PATH_LENGTH,
    discard_saved,
    form_note,
    is_password,
    preserves_input,
    restored_fields,
    show_as_posted,
)

if TYPE_CHECKING:  # Django's class takes no type argument at run time
    ModelAdminBase = admin.ModelAdmin[Any]
else:
    ModelAdminBase = admin.ModelAdmin

SHOW = "_look"  # in a form that is to be shown with its input, but not saved
_POPUP_PARAMETERS = (IS_POPUP_VAR, TO_FIELD_VAR, SOURCE_MODEL_VAR)


class InputPreservingAdmin(ModelAdminBase):
    """A ModelAdmin that stores the input of its forms when the session or the CSRF token is lost.

    List it before other admin classes, because it wraps their views and forms. The template
    ``admin/change_form.html`` renders the note. Passwords are never stored.
    """

    def get_urls(self) -> list[URLPattern]:
        info = f"{self.opts.app_label}_{self.opts.model_name}"
        names = {f"{info}_add", f"{info}_change"}
        return [
            URLPattern(
                pattern.pattern,
                preserves_input(pattern.callback),
                pattern.default_args,
                pattern.name,
            )
            if pattern.name in names
            else pattern
            for pattern in super().get_urls()
        ]

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        if self.has_add_permission(request):
            self._show_restored(request)
        title = gettext("Add %s") % self.opts.verbose_name
        note = form_note(request, title, _form_path(request))
        context = {"note": note, "no_draft": True} | (extra_context or {})
        response: HttpResponse = super().add_view(request, form_url, context)
        return response

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        obj = self.get_object(request, unquote(object_id))
        if obj is not None and self.has_change_permission(request, obj):
            self._show_restored(request)
        note = form_note(request, str(obj), _form_path(request))
        context = {"note": note, "no_draft": True} | (extra_context or {})
        return super().change_view(request, object_id, form_url, context)

    def _show_restored(self, request: HttpRequest) -> None:
        if fields := restored_fields(request):
            fields[SHOW] = "1"
            show_as_posted(request, fields)

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> Any:
        form_class: Any = super().get_form(request, obj, change=change, **kwargs)
        if request.method != "POST" or SHOW not in request.POST:
            return form_class

        class ShownForm(form_class):  # type: ignore[misc]
            """The form with its input and its errors, but never saved."""

            def is_valid(self) -> bool:
                super().is_valid()
                for name in filter(is_password, list(self.errors)):  # not stored, so not missing
                    del self.errors[name]
                _announce(request, has_password=_has_password(self))
                return False

        return ShownForm

    def response_add(
        self, request: HttpRequest, obj: Any, post_url_continue: str | None = None
    ) -> HttpResponse:
        discard_saved(request)
        return super().response_add(request, obj, post_url_continue)

    def response_change(self, request: HttpRequest, obj: Any) -> HttpResponse:
        discard_saved(request)
        return super().response_change(request, obj)


def _has_password(form: forms.BaseForm) -> bool:
    return any(is_password(name) and not field.disabled for name, field in form.fields.items())


def _announce(request: HttpRequest, *, has_password: bool) -> None:
    """Say that a form is shown with input that has not been saved."""
    sentences = [gettext("Your input has not been saved yet. Check it, then save it.")]
    if has_password:
        sentences.append(gettext("Passwords are never stored; enter them again."))
    messages.warning(request, " ".join(sentences))


def _form_path(request: HttpRequest) -> str:
    """Return the address of a form without the filters of the list it was opened from."""
    query = request.GET.copy()
    for name in set(query) - set(_POPUP_PARAMETERS):
        del query[name]
    path = f"{request.path}?{query.urlencode()}"
    return path if query and len(path) <= MAX_PATH_LENGTH else request.path

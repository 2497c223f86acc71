"""The admin site, with account pages and a two-step login."""

from functools import update_wrapper
from typing import Any

from django.contrib.admin import AdminSite
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, URLResolver, path, reverse
from django.utils.translation import gettext

INPUT_KEPT = "input-kept"
NOTHING_CHANGED = "nothing-changed"


def log_in_again(address: str, *, is_input_kept: bool = False) -> HttpResponseRedirect:
    """Redirect a form sent after the session ended to the login page, which then says so.

    After login the user is redirected to the address.
    """
    ended = INPUT_KEPT if is_input_kept else NOTHING_CHANGED
    query = {REDIRECT_FIELD_NAME: address, "ended": ended}
    return HttpResponseRedirect(reverse("admin:login", query=query))


class ArchiveAdminSite(AdminSite):
    """Django's admin site with pages for the user's own account.

    Views are imported lazily because the site is created before models are loaded.
    """

    def get_urls(self) -> list[URLPattern | URLResolver]:
        """Return the URL patterns of the account pages, then Django's."""
        from archive.accounts import views

        return [
            path("sign-in-code/", views.sign_in_code, name="sign_in_code"),
            path("account/second-factor/", views.second_factor_page, name="second_factor"),
            path(
                "account/second-factor/off/",
                self.admin_view(views.turn_off),
                name="second_factor_off",
            ),
            path(
                "account/recovery-codes/",
                self.admin_view(views.recovery_codes),
                name="recovery_codes",
            ),
            path("account/sessions/", self.admin_view(views.sessions), name="sessions"),
            *super().get_urls(),
        ]

    def admin_view(self, view: Any, cacheable: bool = False) -> Any:
        """Return the view for staff; see `log_in_again`."""
        protected: Any = super().admin_view(view, cacheable)

        def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            is_anonymous = not request.user.is_authenticated
            if (
                request.method == "POST"
                and is_anonymous
                and request.path != reverse("admin:logout")
            ):
                return log_in_again(request.get_full_path())
            response: HttpResponse = protected(request, *args, **kwargs)
            return response

        return update_wrapper(checked, protected)

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        """Show the login form, or redirect users who are already logged in."""
        from archive.accounts.views import SignInView, next_address

        if request.method == "GET":
            if self.has_permission(request):
                return HttpResponseRedirect(next_address(request))
            if _must_set_up(request):
                return HttpResponseRedirect(next_address(request, "admin:second_factor"))
        context = {
            **self.each_context(request),
            "title": gettext("Log in"),
            "subtitle": None,
            "app_path": request.get_full_path(),
            "username": request.user.get_username(),
            **(extra_context or {}),
        }
        request.current_app = self.name
        return SignInView.as_view(extra_context=context)(request)

    def password_change(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> Any:
        """Show and process the password change form."""
        from archive.accounts.views import PasswordView

        request.current_app = self.name
        return PasswordView.as_view(
            success_url=reverse("admin:password_change_done", current_app=self.name),
            extra_context={**self.each_context(request), **(extra_context or {})},
        )(request)


def _must_set_up(request: HttpRequest) -> bool:
    from archive.accounts import second_factor

    user = request.password_user  # type: ignore[attr-defined]
    return (
        user.is_authenticated
        and second_factor.is_required(user)
        and second_factor.device_of(user) is None
    )

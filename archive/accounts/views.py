"""Views for logging in and for the user's own account."""

import time
from typing import Any
from urllib.parse import unquote, urlencode, urlsplit, urlunsplit

from django.conf import settings
from django.contrib import admin, messages
from django.contrib.admin.forms import AdminAuthenticationForm
from django.contrib.auth import REDIRECT_FIELD_NAME, login
from django.contrib.auth.models import User
from django.contrib.auth.views import LoginView, PasswordChangeView
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import Resolver404, ResolverMatch, resolve, reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_protect
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods
from django_otp import DEVICE_ID_SESSION_KEY

from archive.accounts import events, lockout, second_factor
from archive.accounts.forms import (
    WRONG_CODE,
    CodeForm,
    PasswordForm,
    SecondFactorForm,
    SetUpForm,
)
from archive.accounts.sessions import end_session, end_sessions, open_sessions

# the session key for a user who has entered the password but not yet the code
PENDING_LOGIN = "halfway_signed_in"
PENDING_LOGIN_MAX_AGE = 600  # seconds
SET_UP_KEY = "second_factor_key"
# addresses that are no use after login: they are for programs, or, like the logout, for forms
_NOT_PAGES = {
    *("admin:login", "admin:logout", "admin:sign_in_code", "admin:jsi18n", "admin:autocomplete"),
    *("healthz", "readyz", "status", "metrics", "is_staff", "security-txt"),
    *("feed", "json-feed", "added-feed", "added-json-feed", "robots", "sitemap", "sitemap-of"),
    *("card", "passage-card", "embed", "oai", "opensearch", "suggestions", "llms"),
}

get_or_post = require_http_methods(["GET", "HEAD", "POST"])


def next_address(request: HttpRequest, via: str = "") -> str:
    """Return the ``next`` address of a login if it is a page of this site, otherwise the index.

    With the name of a URL pattern in ``via``, return that page's address with ``next`` appended.
    """
    # browsers and Django ignore spaces around an address, but a Location header must not have any
    target = _next_parameter(request).strip()
    if not url_has_allowed_host_and_scheme(
        target, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    ):
        target = ""
    target = _page_address(target)
    if via:
        query = f"?{urlencode({REDIRECT_FIELD_NAME: target})}" if target else ""
        return reverse(via) + query
    return target or reverse(settings.LOGIN_REDIRECT_URL)


def _page_address(target: str) -> str:
    """Return an address if it leads to a page after login, otherwise an empty string."""
    if not target:
        return ""
    try:
        parts = urlsplit(target)
        path = unquote(parts.path)
        match = resolve(path)
        if _is_catch_all(match) and not path.endswith("/"):
            match = resolve(f"{path}/")
            target = urlunsplit(parts._replace(path=f"{parts.path}/"))
    except (ValueError, Resolver404):
        return ""
    return target if _is_page(match, urlsplit(target).path) else ""


def _is_page(match: ResolverMatch, path: str) -> bool:
    if match.namespace.startswith("api"):
        return match.url_name == "openapi-view"  # the documentation
    # files have addresses without a slash at the end
    is_page = path.endswith("/") and match.view_name not in _NOT_PAGES
    return is_page and not _is_catch_all(match)


def _is_catch_all(match: ResolverMatch) -> bool:
    """Return True for the admin's view of addresses that do not exist."""
    return match.app_name == "admin" and match.url_name is None


class SignInView(LoginView):
    """Asks for user name and password, then for the second factor if there is one."""

    authentication_form = AdminAuthenticationForm
    template_name = "admin/login.html"

    def get_success_url(self) -> str:
        """Return the address to redirect to after login."""
        return next_address(self.request)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return the template context."""
        return super().get_context_data(**kwargs) | {
            REDIRECT_FIELD_NAME: next_address(self.request),
            "session_ended": self.request.GET.get("ended", ""),
        }

    def form_valid(self, form: Any) -> HttpResponse:
        """Log the user in, or remember them for the second step."""
        user = form.get_user()
        self.request.session.cycle_key()  # Django does not do this if the same user logs in again
        if second_factor.device_of(user) is not None:
            self.request.session[PENDING_LOGIN] = {
                "user": user.pk,
                "backend": user.backend,
                "time": int(time.time()),
                "hash": user.get_session_auth_hash(),
            }
            return HttpResponseRedirect(next_address(self.request, "admin:sign_in_code"))
        return super().form_valid(form)


class PasswordView(PasswordChangeView):
    """Changes the user's own password."""

    form_class = PasswordForm

    def get_form_kwargs(self) -> dict[str, Any]:
        """Return the arguments of the form."""
        return super().get_form_kwargs() | {"request": self.request}


@sensitive_post_parameters("code")
@never_cache
@csrf_protect
@get_or_post
def sign_in_code(request: HttpRequest) -> HttpResponse:
    """Ask for the second factor of a user who has just entered a correct password."""
    user = _pending_user(request)
    if user is None:
        messages.info(request, _("Please enter your username and password."))
        return HttpResponseRedirect(next_address(request, "admin:login"))
    form = CodeForm(request.POST or None)
    if request.method == "POST":
        if lockout.is_locked(request, user.get_username()):
            return HttpResponse(
                status=429
            )  # the django-axes middleware replaces it with the lockout page
        if form.is_valid():
            device, is_recovery_code = second_factor.verify(user, form.cleaned_data["code"])
            if device is not None:
                del request.session[PENDING_LOGIN]
                login(request, user, backend=user.backend)
                request.session[DEVICE_ID_SESSION_KEY] = device.persistent_id
                if is_recovery_code:
                    _report_remaining_codes(request, user)
                return HttpResponseRedirect(next_address(request))
            lockout.count_wrong_code(request, user.get_username())
            form.add_error("code", WRONG_CODE)
    return _page(
        request, "sign_in_code", _("Enter your code"), form=form, next=_next_parameter(request)
    )


@sensitive_post_parameters()
@never_cache
@csrf_protect
@get_or_post
def second_factor_page(request: HttpRequest) -> HttpResponse:
    """Show the status of two-factor authentication, or set it up."""
    user = request.password_user  # type: ignore[attr-defined]
    if not (user.is_authenticated and user.is_active and user.is_staff):
        return HttpResponseRedirect(_login_address(request))
    if second_factor.device_of(user) is not None:
        if not request.user.is_authenticated:
            return HttpResponseRedirect(_login_address(request))
        return _page(
            request,
            "second_factor",
            _("Two-factor authentication"),
            codes_left=user.recovery_codes.count(),
        )

    if request.method != "POST" or SET_UP_KEY not in request.session:
        request.session.setdefault(SET_UP_KEY, second_factor.new_key())
    key = request.session[SET_UP_KEY]
    device = second_factor.unsaved_device(user, key)
    form = SetUpForm(device, request, user, request.POST or None)
    if request.method == "POST" and form.is_valid():
        del request.session[SET_UP_KEY]
        request.session.cycle_key()
        request.session[DEVICE_ID_SESSION_KEY] = device.persistent_id
        user.otp_device = device
        request.user = user  # anonymous until now if the second factor is required
        end_sessions(user.pk, except_key=request.session.session_key)
        events.record("second factor set up", user.get_username(), request)
        codes = second_factor.new_recovery_codes(user)
        return _page(
            request,
            "codes",
            _("Recovery codes"),
            codes=codes,
            next=next_address(request),
            is_new_factor=True,
        )
    return _page(
        request,
        "set_up",
        _("Set up two-factor authentication"),
        form=form,
        picture=second_factor.qr_code(device),
        key=second_factor.spelled_key(key),
        config_url=device.config_url,
        is_required=second_factor.is_required(user),
        next=_next_parameter(request),
    )


@sensitive_post_parameters()
@get_or_post
def recovery_codes(request: HttpRequest) -> HttpResponse:
    """Create new recovery codes after both factors are confirmed, and show them once."""
    user = _current_user(request)
    if second_factor.device_of(user) is None:
        return HttpResponseRedirect(reverse("admin:second_factor"))
    form = SecondFactorForm(request, user, request.POST or None)
    if request.method == "POST" and form.is_valid():
        codes = second_factor.new_recovery_codes(user)
        events.record("recovery codes made", user.get_username(), request)
        return _page(
            request, "codes", _("Recovery codes"), codes=codes, next=reverse("admin:index")
        )
    return _page(request, "confirm", _("New recovery codes"), form=form, purpose="codes")


@sensitive_post_parameters()
@get_or_post
def turn_off(request: HttpRequest) -> HttpResponse:
    """Turn off two-factor authentication after both factors are confirmed."""
    user = _current_user(request)
    if second_factor.device_of(user) is None:
        return HttpResponseRedirect(reverse("admin:second_factor"))
    form = SecondFactorForm(request, user, request.POST or None)
    if request.method == "POST" and form.is_valid():
        second_factor.remove(user)
        del request.session[DEVICE_ID_SESSION_KEY]
        request.session.cycle_key()
        end_sessions(user.pk, except_key=request.session.session_key)
        events.record("second factor turned off", user.get_username(), request)
        messages.success(request, _("Two-factor authentication was turned off."))
        return HttpResponseRedirect(reverse("admin:second_factor"))
    return _page(
        request, "confirm", _("Turn off two-factor authentication"), form=form, purpose="off"
    )


@get_or_post
def sessions(request: HttpRequest) -> HttpResponse:
    """List the user's sessions; end one of them, or all others."""
    user = _current_user(request)
    current_key = request.session.session_key
    user_sessions = open_sessions(user.pk, current_key)
    if request.method == "POST":
        ident = request.POST.get("session", "")
        if ident == "others":
            count = end_sessions(user.pk, except_key=current_key)
            events.record("sessions ended", user.get_username(), request, sessions_ended=count)
            if count:
                message = ngettext(
                    "%(count)d other session was ended.",
                    "%(count)d other sessions were ended.",
                    count,
                )
                messages.success(request, message % {"count": count})
            else:
                messages.info(request, _("There are no other sessions."))
        elif any(session.is_current and session.ident == ident for session in user_sessions):
            messages.info(request, _("This is your current session. Use “Log out” to end it."))
        elif end_session(user.pk, ident):
            events.record("sessions ended", user.get_username(), request, sessions_ended=1)
            messages.success(request, _("The session was ended."))
        else:
            messages.info(request, _("This session has already ended."))
        return HttpResponseRedirect(reverse("admin:sessions"))
    return _page(
        request,
        "sessions",
        _("Your sessions"),
        sessions=user_sessions,
        idle=_duration(settings.SESSION_IDLE_AGE),
        longest=_duration(settings.SESSION_COOKIE_AGE),
    )


def _duration(seconds: int) -> str:
    minutes = seconds // 60
    if minutes % 60 == 0:
        hours = minutes // 60
        return ngettext("%(count)d hour", "%(count)d hours", hours) % {"count": hours}
    return ngettext("%(count)d minute", "%(count)d minutes", minutes) % {"count": minutes}


def _page(request: HttpRequest, name: str, title: str, **context: Any) -> HttpResponse:
    context = admin.site.each_context(request) | {"title": title} | context
    return TemplateResponse(request, f"accounts/{name}.html", context)


def _current_user(request: HttpRequest) -> User:
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user


def _pending_user(request: HttpRequest) -> User | None:
    """Return the user who has just entered a correct password in this session, if any."""
    pending = request.session.get(PENDING_LOGIN)
    if not pending or time.time() - pending["time"] > PENDING_LOGIN_MAX_AGE:
        return None
    user = User.objects.filter(pk=pending["user"], is_active=True).first()
    if user is None or user.get_session_auth_hash() != pending["hash"]:
        return None
    user.backend = pending["backend"]
    return user


def _report_remaining_codes(request: HttpRequest, user: User) -> None:
    count = user.recovery_codes.count()
    events.warn("recovery code used", user.get_username(), request, codes_left=count)
    message = ngettext(
        "You used a recovery code. You have %(count)d code left. "
        "You can create new codes under “Two-factor authentication”.",
        "You used a recovery code. You have %(count)d codes left. "
        "You can create new codes under “Two-factor authentication”.",
        count,
    )
    messages.warning(request, message % {"count": count})


def _login_address(request: HttpRequest) -> str:
    return f"{reverse('admin:login')}?{urlencode({REDIRECT_FIELD_NAME: request.get_full_path()})}"


def _next_parameter(request: HttpRequest) -> str:
    return request.POST.get(REDIRECT_FIELD_NAME) or request.GET.get(REDIRECT_FIELD_NAME) or ""

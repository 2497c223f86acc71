"""Pages of signing in and of one's own account."""

import time
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import admin, messages
from django.contrib.admin.forms import AdminAuthenticationForm
from django.contrib.auth import REDIRECT_FIELD_NAME, login
from django.contrib.auth.models import User
from django.contrib.auth.views import LoginView, PasswordChangeView
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_protect
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods
from django_otp import DEVICE_ID_SESSION_KEY

from archive.accounts import events, guarding, second_factor
from archive.accounts.forms import (
    WRONG_CODE,
    CodeForm,
    PasswordForm,
    SecondFactorForm,
    SetUpForm,
)
from archive.accounts.sessions import end_session, end_sessions, open_sessions

# what a session keeps of a person between the password and the code
HALFWAY = "halfway_signed_in"
CODE_WITHIN_SECONDS = 600
SET_UP_KEY = "second_factor_key"

get_or_post = require_http_methods(["GET", "HEAD", "POST"])


def next_address(request: HttpRequest, by_way_of: str = "") -> str:
    """Return where signing in leads: what ``next`` says if it is on this site, else the index.

    With the name of a page, return that page's address, which leads on to there.
    """
    wish = request.POST.get(REDIRECT_FIELD_NAME) or request.GET.get(REDIRECT_FIELD_NAME) or ""
    if not url_has_allowed_host_and_scheme(
        wish, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    ):
        wish = ""
    if by_way_of:
        return reverse(by_way_of) + (f"?{urlencode({REDIRECT_FIELD_NAME: wish})}" if wish else "")
    return wish or reverse(settings.LOGIN_REDIRECT_URL)


class SignInView(LoginView):
    """Name and password; whoever has a second factor is asked for it next."""

    authentication_form = AdminAuthenticationForm
    template_name = "admin/login.html"

    def get_success_url(self) -> str:
        """Return where signing in leads."""
        return next_address(self.request)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return what the template shows."""
        return super().get_context_data(**kwargs) | {
            REDIRECT_FIELD_NAME: next_address(self.request)
        }

    def form_valid(self, form: Any) -> HttpResponse:
        """Sign the person in, or keep who they are for the next step."""
        user = form.get_user()
        self.request.session.cycle_key()  # Django does not where the same person signs in again
        if second_factor.device_of(user) is not None:
            self.request.session[HALFWAY] = {
                "user": user.pk,
                "backend": user.backend,
                "time": int(time.time()),
                "hash": user.get_session_auth_hash(),
            }
            return HttpResponseRedirect(next_address(self.request, "admin:sign_in_code"))
        return super().form_valid(form)


class PasswordView(PasswordChangeView):
    """A new password for oneself."""

    form_class = PasswordForm

    def get_form_kwargs(self) -> dict[str, Any]:
        """Return what the form is made with."""
        return super().get_form_kwargs() | {"request": self.request}


@sensitive_post_parameters("code")
@never_cache
@csrf_protect
@get_or_post
def sign_in_code(request: HttpRequest) -> HttpResponse:
    """Ask for the second factor of whoever has just given a right password."""
    user = _passed_password(request)
    if user is None:
        messages.info(request, "Please enter your name and password.")
        return HttpResponseRedirect(next_address(request, "admin:login"))
    form = CodeForm(request.POST or None)
    if request.method == "POST":
        if guarding.is_locked(request, user.get_username()):
            return HttpResponse(status=429)  # the middleware of django-axes fills it
        if form.is_valid():
            device, was_recovery = second_factor.verify(user, form.cleaned_data["code"])
            if device is not None:
                del request.session[HALFWAY]
                login(request, user, backend=user.backend)
                request.session[DEVICE_ID_SESSION_KEY] = device.persistent_id
                if was_recovery:
                    _say_what_is_left(request, user)
                return HttpResponseRedirect(next_address(request))
            guarding.count_wrong_code(request, user.get_username())
            form.add_error("code", WRONG_CODE)
    return _page(request, "sign_in_code", "Enter your code", form=form, next=_next_given(request))


@sensitive_post_parameters()
@never_cache
@csrf_protect
@get_or_post
def second_factor_page(request: HttpRequest) -> HttpResponse:
    """Show how somebody's second factor stands; set one up where there is none."""
    user = request.password_user  # type: ignore[attr-defined]
    if not (user.is_authenticated and user.is_active and user.is_staff):
        return HttpResponseRedirect(_login_address(request))
    if second_factor.device_of(user) is not None:
        if not request.user.is_authenticated:
            return HttpResponseRedirect(_login_address(request))
        left = user.recovery_codes.count()
        return _page(request, "second_factor", "Second factor", codes_left=left)

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
        request.user = user  # who was nobody until now where a second factor is required
        end_sessions(user.pk, except_key=request.session.session_key)
        events.record("second factor set up", user.get_username(), request)
        codes = second_factor.new_recovery_codes(user)
        return _page(
            request,
            "codes",
            "Your recovery codes",
            codes=codes,
            next=next_address(request),
            is_new_factor=True,
        )
    return _page(
        request,
        "set_up",
        "Set up a second factor",
        form=form,
        picture=second_factor.picture(device),
        key=second_factor.spelled_key(key),
        config_url=device.config_url,
        is_required=second_factor.is_required(user),
        next=_next_given(request),
    )


@sensitive_post_parameters()
@get_or_post
def recovery_codes(request: HttpRequest) -> HttpResponse:
    """Make new recovery codes, after both factors were given, and show them once."""
    user = _person(request)
    if second_factor.device_of(user) is None:
        return HttpResponseRedirect(reverse("admin:second_factor"))
    form = SecondFactorForm(request, user, request.POST or None)
    if request.method == "POST" and form.is_valid():
        codes = second_factor.new_recovery_codes(user)
        events.record("recovery codes made", user.get_username(), request)
        return _page(
            request, "codes", "Your recovery codes", codes=codes, next=reverse("admin:index")
        )
    return _page(request, "confirm", "New recovery codes", form=form, purpose="codes")


@sensitive_post_parameters()
@get_or_post
def turn_off(request: HttpRequest) -> HttpResponse:
    """Turn the second factor off, after both factors were given."""
    user = _person(request)
    if second_factor.device_of(user) is None:
        return HttpResponseRedirect(reverse("admin:second_factor"))
    form = SecondFactorForm(request, user, request.POST or None)
    if request.method == "POST" and form.is_valid():
        second_factor.remove(user)
        del request.session[DEVICE_ID_SESSION_KEY]
        request.session.cycle_key()
        end_sessions(user.pk, except_key=request.session.session_key)
        events.record("second factor turned off", user.get_username(), request)
        messages.success(request, "Your second factor is off.")
        return HttpResponseRedirect(reverse("admin:second_factor"))
    return _page(request, "confirm", "Turn your second factor off", form=form, purpose="off")


@get_or_post
def sessions(request: HttpRequest) -> HttpResponse:
    """Show somebody's own sessions; end one of them, or all others."""
    user = _person(request)
    current_key = request.session.session_key
    listed = open_sessions(user.pk, current_key)
    if request.method == "POST":
        ident = request.POST.get("session", "")
        if ident == "others":
            ended = end_sessions(user.pk, except_key=current_key)
            events.record("sessions ended", user.get_username(), request, sessions_ended=ended)
            messages.success(
                request,
                f"{ended} other session{'' if ended == 1 else 's'} ended."
                if ended
                else "There was no other session.",
            )
        elif any(each.is_current and each.ident == ident for each in listed):
            messages.info(request, "This is the session you are in: use “Log out” to end it.")
        elif end_session(user.pk, ident):
            events.record("sessions ended", user.get_username(), request, sessions_ended=1)
            messages.success(request, "The session ended.")
        else:
            messages.info(request, "That session had already ended.")
        return HttpResponseRedirect(reverse("admin:sessions"))
    return _page(
        request,
        "sessions",
        "Your sessions",
        sessions=listed,
        idle=_duration(settings.SESSION_IDLE_AGE),
        longest=_duration(settings.SESSION_COOKIE_AGE),
    )


def _duration(seconds: int) -> str:
    minutes = seconds // 60
    count, unit = (minutes // 60, "hour") if minutes % 60 == 0 else (minutes, "minute")
    return f"{count} {unit}{'' if count == 1 else 's'}"


def _page(request: HttpRequest, name: str, title: str, **context: Any) -> HttpResponse:
    context = admin.site.each_context(request) | {"title": title} | context
    return TemplateResponse(request, f"accounts/{name}.html", context)


def _person(request: HttpRequest) -> User:
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user


def _passed_password(request: HttpRequest) -> User | None:
    """Return who gave a right password a moment ago in this session."""
    kept = request.session.get(HALFWAY)
    if not kept or time.time() - kept["time"] > CODE_WITHIN_SECONDS:
        return None
    user = User.objects.filter(pk=kept["user"], is_active=True).first()
    if user is None or user.get_session_auth_hash() != kept["hash"]:
        return None
    user.backend = kept["backend"]
    return user


def _say_what_is_left(request: HttpRequest, user: User) -> None:
    left = user.recovery_codes.count()
    events.warn("recovery code used", user.get_username(), request, codes_left=left)
    messages.warning(
        request,
        f"You used a recovery code; {left} {'is' if left == 1 else 'are'} left. "
        "Under “Second factor” you can make new ones.",
    )


def _login_address(request: HttpRequest) -> str:
    return f"{reverse('admin:login')}?{urlencode({REDIRECT_FIELD_NAME: request.get_full_path()})}"


def _next_given(request: HttpRequest) -> str:
    return request.POST.get(REDIRECT_FIELD_NAME) or request.GET.get(REDIRECT_FIELD_NAME) or ""

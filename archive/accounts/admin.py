"""Admin classes for other users' accounts and failed logins."""

from typing import TYPE_CHECKING, Any

from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.models import User
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django_otp.plugins.otp_totp import admin as totp_admin

from archive.accounts import events, lockout, second_factor
from archive.accounts.forms import UserCreationForm, UserPasswordForm
from archive.accounts.models import FailedSignIn
from archive.accounts.sessions import end_sessions

if TYPE_CHECKING:  # Django's classes take no type arguments at run time
    FailuresBase = admin.ModelAdmin[FailedSignIn]
    UserBase = UserAdmin[User]
else:
    FailuresBase, UserBase = admin.ModelAdmin, UserAdmin

# administrators must not see keys, and adding a device for another user would bypass the second
# factor
admin.site.unregister(totp_admin.TOTPDevice)
admin.site.unregister(User)


@admin.register(User)
class ArchiveUserAdmin(UserBase):
    """Django's user admin with actions for users who cannot log in."""

    add_form = UserCreationForm
    change_password_form = UserPasswordForm
    list_display = ("username", "email", "is_staff", "is_active", "has_second_factor")
    actions = ("unlock", "end_their_sessions", "remove_second_factor")

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        """Return users annotated with ``has_device``."""
        devices = totp_admin.TOTPDevice.objects.filter(user=OuterRef("pk"), confirmed=True)
        users: QuerySet[User] = super().get_queryset(request)
        return users.annotate(has_device=Exists(devices))

    @admin.display(description=_("two-factor authentication"), boolean=True, ordering="has_device")
    def has_second_factor(self, user: Any) -> bool:
        """Return True if the user has set up two-factor authentication."""
        return bool(user.has_device)

    @admin.action(description=_("Unlock selected users"), permissions=["change"])
    def unlock(self, request: HttpRequest, users: QuerySet[User]) -> None:
        """Delete the failed logins of the selected accounts."""
        for user in self._permitted_users(request, users):
            lockout.unlock(username=user.get_username())
            events.warn("sign-in unlocked", user, request, by=request.user)
            message = gettext("%(user)s was unlocked and can log in again.") % {"user": user}
            self.message_user(request, message, messages.SUCCESS)

    @admin.action(description=_("End all sessions of selected users"), permissions=["change"])
    def end_their_sessions(self, request: HttpRequest, users: QuerySet[User]) -> None:
        """Log the selected users out everywhere, except the current session of the actor."""
        for user in self._permitted_users(request, users):
            current_key = request.session.session_key if user == request.user else None
            count = end_sessions(user.pk, except_key=current_key)
            events.warn("sessions ended", user, request, sessions_ended=count, by=request.user)
            message = ngettext(
                "%(count)d session of %(user)s was ended.",
                "%(count)d sessions of %(user)s were ended.",
                count,
            )
            self.message_user(request, message % {"count": count, "user": user}, messages.SUCCESS)

    @admin.action(
        description=_("Turn off two-factor authentication for selected users"),
        permissions=["change"],
    )
    def remove_second_factor(self, request: HttpRequest, users: QuerySet[User]) -> None:
        """Let users who lost their phone log in with their password alone."""
        for user in self._permitted_users(request, users):
            values = {"user": user}
            if user == request.user:
                message = gettext("To turn off your own, use the “Two-factor authentication” page.")
                level = messages.WARNING
            elif second_factor.remove(user):
                end_sessions(user.pk)
                events.warn("second factor removed", user, request, by=request.user)
                message = gettext("Two-factor authentication was turned off for %(user)s.") % values
                level = messages.SUCCESS
            else:
                message = gettext("%(user)s does not use two-factor authentication.") % values
                level = messages.INFO
            self.message_user(request, message, level)

    def _permitted_users(self, request: HttpRequest, users: QuerySet[User]) -> list[User]:
        """Return the selected users, without superusers unless the actor is one."""
        if request.user.is_superuser:
            return list(users)
        if users.filter(is_superuser=True).exists():
            self.message_user(
                request,
                gettext("Superusers were skipped: only superusers can do this for them."),
                messages.ERROR,
            )
        return list(users.filter(is_superuser=False))


@admin.register(FailedSignIn)
class FailedSignInAdmin(FailuresBase):
    """Failed logins of the last three months, with an action to unlock accounts and addresses."""

    list_display = ("attempt_time", "username", "ip_address", "locked_out", "user_agent")
    list_filter = ("locked_out", "attempt_time")
    search_fields = ("username", "ip_address")
    fields = ("attempt_time", "username", "ip_address", "locked_out", "user_agent", "path_info")
    actions = ("unlock",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Return False: only failed logins add rows."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Return False: the log is read-only."""
        return False

    @admin.action(description=_("Unlock selected accounts and addresses"), permissions=["delete"])
    def unlock(self, request: HttpRequest, failures: QuerySet[FailedSignIn]) -> None:
        """Delete all failures of the selected accounts and addresses."""
        selected = list(failures)
        for username in {failure.username for failure in selected if failure.username}:
            lockout.unlock(username=username)
            events.warn("sign-in unlocked", username, request, by=request.user)
        for address in {failure.ip_address for failure in selected if failure.ip_address}:
            lockout.unlock(address=address)
            events.warn("sign-in unlocked", "", request, unlocked=address, by=request.user)
        self.message_user(
            request,
            gettext("Logging in to these accounts and from these addresses is possible again."),
        )

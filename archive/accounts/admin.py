"""What an administrator can do about other people's accounts."""

from typing import TYPE_CHECKING, Any

from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.models import User
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest
from django_otp.plugins.otp_totp import admin as totp_admin

from archive.accounts import events, guarding, second_factor
from archive.accounts.models import FailedSignIn
from archive.accounts.sessions import end_sessions

if TYPE_CHECKING:  # Django's classes take no type arguments when they run
    FailuresBase = admin.ModelAdmin[FailedSignIn]
    PeopleBase = UserAdmin[User]
else:
    FailuresBase, PeopleBase = admin.ModelAdmin, UserAdmin

# keys and codes are nobody's business, and adding a device for somebody would be a way around it
admin.site.unregister(totp_admin.TOTPDevice)
admin.site.unregister(User)


@admin.register(User)
class PersonAdmin(PeopleBase):
    """Django's page of users, with what helps somebody who cannot sign in."""

    list_display = ("username", "email", "is_staff", "is_active", "has_second_factor")
    actions = ("unlock", "end_their_sessions", "remove_second_factor")

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        """Return users with the column that tells of their second factor."""
        devices = totp_admin.TOTPDevice.objects.filter(user=OuterRef("pk"), confirmed=True)
        people: QuerySet[User] = super().get_queryset(request)
        return people.annotate(has_device=Exists(devices))

    @admin.display(description="second factor", boolean=True, ordering="has_device")
    def has_second_factor(self, person: Any) -> bool:
        """Tell whether somebody has set a second factor up."""
        return bool(person.has_device)

    @admin.action(description="Unlock signing in of the chosen people", permissions=["change"])
    def unlock(self, request: HttpRequest, people: QuerySet[User]) -> None:
        """Forget the failed sign-ins of some accounts."""
        for person in self._within_reach(request, people):
            guarding.unlock(username=person.get_username())
            events.warn("sign-in unlocked", person, request, by=request.user)
            self.message_user(request, f"The account {person} can sign in again.", messages.SUCCESS)

    @admin.action(description="End all sessions of the chosen people", permissions=["change"])
    def end_their_sessions(self, request: HttpRequest, people: QuerySet[User]) -> None:
        """Sign some people out everywhere; whoever does it to themselves stays in here."""
        for person in self._within_reach(request, people):
            own = request.session.session_key if person == request.user else None
            ended = end_sessions(person.pk, except_key=own)
            events.warn("sessions ended", person, request, sessions_ended=ended, by=request.user)
            word = "session" if ended == 1 else "sessions"
            self.message_user(request, f"{ended} {word} of {person} ended.", messages.SUCCESS)

    @admin.action(
        description="Remove the second factor of the chosen people", permissions=["change"]
    )
    def remove_second_factor(self, request: HttpRequest, people: QuerySet[User]) -> None:
        """Let people who lost their phone sign in with the password alone."""
        for person in self._within_reach(request, people):
            if person == request.user:
                self.message_user(
                    request,
                    "Your own second factor is turned off under “Second factor”.",
                    messages.WARNING,
                )
            elif second_factor.remove(person):
                end_sessions(person.pk)
                events.warn("second factor removed", person, request, by=request.user)
                self.message_user(
                    request,
                    f"{person}: the second factor was removed.",
                    messages.SUCCESS,
                )
            else:
                self.message_user(request, f"{person}: there was no second factor.", messages.INFO)

    def _within_reach(self, request: HttpRequest, people: QuerySet[User]) -> list[User]:
        """Return the chosen people without administrators, where the actor is none."""
        if request.user.is_superuser:
            return list(people)
        if people.filter(is_superuser=True).exists():
            self.message_user(
                request,
                "Administrators were left out: only one of them can do that.",
                messages.ERROR,
            )
        return list(people.filter(is_superuser=False))


@admin.register(FailedSignIn)
class FailedSignInAdmin(FailuresBase):
    """The failed sign-ins of the last three months; an address can be unlocked here."""

    list_display = ("attempt_time", "username", "ip_address", "locked_out", "user_agent")
    list_filter = ("locked_out", "attempt_time")
    search_fields = ("username", "ip_address")
    fields = ("attempt_time", "username", "ip_address", "locked_out", "user_agent", "path_info")
    actions = ("unlock",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Return False: only signing in adds one."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Return False: what happened is not edited."""
        return False

    @admin.action(description="Unlock these accounts and addresses", permissions=["delete"])
    def unlock(self, request: HttpRequest, failures: QuerySet[FailedSignIn]) -> None:
        """Forget all failures of the accounts and of the addresses chosen."""
        chosen = list(failures)
        for username in {failure.username for failure in chosen if failure.username}:
            guarding.unlock(username=username)
            events.warn("sign-in unlocked", username, request, by=request.user)
        for address in {failure.ip_address for failure in chosen if failure.ip_address}:
            guarding.unlock(address=address)
            events.warn("sign-in unlocked", "", request, unlocked=address, by=request.user)
        self.message_user(request, "These accounts and addresses can sign in again.")

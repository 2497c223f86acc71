"""Forms that ask for a password or a code."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib.admin.forms import AdminPasswordChangeForm
from django.contrib.auth import authenticate
from django.contrib.auth import forms as auth_forms
from django.contrib.auth.forms import SetUnusablePasswordMixin
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.functional import lazy
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from archive.accounts import lockout, second_factor

if TYPE_CHECKING:  # Django's classes take no type arguments at run time
    CreationFormBase = auth_forms.AdminUserCreationForm[User]
    PasswordFormBase = auth_forms.AdminPasswordChangeForm[User]
else:
    CreationFormBase = auth_forms.AdminUserCreationForm
    PasswordFormBase = auth_forms.AdminPasswordChangeForm

format_html_lazy = lazy(format_html, SafeString)

USABLE_PASSWORD_HELP = _("If disabled, the user cannot log in until a password is set.")
WRONG_PASSWORD = _("Your password was entered incorrectly. Please enter it again.")
WRONG_CODE = _("This code is incorrect, expired or already used. Enter the current code.")


class CodeField(forms.CharField):
    """A code from an authenticator app, or a recovery code."""

    def __init__(self, **kwargs: Any) -> None:
        attributes = {
            "autocomplete": "one-time-code",
            "autocapitalize": "off",
            "spellcheck": "false",
            "class": "code",
        }
        kwargs.setdefault("label", _("Code"))
        super().__init__(max_length=40, widget=forms.TextInput(attributes), **kwargs)


class CodeForm(forms.Form):
    """The second step of logging in."""

    code = CodeField(
        help_text=_("The six-digit code from your authenticator app, or a recovery code.")
    )


class PasswordConfirmationForm(forms.Form):
    """Asks for the user's password; a wrong one counts as a failed login."""

    password = forms.CharField(
        label=_("Your password"),
        max_length=4096,
        strip=False,
        widget=forms.PasswordInput({"autocomplete": "current-password"}),
    )

    def __init__(self, request: HttpRequest, user: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.request = request
        self.user = user

    def clean_password(self) -> str:
        """Raise ValidationError unless it is the user's password."""
        password: str = self.cleaned_data["password"]
        if not is_password_of(self.request, self.user, password):
            raise ValidationError(WRONG_PASSWORD, code="password_wrong")
        return password


class SetUpForm(PasswordConfirmationForm):
    """Sets up an authenticator app."""

    code = CodeField(
        label=_("Code from the app"), help_text=_("Six digits that change every 30 seconds.")
    )

    def __init__(self, device: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.device = device

    def clean(self) -> dict[str, Any]:
        """Set up the app, or add an error if the code is wrong."""
        if "password" in self.cleaned_data and "code" in self.cleaned_data:
            if not second_factor.set_up(self.device, self.cleaned_data["code"]):
                self.add_error("code", WRONG_CODE)
        return self.cleaned_data


class SecondFactorForm(PasswordConfirmationForm):
    """Asks for both factors before one of them is changed."""

    code = CodeField(label=_("Code from the app, or a recovery code"))

    def clean(self) -> dict[str, Any]:
        """Verify the code; a wrong one counts as a failed login."""
        if "password" in self.cleaned_data and "code" in self.cleaned_data:
            if second_factor.verify(self.user, self.cleaned_data["code"])[0] is None:
                lockout.count_wrong_code(self.request, self.user.get_username())
                self.add_error("code", WRONG_CODE)
        return self.cleaned_data


class UserCreationForm(CreationFormBase):
    """Django's form, without its mention of other ways to log in: this archive has none."""

    usable_password = SetUnusablePasswordMixin.create_usable_password_field(USABLE_PASSWORD_HELP)


class UserPasswordForm(PasswordFormBase):
    """Django's form for the password of another user; see `UserCreationForm`."""

    usable_password_help_text = format_html_lazy(
        '{} <ul id="id_unusable_warning" class="messagelist"><li class="warning">{}</li></ul>',
        USABLE_PASSWORD_HELP,
        _("If disabled, the current password for this user will be lost."),
    )


class PasswordForm(AdminPasswordChangeForm):
    """Django's password change form; a wrong old password counts as a failed login."""

    def __init__(self, *args: Any, request: HttpRequest, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.request = request

    def clean_old_password(self) -> str:
        """Raise ValidationError unless the old password is correct."""
        password: str = self.cleaned_data["old_password"]
        if not is_password_of(self.request, self.user, password):
            raise ValidationError(
                self.error_messages["password_incorrect"], code="password_incorrect"
            )
        return password


def is_password_of(request: HttpRequest, user: User, password: str) -> bool:
    """Check a password as login does: failures are counted, and locked accounts are rejected."""
    authenticated = authenticate(request, username=user.get_username(), password=password)
    return authenticated is not None and authenticated.pk == user.pk

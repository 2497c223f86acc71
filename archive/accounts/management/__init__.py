"""Commands about accounts, and what they share."""

from typing import TYPE_CHECKING

from django.core.management import CommandError

if TYPE_CHECKING:
    from django.contrib.auth.models import User


def person_named(name: str) -> "User":
    """Return the person with an account name; CommandError where there is none."""
    from django.contrib.auth.models import User

    person = User.objects.filter(username=name).first()
    if person is None:
        raise CommandError(f"There is no account {name!r}.")
    return person

"""Django's ``createsuperuser``, which also validates a password from the environment."""

import os
from typing import Any

from django.contrib.auth.management.commands import createsuperuser
from django.contrib.auth.models import User
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management import CommandError
from django.utils.translation import gettext as _


class Command(createsuperuser.Command):
    """Validates the password of a non-interactive call."""

    def handle(self, *args: Any, **options: Any) -> str | None:
        """Create the superuser; raise CommandError if the password is rejected."""
        password = os.environ.get("DJANGO_SUPERUSER_PASSWORD")
        if not options["interactive"] and password:
            name = options["username"] or os.environ.get("DJANGO_SUPERUSER_USERNAME", "")
            email = options["email"] or os.environ.get("DJANGO_SUPERUSER_EMAIL", "")
            try:
                validate_password(password, User(username=name, email=email))
            except ValidationError as error:
                raise CommandError(
                    _("DJANGO_SUPERUSER_PASSWORD was rejected. %(reasons)s")
                    % {"reasons": " ".join(error.messages)}
                ) from error
        result: str | None = super().handle(*args, **options)
        return result

"""``reset_second_factor``: for users who have lost their phone and their recovery codes."""

from typing import Any

from django.core.management import BaseCommand, CommandError
from django.core.management.base import CommandParser
from django.utils.translation import gettext as _

from archive.accounts import events, second_factor
from archive.accounts.management import get_account
from archive.accounts.sessions import end_sessions


class Command(BaseCommand):
    help = _("Turn off two-factor authentication for a user and end their sessions.")

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("account", help=_("account name"))

    def handle(self, *args: Any, **options: Any) -> None:
        user = get_account(options["account"])
        if not second_factor.remove(user):
            raise CommandError(
                _("%(user)s does not use two-factor authentication.") % {"user": user}
            )
        end_sessions(user.pk)
        events.warn("second factor removed", user, by="command")
        self.stdout.write(
            _("%(user)s can now log in with their password alone. Their sessions were ended.")
            % {"user": user}
        )

"""``unlock_sign_in``: end the lockout of an account or address early."""

from ipaddress import ip_address
from typing import Any

from django.core.management import BaseCommand, CommandError
from django.core.management.base import CommandParser
from django.utils.translation import gettext as _

from archive.accounts import events, lockout


class Command(BaseCommand):
    help = _(
        "Delete failed logins, so that locked accounts and addresses can log in again at once."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("account", nargs="?", help=_("account name"))
        parser.add_argument("--address", help=_("IP address that is locked"))
        parser.add_argument(
            "--all", action="store_true", help=_("unlock all accounts and addresses")
        )

    def handle(self, *args: Any, **options: Any) -> None:
        account, address = options["account"], options["address"]
        if options["all"] == bool(account or address):
            raise CommandError(_("Specify an account name, --address or both, or only --all."))
        if address:
            try:
                ip_address(address)
            except ValueError as error:
                raise CommandError(
                    _("“%(address)s” is not an IP address.") % {"address": address}
                ) from error
        count = lockout.unlock(username=account, address=address)
        events.warn("sign-in unlocked", account or "", by="command", unlocked=address or "")
        if count:
            self.stdout.write(_("Unlocked."))
        else:
            self.stdout.write(_("There were no failed logins to delete."))

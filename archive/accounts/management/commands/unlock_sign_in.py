"""``unlock_sign_in``: let people sign in again before a lock ends by itself."""

from ipaddress import ip_address
from typing import Any

from django.core.management import BaseCommand, CommandError
from django.core.management.base import CommandParser

from archive.accounts import events, guarding


class Command(BaseCommand):
    help = "Forgets failed sign-ins, so that whoever was locked out can sign in again at once."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("account", nargs="?", help="the name of the account")
        parser.add_argument("--address", help="the address that is locked")
        parser.add_argument("--all", action="store_true", help="every account and address")

    def handle(self, *args: Any, **options: Any) -> None:
        account, address = options["account"], options["address"]
        if options["all"] == bool(account or address):
            raise CommandError("Name an account, an --address or both; or --all alone.")
        if address:
            try:
                ip_address(address)
            except ValueError as error:
                raise CommandError(f"{address!r} is not an address.") from error
        count = guarding.unlock(username=account, address=address)
        events.warn("sign-in unlocked", account or "", by="command", unlocked=address or "")
        if count:
            self.stdout.write("Unlocked.")
        else:
            self.stdout.write("There were no failed sign-ins to forget.")

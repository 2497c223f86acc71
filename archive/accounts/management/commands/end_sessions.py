"""``end_sessions``: sign a person out everywhere, or everybody."""

from typing import Any

from django.core.management import BaseCommand, CommandError
from django.core.management.base import CommandParser

from archive.accounts import events
from archive.accounts.management import person_named
from archive.accounts.models import Session
from archive.accounts.sessions import end_sessions


class Command(BaseCommand):
    help = "Ends all sessions of a person, or of everybody."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("account", nargs="?", help="the name of the account")
        parser.add_argument("--all", action="store_true", help="of everybody")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["all"] == bool(options["account"]):
            raise CommandError("Name an account, or --all.")
        if options["all"]:
            ended = Session.objects.all().delete()[0]
        else:
            ended = end_sessions(person_named(options["account"]).pk)
        events.warn("sessions ended", options["account"] or "", sessions_ended=ended, by="command")
        self.stdout.write(f"{ended} session{'' if ended == 1 else 's'} ended.")

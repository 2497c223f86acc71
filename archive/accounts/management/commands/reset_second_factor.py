"""``reset_second_factor``: help somebody who lost both phone and recovery codes."""

from typing import Any

from django.core.management import BaseCommand, CommandError
from django.core.management.base import CommandParser

from archive.accounts import events, second_factor
from archive.accounts.management import person_named
from archive.accounts.sessions import end_sessions


class Command(BaseCommand):
    help = "Removes the second factor of a person, who then signs in with the password alone."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("account", help="the name of the account")

    def handle(self, *args: Any, **options: Any) -> None:
        person = person_named(options["account"])
        if not second_factor.remove(person):
            raise CommandError(f"{person} has no second factor.")
        end_sessions(person.pk)
        events.warn("second factor removed", person, by="command")
        self.stdout.write(f"{person} signs in with the password alone now; their sessions ended.")

"""``end_sessions``: log out one user or all users everywhere."""

from typing import Any

from django.core.management import BaseCommand, CommandError
from django.core.management.base import CommandParser
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from archive.accounts import events
from archive.accounts.management import get_account
from archive.accounts.models import Session
from archive.accounts.sessions import end_sessions


class Command(BaseCommand):
    help = _("End all sessions of one user or of all users.")

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("account", nargs="?", help=_("account name"))
        parser.add_argument("--all", action="store_true", help=_("end the sessions of all users"))

    def handle(self, *args: Any, **options: Any) -> None:
        if options["all"] == bool(options["account"]):
            raise CommandError(_("Specify either an account name or --all."))
        if options["all"]:
            count = Session.objects.all().delete()[0]
        else:
            count = end_sessions(get_account(options["account"]).pk)
        events.warn("sessions ended", options["account"] or "", sessions_ended=count, by="command")
        message = ngettext("Ended %(count)d session.", "Ended %(count)d sessions.", count)
        self.stdout.write(message % {"count": count})

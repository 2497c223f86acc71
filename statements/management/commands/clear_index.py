"""Haystack's clear_index: switch to an empty index; the former one stays on the disk."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from statements.search import operations, search_backend


class Command(BaseCommand):
    help = _("Empty the search index. A running worker rebuilds it automatically.")

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--noinput", "--no-input", action="store_true", help=_("do not ask"))
        parser.add_argument(
            "-u", "--using", action="append", help=_("ignored: there is only one index")
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if not options["noinput"]:
            self.stdout.write(_("Searches will find nothing until the index is rebuilt."))
            if input(_("Empty the index? [y/N] ")).strip().lower() not in ("y", "yes"):
                self.stdout.write(_("Nothing was changed."))
                return
        try:
            search_backend().clear()
        except operations.AlreadyRebuilding as error:
            raise CommandError(str(error)) from error
        self.stdout.write(_("The index is empty. Run “manage.py rebuild_index” to fill it."))

"""Haystack's clear_index: puts an empty index in use; the one before is kept on the disk."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from statements.search.indexing import sync


class Command(BaseCommand):
    help = "Empty the search index. A running worker builds it anew by itself."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--noinput", "--no-input", action="store_true", help="Do not ask.")
        parser.add_argument("-u", "--using", action="append", help="Accepted: there is one index.")

    def handle(self, *args: Any, **options: Any) -> None:
        if not options["noinput"]:
            self.stdout.write("Nothing will be found until the index is built anew.")
            if input("Empty the index? [y/N] ").strip().lower() not in ("y", "yes"):
                self.stdout.write("Nothing was changed.")
                return
        try:
            sync.clear()
        except sync.AlreadyRebuilding as error:
            raise CommandError(str(error)) from error
        self.stdout.write("The index is empty. “manage.py rebuild_index” fills it.")

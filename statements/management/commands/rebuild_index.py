"""Haystack's rebuild_index: build a new index while the current one is still searched."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from statements.management.progress import progress_bar
from statements.search import operations, search_backend


class Command(BaseCommand):
    help = _(
        "Rebuild the search index from the database. Searches and edits continue during the "
        "build; the new index replaces the current one when it is complete."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        # Haystack's options, which scripts may pass; a rebuild loses nothing, so it never asks
        parser.add_argument("--noinput", "--no-input", action="store_true", help=_("ignored"))
        parser.add_argument(
            "-u", "--using", action="append", help=_("ignored: there is only one index")
        )
        parser.add_argument(
            "-b", "--batch-size", type=int, help=_("ignored: memory use is limited anyway")
        )
        parser.add_argument(
            "-k", "--workers", type=int, help=_("ignored: one process writes the index")
        )
        parser.add_argument(
            "-t", "--max-retries", type=int, help=_("ignored: a failed build is reported")
        )
        parser.add_argument(
            "--nocommit", action="store_true", help=_("ignored: the index is used when complete")
        )

    def handle(self, *args: Any, **options: Any) -> None:
        with progress_bar(_("Building the index"), _("speech")) as progress:
            try:
                built = search_backend().rebuild(progress)
            except operations.AlreadyRebuilding as error:
                raise CommandError(str(error)) from error
        self.stdout.write(str(built))
        if built.quarantined:
            ids = ", ".join(map(str, built.quarantined))
            raise CommandError(_("These speeches could not be indexed: %(ids)s") % {"ids": ids})

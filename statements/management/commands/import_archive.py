"""Make an archive again, in an empty database, from a data package of the full scope."""

from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from statements.management.progress import progress_bar
from statements.packages.descriptor import PackageError, read_package
from statements.packages.restoration import restore_package
from statements.search.indexing import outbox


class Command(BaseCommand):
    help = _(
        "Make an archive again from a package that “export_archive --scope full” wrote, in an "
        "empty database. All is stored, or nothing. Then the index is built."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path, help=_("the folder of the package"))

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            package = read_package(options["folder"])
            with outbox.importing():
                restore_package(package, bar=lambda name: progress_bar(name, _("item")))
        except PackageError as error:
            raise CommandError(str(error)) from error
        rows = sum(resource.get("rows", 0) for resource in package.resources.values())
        self.stdout.write(_("%(rows)s rows were stored.") % {"rows": f"{rows:,}"})
        call_command("rebuild_index", stdout=self.stdout)

"""Write the whole archive to a folder, as a data package."""

import os
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from statements.management.progress import progress_bar
from statements.packages.contents import Scope
from statements.packages.creation import create_package
from statements.packages.descriptor import PackageError
from statements.packages.resources import has_parquet

NICE = 5  # gets a third of what a web process gets when the machine is busy


class Command(BaseCommand):
    help = _(
        "Write the whole archive to a new folder, as a data package. If it is broken off, the same "
        "command continues it."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path, help=_("the folder, which must be new or empty"))
        parser.add_argument(
            "--scope",
            choices=[scope.value for scope in Scope],
            required=True,
            help=_(
                "public: what visitors may see; full: all rows and original files, from which "
                "import_archive makes the same archive again"
            ),
        )
        parser.add_argument(
            "--originals",
            action="store_true",
            help=_("add original files to the public scope; the full one has them anyway"),
        )

    def handle(self, *args: Any, **options: Any) -> None:
        os.nice(NICE)
        folder = options["folder"].absolute()
        scope = Scope(options["scope"])
        if scope is Scope.PUBLIC and not has_parquet():
            self.stdout.write(
                _("pyarrow is not installed, so no Parquet files are written (extra “parquet”).")
            )
        try:
            package = create_package(
                folder,
                scope,
                originals=options["originals"],
                report=self.stdout.write,
                bar=lambda name: progress_bar(name, _("item")),
            )
        except PackageError as error:
            raise CommandError(str(error)) from error
        size = sum(resource["bytes"] for resource in package.resources.values())
        self.stdout.write(
            _("%(folder)s: %(files)s files, %(bytes)s bytes.")
            % {"folder": folder, "files": len(package.resources), "bytes": f"{size:,}"}
        )

"""Build the search index unless there is a readable one."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from statements.management.progress import progress_bar
from statements.search.indexing import sync


class Command(BaseCommand):
    help = _("Build the search index unless there is one that is readable and complete.")

    def handle(self, *args: Any, **options: Any) -> None:
        with progress_bar(_("Building the index"), _("speech")) as progress:
            try:
                built = sync.ensure(progress=progress)
            except sync.AlreadyRebuilding as error:
                raise CommandError(str(error)) from error
        if built:
            self.stdout.write(sync.sentence(built))

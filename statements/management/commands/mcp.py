"""The MCP server for assistants, over standard input and output or HTTP."""

import os
from argparse import ArgumentParser
from contextlib import suppress
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from statements.search.indexing import malloc

DEFAULT_PORT = 8001
LARGEST_PORT = 65_535


class Command(BaseCommand):
    help = _(
        "Answer assistants that speak the Model Context Protocol (MCP), on standard input and "
        "output or, with --http, at the address /mcp of a web server of its own."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--http", action="store_true", help=_("answer over HTTP"))
        parser.add_argument(
            "--host", default="127.0.0.1", help=_("address to listen at (default: this machine)")
        )
        parser.add_argument(
            "--port",
            type=int,
            default=DEFAULT_PORT,
            help=_("port to listen at (default: %(port)d)") % {"port": DEFAULT_PORT},
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if not 0 < options["port"] <= LARGEST_PORT:
            raise CommandError(_("The port must be a number from 1 to 65535."))
        malloc.share_one_arena()
        try:
            from statements.assistants import http, server
        except ModuleNotFoundError as error:
            if (error.name or "").startswith("statements"):
                raise
            raise CommandError(
                _(
                    "The MCP server needs packages that are not installed. Run “%(command)s”, then "
                    "run this again."
                )
                % {"command": "pip install --require-hashes -r requirements/mcp.txt"}
            ) from error
        site = settings.BASE_URL
        if not site and settings.FIRST_RUN:
            site = f"http://127.0.0.1:{os.environ.get('PORT') or 8000}"
        if not site and not options["http"]:
            raise CommandError(
                _(
                    "Set BASE_URL to the address of the archive, such as "
                    "https://archive.example.org: answers cite addresses that begin with it."
                )
            )
        with suppress(KeyboardInterrupt):  # Ctrl-C is how a person ends it
            if options["http"]:
                http.serve(options["host"], options["port"], site)
            else:
                server.AssistantServer(server.Caller(site)).run_stdio()

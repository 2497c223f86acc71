"""The server's door. Where no `DATABASE_URL` is set it keeps the private PostgreSQL up."""

import os

from django.core.wsgi import get_wsgi_application

from archive.firstrun import private_postgres

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "archive.settings")
if not os.environ.get("DATABASE_URL"):
    private_postgres.hold()

application = get_wsgi_application()

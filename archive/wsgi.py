"""The WSGI application. If `DATABASE_URL` is not set, it keeps the private PostgreSQL running."""

import os

from django.core.wsgi import get_wsgi_application

from archive.firstrun import private_postgres

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "archive.settings")
if not os.environ.get("DATABASE_URL"):
    private_postgres.hold()

application = get_wsgi_application()

"""Settings, read from the environment, with safe defaults for a first run.

Every variable is described in docs/operations.md. With ``DATABASE_URL`` set nothing private
is started and ``SECRET_KEY`` and ``ALLOWED_HOSTS`` are required.
"""

import logging
from datetime import timedelta
from pathlib import Path

import environ
from django.utils.csp import CSP

from archive.client_address import parse_networks
from archive.edge.addresses import host_of, parse_base_url
from archive.edge.rates import rates
from archive.edge.security_txt import parse_contacts
from archive.firstrun import private_postgres, state
from archive.mail import check_alerts, mailers

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()

# -- first run with a private database, or an operator's own database --------------------------
FIRST_RUN = not env.str("DATABASE_URL", default="")
STATE_DIR = Path(env.str("STATE_DIR", default="") or state.state_dir())

DEBUG = env.bool("DEBUG", default=False)
SECRET_KEY = env.str("SECRET_KEY", default="") or (state.secret_key() if FIRST_RUN else "")
# start of absolute links in sitemaps, feeds and exports; without it, the host of the request
BASE_URL = parse_base_url(env.str("BASE_URL", default=""))
ALLOWED_HOSTS = env.list(
    "ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"] if FIRST_RUN else []
)
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
if BASE_URL:
    ALLOWED_HOSTS = [*ALLOWED_HOSTS, host_of(BASE_URL)]
    CSRF_TRUSTED_ORIGINS = [*CSRF_TRUSTED_ORIGINS, BASE_URL]
SECURITY_CONTACT = parse_contacts(env.list("SECURITY_CONTACT", default=[]))
CONTACT = parse_contacts(env.list("CONTACT", default=[]), "CONTACT")
SITE_NAME = env.str("SITE_NAME", default="Rostrum")

INSTALLED_APPS = [
    "archive.accounts",  # before auth, one of whose commands it replaces
    "archive.accounts.apps.ArchiveAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.contrib.postgres",
    "django.contrib.sitemaps",
    "statements",  # before haystack, whose commands it replaces
    "haystack",
    "axes",
    "django_otp",
    "django_otp.plugins.otp_totp",
]

MIDDLEWARE = [
    "archive.edge.headers.HeadersMiddleware",
    "archive.languages.LanguageMiddleware",
    "archive.edge.addresses.HostMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "archive.edge.limits.RateLimitMiddleware",
    "archive.middleware.faults.FaultMiddleware",
    "archive.middleware.admin_addresses.StaffAddressMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_otp.middleware.OTPMiddleware",
    "archive.accounts.middleware.AccountMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "archive.urls"
WSGI_APPLICATION = "archive.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.csp",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
            "builtins": ["statements.templatetags.dates"],
        },
    },
]

# -- the database ------------------------------------------------------------------------------
# Statements of frequent pages are planned once for each connection, whatever their values are. A
# pooler that gives each transaction another connection may not support prepared statements.
_PREPARED = (
    {"prepare_threshold": 0, "options": "-c plan_cache_mode=force_generic_plan"}
    if env.bool("DATABASE_PREPARED_STATEMENTS", default=True)
    else {}
)
DATABASES = {
    "default": private_postgres.database_settings() if FIRST_RUN else env.db("DATABASE_URL"),
}
DATABASES["default"] |= {
    "ENGINE": "archive.database",
    "CONN_MAX_AGE": 60,
    "CONN_HEALTH_CHECKS": True,
    # a server that disappeared is noticed before a reader has waited for three seconds
    "OPTIONS": {
        "connect_timeout": 2,
        "tcp_user_timeout": 2000,  # milliseconds
        "keepalives_idle": 10,
        "keepalives_interval": 2,
        "keepalives_count": 3,
        **_PREPARED,
        **DATABASES["default"].get("OPTIONS", {}),
    },
    "TEST": {"NAME": env.str("TEST_DATABASE_NAME", default="") or None},
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# -- the index ---------------------------------------------------------------------------------
HAYSTACK_CONNECTIONS = {
    "default": {
        "ENGINE": "statements.search.haystack.backend.Engine",
        "PATH": env.str("INDEX_DIR", default="") or str(STATE_DIR / "index"),
        "SILENTLY_FAIL": False,
    },
}
HAYSTACK_LIMIT_TO_REGISTERED_MODELS = False

# nodes of an OpenSearch cluster; without any, the archive's own index answers
SEARCH_URLS = env.list("SEARCH_URLS", default=[])
SEARCH_USER = env.str("SEARCH_USER", default="")
SEARCH_PASSWORD = env.str("SEARCH_PASSWORD", default="")
SEARCH_CA = env.str("SEARCH_CA", default="")  # a file
SEARCH_SHARDS = env.int("SEARCH_SHARDS", default=3)
SEARCH_REPLICAS = env.int("SEARCH_REPLICAS", default=1)
SEARCH_PREFIX = env.str("SEARCH_PREFIX", default="rostrum")  # of the names of indexes

# the engine behind pages, feeds and the API, see statements/search/protocol.py
SEARCH_BACKEND = (
    "statements.search.backends.opensearch.OpenSearchBackend"
    if SEARCH_URLS
    else "statements.search.backends.whoosh.WhooshBackend"
)

# -- accession: limits of one upload -----------------------------------------------------------
UPLOAD_MAX_FILE_BYTES = env.int("UPLOAD_MAX_FILE_BYTES", default=25 * 1024 * 1024)
# if it is raised, so must be ``client_max_body_size`` in archive/deploy/site.conf
UPLOAD_MAX_REQUEST_BYTES = env.int("UPLOAD_MAX_REQUEST_BYTES", default=200 * 1024 * 1024)
UPLOAD_MAX_UNPACKED_BYTES = env.int("UPLOAD_MAX_UNPACKED_BYTES", default=500 * 1024 * 1024)
UPLOAD_MAX_FILES = env.int("UPLOAD_MAX_FILES", default=500)
UPLOAD_MAX_TABLE_ROWS = env.int("UPLOAD_MAX_TABLE_ROWS", default=250_000)
# files that one person may have waiting, to be read or reviewed
UPLOAD_MAX_WAITING_FILES = env.int("UPLOAD_MAX_WAITING_FILES", default=5_000)
UPLOAD_MAX_WAITING_BYTES = env.int("UPLOAD_MAX_WAITING_BYTES", default=2 * 1024**3)
# the text of scans is recognised by Tesseract, if it is installed; its names of languages, without
# which it uses the best that is installed for records
OCR = env.bool("OCR", default=False)
OCR_LANGUAGES = [name for name in env.str("OCR_LANGUAGES", default="").split("+") if name]
DATA_UPLOAD_MAX_NUMBER_FILES = UPLOAD_MAX_FILES
FILE_UPLOAD_HANDLERS = [
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "statements.admin.upload_handlers.UnnamedFileUpload",
]
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
SPEECH_MAX_BYTES = 5 * 1024 * 1024  # of its text in UTF-8
# a form without files: the text of the longest speech, each byte of it sent as "%D0", and the rest
DATA_UPLOAD_MAX_MEMORY_SIZE = 3 * SPEECH_MAX_BYTES + 2 * 1024 * 1024

# -- rate limits of a client, on by default on a server; see archive.edge.limits ---------------
RATE_LIMITS = (
    rates(
        burst=env.int("RATE_LIMIT_BURST", default=60),
        searches_a_minute=env.int("RATE_LIMIT_SEARCHES_PER_MINUTE", default=600),
        calls_a_minute=env.int("RATE_LIMIT_API_CALLS_PER_MINUTE", default=1_200),
        exports_an_hour=env.int("RATE_LIMIT_EXPORTS_PER_HOUR", default=120),
        forms_an_hour=env.int("RATE_LIMIT_FORMS_PER_HOUR", default=20),
    )
    if env.bool("RATE_LIMITS", default=not FIRST_RUN)
    else {}
)

# -- mail: e-mail alerts, off unless asked for --------------------------------------------------
ALERTS = env.bool("ALERTS", default=False)
MAILERS = mailers(env.email_url("EMAIL_URL", default="consolemail://"))
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="")
if ALERTS:
    check_alerts(base_url=BASE_URL, sender=DEFAULT_FROM_EMAIL)
else:
    SILENCED_SYSTEM_CHECKS = ["mail.E001"]  # no mail is sent, so that it needs no server

# -- people ------------------------------------------------------------------------------------
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
_VALIDATORS = "django.contrib.auth.password_validation"
_OWN_VALIDATORS = "archive.accounts.passwords"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"{_VALIDATORS}.UserAttributeSimilarityValidator"},
    {"NAME": f"{_VALIDATORS}.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": f"{_VALIDATORS}.NumericPasswordValidator"},
    {"NAME": f"{_VALIDATORS}.CommonPasswordValidator"},
    {"NAME": f"{_OWN_VALIDATORS}.KnownPasswordValidator"},
    {"NAME": f"{_OWN_VALIDATORS}.RepeatedPasswordValidator"},
    {"NAME": f"{_OWN_VALIDATORS}.GuessablePasswordValidator"},
    {"NAME": f"{_OWN_VALIDATORS}.SessionsEndWithPassword"},
]
LOGIN_URL = "admin:login"
CSRF_FAILURE_VIEW = "statements.admin.unsaved_input.views.csrf_failure"
LOGIN_REDIRECT_URL = "admin:index"

# password guessing: archive.accounts.lockout explains these limits
AXES_HANDLER = "archive.accounts.lockout.LockoutHandler"
AXES_USERNAME_CALLABLE = "archive.accounts.lockout.account_name"
AXES_CLIENT_IP_CALLABLE = "archive.accounts.lockout.client_ip"
AXES_LOCKOUT_CALLABLE = "archive.accounts.lockout.locked_response"
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_FAILURE_LIMIT = env.int("SIGN_IN_FAILURES", default=5)
AXES_COOLOFF_TIME = timedelta(minutes=env.int("SIGN_IN_LOCK_MINUTES", default=15))
SIGN_IN_FAILURES_PER_DAY = env.int("SIGN_IN_FAILURES_PER_DAY", default=100)
AXES_RESET_ON_SUCCESS = True
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_ENABLE_ACCESS_FAILURE_LOG = True
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False

# the second factor
REQUIRE_SECOND_FACTOR = env.bool("REQUIRE_SECOND_FACTOR", default=False)
OTP_TOTP_ISSUER = SITE_NAME
# wrong codes count as failed logins; a doubling delay would let a stranger lock somebody out
OTP_TOTP_THROTTLE_FACTOR = 0

# -- language and time -------------------------------------------------------------------------
LANGUAGE_CODE = "en"
# languages of the pages, each with a complete catalogue; see archive.languages
LANGUAGES = [("en", "English"), ("fr", "French")]
TIME_ZONE = env.str("TIME_ZONE", default="UTC")
USE_I18N = True
USE_TZ = True
FORMAT_MODULE_PATH = None
LOCALE_PATHS = [BASE_DIR / "archive" / "locale"]  # written by archive.translations

# -- files -------------------------------------------------------------------------------------
STATIC_URL = "static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "archive.bundles.BundleFinder",
]
STATIC_ROOT = Path(env.str("STATIC_ROOT", default="") or STATE_DIR / "static")
# the text face, made by archive.typeface where its package could be had
TYPEFACE_DIR = BASE_DIR / "static" / "typeface"
# cards of speeches and quotations, drawn when they are first asked for
CARDS_DIR = STATE_DIR / "cards"
# the public data package, which the worker writes each night after a change
PUBLISH_DATA = env.bool("PUBLISH_DATA", default=False)
DATA_DIR = STATE_DIR / "data"
# a first run serves static files as they are; a server collects them once, named by content
WHITENOISE_USE_FINDERS = FIRST_RUN
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if FIRST_RUN
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}

# -- security headers and cookies --------------------------------------------------------------
HTTPS = env.bool("HTTPS", default=not FIRST_RUN)
# proxies whose X-Forwarded-For is trusted: archive.client_address
TRUSTED_PROXIES = parse_networks(
    env.list("TRUSTED_PROXIES", default=["127.0.0.0/8", "::1"] if HTTPS else [])
)
SECURE_CSP: dict[str, list[str]] = {
    "default-src": [CSP.NONE],
    "script-src": [CSP.SELF],
    "style-src": [CSP.SELF],
    "img-src": [CSP.SELF],
    "font-src": [CSP.SELF],
    "connect-src": [CSP.SELF],
    "form-action": [CSP.SELF],
    "base-uri": [CSP.NONE],
    "frame-ancestors": [CSP.NONE],
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "strict-origin-when-cross-origin"
SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$", r"^status$", r"^metrics$"]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
SECURE_HSTS_SECONDS = env.int("HSTS_SECONDS", default=63_072_000) if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_HSTS_PRELOAD = HTTPS
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
# browsers accept a cookie with this prefix only for this host, over HTTPS
SESSION_COOKIE_NAME = "__Host-sessionid" if HTTPS else "sessionid"
CSRF_COOKIE_NAME = "__Host-csrftoken" if HTTPS else "csrftoken"
SESSION_ENGINE = "archive.accounts.sessions"
SESSION_COOKIE_AGE = env.int("SESSION_HOURS", default=12) * 3600
SESSION_IDLE_AGE = env.int("SESSION_IDLE_MINUTES", default=120) * 60
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

# the token that programs send as "Authorization: Bearer …" to /status and /metrics; if it is
# empty, no token is accepted
STATUS_TOKEN = env.str("STATUS_TOKEN", default="")

# a line that cannot be written, as on a full disk, is dropped; by default it becomes a traceback
logging.raiseExceptions = DEBUG
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            "()": "archive.logs.LineFormatter",
            "format": "%(asctime)s %(levelname)s %(name)s: %(message)s",
        }
    },
    "filters": {"rejections": {"()": "archive.logs.RejectionFilter"}},
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "formatter": "line",
            "filters": ["rejections"],
        }
    },
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", default="INFO")},
    # archive.accounts.events has a line of its own for everything axes logs
    "loggers": {"axes": {"level": "ERROR"}},
}

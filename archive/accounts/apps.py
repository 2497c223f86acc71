"""App configurations: the accounts, and Django's admin with its own login."""

from django.apps import AppConfig
from django.contrib.admin import apps as administration
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    """Sessions, recovery codes, and lockout after failed logins."""

    name = "archive.accounts"
    label = "accounts"
    verbose_name = _("Accounts")
    default = True

    def ready(self) -> None:
        """Connect the signal receivers."""
        from archive.accounts import signals  # noqa: F401 - importing connects the receivers


class ArchiveAdminConfig(administration.AdminConfig):
    """Django's admin on a site that supports two-factor authentication."""

    default = False
    default_site = "archive.accounts.site.ArchiveAdminSite"

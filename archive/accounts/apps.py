"""Two applications: the accounts themselves, and the administration with its own sign-in."""

from django.apps import AppConfig
from django.contrib.admin import apps as administration


class AccountsConfig(AppConfig):
    """Sessions, recovery codes, and what watches over signing in."""

    name = "archive.accounts"
    label = "accounts"
    verbose_name = "Accounts"
    default = True

    def ready(self) -> None:
        """Connect what happens when somebody signs in."""
        from archive.accounts import signals  # noqa: F401 - importing connects the receivers


class DeskConfig(administration.AdminConfig):
    """Django's administration, on a site that asks for the second factor."""

    default = False
    default_site = "archive.accounts.site.DeskSite"

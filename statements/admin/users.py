"""The admin classes of users and groups, with forms that keep their input.

``archive.accounts`` registers users without that, because it knows nothing of stored input.
"""

from django.contrib import admin
from django.contrib.auth.admin import GroupAdmin
from django.contrib.auth.models import Group, User

from archive.accounts.admin import ArchiveUserAdmin
from statements.admin.unsaved_input.model_admin import InputPreservingAdmin

admin.site.unregister([User, Group])


@admin.register(User)
class InputPreservingUserAdmin(InputPreservingAdmin, ArchiveUserAdmin):
    """Users; their passwords are not kept."""


@admin.register(Group)
class InputPreservingGroupAdmin(InputPreservingAdmin, GroupAdmin):
    """Groups of users with the same permissions."""

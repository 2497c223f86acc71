"""The group "Archivists": whoever is in it receives, reviews, publishes and edits; it may not
delete what others refer to, nor touch accounts. An administrator may change it at will."""

from django.apps.registry import Apps
from django.conf import settings
from django.contrib.auth.management import create_permissions
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

GROUP = "Archivists"
EDITED = ["country", "countryname", "speaker", "speakername", "meeting", "presidency", "topic"]
PERMISSIONS = [
    *(f"{action}_{model}" for model in EDITED for action in ("view", "add", "change")),
    *(f"delete_{model}" for model in ("countryname", "speakername", "presidency")),
    *(f"{action}_speech" for action in ("view", "change", "delete")),
    *(f"{action}_transcript" for action in ("view", "upload", "publish")),
]


def make_group(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    # permissions are made after all migrations; the group needs them now
    config = apps.get_app_config("statements")
    config.models_module = True  # type: ignore[assignment]
    create_permissions(config, apps=apps, verbosity=0)
    config.models_module = None
    permissions = apps.get_model("auth", "Permission").objects.filter(
        content_type__app_label="statements", codename__in=PERMISSIONS
    )
    group, made = apps.get_model("auth", "Group").objects.get_or_create(name=GROUP)
    if made:  # one that is there was made by an administrator, who knows why
        group.permissions.set(permissions)


class Migration(migrations.Migration):
    dependencies = [
        ("statements", "0004_outbox_attempts"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [migrations.RunPython(make_group, migrations.RunPython.noop)]

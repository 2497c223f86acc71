"""Series of files, and the rights and source of a series or a single file.

``complete_holdings`` assigns the files of data sets that were imported earlier.
"""

import django.db.models.deletion
from django.apps.registry import Apps
from django.conf import settings
from django.contrib.auth.management import create_permissions
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

REVISION = """
CREATE TRIGGER series_revision
    AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON statements_series
    FOR EACH STATEMENT EXECUTE FUNCTION statements_note_revision();
"""


def permit_series(apps: Apps, schema_editor: BaseDatabaseSchemaEditor | None) -> None:
    """Let everybody who may publish transcripts view, add and change series."""
    # permissions are made after all migrations; groups and persons need them now
    config = apps.get_app_config("statements")
    models_module = getattr(config, "models_module", None)
    config.models_module = True  # type: ignore[assignment]
    create_permissions(config, apps=apps, verbosity=0)
    config.models_module = models_module
    permissions = apps.get_model("auth", "Permission").objects.filter(
        content_type__app_label="statements"
    )
    publish = permissions.filter(codename="publish_transcript").first()
    names = [f"{action}_series" for action in ("view", "add", "change")]
    of_series = list(permissions.filter(codename__in=names))
    if publish is None:
        return
    for model, field in (("auth.Group", "permissions"), ("auth.User", "user_permissions")):
        for holder in apps.get_model(model).objects.filter(**{field: publish}):
            getattr(holder, field).add(*of_series)


class Migration(migrations.Migration):
    dependencies = [
        ("statements", "0029_sentences"),
        ("auth", "0012_alter_user_first_name_max_length"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Series",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("title", models.CharField(max_length=200, unique=True)),
                (
                    "position",
                    models.PositiveSmallIntegerField(
                        default=0,
                        help_text="In lists; series with the same number are ordered by title.",
                    ),
                ),
                (
                    "rights",
                    models.CharField(
                        blank=True,
                        help_text="Shown with each speech, for example “CC0” or who permitted publication.",
                        max_length=1000,
                    ),
                ),
                (
                    "source_url",
                    models.URLField(
                        blank=True,
                        help_text="Where the files come from.",
                        max_length=500,
                        verbose_name="source link",
                    ),
                ),
            ],
            options={"ordering": ["position", "title"], "verbose_name_plural": "series"},
        ),
        migrations.AddField(
            model_name="transcript",
            name="rights",
            field=models.CharField(
                blank=True,
                help_text="Only if they differ from those of the series.",
                max_length=1000,
            ),
        ),
        migrations.AddField(
            model_name="transcript",
            name="series",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="transcripts",
                to="statements.series",
            ),
        ),
        migrations.AddField(
            model_name="transcript",
            name="source_url",
            field=models.URLField(
                blank=True,
                help_text="Where this file comes from; otherwise that of the series.",
                max_length=500,
                verbose_name="source link",
            ),
        ),
        migrations.RunSQL(REVISION, migrations.RunSQL.noop),
        migrations.RunPython(permit_series, migrations.RunPython.noop),
    ]

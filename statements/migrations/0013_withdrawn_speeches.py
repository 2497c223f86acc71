"""A speech can be withdrawn and reinstated; erasing one for good is left to administrators.

Whoever could delete speeches may withdraw them instead. An erased speech's file is noted with it.
"""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.apps.registry import Apps
from django.conf import settings
from django.contrib.auth.management import create_permissions
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

NOTED = """
CREATE OR REPLACE FUNCTION statements_note_deleted_speech() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO statements_deletedspeech (public_id, transcript_hashes)
        SELECT gone.public_id, ARRAY[transcript.sha256]
        FROM gone LEFT JOIN statements_transcript AS transcript ON transcript.id = transcript_id
        ON CONFLICT (public_id) DO UPDATE SET deleted_at = EXCLUDED.deleted_at, reason = '',
            transcript_hashes = EXCLUDED.transcript_hashes;
    RETURN NULL;
END $$;
"""
NOTED_BEFORE = """
CREATE OR REPLACE FUNCTION statements_note_deleted_speech() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO statements_deletedspeech (public_id) SELECT public_id FROM gone
        ON CONFLICT (public_id) DO UPDATE SET deleted_at = EXCLUDED.deleted_at;
    RETURN NULL;
END $$;
"""


def _exchange(apps: Apps, former: str, latter: str) -> None:
    # permissions are made after all migrations; groups and persons need them now
    config = apps.get_app_config("statements")
    known = getattr(config, "models_module", None)
    config.models_module = True  # type: ignore[assignment]
    create_permissions(config, apps=apps, verbosity=0)
    config.models_module = known
    of_speech = apps.get_model("auth", "Permission").objects.filter(
        content_type__app_label="statements", content_type__model="speech"
    )
    old, new = (of_speech.filter(codename=name).first() for name in (former, latter))
    if old is None or new is None:
        return
    for model, field in (("auth.Group", "permissions"), ("auth.User", "user_permissions")):
        for holder in apps.get_model(model).objects.filter(**{field: old}):
            getattr(holder, field).add(new)
            getattr(holder, field).remove(old)


def withdraw_instead(apps: Apps, schema_editor: BaseDatabaseSchemaEditor | None) -> None:
    _exchange(apps, "delete_speech", "withdraw_speech")


def delete_again(apps: Apps, schema_editor: BaseDatabaseSchemaEditor | None) -> None:
    _exchange(apps, "withdraw_speech", "delete_speech")


class Migration(migrations.Migration):
    dependencies = [
        ("statements", "0012_rows_in_their_order"),
        ("auth", "0012_alter_user_first_name_max_length"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="speech",
            options={
                "ordering": [
                    models.OrderBy(models.F("date"), descending=True, nulls_last=True),
                    "meeting",
                    "position",
                    "pk",
                ],
                "permissions": [("withdraw_speech", "Can withdraw speeches and reinstate them")],
                "verbose_name_plural": "speeches",
            },
        ),
        migrations.AddField(
            model_name="deletedspeech",
            name="reason",
            field=models.CharField(blank=True, db_default="", max_length=500),
        ),
        migrations.AddField(
            model_name="deletedspeech",
            name="transcript_hashes",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=64),
                help_text="SHA-256 of the files that have its words, as far as known.",
                null=True,
                size=None,
            ),
        ),
        migrations.AddField(
            model_name="speech",
            name="former_transcripts",
            field=models.ManyToManyField(
                blank=True,
                editable=False,
                help_text="Where its words came from before other words were put in their place.",
                related_name="+",
                to="statements.transcript",
            ),
        ),
        migrations.CreateModel(
            name="Withdrawal",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("reason", models.CharField(help_text="Readers are shown it.", max_length=500)),
                ("withdrawn_at", models.DateTimeField(auto_now_add=True)),
                (
                    "withdrawn_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={"ordering": ["-pk"]},
        ),
        migrations.AddField(
            model_name="speech",
            name="withdrawal",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                editable=False,
                help_text="Set while the speech is withdrawn: nobody but archivists is shown it.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="statements.withdrawal",
            ),
        ),
        migrations.AddIndex(
            model_name="speech",
            index=models.Index(
                condition=models.Q(("withdrawal__isnull", False)),
                fields=["withdrawal", "transcript"],
                name="speech_withdrawn",
            ),
        ),
        migrations.RunSQL(NOTED, NOTED_BEFORE),
        migrations.RunPython(withdraw_instead, delete_again),
    ]

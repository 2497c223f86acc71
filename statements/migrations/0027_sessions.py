"""Debates of sessions, such as the general debate of each session of the General Assembly.

``complete_holdings`` assigns the speeches of earlier imports to them.
"""

import django.db.models.deletion
from django.apps.registry import Apps
from django.conf import settings
from django.contrib.auth.management import create_permissions
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

TRIGGERS = """
CREATE TRIGGER session_revision
    AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON statements_session
    FOR EACH STATEMENT EXECUTE FUNCTION statements_note_revision();
CREATE FUNCTION statements_session_update_outbox() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO statements_indexoutbox (speech_id)
        SELECT id FROM statements_speech WHERE session_id IN (SELECT id FROM after) ORDER BY id;
    IF FOUND THEN PERFORM pg_notify('statements_outbox', ''); END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER statements_session_update_outbox AFTER UPDATE ON statements_session
    REFERENCING NEW TABLE AS after
    FOR EACH STATEMENT EXECUTE FUNCTION statements_session_update_outbox();
"""
DROP_TRIGGERS = "DROP FUNCTION statements_session_update_outbox() CASCADE"


def permit_sessions(apps: Apps, schema_editor: BaseDatabaseSchemaEditor | None) -> None:
    """Let everybody who may view, add or change meetings do so with sessions."""
    # permissions are made after all migrations; groups and persons need them now
    config = apps.get_app_config("statements")
    models_module = getattr(config, "models_module", None)
    config.models_module = True  # type: ignore[assignment]
    create_permissions(config, apps=apps, verbosity=0)
    config.models_module = models_module
    permissions = apps.get_model("auth", "Permission").objects.filter(
        content_type__app_label="statements"
    )
    for action in ("view", "add", "change"):
        of_meeting = permissions.filter(codename=f"{action}_meeting").first()
        of_session = permissions.filter(codename=f"{action}_session").first()
        if of_meeting is None or of_session is None:
            continue
        for model, field in (("auth.Group", "permissions"), ("auth.User", "user_permissions")):
            for holder in apps.get_model(model).objects.filter(**{field: of_meeting}):
                getattr(holder, field).add(of_session)


class Migration(migrations.Migration):
    dependencies = [
        ("statements", "0026_recognitions"),
        ("auth", "0012_alter_user_first_name_max_length"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Session",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("slug", models.SlugField(max_length=200, unique=True)),
                ("organ", models.CharField(max_length=120)),
                ("number", models.PositiveSmallIntegerField()),
                (
                    "debate",
                    models.CharField(
                        blank=True,
                        help_text="For example “General debate”; empty for a session as a whole.",
                        max_length=120,
                    ),
                ),
                ("year", models.PositiveSmallIntegerField(db_index=True)),
                ("first_day", models.DateField(blank=True, null=True)),
                ("last_day", models.DateField(blank=True, null=True)),
                (
                    "symbols",
                    models.CharField(
                        blank=True,
                        help_text="Of its records, as they are to be cited, for example A/52/PV.5–27.",
                        max_length=200,
                    ),
                ),
            ],
            options={
                "ordering": ["-year", "organ", "-number", "debate"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("organ", "number", "debate"), name="session_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("last_day__gte", models.F("first_day"))),
                        name="session_days_in_order",
                        violation_error_message="The last day must not be before the first.",
                    ),
                ],
            },
        ),
        migrations.AddField(
            model_name="speech",
            name="session",
            field=models.ForeignKey(
                blank=True,
                help_text="The debate of a session that it was made in, whether or not in a meeting.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="speeches",
                to="statements.session",
            ),
        ),
        migrations.AlterModelOptions(
            name="speech",
            options={
                "ordering": [
                    models.OrderBy(models.F("year"), descending=True, nulls_last=True),
                    models.OrderBy(models.F("date"), descending=True, nulls_last=True),
                    "meeting",
                    "position",
                    "pk",
                ],
                "permissions": [("withdraw_speech", "Can withdraw speeches and reinstate them")],
                "verbose_name_plural": "speeches",
            },
        ),
        migrations.RunSQL(TRIGGERS, DROP_TRIGGERS),
        migrations.RunPython(permit_sessions, migrations.RunPython.noop),
    ]

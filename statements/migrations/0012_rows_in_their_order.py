"""Rows of one speech, paragraph or meeting are put in their order by its key: by the relation itself
they were sorted by how speeches are listed, with speeches and meetings joined to every one."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("statements", "0011_names_with_a_first_day"),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="languagechange",
            options={"ordering": ["paragraph_id", "start"]},
        ),
        migrations.AlterModelOptions(
            name="member",
            options={"ordering": ["meeting_id", "position"]},
        ),
        migrations.AlterModelOptions(
            name="paragraph",
            options={"ordering": ["speech_id", "position"]},
        ),
        migrations.AlterModelOptions(
            name="presidency",
            options={"ordering": ["meeting_id", "position"], "verbose_name_plural": "presidencies"},
        ),
        migrations.AlterModelOptions(
            name="reference",
            options={"ordering": ["paragraph_id", "start"]},
        ),
        migrations.AlterModelOptions(
            name="vote",
            options={"ordering": ["paragraph_id", "position"]},
        ),
    ]

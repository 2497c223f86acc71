"""People with the same name and country are numbered, where they are not one person."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("statements", "0022_words_digests"),
    ]

    operations = [
        migrations.AddField(
            model_name="speaker",
            name="namesake",
            field=models.PositiveSmallIntegerField(
                default=1,
                editable=False,
                help_text="Tells people with the same name and country apart.",
            ),
        ),
        migrations.RemoveConstraint(
            model_name="speaker",
            name="speaker_once",
        ),
        migrations.AddConstraint(
            model_name="speaker",
            constraint=models.UniqueConstraint(
                fields=("folded", "country", "namesake"),
                name="speaker_once",
                nulls_distinct=False,
            ),
        ),
    ]

"""Paragraphs keep the speaker line of a turn that was joined to the one before."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("statements", "0019_paragraph_time"),
    ]

    operations = [
        migrations.AddField(
            model_name="paragraph",
            name="turn_line",
            field=models.CharField(
                blank=True,
                default="",
                help_text="The printed speaker line above the paragraph, if a turn begins here that continues the speech, for example after a vote.",
                max_length=500,
            ),
            preserve_default=False,
        ),
    ]

"""Title, motion and outcome of recorded votes. ``complete_holdings`` reads them from the texts."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("statements", "0037_words_of_speeches"),
    ]

    operations = [
        migrations.AddField(
            model_name="recordedvote",
            name="title",
            field=models.CharField(
                blank=True, help_text="Of what was voted on, as printed.", max_length=500
            ),
        ),
        migrations.AddField(
            model_name="recordedvote",
            name="motion",
            field=models.CharField(
                blank=True, help_text="The sentence that puts it to the vote.", max_length=500
            ),
        ),
        migrations.AddField(
            model_name="recordedvote",
            name="outcome",
            field=models.CharField(
                blank=True,
                choices=[
                    ("adopted", "Adopted"),
                    ("rejected", "Not adopted"),
                    ("retained", "Retained"),
                    ("deleted", "Deleted"),
                ],
                max_length=8,
            ),
        ),
    ]

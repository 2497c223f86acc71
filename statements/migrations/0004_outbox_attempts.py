from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("statements", "0003_countries")]

    operations = [
        migrations.AddField(
            model_name="indexoutbox",
            name="attempts",
            field=models.PositiveSmallIntegerField(
                db_default=0,
                default=0,
                help_text="Failed ones; after three the row is left alone.",
            ),
        ),
        migrations.AddField(
            model_name="indexoutbox",
            name="indexed_in",
            field=models.PositiveIntegerField(
                blank=True,
                help_text="Generation that has it, while another is being built.",
                null=True,
            ),
        ),
    ]

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("statements", "0025_paragraph_index"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Recognition",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("asked_at", models.DateTimeField(auto_now_add=True)),
                (
                    "given",
                    models.JSONField(default=dict, help_text="Metadata supplied with the scan."),
                ),
                (
                    "pages",
                    models.PositiveIntegerField(
                        help_text="Number of pages; null until they are counted.", null=True
                    ),
                ),
                (
                    "attempts",
                    models.PositiveSmallIntegerField(
                        default=0, help_text="Number of attempts that did not finish."
                    ),
                ),
                (
                    "outcome",
                    models.CharField(
                        choices=[("waiting", "Waiting"), ("done", "Done"), ("failed", "Failed")],
                        default="waiting",
                        max_length=7,
                    ),
                ),
                (
                    "message",
                    models.TextField(blank=True, help_text="Why the text could not be recognized."),
                ),
                (
                    "asked_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "transcript",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="recognition",
                        to="statements.transcript",
                    ),
                ),
            ],
            options={"ordering": ["pk"]},
        ),
        migrations.CreateModel(
            name="RecognizedPage",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveIntegerField()),
                ("hocr", models.BinaryField()),
                (
                    "recognition",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="recognized_pages",
                        to="statements.recognition",
                    ),
                ),
            ],
            options={"ordering": ["recognition", "number"]},
        ),
        migrations.AddIndex(
            model_name="recognition",
            index=models.Index(
                condition=models.Q(("outcome", "waiting")),
                fields=["id"],
                name="recognition_waiting",
            ),
        ),
        migrations.AddConstraint(
            model_name="recognizedpage",
            constraint=models.UniqueConstraint(
                fields=("recognition", "number"), name="recognized_page_is_unique"
            ),
        ),
    ]

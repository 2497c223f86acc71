"""Digests by which the same words are recognised, filled for the speeches that are stored."""

from collections.abc import Iterator
from itertools import batched, groupby
from operator import itemgetter
from typing import Any

import django.db.models.deletion
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

from statements.transcripts.text.digests import digest_of_words

_ROWS = 2_000  # of a table in memory


def fill(apps: StateApps, _editor: BaseDatabaseSchemaEditor) -> None:
    digests = apps.get_model("statements", "WordsDigest")
    for batch in batched(_digests(apps, digests), _ROWS):
        digests.objects.bulk_create(batch)


def _digests(apps: StateApps, digests: Any) -> Iterator[Any]:
    """Yield the digest of each speech; the paragraphs come from the database bit by bit."""
    paragraphs = apps.get_model("statements", "Paragraph").objects.filter(kind="speech")
    rows = paragraphs.order_by("speech_id", "position").values_list("speech_id", "text")
    for speech, texts in groupby(rows.iterator(chunk_size=_ROWS), key=itemgetter(0)):
        if digest := digest_of_words(text for _, text in texts):
            yield digests(speech_id=speech, digest=digest)


class Migration(migrations.Migration):
    dependencies = [
        ("statements", "0021_recorded_votes"),
    ]

    operations = [
        migrations.CreateModel(
            name="WordsDigest",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "digest",
                    models.UUIDField(
                        db_index=True,
                        help_text="Of the letters and digits; see “transcripts.text.digests”.",
                    ),
                ),
                (
                    "speech",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="words_digest",
                        to="statements.speech",
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "digests of words",
            },
        ),
        migrations.RunPython(fill, migrations.RunPython.noop, elidable=True),
    ]

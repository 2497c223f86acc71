"""One row in every table of the archive, each of whose texts has a word that nothing else has.

No row is public: the speech is withdrawn, its file waits for review, lines of registers are not
verified.
"""

import hashlib
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from django.contrib.auth import get_user_model
from django.contrib.postgres.fields import ArrayField
from django.db import models

from statements.models import Transcript
from statements.packages.full_tables import archived_models

WORD = "quillwo"  # as long as the shortest column
DAY = date(1987, 3, 5)
CONTENT = f"Ms. {WORD}: The {WORD} is in bloom.".encode()

Row = models.Model


def fill_every_table() -> dict[type[Row], Row]:
    """Store the rows, and return them by their model."""
    made: dict[type[Row], Row] = {}
    for model in archived_models():
        _make(model, made)
    return made


def _make(model: type[Row], made: dict[type[Row], Row]) -> Row:
    if model in made:
        return made[model]
    if model is get_user_model():
        made[model] = get_user_model().objects.create_user(WORD, f"{WORD}@example.org", WORD)
        return made[model]
    values = {
        field.attname: _value(field, made)
        for field in model._meta.concrete_fields
        if not isinstance(field, (models.AutoField, models.BigAutoField, models.GeneratedField))
    }
    if model is Transcript:
        digest = hashlib.sha256(CONTENT).hexdigest()
        values |= {"content": CONTENT, "sha256": digest, "size": len(CONTENT)}
        values |= {"state": Transcript.State.RECEIVED, "name": f"{WORD}.txt"}
    if "date" in values and "year_stated" in values:
        values["year_stated"] = None
    made[model] = model(**values)
    made[model].save(force_insert=True)
    return made[model]


def _value(field: "models.Field[Any, Any]", made: dict[type[Row], Row]) -> Any:
    if isinstance(field, models.ForeignKey):
        if field.related_model is field.model:
            return None
        return getattr(_make(field.related_model, made), field.target_field.attname)
    if field.choices:
        return field.flatchoices[0][0]
    values: dict[type[models.Field[Any, Any]], Any] = {
        models.BooleanField: False,
        models.IntegerField: 0 if field.name == "start" else 1,
        models.FloatField: 1.25,
        models.DateTimeField: datetime(1987, 3, 5, 10, 20, 30, 123456, UTC),
        models.DateField: DAY,
        models.JSONField: {"text": WORD, "number": 0.1},
        models.BinaryField: WORD.encode(),
        models.UUIDField: UUID(int=7),
        models.URLField: f"https://{WORD}.example.org/",
    }
    for kind, value in values.items():
        if isinstance(field, kind):
            return value
    if isinstance(field, ArrayField):
        return [_value(field.base_field, made)]
    return WORD

"""A paragraph as a row, for stock Haystack."""

from django.db import models


class Paragraph(models.Model):
    speech = models.IntegerField()
    country = models.CharField(max_length=12)
    speaker = models.CharField(max_length=300)
    year = models.IntegerField()
    text = models.TextField()

    def __str__(self) -> str:
        return self.text[:80]

"""People who spoke, with the names that records print for them."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from statements.addresses import page_address
from statements.models import querysets
from statements.models.countries import Country
from statements.transcripts.languages.letter_case import usual_case


def shown_name(honorific: str, name: str) -> str:
    """Return a person's name as pages show it, from its parts as printed."""
    return usual_case(f"{honorific} {name}".strip())


class Speaker(models.Model):
    """A person who spoke, as named in records: usually by surname and delegation."""

    slug = models.SlugField(max_length=140, unique=True)
    name = models.CharField(max_length=200, help_text=_("As printed, without the honorific."))
    honorific = models.CharField(max_length=60, blank=True)
    sort_name = models.CharField(max_length=200)
    folded = models.CharField(max_length=200, editable=False)
    country = models.ForeignKey(
        Country, on_delete=models.PROTECT, null=True, blank=True, related_name="speakers"
    )

    namesake = models.PositiveSmallIntegerField(
        default=1,
        editable=False,
        help_text=_("Tells people with the same name and country apart."),
    )

    objects = querysets.SpeakerQuerySet.as_manager()

    class Meta:
        ordering = ["sort_name", "slug"]
        constraints = [
            models.UniqueConstraint(
                fields=["folded", "country", "namesake"],
                name="speaker_once",
                nulls_distinct=False,
            ),
        ]

    def __str__(self) -> str:
        """The name as pages show it: with the honorific, and capitals in usual case."""
        return shown_name(self.honorific, self.name)

    def get_absolute_url(self) -> str:
        return page_address("speaker", self.slug)


class SpeakerName(models.Model):
    """Another printed form of a speaker's name."""

    speaker = models.ForeignKey(Speaker, on_delete=models.CASCADE, related_name="names")
    name = models.CharField(max_length=200)
    folded = models.CharField(max_length=200, db_index=True, editable=False)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["speaker", "folded"], name="speaker_name_once"),
        ]

    def __str__(self) -> str:
        return self.name

"""Countries and other delegations, with the names that records print for them."""

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from statements.addresses import page_address
from statements.models import querysets


class Country(models.Model):
    """A state, an observer, or a body or organization that speaks."""

    class Kind(models.TextChoices):
        MEMBER = "member", _("Member State")
        OBSERVER = "observer", _("Observer State")
        STATE = "state", _("Other state or territory")
        ORGANIZATION = "organization", _("Body or organization")

    code = models.CharField(
        primary_key=True,
        max_length=12,
        validators=[
            RegexValidator(
                r"^[A-Z][A-Z0-9-]{1,11}$", _("Enter 2 to 12 capital letters, digits or hyphens.")
            )
        ],
        help_text=_(
            "The ISO 3166 alpha-3 code (also for former states), or an acronym for bodies."
        ),
    )
    kind = models.CharField(max_length=12, choices=Kind, default=Kind.MEMBER)
    short_name = models.CharField(max_length=120, unique=True)
    formal_name = models.CharField(max_length=200, blank=True)
    valid_from = models.DateField(null=True, blank=True)
    valid_to = models.DateField(
        null=True, blank=True, help_text=_("Only if the state no longer exists.")
    )
    successors = models.ManyToManyField(
        "self", symmetrical=False, related_name="predecessors", blank=True
    )

    objects = querysets.CountryQuerySet.as_manager()

    class Meta:
        ordering = ["short_name"]
        verbose_name_plural = _("countries")
        constraints = [
            models.CheckConstraint(
                name="country_valid_range",
                condition=Q(valid_to__isnull=True)
                | Q(valid_from__isnull=True)
                | Q(valid_from__lte=F("valid_to")),
            ),
        ]

    def __str__(self) -> str:
        return self.short_name

    def get_absolute_url(self) -> str:
        return page_address("country", self.code)


class CountryName(models.Model):
    """One printed form of a country's name, with the period in which it was used."""

    country = models.ForeignKey(Country, on_delete=models.CASCADE, related_name="names")
    name = models.CharField(max_length=200)
    folded = models.CharField(max_length=200, db_index=True, editable=False)
    valid_from = models.DateField(null=True, blank=True)
    valid_to = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["country", "folded", "valid_from"],
                name="country_name_once",
                nulls_distinct=False,
            ),
        ]

    def __str__(self) -> str:
        return self.name

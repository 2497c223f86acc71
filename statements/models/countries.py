"""What speakers belong to: countries and their groups, and parties, wards, ministries and bodies,
with the names that records print for them.
"""

from datetime import date

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from statements.addresses import page_address
from statements.models import querysets
from statements.transcripts.values.affiliations import AffiliationKind


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

    @property
    def verified_memberships(self) -> "list[GroupMembership]":
        """The memberships of groups that count, in the order of the groups' names and of time."""
        lines = [line for line in self.group_memberships.all() if line.verified]
        return sorted(lines, key=lambda line: (line.group.name, line.valid_from))


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


# -- parties, wards, ministries and bodies ---------------------------------------------------


class Affiliation(models.Model):
    """A party, ward, ministry or body to which a speaker belongs, as the source states."""

    class Kind(models.TextChoices):
        BODY = AffiliationKind.BODY.value, _("Body")
        MINISTRY = AffiliationKind.MINISTRY.value, _("Ministry")
        PARTY = AffiliationKind.PARTY.value, _("Party")
        WARD = AffiliationKind.WARD.value, _("Ward or constituency")

    slug = models.SlugField(max_length=140, unique=True)
    kind = models.CharField(max_length=12, choices=Kind)
    name = models.CharField(max_length=200)
    folded = models.CharField(max_length=400, db_index=True, editable=False)

    objects = querysets.AffiliationQuerySet.as_manager()

    class Meta:
        ordering = ["kind", "name"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "folded"], name="affiliation_once"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return page_address("affiliation", self.slug)

    @property
    def facet(self) -> str:
        """The facet whose value it is. Ministries are bodies there: readers of a parliament look
        for parties and constituencies, those of a council for parties and wards."""
        is_ministry = self.kind == self.Kind.MINISTRY
        return self.Kind.BODY.value if is_ministry else str(self.kind)


class AffiliationName(models.Model):
    """Another printed form of the name of a party, ward, ministry or body."""

    affiliation = models.ForeignKey(Affiliation, on_delete=models.CASCADE, related_name="names")
    name = models.CharField(max_length=200)
    folded = models.CharField(max_length=400, db_index=True, editable=False)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["affiliation", "folded"], name="affiliation_name_once"),
        ]

    def __str__(self) -> str:
        return self.name


# -- groups of States ------------------------------------------------------------------------


class CountryGroup(models.Model):
    """A group of States, such as a regional group or the least developed countries."""

    code = models.SlugField(primary_key=True, max_length=12)
    name = models.CharField(max_length=120, unique=True)

    class Meta:
        ordering = ["name"]
        verbose_name = _("group of States")
        verbose_name_plural = _("groups of States")

    def __str__(self) -> str:
        return self.name


class GroupMembership(models.Model):
    """A period in which a State belonged to a group.

    Only verified lines count: those of which the source was read, or that an archivist confirmed.
    """

    group = models.ForeignKey(CountryGroup, on_delete=models.CASCADE, related_name="memberships")
    country = models.ForeignKey(Country, on_delete=models.CASCADE, related_name="group_memberships")
    valid_from = models.DateField(help_text=_("The first of January if only the year is known."))
    valid_to = models.DateField(
        null=True,
        blank=True,
        help_text=_("The last day, or the last of December if only the year is known."),
    )
    source = models.CharField(max_length=200, blank=True)
    verified = models.BooleanField(
        default=False,
        help_text=_("Only verified lines are used in searches."),
    )

    class Meta:
        ordering = ["group", "country", "valid_from"]
        verbose_name = _("membership of a group")
        verbose_name_plural = _("memberships of groups")
        constraints = [
            models.UniqueConstraint(
                fields=["group", "country", "valid_from"], name="membership_once"
            ),
            models.CheckConstraint(
                name="membership_valid_range",
                condition=Q(valid_to__isnull=True) | Q(valid_from__lte=F("valid_to")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.group_id}: {self.country_id}"

    def covers(self, first: date, last: date) -> bool:
        """Return whether the State belonged to the group on all of these days."""
        return self.valid_from <= first and (self.valid_to is None or last <= self.valid_to)


def groups_of(country: Country, day: date | None, year: int | None) -> list[str]:
    """Return the codes of the groups to which a country belonged on a day; if only the year is
    known, throughout the year; without either, none."""
    if day is None and year is None:
        return []
    first, last = (day, day) if day else (date(year or 1, 1, 1), date(year or 1, 12, 31))
    lines = [line for line in country.group_memberships.all() if line.verified]
    return sorted({line.group_id for line in lines if line.covers(first, last)})

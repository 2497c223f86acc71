"""People who spoke, with the names that records print for them."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from statements.addresses import page_address
from statements.models import querysets
from statements.models.countries import Country
from statements.transcripts.languages.letter_case import surname_and_given, usual_case


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

    merged_into = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="merged_pages",
        help_text=_("The speaker to whose page this address leads, since both are one person."),
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

    @property
    def listed_name(self) -> str:
        """The name in lists by name: without the honorific, and the surname first where the record
        shows which word that is."""
        if parts := surname_and_given(self.name):
            return ", ".join(map(usual_case, parts))
        return usual_case(self.name)


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


class SpeakerProposal(models.Model):
    """Says that a speaker is perhaps the same person as the others with the same number.

    ``ingest.people.proposals`` computes it; an archivist decides. It has a table of its own because
    a change of it changes nothing that is indexed.
    """

    speaker = models.OneToOneField(Speaker, on_delete=models.CASCADE, related_name="proposal")
    number = models.PositiveBigIntegerField(
        db_index=True, help_text=_("The key of the first speaker of the proposal.")
    )

    def __str__(self) -> str:
        return f"{self.number}: {self.speaker_id}"


class Office(models.Model):
    """An office whose holder some records print without a name: the Secretary-General."""

    name = models.CharField(max_length=120, unique=True)
    printed = ArrayField(
        models.CharField(max_length=120),
        help_text=_(
            "How speaker lines print it, in each language, separated by commas: "
            "The Secretary-General, Le Secrétaire général."
        ),
    )
    longer_titles = ArrayField(
        models.CharField(max_length=120),
        default=list,
        blank=True,
        help_text=_(
            "Parts of titles of other people that contain a printed form: of the Secretary-General."
        ),
    )

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class OfficeTerm(models.Model):
    """A period in which a person held an office.

    Only verified lines count: those of which the source was read, or that an archivist confirmed.
    """

    office = models.ForeignKey(Office, on_delete=models.CASCADE, related_name="terms")
    holder = models.CharField(max_length=200, help_text=_("In the usual order: Kofi Annan."))
    surname = models.CharField(
        max_length=200, help_text=_("By which the person is looked for too: Annan.")
    )
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True, help_text=_("The last day."))
    source = models.CharField(max_length=200, blank=True)
    verified = models.BooleanField(
        default=False, help_text=_("Only verified lines are used in searches.")
    )

    class Meta:
        ordering = ["office", "valid_from"]
        verbose_name = _("term of office")
        verbose_name_plural = _("terms of office")
        constraints = [
            models.UniqueConstraint(fields=["office", "holder", "valid_from"], name="term_once"),
            models.CheckConstraint(
                name="term_valid_range",
                condition=Q(valid_to__isnull=True) | Q(valid_from__lte=F("valid_to")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.holder}: {self.office}"


class PersonDecision(models.Model):
    """A decision of an archivist on which of some speakers are one person.

    Its members with the same person number were joined; those with different ones are known to be
    different people and are not proposed again.
    """

    decided_at = models.DateTimeField(auto_now_add=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    undone_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.decided_at:%Y-%m-%d}"


class DecidedSpeaker(models.Model):
    """A speaker of a decision, and what was moved to another page, so that it can be moved back."""

    decision = models.ForeignKey(PersonDecision, on_delete=models.CASCADE, related_name="members")
    speaker = models.ForeignKey(Speaker, on_delete=models.CASCADE, related_name="decisions")
    person = models.PositiveSmallIntegerField()
    # keys of rows that belonged to the speaker before it was joined to another
    speeches = ArrayField(models.BigIntegerField(), default=list)
    presidencies = ArrayField(models.BigIntegerField(), default=list)
    merged_pages = ArrayField(models.BigIntegerField(), default=list)
    # keys of the names that the other speaker got by it
    names = ArrayField(models.BigIntegerField(), default=list)

    class Meta:
        ordering = ["decision", "person", "pk"]

    def __str__(self) -> str:
        return f"{self.person}: {self.speaker_id}"

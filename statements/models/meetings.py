"""Organs, their sessions and meetings; the first pages of records: agenda, presidents, members."""

from functools import lru_cache

from django.contrib.humanize.templatetags.humanize import ordinal
from django.db import models
from django.db.models import F, Q
from django.utils.html import strip_tags
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from archive import languages
from statements.addresses import page_address
from statements.models import querysets
from statements.models.countries import Country
from statements.models.speakers import Speaker
from statements.transcripts.values.symbols import Symbol


class Topic(models.Model):
    """An agenda item as printed in records, or a subject assigned by a person."""

    class Kind(models.TextChoices):
        AGENDA_ITEM = "agenda-item", _("Agenda item")
        SUBJECT = "subject", _("Subject")

    slug = models.SlugField(max_length=140, unique=True)
    title = models.CharField(max_length=500)
    folded = models.CharField(max_length=500, unique=True, editable=False)
    kind = models.CharField(max_length=12, choices=Kind, default=Kind.AGENDA_ITEM)

    objects = querysets.TopicQuerySet.as_manager()

    class Meta:
        ordering = ["title"]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return page_address("topic", self.slug)


class Organ(models.Model):
    """A body that meets, such as a council, an assembly or one of its committees.

    Sessions and meetings refer to it by name, so that lists, addresses and the index name it
    without reading it.
    """

    slug = models.SlugField(max_length=140, unique=True)
    name = models.CharField(max_length=120, unique=True)
    folded = models.CharField(max_length=240, db_index=True, editable=False)
    position = models.PositiveSmallIntegerField(
        default=0, help_text=_("In lists; organs with the same number are ordered by name.")
    )
    parent = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="parts",
        help_text=_("For example the assembly to which a committee belongs."),
    )

    objects = querysets.OrganQuerySet.as_manager()

    class Meta:
        ordering = ["position", "name"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return page_address("organ", self.slug)


class OrganName(models.Model):
    """Another printed form of an organ's name, or the name of an organ that was joined to it."""

    organ = models.ForeignKey(Organ, on_delete=models.CASCADE, related_name="names")
    name = models.CharField(max_length=120)
    folded = models.CharField(max_length=240, db_index=True, editable=False)
    former_slug = models.SlugField(
        max_length=140,
        blank=True,
        editable=False,
        help_text=_("Of the page of an organ that was joined; it leads to this organ."),
    )

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["organ", "folded"], name="organ_name_once"),
            models.UniqueConstraint(
                fields=["former_slug"], condition=~Q(former_slug=""), name="organ_former_slug"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Session(models.Model):
    """A debate of one session of an organ, such as the general debate of its 52nd session.

    Its speeches were made at one or more meetings, which need not be known.
    """

    slug = models.SlugField(max_length=200, unique=True)
    organ = models.ForeignKey(
        Organ, on_delete=models.PROTECT, to_field="name", related_name="sessions"
    )
    number = models.PositiveSmallIntegerField()
    debate = models.CharField(
        max_length=120,
        blank=True,
        help_text=_("For example “General debate”; empty for a session as a whole."),
    )
    year = models.PositiveSmallIntegerField(db_index=True)
    first_day = models.DateField(null=True, blank=True)
    last_day = models.DateField(null=True, blank=True)
    symbols = models.CharField(
        max_length=200,
        blank=True,
        help_text=_("Of its records, as they are to be cited, for example A/52/PV.5–27."),
    )

    objects = querysets.SessionQuerySet.as_manager()

    class Meta:
        ordering = ["-year", "organ", "-number", "debate"]
        constraints = [
            models.UniqueConstraint(fields=["organ", "number", "debate"], name="session_once"),
            models.CheckConstraint(
                name="session_days_in_order",
                condition=Q(last_day__gte=F("first_day")),
                violation_error_message=_("The last day must not be before the first."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title}, {languages.localized(self.organ_id, 'organ')}, {self.year}"

    def get_absolute_url(self) -> str:
        return page_address("session", self.slug)

    @property
    def title(self) -> str:
        """The debate and the session, for lists that name the organ: "General debate, 52nd
        session"."""
        return _session_title(self.debate, self.number, languages.current())


@lru_cache(maxsize=1024)
def _session_title(debate: str, number: int, language: str) -> str:
    """Return the title of a session in the language that is active. A page shows it ten times, and
    an ordinal number takes a look at the catalogue for each of its rules."""
    if number == 1:  # the only number whose ordinal has a gender in French
        session = gettext("1st session")
    else:
        # in some languages it has HTML: 52<sup>e</sup>
        session = gettext("%(number)s session") % {"number": strip_tags(str(ordinal(number)))}
    return f"{languages.localized(debate, 'debate')}, {session}" if debate else session


class Meeting(models.Model):
    """A sitting of an organ, identified by the symbol of its record."""

    symbol = models.CharField(max_length=80, unique=True, help_text=_("For example S/PV.7343."))
    symbol_printed = models.CharField(max_length=80, blank=True)
    slug = models.SlugField(max_length=100, unique=True)
    organ = models.ForeignKey(
        Organ,
        on_delete=models.PROTECT,
        to_field="name",
        null=True,
        blank=True,
        related_name="meetings",
    )
    number = models.PositiveIntegerField(null=True, blank=True)
    resumption = models.PositiveSmallIntegerField(default=0)
    date = models.DateField(null=True, blank=True, db_index=True)
    date_printed = models.CharField(max_length=120, blank=True)
    place = models.CharField(max_length=120, blank=True)
    first_page = models.TextField(
        blank=True, help_text=_("The lines of the record’s first page, as printed.")
    )
    agenda_items = models.ManyToManyField(
        Topic, through="AgendaItem", related_name="meetings", blank=True
    )

    objects = querysets.MeetingQuerySet.as_manager()

    class Meta:
        ordering = [F("date").desc(nulls_last=True), "symbol"]

    def __str__(self) -> str:
        return self.symbol

    def get_absolute_url(self) -> str:
        return page_address("meeting", self.slug)

    @property
    def title(self) -> str:
        """The symbol, for lists that name the organ."""
        return self.symbol

    @property
    def record_type(self) -> str:
        """The type of its record in the symbol, such as "PV"; "" if the symbol has no known
        form."""
        try:
            return Symbol.parse(self.symbol).record_type
        except ValueError:
            return ""


class AgendaItem(models.Model):
    """A topic on the agenda of a meeting, in the order printed."""

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="agenda")
    topic = models.ForeignKey(Topic, on_delete=models.CASCADE, related_name="agendas")
    position = models.PositiveSmallIntegerField(default=0)
    number = models.CharField(
        max_length=20, blank=True, help_text=_("As printed, for example “8” or “12 (a)”.")
    )

    class Meta:
        ordering = ["meeting_id", "position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["meeting", "topic"], name="agenda_item_once"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.topic}".strip()


class Presidency(models.Model):
    """A president of a meeting; a meeting can have several, in the order printed."""

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="presidencies")
    position = models.PositiveSmallIntegerField()
    name_printed = models.CharField(max_length=200)
    affiliation = models.CharField(max_length=200, blank=True)
    speaker = models.ForeignKey(
        Speaker, on_delete=models.PROTECT, null=True, blank=True, related_name="presidencies"
    )
    country = models.ForeignKey(
        Country, on_delete=models.PROTECT, null=True, blank=True, related_name="presidencies"
    )

    class Meta:
        ordering = ["meeting_id", "position"]
        verbose_name_plural = _("presidencies")
        constraints = [
            models.UniqueConstraint(fields=["meeting", "position"], name="presidency_position"),
        ]

    def __str__(self) -> str:
        return self.name_printed


class Member(models.Model):
    """A delegation listed among the members on the first page, in the order printed."""

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="members")
    position = models.PositiveSmallIntegerField()
    affiliation = models.CharField(max_length=300, help_text=_("As printed."))
    honorific = models.CharField(max_length=60, blank=True)
    name = models.CharField(max_length=300, blank=True, help_text=_("As printed."))
    country = models.ForeignKey(
        Country, on_delete=models.PROTECT, null=True, blank=True, related_name="memberships"
    )

    class Meta:
        ordering = ["meeting_id", "position"]
        constraints = [
            models.UniqueConstraint(fields=["meeting", "position"], name="member_position"),
        ]

    def __str__(self) -> str:
        return f"{self.affiliation}: {f'{self.honorific} {self.name}'.strip()}"

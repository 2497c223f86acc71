"""The facets of the search page and the API, each declared once.

To add one, write a row here and an attribute of ``SearchParameters``. If the index does not have
the field yet, it also needs one in ``fields`` and in ``statements.search_indexes``; if its values
are codes, ``results.rows`` reads their labels.
"""

from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from statements.transcripts.record.speaking_capacity import Capacity


@dataclass(frozen=True, slots=True)
class PublicFacet:
    name: str  # of the parameter in the address, and of the field of the index
    label: Promise
    values: str  # what programs pass as values
    no_speech: Promise  # the sentence about a value (``%(value)s``) that no speech has
    # what leads to all values: the form depends on ``number``, ``%(count)s`` is that as printed
    all_values: Any
    is_listed: bool = True  # with its values beside the results; otherwise only a filter


# in the order of the search page
PUBLIC_FACETS = (
    PublicFacet(
        "country",
        _("Country"),
        "Country codes such as KAZ.",
        _("“%(value)s” is not the code or name of a country in this archive."),
        ngettext_lazy("%(count)s country", "All %(count)s countries", "number"),
    ),
    PublicFacet(
        "party",
        _("Party"),
        "Slugs, as in the facets.",
        _("No speech has the party “%(value)s”."),
        ngettext_lazy("%(count)s party", "All %(count)s parties", "number"),
    ),
    PublicFacet(
        "ward",
        _("Ward or constituency"),
        "Slugs, as in the facets.",
        _("No speech has the ward or constituency “%(value)s”."),
        ngettext_lazy(
            "%(count)s ward or constituency", "All %(count)s wards and constituencies", "number"
        ),
    ),
    PublicFacet(
        "body",
        _("Body or ministry"),
        "Slugs, as in the facets.",
        _("No speech has the body or ministry “%(value)s”."),
        ngettext_lazy(
            "%(count)s body or ministry", "All %(count)s bodies and ministries", "number"
        ),
    ),
    PublicFacet(
        "speaker",
        _("Speaker"),
        "Slugs, as in the facets.",
        _("No speech has the speaker “%(value)s”."),
        ngettext_lazy("%(count)s speaker", "All %(count)s speakers", "number"),
    ),
    PublicFacet(
        "year",
        _("Year"),
        "Years such as 2014, or “undated”.",
        _("No speech has the year “%(value)s”."),
        ngettext_lazy("%(count)s year", "All %(count)s years", "number"),
    ),
    PublicFacet(
        "topic",
        _("Topic"),
        "Slugs, as in the facets.",
        _("No speech has the topic “%(value)s”."),
        ngettext_lazy("%(count)s topic", "All %(count)s topics", "number"),
    ),
    PublicFacet(
        "member_of",
        _("Group of States"),
        "Codes of groups to which the State belonged on the day, such as SIDS.",
        _("No speech is of a member of the group “%(value)s”."),
        ngettext_lazy("%(count)s group of States", "All %(count)s groups of States", "number"),
    ),
    PublicFacet(
        "capacity",
        _("Capacity"),
        f"In what capacity the speech was made: {', '.join(Capacity)}.",
        _("No speech has the capacity “%(value)s”."),
        ngettext_lazy("%(count)s capacity", "All %(count)s capacities", "number"),
    ),
    PublicFacet(
        "language",
        _("Language of delivery"),
        "ISO 639 codes such as fr.",
        _("No speech has the language of delivery “%(value)s”."),
        ngettext_lazy("%(count)s language", "All %(count)s languages", "number"),
    ),
    PublicFacet(
        "organ",
        _("Organ"),
        "Names, as in the facets.",
        _("No speech has the organ “%(value)s”."),
        ngettext_lazy("%(count)s organ", "All %(count)s organs", "number"),
    ),
    PublicFacet(
        "session",
        _("Session"),
        "Slugs, as in the facets.",
        _("No speech has the session “%(value)s”."),
        ngettext_lazy("%(count)s session", "All %(count)s sessions", "number"),
    ),
    PublicFacet(
        "meeting",
        _("Meeting"),
        "Meeting symbols such as S/PV.8699.",
        _("There is no meeting %(value)s."),
        ngettext_lazy("%(count)s meeting", "All %(count)s meetings", "number"),
        is_listed=False,
    ),
)

CAPACITIES = {
    Capacity.NATIONAL: _("National statement"),
    Capacity.BEHALF: _("On behalf of a group"),
    Capacity.CHAIR: _("Chair: procedure"),
    Capacity.CHAIR_NATIONAL: _("Chair: national statement"),
    Capacity.SECRETARIAT: _("Secretariat and bodies"),
    Capacity.GUEST: _("Guest"),
}

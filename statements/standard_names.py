"""Names that many archives store and that pages show in their own language.

They stand here only to be extracted as messages; ``archive.languages.localized`` looks them up by
the name as it is stored. Those of States and organizations are extracted from the table with which
an archive begins.
"""

from django.utils.translation import pgettext_lazy

ORGANS = (
    pgettext_lazy("organ", "Economic and Social Council"),
    pgettext_lazy("organ", "General Assembly"),
    pgettext_lazy("organ", "Human Rights Council"),
    pgettext_lazy("organ", "Security Council"),
    pgettext_lazy("organ", "Trusteeship Council"),
)
DEBATES = (pgettext_lazy("debate", "General debate"),)
BALLOTS = (
    pgettext_lazy("ballot", "in favour"),
    pgettext_lazy("ballot", "against"),
    pgettext_lazy("ballot", "abstaining"),
    pgettext_lazy("ballot", "absent"),
)
GROUPS = (
    pgettext_lazy("group", "African States"),
    pgettext_lazy("group", "African Union"),
    pgettext_lazy("group", "Asia-Pacific States"),
    pgettext_lazy("group", "Association of Southeast Asian Nations"),
    pgettext_lazy("group", "Caribbean Community"),
    pgettext_lazy("group", "Eastern European States"),
    pgettext_lazy("group", "Elected members of the Security Council"),
    pgettext_lazy("group", "European Union"),
    pgettext_lazy("group", "Group of 77"),
    pgettext_lazy("group", "Landlocked developing countries"),
    pgettext_lazy("group", "Latin American and Caribbean States"),
    pgettext_lazy("group", "League of Arab States"),
    pgettext_lazy("group", "Least developed countries"),
    pgettext_lazy("group", "Non-Aligned Movement"),
    pgettext_lazy("group", "Organisation of Islamic Cooperation"),
    pgettext_lazy("group", "Permanent members of the Security Council"),
    pgettext_lazy("group", "Small island developing States"),
    pgettext_lazy("group", "Western European and other States"),
)

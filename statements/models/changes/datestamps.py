"""The datestamps of speeches: the second of the last change of anything that is given out of them.

Triggers record each change in ``ChangedSpeech``, in the transaction that makes it, so that writers
never wait for one another. Such a change has no time yet: a long transaction that began before a
program asked would commit with a time that the program believes to have seen. ``assign`` gives
committed changes their datestamp. See ``docs/decisions/datestamps.md``.
"""

from django.db import connection, models, transaction
from django.utils.translation import gettext_lazy as _

_LOCK = 0x52_6F_73_74_64  # advisory lock: one process at a time gives datestamps

# the time is a subquery, so that it is read once and is the same for all rows
_ASSIGN = """
WITH changed AS (DELETE FROM statements_changedspeech RETURNING public_id)
INSERT INTO statements_datestamp (public_id, changed_at)
SELECT DISTINCT public_id, (SELECT date_trunc('second', clock_timestamp())) FROM changed
ON CONFLICT (public_id) DO UPDATE SET changed_at = EXCLUDED.changed_at
"""


class ChangedSpeech(models.Model):
    """A change that has no datestamp yet. Database triggers write the rows."""

    id = models.BigAutoField(primary_key=True)
    public_id = models.CharField(max_length=120)  # no foreign key: the speech may be deleted

    class Meta:
        verbose_name_plural = _("changed speeches")

    def __str__(self) -> str:
        return self.public_id


class Datestamp(models.Model):
    """The second in which a speech changed last, for each that is or was in the archive."""

    public_id = models.CharField(max_length=120, primary_key=True)
    changed_at = models.DateTimeField()

    class Meta:
        ordering = ["changed_at", "public_id"]
        indexes = [models.Index(fields=["changed_at", "public_id"], name="datestamp_in_order")]

    def __str__(self) -> str:
        return f"{self.public_id} {self.changed_at:%Y-%m-%dT%H:%M:%SZ}"


def assign() -> None:
    """Give all committed changes the present second as their datestamp.

    Whoever lists changes calls it first. It waits for a process that is doing the same, so that a
    list never lacks a change whose datestamp is earlier than the time of the call.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
        cursor.execute(_ASSIGN)

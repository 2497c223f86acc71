"""Lists of speeches in the order of their last change, with those that are gone."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from statements.models.sql import fetch_all

# Gone are speeches that were withdrawn or deleted. They belong to every set: which country a
# withdrawn speech was attributed to may be why it was withdrawn.
_CHANGES = """
SELECT {columns}
FROM (
    SELECT stamp.public_id, stamp.changed_at, speech.id,
        coalesce(speech.id IS NOT NULL AND speech.withdrawal_id IS NULL, FALSE) AS is_public,
        CASE WHEN speech.withdrawal_id IS NULL THEN array_remove(ARRAY[
            'organ.' || organ.slug, 'session.' || session.slug, 'country.' || speech.country_id
        ], NULL) ELSE '{{}}' END AS sets
    FROM statements_datestamp AS stamp
    LEFT JOIN statements_speech AS speech ON speech.public_id = stamp.public_id
    LEFT JOIN statements_meeting AS meeting ON meeting.id = speech.meeting_id
    LEFT JOIN statements_session AS session ON session.id = speech.session_id
    LEFT JOIN statements_organ AS organ
        ON organ.name = CASE WHEN meeting.id IS NULL THEN session.organ_id ELSE meeting.organ_id END
    WHERE (%(since)s::timestamptz IS NULL OR changed_at >= %(since)s)
    AND (%(until)s::timestamptz IS NULL OR changed_at <= %(until)s)
    AND {condition}
) AS change
WHERE (%(set)s = '' OR NOT is_public OR %(set)s = ANY(sets))
"""
_COLUMNS = "public_id, changed_at, CASE WHEN is_public THEN id END, sets"
_PAGE = (
    _CHANGES.format(
        columns=_COLUMNS,
        condition="(stamp.changed_at, stamp.public_id) > (%(after)s, %(after_id)s)",
    )
    + " ORDER BY changed_at, public_id LIMIT %(limit)s"
)
_ONE = _CHANGES.format(columns=_COLUMNS, condition="stamp.public_id = %(id)s")
_COUNT = _CHANGES.format(columns="count(*)", condition="TRUE")
_EARLIEST = "SELECT min(changed_at) FROM statements_datestamp"
_BEFORE_ALL = datetime.fromisoformat("0001-01-01T00:00:00+00:00")


@dataclass(frozen=True, slots=True)
class Change:
    """The last change of a speech."""

    public_id: str
    changed_at: datetime
    speech: int | None  # the primary key; None if the speech is gone
    sets: Sequence[str]  # such as "country.NOR"; empty if the speech is gone


@dataclass(frozen=True, slots=True)
class Selection:
    """Which changes are listed: those of two times and between them, of all speeches or a set."""

    since: datetime | None = None
    until: datetime | None = None
    subset: str = ""

    def _values(self) -> dict[str, Any]:
        return {"since": self.since, "until": self.until, "set": self.subset}

    def page(self, limit: int, after: Change | None = None) -> list[Change]:
        """Return at most ``limit`` changes in their order, those that follow ``after``.

        A speech that changes between two pages moves to the end, so that it is on a later page.
        """
        values = self._values() | {
            "limit": limit,
            "after": after.changed_at if after else _BEFORE_ALL,
            "after_id": after.public_id if after else "",
        }
        return [Change(*row) for row in fetch_all(_PAGE, values)]

    def count(self) -> int:
        """Return the number of all changes listed."""
        ((count,),) = fetch_all(_COUNT, self._values())
        return int(count)


def change_of(public_id: str) -> Change | None:
    """Return the last change of a speech, or None if there never was one with this id."""
    values = {"since": None, "until": None, "set": "", "id": public_id}
    rows = fetch_all(_ONE, values)
    return Change(*rows[0]) if rows else None


def earliest() -> datetime | None:
    """Return the earliest datestamp, or None if there is none."""
    ((earliest,),) = fetch_all(_EARLIEST)
    return earliest if isinstance(earliest, datetime) else None

"""The sets of speeches that can be harvested alone: those of an organ, a session or a country."""

from collections.abc import Iterator

from archive.languages import in_default_language
from statements.models import Country, Organ, Session, Speech


@in_default_language
def sets() -> list[tuple[str, str]]:
    """Return the name and title of each set that has speeches."""
    return list(_sets())


def _sets() -> Iterator[tuple[str, str]]:
    organs = Organ.objects.filter(name__in=Speech.objects.counts_by_organ())
    yield from ((f"organ.{organ.slug}", organ.name) for organ in organs)
    sessions = Session.objects.filter(pk__in=Speech.objects.order_by().values("session"))
    yield from ((f"session.{session.slug}", str(session)) for session in sessions)
    countries = Country.objects.filter(pk__in=Speech.objects.order_by().values("country"))
    yield from (
        (f"country.{country.code}", country.short_name)
        for country in countries.order_by("short_name")
    )

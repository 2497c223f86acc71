"""Organs: found by a name that they have in any spelling, created, renamed or joined."""

from collections.abc import Iterable

from django.db import transaction
from django.utils.text import slugify

from statements.ingest.publishing.authorities import free_slugs
from statements.models import Meeting, Organ, OrganName, Session
from statements.transcripts.languages.names import fold

_MAX_FOLDED = 240


def get_or_create_organ(name: str) -> Organ:
    """Return the organ that has a name; create it if there is none."""
    folded = fold(name)[:_MAX_FOLDED]
    named = Organ.objects.named(folded) if folded else Organ.objects.filter(name=name)
    if organ := named.order_by("pk").first():
        return organ
    slug = free_organ_slug(name)
    # another transaction may just have created it, with this slug
    Organ.objects.bulk_create([Organ(slug=slug, name=name, folded=folded)], ignore_conflicts=True)
    return Organ.objects.get(slug=slug)


def free_organ_slug(name: str) -> str:
    """Return an unused slug for an organ."""
    base = slugify(fold(name))[:130] or "organ"
    former = set(OrganName.objects.filter(former_slug=base).values_list("former_slug", flat=True))
    return free_slugs(Organ, "slug", {"new": f"{base}-2" if former else base})["new"]


@transaction.atomic
def rename_organ(organ: Organ, former_name: str) -> None:
    """Have meetings and sessions follow an organ that was saved with another name.

    The former name stays one of its names, so that files that print it are of this organ.
    """
    Meeting.objects.filter(organ_id=former_name).update(organ=organ.name)
    Session.objects.filter(organ_id=former_name).update(organ=organ.name)
    _add_name(organ, former_name)


@transaction.atomic
def join_organs(organ: Organ, others: Iterable[Organ]) -> None:
    """Make an organ out of several that are spellings of one: it gets their meetings, sessions,
    parts and names, and their addresses lead to it.

    Raises IntegrityError if two of them have the same session; see ``sessions_in_common``.
    """
    for other in others:
        Meeting.objects.filter(organ_id=other.name).update(organ=organ.name)
        Session.objects.filter(organ_id=other.name).update(organ=organ.name)
        other.parts.exclude(pk=organ.pk).update(parent=organ)
        if organ.parent_id == other.pk:
            organ.parent = None
            organ.save(update_fields=["parent"])
        names = [(other.name, other.slug), *other.names.values_list("name", "former_slug")]
        other.delete()
        for name, slug in names:
            _add_name(organ, name, slug)


def sessions_in_common(organs: Iterable[Organ]) -> list[Session]:
    """Return the sessions that more than one of these organs has, by number and debate."""
    sessions = Session.objects.filter(organ__in=[organ.name for organ in organs])
    once: dict[tuple[int, str], Session] = {}
    return [
        session
        for session in sessions.order_by("pk")
        if once.setdefault((session.number, session.debate), session) is not session
    ]


def _add_name(organ: Organ, name: str, former_slug: str = "") -> None:
    """Give an organ another name; one that only spells its own name otherwise is kept if it has an
    address."""
    folded = fold(name)[:_MAX_FOLDED]
    stored, _ = OrganName.objects.get_or_create(organ=organ, folded=folded, defaults={"name": name})
    if former_slug and not stored.former_slug:
        stored.former_slug = former_slug
        stored.save(update_fields=["former_slug"])

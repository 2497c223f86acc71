"""The meeting that speeches are stored into: made, completed where it was blank, and locked."""

from statements.ingest.drafts.draft import Draft, DraftPresident
from statements.ingest.matching import Matcher, SpeakerKey, speaker_key
from statements.models import Meeting, Member, Presidency, Speaker
from statements.transcripts.symbols import Symbol


def meeting_of(draft: Draft) -> Meeting | None:
    """The draft's meeting, locked until the transaction ends; None where it has no symbol."""
    try:
        symbol = Symbol.parse(draft.symbol)
    except ValueError:
        return None  # none, or a fault that the preview names
    if str(symbol) != draft.symbol:
        return None
    known = {
        "symbol_printed": draft.symbol_printed,
        "organ": draft.organ,
        "number": draft.number or symbol.number,
        "date": draft.date,
        "date_printed": draft.date_printed,
        "place": draft.place,
        "first_page": "\n".join(draft.first_page),
    }
    Meeting.objects.get_or_create(
        symbol=draft.symbol,
        defaults=known | {"slug": symbol.slug, "resumption": symbol.resumption},
    )
    # "no key": who edits a speech of the meeting, and so refers to it, need not wait for us
    meeting = Meeting.objects.select_for_update(no_key=True).get(symbol=draft.symbol)
    filled = [name for name, value in known.items() if value and not getattr(meeting, name)]
    for name in filled:
        setattr(meeting, name, known[name])
    if filled:  # saving for nothing would have every speech of the meeting indexed again
        meeting.save(update_fields=filled)
    return meeting


def presidents_to_add(
    draft: Draft, meeting: Meeting | None, matcher: Matcher
) -> dict[SpeakerKey, DraftPresident]:
    """The draft's presidents, unless the meeting has some already."""
    if meeting is None or not draft.presidents or meeting.presidencies.exists():
        return {}
    on = draft.date or meeting.date
    presidents = {}
    for president in draft.presidents:
        country = matcher.country(president.affiliation, on)
        presidents[speaker_key(president.name, country.code if country else "")] = president
    return presidents


def add_presidencies(
    meeting: Meeting,
    presidents: dict[SpeakerKey, DraftPresident],
    speakers: dict[SpeakerKey, Speaker],
) -> None:
    Presidency.objects.bulk_create(
        Presidency(
            meeting=meeting,
            position=position,
            name_printed=f"{president.honorific} {president.name}".strip(),
            affiliation=president.affiliation,
            country_id=key[1] or None,
            speaker=speakers[key],
        )
        for position, (key, president) in enumerate(presidents.items(), start=1)
    )


def add_members(draft: Draft, meeting: Meeting, matcher: Matcher) -> None:
    """The draft's members, unless the meeting has some already."""
    if not draft.members or meeting.members.exists():
        return
    on = draft.date or meeting.date
    Member.objects.bulk_create(
        Member(
            meeting=meeting,
            position=position,
            affiliation=member.affiliation,
            honorific=member.honorific,
            name=member.name,
            country=matcher.country(member.affiliation, on),
        )
        for position, member in enumerate(draft.members, start=1)
    )

"""The meeting of a draft: created, completed where fields are blank, and locked."""

from statements.ingest.drafts.draft import Draft, DraftPresident
from statements.ingest.drafts.organs import organ_of
from statements.ingest.matching import Matcher
from statements.ingest.namesakes import SpeakerKey, speaker_key
from statements.ingest.publishing.organs import get_or_create_organ
from statements.models import Meeting, Member, Presidency, Speaker
from statements.transcripts.values.symbols import Symbol


def get_or_create_meeting(draft: Draft) -> Meeting | None:
    """Return the meeting of a draft, locked until the transaction ends; None without a symbol."""
    try:
        symbol = Symbol.parse(draft.symbol)
    except ValueError:
        return None  # no symbol, or a fault that the preview reports
    if str(symbol) != draft.symbol:
        return None
    organ = draft.organ.strip() or organ_of(symbol)
    values = {
        "symbol_printed": draft.symbol_printed,
        "organ_id": get_or_create_organ(organ).name if organ else None,
        "number": draft.number or symbol.number,
        "date": draft.date,
        "date_printed": draft.date_printed,
        "place": draft.place,
        "first_page": "\n".join(draft.first_page),
    }
    Meeting.objects.get_or_create(
        symbol=draft.symbol,
        defaults=values | {"slug": symbol.slug, "resumption": symbol.resumption},
    )
    # "no key", so that editors of the meeting's speeches, which refer to it, need not wait
    meeting = Meeting.objects.select_for_update(no_key=True).get(symbol=draft.symbol)
    filled = [name for name, value in values.items() if value and not getattr(meeting, name)]
    for name in filled:
        setattr(meeting, name, values[name])
    if filled:  # an unnecessary save would reindex every speech of the meeting
        meeting.save(update_fields=filled)
    return meeting


def assign_organs() -> int:
    """Give meetings that earlier releases stored from tables the organ of their symbol; return
    their number."""
    count = 0
    for meeting in Meeting.objects.filter(organ=None):
        if name := organ_of(Symbol.parse(meeting.symbol)):
            organ = get_or_create_organ(name)
            count += Meeting.objects.filter(pk=meeting.pk, organ=None).update(organ=organ)
    return count


def new_presidents(
    draft: Draft, meeting: Meeting | None, matcher: Matcher
) -> dict[SpeakerKey, DraftPresident]:
    """Return the presidents of a draft, or none if the meeting already has some."""
    if meeting is None or not draft.presidents or meeting.presidencies.exists():
        return {}
    day = draft.date or meeting.date
    presidents = {}
    for president in draft.presidents:
        country = matcher.country(president.affiliation, day)
        key = speaker_key(
            president.name,
            country.code if country else "",
            president.honorific,
            day.year if day else None,
        )
        presidents[key] = president
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
            country_id=key.country or None,
            speaker=speakers[key],
        )
        for position, (key, president) in enumerate(presidents.items(), start=1)
    )


def add_members(draft: Draft, meeting: Meeting, matcher: Matcher) -> None:
    """Store the members of a draft unless the meeting already has members."""
    if not draft.members or meeting.members.exists():
        return
    day = draft.date or meeting.date
    Member.objects.bulk_create(
        Member(
            meeting=meeting,
            position=position,
            affiliation=member.affiliation,
            honorific=member.honorific,
            name=member.name,
            country=matcher.country(member.affiliation, day),
        )
        for position, member in enumerate(draft.members, start=1)
    )

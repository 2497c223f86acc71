"""Summary records: what people said, told by the record in the third person.

"3. Mr. Lund (Norway) said that the ferry sailed at noon." is a paragraph of Mr. Lund. Paragraphs
that name nobody go on with the one who was named last, as in verbatim records.
"""

import re
from collections.abc import Sequence
from dataclasses import replace

from statements.transcripts.layout.paragraphs import Block
from statements.transcripts.speakers.attribution import Attribution, read_attribution
from statements.transcripts.values.parsed import ParsedMeeting, Problem, Severity

THIRD_PERSON = "reported in the third person"
_SUMMARY = re.compile(r"\b(?:provisional )?summary record\b|/SR\s?[./]\s?\d", re.IGNORECASE)
_LONGEST_HEAD = 500  # characters up to the verb
_NUMBER = re.compile(r"\s*(?P<number>[1-9]\d{0,3})\s?\.\s+(?=\S)")
_TITLE = (
    r"(?:Mr|Mrs|Ms|Miss|Dr|Sir|Dame|Lord|Lady|Prince|Princess|Sheikh|Archbishop|Monsignor|Judge"
    r"|Baroness|Ambassador|Professor|Msgr|Father|Sister)\.?\s"
)
_PERSON = (
    rf"(?:{_TITLE}[^,:;()\n]{{2,60}}?"
    r"|The\s[A-Za-z][\w-]{2,20}(?:\s(?:of|for|the|and|[A-Z][\w-]{1,20})){0,8}?)"
)
# words of the record for what a speaker does; a paragraph about other deeds is nobody's speech
_VERB = (
    r"(?:said|asked|noted|recalled|stressed|expressed|welcomed|thanked|reiterated|suggested|proposed"
    r"|supported|agreed|wondered|observed|emphasi[sz]ed|introduced|endorsed|urged|called|regretted"
    r"|requested|replied|explained|commended|invited|declared|announced|underscored|underlined"
    r"|highlighted|considered|believed|hoped|wished|congratulated|added|stated|pointed|reported"
    r"|recogni[sz]ed|affirmed|appealed|concurred|drew|gave|made|read|spoke|speaking|cautioned|warned"
    r"|objected|opposed|outlined|presented|shared|joined|paid|encouraged|remarked|reaffirmed"
    r"|responded|sought|described|concluded|acknowledged|clarified|confirmed|maintained|insisted"
    r"|doubted|feared|felt|appreciated|praised|reviewed|summari[sz]ed|quoted|mentioned|conveyed"
    r"|associated|aligned|dissociated|denied|rejected|deplored|condemned|took note|took the view"
    r"|was of the (?:view|opinion)|was (?:pleased|concerned|grateful|surprised|glad|sorry|not))\b"
)
_REPORT = re.compile(
    rf"(?P<person>{_PERSON})(?P<groups>(?:\s?\([^()]{{2,80}}\)){{0,3}})"
    rf"(?P<aside>,[^.;:]{{1,240}}?,)?\s(?P<verb>{_VERB})"
)
# a person who does something that no verb of the list says
_NAMED = re.compile(
    rf"(?P<person>{_TITLE}[A-Z][^\s,:;()]{{1,30}}(?:\s[A-Z][^\s,:;()]{{1,30}}){{0,4}})(?<!['’]s)"
    r"(?P<groups>(?:\s?\([^()]{2,80}\)){0,2})(?=,?\s[a-z])"
)
_BEHALF = re.compile(r"\bon behalf of (?P<whom>[^,]{3,160})")


def is_summary_record(meeting: ParsedMeeting) -> bool:
    """Return whether the first page says so, by its title or symbol."""
    return any(map(_SUMMARY.search, meeting.first_page[:40]))


def apply_reports(blocks: Sequence[Block]) -> tuple[list[Block], list[Problem]]:
    """Give a speaker to the paragraphs that tell what somebody said."""
    reported = [_with_speaker(block) for block in blocks]
    if all(block.given is None for block in reported):
        return reported, []
    return reported, [
        Problem(
            "summary-record",
            "This is a summary record: it tells in the third person what was said, not the words "
            "themselves. Please quote it as such.",
            Severity.NOTE,
        )
    ]


def _with_speaker(block: Block) -> Block:
    if block.has_speaker_line or block.given or block.narrative:
        return block
    text = " ".join(" ".join(line.text.split()) for line in block.lines[:8])[:_LONGEST_HEAD]
    number = _NUMBER.match(text)
    start = number.end() if number else 0
    report = _REPORT.match(text, start)
    attribution = _speaker(report) if report else None
    if attribution is None:
        named = _NAMED.match(text, start)
        if named and read_attribution(f"{named[0]}: It"):
            return replace(block, unread_label=named[0])
        return block
    printed = int(number["number"]) if number else None
    return replace(block, given=replace(attribution, end=start, number=printed))


def _speaker(report: re.Match[str]) -> Attribution | None:
    """Return who is reported; the words stay in the paragraph, which is one sentence with them."""
    attribution = read_attribution(f"{report['person']}{report['groups']}: It")
    if attribution is None:
        return None
    behalf = _BEHALF.search(report["aside"] or "")
    return replace(
        attribution,
        printed="",
        on_behalf_of=attribution.on_behalf_of or (behalf["whom"].strip() if behalf else ""),
        notes=(*attribution.notes, THIRD_PERSON),
    )

"""The patterns with which a language pack reads titles of statements, for folded text."""

import re
from dataclasses import dataclass
from functools import cache

from statements.transcripts.languages.pack import LanguagePack, folded_pattern


@dataclass(frozen=True, slots=True)
class TitleGrammar:
    """The patterns of a pack, for folded text."""

    introduction: re.Pattern[str]
    honorifics: re.Pattern[str]
    office: re.Pattern[str]
    after_speaker: re.Pattern[str]
    occasion: re.Pattern[str]
    salutation: re.Pattern[str]
    spoken: re.Pattern[str]
    date: re.Pattern[str]
    form_of_state: re.Pattern[str]
    own_state: re.Pattern[str]
    portfolios: re.Pattern[str]
    mission: re.Pattern[str]
    speaker: re.Pattern[str] | None
    organs: tuple[tuple[str, re.Pattern[str]], ...]
    other_meetings: re.Pattern[str]


@cache
def title_grammar(pack: LanguagePack) -> TitleGrammar:
    """Compile the section of a pack for titles of statements."""
    title, offices = pack.title_block, pack.offices
    article = f"(?:{offices.article})?" if offices.article else ""
    names = offices.names.replace("\n", "")
    return TitleGrammar(
        introduction=folded_pattern(title.introduction),
        honorifics=folded_pattern(rf"(?<![\w-])(?:(?:{title.honorifics})[\s,]{{1,3}}){{1,4}}"),
        office=folded_pattern(rf"(?<![\w-]){article}(?:{title.offices}|{names})(?![\w-])"),
        after_speaker=folded_pattern(title.after_speaker),
        occasion=folded_pattern(title.occasion),
        salutation=folded_pattern(rf"\W{{0,4}}(?:{title.salutation})"),
        spoken=folded_pattern(rf"(?<!-){pack.narrative.spoken}"),
        date=folded_pattern(title.date),
        form_of_state=folded_pattern(rf"(?:{title.form_of_state})$"),
        own_state=folded_pattern(rf"(?:{title.own_state})\s" if title.own_state else "(?!)"),
        portfolios=folded_pattern(rf"\b(?:{title.portfolios})\b" if title.portfolios else "(?!)"),
        mission=folded_pattern(title.mission if title.mission else "(?!)"),
        speaker=folded_pattern(title.speaker) if title.speaker else None,
        organs=tuple((name, folded_pattern(form)) for name, form in title.organs.items()),
        other_meetings=folded_pattern(title.other_meetings or "(?!)"),
    )

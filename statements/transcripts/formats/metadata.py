"""Combines a text with the metadata that a table or data set states about it."""

import re
from dataclasses import replace

from statements.transcripts.formats.text import read_text
from statements.transcripts.languages.notes import LANGUAGE_NAMES
from statements.transcripts.languages.states import is_state
from statements.transcripts.languages.titles import ADDRESS_WORDS, HONORIFICS, OFFICE, PARTICLES
from statements.transcripts.speakers.attribution import LANGUAGE_CODE
from statements.transcripts.speakers.grammar.person_names import split_name
from statements.transcripts.text.decoding import DecodedText
from statements.transcripts.values.parsed import (
    DroppedText,
    ParsedParagraph,
    ParsedSpeech,
    ParsedTranscript,
    Problem,
    SourceMetadata,
)

# cells that say that a value is unknown
_UNKNOWN = frozenset({"", "na", "n/a", "nan", "none", "null", "unknown", "-", "?"})
_SPACE = re.compile(r"\s+")
_POST_NOMINAL = re.compile(r"[A-Z]{2,5}|(?:[A-Z]\.){2,4}|[A-Z]{1,2}[a-z]{1,2}[A-Z]{1,2}")
_NAME_WORD = re.compile(r"[^\W\d_a-zß-öø-ÿ][\w.'’ʼ-]*|(?:de|d|l)['’][^\W\d_][\w'’-]*")
_SUFFIX = re.compile(r"(?:jr|sr|junior|senior|esq|ph\.?d|ii|iii|iv)\.?", re.IGNORECASE)
_FILE_PROBLEMS = frozenset({"no-date", "no-symbol"})  # not reported for each row


def clean(cell: str) -> str:
    """Normalize the white space of a table cell; return "" if the value is unknown."""
    text = _SPACE.sub(" ", cell.replace("\u00ad", "")).strip()
    return "" if text.casefold() in _UNKNOWN else text


def split_person(cell: str) -> tuple[str, str]:
    """Return honorific and name of the person in a cell; "" if it names several ("A/B").

    >>> split_person("Lund, Ms. Ingrid"), split_person("VAN DAM, JOANNA")
    (('Ms.', 'Ingrid Lund'), ('', 'JOANNA VAN DAM'))
    """
    name = clean(cell).strip(" ,;")
    if not name or "/" in name or ";" in name or name.casefold().startswith("the "):
        return "", ""
    honorific, bare = split_name(name)
    honorific, bare = _given_name_first(honorific, _without_post_nominals(bare))
    return honorific, bare


def _given_name_first(honorific: str, name: str) -> tuple[str, str]:
    """Turn "Family, Given" round; what follows the comma may have the title: "Lund, Ms. Ingrid"."""
    family, comma, rest = name.partition(", ")
    title, given = split_name(rest)
    given_words, family_words = given.split(), family.split()
    if not comma or "," in rest or len(given_words) > 4 or len(family_words) > 5:
        return honorific, name
    if rest.casefold() in HONORIFICS:
        return honorific or rest, family
    are_names = all(
        _NAME_WORD.fullmatch(word) or word in PARTICLES for word in given_words + family_words
    )
    is_other = (
        _SUFFIX.fullmatch(given)
        or OFFICE.match(given)
        or is_state(given)
        or ADDRESS_WORDS & {word.casefold() for word in given_words}
    )
    # letters after a name in capitals may be those of an order or degree: "VAN DAM, GCMG"
    if not are_names or is_other or (name.isupper() and _POST_NOMINAL.fullmatch(given)):
        return honorific, name
    return honorific or title, f"{given} {family}"


def _without_post_nominals(name: str) -> str:
    """Remove post-nominal letters: "Ada Lund, M.P.", "MICHAEL TARN, GCMG, KStJ".

    After a name in capitals, a single part may be a forename ("VAN DAM, JOHN") and stays.
    """
    bare, *rest = name.split(",")
    parts = [part.strip() for part in rest if part.strip()]
    sure = len(parts) > 1 or not bare.isupper()
    all_post_nominal = all(_POST_NOMINAL.fullmatch(part) for part in parts)
    return bare if parts and sure and all_post_nominal and " " in bare else name


def read_speech(text: str, position: int, metadata: SourceMetadata, *, line: int) -> ParsedSpeech:
    """Read a text that a table or data set delimits as one speech.

    A second speaker line in it is kept as printed, at the start of a paragraph, and reported: the
    table says that one person speaks. ``line`` is the number of the row, used for all problems.
    """
    parsed = read_text("", DecodedText(text, "utf-8")) if text.strip() else None
    problems = [
        replace(problem, line=line)
        for problem in (parsed.problems if parsed else ())
        if problem.code not in _FILE_PROBLEMS
    ]
    if parsed is None or not parsed.speeches:
        speech = _empty_speech(position, line)
        problems = list(speech.problems)
    else:
        speech, *later_speeches = parsed.speeches
        problems += [replace(problem, line=line) for problem in speech.problems]
        for later in later_speeches:
            speech = replace(speech, paragraphs=speech.paragraphs + _with_speaker_line(later))
            problems.append(_second_speaker_problem(later, line))
    speech, note = _take_language_code(speech)
    return replace(
        speech,
        position=position,
        source_metadata=metadata,
        problems=tuple(problems),
        line=line,
        dropped=(*note, *(_dropped_text(parsed, line) if parsed else ())),
    )


def _take_language_code(speech: ParsedSpeech) -> tuple[ParsedSpeech, tuple[DroppedText, ...]]:
    """Move "(FR)" from before the first words of a text without a speaker line."""
    first = speech.paragraphs[0] if speech.paragraphs and not speech.speaker_line else None
    match = LANGUAGE_CODE.match(first.text) if first else None
    if first is None or match is None or match["code"].lower() not in LANGUAGE_NAMES:
        return speech, ()
    words = replace(first, text=first.text[match.end() :].strip())
    noted = replace(
        speech,
        paragraphs=(words, *speech.paragraphs[1:]),
        language=speech.language or match["code"].lower(),
        language_printed=speech.language_printed or match["code"],
    )
    return noted, (DroppedText(match[0].strip(), "language note", first.line or 1),)


def _dropped_text(parsed: ParsedTranscript, line: int) -> tuple[DroppedText, ...]:
    """Return the dropped text of a row, including a first page, which a single speech lacks."""
    cover = (DroppedText(text, "first page", line) for text in parsed.meeting.first_page)
    return (*cover, *(replace(dropped, line=line) for dropped in parsed.dropped))


def attach_metadata(parsed: ParsedTranscript, metadata: SourceMetadata) -> ParsedTranscript:
    """Attach the metadata of a whole file to each of its speeches.

    Date, symbol and topics apply to all of them; the speaker's data only to those that were not
    made from an office such as the chair.
    """
    without_speaker = replace(
        metadata,
        speaker="",
        honorific="",
        affiliation="",
        affiliations=(),
        country="",
        role="",
        language="",
    )
    return replace(
        parsed,
        speeches=tuple(
            replace(
                speech,
                source_metadata=(
                    without_speaker if speech.role and not speech.speaker else metadata
                ),
            )
            for speech in parsed.speeches
        ),
    )


def _empty_speech(position: int, line: int) -> ParsedSpeech:
    return ParsedSpeech(
        position=position,
        problems=(Problem("empty-speech", "The row has no text.", line=line),),
        line=line,
    )


def _with_speaker_line(speech: ParsedSpeech) -> tuple[ParsedParagraph, ...]:
    """Return the paragraphs of a speech with its speaker line before the first."""
    head = f"{speech.speaker_line}:" if speech.speaker_line else ""
    first, *rest = speech.paragraphs or (ParsedParagraph(""),)
    return replace(first, text=f"{head} {first.text}".strip()), *rest


def _second_speaker_problem(speech: ParsedSpeech, line: int) -> Problem:
    return Problem(
        "second-speaker-in-row",
        f"“{speech.speaker_line[:80]}:” is within the text of one row and was left there.",
        line=line,
    )

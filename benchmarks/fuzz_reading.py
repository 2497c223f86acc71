"""Coverage-guided search for files that break a reader: python -m benchmarks.fuzz_reading FORMAT.

Needs ``atheris`` (libFuzzer for Python), which the project does not require: run it in a separate
environment with the requirements of reading. ``benchmarks.mutate_reading`` needs nothing, and finds
less. It starts from the golden transcripts and records of
the tests. Its results are files, to be reduced and turned into tests.
"""

import argparse
import io
import sys
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
GOLDEN = ROOT / "tests" / "transcripts" / "record" / "golden"
LONGEST = 20_000  # bytes of an input
SECONDS = 10  # for one input; more is a hang


class Unsound(Exception):
    """The result of reading breaks a rule for all files."""


def hold(fact: bool, shown: object) -> None:
    if not fact:
        raise Unsound(str(shown)[:500])


def load() -> dict[str, Callable[[bytes], bool]]:
    """Return the readers, each with a check of everything it reads; they return whether the file
    was read, and not refused."""
    accounting = import_module("statements.transcripts.checks.completeness")
    decoding = import_module("statements.transcripts.text.decoding")
    interchange = import_module("statements.transcripts.values.interchange")
    parsed = import_module("statements.transcripts.values.parsed")
    languages = import_module("statements.transcripts.languages.notes")
    references = import_module("statements.transcripts.record.references")
    votes = import_module("statements.transcripts.record.vote_lists")
    behalf = import_module("statements.transcripts.speakers.behalf")
    registry = import_module("statements.transcripts.formats.registry")
    text_reader = import_module("statements.transcripts.formats.text")
    for file_format in registry.FORMATS:
        file_format.load()

    def sound(transcript: Any) -> None:
        """Positions rise by one, every derived value can be asked for, and the whole crosses
        from one process to another and back."""
        positions = [speech.position for speech in transcript.speeches]
        hold(positions == list(range(1, len(positions) + 1)), positions)
        for speech in transcript.speeches:
            _ = behalf.is_national(speech), languages.delivery_languages(speech)
            for change in languages.speech_language_changes(speech):
                text = speech.paragraphs[change.paragraph - 1].text
                hold(change.printed in text[change.start : change.end], change)
            for paragraph in speech.paragraphs:
                _ = votes.paragraph_votes(paragraph)
                spans = references.find_references(paragraph.text)
                hold(all(span.start < span.end for span in spans), paragraph)
        hold(interchange.from_json(interchange.to_json(transcript)) == transcript, transcript)

    def text(data: bytes) -> None:
        decoded = decoding.decode(data)
        transcript = text_reader.read_text("", decoded)
        sound(transcript)
        lost = accounting.unaccounted_words(decoded.text, transcript)
        hold(not lost, lost[:8])

    def in_package(key: str, pack: Callable[[bytes], bytes]) -> Callable[[bytes], None]:
        """Vary the XML of a document that is a ZIP, and the ZIP itself."""
        file_format = registry.FORMATS_BY_KEY[key]
        return lambda data: sound(file_format.read("", data if data[:2] == b"PK" else pack(data)))

    def any_format(data: bytes) -> None:
        sound(registry.format_of(data).read("", data))

    def refusing(reader: Callable[[bytes], None]) -> Callable[[bytes], bool]:
        def read(data: bytes) -> bool:
            try:
                reader(data)
            except parsed.UnreadableTranscript as refused:
                hold(bool(refused.code and str(refused)), refused)
                return False
            return True

        return read

    readers = {
        key: lambda data, file_format=file_format: sound(file_format.read("", data))
        for key, file_format in registry.FORMATS_BY_KEY.items()
    }
    readers |= {
        "text": text,
        "docx": in_package("docx", packed),
        "odt": in_package("odt", packed_text),
        "epub": in_package("epub", packed_book),
        "any": any_format,
    }
    return {key: refusing(reader) for key, reader in readers.items()}


def packed(document: bytes) -> bytes:
    """A Word document whose text is these bytes, so that the XML is varied, not the ZIP."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        archive.writestr("word/document.xml", document)
    return data.getvalue()


def packed_text(content: bytes) -> bytes:
    documents = import_module("support.documents")
    kind = "application/vnd.oasis.opendocument.text"
    package: bytes = documents.package({"content.xml": content}, kind)
    return package


def packed_book(page: bytes) -> bytes:
    documents = import_module("support.documents")
    book: bytes = documents.epub({"page.xhtml": page})
    return book


def seeds(key: str) -> Iterator[bytes]:
    """Files to begin with, all of the project's own."""
    kinds = {"text": "txt", "akn": "xml", "docx": "docx"}
    if key in kinds:
        for path in sorted(GOLDEN.glob(f"*.{kinds[key]}")):
            yield path.read_bytes()
    if key == "docx":
        for path in sorted(GOLDEN.glob("*.docx")):
            yield zipfile.ZipFile(path).read("word/document.xml")
    if key == "table":
        for path in sorted(GOLDEN.iterdir()):
            if path.suffix in {".csv", ".tsv", ".jsonl"}:
                yield path.read_bytes()
    if key == "pdf":
        yield from printed_pages()
    same_debate = import_module("support.same_debate")
    documents = import_module("support.documents")
    if key == "spreadsheet":
        yield documents.xlsx({"A": same_debate.ROWS})
    if key == "odt":
        yield zipfile.ZipFile(io.BytesIO(documents.odt(same_debate.ODT_BODY))).read("content.xml")
    if key == "epub":
        yield from (page.encode() for page in same_debate.EPUB_PAGES.values())
    if key == "rtf":
        yield same_debate.RTF.encode()
    debates = [
        *same_debate.FORMS.values(),
        *same_debate.PAGES.values(),
        *same_debate.RECORDINGS.values(),
        same_debate.LIST,
        same_debate.PARLIAMENT_TV,
    ]
    if key not in {"text", "table", "docx", "pdf", "spreadsheet", "odt", "epub", "rtf"}:
        yield from (debate.encode() for debate in debates)


def printed_pages() -> Iterator[bytes]:
    """Records as pages, not compressed, so that their words can be varied."""
    printing = import_module("support.pdf_printer")
    names = [("roman", "Mr. Abel (Malta) (spoke in French): The harbour is open, and the light-")]
    for heads in ((), ("S/PV.9907", "3/71", "14-67500")):
        sheets = []
        for _ in range(2):
            sheet = printing.Sheet()
            for at, head in enumerate(heads):
                sheet.write(60 + 180 * at, 40, ("roman", head))
            for row in range(30):
                sheet.write(60, 94 + 14 * row, *(names if row % 9 == 0 else [("roman", "house")]))
                sheet.write(330, 94 + 14 * row, ("bold", "Ms. Tarn:"), ("italic", " (spoke"))
            sheets.append(sheet)
        yield printing.to_pdf(sheets, compress=False)


def main() -> None:
    options = _options()
    sys.path[:0] = [str(ROOT), str(ROOT / "tests")]
    atheris = import_module("atheris")
    with atheris.instrument_imports(include=["statements.transcripts"]):
        readers = load()
    corpus = options.corpus or Path(tempfile.mkdtemp(prefix="fuzz-"))
    corpus.mkdir(parents=True, exist_ok=True)
    for number, data in enumerate(seeds(options.format)):
        (corpus / f"seed-{number}").write_bytes(data)
    if options.replay:
        for path in sorted(corpus.iterdir()):
            readers[options.format](path.read_bytes())
        return
    arguments = (
        sys.argv[0],
        f"-max_total_time={options.seconds}",
        f"-max_len={LONGEST}",
        f"-timeout={SECONDS}",
        "-rss_limit_mb=1024",
        "-print_final_stats=1",
        f"-artifact_prefix={corpus.parent}/{options.format}-",
        str(corpus),
    )
    read = readers[options.format]

    def read_input(data: bytes) -> None:
        read(data)

    atheris.Setup(list(arguments), read_input, internal_libfuzzer=True)
    atheris.Fuzz()


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.fuzz_reading",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("format", help="a key of formats.registry, or any for all by their content")
    parser.add_argument("--seconds", type=int, default=180)
    parser.add_argument("--corpus", type=Path, help="folder of inputs, kept for the next run")
    parser.add_argument("--replay", action="store_true", help="only read what the folder holds")
    return parser.parse_args()


if __name__ == "__main__":
    main()

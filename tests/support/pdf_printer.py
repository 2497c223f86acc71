"""Prints records as PDF pages for the tests: columns, heads, feet, bold names, broken words.

It is a small PDF writer of its own, so that the repository needs no published files.
"""

import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain, groupby

from statements.transcripts import ParagraphKind, ParsedSpeech, ParsedTranscript

FONTS = {"roman": "Times-Roman", "bold": "Times-Bold", "italic": "Times-Italic"}
_NARROW = frozenset("fijlrt.,;:'’ ()I!|-")
_WIDE = frozenset("mwMWGOQDHKNU")

Run = tuple[str, str]  # face and text


@dataclass
class Sheet:
    """One page of text at places counted in points from the top left corner."""

    height: float = 792
    content: list[bytes] = field(default_factory=list)

    def write(self, x: float, y: float, *runs: Run, size: float = 11) -> None:
        parts = [f"BT 1 0 0 1 {x:.2f} {self.height - y:.2f} Tm".encode()]
        for face, text in runs:
            parts.append(f"/{face} {size} Tf ".encode() + _string(text) + b" Tj")
        self.content.append(b" ".join([*parts, b"ET"]))

    def write_kerned(self, x: float, y: float, *parts: str | int, size: float = 11) -> None:
        """Write a line at once; numbers move what follows right, in thousandths of its size."""
        line = b"".join(
            _string(part) if isinstance(part, str) else b" %d " % -part for part in parts
        )
        place = f"BT 1 0 0 1 {x:.2f} {self.height - y:.2f} Tm /roman {size} Tf ".encode()
        self.content.append(place + b"[" + line + b"] TJ ET")


# Letters that Windows-1252 lacks, at codes that no text uses.
_MORE = {ord(letter): code for code, letter in enumerate("ćčșşțăąęłńőűžđıİğŞĆČĐǎ\u2011", start=1)}


def _string(text: str) -> bytes:
    raw = text.translate(_MORE).encode("cp1252")
    for mark in (b"\\", b"(", b")"):
        raw = raw.replace(mark, b"\\" + mark)
    return b"(" + raw + b")"


def to_pdf(sheets: Sequence[Sheet], *, compress: bool = True, letters: str = "") -> bytes:
    """The bytes of a PDF with these pages; a fourth face, "other", has these ``letters``."""
    faces = [*FONTS, "other"] if letters else [*FONTS]
    fonts = " ".join(f"/{face} {3 + at} 0 R" for at, face in enumerate(faces))
    objects: list[bytes] = [b"<</Type/Catalog/Pages 2 0 R>>", b""]
    more = " ".join(f"{code}/uni{letter:04X}" for letter, code in _MORE.items())
    coding = f"<</BaseEncoding/WinAnsiEncoding/Differences[{more}]>>"
    objects += [
        f"<</Type/Font/Subtype/Type1/BaseFont/{name}/Encoding{coding}>>".encode()
        for name in FONTS.values()
    ]
    if letters:
        objects.append(_other_font(letters))
    pages: list[int] = []
    for sheet in sheets:
        stream = b"\n".join(sheet.content)
        packed = zlib.compress(stream) if compress else stream
        packing = b"/Filter/FlateDecode" if compress else b""
        objects.append(b"<</Length %d%b>>stream\n%b\nendstream" % (len(packed), packing, packed))
        pages.append(len(objects) + 1)
        objects.append(
            f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 {sheet.height}]/Contents {len(objects)} "
            f"0 R/Resources<</Font<<{fonts}>>>>>>".encode()
        )
    kids = " ".join(f"{number} 0 R" for number in pages)
    objects[1] = f"<</Type/Pages/Count {len(pages)}/Kids[{kids}]>>".encode()
    return assemble(objects)


_MIRROR = str.maketrans("()", ")(")
_FIRST_CODE = 48  # of the letters of the other font, each half as wide as high


def _other_font(letters: str) -> bytes:
    names = "".join(f"/uni{ord(letter):04X}" for letter in letters)
    last = _FIRST_CODE + len(letters) - 1
    widths = " ".join(["500"] * len(letters))
    return (
        f"<</Type/Font/Subtype/Type1/BaseFont/Courier/FirstChar {_FIRST_CODE}/LastChar {last}"
        f"/Widths[{widths}]/Encoding<</Differences[{_FIRST_CODE}{names}]>>>>"
    ).encode()


def write_leftwards(
    sheet: Sheet, right: float, y: float, text: str, letters: str, size: float = 11
) -> None:
    """Write words from right to left, as a page shows them; runs of Latin or digits stay."""
    x = right
    runs = groupby(text.split(), key=lambda word: word.isascii() and not word.isdecimal())
    for word in chain.from_iterable(reversed([*run]) if latin else run for latin, run in runs):
        shown = word if word.isascii() else word[::-1].translate(_MIRROR)
        x -= len(shown) * size / 2
        codes = bytes(_FIRST_CODE + letters.index(letter) for letter in shown)
        raw = b"<" + codes.hex().encode() + b">"
        place = f"BT 1 0 0 1 {x:.2f} {sheet.height - y:.2f} Tm /other {size} Tf ".encode()
        sheet.content.append(place + raw + b" Tj ET")
        x -= size / 2


def assemble(objects: Sequence[bytes], trailer: bytes = b"") -> bytes:
    """Objects numbered from 1, with their table; the first is the catalogue."""
    out = bytearray(b"%PDF-1.4\n")
    places: list[int] = []
    for number, body in enumerate(objects, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n%b\nendobj\n" % (number, body)
    table = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer\n<</Size %d/Root 1 0 R%b>>\nstartxref\n%d\n%%%%EOF\n" % (
        len(objects) + 1,
        trailer,
        table,
    )
    return bytes(out)


@dataclass
class Layout:
    """How a record is set; the defaults are those of today's records."""

    columns: int = 2
    faces: bool = True  # bold names, italic notes; a scan has neither
    size: float = 11
    leading: float = 12.4
    gap: float = 6  # between paragraphs; headings and notes are always set apart
    indent: float = 18
    head: str = "modern"
    meeting_on_first_page: bool = False
    skew: float = 0  # points a scan's lines are off their place

    @property
    def width(self) -> float:
        return 240 if self.columns == 2 else 492

    def left(self, column: int) -> float:
        return 60 + column * (self.width + 12)


def print_record(parsed: ParsedTranscript, layout: Layout) -> bytes:
    """A record as published: its first page, then what was said."""
    press = _Press(parsed, layout)
    for paragraph in _paragraphs(parsed.speeches):
        press.set(paragraph, layout)
    return to_pdf(press.finish())


@dataclass
class _Paragraph:
    runs: list[Run]
    kind: str  # "speech", "note", "heading"


def _paragraphs(speeches: Sequence[ParsedSpeech]) -> Iterator[_Paragraph]:
    for speech in speeches:
        named = not speech.speaker_line
        for each in speech.paragraphs:
            if each.kind is ParagraphKind.SPEECH:
                runs = [("roman", each.text)]
                if not named:
                    runs = [*_speaker_runs(speech), ("roman", f": {each.text}")]
                    named = True
                yield _Paragraph(runs, "speech")
            elif each.text.rstrip().endswith((".", ":", ")")):
                yield _Paragraph([("italic", each.text)], "note")
            elif "," in each.text or each.text == "None":
                yield _Paragraph([("roman", each.text)], "list")
            else:
                yield _Paragraph([("bold", each.text)], "heading")


def _speaker_runs(speech: ParsedSpeech) -> list[Run]:
    name, bracket, rest = speech.speaker_line.partition(" (")
    if not bracket:
        return [("bold", name)]
    before, note, after = f" ({rest}".partition(speech.language_printed or "\0")
    return [
        run
        for run in (("bold", name), ("roman", before), ("italic", note), ("roman", after))
        if run[1]
    ]


def width(text: str, size: float) -> float:
    """About how wide Times sets a text; never less than it does."""
    units = sum(
        0.36 if c in _NARROW else 0.9 if c in _WIDE else 0.72 if c.isupper() else 0.52 for c in text
    )
    return units * size


def wrap(runs: Sequence[Run], size: float, first: float, rest: float) -> list[list[Run]]:
    """Lines of a paragraph; long words are sometimes divided at the margin."""
    lines: list[list[Run]] = [[]]
    left = first
    for face, text in runs:
        for at, word in enumerate(text.split(" ")):
            spaced = ("" if at == 0 else " ") + word
            need = width(spaced, size)
            if at and need > left:
                half = len(word) // 2
                if (
                    word.isalpha()
                    and word.islower()
                    and len(word) > 8
                    and width(word[:half], size) + size < left
                ):
                    lines[-1].append((face, f" {word[:half]}-"))
                    word = word[half:]
                lines.append([])
                left, spaced = rest, word
                need = width(word, size)
            left -= need
            lines[-1].append((face, spaced))
    return [_together(line) for line in lines if line]


def _together(line: Sequence[Run]) -> list[Run]:
    runs: list[Run] = []
    for face, text in line:
        if runs and runs[-1][0] == face:
            runs[-1] = (face, runs[-1][1] + text)
        else:
            runs.append((face, text))
    return runs


class _Press:
    """Fills pages column by column."""

    TOP, FOOT = 94.0, 706.0
    COVER_FOOT = 640.0

    def __init__(self, parsed: ParsedTranscript, layout: Layout) -> None:
        self._parsed, self._layout = parsed, layout
        self._sheets: list[Sheet] = []
        self._kind, self._gap = "", 0.0
        self._column, self._y, self._top, self._foot = 0, 0.0, self.TOP, self.FOOT
        self._first_page()

    def _first_page(self) -> None:
        sheet = Sheet()
        self._sheets.append(sheet)
        y = 64.0
        meeting = self._parsed.meeting
        lines = meeting.first_page
        agenda = lines.index("Agenda")
        disclaimer = next(at for at, line in enumerate(lines) if line.startswith("This record"))
        for at, line in enumerate(lines[: agenda + 1]):
            if self._layout.meeting_on_first_page and line.startswith(("Members", "Agenda")):
                break
            listed = "...." in line and "...." in lines[at - 1]
            y += 13 if listed else 18
            labelled = line.startswith(("President", "Chair", "Members", "Agenda"))
            sheet.write(64 if labelled else 127, y, ("roman", line))
        else:
            for item in meeting.agenda_items:
                y += 6
                for runs in wrap([("roman", item)], 11, 420, 420):
                    y += 12
                    sheet.write(127, y, *runs)
        bottom = max(y + 30, self.COVER_FOOT)
        for line in lines[disclaimer:]:
            sheet.write(129, bottom, ("roman", line), size=8.5)
            bottom += 10.5
        if self._layout.meeting_on_first_page:
            self._y = self._top = y + 30
            self._foot = self.COVER_FOOT - 20
        else:
            self._column = self._layout.columns  # the meeting begins on a new page

    def set(self, paragraph: _Paragraph, layout: Layout) -> None:
        flush = paragraph.kind == "heading"
        apart = paragraph.kind != "speech" or self._kind != "speech"
        self._gap = max(layout.gap, layout.leading / 2) if apart else layout.gap
        self._kind = paragraph.kind
        every = paragraph.kind in ("note", "list")
        first = layout.width - (0 if flush else layout.indent)
        rest = layout.width - (layout.indent if every else 0)
        for at, line in enumerate(wrap(paragraph.runs, layout.size, first, rest)):
            indented = not flush and (at == 0 or every)
            self._line(line, layout.indent if indented else 0.0, new=at == 0)

    def _line(self, runs: Sequence[Run], indent: float, *, new: bool) -> None:
        layout = self._layout
        if new and self._y > self._top:
            self._y += self._gap
        if self._column >= layout.columns or self._y + layout.leading > self._foot:
            self._next_column()
        x = layout.left(self._column) + indent
        wobble = layout.skew * ((len(self._sheets) * 7 + int(self._y)) % 5 - 2) / 2
        faces = runs if layout.faces else [("roman", text) for _, text in runs]
        self._sheets[-1].write(x + wobble, self._y, *faces, size=layout.size)
        self._y += layout.leading

    def _next_column(self) -> None:
        self._column += 1
        if self._column >= self._layout.columns:
            self._column = 0
            self._sheets.append(Sheet())
            self._top, self._foot = self.TOP, self.FOOT
        self._y = self._top

    def finish(self) -> list[Sheet]:
        total = len(self._sheets)
        for number, sheet in enumerate(self._sheets[1:], start=2):
            HEADS[self._layout.head](sheet, self._parsed, number, total)
        return self._sheets


def _modern(sheet: Sheet, parsed: ParsedTranscript, number: int, total: int) -> None:
    symbol, title = str(parsed.meeting.symbol), (*parsed.meeting.agenda_items, "Other matters")[0]
    left, right = (symbol, "14/05/2024") if number % 2 == 0 else ("14/05/2024", symbol)
    sheet.write(60, 64, ("bold", left))
    sheet.write(200, 64, ("roman", title))
    sheet.write(470, 64, ("bold", right))
    feet = (
        (f"{number}/{total}", "24-12345") if number % 2 == 0 else ("24-12345", f"{number}/{total}")
    )
    sheet.write(60, 726, ("bold", feet[0]), size=8.5)
    sheet.write(515, 726, ("roman", feet[1]), size=8.5)


def _nineties(sheet: Sheet, parsed: ParsedTranscript, number: int, total: int) -> None:
    if number % 2 == 0:
        sheet.write(60, 62, ("bold", f"{number} General Assembly - Fiftieth session"), size=9)
    else:
        sheet.write(220, 62, ("bold", f"46th meeting - Tuesday, 14 May 1994 {number}"), size=9)


def _typescript(sheet: Sheet, parsed: ParsedTranscript, number: int, total: int) -> None:
    sheet.write(60, 50, ("roman", f"BHS/{number}"))
    sheet.write(270, 50, ("roman", str(parsed.meeting.symbol)))
    sheet.write(280, 64, ("roman", str(number)))
    if number % 2:
        sheet.write(400, 76, ("roman", "(The President)"))


HEADS = {"modern": _modern, "nineties": _nineties, "typescript": _typescript}

"""Excel workbooks (Office Open XML, ECMA-376 part 1, section 18), written row by row.

Cells contain text or numbers, never formulas. Excel has room for 1,048,576 rows a sheet, so that
further rows follow in another sheet, and for 32,767 UTF-16 units a cell: longer texts are cut,
and counted.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice

from statements.exports.tables.archives import Member, joined, zipped
from statements.exports.tables.columns import Row, Value
from statements.exports.tables.source import Table, Tally

MAX_ROWS = 1_000_000  # of a sheet, with the names of the columns
MAX_CELL = 32_767  # UTF-16 units
MAX_SHEET = 1_000_000_000  # characters of XML; a member of a workbook has at most 2 GiB
CUT = "…"

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_SHEET_ML = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
# what XML files are unless they are named, so that this part can come before the sheets
_CONTENT_TYPES = (
    f'{_XML}<Types xmlns="{_PACKAGE}/content-types">'
    '<Default Extension="rels"'
    ' ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    f'<Default Extension="xml" ContentType="{_SHEET_ML}.worksheet+xml"/>'
    f'<Override PartName="/xl/workbook.xml" ContentType="{_SHEET_ML}.sheet.main+xml"/>'
    "</Types>"
)
_ROOT = (
    f'{_XML}<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="rId1"'
    f' Type="{_RELATIONS}/officeDocument" Target="xl/workbook.xml"/></Relationships>'
)
_SHEET = (  # the names of the columns stay in view
    f'{_XML}<worksheet xmlns="{_MAIN}"><sheetViews><sheetView workbookViewId="0">'
    '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>'
    "</sheetView></sheetViews><sheetData>"
)

# characters that XML has no room for, and texts that Excel would read as an escaped character
# (section 22.9.2.19)
_IMPOSSIBLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_ESCAPED = re.compile("_(?=x[0-9A-Fa-f]{4}_)")


def write(table: Table) -> Iterator[bytes]:
    """Return the bytes of a workbook with the rows of a table."""
    return zipped(_parts(table), large=False)


def _parts(table: Table) -> Iterator[Member]:
    yield "[Content_Types].xml", [_CONTENT_TYPES.encode()]
    yield "_rels/.rels", [_ROOT.encode()]
    columns, remaining = table.columns, table.rows()
    sheets = 0
    following: Row | None = next(remaining, None)
    while following is not None or not sheets:
        sheets += 1
        of_sheet = chain([following] if following else [], islice(remaining, MAX_ROWS - 2))
        yield f"xl/worksheets/sheet{sheets}.xml", joined(_sheet(columns, of_sheet, table.tally))
        following = next(remaining, None)
    yield "xl/workbook.xml", [_workbook(table.rows_are, sheets).encode()]
    yield "xl/_rels/workbook.xml.rels", [_relations(sheets).encode()]


def _sheet(columns: Sequence[str], of_sheet: Iterable[Row], tally: Tally) -> Iterator[str]:
    letters = [_letters(number) for number in range(len(columns))]
    yield _SHEET + _row(1, zip(letters, columns, strict=True), tally)
    size = 0
    for number, row in enumerate(of_sheet, 2):
        text = _row(number, zip(letters, row.values(), strict=True), tally)
        yield text
        size += len(text)
        if size > MAX_SHEET:
            break
    yield "</sheetData></worksheet>"


def _row(number: int, cells: Iterable[tuple[str, Value]], tally: Tally) -> str:
    written = "".join(
        _cell(f"{letters}{number}", value, tally)
        for letters, value in cells
        if value not in (None, "")
    )
    return f'<row r="{number}">{written}</row>'


def _cell(place: str, value: Value, tally: Tally) -> str:
    if isinstance(value, int | float):
        return f'<c r="{place}"><v>{value}</v></c>'
    text = str(value)
    if len(text) > MAX_CELL // 2 and len(text.encode("utf-16-le", "replace")) > 2 * MAX_CELL:
        kept = text.encode("utf-16-le", "replace")[: 2 * (MAX_CELL - len(CUT))]
        text = kept.decode("utf-16-le", "ignore") + CUT
        tally.shortened += 1
    text = _ESCAPED.sub("_x005F_", _IMPOSSIBLE.sub("\ufffd", text))
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    text = text.replace("\r", "_x000D_")  # which readers of XML would change to a line feed
    return f'<c r="{place}" t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>'


def _letters(number: int) -> str:
    """Return the letters of a column, from 0: "A" to "Z", "AA", "AB".

    >>> _letters(0), _letters(25), _letters(26)
    ('A', 'Z', 'AA')
    """
    letters = ""
    number += 1
    while number:
        number, place = divmod(number - 1, 26)
        letters = chr(ord("A") + place) + letters
    return letters


def _workbook(name: str, sheets: int) -> str:
    listed = "".join(
        f'<sheet name="{name if sheet == 1 else f"{name} {sheet}"}" sheetId="{sheet}"'
        f' r:id="rId{sheet}"/>'
        for sheet in range(1, sheets + 1)
    )
    return (
        f'{_XML}<workbook xmlns="{_MAIN}" xmlns:r="{_RELATIONS}">'
        f"<sheets>{listed}</sheets></workbook>"
    )


def _relations(sheets: int) -> str:
    listed = "".join(
        f'<Relationship Id="rId{sheet}" Type="{_RELATIONS}/worksheet"'
        f' Target="worksheets/sheet{sheet}.xml"/>'
        for sheet in range(1, sheets + 1)
    )
    return f'{_XML}<Relationships xmlns="{_PACKAGE}/relationships">{listed}</Relationships>'

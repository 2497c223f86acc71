"""BibTeX entries, in UTF-8, as BibTeX 0.99d and biblatex 3 read them.

Speeches are ``@misc``, the only type that all styles have for them. ``date`` is for biblatex,
``year`` and ``month`` for BibTeX.
"""

from collections.abc import Iterator, Mapping
from typing import Any

_MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()
_SPECIAL = str.maketrans(
    {
        "\\": r"\textbackslash{}",
        "{": r"\{",
        "}": r"\}",
        "~": r"\textasciitilde{}",
        "^": r"\textasciicircum{}",
        **{character: f"\\{character}" for character in "$&%#_"},
    }
)


def entry(item: Mapping[str, Any]) -> str:
    """Return the entry of an item."""
    fields = "".join(f",\n  {name} = {value}" for name, value in _fields(item))
    return f"@misc{{{item['id']}{fields}\n}}\n"


def _fields(item: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    authors = [
        # a name in braces of its own is not divided into parts
        f"{{{escaped(author.get('literal') or author['family'])}}}"
        for author in item.get("author", ())
    ]
    if authors:
        yield "author", f"{{{' and '.join(authors)}}}"
    yield "title", f"{{{{{escaped(item['title'])}}}}}"
    if event := item.get("event-title"):
        yield "howpublished", f"{{{escaped(event)}}}"
    if days := item.get("issued", {}).get("date-parts"):
        yield "date", "{" + "/".join(iso_day(day) for day in days) + "}"
        yield "year", f"{{{days[0][0]}}}"
        if len(days[0]) > 1:
            yield "month", _MONTHS[days[0][1] - 1]
    yield "organization", f"{{{escaped(item['archive'])}}}"
    if note := item.get("note"):
        yield "note", f"{{{escaped(note)}}}"
    yield "url", f"{{{_address(item['URL'])}}}"


def escaped(text: str) -> str:
    """Return a text in one line, without characters that have a meaning in TeX.

    >>> escaped("Ports & {harbours}: 50 %")
    'Ports \\\\& \\\\{harbours\\\\}: 50 \\\\%'
    """
    return " ".join(text.split()).translate(_SPECIAL)


def iso_day(day: list[int]) -> str:
    """Return a day or a year as ISO 8601 writes it.

    >>> iso_day([2020, 1, 9]), iso_day([1975])
    ('2020-01-09', '1975')
    """
    return "-".join(f"{number:0{4 if place == 0 else 2}}" for place, number in enumerate(day))


def _address(address: str) -> str:
    """Return an address without characters that would end the field; packages print it as it is."""
    return address.replace("\\", "%5C").replace("{", "%7B").replace("}", "%7D")

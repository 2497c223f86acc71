"""The formats of files for reference managers: BibTeX, RIS and CSL-JSON."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from statements.exports.bibliographies import bibtex, ris
from statements.exports.bibliography import Item
from statements.exports.tables.archives import json_array


@dataclass(frozen=True, slots=True)
class BibliographyFormat:
    """A format of a file of items."""

    suffix: str
    label: str
    content_type: str
    write: Callable[[Iterable[Item]], Iterator[str]]


def _bibtex(items: Iterable[Item]) -> Iterator[str]:
    return (f"{bibtex.entry(item)}\n" for item in items)


def _ris(items: Iterable[Item]) -> Iterator[str]:
    return (f"{ris.record(item)}\r\n" for item in items)


def _csl_json(items: Iterable[Item]) -> Iterator[str]:
    return json_array(map(_json, items))


def _json(item: Mapping[str, Any]) -> str:
    return json.dumps(item, ensure_ascii=False)


BIBLIOGRAPHIES: Mapping[str, BibliographyFormat] = {
    each.suffix: each
    for each in (
        BibliographyFormat("bib", "BibTeX", "application/x-bibtex; charset=utf-8", _bibtex),
        BibliographyFormat(
            "ris", "RIS", "application/x-research-info-systems; charset=utf-8", _ris
        ),
        BibliographyFormat(
            "csl.json", "CSL-JSON", "application/vnd.citationstyles.csl+json", _csl_json
        ),
    )
}

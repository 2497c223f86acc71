"""Turns a prepared speech into its document of the cluster, and collects the terms that it has."""

import datetime
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
from whoosh.util.numeric import length_to_byte

from statements.search.analysis import inflection, tokenizer
from statements.search.fields import FACET_FIELDS, HEAD_FIELDS, MANY_VALUED, TEXT_FIELD
from statements.search.index import similarity
from statements.search.index.documents import Prepared, content_hash, names
from statements.search.index.snapshot import meeting_key
from statements.search.opensearch.schema import PARAGRAPHS, SCALE, SEPARATOR

Document = dict[str, Any]

AFTER_ALL = datetime.date.max.toordinal() + 1


class TermCollector:
    """The terms of documents, each with the fields that have it and the languages of the texts."""

    def __init__(self) -> None:
        self.fields: dict[str, set[str]] = defaultdict(set)
        self.languages: dict[str, set[str]] = defaultdict(set)
        self.paragraphs: Counter[str] = Counter()

    def add(self, field: str, terms: Mapping[str, int]) -> None:
        languages: list[str] = []
        if field == TEXT_FIELD:
            self.paragraphs.update(terms.keys())
            languages = inflection.detect_languages(
                term for term, count in terms.items() for _ in range(count)
            )
        for term in terms:
            self.fields[term].add(field)
            self.languages[term].update(languages)

    def documents(self) -> Iterator[Document]:
        """Yield the documents of the terms. A term has a key of a language other than English if a
        text of that language contains it."""
        for term, fields in self.fields.items():
            yield term_document(term, fields, self.languages[term])


def term_document(term: str, fields: set[str], languages: set[str]) -> Document:
    keys = inflection.stem_keys(term, {inflection.ENGLISH, *languages})
    return {
        "term": term,
        "keys": sorted(keys),
        "fields": sorted(fields),
        "languages": sorted(languages),
    }


def speech_document(prepared: Prepared, collector: TermCollector) -> Document:
    """Return the document of a speech. Texts without a word are left out."""
    date, year = prepared.get("date"), prepared.get("year") or 0
    first = date or (datetime.date(year, 1, 1) if year else None)
    day = first.toordinal() if first else 0
    document: Document = {
        "speech": prepared["speech"],
        "content_hash": content_hash(prepared),
        "position": prepared["position"],
        "date": date.toordinal() if date else 0,
        "day": day,
        "day_or_last": day or AFTER_ALL,
        "year": year,
        "month": date.year * 12 + date.month - 1 if date else 0,
        "decade": year // 10 + 1 if year else 0,
        "meeting_order": _sortable(prepared.get("meeting") or ""),
    }
    for name in FACET_FIELDS:
        if value := prepared.get(name):
            document |= {name: value, f"{name}_casefolded": value.casefold()}
    for name in MANY_VALUED:
        if values := list(prepared[name]):
            document |= {name: values, f"{name}_casefolded": [one.casefold() for one in values]}
    heads = []
    for name in HEAD_FIELDS:
        if text := names(prepared[name]):
            document |= _text(name, text, collector)
            heads.append(document[name])
    head = f" {tokenizer.NAME_BREAK} ".join(heads)
    paragraphs = []
    for position, text in prepared[TEXT_FIELD]:
        fields = _text(TEXT_FIELD, text, collector)
        if places := fields[TEXT_FIELD]:  # "* * *" is nothing that anybody said
            count = len(places.split(" "))
            paragraphs.append({"position": position, "words": count, "head": head, **fields})
    words = sum(paragraph["words"] for paragraph in paragraphs)
    return {**document, PARAGRAPHS: paragraphs, "words": words}


def _text(field: str, text: str, collector: TermCollector) -> Document:
    """Return the fields of a text: terms by place, terms with scores, saturation of its length."""
    placed = list(tokenizer.placed_terms(text))
    frequencies = Counter(term for term, _ in placed)
    by_place: dict[int, list[str]] = {}
    for term, place in placed:
        by_place.setdefault(place, []).append(term)
    collector.add(field, frequencies)
    norm = length_to_byte(len(placed))
    scores = similarity.term_scores(
        field,
        np.fromiter(frequencies.values(), np.int64, len(frequencies)),
        np.full(len(frequencies), norm, np.uint8),
    ).tolist()
    return {
        field: " ".join(map(SEPARATOR.join, by_place.values())),
        f"{field}_scores": " ".join(
            f"{term}{SEPARATOR}{max(1, round(score * SCALE))}"
            for term, score in zip(frequencies, scores, strict=True)
        ),
        f"{field}_saturation": similarity.saturation(field, norm),
    }


def _sortable(symbol: str) -> str:
    """Return a text that sorts like ``meeting_key``: numbers by size, no symbol last."""
    is_empty, runs = meeting_key(symbol)
    # a run ends with a character that is less than any other
    padded = (
        f"1{number:0>18}{run}\x01" if is_number else f"0{run}\x01"
        for is_number, number, run in runs
    )
    return "~" if is_empty else "".join(padded)

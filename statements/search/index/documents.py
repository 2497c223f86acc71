"""Turns a prepared speech into documents of the index: one head, then one for each paragraph."""

import hashlib
import json
from collections.abc import Iterable, Iterator
from typing import Any

from statements.search.analysis.tokenizer import NAME_BREAK
from statements.search.fields import (
    FACET_FIELDS,
    HEAD_FIELDS,
    MANY_VALUED,
    NARRATIVE_FIELD,
    TEXT_FIELD,
)

Prepared = dict[str, Any]


def documents(prepared: Prepared) -> Iterator[dict[str, Any]]:
    """Yield the documents of a speech in the order in which they must be written."""
    yield _head(prepared)
    paragraphs = [(TEXT_FIELD, *paragraph) for paragraph in prepared[TEXT_FIELD]]
    paragraphs += [(NARRATIVE_FIELD, *paragraph) for paragraph in prepared[NARRATIVE_FIELD]]
    for field, position, text in sorted(paragraphs, key=lambda paragraph: paragraph[1]):
        # the id is stored with the head only; here it serves to delete all documents of a speech
        yield {"id": prepared["id"], "_stored_id": None, "paragraph": position, field: text}


def _head(prepared: Prepared) -> dict[str, Any]:
    head: dict[str, Any] = {
        "id": prepared["id"],
        "django_ct": prepared["django_ct"],
        "django_id": prepared["django_id"],
        "content_hash": content_hash(prepared),
        "paragraph": 0,
        "speech": prepared["speech"],
        "position": prepared["position"],
        "year": prepared.get("year") or 0,
        "date": day.toordinal() if (day := prepared.get("date")) else 0,
    }
    for field in FACET_FIELDS:
        head[field] = prepared.get(field) or None
    for field in MANY_VALUED:
        head[field] = " ".join(prepared[field]) or None
    for field in HEAD_FIELDS:
        head[field] = names(prepared[field])
    return head


def names(printed: Iterable[str]) -> str | None:
    """Join names to one text in which no phrase matches across two of them."""
    return f" {NAME_BREAK} ".join(printed) or None


def content_hash(prepared: Prepared) -> str:
    """Return a hash that is equal for two speeches exactly if their documents are."""
    # a null field may be left out
    content = {name: value for name, value in prepared.items() if value is not None}
    serial = json.dumps(content, sort_keys=True, default=str, ensure_ascii=False)
    return hashlib.blake2b(serial.encode(), digest_size=16).hexdigest()

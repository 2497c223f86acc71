"""Writes speeches and their terms to a generation: in bulk, each speech as a whole."""

from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import batched
from typing import Any

from opensearchpy import helpers

from statements.search.index.documents import Prepared
from statements.search.opensearch.client import WRITE_TIMEOUT_S, client
from statements.search.opensearch.storage.documents import (
    Document,
    TermCollector,
    speech_document,
    term_document,
)
from statements.search.opensearch.storage.state import Generation

CHUNK_BYTES = 10_000_000
CHUNK_SPEECHES = 100
CHUNK_TERMS = 2_000

Change = tuple[int, Prepared | None]  # a speech, and its content; None if it was deleted


class UnwritableSpeech(Exception):
    """A speech that the cluster refuses."""

    def __init__(self, speech: int, reason: object) -> None:
        super().__init__(f"speech {speech} cannot be indexed: {reason}")
        self.speech = speech


class Writer:
    """Writes to one generation. What it wrote can be searched when a call with ``visible``
    returns."""

    def __init__(self, generation: Generation) -> None:
        self._generation = generation
        self._known = TermCollector()  # terms that the generation has
        self._paragraphs: Counter[str] = Counter()  # with each term, written here

    def write(self, changes: Iterable[Change], *, visible: bool = True) -> None:
        """Write speeches in the order given, their terms first. Raises UnwritableSpeech."""
        refresh = "wait_for" if visible else "false"
        for batch in batched(changes, CHUNK_SPEECHES):
            collector = TermCollector()
            actions = [self._action(speech, prepared, collector) for speech, prepared in batch]
            self._paragraphs += collector.paragraphs
            self._write_terms(collector, refresh)
            for is_written, result in self._bulk(actions, refresh):
                ((_, details),) = result.items()
                if not is_written and details.get("status") != 404:  # it was not there to delete
                    raise UnwritableSpeech(int(details["_id"]), details.get("error"))

    def finish(self) -> None:
        """Have everything written so far found, and each term with the number of paragraphs."""
        for terms in batched(self._paragraphs, CHUNK_TERMS):
            actions = [
                {
                    "_op_type": "update",
                    "_index": self._generation.terms,
                    "_id": term,
                    "doc": {"paragraphs": self._paragraphs[term]},
                }
                for term in terms
            ]
            self._write_all(actions, "false")
        for index in (self._generation.terms, self._generation.speeches):
            client().indices.refresh(index=index, request_timeout=WRITE_TIMEOUT_S)

    def _action(
        self, speech: int, prepared: Prepared | None, collector: TermCollector
    ) -> dict[str, Any]:
        target = {"_index": self._generation.speeches, "_id": str(speech)}
        if prepared is None:
            return {**target, "_op_type": "delete"}
        return {**target, "_op_type": "index", "_source": speech_document(prepared, collector)}

    def _write_terms(self, collector: TermCollector, refresh: str) -> None:
        """Write the terms that the generation lacks, or has without a field or language."""
        for terms in batched(self._unknown(collector), CHUNK_TERMS):
            stored = client().mget(
                index=self._generation.terms,
                body={"ids": list(terms)},
                request_timeout=WRITE_TIMEOUT_S,
            )
            changed: list[Document] = []
            for found in stored["docs"]:
                term, source = found["_id"], found.get("_source", {})
                fields = {*source.get("fields", ()), *collector.fields[term]}
                languages = {*source.get("languages", ()), *collector.languages[term]}
                if len(fields) > len(source.get("fields", ())) or len(languages) > len(
                    source.get("languages", ())
                ):
                    changed.append({**source, **term_document(term, fields, languages)})
                self._known.fields[term] |= fields
                self._known.languages[term] |= languages
            actions = [
                {"_index": self._generation.terms, "_id": document["term"], "_source": document}
                for document in changed
            ]
            self._write_all(actions, refresh)

    def _write_all(self, actions: list[dict[str, Any]], refresh: str) -> None:
        for is_written, result in self._bulk(actions, refresh):
            if not is_written:
                raise OSError(f"a term cannot be indexed: {result}")

    def _unknown(self, collector: TermCollector) -> list[str]:
        known = self._known
        return [
            term
            for term, fields in collector.fields.items()
            if not (
                fields <= known.fields.get(term, set())
                and collector.languages[term] <= known.languages.get(term, set())
            )
        ]

    @staticmethod
    def _bulk(actions: list[dict[str, Any]], refresh: str) -> Iterator[tuple[bool, Any]]:
        results: Iterator[tuple[bool, Any]] = helpers.streaming_bulk(
            client(),
            actions,
            chunk_size=len(actions) or 1,
            max_chunk_bytes=CHUNK_BYTES,
            raise_on_error=False,
            raise_on_exception=True,
            max_retries=3,
            refresh=refresh,
            request_timeout=WRITE_TIMEOUT_S,
        )
        return results

"""Whoosh as it comes, over an index that suits it best: its own writer, analyzer and searcher, a
document a paragraph, and its own columns to count facets by."""

from collections.abc import Sequence
from typing import Any

from whoosh import columns, fields, query, sorting
from whoosh.analysis import StemmingAnalyzer
from whoosh.index import create_in, open_dir
from whoosh.qparser import AndGroup, OrGroup, QueryParser

from benchmarks.searching.engines import DEEP, FACETS, TOP, Engine, Page, speeches_of
from benchmarks.searching.questions import Question

_MEMORY = 1024  # MB, that its writer may use


class RawWhoosh(Engine):
    def build(self) -> None:
        self.folder.mkdir()
        schema = fields.Schema(
            text=fields.TEXT(analyzer=StemmingAnalyzer()),
            country=fields.ID(sortable=columns.RefBytesColumn()),
            speaker=fields.ID(sortable=columns.RefBytesColumn()),
            year=fields.NUMERIC(sortable=True, signed=False),
            speech=fields.STORED(),
        )
        writer = create_in(self.folder, schema).writer(limitmb=_MEMORY, compound=False)
        for passage in self.corpus.passages():
            writer.add_document(
                text=passage.text,
                country=passage.country,
                speaker=passage.speaker,
                year=passage.year,
                speech=passage.speech,
            )
        writer.commit()

    def open(self) -> None:
        self.searcher = open_dir(self.folder).searcher()
        self.schema = self.searcher.schema

    def close(self) -> None:
        self.searcher.close()

    def _query(self, question: Question) -> Any:
        analyzer = self.schema["text"].analyzer
        terms = [token.text for word in question.words for token in analyzer(word)]
        match question.how:
            case "prefix":
                asked = query.Prefix("text", question.words[0])
            case "phrase":
                asked = query.Phrase("text", terms)
            case "any":
                asked = query.Or([query.Term("text", term) for term in terms])
            case _ if terms:
                asked = query.And([query.Term("text", term) for term in terms])
            case _:
                asked = query.Every()
        if question.country:
            asked &= query.Term("country", question.country)
        if question.years:
            asked &= query.NumericRange("year", *question.years)
        return asked

    def page(self, question: Question, *, facets: bool) -> Page:
        groups = None
        if facets:
            groups = {name: sorting.FieldFacet(name, maptype=sorting.Count) for name in FACETS}
        results = self.searcher.search(self._query(question), limit=TOP, groupedby=groups)
        counted = {
            name: {_value(key): count for key, count in results.groups(name).items()}
            for name in groups or ()
        }
        return Page(len(results), [hit["speech"] for hit in results], counted)

    def relevant(self, words: Sequence[str], count: int, *, every: bool) -> list[int]:
        """Every word is how its parser reads bare words."""
        group = AndGroup if every else OrGroup
        asked = QueryParser("text", self.schema, group=group).parse(" ".join(words))
        results = self.searcher.search(asked, limit=DEEP * count)
        return speeches_of([hit["speech"] for hit in results], count)


def _value(key: Any) -> str:
    return key.decode() if isinstance(key, bytes) else str(key)

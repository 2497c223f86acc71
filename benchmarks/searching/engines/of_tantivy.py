"""Tantivy through its Python binding: a document a paragraph, English stems, stop words kept."""

from collections.abc import Sequence
from typing import Any

import tantivy

from benchmarks.searching.engines import DEEP, FACET_VALUES, FACETS, TOP, Engine, Page, speeches_of
from benchmarks.searching.questions import Question


class Tantivy(Engine):
    def _schema(self) -> Any:
        builder = tantivy.SchemaBuilder()
        builder.add_text_field("text", stored=False, tokenizer_name="en_stem")
        builder.add_text_field("country", stored=False, fast=True, tokenizer_name="raw")
        builder.add_text_field("speaker", stored=False, fast=True, tokenizer_name="raw")
        builder.add_integer_field("year", stored=False, indexed=True, fast=True)
        builder.add_integer_field("speech", stored=True)
        return builder.build()

    def build(self) -> None:
        self.folder.mkdir()
        index = tantivy.Index(self._schema(), path=str(self.folder))
        writer = index.writer(heap_size=256_000_000, num_threads=1)
        for passage in self.corpus.passages():
            writer.add_document(
                tantivy.Document(
                    text=passage.text,
                    country=passage.country,
                    speaker=passage.speaker,
                    year=passage.year,
                    speech=passage.speech,
                )
            )
        writer.commit()
        writer.wait_merging_threads()

    def open(self) -> None:
        self.schema = self._schema()
        self.index = tantivy.Index.open(str(self.folder))
        self.searcher = self.index.searcher()

    def _query(self, question: Question) -> Any:
        parse, must = self.index.parse_query, tantivy.Occur.Must
        match question.how:
            case "prefix":
                words = tantivy.Query.regex_query(self.schema, "text", f"{question.words[0]}.*")
            case "phrase":
                words = parse(f'"{" ".join(question.words)}"', ["text"])
            case "any":
                words = parse(" OR ".join(question.words), ["text"])
            case _ if question.words:
                words = parse(" AND ".join(question.words), ["text"])
            case _:
                words = tantivy.Query.all_query()
        clauses = [(must, words)]
        if question.country:
            of_country = tantivy.Query.term_query(self.schema, "country", question.country)
            clauses.append((must, of_country))
        if question.years:
            kind = tantivy.FieldType.Integer
            in_years = tantivy.Query.range_query(self.schema, "year", kind, *question.years)
            clauses.append((must, in_years))
        return tantivy.Query.boolean_query(clauses) if len(clauses) > 1 else words

    def page(self, question: Question, *, facets: bool) -> Page:
        asked = self._query(question)
        result = self.searcher.search(asked, TOP, count=True)
        counted = {}
        if facets:
            wanted = {
                name: {"terms": {"field": name, "size": FACET_VALUES, "segment_size": 1_000_000}}
                for name in FACETS
            }
            buckets = self.searcher.aggregate(asked, wanted)
            counted = {
                name: {str(one["key"]): one["doc_count"] for one in buckets[name]["buckets"]}
                for name in FACETS
            }
        return Page(result.count, self._speeches(result), counted)

    def _speeches(self, result: Any) -> list[int]:
        return [self.searcher.doc(address)["speech"][0] for _, address in result.hits]

    def relevant(self, words: Sequence[str], count: int, *, every: bool) -> list[int]:
        """Any of the words is how its parser reads bare words."""
        asked = self.index.parse_query(" ".join(words), ["text"], conjunction_by_default=every)
        return speeches_of(self._speeches(self.searcher.search(asked, DEEP * count)), count)

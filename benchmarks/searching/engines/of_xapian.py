"""Xapian: a document a paragraph, English stems, facet values in slots."""

from collections.abc import Sequence
from typing import Any

import xapian

from benchmarks.searching.engines import DEEP, FACETS, TOP, Engine, Page, speeches_of
from benchmarks.searching.questions import Question

_SLOTS = {name: slot for slot, name in enumerate(FACETS)}


class Xapian(Engine):
    def build(self) -> None:
        raw = self.folder.with_name(f"{self.folder.name}-raw")
        writable = xapian.WritableDatabase(str(raw), xapian.DB_CREATE_OR_OVERWRITE)
        generator = xapian.TermGenerator()
        generator.set_stemmer(xapian.Stem("en"))
        generator.set_stemming_strategy(xapian.TermGenerator.STEM_ALL)
        for passage in self.corpus.passages():
            document = xapian.Document()
            generator.set_document(document)
            generator.index_text(passage.text)
            document.add_boolean_term(f"XC{passage.country}")
            document.add_value(_SLOTS["country"], passage.country)
            document.add_value(_SLOTS["speaker"], passage.speaker)
            document.add_value(_SLOTS["year"], xapian.sortable_serialise(passage.year))
            document.set_data(str(passage.speech))
            writable.add_document(document)
        writable.commit()
        writable.close()
        compacted = xapian.Database(str(raw))
        self.folder.mkdir()
        compacted.compact(str(self.folder))
        compacted.close()
        for path in raw.iterdir():
            path.unlink()
        raw.rmdir()

    def open(self) -> None:
        self.database = xapian.Database(str(self.folder))
        self.stem = xapian.Stem("en")

    def _query(self, question: Question) -> Any:
        terms = [self.stem(word).decode() for word in question.words]
        match question.how:
            case "prefix":
                wildcard = xapian.Query.OP_WILDCARD
                asked = xapian.Query(wildcard, question.words[0], 0, 0, xapian.Query.OP_OR)
            case "phrase":
                asked = xapian.Query(xapian.Query.OP_PHRASE, terms)
            case "any":
                asked = xapian.Query(xapian.Query.OP_OR, terms)
            case _ if terms:
                asked = xapian.Query(xapian.Query.OP_AND, terms)
            case _:
                asked = xapian.Query.MatchAll
        if question.country:
            of_country = xapian.Query(f"XC{question.country}")
            asked = xapian.Query(xapian.Query.OP_FILTER, asked, of_country)
        if question.years:
            first, last = map(xapian.sortable_serialise, question.years)
            in_years = xapian.Query(xapian.Query.OP_VALUE_RANGE, _SLOTS["year"], first, last)
            asked = xapian.Query(xapian.Query.OP_FILTER, asked, in_years)
        return asked

    def page(self, question: Question, *, facets: bool) -> Page:
        enquire = xapian.Enquire(self.database)
        enquire.set_query(self._query(question))
        spies = {}
        for name in FACETS if facets else ():
            spies[name] = xapian.ValueCountMatchSpy(_SLOTS[name])
            enquire.add_matchspy(spies[name])
        # looking at every match is what makes the total exact
        matches = enquire.get_mset(0, TOP, self.database.get_doccount())
        counted = {
            name: {_value(name, one.term): one.termfreq for one in spy.values()}
            for name, spy in spies.items()
        }
        speeches = [int(match.document.get_data()) for match in matches]
        return Page(matches.get_matches_estimated(), speeches, counted)

    def relevant(self, words: Sequence[str], count: int, *, every: bool) -> list[int]:
        """Any of the words is how its parser reads bare words."""
        how = xapian.Query.OP_AND if every else xapian.Query.OP_OR
        terms = [self.stem(word).decode() for word in words]
        enquire = xapian.Enquire(self.database)
        enquire.set_query(xapian.Query(how, terms))
        matches = enquire.get_mset(0, DEEP * count)
        return speeches_of([int(match.document.get_data()) for match in matches], count)


def _value(name: str, value: bytes) -> str:
    return str(int(xapian.sortable_unserialise(value))) if name == "year" else value.decode()

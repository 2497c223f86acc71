"""Haystack's own Whoosh engine in a small Django project of its own, over SQLite."""

from itertools import batched
from typing import Any

from benchmarks.searching.engines import FACETS, TOP, Engine, Page
from benchmarks.searching.questions import Question


class StockHaystack(Engine):
    def prepare(self) -> None:
        import django
        from django.conf import settings

        if settings.configured:
            return
        settings.configure(
            INSTALLED_APPS=[
                "django.contrib.contenttypes",
                "haystack",
                "benchmarks.searching.stock",
            ],
            DATABASES={
                "default": {
                    "ENGINE": "django.db.backends.sqlite3",
                    "NAME": str(self.folder / "rows.sqlite"),
                }
            },
            DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
            HAYSTACK_CONNECTIONS={
                "default": {
                    "ENGINE": "haystack.backends.whoosh_backend.WhooshEngine",
                    "PATH": str(self.folder / "index"),
                }
            },
            USE_TZ=True,
        )
        django.setup()

    def build(self) -> None:
        self.folder.mkdir()
        self.prepare()
        from django.db import connection
        from haystack import connections

        from benchmarks.searching.stock.models import Paragraph

        with connection.schema_editor() as editor:
            editor.create_model(Paragraph)
        for some in batched(self.corpus.passages(), 5000):
            Paragraph.objects.bulk_create(
                Paragraph(
                    speech=one.speech,
                    country=one.country,
                    speaker=one.speaker,
                    year=one.year,
                    text=one.text,
                )
                for one in some
            )
        backend = connections["default"].get_backend()
        index = connections["default"].get_unified_index().get_index(Paragraph)
        backend.setup()
        # in one writer, which is the fastest that it can be filled
        backend.update(index, Paragraph.objects.order_by("pk"))

    def open(self) -> None:
        self.prepare()
        from haystack import connections

        connections["default"].get_backend().setup()

    def page(self, question: Question, *, facets: bool) -> Page:
        from haystack.inputs import Raw
        from haystack.query import SearchQuerySet

        asked: Any = SearchQuerySet()
        asked = asked.filter(content=Raw(_typed(question))) if question.words else asked.all()
        if question.country:
            asked = asked.filter(country=question.country)
        if question.years:
            asked = asked.filter(year__range=question.years)
        for name in FACETS if facets else ():
            asked = asked.facet(name)
        hits = asked[:TOP]
        counted = asked.facet_counts().get("fields", {}) if facets else {}
        return Page(
            len(asked),
            [hit.speech for hit in hits],
            {name: {str(value): count for value, count in counted[name]} for name in counted},
        )


def _typed(question: Question) -> str:
    match question.how:
        case "any":
            return "(" + " OR ".join(question.words) + ")"
        case "all" if len(question.words) > 1:
            return "(" + " AND ".join(question.words) + ")"
        case _:
            return question.typed

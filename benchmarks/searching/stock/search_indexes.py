"""The index of stock Haystack's paragraphs."""

from haystack import indexes

from benchmarks.searching.stock.models import Paragraph


class ParagraphIndex(indexes.SearchIndex, indexes.Indexable):
    text = indexes.CharField(document=True, model_attr="text")
    speech = indexes.IntegerField(model_attr="speech")
    country = indexes.CharField(model_attr="country", faceted=True)
    speaker = indexes.CharField(model_attr="speaker", faceted=True)
    year = indexes.IntegerField(model_attr="year", faceted=True)

    def get_model(self) -> type[Paragraph]:
        return Paragraph
